"""What shows where a drag would drop: the line between rows, and the strip that removes."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import SIDE_PX, Glyphs
from quotedesk.ui.looks.theme import mix

LINE_PX = 10  # height of the widget; the line itself is 2
_RING_X_PX = 9


class DropLine(QWidget):
    """A line over its parent, with a ring at its left."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, y: int) -> None:
        """Show the line there, over the parent's full width."""
        parent = self.parentWidget()
        assert parent is not None
        self.setGeometry(0, y - LINE_PX // 2, parent.width(), LINE_PX)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, middle = self._appearance.theme, LINE_PX / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(_RING_X_PX + 4, middle - 1, self.width(), 2), theme.accent)
        painter.setPen(QPen(theme.accent, 1.5))
        painter.drawEllipse(QPointF(_RING_X_PX, middle), 3.5, 3.5)
        painter.end()


class RemoveStrip(QWidget):
    """Lies at the foot of the desk while rows are dragged.

    Attributes:
        is_aimed_at: the drag is over it.
    """

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._words = ""
        self._is_aimed_at = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def is_aimed_at(self) -> bool:
        return self._is_aimed_at

    @is_aimed_at.setter
    def is_aimed_at(self, on: bool) -> None:
        if on != self._is_aimed_at:
            self._is_aimed_at = on
            self.update()

    def offer(self, what: str, area: QRect) -> None:
        """Show it there, to remove that: "NVDA.US" or "3 symbols"."""
        self._is_aimed_at = False
        self._words = f"Drop here to remove {what}"
        self.setAccessibleName(self._words)
        self.setGeometry(area)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, aimed = self._appearance.theme, self.is_aimed_at
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.table)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = mix(theme.accent, theme.raised, 0.16) if aimed else theme.raised
        pen = QPen(theme.accent if aimed else theme.edge, 1.5 if aimed else 1)
        if not aimed:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(ground)
        radius = look.CONTROL_RADIUS_PX
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(4.75, 4.75, -4.75, -4.75), radius, radius)
        font = look.font(strong=aimed)
        metrics = QFontMetrics(font)
        left = (self.width() - metrics.horizontalAdvance(self._words) - SIDE_PX - 8) / 2
        colour = theme.t1 if aimed else theme.t2
        Glyphs(self.devicePixelRatioF()).blit(painter, "refused", left + SIDE_PX / 2, self.height() / 2, colour, ground)
        painter.setFont(font)
        painter.setPen(colour)
        baseline = round((self.height() + metrics.capHeight()) / 2)
        painter.drawText(QPointF(left + SIDE_PX + 8, baseline), self._words)
        painter.end()

"""Two lines beside a field: what is wrong, and what to do. Plain text."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import Glyphs
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.looks.style import paint_card
from quotedesk.ui.message import announce

_MARK_X_PX = 17
_EDGE_PX = 4  # to the parent's


class ErrorPopup(QWidget):
    """Lies over its parent, hidden until there is something to tell.

    Signals:
        clicked(): what it offers is taken.
    """

    clicked = Signal()

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._title = plain_label(look.font(strong=True), "t1")
        self._advice = plain_label(look.font(12), "t2")
        lines = QVBoxLayout(self)
        lines.setContentsMargins(32, 7, 14, 8)
        lines.setSpacing(1)
        lines.addWidget(self._title)
        lines.addWidget(self._advice)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def tell(self, title: str, advice: str, *, offers: bool = False) -> None:
        """Show these words. The owner then places it. Only what `offers` something can be clicked."""
        self._title.setText(title)
        self._advice.setText(advice)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not offers)
        self.setCursor(Qt.CursorShape.PointingHandCursor if offers else Qt.CursorShape.ArrowCursor)
        self.setAccessibleName(f"{title} {advice}" if title.endswith("?") else f"{title}. {advice}")
        self._fit()
        self.show()
        self.raise_()
        announce(self, self.accessibleName(), is_urgent=True)

    def _fit(self) -> None:
        """As wide as its words, but no wider than the parent."""
        for label in (self._title, self._advice):
            label.setWordWrap(False)
        parent = self.parentWidget()
        room = parent.width() - 2 * _EDGE_PX if parent else self.sizeHint().width()
        if self.sizeHint().width() > room:
            for label in (self._title, self._advice):
                label.setWordWrap(True)
            self.resize(room, self.heightForWidth(room))
        else:
            self.adjustSize()

    def words(self) -> tuple[str, str]:
        """What it says."""
        return self._title.text(), self._advice.text()

    def place(self, corner: QPoint) -> None:
        """Move its upper left corner there, but never out of its parent at the right."""
        parent = self.parentWidget()
        room = parent.width() - self.width() - _EDGE_PX if parent else corner.x()
        self.move(max(0, min(corner.x(), room)), max(0, corner.y()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        paint_card(painter, self.rect(), theme)
        middle = self._title.geometry().center().y() + 0.5
        Glyphs(self.devicePixelRatioF()).blit(painter, "refused", _MARK_X_PX, middle, theme.error, theme.raised)
        painter.end()

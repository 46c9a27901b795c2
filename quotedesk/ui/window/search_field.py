"""What looks like a field at the top of the window, and opens the search, where symbols are added and found."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import SIZE_PX, Icons

WIDTH_PX = 300
_HEIGHT_PX = 28
_PAD_PX = 10
_WORDS, _KEY = "Add or find a symbol", "Ctrl K"


class SearchField(QPushButton):
    """A click, or Space while it has the focus, is what `clicked` tells."""

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons = icons
        self.setFixedSize(QSize(WIDTH_PX, _HEIGHT_PX))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(_WORDS)
        self.setToolTip("Opens the search (Ctrl+K)")
        appearance.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.accent if self.hasFocus() else theme.t3 if self.underMouse() else theme.edge
        painter.setPen(QPen(edge, 1))
        painter.setBrush(theme.raised)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, look.CONTROL_RADIUS_PX, look.CONTROL_RADIUS_PX)
        top = (self.height() - SIZE_PX) // 2
        icon = self._icons.icon("search", theme)
        icon.paint(painter, _PAD_PX, top, SIZE_PX, SIZE_PX, mode=QIcon.Mode.Normal)
        painter.setPen(theme.t3)
        for font, words, is_right in ((look.font(), _WORDS, False), (look.font(11), _KEY, True)):
            metrics = QFontMetricsF(font)
            left = _PAD_PX + SIZE_PX + 8.0
            x = self.width() - _PAD_PX - metrics.horizontalAdvance(words) if is_right else left
            painter.setFont(font)
            painter.drawText(QPointF(x, round((self.height() + metrics.capHeight()) / 2)), words)
        painter.end()

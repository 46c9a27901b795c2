"""What an empty list shows: where to type, before the shades of rows to come."""

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from quotedesk.ui import theme as look
from quotedesk.ui.appearance import Appearance
from quotedesk.ui.labels import plain_label
from quotedesk.ui.style import paint_card
from quotedesk.ui.theme import faded

WIDTH_PX = 502
_HEIGHT_PX = 140
_INNER_PX = 26
_FIELD_PX = 34
_GHOST_ROWS = 11


class StartPanel(QWidget):
    """A card with two lines and room for the add line, which its owner puts into `field`. The mouse does not see it."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = QWidget(self)
        lines = QVBoxLayout(self._words)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addWidget(plain_label(look.font(18, strong=True), "t1", "Start your list"))
        lines.addWidget(
            plain_label(look.font(), "t2", "Type a symbol and press Enter. Paste many at once, or drop a text.")
        )

    def lay_out(self, area: QRect) -> None:
        """Take this part of the parent."""
        self.setGeometry(area)
        card = self._card()
        self._words.setGeometry(card.adjusted(_INNER_PX, 20, -8, -_FIELD_PX - 32))

    def field(self) -> QRect:
        """Where the add line belongs, in the parent."""
        card = self._card().translated(self.pos())
        bottom = card.bottom() - 22
        return QRect(QPoint(card.left() + _INNER_PX, bottom - _FIELD_PX), QPoint(card.right() - _INNER_PX, bottom))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, row_px = self._appearance.theme, self._appearance.density.row_px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        fading = QLinearGradient(0, 0, 0, _GHOST_ROWS * row_px)
        fading.setColorAt(0, faded(theme.edge, 0.6))
        fading.setColorAt(1, faded(theme.edge, 0.0))
        painter.setBrush(fading)
        for row in range(_GHOST_ROWS):
            middle = row * row_px + row_px / 2
            for left, width in ((24, 46 + row * 13 % 30), (self.width() - 230, 44), (self.width() - 150, 120)):
                painter.drawRoundedRect(QRectF(left, middle - 4, width, 8), 4, 4)
        paint_card(painter, self._card(), theme)
        painter.end()

    def _card(self) -> QRect:
        width = min(WIDTH_PX, self.width() - 16)
        return QRect((self.width() - width) // 2, max(8, min(44, (self.height() - _HEIGHT_PX) // 3)), width, _HEIGHT_PX)

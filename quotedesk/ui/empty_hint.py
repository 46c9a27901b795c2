"""What an empty list says: what to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from quotedesk.ui import theme as look
from quotedesk.ui.labels import plain_label


class EmptyHint(QWidget):
    """Two calm lines, which the mouse does not see."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(28, 20, 28, 20)
        lines.setSpacing(6)
        lines.addWidget(plain_label(look.font(18, strong=True), "t1", "Start your list"))
        lines.addWidget(
            plain_label(
                look.font(), "t2", "Type a symbol and press Enter. Paste many at once: AAPL.US, EURUSD, BTCUSDT"
            )
        )
        lines.addStretch(1)
        lines.setAlignment(Qt.AlignmentFlag.AlignTop)

"""Earlier versions of a list, as the relay keeps them, to be brought back."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QPushButton, QVBoxLayout, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.message import announce

_SIZE_PX = (640, 360)
_ABOVE = "The newest first. What is brought back becomes the rows of this list, on all your desks; Undo takes it back."


class VersionsDialog(QDialog):
    """Enter brings the chosen version back, Esc closes.

    Attributes:
        listed: a line a version.
        bring_back: the button.

    Signals:
        chosen(number): bring back that version; the newest is 0.
    """

    chosen = Signal(int)

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Versions of {name}")
        self.resize(*_SIZE_PX)
        self._above = plain_label(look.font(), "t2", "Asking the relay\N{HORIZONTAL ELLIPSIS}")
        self._above.setWordWrap(True)
        self.bring_back = QPushButton("Bring back")
        self.bring_back.setDefault(True)
        self.bring_back.setEnabled(False)
        self.bring_back.clicked.connect(self._choose)
        self.listed = QListWidget()
        self.listed.setWordWrap(True)
        self.listed.setAccessibleName(f"Versions of {name}")
        self.listed.itemActivated.connect(self._choose)
        self.listed.currentRowChanged.connect(lambda number: self.bring_back.setEnabled(number >= 0))
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        foot.addWidget(self.bring_back)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(self._above)
        column.addWidget(self.listed, 1)
        column.addLayout(foot)

    def show_versions(self, versions: Sequence[tuple[str, str, str, bool]], fault: str) -> None:
        """When, by whom, which rows, and did it lose to another desk's? Or why there are none."""
        words = f"The relay answered: {fault}" if fault else _ABOVE if versions else "The relay has none yet."
        self._above.setText(words)
        announce(self, words)
        for when, by, rows, is_lost in versions:
            parts = [when, f"by {by}" if by else "", rows, "overruled by another desk" if is_lost else ""]
            self.listed.addItem("  \N{MIDDLE DOT}  ".join(part for part in parts if part))
        if versions:
            self.listed.setCurrentRow(0)
            self.listed.setFocus()

    def _choose(self) -> None:
        number = self.listed.currentRow()
        if number >= 0 and self.result() != QDialog.DialogCode.Accepted:
            self.accept()
            self.chosen.emit(number)

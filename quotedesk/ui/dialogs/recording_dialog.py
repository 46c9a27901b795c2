"""What the last minutes hold, before they are kept in a file."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from quotedesk.ui.looks import folders
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.labels import plain_label

_MESSAGES_PX = 120  # of the newest ones, beside what the texts need
_SIZE_PX = (760, 460)
_SAID = (
    "Every message of the connections in this time, in both directions, with its times, so that it can be played "
    "again. Keys and tokens are taken out; the symbols you watch are in it. Nothing is sent."
)


class RecordingDialog(QDialog):
    """Shows (name, words) lines; Esc closes it.

    Attributes:
        save: the button.

    Signals:
        chosen(path): keep it there.
    """

    chosen = Signal(object)

    def __init__(self, minutes: int, lines: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Save the last {minutes} minutes")
        self.resize(*_SIZE_PX)
        above = plain_label(look.font(), "t1", _SAID)
        above.setWordWrap(True)
        form = QFormLayout()
        form.setHorizontalSpacing(24)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(12)
        column.addWidget(above)
        column.addLayout(form)
        for name, words in lines:
            if "\n" in words:
                text = QPlainTextEdit(words)
                text.setReadOnly(True)
                text.setFont(look.font(12))
                text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
                text.setTabChangesFocus(True)
                text.setAccessibleName(name)
                column.addWidget(plain_label(look.font(12), "t2", name))
                column.addWidget(text, 1)
            else:
                label = plain_label(look.font(), "t1", words)
                label.setWordWrap(True)
                form.addRow(plain_label(look.font(), "t2", name), label)
        self.save, close = QPushButton("&Save\N{HORIZONTAL ELLIPSIS}"), QPushButton("C&lose")
        self.save.clicked.connect(self._ask_where_to)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        for button in (self.save, close):
            button.setAutoDefault(False)
            foot.addWidget(button)
        column.addLayout(foot)
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width()) + _MESSAGES_PX))

    def _ask_where_to(self) -> None:
        dialog = QFileDialog(self, self.windowTitle(), folders.documents(), "Recording (*.qdrec)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("qdrec")
        dialog.selectFile("quotedesk.qdrec")
        dialog.fileSelected.connect(self._choose)
        dialog.open()

    def _choose(self, path: str) -> None:
        self.chosen.emit(Path(path))
        self.close()

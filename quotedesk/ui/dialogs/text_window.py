"""A text to read, copy and save: a report, the licences."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from quotedesk.ui.looks import folders
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.labels import plain_label
from quotedesk.ui.message import Level, Message

_SIZE_PX = (760, 520)


class TextWindow(QDialog):
    """Shows plain text; Esc closes it.

    `name` is what a saved file is called; "" offers no saving. Where it does, the text may be edited before.

    Signals:
        noticed(message): what came of saving it: a plain line, or a Message.
    """

    noticed = Signal(object)

    def __init__(self, title: str, said: str, text: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(*_SIZE_PX)
        self._name = name
        self.text = QPlainTextEdit(text)
        self.text.setFont(look.font(12))
        self.text.setReadOnly(not name)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(title)
        above = plain_label(look.font(), "t1", said)
        above.setWordWrap(True)
        below = self._below = QHBoxLayout()
        below.addStretch(1)
        copy, save, close = QPushButton("&Copy"), QPushButton("&Save\N{HORIZONTAL ELLIPSIS}"), QPushButton("C&lose")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        save.clicked.connect(self._ask_where_to)
        close.clicked.connect(self.close)
        save.setVisible(bool(name))
        for button in (copy, save, close):
            button.setAutoDefault(False)
            below.addWidget(button)
        column = QVBoxLayout(self)
        column.addWidget(above)
        column.addWidget(self.text, 1)
        column.addLayout(below)

    def offer(self, words: str, told: str, do: Callable[[], object]) -> None:
        """Another button, at the left, with a tooltip."""
        button = QPushButton(words)
        button.setToolTip(told)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: do())
        self._below.insertWidget(0, button)

    def save(self, path: Path) -> None:
        """Write the text to a file."""
        try:
            path.write_text(self.text.toPlainText(), encoding="utf-8")
        except OSError as fault:
            told = f"{path.name} could not be saved ({fault.strerror}). Choose another folder."
            self.noticed.emit(Message(told, Level.ERROR))
        else:
            self.noticed.emit(f"Saved as {path}")
            self.close()

    def _ask_where_to(self) -> None:
        dialog = QFileDialog(self, self.windowTitle(), folders.documents(), "Text (*.txt)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("txt")
        dialog.selectFile(self._name)
        dialog.fileSelected.connect(lambda chosen: self.save(Path(chosen)))
        dialog.open()

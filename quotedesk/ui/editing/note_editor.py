"""The little window in which a note on a symbol is written. Plain text, as it was typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.style import without_icons

LONGEST = 2000


class NoteEditor(QDialog):
    """Ctrl+Enter keeps the note, Esc leaves it as it was; an empty one is removed.

    Signals:
        written(text): it is to be kept.
    """

    written = Signal(str)

    def __init__(self, code: str, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Note on {code}")
        self.field = QPlainTextEdit(text)
        self.field.setFont(look.font())
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName("Note")
        self.field.setPlaceholderText("What to remember. Empty removes the note. Ctrl+Enter keeps it.")
        self.field.moveCursor(self.field.textCursor().MoveOperation.End)
        choices = QDialogButtonBox.StandardButton
        buttons = without_icons(QDialogButtonBox(choices.Save | choices.Cancel))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addWidget(buttons)
        self.resize(380, 200)
        self.field.setFocus()

    def accept(self) -> None:
        super().accept()
        self.written.emit(self.field.toPlainText().strip()[:LONGEST])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.accept()
        else:
            super().keyPressEvent(event)

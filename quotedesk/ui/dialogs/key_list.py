"""The list of all keys, as a calm window beside the panel."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QWidget

from quotedesk.ui.looks import theme as look

OF_THE_TABLE = (
    ("any character", "Start the add line with it"),
    ("Enter", "Add what was typed; on a row: edit its symbol"),
    ("Down, Up, Tab", "While typing: choose a known symbol; Tab takes the first"),
    ("Esc", "Back to the table, nothing changed"),
    ("Home, End", "First and last row"),
    ("Shift or Ctrl + arrows", "Select more rows"),
    ("Ctrl+A", "Select all rows"),
    ("Left, Right", "On a section: fold and unfold it"),
    ("Ctrl+1 to Ctrl+9", "Show that list"),
    ("Ctrl while dragging", "To another list: copy, do not move"),
)


class KeyList(QDialog):
    """Keys and what they do, one a line; gone with Esc, F1 or Enter.

    `keys`: (key, what it does) of the menus' actions; a mnemonic's & is left out.
    """

    def __init__(self, keys: list[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        grid = QGridLayout(self)
        grid.setContentsMargins(24, 20, 32, 20)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        self.lines = [*OF_THE_TABLE, *((key, does.replace("&", "")) for key, does in keys)]
        half = (len(self.lines) + 1) // 2  # side by side: one below the other is higher than a screen
        for place, (key, does) in enumerate(self.lines):
            row, left = place % half, place // half * 2
            for column, (text, strong) in enumerate(((key, True), (does, False)), start=left):
                label = QLabel()
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setText(text)
                label.setFont(look.font(strong=strong))
                grid.addWidget(label, row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F1, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        else:
            super().keyPressEvent(event)

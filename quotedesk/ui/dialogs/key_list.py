"""The list of all keys, in groups, with a filter: a calm window beside the panel."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.labels import plain_label

Key = tuple[str, str]  # the key, and what it does

OF_THE_TABLE = (
    (
        "Typing",
        (
            ("any character", "Start the add line with it"),
            ("Enter", "Add the symbol that is marked; on a row: edit its symbol"),
            ("Down, Up, Tab", "While typing: mark another symbol; Tab takes it and goes on"),
            ("Enter once more", "Take what the line offers in place of an unknown text"),
            ("Ctrl+Enter", "Add the text as it is, known or not"),
            ("F3", "While typing: go to the first row that matches"),
            ("Esc", "Back to the table, nothing changed"),
        ),
    ),
    (
        "Rows",
        (
            ("Home, End", "First and last row"),
            ("Shift or Ctrl + arrows", "Select more rows"),
            ("Ctrl+A", "Select all rows"),
            ("Left, Right", "On a section: fold and unfold it"),
            ("Menu, Shift+F10", "What can be done with the row, or the tab"),
            ("Ctrl while dragging", "To another list: copy, do not move"),
        ),
    ),
)
OF_LISTS = (("Ctrl+1 to Ctrl+9", "Show that list"),)
_WIDTH_PX, _HEIGHT_PX = 760, 560
_BESIDE_SCREEN_PX = 80
_COLUMN_PX = 310
_KEY_PX = 150
_BETWEEN_PX = 24


class KeyList(QDialog):
    """Keys and what they do, in groups side by side; gone with Esc, F1 or Enter. What is typed filters them.

    `groups`: (title, keys) of the menus; a mnemonic's & is left out.

    Attributes:
        filter: the field that is typed in.
        shown: (key, what it does) of what is to be seen, group by group.
    """

    def __init__(self, groups: Sequence[tuple[str, Sequence[Key]]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        cleaned = [
            (title.replace("&", ""), [(key, does.replace("&", "")) for key, does in keys]) for title, keys in groups
        ]
        self._groups = [
            *OF_THE_TABLE,
            *((title, [*keys, *(OF_LISTS if title == "List" else ())]) for title, keys in cleaned),
        ]
        self.shown: list[Key] = []
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter: undo, column, Ctrl+T")
        self.filter.setAccessibleName("Filter the keys")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._fill)
        self._none = plain_label(look.font(), "t3", "No key does that.")
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setStyleSheet("QScrollArea, QWidget#body { background: transparent; }")
        self._columns = 0  # side by side
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 8, 12)
        column.setSpacing(10)
        above = QHBoxLayout()
        above.setContentsMargins(0, 0, 12, 0)
        above.addWidget(self.filter)
        column.addLayout(above)
        column.addWidget(self._none)
        column.addWidget(self._area, 1)
        screen = parent.screen() or QGuiApplication.primaryScreen()
        room = screen.availableSize()
        self.resize(
            min(_WIDTH_PX, room.width() - _BESIDE_SCREEN_PX), min(_HEIGHT_PX, room.height() - _BESIDE_SCREEN_PX)
        )
        self.filter.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._columns != self._columns_that_fit():
            self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fill()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_F1, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            bar = self._area.verticalScrollBar()
            step = bar.pageStep() if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp) else 24
            bar.setValue(bar.value() + (step if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown) else -step))
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        """Show what has all words of the filter, in its key, in what it does, or in the title of its group."""
        words = self.filter.text().casefold().split()
        body = QWidget()
        body.setObjectName("body")
        halves = QHBoxLayout(body)
        halves.setContentsMargins(0, 0, 12, 0)
        halves.setSpacing(_BETWEEN_PX)
        found = []
        for title, keys in self._groups:
            told = [each for each in keys if all(word in " ".join((title, *each)).casefold() for word in words)]
            if told:
                found.append((title, told))
        self.shown = [each for _, keys in found for each in keys]
        self._columns = self._columns_that_fit()
        for groups in _halves(found) if self._columns > 1 else (found,):
            halves.addWidget(_Column(groups), 1, Qt.AlignmentFlag.AlignTop)
        self._area.setWidget(body)
        self._none.setVisible(not found)
        self._area.setVisible(bool(found))

    def _columns_that_fit(self) -> int:
        return 2 if self.width() >= 2 * _COLUMN_PX + _BETWEEN_PX + 60 else 1


class _Column(QWidget):
    """Some groups, one below the other."""

    def __init__(self, groups: Sequence[tuple[str, Sequence[Key]]]) -> None:
        super().__init__()
        self.setMinimumWidth(_COLUMN_PX)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(5)
        grid.setColumnStretch(1, 1)
        row = 0
        for title, keys in groups:
            if row:
                grid.setRowMinimumHeight(row, 10)
                row += 1
            grid.addWidget(plain_label(look.font(12, strong=True), "t3", title), row, 0, 1, 2)
            row += 1
            for key, does in keys:
                named = plain_label(look.font(strong=True), "t1", key)
                told = plain_label(look.font(), "t2", does)
                for label in (named, told):
                    label.setWordWrap(True)
                    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                named.setFixedWidth(_KEY_PX)
                grid.addWidget(named, row, 0)
                grid.addWidget(told, row, 1)
                row += 1


def _halves(
    groups: Sequence[tuple[str, Sequence[Key]]],
) -> tuple[Sequence[tuple[str, Sequence[Key]]], Sequence[tuple[str, Sequence[Key]]]]:
    """The groups in two columns of about the same height, in their order."""
    lengths = [len(keys) + 2 for _, keys in groups]
    cuts = range(len(groups) + 1)
    best = min(cuts, key=lambda cut: max(sum(lengths[:cut]), sum(lengths[cut:])))
    return groups[:best], groups[best:]

"""A small window in which the columns of the shown list are ticked, and dragged or moved into order."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from quotedesk.ui.looks import tips
from quotedesk.ui.table.column_choice import ColumnChoice
from quotedesk.ui.table.columns import COLUMNS, SYMBOL, Column, Kind
from quotedesk.ui.table.model import TableModel

_WIDTH_PX, _LEAST_PX, _BESIDE_SCREEN_PX = 400, 460, 120
_NO_ROOM = "no room in this window"
_COLUMN = Qt.ItemDataRole.UserRole
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
_EDIT_KEY = Qt.Key.Key_F2
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ColumnsPanel(QDialog):
    """Each tick and each move is an edit, seen at once in the table behind, undone by Ctrl+Z there.

    Space ticks, Alt+Up and Alt+Down move, Down in the search field goes to the columns, Enter ticks the first found;
    F2 or a double click edits a formula. `has_room` tells whether a column that is ticked is to be seen; `edit` opens
    the editor of a formula's column, or (None) of a new one.

    Attributes:
        search, columns, formula, all_lists, reset: its parts.
    """

    def __init__(
        self,
        choice: ColumnChoice,
        model: TableModel,
        has_room: Callable[[Column], bool],
        edit: Callable[[Column | None], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._choice = choice
        self._model = model
        self._has_room = has_room
        self._edit = edit
        self._is_own = False  # the items are being made
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a column")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Find a column")
        self.columns = QListWidget()
        self.columns.setAccessibleName("Columns")
        self.columns.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.formula = QPushButton("New &formula")
        self.all_lists = QPushButton("Use in &all lists")
        self.reset = QPushButton("Rese&t")
        close = QPushButton("Close")
        for button in (self.formula, self.all_lists, self.reset, close):
            button.setAutoDefault(False)
        hint = QLabel("Tick what is shown. Drag, or Alt+Up and Alt+Down, to order. F2 edits a formula.")
        hint.setWordWrap(True)
        hint.setProperty("colour", "t2")
        buttons = QHBoxLayout()
        buttons.addWidget(self.formula)
        buttons.addWidget(self.all_lists)
        buttons.addWidget(self.reset)
        buttons.addStretch()
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        for part in (self.search, self.columns, hint):
            layout.addWidget(part)
        layout.addLayout(buttons)
        self.search.textChanged.connect(self._filter)
        self.columns.itemChanged.connect(self._ticked)
        self.columns.model().rowsMoved.connect(self._dragged)
        self.columns.itemDoubleClicked.connect(lambda item: self._edit_current())
        self.formula.clicked.connect(lambda: edit(None))
        self.all_lists.clicked.connect(choice.give_to_all)
        self.reset.clicked.connect(choice.reset)
        close.clicked.connect(self.close)
        for watched in (self.search, self.columns):
            watched.installEventFilter(self)
        model.modelReset.connect(self.refresh)
        model.formulas_changed.connect(self.refresh)
        self.refresh()
        self._fit()
        self.search.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and event.key() == _EDIT_KEY:
            event.accept()  # the key is ours, not the table's behind
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.search and event.key() == Qt.Key.Key_Down:
                self._go_to_first()
                return True
            if watched is self.search and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._tick_first()
                return True
            if watched is self.columns and event.key() == _EDIT_KEY:
                self._edit_current()
                return True
            if (
                watched is self.columns
                and event.key() in _STEPS
                and event.modifiers() == Qt.KeyboardModifier.AltModifier
            ):
                self._move(_STEPS[Qt.Key(event.key())])
                return True
        return super().eventFilter(watched, event)

    def refresh(self) -> None:
        """The columns as they are now: those that are shown from the left, then the others."""
        self.setWindowTitle(f"Columns of {self._model.watchlist.name}")
        current = self._at(self.columns.currentRow())
        shown = self._choice.shown
        self._is_own = True
        self.columns.clear()
        for column in (*shown, *(each for each in self._model.all_columns if each not in shown)):
            lacks_room = column in shown and not self._has_room(column)
            asides = [
                each for each, is_so in (("formula", column.kind is Kind.FORMULA), (_NO_ROOM, lacks_room)) if is_so
            ]
            item = QListWidgetItem(f"{column.title} ({', '.join(asides)})" if asides else column.title)
            item.setData(_COLUMN, column.title)
            item.setToolTip(tips.as_shown(column.tip))
            item.setCheckState(_CHECKED if column in shown else _UNCHECKED)
            if column is COLUMNS[SYMBOL]:
                item.setFlags(Qt.ItemFlag.ItemIsSelectable)  # it always leads
            elif column not in shown:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDragEnabled)
            self.columns.addItem(item)
            if column is current:
                self.columns.setCurrentItem(item)
        self._is_own = False
        self._filter()

    def _fit(self) -> None:
        """As high as all columns need, or as the screen has room for."""
        rows_px = self.columns.sizeHintForRow(0) * self.columns.count() + 2 * self.columns.frameWidth() + 8
        high = self.sizeHint().height() - self.columns.sizeHint().height() + rows_px
        room = (self.parentWidget() or self).screen().availableSize().height() - _BESIDE_SCREEN_PX
        self.resize(_WIDTH_PX, max(min(high, room), min(_LEAST_PX, room)))

    def _at(self, row: int) -> Column | None:
        item = self.columns.item(row)
        return next(
            (each for each in self._model.all_columns if item is not None and each.title == item.data(_COLUMN)), None
        )

    def _found(self) -> list[int]:
        return [row for row in range(self.columns.count()) if not self.columns.item(row).isHidden()]

    def _filter(self) -> None:
        sought = self.search.text().casefold().split()
        for row in range(self.columns.count()):
            column = self._at(row)
            said = f"{column.title} {column.tip}".casefold() if column else ""
            self.columns.item(row).setHidden(not all(word in said for word in sought))

    def _go_to_first(self) -> None:
        enabled = [row for row in self._found() if self._at(row) is not COLUMNS[SYMBOL]]
        if enabled:
            self.columns.setCurrentRow(enabled[0])
            self.columns.setFocus()

    def _tick_first(self) -> None:
        """Turn the first that was found by its name, else by what is said of it."""
        found = [column for row in self._found() if (column := self._at(row)) and column is not COLUMNS[SYMBOL]]
        sought = self.search.text().casefold().strip()
        if found and sought:
            column = next((each for each in found if each.title.casefold().startswith(sought)), found[0])
            self._choice.show(column, column not in self._choice.shown)
            self.search.selectAll()

    def _ticked(self, item: QListWidgetItem) -> None:
        column = self._at(self.columns.row(item))
        if not self._is_own and column is not None:
            self._choice.show(column, item.checkState() == _CHECKED)

    def _edit_current(self) -> None:
        column = self._at(self.columns.currentRow())
        if column is not None and column.kind is Kind.FORMULA:
            self._edit(column)

    def _move(self, step: int) -> None:
        column = self._at(self.columns.currentRow())
        if column is not None and column in self._choice.shown:
            self._choice.move(column, step)

    def _dragged(self) -> None:
        if not self._is_own:
            rows = range(self.columns.count())
            shown = [each for row in rows if (each := self._at(row)) is not None and each in self._choice.shown]
            self._choice.put(shown)
            self.refresh()  # an order that the list has already is shown anew as well

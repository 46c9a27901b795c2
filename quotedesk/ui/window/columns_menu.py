"""View > Sort by and View > Columns: the order of rows; which columns, how wide, where; the header's menu."""

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QWidget

from quotedesk.config.settings import TrendSpan
from quotedesk.ui.looks.actions import PLAIN_WORDS, WHY_NOT, act
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.context_menu import ContextMenu
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.table.column_choice import ColumnChoice
from quotedesk.ui.table.columns import COLUMNS, LAST, SYMBOL, Column, Kind, named
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.view import TableView
from quotedesk.ui.window.columns_panel import ColumnsPanel
from quotedesk.ui.window.formula_dialog import FormulaDialog
from quotedesk.ui.window.formula_edits import FormulaEdits
from quotedesk.ui.window.requests import Requests

STEP_PX = 12  # that a key widens or narrows a column
_WIDEST_PX = 2000


class SortMenu(Menu):
    """An entry per column that the list shows, of which one may be checked, and the list's own order."""

    def __init__(self, table: TableView, model: TableModel, parent: QWidget) -> None:
        super().__init__("&Sort by", parent)
        self._table = table
        self._model = model
        group = QActionGroup(self)
        self._group = group
        self._choices: dict[str, QAction] = {}
        self._end = self.addSeparator()
        current = act(self, "C&urrent column", "Ctrl+Shift+O", lambda: self._turn_current())
        current.setProperty(PLAIN_WORDS, "Sort by the current column")
        self._turn = act(self, "&Turn round", "Ctrl+Shift+I", self._turn_round)
        self._turn.setProperty(PLAIN_WORDS, "Turn the order of rows round")
        self._turn.setProperty(WHY_NOT, "the rows are in the list's own order")
        self._own = act(self, "The list's &own order", "Ctrl+Alt+O", lambda: model.sort_by(None))
        self._own.setCheckable(True)
        group.addAction(self._own)
        model.headerDataChanged.connect(self._check)
        model.modelReset.connect(self._check)
        self._check()

    def _sort(self, title: str) -> None:
        if (column := named(title, self._model.own())) is not None:
            self._model.sort_by(column, is_descending=column.is_number)

    def _add(self, title: str) -> None:
        action = QAction(title.replace("&", "&&"), self)
        action.setCheckable(True)
        action.triggered.connect(lambda: self._sort(title))
        self._group.addAction(action)
        self.insertAction(self._end, action)
        self._choices[title] = action

    def _turn_current(self) -> None:
        self._model.turn_sorting(self._model.place_of(current_column(self._table, self._model)))

    def _turn_round(self) -> None:
        if (sorted_by := self._model.sorted_by) is not None:
            self._model.sort_by(sorted_by[0], is_descending=not sorted_by[1])

    def _check(self) -> None:
        sorted_by = self._model.sorted_by
        shown = {column.title for column in self._model.columns}
        for column in self._model.all_columns:
            if column.title not in self._choices:
                self._add(column.title)
        for title, action in self._choices.items():
            is_sorted = sorted_by is not None and sorted_by[0].title == title
            action.setChecked(is_sorted)
            action.setVisible(is_sorted or title in shown)
        self._own.setChecked(sorted_by is None)
        self._turn.setEnabled(sorted_by is not None)


class ColumnsMenu(Menu):
    """Works on the column with the focus ring. Its keys are the table's: in a field they are for the text."""

    def __init__(
        self,
        table: TableView,
        model: TableModel,
        choice: ColumnChoice,
        formulas: FormulaEdits,
        appearance: Appearance,
        parent: QWidget,
    ) -> None:
        super().__init__("Co&lumns", parent)
        self._formulas = formulas
        self._appearance = appearance
        self._table = table
        self._model = model
        self._panel: ColumnsPanel | None = None
        self.choice = choice
        act(self, "&Choose columns", "Ctrl+Shift+C", self.choose)
        act(self, "New &formula column", "Ctrl+Shift+E", self.edit_formula)
        self.addSeparator()
        for words, keys, does in (
            ("&Wider column", "Alt+Shift+Right", lambda column: self.widen(column, STEP_PX)),
            ("&Narrower column", "Alt+Shift+Left", lambda column: self.widen(column, -STEP_PX)),
            ("Move column &right", "Alt+Right", lambda column: self.move_column(column, 1)),
            ("Move column &left", "Alt+Left", lambda column: self.move_column(column, -1)),
            ("&Hide column", "Alt+Shift+Del", lambda column: self.hide_column(column)),
        ):
            action = act(self, words, keys, lambda does=does: does(current_column(table, model)))  # type: ignore[misc]
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            table.addAction(action)
        self.addSeparator()
        self.reset = act(self, "Rese&t columns", "Ctrl+Shift+R", self.reset_columns)
        table.header.dragged.connect(choice.place)
        table.header.room_changed.connect(self._refresh_panel)

    def choose(self) -> None:
        """Let the user tick columns and put them in order."""
        if self._panel is None:
            self._panel = ColumnsPanel(
                self.choice, self._model, self._table.header.has_room, self.edit_formula, self._table.window()
            )
            self._panel.finished.connect(self._forget_panel)
            self._panel.show()
        self._panel.raise_()
        self._panel.activateWindow()

    def edit_formula(self, column: Column | None = None) -> None:
        """Let the user change a formula's column, or (None) make one."""
        over = self._panel or self._table.window()
        FormulaDialog(self._formulas, self._table, column, self._appearance, over).show()

    def reset_columns(self) -> None:
        """The usual columns, in their usual widths."""
        self.choice.reset()
        self._table.header.fit()

    def widen(self, column: Column, by_px: int) -> None:
        """Make a column so much wider; Trend has what the others leave."""
        header, place = self._table.header, self._model.place_of(column)
        if column.kind is not Kind.TREND:
            width_px = header.sectionSize(place) + by_px
            header.resizeSection(place, max(header.minimumSectionSize(), min(width_px, _WIDEST_PX)))

    def move_column(self, column: Column, step: int) -> None:
        """Let a column change places with the one at its left (-1) or right (1); Symbol stays the first."""
        self._keeping_current(column, lambda: self.choice.move(column, step))

    def hide_column(self, column: Column) -> None:
        """Show a column no more; Symbol stays."""
        if column is not COLUMNS[SYMBOL]:
            place = self._model.place_of(column)
            self._keeping_current(column, lambda: self.choice.show(column, False), place)

    def _keeping_current(self, column: Column, does: Callable[[], None], place: int = SYMBOL) -> None:
        """Let the focus ring stay at a column that an edit moves, or where it stood."""
        row = self._table.currentIndex().row()
        does()
        at = self._model.place_of(column)
        at = at if at >= 0 else min(place, len(self._model.columns) - 1)
        if row >= 0:
            chosen = self._table.selectionModel()
            chosen.setCurrentIndex(self._model.index(row, at), QItemSelectionModel.SelectionFlag.NoUpdate)

    def _refresh_panel(self) -> None:
        if self._panel is not None:
            self._panel.refresh()

    def _forget_panel(self) -> None:
        self._panel = None


class HeaderMenu:
    """The context menu of the header: what can be done with the column under the pointer."""

    def __init__(self, table: TableView, model: TableModel, columns: ColumnsMenu, requests: Requests) -> None:
        self._table = table
        self._model = model
        self._requests = requests
        self._columns = columns
        header = table.header
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show)

    def menu(self, column: Column) -> ContextMenu:
        """The menu of one column."""
        menu = ContextMenu(self._table)
        model, columns = self._model, self._columns
        for words, is_descending in _ways(column):
            action = menu.addAction(f"{column.title}: {words}")
            action.setCheckable(True)
            action.setChecked(model.sorted_by == (column, is_descending))
            action.triggered.connect(
                lambda checked=False, is_descending=is_descending: model.sort_by(column, is_descending=is_descending)
            )
        own = menu.addAction("The list's own order")
        own.setCheckable(True)
        own.setChecked(model.sorted_by is None)
        own.triggered.connect(lambda: model.sort_by(None))
        if column.kind is Kind.TREND:
            self._add_spans(menu)
        menu.addSeparator()
        for words, step in (("Move left", -1), ("Move right", 1)):
            action = menu.addAction(words)
            action.setEnabled(columns.choice.can_move(column, step))
            action.triggered.connect(lambda checked=False, step=step: columns.move_column(column, step))
        for words, by_px in (("Wider", STEP_PX), ("Narrower", -STEP_PX)):
            action = menu.addAction(words)
            action.setEnabled(column.kind is not Kind.TREND)
            action.triggered.connect(lambda checked=False, by_px=by_px: columns.widen(column, by_px))
        menu.addSeparator()
        hide = menu.addAction(f"Hide {column.title}")
        hide.setEnabled(column is not COLUMNS[SYMBOL])
        hide.triggered.connect(lambda: columns.hide_column(column))
        if column.kind is Kind.FORMULA:
            menu.addAction("Edit formula").triggered.connect(lambda: columns.edit_formula(column))
        menu.addAction("Choose columns").triggered.connect(lambda: columns.choose())
        menu.addAction("Reset all columns").triggered.connect(lambda: columns.reset_columns())
        return menu

    def _add_spans(self, menu: ContextMenu) -> None:
        """How far back the lines reach."""
        menu.addSeparator()
        for words, span in (
            *(("Last 15 minutes", TrendSpan.QUARTER), ("Today", TrendSpan.DAY)),
            ("Last 5 days", TrendSpan.FIVE_DAYS),
        ):
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(self._model.quotes.history.span_s == span.seconds)
            action.triggered.connect(lambda checked=False, span=span: self._requests.trend.emit(span))

    def _show(self, at: QPoint) -> None:
        place = self._table.header.logicalIndexAt(at)
        if place >= 0:
            self.menu(self._model.columns[place]).popup(self._table.header.viewport().mapToGlobal(at))


def _ways(column: Column) -> tuple[tuple[str, bool], ...]:
    """The two orders by a column, in words, the usual one first; each with: is it descending?"""
    if column.kind is Kind.TIME:
        return ("newest first", True), ("oldest first", False)
    if column.is_number:
        return ("largest first", True), ("smallest first", False)
    if column.kind is Kind.STATE:
        return ("live first", False), ("live last", True)
    return ("A to Z", False), ("Z to A", True)


def current_column(table: TableView, model: TableModel) -> Column:
    """The one with the focus ring; where there is none Last, or what stands first beside the symbol."""
    place = table.currentIndex().column()
    if place >= 0:
        return model.columns[place]
    return LAST if LAST in model.columns else model.columns[-1]

"""View > Sort by and View > Columns: the order of rows, the width and place of columns, by keys; the header's menu."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from quotedesk.config.settings import TrendSpan
from quotedesk.ui.looks.actions import PLAIN_WORDS, act
from quotedesk.ui.table.columns import COLUMNS, PRICE, SYMBOL, Column, Kind
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.view import TableView
from quotedesk.ui.window.requests import Requests

STEP_PX = 12  # that a key widens or narrows a column
_WIDEST_PX = 2000


class SortMenu(QMenu):
    """An entry per column, of which one may be checked, and the list's own order."""

    def __init__(self, table: TableView, model: TableModel, parent: QWidget) -> None:
        super().__init__("&Sort by", parent)
        self._table = table
        self._model = model
        group = QActionGroup(self)
        self._choices: list[QAction] = []
        for column, each in enumerate(COLUMNS):
            action = self.addAction(each.title)
            action.setCheckable(True)
            action.triggered.connect(lambda checked=False, column=column: self._sort(column))
            group.addAction(action)
            self._choices.append(action)
        self.addSeparator()
        current = act(self, "C&urrent column", "Ctrl+Shift+O", lambda: model.turn_sorting(current_column(table)))
        current.setProperty(PLAIN_WORDS, "Sort by the current column")
        self._turn = act(self, "&Turn round", "Ctrl+Shift+I", self._turn_round)
        self._turn.setProperty(PLAIN_WORDS, "Turn the order of rows round")
        self._own = act(self, "The list's &own order", "Ctrl+Alt+O", lambda: model.sort_by(None))
        self._own.setCheckable(True)
        group.addAction(self._own)
        model.headerDataChanged.connect(self._check)
        model.modelReset.connect(self._check)
        self._check()

    def _sort(self, column: int) -> None:
        self._model.sort_by(column, is_descending=COLUMNS[column].is_number)

    def _turn_round(self) -> None:
        if (sorted_by := self._model.sorted_by) is not None:
            self._model.sort_by(sorted_by[0], is_descending=not sorted_by[1])

    def _check(self) -> None:
        sorted_by = self._model.sorted_by
        for column, action in enumerate(self._choices):
            action.setChecked(sorted_by is not None and sorted_by[0] == column)
        self._own.setChecked(sorted_by is None)
        self._turn.setEnabled(sorted_by is not None)


class ColumnsMenu(QMenu):
    """Works on the column with the focus ring. Its keys are the table's: in a field they are for the text."""

    def __init__(self, table: TableView, parent: QWidget) -> None:
        super().__init__("Co&lumns", parent)
        self._table = table
        for words, keys, does in (
            ("&Wider column", "Alt+Shift+Right", lambda: self.widen(current_column(table), STEP_PX)),
            ("&Narrower column", "Alt+Shift+Left", lambda: self.widen(current_column(table), -STEP_PX)),
            ("Move column &right", "Alt+Right", lambda: self.move_column(current_column(table), 1)),
            ("Move column &left", "Alt+Left", lambda: self.move_column(current_column(table), -1)),
        ):
            action = act(self, words, keys, does)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            table.addAction(action)
        self.addSeparator()
        self.reset = act(self, "Rese&t columns", "Ctrl+Shift+R", table.header.fit)

    def widen(self, column: int, by_px: int) -> None:
        """Make a column so much wider; Trend has what the others leave."""
        header = self._table.header
        if COLUMNS[column].kind is not Kind.TREND:
            width_px = header.sectionSize(column) + by_px
            header.resizeSection(column, max(header.minimumSectionSize(), min(width_px, _WIDEST_PX)))

    def move_column(self, column: int, step: int) -> None:
        """Let a column change places with the one at its left (-1) or right (1); Symbol stays the first."""
        header = self._table.header
        place = header.visualIndex(column)
        if column != SYMBOL and 0 < place + step < header.count():
            header.moveSection(place, place + step)

    def can_move(self, column: int, step: int) -> bool:
        """Is there a place for it at that side?"""
        place = self._table.header.visualIndex(column) + step
        return column != SYMBOL and 0 < place < self._table.header.count()


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

    def menu(self, column: int) -> QMenu:
        """The menu of one column; closing it deletes it."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        each, model, columns = COLUMNS[column], self._model, self._columns
        for words, is_descending in _ways(each):
            action = menu.addAction(f"{each.title}: {words}")
            action.setCheckable(True)
            action.setChecked(model.sorted_by == (column, is_descending))
            action.triggered.connect(
                lambda checked=False, is_descending=is_descending: model.sort_by(column, is_descending=is_descending)
            )
        own = menu.addAction("The list's own order")
        own.setCheckable(True)
        own.setChecked(model.sorted_by is None)
        own.triggered.connect(lambda: model.sort_by(None))
        if each.kind is Kind.TREND:
            self._add_spans(menu)
        menu.addSeparator()
        for words, step in (("Move left", -1), ("Move right", 1)):
            action = menu.addAction(words)
            action.setEnabled(columns.can_move(column, step))
            action.triggered.connect(lambda checked=False, step=step: columns.move_column(column, step))
        for words, by_px in (("Wider", STEP_PX), ("Narrower", -STEP_PX)):
            action = menu.addAction(words)
            action.setEnabled(each.kind is not Kind.TREND)
            action.triggered.connect(lambda checked=False, by_px=by_px: columns.widen(column, by_px))
        menu.addSeparator()
        menu.addAction("Reset all columns").triggered.connect(self._table.header.fit)
        return menu

    def _add_spans(self, menu: QMenu) -> None:
        """How far back the lines reach."""
        menu.addSeparator()
        for words, span in (("Last 15 minutes", TrendSpan.QUARTER), ("Today (24 hours)", TrendSpan.DAY)):
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(self._model.quotes.history.span_s == span.seconds)
            action.triggered.connect(lambda checked=False, span=span: self._requests.trend.emit(span))

    def _show(self, at: QPoint) -> None:
        column = self._table.header.logicalIndexAt(at)
        if column >= 0:
            self.menu(column).popup(self._table.header.viewport().mapToGlobal(at))


def _ways(column: Column) -> tuple[tuple[str, bool], ...]:
    """The two orders by a column, in words, the usual one first; each with: is it descending?"""
    if column.kind is Kind.TIME:
        return ("newest first", True), ("oldest first", False)
    if column.is_number:
        return ("largest first", True), ("smallest first", False)
    return ("A to Z", False) if column.kind is Kind.SYMBOL else ("live first", False), (
        "Z to A" if column.kind is Kind.SYMBOL else "live last",
        True,
    )


def current_column(table: TableView) -> int:
    """The one with the focus ring; Last where there is none."""
    column = table.currentIndex().column()
    return column if column >= 0 else PRICE

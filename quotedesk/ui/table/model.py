"""The watchlist and its quotes as a Qt table model: for tests, assistive technology, the clipboard and tooltips.

The screen is painted by table_view straight from the store; nothing here runs per tick.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from quotedesk.lists.section import Row, Section, grouped
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument, shown
from quotedesk.market.states import RowState
from quotedesk.quotes.arrays import Slots
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks import tips
from quotedesk.ui.table import row_order
from quotedesk.ui.table import row_text as row_words
from quotedesk.ui.table.column_titles import bases_of, change_tip, change_titles, cut_titles
from quotedesk.ui.table.columns import (
    CHANGE,
    COLUMNS,
    NO_FORMULAS,
    PERCENT,
    SYMBOL,
    Column,
    Kind,
    Own,
    RowSnapshot,
    SortOrder,
    chosen,
    named,
)
from quotedesk.ui.table.row_reader import RowReader
from quotedesk.ui.table.section_summary import SectionSummary, summary

_ROLE = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex
_FLAG = Qt.ItemFlag
_ROW_FLAGS = _FLAG.ItemIsEnabled | _FLAG.ItemIsSelectable | _FLAG.ItemIsDragEnabled | _FLAG.ItemNeverHasChildren

_MOST_RUNS = 200  # of rows that come or go; above, telling them one by one takes longer than all anew


class TableModel(QAbstractTableModel):
    """Follows a watchlist: its rows as they are shown, sorted and without what is folded.

    Attributes:
        quotes: where the numbers are.
        watchlist: the list.
        columns: those that the list shows, from the left, Symbol first.
        rows: as they are shown.
        order: all of them, those that are folded away as well.
        slots: those of `rows` in the store; a label's belongs to nobody.
        sorted_by: (column, descending), or None for the list's own order. Labels stay, rows are sorted among them. The
            column need not be shown.
        own: tells the columns of the user's formulas.
        reader: what is known of a row.
        names: the columns to show, whatever the list has; None: those of the list. See `show_columns`.

    Signals:
        formulas_changed(): there are other formulas than before.
    """

    formulas_changed = Signal()

    def __init__(
        self,
        watchlist: Watchlist,
        quotes: Quotes,
        clock: Clock,
        directories: Directories | None = None,
        parent: QObject | None = None,
        own: Callable[[], Own] = lambda: NO_FORMULAS,
    ) -> None:
        super().__init__(parent)
        self.quotes = quotes
        self.own = own
        self._own = own()
        self._nobody = quotes.slot(row_order.NOBODY)
        quotes.set_state(quotes.slots([row_order.NOBODY]), RowState.OFFLINE, 0.0)
        self.names: tuple[str, ...] | None = None
        self.sorted_by: SortOrder | None = None
        self.reader = RowReader(quotes, clock, directories or Directories({}, lambda feed: SymbolDirectory()))
        self._clock = clock
        self.watchlist = watchlist
        self._only: frozenset[Row] | None = None
        self._members: dict[Section, NDArray[np.intp]] = {}  # their slots, as they stand in `order`
        self._grouped_for: list[Row] | None = None
        self._counted_for: tuple[Slots | None, int] = None, 0
        self._take_over()
        watchlist.listeners.append(self._list_changed)

    def show_list(self, watchlist: Watchlist, sorted_by: SortOrder | None = None) -> None:
        """Follow another list from now on."""
        self.beginResetModel()
        self.watchlist.listeners.remove(self._list_changed)
        self.watchlist, self.sorted_by, self._only = watchlist, sorted_by, None
        watchlist.listeners.append(self._list_changed)
        self._take_over()
        self.endResetModel()

    def release(self) -> None:
        """Follow nothing any more."""
        if self._list_changed in self.watchlist.listeners:
            self.watchlist.listeners.remove(self._list_changed)

    def _take_over(self) -> None:
        self._feed = self.reader.feed = self.watchlist.feed
        self._names = self._names_now()
        self.columns = chosen(self._names, self._feed, self.own())
        if self.sorted_by is not None and (column := named(self.sorted_by[0].title, self.own())) is not None:
            self.sorted_by = column, self.sorted_by[1]
        elif self.sorted_by is not None:
            self.sorted_by = None  # by a formula that is no more
        self._known = list(self.watchlist)
        self._put_in_order()
        self._show(row_order.visible(self.order, self.watchlist.folded, self._only))

    def show_columns(self, names: tuple[str, ...]) -> None:
        """Show these from now on, whatever the list has; Symbol is always the first."""
        self.beginResetModel()
        self.names = names
        self._take_over()
        self.endResetModel()

    def _names_now(self) -> tuple[str, ...]:
        return self.watchlist.columns if self.names is None else self.names

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Those that there are, shown or not."""
        return (*COLUMNS, *self.own().values())

    def look_at_formulas(self) -> None:
        """Show the columns of formulas as they are now."""
        if self.own() is self._own:
            return
        self._own = self.own()
        sorts = self.sorted_by is not None and self.sorted_by[0] not in self.all_columns
        if sorts or chosen(self._names, self._feed, self.own()) != self.columns:
            self.beginResetModel()
            self._take_over()
            self.endResetModel()
        self.formulas_changed.emit()

    # The list and the order

    def _list_changed(self) -> None:
        # What a row is called changes with the feed.
        if self.watchlist.feed != self._feed or self._names_now() != self._names:
            self.beginResetModel()
            self._take_over()
            self.endResetModel()
            return
        before, now = self._known, list(self.watchlist)
        self._known = now
        if self.sorted_by is not None:
            gone, new = set(before).difference(now), set(now).difference(before)
            if [row for row in before if row not in gone] != [row for row in now if row not in new]:
                self.sort_by(None)  # rows were moved by hand: that order is to be seen
                return
        self._catch_up()

    def sort_by(self, column: Column | None, *, is_descending: bool = False) -> None:
        """Show the rows ordered by a column's values as they are now; None shows the list's own order."""
        self.sorted_by = None if column is None else (column, is_descending)
        self._catch_up()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def sort_again(self) -> None:
        """The same order, by the values as they are now."""
        if self.sorted_by is not None:
            self._catch_up()

    def show_only(self, rows: frozenset[Row] | None) -> None:
        """Show these rows with the labels above them, folded or not; None shows all again."""
        if rows != self._only:
            self._only = rows
            self._catch_up()

    @property
    def is_filtered(self) -> bool:
        """Are only some rows shown?"""
        return self._only is not None

    def turn_sorting(self, place: int) -> None:
        """A click on a header: sort, then the other way round, then the list's own order again.

        Numbers begin with the largest, words at A.
        """
        column = self.columns[place]
        first = column.is_number
        if self.sorted_by == (column, first):
            self.sort_by(column, is_descending=not first)
        else:
            self.sort_by(None if self.sorted_by == (column, not first) else column, is_descending=first)

    def unfolded(self, shown: Iterable[Row]) -> tuple[Row, ...]:
        """An order of `rows` as one of all rows: what is folded away stands below its label."""
        return row_order.unfolded(shown, self.order, self.watchlist.folded)

    def _put_in_order(self) -> None:
        self.order = row_order.ordered(list(self.watchlist), self.sorted_by, self.reader)
        self._all = row_order.slots_of(self.quotes, self.order)

    def _catch_up(self) -> None:
        """Show the rows as they are to be now: what is gone goes, what stays is put in order, what is new comes."""
        self._put_in_order()
        target = row_order.visible(self.order, self.watchlist.folded, self._only)
        if target == self.rows:
            return
        here, before = set(target), set(self.rows)
        going = row_order.runs([row not in here for row in self.rows])
        coming = row_order.runs([row not in before for row in target])
        if len(going) + len(coming) > _MOST_RUNS:
            self.beginResetModel()
            self._show(target)
            self.endResetModel()
            return
        for first, last in reversed(going):
            self.beginRemoveRows(QModelIndex(), first, last)
            self._show(self.rows[:first] + self.rows[last + 1 :])
            self.endRemoveRows()
        staying = [row for row in target if row in before]
        if staying != self.rows:
            self._reorder(staying)
        for first, last in coming:
            self.beginInsertRows(QModelIndex(), first, last)
            self._show(self.rows[:first] + target[first : last + 1] + self.rows[first:])
            self.endInsertRows()

    def _reorder(self, order: list[Row]) -> None:
        self.layoutAboutToBeChanged.emit()
        before, places = self.rows, {each: row for row, each in enumerate(order)}
        self._show(order)
        indexes = self.persistentIndexList()
        moved = [self.index(places[before[index.row()]], index.column()) for index in indexes]
        self.changePersistentIndexList(indexes, moved)
        self.layoutChanged.emit()

    def _show(self, rows: list[Row]) -> None:
        self.rows = rows
        self.slots = self._all if rows == self.order else row_order.slots_of(self.quotes, rows)  # takes its time

    # QAbstractTableModel

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return _ROW_FLAGS if index.isValid() else _FLAG.NoItemFlags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Vertical:  # hidden: it is there for those who hear the table
            is_asked = role == _ROLE.AccessibleTextRole and 0 <= section < len(self.rows)
            return self._spoken_row(section) if is_asked else None
        if not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == _ROLE.DisplayRole:
            return self.titles(column)[0]
        if role == _ROLE.ToolTipRole:
            if column is not self._based:
                return tips.as_shown(column.tip)
            return change_tip(*bases_of(self.quotes, self.slots), self._clock)
        if role == _ROLE.TextAlignmentRole:
            return column.alignment
        return None

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self.rows[index.row()]
        if isinstance(row, Section):
            return self._label_data(row, role) if index.column() == SYMBOL else None
        if role == _ROLE.DisplayRole:
            return column.text(self.reading(index.row()))
        if role == _ROLE.TextAlignmentRole:
            return column.alignment
        if role == _ROLE.ToolTipRole:
            reading, (trace, continuity) = self.reading(index.row()), self.reader.trace_of(row)
            bells = self.reader.bells_of(row)
            said = row_words.tip(reading, self._clock, self.others_tick(), trace, continuity, bells)
            explained = column.explain(reading) if column.explain else ""
            return f"{explained}\n{said}" if explained else said
        if role == _ROLE.AccessibleTextRole:
            return row_words.spoken_cell(self.reading(index.row()), column)
        if role == _ROLE.AccessibleDescriptionRole and index.column() == SYMBOL:
            return row_words.remarks(self.reading(index.row()), self.reader.bells_of(row))
        return None

    def _spoken_row(self, at: int) -> str:
        row = self.rows[at]
        if isinstance(row, Section):
            return str(self._label_data(row, _ROLE.AccessibleTextRole))
        return f"{shown(row, self._feed)} {self.reader.directories.of(row.feed).name(row.code)}".rstrip()

    def _label_data(self, section: Section, role: int) -> Any:
        if role == _ROLE.DisplayRole:
            return section.name
        if role == _ROLE.AccessibleTextRole:
            now = self.summary_of(section)
            folded = ", folded" if section.key in self.watchlist.folded else ""
            mean = f", mean change {now.mean_text.replace('%', 'percent')}" if now.mean_text else ""
            return f"Section {section.name}, {now.count} {'symbol' if now.count == 1 else 'symbols'}{folded}{mean}"
        return None

    # For the view

    def reading(self, row: int) -> RowSnapshot:
        """A row's numbers now; not of a label."""
        instrument = self.rows[row]
        assert isinstance(instrument, Instrument)
        return self.reader.read(instrument)

    def place_of(self, column: Column) -> int:
        """Where a column stands in the list that is shown; -1 where it does not."""
        return self.columns.index(column) if column in self.columns else -1

    def summary_of(self, section: Section) -> SectionSummary:
        """What the symbols of a section are together now, those that are folded away as well."""
        if self._grouped_for is not self.order:  # finding the members of all takes longer than all the rest
            self._grouped_for = self.order
            labelled = [(label, members) for label, members in grouped(self.order) if label is not None]
            self._members = {label: row_order.slots_of(self.quotes, members) for label, members in labelled}
        return summary(self.quotes, self._members.get(section, self._all[:0]))

    def labels(self) -> set[int]:
        """The rows that are labels."""
        return set(np.flatnonzero(self.slots == self._nobody).tolist())

    def titles(self, column: Column) -> tuple[str, ...]:
        """A column's title, from its longest form to its shortest: Chg says what the rows shown count from."""
        if column is not self._based:
            return cut_titles(column.title) if column.kind is Kind.FORMULA else (column.title,)
        return change_titles(*bases_of(self.quotes, self.slots), self._clock, column.title)

    @property
    def _based(self) -> Column:
        """Whose title says what changes count from: Chg, or Chg % where that is not shown."""
        return CHANGE if CHANGE in self.columns else PERCENT

    def counts(self) -> dict[RowState, int]:
        """How many symbols of the list, folded ones too, are in each state; only those states that are there."""
        if self._counted_for[0] is not self._all or self._counted_for[1] != self.quotes.state_version:
            self._counted_for = self._all, self.quotes.state_version
            found = np.bincount(self.quotes.state[self._all[self._all != self._nobody]], minlength=len(RowState))
            self._counts = {state: count for state, count in zip(RowState, found.tolist(), strict=True) if count}
        return self._counts

    def others_tick(self) -> bool:
        """Is any row live?"""
        return bool((self.quotes.state[self.slots] == RowState.LIVE).any())

    def announce(self, first: int, last: int) -> None:
        """Tell assistive technology that rows changed: every column but Symbol, which may be in an editor."""
        self.dataChanged.emit(
            self.index(first, SYMBOL + 1), self.index(last, len(self.columns) - 1), [_ROLE.DisplayRole]
        )

"""The watchlist and its quotes as a Qt table model: for tests, assistive technology, the clipboard and tooltips.

The screen is painted by table_view straight from the store; nothing here runs per tick.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from quotedesk.feed.proof import Continuity, Proof
from quotedesk.feed.states import RowState
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.store.catalogue import Catalogue
from quotedesk.store.order import ranked
from quotedesk.store.quotes import Quotes
from quotedesk.store.watchlist import Watchlist
from quotedesk.ui import row_words
from quotedesk.ui.columns import COLUMNS, SYMBOL, Kind, Reading, read

_ROLE = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex
_FLAG = Qt.ItemFlag
_ROW_FLAGS = _FLAG.ItemIsEnabled | _FLAG.ItemIsSelectable | _FLAG.ItemIsDragEnabled | _FLAG.ItemNeverHasChildren

# The rows that a price would reach.
_REACHED = (
    RowState.LIVE,
    RowState.QUIET,
    RowState.CLOSED,
    RowState.DELAYED,
    RowState.HALTED,
    RowState.LIMIT_UP,
    RowState.LIMIT_DOWN,
)


class TableModel(QAbstractTableModel):
    """Follows the watchlist.

    Attributes:
        quotes: where the numbers are.
        rows: the instruments as they are shown: in the list's order, or sorted.
        slots: their slots in the store.
        sorted_by: (column, descending), or None for the list's own order.
        offline_reason: why rows are offline, one plain line; "" unknown.
        proof_of: what proves a row's subscription, and what became of its ticks; None where nothing is known.
    """

    def __init__(
        self,
        watchlist: Watchlist,
        quotes: Quotes,
        clock: Clock,
        catalogue: Catalogue | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.quotes = quotes
        self.rows: list[Instrument] = list(watchlist)
        self.slots: NDArray[np.intp] = quotes.slots(watchlist)
        self.sorted_by: tuple[int, bool] | None = None
        self._watchlist = watchlist
        self._first = self._count = 0  # of the rows that come
        self.offline_reason = ""
        self.proof_of: Callable[[Instrument], tuple[Proof | None, Continuity | None]] = lambda instrument: (None, None)
        self._clock = clock
        self._catalogue = catalogue or Catalogue()
        watchlist.follower = self

    # Follower: told by the list, in its own order

    def inserting(self, first: int, count: int) -> None:
        self._first, self._count = first, count

    def inserted(self) -> None:
        new = [self._watchlist[row] for row in range(self._first, self._first + self._count)]
        at = self._first if self.sorted_by is None else len(self.rows)
        self.beginInsertRows(QModelIndex(), at, at + len(new) - 1)
        self._show(self.rows[:at] + new + self.rows[at:])
        self.endInsertRows()

    def removing(self, first: int, count: int) -> None:
        pass

    def removed(self) -> None:
        row = len(self.rows) - 1
        while row >= 0:
            last = row
            while row >= 0 and self.rows[row] not in self._watchlist:
                row -= 1
            if row < last:
                self.beginRemoveRows(QModelIndex(), row + 1, last)
                self._show(self.rows[: row + 1] + self.rows[last + 1 :])
                self.endRemoveRows()
            row -= 1

    def rearranging(self) -> None:
        pass

    def rearranged(self, places: Sequence[int]) -> None:
        self.sort_by(None)

    def replaced(self, row: int) -> None:
        new = self._watchlist[row]
        place = next(place for place, each in enumerate(self.rows) if each not in self._watchlist)
        self._show([*self.rows[:place], new, *self.rows[place + 1 :]])
        self.dataChanged.emit(self.index(place, 0), self.index(place, len(COLUMNS) - 1))

    # Sorting

    def sort_by(self, column: int | None, *, is_descending: bool = False) -> None:
        """Show the rows ordered by a column's values as they are now; None shows the list's own order."""
        if column is None:
            self.sorted_by = None
            order = list(self._watchlist)
        else:
            self.sorted_by = (column, is_descending)
            key = COLUMNS[column].key
            if key:
                values = key(self.quotes, self.slots)
            else:
                values = np.unique([each.code for each in self.rows], return_inverse=True)[1].astype(np.float64)
            order = [self.rows[place] for place in ranked(values, is_descending=is_descending)]
        self.layoutAboutToBeChanged.emit()
        before, places = self.rows, {instrument: row for row, instrument in enumerate(order)}
        self._show(order)
        indexes = self.persistentIndexList()
        moved = [self.index(places[before[index.row()]], index.column()) for index in indexes]
        self.changePersistentIndexList(indexes, moved)
        self.layoutChanged.emit()

    def turn_sorting(self, column: int) -> None:
        """A click on a header: sort, then the other way round, then the list's own order again."""
        if self.sorted_by == (column, False):
            self.sort_by(column, is_descending=True)
        else:
            self.sort_by(None if self.sorted_by == (column, True) else column)

    def _show(self, rows: list[Instrument]) -> None:
        self.rows = rows
        self.slots = self.quotes.slots(rows)

    # QAbstractTableModel

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return _ROW_FLAGS if index.isValid() else _FLAG.NoItemFlags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == _ROLE.DisplayRole:
            return column.title
        if role == _ROLE.ToolTipRole:
            since = row_words.since(self.first_s(), self._clock) if column.kind is Kind.CHANGE else ""
            return f"{column.tip}{since}"
        if role == _ROLE.TextAlignmentRole:
            return column.alignment
        return None

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = COLUMNS[index.column()]
        if role == _ROLE.DisplayRole:
            return column.text(self.reading(index.row()))
        if role == _ROLE.TextAlignmentRole:
            return column.alignment
        if role == _ROLE.ToolTipRole:
            others = self.others_tick()
            proof, continuity = self.proof_of(self.rows[index.row()])
            reading = self.reading(index.row())
            return row_words.tip(reading, self._clock, self.offline_reason, others, proof, continuity)
        if role == _ROLE.AccessibleTextRole:
            return row_words.spoken(self.reading(index.row()), column)
        if role == _ROLE.AccessibleDescriptionRole and index.column() == SYMBOL:
            return self.quotes.words(self.reading(index.row()).slot)
        return None

    # For the view

    def reading(self, row: int) -> Reading:
        """A row's numbers now."""
        instrument = self.rows[row]
        now_s = self._clock.now_s()
        return read(self.quotes, instrument, now_s, self._catalogue.name(instrument.code), self._clock.utc_s(now_s))

    def first_s(self) -> float:
        """When the first price of any row came; NaN before it."""
        firsts = self.quotes.first_s[self.slots]
        known = firsts[~np.isnan(firsts)]
        return float(known.min()) if len(known) else float("nan")

    def parked(self) -> int:
        """How many rows the plan has no room for."""
        return int((self.quotes.state[self.slots] == RowState.PARKED).sum())

    def live(self) -> int:
        """How many rows a price would reach: those that are proven, if only by an earlier tick."""
        return int(np.isin(self.quotes.state[self.slots], _REACHED).sum())

    def others_tick(self) -> bool:
        """Is any row live?"""
        return bool((self.quotes.state[self.slots] == RowState.LIVE).any())

    def announce(self, first: int, last: int) -> None:
        """Tell assistive technology that rows changed: every column but Symbol, which may be in an editor."""
        self.dataChanged.emit(self.index(first, SYMBOL + 1), self.index(last, len(COLUMNS) - 1), [_ROLE.DisplayRole])

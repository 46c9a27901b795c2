"""The watchlist and its quotes as a Qt table model: for tests, assistive technology, the clipboard and tooltips.

The screen is painted by table_view straight from the store; nothing here runs per tick.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from quotedesk.feed.states import RowState
from quotedesk.market.clock import Clock
from quotedesk.store.catalogue import Catalogue
from quotedesk.store.quotes import Quotes
from quotedesk.store.watchlist import Watchlist
from quotedesk.ui import row_words
from quotedesk.ui.columns import COLUMNS, SYMBOL, Kind, Reading, read

_ROLE = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex
_ROW_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren


class TableModel(QAbstractTableModel):
    """Follows the watchlist.

    Attributes:
        watchlist, quotes: what it shows.
        slots: the rows' slots in the store, in row order.
        offline_reason: why rows are offline, one plain line; "" unknown.
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
        self.watchlist = watchlist
        self.quotes = quotes
        self.slots: NDArray[np.intp] = quotes.slots(watchlist)
        self.offline_reason = ""
        self._clock = clock
        self._catalogue = catalogue or Catalogue()
        watchlist.follower = self

    # Follower

    def inserting(self, first: int, count: int) -> None:
        self.beginInsertRows(QModelIndex(), first, first + count - 1)

    def inserted(self) -> None:
        self.slots = self.quotes.slots(self.watchlist)
        self.endInsertRows()

    def removing(self, first: int, count: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, first + count - 1)

    def removed(self) -> None:
        self.slots = self.quotes.slots(self.watchlist)
        self.endRemoveRows()

    def rearranging(self) -> None:
        self.layoutAboutToBeChanged.emit()

    def rearranged(self, places: Sequence[int]) -> None:
        self.slots = self.quotes.slots(self.watchlist)
        before = self.persistentIndexList()
        self.changePersistentIndexList(before, [self.index(places[each.row()], each.column()) for each in before])
        self.layoutChanged.emit()

    def replaced(self, row: int) -> None:
        self.slots = self.quotes.slots(self.watchlist)
        self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))

    # QAbstractTableModel

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.watchlist)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        return _ROW_FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

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
            others = bool((self.quotes.state[self.slots] == RowState.LIVE).any())
            return row_words.tip(self.reading(index.row()), self._clock, self.offline_reason, others)
        if role == _ROLE.AccessibleTextRole:
            return row_words.spoken(self.reading(index.row()), column)
        if role == _ROLE.AccessibleDescriptionRole and index.column() == SYMBOL:
            return self.quotes.words(self.reading(index.row()).slot)
        return None

    # For the view

    def reading(self, row: int) -> Reading:
        """A row's numbers now."""
        instrument = self.watchlist[row]
        return read(self.quotes, instrument, self._clock.now_s(), self._catalogue.name(instrument.code))

    def first_s(self) -> float:
        """When the first price of any row came; NaN before it."""
        firsts = self.quotes.first_s[self.slots]
        known = firsts[~np.isnan(firsts)]
        return float(known.min()) if len(known) else float("nan")

    def live(self) -> int:
        """How many rows are live or quiet: those a price would reach."""
        states = self.quotes.state[self.slots]
        return int(((states == RowState.LIVE) | (states == RowState.QUIET)).sum())

    def announce(self, first: int, last: int) -> None:
        """Tell assistive technology that rows changed: every column but Symbol, which may be in an editor."""
        self.dataChanged.emit(self.index(first, SYMBOL + 1), self.index(last, len(COLUMNS) - 1), [_ROLE.DisplayRole])

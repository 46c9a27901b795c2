"""Which rows are chosen, and which ones after an edit: what came, or what stands where something went."""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject

from quotedesk.lists.section import Row
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.ui.table.columns import SYMBOL
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.view import TableView
from quotedesk.ui.undo import Undo

_SELECT = QItemSelectionModel.SelectionFlag


class Selection(QObject):
    """The chosen rows of one table. Follows the edits that are made in its own window."""

    def __init__(self, table: TableView, model: TableModel, undo: Undo) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._undo = undo
        self._came: list[Row] = []  # rows of the edit that is being done
        self._gone_row = -1
        self._before: tuple[Watchlist, str, list[Row]] = model.watchlist, "", []  # the list, its feed, what was chosen
        self._was_reset = False
        model.modelReset.connect(self._start_over)
        model.rowsInserted.connect(self._rows_came)
        model.rowsRemoved.connect(self._rows_went)
        undo.about_to_edit.connect(self._begin)
        undo.edited.connect(self._end)

    def rows(self) -> list[Row]:
        """The chosen rows, from the top."""
        chosen = self._table.selectionModel().selectedRows()
        return [self._model.rows[row] for row in sorted(index.row() for index in chosen)]

    def select(self, rows: Sequence[Row], current: Row | None = None) -> None:
        """Choose rows, as far as they are shown; make one, else the first, current and bring it into view."""
        places = {each: row for row, each in enumerate(self._model.rows)}
        found = sorted(places[each] for each in rows if each in places)
        if not found:
            return
        selection, last_column = QItemSelection(), self._model.columnCount() - 1
        first = found[0]
        for row, after in zip(found, [*found[1:], -1], strict=True):
            if after != row + 1:
                selection.select(self._model.index(first, 0), self._model.index(row, last_column))
                first = after
        at = self._model.index(places.get(current, found[0]) if current is not None else found[0], SYMBOL)
        chosen = self._table.selectionModel()
        chosen.setCurrentIndex(at, _SELECT.NoUpdate)
        chosen.select(selection, _SELECT.ClearAndSelect)
        self._table.scrollTo(self._model.index(found[-1], SYMBOL))
        self._table.scrollTo(at)

    def _begin(self) -> None:
        self._came, self._gone_row, self._was_reset = [], -1, False
        self._before = self._model.watchlist, self._model.watchlist.feed, self.rows()

    def _start_over(self) -> None:
        self._was_reset = True

    def _rows_came(self, parent: QModelIndex, first: int, last: int) -> None:
        self._came += self._model.rows[first : last + 1]

    def _rows_went(self, parent: QModelIndex, first: int, last: int) -> None:
        self._gone_row = first if self._gone_row < 0 else min(first, self._gone_row)

    def _end(self) -> None:
        if self._undo.is_elsewhere or self._undo.active_window not in (None, self._table.window()):
            return  # the user looks at something else
        if self._came:
            self.select(self._came)
        elif self._was_reset and self._before[0] is self._model.watchlist:
            _, feed, chosen = self._before
            self.select([self._now_called(row, feed) for row in chosen])
        elif self._gone_row >= 0 and self._model.rows:
            self.select([self._model.rows[min(self._gone_row, len(self._model.rows) - 1)]])

    def _now_called(self, row: Row, feed: str) -> Row:
        """The row that a chosen one has become where the list, which was of `feed`, is one of another feed now."""
        watchlist = self._model.watchlist
        if isinstance(row, Instrument) and row.feed == feed and row not in watchlist:
            return Instrument(watchlist.feed, row.code)
        return row

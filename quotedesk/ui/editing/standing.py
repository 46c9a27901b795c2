"""What is to be known of a symbol before it is added to a list."""

import numpy as np

from quotedesk.lists.book import Book
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.ui.table.model import TableModel


class Standing:
    """Says where a symbol stands already, and whether the plan has a slot left for it."""

    def __init__(self, book: Book, model: TableModel) -> None:
        self._book = book
        self._model = model

    def of(self, instrument: Instrument) -> str:
        """In a few words; "" for nothing. Of a symbol that is in the list that is shown nothing is said here."""
        for each in self._book.lists:
            if each is not self._model.watchlist and instrument in each:
                return f"in list {each.name}"
        return "no slot left" if self._is_full_for(instrument) else ""

    def _is_full_for(self, instrument: Instrument) -> bool:
        """Is a row parked already that shares the symbol's connection?"""
        link_of = self._model.reader.directories.link_of
        link, rows = link_of(instrument), self._model.rows
        parked = np.flatnonzero(self._model.quotes.state[self._model.slots] == RowState.PARKED)
        return any(isinstance(row := rows[place], Instrument) and link_of(row) == link for place in parked.tolist())

"""Which columns the shown list has, and where: each change is an edit that can be undone."""

from collections.abc import Sequence

from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import SetColumns, Together
from quotedesk.ui.table.columns import COLUMNS, SYMBOL, Column, named, usual
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.undo import Undo


class ColumnChoice:
    """Changes the columns of the list that a table shows. Symbol is always there, and the first."""

    def __init__(self, book: Book, undo: Undo, model: TableModel) -> None:
        self._book = book
        self._undo = undo
        self._model = model

    @property
    def shown(self) -> tuple[Column, ...]:
        """From the left."""
        return self._model.columns

    def show(self, column: Column, on: bool = True) -> None:
        """Show a column, at the right of the others, or hide it."""
        others = [each for each in self.shown if each is not column]
        self.put([*others, column] if on else others)

    def place(self, column: Column, at: int) -> None:
        """Let a column stand at a place."""
        others = [each for each in self.shown if each is not column]
        if self.can_place(column, at):
            self.put([*others[:at], column, *others[at:]])

    def move(self, column: Column, step: int) -> None:
        """Let a column change places with the one at its left (-1) or right (1)."""
        self.place(column, self._model.place_of(column) + step)

    def can_place(self, column: Column, at: int) -> bool:
        """Is this a place for it?"""
        return column is not COLUMNS[SYMBOL] and SYMBOL < at < len(self.shown)

    def can_move(self, column: Column, step: int) -> bool:
        """Is there a place for it at that side?"""
        return self.can_place(column, self._model.place_of(column) + step)

    def put(self, columns: Sequence[Column]) -> None:
        """Show these, in this order. Names in the list that nobody knows keep their places."""
        watchlist = self._model.watchlist
        names = [each.title for each in columns if each is not COLUMNS[SYMBOL]]
        names.insert(SYMBOL, COLUMNS[SYMBOL].title)
        for at, name in enumerate(watchlist.columns):
            if named(name, self._model.own()) is None:
                names.insert(at, name)
        at_first = [each.title for each in usual(watchlist.feed)]
        self._push(() if names == at_first else tuple(names))

    def reset(self) -> None:
        """Show the usual ones."""
        self._push(())

    def give_to_all(self) -> None:
        """Show these columns in every list: one step of undo."""
        names = self._model.watchlist.columns
        edits = tuple(SetColumns(each, names) for each in self._book.lists if each.columns != names)
        if edits:
            self._undo.push(Together(edits, "columns of all lists", self._model.watchlist))

    def _push(self, names: tuple[str, ...]) -> None:
        if names != self._model.watchlist.columns:
            self._undo.push(SetColumns(self._model.watchlist, names))

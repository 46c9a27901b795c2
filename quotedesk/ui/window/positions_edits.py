"""Changes of what the user holds: each is an edit that can be undone. A list's first one brings its columns along."""

from collections.abc import Mapping, Sequence

import msgspec

from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import BookEdit, On, SetColumns, SetPositions, Together
from quotedesk.lists.edits import Insert
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.position_columns import SHOWN_FIRST, with_positions
from quotedesk.ui.undo import Undo


class PositionEdits:
    """Changes the positions of a book, seen by way of a table that shows one of its lists."""

    def __init__(self, book: Book, undo: Undo, model: TableModel) -> None:
        self._book = book
        self._undo = undo
        self.model = model

    def of(self, instrument: Instrument) -> Position | None:
        """What is held of it; None for nothing."""
        return self._book.held.positions.get(instrument)

    @property
    def held(self) -> Mapping[Instrument, Position]:
        """All of them."""
        return self._book.held.positions

    @property
    def is_hidden(self) -> bool:
        """May no amount be shown?"""
        return self._book.held.is_hidden

    def put(self, positions: Mapping[Instrument, Position | None], new_rows: Sequence[Instrument] = ()) -> bool:
        """Hold these, or (None) no more, and add rows to the list: one step of undo. Was there anything to do?"""
        shown = self.model.watchlist
        changed = {each: position for each, position in positions.items() if self.of(each) != position}
        rows = [each for each in dict.fromkeys(new_rows) if each not in shown]
        parts: list[On | SetPositions | SetColumns] = []
        if rows:
            at = len(tuple(shown))
            parts.append(On(shown, Insert(tuple(enumerate(rows, start=at)))))
        if changed:
            held = SetPositions(changed, shown)
            parts.append(held)
            if any(changed.values()) and not any(row in self.held for row in shown.instruments):
                parts += self._columns()
        if not parts:
            return False
        words = SetPositions(changed, shown).words if changed else parts[0].words
        edit: BookEdit = parts[0] if len(parts) == 1 else Together(tuple(parts), words, shown)
        self._undo.push(edit)
        return True

    def hide(self, on: bool) -> None:
        """Show no amount, or all again: a way to look, no edit."""
        self._book.hold(msgspec.structs.replace(self._book.held, is_hidden=on))

    def count_in(self, currency: str) -> None:
        """Give totals in that currency; "" for the one that most rows have."""
        self._book.hold(msgspec.structs.replace(self._book.held, currency=currency))

    def _columns(self) -> list[SetColumns]:
        """The list's first position: show what there is to see of it, where it does not yet."""
        shown = self.model.watchlist
        names = shown.columns or tuple(column.title for column in self.model.columns)
        if any(name in names for name in SHOWN_FIRST):
            return []
        return [SetColumns(shown, with_positions(names))]

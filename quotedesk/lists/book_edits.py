"""Edits of a book: of its lists as a whole, of flags and notes, and (On) of the rows of one. Each knows its inverse."""

from typing import Protocol

import msgspec

from quotedesk.lists.book import Book
from quotedesk.lists.edits import Edit, named
from quotedesk.lists.saved import ColumnFormula, Flag
from quotedesk.lists.section import Row
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position


class BookEdit(Protocol):
    """Something that can be done to a book, and undone."""

    @property
    def words(self) -> str:
        """What it does, for the menu."""

    @property
    def watchlist(self) -> Watchlist | None:
        """The list to be looked at afterwards; None: any."""

    def apply(self, book: Book) -> "BookEdit":
        """Do it; returns the edit that undoes it."""


class On(msgspec.Struct, frozen=True):
    """An edit of the rows of a list."""

    watchlist: Watchlist
    edit: Edit

    @property
    def words(self) -> str:
        return self.edit.words

    def apply(self, book: Book) -> "On":
        return On(self.watchlist, self.edit.apply(self.watchlist))


class AddList(msgspec.Struct, frozen=True):
    """Put a list, with its rows, before the one that stands at `at`, and take the tab of `closed`, if there is one."""

    watchlist: Watchlist
    at: int
    closed: Watchlist | None = None

    @property
    def words(self) -> str:
        return f"add list {self.watchlist.name}"

    def apply(self, book: Book) -> "DropList":
        book.add(self.watchlist, self.at)
        if self.closed is not None:
            book.open(self.closed, False)
        return DropList(self.watchlist)


class DropList(msgspec.Struct, frozen=True):
    """Delete a list."""

    watchlist: Watchlist

    @property
    def words(self) -> str:
        return f"delete list {self.watchlist.name}"

    def apply(self, book: Book) -> AddList:
        before = book.open_lists
        at = book.drop(self.watchlist)
        opened = next((each for each in book.open_lists if each not in before), None)  # the book has one open always
        return AddList(self.watchlist, at, opened)


class OpenList(msgspec.Struct, frozen=True):
    """Give a list its tab, or take it (`on` is False); the list stays, and so does the last tab."""

    watchlist: Watchlist
    on: bool = True

    @property
    def words(self) -> str:
        return f"{'open' if self.on else 'close'} list {self.watchlist.name}"

    def apply(self, book: Book) -> "OpenList":
        before = self.watchlist.is_open
        book.open(self.watchlist, self.on)
        return OpenList(self.watchlist, before)


class MoveList(msgspec.Struct, frozen=True):
    """Let a list stand at `at` among all."""

    watchlist: Watchlist
    at: int

    @property
    def words(self) -> str:
        return f"move list {self.watchlist.name}"

    def apply(self, book: Book) -> "MoveList":
        return MoveList(self.watchlist, book.move(self.watchlist, self.at))


class RenameList(msgspec.Struct, frozen=True):
    """Give a list another name."""

    watchlist: Watchlist
    name: str

    @property
    def words(self) -> str:
        return f"rename list to {self.name}"

    def apply(self, book: Book) -> "RenameList":
        before = self.watchlist.name
        book.rename(self.watchlist, self.name)
        return RenameList(self.watchlist, before)


class SetColumns(msgspec.Struct, frozen=True):
    """Show these columns in a list; none: the usual ones."""

    watchlist: Watchlist
    columns: tuple[str, ...]

    @property
    def words(self) -> str:
        return f"columns of {self.watchlist.name}"

    def apply(self, book: Book) -> "SetColumns":
        before = self.watchlist.columns
        self.watchlist.show_columns(self.columns)
        return SetColumns(self.watchlist, before)


class SetFormulas(msgspec.Struct, frozen=True):
    """Have these formulas, for all lists.

    Attributes:
        words: see BookEdit.
    """

    formulas: tuple[ColumnFormula, ...]
    words: str
    watchlist: Watchlist | None = None

    def apply(self, book: Book) -> "SetFormulas":
        before = book.formulas
        book.calculate(self.formulas)
        return SetFormulas(before, self.words, self.watchlist)


class SetFeed(msgspec.Struct, frozen=True):
    """Make a list one of another feed: the rows of its old own feed become rows of the new one, by the same code.

    Where the list has that row already they fall together at the upper one's place. Rows of further feeds stay as they
    are. Flags, notes and positions go along to symbols that have none; the old symbols keep theirs, other lists may
    have them.

    Attributes:
        feed: the list's own from now on.
        rows: what the list holds afterwards; None: as said above. An inverse says them, to be exact.
        flags, notes, positions: of symbols, to be set or (None, "") taken back; counts with `rows` only.
    """

    watchlist: Watchlist
    feed: str
    rows: tuple[Row, ...] | None = None
    flags: dict[Instrument, Flag | None] = {}
    notes: dict[Instrument, str] = {}
    positions: dict[Instrument, Position | None] = {}

    @property
    def words(self) -> str:
        return f"set feed of {self.watchlist.name} to {self.feed}"

    def apply(self, book: Book) -> "SetFeed":
        feed, rows = self.watchlist.feed, tuple(self.watchlist)
        edit = self if self.rows is not None else self._worked_out(book)
        assert edit.rows is not None
        flags = {each: book.flags.get(each) for each in edit.flags}
        notes = {each: book.notes.get(each, "") for each in edit.notes}
        positions = {each: book.held.positions.get(each) for each in edit.positions}
        self.watchlist.change_feed(self.feed, edit.rows)
        book.mark(edit.flags, edit.notes)
        if edit.positions:
            book.hold(book.held.changed(edit.positions))
        return SetFeed(self.watchlist, feed, rows, flags, notes, positions)

    def _worked_out(self, book: Book) -> "SetFeed":
        """The same with all that it changes."""
        rows: dict[Row, None] = {}
        flags: dict[Instrument, Flag | None] = {}
        notes: dict[Instrument, str] = {}
        positions: dict[Instrument, Position | None] = {}
        held = book.held.positions
        for old in self.watchlist:
            if not isinstance(old, Instrument) or old.feed != self.watchlist.feed:
                rows[old] = None
                continue
            new = Instrument(self.feed, old.code)
            rows[new] = None
            if old in book.flags and new not in book.flags:
                flags[new] = book.flags[old]
            if old in book.notes and new not in book.notes:
                notes[new] = book.notes[old]
            if old in held and new not in held:
                positions[new] = held[old]
        return SetFeed(self.watchlist, self.feed, tuple(rows), flags, notes, positions)


class Mark(msgspec.Struct, frozen=True):
    """Set or (None) take back the flags of symbols."""

    flags: dict[Instrument, Flag | None]
    watchlist: Watchlist | None = None

    @property
    def words(self) -> str:
        verb = "flag" if any(self.flags.values()) else "take the flag from"
        return f"{verb} {named(self.flags)}"

    def apply(self, book: Book) -> "Mark":
        before = {each: book.flags.get(each) for each in self.flags}
        book.mark(flags=self.flags)
        return Mark(before, self.watchlist)


class Note(msgspec.Struct, frozen=True):
    """Write, change or ("") remove the note of a symbol."""

    instrument: Instrument
    text: str
    watchlist: Watchlist | None = None

    @property
    def words(self) -> str:
        return f"note on {self.instrument.code}"

    def apply(self, book: Book) -> "Note":
        before = book.notes.get(self.instrument, "")
        book.mark(notes={self.instrument: self.text})
        return Note(self.instrument, before, self.watchlist)


class SetPositions(msgspec.Struct, frozen=True):
    """Hold other positions of symbols, or (None) none of them any more. Words name symbols, never amounts."""

    positions: dict[Instrument, Position | None]
    watchlist: Watchlist | None = None

    @property
    def words(self) -> str:
        verb = "position in" if any(self.positions.values()) else "no position in"
        return f"{verb} {named(self.positions)}"

    def apply(self, book: Book) -> "SetPositions":
        before = {each: book.held.positions.get(each) for each in self.positions}
        book.hold(book.held.changed(self.positions))
        return SetPositions(before, self.watchlist)


class Together(msgspec.Struct, frozen=True):
    """Several edits as one: one step of undo, one change on the wire.

    Attributes:
        words: what they do, in all.
        watchlist: see BookEdit.
    """

    edits: tuple[
        "On | AddList | DropList | OpenList | MoveList | RenameList | SetColumns | SetFormulas | SetFeed | Mark | Note "
        "| SetPositions",
        ...,
    ]
    words: str
    watchlist: Watchlist | None = None

    def apply(self, book: Book) -> "Together":
        return Together(tuple(reversed([edit.apply(book) for edit in self.edits])), self.words, self.watchlist)


def lists_of(edit: BookEdit) -> tuple[Watchlist, ...]:
    """The lists that an edit is about; none where it is about no one list."""
    if isinstance(edit, Together):
        return tuple(dict.fromkeys(each for part in edit.edits for each in lists_of(part)))
    return () if edit.watchlist is None else (edit.watchlist,)

"""Edits of a list: frozen values that know their inverse. A new one is a class here; the property test picks it up."""

from collections.abc import Iterable, Iterator
from typing import Protocol

import msgspec

from quotedesk.market.instrument import Instrument
from quotedesk.store.watchlist import Watchlist


class Edit(Protocol):
    """Something that can be done to a list, and undone."""

    @property
    def words(self) -> str:
        """What it does, for the menu: "add 3 symbols"."""

    def apply(self, watchlist: Watchlist) -> "Edit":
        """Do it; returns the edit that undoes it."""


class Insert(msgspec.Struct, frozen=True):
    """Put instruments into the list.

    Attributes:
        items: (row, instrument), ascending; the row is the one it will have when all are in. Rows beyond the end
            mean the end. Instruments that are already in the list stay where they are.
    """

    items: tuple[tuple[int, Instrument], ...]

    @property
    def words(self) -> str:
        return f"add {_symbols([instrument for _, instrument in self.items])}"

    def apply(self, watchlist: Watchlist) -> "Remove":
        new = [(row, instrument) for row, instrument in self.items if instrument not in watchlist]
        for first, run in _runs(new):
            watchlist.insert(min(first, len(watchlist)), run)
        return Remove(tuple(instrument for _, instrument in new))


class Remove(msgspec.Struct, frozen=True):
    """Take instruments out of the list; those that are not in it do not matter."""

    instruments: tuple[Instrument, ...]

    @property
    def words(self) -> str:
        return f"remove {_symbols(self.instruments)}"

    def apply(self, watchlist: Watchlist) -> Insert:
        gone = set(self.instruments)
        found = tuple((row, instrument) for row, instrument in enumerate(watchlist) if instrument in gone)
        for first, run in reversed(list(_runs(found))):
            watchlist.remove(first, len(run))
        return Insert(found)


class Arrange(msgspec.Struct, frozen=True):
    """Put the list into another order.

    Attributes:
        order: instruments, first to last; those of the list that are not in it follow, in the order they have.
        moved: those the user took hold of, for the words; none means that the whole list was arranged.
    """

    order: tuple[Instrument, ...]
    moved: tuple[Instrument, ...] = ()

    @property
    def words(self) -> str:
        return f"move {_symbols(self.moved)}" if self.moved else "arrange the list"

    def apply(self, watchlist: Watchlist) -> "Arrange":
        before = tuple(watchlist)
        order = dict.fromkeys(instrument for instrument in self.order if instrument in watchlist)
        watchlist.rearrange(list(order | dict.fromkeys(before)))
        return Arrange(before, self.moved)


class Replace(msgspec.Struct, frozen=True):
    """Put one instrument in the place of another. Without the old one, or with the new one there, it does nothing."""

    old: Instrument
    new: Instrument

    @property
    def words(self) -> str:
        return f"replace {self.old.code} by {self.new.code}"

    def apply(self, watchlist: Watchlist) -> "Replace":
        if self.old not in watchlist or self.new in watchlist:
            return Replace(self.old, self.old)
        watchlist.replace(watchlist.row(self.old), self.new)
        return Replace(self.new, self.old)


class Series(msgspec.Struct, frozen=True):
    """Several edits as one: one step of undo, one change on the wire. Named after its last."""

    edits: tuple["Insert | Remove | Arrange | Replace", ...]

    @property
    def words(self) -> str:
        return self.edits[-1].words if self.edits else "nothing"

    def apply(self, watchlist: Watchlist) -> "Series":
        inverses = [edit.apply(watchlist) for edit in self.edits]
        return Series(tuple(reversed(inverses)))


def append(watchlist: Watchlist, instruments: Iterable[Instrument]) -> Insert:
    """The edit that puts new instruments at the end, in order."""
    new = dict.fromkeys(instrument for instrument in instruments if instrument not in watchlist)
    return Insert(tuple(enumerate(new, start=len(watchlist))))


def shift(rows: Iterable[Instrument], instruments: Iterable[Instrument], step: int) -> Arrange:
    """The edit that moves instruments one row up (step -1) or down (step 1); at the edge they stay, in their order.

    `rows` is the list as it is shown: if that was sorted, this order becomes the list's own.
    """
    chosen = set(instruments)
    order = list(rows) if step < 0 else list(rows)[::-1]
    for row in range(1, len(order)):
        if order[row] in chosen and order[row - 1] not in chosen:
            order[row - 1], order[row] = order[row], order[row - 1]
    order = order if step < 0 else order[::-1]
    return Arrange(tuple(order), tuple(instrument for instrument in order if instrument in chosen))


def place(rows: Iterable[Instrument], instruments: Iterable[Instrument], at: int) -> Arrange:
    """The edit that puts instruments of the list together, in their order, before the one that stands in row `at`.

    `rows` is the list as it is shown, see `shift`; its length as `at` means the end.
    """
    chosen = set(instruments)
    order = list(rows)
    moved = tuple(instrument for instrument in order if instrument in chosen)
    above = [instrument for instrument in order[:at] if instrument not in chosen]
    below = [instrument for instrument in order[at:] if instrument not in chosen]
    return Arrange((*above, *moved, *below), moved)


def _runs(items: Iterable[tuple[int, Instrument]]) -> Iterator[tuple[int, list[Instrument]]]:
    """Items of neighbouring rows, as (first row, instruments)."""
    first, run = 0, list[Instrument]()
    for row, instrument in items:
        if run and row != first + len(run):
            yield first, run
            run = []
        if not run:
            first = row
        run.append(instrument)
    if run:
        yield first, run


def _symbols(instruments: Iterable[Instrument]) -> str:
    codes = [instrument.code for instrument in instruments]
    return codes[0] if len(codes) == 1 else f"{len(codes)} symbols"

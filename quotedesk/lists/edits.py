"""Edits of a list: frozen values that know their inverse. A new one is a class here; the property test picks it up."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from quotedesk.lists.section import Row, Section
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument


class Edit(Protocol):
    """Something that can be done to a list, and undone."""

    @property
    def words(self) -> str:
        """What it does, for the menu: "add 3 symbols"."""

    def apply(self, watchlist: Watchlist) -> "Edit":
        """Do it; returns the edit that undoes it."""


class Insert(msgspec.Struct, frozen=True):
    """Put rows into the list.

    Attributes:
        items: (place, row), ascending; the place is the one it will have when all are in. Places beyond the end mean
            the end. What is already in the list stays where it is.
    """

    items: tuple[tuple[int, Row], ...]

    @property
    def words(self) -> str:
        return f"add {named([row for _, row in self.items])}"

    def apply(self, watchlist: Watchlist) -> "Remove":
        new = {row: place for place, row in self.items if row not in watchlist}
        waiting, rows = iter(watchlist), list[Row]()
        for row, place in new.items():
            while len(rows) < place and (old := next(waiting, None)) is not None:
                rows.append(old)
            rows.append(row)
        watchlist.put([*rows, *waiting])
        return Remove(tuple(new))


class Remove(msgspec.Struct, frozen=True):
    """Take rows out of the list; those that are not in it do not matter."""

    rows: tuple[Row, ...]

    @property
    def words(self) -> str:
        return f"remove {named(self.rows)}"

    def apply(self, watchlist: Watchlist) -> Insert:
        gone = set(self.rows)
        found = tuple((place, row) for place, row in enumerate(watchlist) if row in gone)
        watchlist.put([row for row in watchlist if row not in gone])
        return Insert(found)


class Arrange(msgspec.Struct, frozen=True):
    """Put the list into another order.

    Attributes:
        order: rows, first to last; those of the list that are not in it follow, in the order they have.
        moved: those the user took hold of, for the words; none means that the whole list was arranged.
    """

    order: tuple[Row, ...]
    moved: tuple[Row, ...] = ()

    @property
    def words(self) -> str:
        return f"move {named(self.moved)}" if self.moved else "arrange the list"

    def apply(self, watchlist: Watchlist) -> "Arrange":
        before = tuple(watchlist)
        order = dict.fromkeys(row for row in self.order if row in watchlist)
        watchlist.put(list(order | dict.fromkeys(before)))
        return Arrange(before, self.moved)


class Replace(msgspec.Struct, frozen=True):
    """Put one row in the place of another. Without the old one, or with the new one there, it does nothing."""

    old: Row
    new: Row

    @property
    def words(self) -> str:
        verb, to = ("rename", "to") if isinstance(self.old, Section) else ("replace", "by")
        return f"{verb} {named([self.old])} {to} {named([self.new])}"

    def apply(self, watchlist: Watchlist) -> "Replace":
        if self.old not in watchlist or self.new in watchlist:
            return Replace(self.old, self.old)
        watchlist.put([self.new if row == self.old else row for row in watchlist])
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


def append(watchlist: Watchlist, rows: Iterable[Row]) -> Insert:
    """The edit that puts new rows at the end, in order."""
    new = dict.fromkeys(row for row in rows if row not in watchlist)
    return Insert(tuple(enumerate(new, start=len(watchlist))))


def shift(shown: Iterable[Row], chosen: Iterable[Row], step: int) -> tuple[Row, ...]:
    """The order in which rows have moved one up (step -1) or down (step 1); at the edge they stay, in their order."""
    moving = set(chosen)
    order = list(shown) if step < 0 else list(shown)[::-1]
    for place in range(1, len(order)):
        if order[place] in moving and order[place - 1] not in moving:
            order[place - 1], order[place] = order[place], order[place - 1]
    return tuple(order if step < 0 else order[::-1])


def place(shown: Iterable[Row], chosen: Iterable[Row], at: int) -> tuple[Row, ...]:
    """The order in which rows stand together, before the one that stands at `at`; the length means the end."""
    moving = set(chosen)
    order = list(shown)
    moved = [row for row in order if row in moving]
    above = [row for row in order[:at] if row not in moving]
    below = [row for row in order[at:] if row not in moving]
    return (*above, *moved, *below)


def with_members(shown: Iterable[Row], chosen: Iterable[Row]) -> tuple[Row, ...]:
    """The chosen rows, from the top, and with each label the rows below it."""
    wanted, is_in = set(chosen), False
    result = []
    for row in shown:
        if isinstance(row, Section):
            is_in = row in wanted
        if is_in or row in wanted:
            result.append(row)
    return tuple(result)


def named(rows: Iterable[Row]) -> str:
    """What some rows are, in a few words: "NVDA.US", "3 symbols", "Metals", "2 sections"."""
    listed = list(rows)
    codes = [row.code for row in listed if isinstance(row, Instrument)]
    labels = [row.name for row in listed if isinstance(row, Section)]
    if labels and not codes:
        return labels[0] if len(labels) == 1 else f"{len(labels)} sections"
    return codes[0] if len(codes) == 1 else f"{len(codes)} symbols"

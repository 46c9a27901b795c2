"""The rows of a list: instruments in order, each once. It changes by four primitives, which a view can follow."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from quotedesk.market.instrument import Instrument


class Follower(Protocol):
    """Someone who must know of a change just before and just after it (a Qt model). Rows are as in the list then."""

    def inserting(self, first: int, count: int) -> None: ...
    def inserted(self) -> None: ...
    def removing(self, first: int, count: int) -> None: ...
    def removed(self) -> None: ...
    def rearranging(self) -> None: ...
    def rearranged(self, places: Sequence[int]) -> None:
        """`places`: for each row as it was, where it is now."""

    def replaced(self, row: int) -> None: ...


class Watchlist:
    """An ordered set of instruments.

    Attributes:
        follower: told of each change; None while nobody looks.
    """

    def __init__(self, instruments: Iterable[Instrument] = ()) -> None:
        self._rows = list(dict.fromkeys(instruments))
        self._here = set(self._rows)
        self.follower: Follower | None = None

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self._rows)

    def __getitem__(self, row: int) -> Instrument:
        return self._rows[row]

    def __contains__(self, instrument: Instrument) -> bool:
        return instrument in self._here

    def row(self, instrument: Instrument) -> int:
        """The instrument's row. Raises ValueError where it is not in the list."""
        return self._rows.index(instrument)

    def insert(self, first: int, instruments: Sequence[Instrument]) -> None:
        """Put instruments that are not in the list yet before row `first`.

        Raises ValueError for one that is, IndexError where there is no such row.
        """
        if not instruments:
            return
        if len(set(instruments)) < len(instruments) or not self._here.isdisjoint(instruments):
            raise ValueError("an instrument can be in a list once only")
        if not 0 <= first <= len(self._rows):
            raise IndexError("no such row")
        if self.follower:
            self.follower.inserting(first, len(instruments))
        self._rows[first:first] = instruments
        self._here.update(instruments)
        if self.follower:
            self.follower.inserted()

    def remove(self, first: int, count: int) -> None:
        """Take out rows `first` to `first + count - 1`. Raises IndexError where there are not that many."""
        if count <= 0:
            return
        if not 0 <= first <= len(self._rows) - count:
            raise IndexError("no such rows")
        if self.follower:
            self.follower.removing(first, count)
        self._here.difference_update(self._rows[first : first + count])
        del self._rows[first : first + count]
        if self.follower:
            self.follower.removed()

    def rearrange(self, order: Sequence[Instrument]) -> None:
        """Put the same instruments in another order. Raises ValueError where they are not the same."""
        if len(order) != len(self._rows) or set(order) != self._here:
            raise ValueError("a new order has the same instruments, each once")
        if list(order) == self._rows:
            return
        if self.follower:
            self.follower.rearranging()
        before, self._rows = self._rows, list(order)
        if self.follower:
            places = {instrument: row for row, instrument in enumerate(self._rows)}
            self.follower.rearranged([places[instrument] for instrument in before])

    def replace(self, row: int, instrument: Instrument) -> None:
        """Put an instrument that is not in the list in the place of another. Raises ValueError, IndexError."""
        if instrument in self._here:
            raise ValueError("an instrument can be in a list once only")
        if not 0 <= row < len(self._rows):
            raise IndexError("no such row")
        self._here.remove(self._rows[row])
        self._here.add(instrument)
        self._rows[row] = instrument
        if self.follower:
            self.follower.replaced(row)

"""What all desks together want, in one order: the first row of each desk, then the second of each, and so on.

A plan that is too small so parks everybody's bottom rows, and nobody's top. Pure: every input takes now_s.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import zip_longest

import msgspec

from quotedesk.codec.relay_requests import LEASE_S, MOST_ROWS, MOST_SESSIONS
from quotedesk.market.instrument import Instrument

MOST_MERGED = 20_000  # rows of all desks together
MOST_LINGERING = 2_000  # rows; of more, those that were left first go at once
BACK_S = 10.0  # desks have so long to come back after their server died
LINGER_S = 60.0  # a row that nobody wants any more is kept so long: lists come and go, providers count requests


class DeskWishes(msgspec.Struct):
    """What one connection of a desk wants.

    Attributes:
        rows: the most important first.
        until_s: the lease.
    """

    generation: int
    rows: tuple[Instrument, ...]
    books: frozenset[str]
    is_slow: bool
    until_s: float


class Wishes:
    """The wishes of all connections, by (desk, session).

    Attributes:
        may_linger: of a feed: may a row stay there that nobody wants?
    """

    def __init__(self) -> None:
        self.may_linger: Callable[[str], bool] = lambda feed: True
        self._wishes: dict[tuple[str, str], DeskWishes] = {}
        self._counts: Counter[Instrument] = Counter()
        self._left_s: dict[Instrument, float] = {}  # rows that nobody wants now -> since when
        self._slow: frozenset[Instrument] = frozenset()

    def say(
        self,
        desk: str,
        session: str,
        generation: int,
        rows: Sequence[Instrument],
        now_s: float,
        *,
        books: Iterable[str] = (),
        is_slow: bool = False,
        before: str = "",
    ) -> str:
        """A connection says all that it wants; `before`: the session that it comes after, see WantRequest.

        Returns why that does not count; "" where it does.
        """
        key = (desk, session)
        if before and key not in self._wishes:
            self._follow((desk, before), key)
        known = self._wishes.get(key)
        if known is None and sum(each == desk for each, _ in self._wishes) >= MOST_SESSIONS:
            return f"{MOST_SESSIONS} connections have this key already: give each desk a key of its own"
        if known and generation < known.generation:
            known.until_s = now_s + LEASE_S
            return ""
        rows = tuple(dict.fromkeys(rows))[:MOST_ROWS]
        self._wishes[key] = wishes = DeskWishes(generation, rows, frozenset(books), is_slow, now_s + LEASE_S)
        self._replace(known, wishes, now_s)
        return ""

    def renew(self, desk: str, session: str, generation: int, now_s: float) -> bool:
        """A connection says that nothing is another; is that generation known?"""
        known = self._wishes.get((desk, session))
        if known is None or known.generation != generation:
            return False
        known.until_s = now_s + LEASE_S
        return True

    def drop(self, desk: str, session: str | None, now_s: float) -> bool:
        """A connection is gone (None: all of a desk); did it want anything?"""
        gone = [key for key in self._wishes if key[0] == desk and session in (None, key[1])]
        for key in gone:
            self._replace(self._wishes.pop(key), None, now_s)
        return bool(gone)

    def expect_back(self, now_s: float) -> None:
        """The server died, and each connection with it: their desks are back soon, on others, or not at all."""
        for each in self._wishes.values():
            each.until_s = min(each.until_s, now_s + BACK_S)

    def elapsed(self, now_s: float) -> bool:
        """Time has passed; is what is wanted another?"""
        over = [key for key, each in self._wishes.items() if now_s >= each.until_s]
        for key in over:
            self._replace(self._wishes.pop(key), None, now_s)
        left = [row for row, since_s in self._left_s.items() if now_s >= since_s + LINGER_S]
        for row in left:
            del self._left_s[row]
        return bool(over or left)

    def merged(self) -> list[Instrument]:
        """All rows, the most important first; those that nobody wants any more come last."""
        lists = [each.rows for each in self._wishes.values()]
        found: dict[Instrument, None] = {}
        for rank in zip_longest(*lists):
            for row in rank:
                if row is not None:
                    found[row] = None
        found.update(dict.fromkeys(self._left_s))
        return list(found)[:MOST_MERGED]

    def desks_of(self, row: Instrument) -> int:
        """How many connections want it."""
        return self._counts[row]

    def rows_of(self, desk: str, session: str) -> tuple[Instrument, ...]:
        """What a connection wants."""
        known = self._wishes.get((desk, session))
        return known.rows if known else ()

    @property
    def slow(self) -> frozenset[Instrument]:
        """The rows of connections that listen once a second."""
        return self._slow

    @property
    def books(self) -> frozenset[str]:
        """The feeds of whose rows somebody looks at bids and asks."""
        return frozenset().union(*(each.books for each in self._wishes.values()))

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Desk -> its connections, and the rows that they want."""
        found: dict[str, tuple[int, int]] = {}
        for (desk, _), each in self._wishes.items():
            connections, rows = found.get(desk, (0, 0))
            found[desk] = (connections + 1, rows + len(each.rows))
        return found

    def is_slow(self, desk: str) -> bool:
        """Does one of its connections listen once a second?"""
        return any(each.is_slow for (word, _), each in self._wishes.items() if word == desk)

    @property
    def connections(self) -> int:
        """How many connections want something."""
        return len(self._wishes)

    def _follow(self, before: tuple[str, str], after: tuple[str, str]) -> None:
        """A desk is on another connection, and keeps its place among the others."""
        if (known := self._wishes.get(before)) is not None:
            known.generation = -1  # any is newer
            self._wishes = {after if key == before else key: each for key, each in self._wishes.items()}

    def _replace(self, before: DeskWishes | None, after: DeskWishes | None, now_s: float) -> None:
        """One connection wants something else: only what it wants is counted anew."""
        counts, left_s = self._counts, self._left_s
        for row in after.rows if after else ():
            counts[row] += 1
            left_s.pop(row, None)
        for row in before.rows if before else ():
            counts[row] -= 1
            if not counts[row]:
                del counts[row]
                if self.may_linger(row.feed):
                    left_s[row] = now_s
        while len(left_s) > MOST_LINGERING:
            del left_s[next(iter(left_s))]
        if (before and before.is_slow) or (after and after.is_slow):
            self._slow = frozenset(row for each in self._wishes.values() if each.is_slow for row in each.rows)

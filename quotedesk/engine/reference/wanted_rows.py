"""Which rows of a feed are wanted, in which order, and when something is to be asked for each of them."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from quotedesk.market.states import RowState, RowStatus

RETRY_S = 900.0
_WAITS = frozenset((RowState.REFUSED, RowState.PARKED))


class WantedRows:
    """The rows of one feed.

    Attributes:
        codes: the most important first.
        wanted: the same, to look up.
    """

    def __init__(self) -> None:
        self.codes: tuple[str, ...] = ()
        self.wanted: frozenset[str] = frozenset()
        self._held_back: set[str] = set()  # refused or parked: their turn may come

    def want(self, codes: Sequence[str]) -> list[str]:
        """All that are wanted now; those that were not before."""
        before, self.codes = self.wanted, tuple(codes)
        self.wanted = frozenset(codes)
        return [code for code in self.codes if code not in before]

    def hear(self, statuses: Iterable[RowStatus]) -> bool:
        """Of what is refused or parked nothing is asked; may something be asked again?"""
        is_freed = False
        for status in statuses:
            if status.state in _WAITS:
                self._held_back.add(status.code)
            elif status.code in self._held_back:
                self._held_back.discard(status.code)
                is_freed = True
        return is_freed

    def due(self, times: Mapping[str, float], now_s: float) -> Iterator[str]:
        """Codes whose time it is, the most important first."""
        if times:
            for code in self.codes:
                if times.get(code, math.inf) <= now_s and code not in self._held_back:
                    yield code


class DueTimes(dict[str, float]):
    """Code -> when something is to be asked for it, monotonic seconds."""

    def keep_only(self, wanted: frozenset[str]) -> None:
        """For the others nothing is to be asked any more."""
        for code in [code for code in self if code not in wanted]:
            del self[code]

    def cancel(self, now_s: float) -> None:
        """What is missing now is not to be asked for."""
        for code in [code for code, at_s in self.items() if at_s <= now_s]:
            del self[code]

    def retry(self, now_s: float) -> None:
        """What failed is due at once."""
        self.update({code: now_s for code, at_s in self.items() if at_s < now_s + RETRY_S})

    def next_s(self, now_s: float) -> float:
        """When the next one is due that is not yet."""
        return min((at_s for at_s in self.values() if at_s > now_s), default=math.inf)

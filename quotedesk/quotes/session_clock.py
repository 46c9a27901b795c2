"""The time by which a row's line goes: its market's own, which stands still while the market is closed.

So a line has no flat nights, and one of today begins with the session. A market that never closes has the usual time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from quotedesk.market.hours import MarketHours
from quotedesk.quotes.history import DAY_S, History, Slots

_MARGIN_S = 1.0  # before a session's start: what is asked for is when the one before it began


@dataclass(frozen=True, slots=True)
class SessionClock:
    """One market's.

    Attributes:
        market: whose.
        ahead_s: UTC less monotonic seconds.
    """

    market: MarketHours
    ahead_s: float

    def own_s(self, at_s: float) -> float:
        """A monotonic time by this clock."""
        return self.market.open_s(at_s + self.ahead_s)

    def when_s(self, own_s: float) -> float:
        """The other way round; of a close, when it closed."""
        return self.market.opened_at(own_s) - self.ahead_s

    def began_s(self, now_s: float, sessions: int) -> float:
        """When the last of so many sessions before now began, monotonic."""
        begin_utc_s = self.market.day_start(now_s + self.ahead_s)
        for _ in range(sessions - 1):
            begin_utc_s = self.market.day_start(begin_utc_s - _MARGIN_S)
        return begin_utc_s - self.ahead_s


class SessionLines:
    """Lets the lines of one feed's rows go by their markets' clocks, as soon as they reach back a day or more."""

    def __init__(self, history: History, market_of: Callable[[str], MarketHours | None]) -> None:
        self._history = history
        self._market_of = market_of
        self._by_market: dict[MarketHours, Slots] = {}
        self._codes: frozenset[str] = frozenset()  # of those rows
        self._sorted = (0, 0)  # for so many slots, and so many sessions

    def second(self, slots: Mapping[str, int], now_s: float, utc_s: float) -> frozenset[str]:
        """Once a second; `slots`: all that the feed has, by code, which only become more, or others all at once.

        Returns the codes whose lines go by their market's clock as of now: what was before them is to be filled anew.
        """
        history, before = self._history, self._codes
        sessions = round(history.span_s / DAY_S)
        if self._sorted != (len(slots), sessions):
            self._sorted = len(slots), sessions
            self._sort(slots, now_s, sessions)
        for market, here in self._by_market.items():
            clock = SessionClock(market, utc_s - now_s)
            history.go_by(here, clock, now_s, clock.began_s(now_s, sessions))
        return self._codes - before

    def _sort(self, slots: Mapping[str, int], now_s: float, sessions: int) -> None:
        """Find the market of each slot; where lines reach back less than a day none counts."""
        for here in self._by_market.values():
            if not sessions:
                self._history.go_by(here, None, now_s)
        found: dict[MarketHours, list[int]] = {}
        codes = []
        for code, slot in slots.items() if sessions else ():
            if (market := self._market_of(code)) is not None:
                found.setdefault(market, []).append(slot)
                codes.append(code)
        self._codes = frozenset(codes)
        self._by_market = {market: np.array(here, np.intp) for market, here in found.items()}

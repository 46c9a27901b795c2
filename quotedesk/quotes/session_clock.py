"""The time by which a row's line goes: its market's own, which stands still while the market is closed.

So a line has no flat nights, and one of today begins with the session, or before it where the feed streams that. A
market that never closes has the usual time.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from quotedesk.market.hours import MarketHours
from quotedesk.quotes.arrays import Floats, Slots
from quotedesk.quotes.history import DAY_S, History

_MARGIN_S = 1.0  # before a session's start: what is asked for is when the one before it began
_EARLY_S = 5.5 * 3600  # before a session trading may begin, where a feed streams it
_A_MINUTE_S = 60.0
_JUST = 1e-3
_AT_ONCE = 200  # rows that change to another clock in a second: what is known of a line takes 0.1 ms


@dataclass(frozen=True, slots=True)
class SessionClock:
    """One market's.

    Attributes:
        market: whose.
        ahead_s: UTC less monotonic seconds.
        early: trading before sessions, by which it goes as well: from when to the session's start, monotonic, rising.
    """

    market: MarketHours
    ahead_s: float
    early: tuple[tuple[float, float], ...] = ()

    def own_s(self, at_s: float) -> float:
        """A monotonic time by this clock."""
        before_s = sum(max(0.0, min(at_s, until_s) - since_s) for since_s, until_s in self.early)
        return self.market.open_s(at_s + self.ahead_s) + before_s

    def when_s(self, own_s: float) -> float:
        """The other way round; of a close, when it closed."""
        for since_s, until_s in self.early:
            begun_s = self.market.open_s(since_s + self.ahead_s)
            if own_s <= begun_s:
                break
            if own_s <= begun_s + until_s - since_s:
                return since_s + own_s - begun_s
            own_s -= until_s - since_s
        return self.market.opened_at(own_s) - self.ahead_s

    def began_s(self, now_s: float, sessions: int) -> float:
        """When the last of so many sessions before now began, monotonic; today's with what came before it."""
        begin_s = self.market.day_start(now_s + self.ahead_s) - self.ahead_s
        for _ in range(sessions - 1):
            begin_s = self.market.day_start(begin_s + self.ahead_s - _MARGIN_S) - self.ahead_s
        if self.early and sessions == 1 and self.early[-1][1] >= begin_s - _MARGIN_S:
            return self.early[-1][0]
        return begin_s

    def rest(self, now_s: float) -> tuple[float, float] | None:
        """From when to when the market rests before a day's first session, monotonic; None where it does not."""
        if self.market.is_open(now_s + self.ahead_s):
            return None
        open_s = self.market.open_s(now_s + self.ahead_s)
        closed_s, opens_s = self.market.opened_at(open_s), self.market.opened_at(open_s + _JUST) - _JUST
        is_first = self.market.day_start(opens_s + _MARGIN_S) >= opens_s - _MARGIN_S
        return (closed_s - self.ahead_s, opens_s - self.ahead_s) if is_first else None


class SessionLines:
    """Lets the lines of one feed's rows go by their markets' clocks, as soon as they reach back a day or more."""

    def __init__(self, history: History, market_of: Callable[[str], MarketHours | None]) -> None:
        self._history = history
        self._market_of = market_of
        self._of: dict[int, MarketHours] = {}  # by slot, where it goes by one
        self._by_market: dict[MarketHours, Slots] = {}  # the same
        self._sorted = (0, 0)  # for so many slots, and so many sessions
        self._waiting: list[tuple[str, int, MarketHours | None]] = []  # code, slot, and what it is to go by
        self._early: dict[int, tuple[tuple[float, float], ...]] = {}  # by slot; see SessionClock

    def second(self, slots: Mapping[str, int], received_s: Floats, now_s: float, utc_s: float) -> Collection[str]:
        """Once a second; `slots`: all that the feed has, by code, which only become more, or others all at once.

        received_s: by slot, when its newest update came.
        Returns the codes whose lines go by another clock as of now: what was before them is to be filled anew.
        """
        history = self._history
        sessions = round(history.span_s / DAY_S)
        if self._sorted != (len(slots), sessions):
            self._sorted = len(slots), sessions
            wanted = ((code, slot, self._market_of(code) if sessions else None) for code, slot in slots.items())
            self._waiting = [each for each in wanted if self._of.get(each[1]) is not each[2]]
        changed = self._change(now_s) if self._waiting else ()
        for market, here in self._by_market.items():
            clock = SessionClock(market, utc_s - now_s)
            self._look_for_early(clock, here, received_s, now_s)
            for early, those in self._by_early(here):
                own = SessionClock(market, clock.ahead_s, early)
                history.go_by(those, own, now_s, own.began_s(now_s, sessions))
        return changed

    def _change(self, now_s: float) -> Collection[str]:
        """Let the next rows go by another clock; which."""
        now, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
        for _, slot, market in now:
            if market is not None:
                self._of[slot] = market
            elif self._of.pop(slot, None) is not None:
                self._history.go_by(np.array([slot], np.intp), None, now_s)
        found: dict[MarketHours, list[int]] = {}
        for slot, market in self._of.items():
            found.setdefault(market, []).append(slot)
        self._by_market = {market: np.array(here, np.intp) for market, here in found.items()}
        return [code for code, _, _ in now]

    def _look_for_early(self, clock: SessionClock, here: Slots, received_s: Floats, now_s: float) -> None:
        """Before a session: which rows trade already?"""
        rest = clock.rest(now_s)
        if rest is None or rest[1] - now_s > _EARLY_S:
            return
        opens_s, least_s = rest[1], max(rest[0] + _A_MINUTE_S, rest[1] - _EARLY_S)
        for slot in here[received_s[here] >= least_s].tolist():
            known = self._early.get(slot, ())
            if not known or known[-1][1] < opens_s - _A_MINUTE_S:
                since_s = max(now_s // _A_MINUTE_S * _A_MINUTE_S, least_s)  # many have the same
                self._early[slot] = (*known, (since_s, opens_s))

    def _by_early(self, here: Slots) -> list[tuple[tuple[tuple[float, float], ...], Slots]]:
        """Slots by what was traded before sessions."""
        if not self._early:
            return [((), here)]
        found: dict[tuple[tuple[float, float], ...], list[int]] = {}
        for slot in here.tolist():
            found.setdefault(self._early.get(slot, ()), []).append(slot)
        return [(early, np.array(those, np.intp)) for early, those in found.items()]

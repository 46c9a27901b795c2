"""The past of every slot: its last 15 minutes, or as far back as lines are to reach.

A line may go by a clock of its own, which leaves out the hours in which its market is closed. What was before the first
price may be put there from candles.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from quotedesk.quotes.arrays import Floats, Slots
from quotedesk.quotes.price_buckets import SPAN_S, Past, PriceBuckets

DAY_S = 86_400.0
_WITHIN = 0.99  # of a bar: where its close is put, so that the next one's open comes after it
_ROUNDING = 1e-9


class Bar(NamedTuple):
    """Prices of a stretch of time that was not watched.

    Attributes:
        start_s, length_s: monotonic seconds.
    """

    start_s: float
    length_s: float
    open: float
    high: float
    low: float
    last: float


class LineClock(Protocol):
    """A time of its own by which a line goes; see quotes.session_clock."""

    def own_s(self, at_s: float) -> float:
        """A monotonic time by this clock, which may stand still but never runs back."""

    def when_s(self, own_s: float) -> float:
        """The other way round."""


class History:
    """Lines by slot. All times are monotonic seconds; where a line goes by a clock of its own, its buckets do.

    Attributes:
        span_s: how far back a line reaches; see `set_span`.
        bar_s: slot -> length of the bars that its line begins with, where it does.
        seeds: slot -> how often something was put before its first price; such a line is to be read anew.
    """

    def __init__(self) -> None:
        self.span_s = SPAN_S
        self.seeds: dict[int, int] = {}
        self.bar_s: dict[int, float] = {}
        self._buckets = PriceBuckets()
        self._clocks: dict[int, LineClock] = {}  # by slot; the others go by the usual time
        self._rest_s = np.zeros(0)  # the usual time less the slot's own, now
        self._since_s = np.zeros(0)  # the line begins then at the earliest, by its own time; NaN: `span_s` back

    def forget(self) -> None:
        """Know nothing of any slot. The span stays."""
        span_s = self.span_s
        self.__dict__.update(History().__dict__)
        self.set_span(span_s, 0.0)

    def make_room(self, slots: int) -> None:
        """Have room for slots 0 to `slots` - 1."""
        have = len(self._rest_s)
        if slots <= have:
            return
        more = max(slots, 2 * have, 64) - have
        self._buckets.make_room(have + more)
        self._rest_s = np.append(self._rest_s, np.zeros(more))
        self._since_s = np.append(self._since_s, np.full(more, np.nan))

    def push(self, slots: Slots, prices: Floats, highs: Floats, lows: Floats, now_s: float) -> None:
        """Each slot's price at `now_s`, with the highest and lowest that came with it; a slot at most once."""
        self._buckets.put(slots, prices, highs, lows, now_s - self._rest_s[slots] if self._clocks else now_s)

    def push_one(self, slot: int, price: float, now_s: float) -> None:
        """As `push`, for one slot and one price: a tenth of the time where nothing has to move."""
        self._buckets.put_one(slot, price, now_s - self._rest_s.item(slot) if self._clocks else now_s)

    def begin_gap(self, slots: Slots, now_s: float) -> None:
        """From `now_s` on nothing is known, until the next push. Slots that never had a price stay empty."""
        self._buckets.begin_gap(slots, now_s - self._rest_s[slots])

    def reach_s(self, slot: int, now_s: float) -> float:
        """How far back `window` reaches, by the slot's own time; NaN before the first price."""
        return self._steps(slot, now_s, 1)[1]

    def window(self, slot: int, now_s: float, steps: int) -> Past:
        """The past in `steps` steps.

        The window reaches from the slot's first price to now, at most span_s back, or to where the line is to begin by
        its own clock. Once it slides its steps stay where they are, and keep their values, while time passes within
        one: a line does not shimmer. See PriceBuckets.read.
        """
        if math.isnan(self._buckets.start_s.item(slot)) or steps < 1:
            nothing = np.full(max(steps, 0), np.nan)
            return Past(nothing, nothing, nothing)
        bucket_s = self._buckets.bucket_s.item(slot)
        first_step, step_s = self._steps(slot, now_s, steps)
        return self._buckets.read(slot, np.arange(first_step, first_step + steps + 0.5) * (step_s / bucket_s))

    def times(self, slot: int, now_s: float, steps: int) -> tuple[float, float]:
        """When the first step of that `window` begins, and how long its steps are, seconds; NaN before the first.

        By the slot's own time; see `when_s`.
        """
        first_step, step_s = self._steps(slot, now_s, steps)
        return self._buckets.start_s.item(slot) + first_step * step_s, step_s

    def when_s(self, slot: int, own_s: float) -> float:
        """When it was so late by a slot's own time, monotonic."""
        clock = self._clocks.get(slot)
        return own_s if clock is None or not math.isfinite(own_s) else clock.when_s(own_s)

    def go_by(self, slots: Slots, clock: LineClock | None, now_s: float, since_s: float = math.nan) -> None:
        """These lines go by a clock of their own from now on, or (None) by the usual time, as they do at first.

        To be called again once a second, as it may stand still. `since_s`: monotonic, the line begins then at the
        earliest.
        """
        for slot in slots.tolist():
            before = self._clocks.get(slot)
            if before is not clock and (before is None or clock is None):
                self._change_clock(slot, before, clock)
            if clock is None:
                self._clocks.pop(slot, None)
            else:
                self._clocks[slot] = clock
        self._rest_s[slots] = 0.0 if clock is None else now_s - clock.own_s(now_s)
        self._since_s[slots] = math.nan if clock is None else clock.own_s(since_s)

    def _change_clock(self, slot: int, before: LineClock | None, after: LineClock | None) -> None:
        """What is known of a line, by another clock."""
        kept = self._buckets.take_out(slot, -math.inf)
        if before is not None:
            kept = [each._replace(at_s=before.when_s(each.at_s)) for each in kept]
        if after is not None:
            kept = [each._replace(at_s=after.own_s(each.at_s)) for each in kept]
        self._buckets.put_back(slot, kept)
        self.seeds[slot] = self.seeds.get(slot, 0) + 1

    def _steps(self, slot: int, now_s: float, steps: int) -> tuple[float, float]:
        """The first step of a window, counted from the start, and how long a step is; by its own time, NaN for none."""
        buckets = self._buckets
        bucket_s, start_s, since_s = buckets.bucket_s.item(slot), buckets.start_s.item(slot), self._since_s.item(slot)
        if start_s != start_s:
            return math.nan, math.nan
        now_s -= self._rest_s.item(slot)
        if since_s == since_s:
            begin_s = max(since_s - start_s, 0.0)
            step_s = max(now_s - start_s - begin_s, bucket_s) / steps
            return begin_s / step_s, step_s
        age_s = max(now_s - start_s, bucket_s)
        step_s = min(age_s, self.span_s) / steps
        if age_s <= self.span_s:
            return 0.0, step_s
        # The step in which the bucket of now begins: so the steps before it are complete.
        return int(age_s // bucket_s * bucket_s / step_s + _ROUNDING) - steps + 1.0, step_s

    def seed(self, slot: int, bars: Sequence[Bar], live_s: float, now_s: float) -> None:
        """Put bars, the oldest first, before what was pushed from `live_s` on (NaN: nothing was); twice is once."""
        clock = self._clocks.get(slot)
        own_s: Callable[[float], float] = (lambda at_s: at_s) if clock is None else clock.own_s
        since_s = self._since_s.item(slot) if clock is not None else now_s - self.span_s
        until_s = live_s if live_s == live_s else now_s
        kept = self._buckets.take_out(slot, own_s(live_s) if live_s == live_s else live_s)
        for bar in bars:
            start_s, beyond_s = own_s(bar.start_s), own_s(bar.start_s + bar.length_s)
            end_s = min(start_s + _WITHIN * (beyond_s - start_s), own_s(until_s))
            if beyond_s <= since_s or bar.start_s >= until_s or beyond_s <= start_s:
                continue
            self._buckets.put_one(slot, bar.open, max(start_s, since_s))
            if bar.start_s + bar.length_s <= until_s or until_s == now_s:  # else it is known better what it became
                for price in (bar.high, bar.low, bar.last):
                    self._buckets.put_one(slot, price, max(end_s, since_s))
        self._buckets.put_back(slot, kept)
        if bars:
            self.bar_s[slot] = bars[-1].length_s
        self.seeds[slot] = self.seeds.get(slot, 0) + 1

    def set_span(self, span_s: float, now_s: float) -> None:
        """Lines reach so far back from now on. What is known stays, as coarse as it was kept."""
        self.span_s = span_s
        for slot in self._buckets.set_span(span_s):
            since_s = now_s - self._rest_s.item(slot) - span_s
            self._buckets.put_back(slot, self._buckets.take_out(slot, since_s))
        self.seeds = {slot: self.seeds.get(slot, 0) + 1 for slot in range(len(self._rest_s))}

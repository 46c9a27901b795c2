"""The last 15 minutes of every slot, coarse enough to keep and fine enough to draw.

A slot's past is 300 buckets. At first a bucket is 94 ms; each time the buckets are full, pairs become one, until a
bucket is 3 s (for a day: 6 minutes, for five: 26) and the ring slides. A bucket holds the last price in it, 0 (nothing
came: the price before it holds) or GAP (the link was lost: nothing is known until the next price), the highest and the
lowest price, and remembers that a gap began in it. What a tick overtook before it was painted is thus in the line all
the same. A price of 0 is kept as the smallest one above it, so that 0 is free to mean nothing: memory that is zero
costs nothing. What was before the first price may be put there from candles.
"""

import contextlib
import math
import mmap
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Kept = NDArray[np.float32]  # a line is some 30 px high: seven digits of a price are a hundred times as fine
Slots = NDArray[np.intp]
Numbers = NDArray[np.int64]

SPAN_S = 900.0
DAY_S = 86_400.0
BUCKETS = 300
GAP = math.inf
LEAST = float(np.finfo(np.float32).tiny)  # a normal number: some processors are told to take smaller ones for 0
_Kind = TypeVar("_Kind", bound=np.generic)
_WIDEST_S = SPAN_S / BUCKETS
_NARROWEST_S = _WIDEST_S / 32
_WITHIN = 0.99  # of a bar: where its close is put, so that the next one's open comes after it
_ROUNDING = 1e-9
_MOST = float(np.finfo(np.float32).max)  # that a bucket can hold
_LARGE_BYTES = 1 << 22  # twice a large page


class Past(NamedTuple):
    """A row's past in equal steps, oldest first; NaN where nothing is known.

    Attributes:
        last: the last price of each step.
        high, low: the highest and the lowest in it, the price that held as it began not counted.
    """

    last: Floats
    high: Floats
    low: Floats


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
    """Buckets by slot. All times are monotonic seconds; where a line goes by a clock of its own, its buckets do.

    Attributes:
        span_s: how far back a line reaches; see `set_span`.
        bar_s: slot -> length of the bars that its line begins with, where it does.
        seeds: slot -> how often something was put before its first price; such a line is to be read anew.
    """

    def __init__(self) -> None:
        self.span_s = SPAN_S
        self.seeds: dict[int, int] = {}
        self.bar_s: dict[int, float] = {}
        self._widest_s = _WIDEST_S
        self._last = np.zeros((0, BUCKETS), np.float32)
        self._high = np.zeros((0, BUCKETS), np.float32)  # 0 where nothing came
        self._low = np.zeros((0, BUCKETS), np.float32)
        self._torn = np.zeros((0, BUCKETS), np.bool_)  # a gap began in this bucket
        self._start_s = np.zeros(0)  # of bucket 0; NaN before the first price
        self._bucket_s = np.zeros(0)  # width of a bucket
        self._clocks: dict[int, LineClock] = {}  # by slot; the others go by the usual time
        self._rest_s = np.zeros(0)  # the usual time less the slot's own, now
        self._since_s = np.zeros(0)  # the line begins then at the earliest, by its own time; NaN: `span_s` back
        self._head = np.zeros(0, np.int64)  # newest bucket ever reached; it lives at head % BUCKETS
        self._carry = np.zeros(0)  # the value that held just before the oldest bucket kept

    def forget(self) -> None:
        """Know nothing of any slot. The span stays."""
        span_s = self.span_s
        self.__dict__.update(History().__dict__)
        self.set_span(span_s, 0.0)

    def make_room(self, slots: int) -> None:
        """Have room for slots 0 to `slots` - 1."""
        have = len(self._head)
        if slots <= have:
            return
        more = max(slots, 2 * have, 64) - have
        for name in ("_last", "_high", "_low", "_torn"):
            before = getattr(self, name)
            after = _zeros((have + more, BUCKETS), before.dtype)
            after[:have] = before
            setattr(self, name, after)
        self._start_s = np.append(self._start_s, np.full(more, np.nan))
        self._rest_s = np.append(self._rest_s, np.zeros(more))
        self._since_s = np.append(self._since_s, np.full(more, np.nan))
        self._bucket_s = np.append(self._bucket_s, np.full(more, _NARROWEST_S))
        self._head = np.append(self._head, np.zeros(more, np.int64))
        self._carry = np.append(self._carry, np.full(more, np.nan))

    def push(self, slots: Slots, prices: Floats, highs: Floats, lows: Floats, now_s: float) -> None:
        """Each slot's price at `now_s`, with the highest and lowest that came with it; a slot at most once."""
        self._put(slots, prices, highs, lows, now_s - self._rest_s[slots] if self._clocks else now_s)

    def _put(self, slots: Slots, prices: Floats, highs: Floats, lows: Floats, at_s: Floats | float) -> None:
        """As `push`, by the slots' own times."""
        fresh = np.isnan(self._start_s[slots])
        self._start_s[slots[fresh]] = at_s[fresh] if isinstance(at_s, np.ndarray) else at_s
        places = self._advance(slots, at_s)
        high, low = self._high[slots, places], self._low[slots, places]
        is_first = high == 0
        last = highest = lowest = _as_kept(prices)
        if highs is not prices or lows is not prices:
            highest, lowest = _as_kept(highs), _as_kept(lows)
        odd = np.isinf(highest) | np.isinf(lowest)
        if odd.any():  # the line goes on without them
            highest, lowest = highest.copy(), lowest.copy()
            is_known = np.isfinite(last[odd])
            highest[odd] = np.where(is_known, last[odd], high[odd])
            lowest[odd] = np.where(is_known, last[odd], low[odd])
        self._last[slots, places] = last
        self._high[slots, places] = np.where(is_first, highest, np.maximum(high, highest))
        self._low[slots, places] = np.where(is_first, lowest, np.minimum(low, lowest))

    def push_one(self, slot: int, price: float, now_s: float) -> None:
        """As `push`, for one slot and one price: a tenth of the time where nothing has to move."""
        self._put_one(slot, price, now_s - self._rest_s.item(slot) if self._clocks else now_s)

    def _put_one(self, slot: int, price: float, at_s: float) -> None:
        """As `push_one`, by the slot's own time."""
        start_s = self._start_s.item(slot)
        if start_s != start_s:
            self._start_s[slot] = start_s = at_s
        head = self._head.item(slot)
        reached = max(int((at_s - start_s) / self._bucket_s.item(slot)), head)
        if (reached >= BUCKETS and reached != head) or not -_MOST < price < _MOST:
            one = np.array([price])
            self._put(np.array([slot], np.intp), one, one, one, at_s)
            return
        if -LEAST < price < LEAST:
            price = LEAST
        self._head[slot] = reached
        place = reached % BUCKETS
        self._last[slot, place] = price
        high = self._high.item(slot, place)
        if high == 0 or price > high:
            self._high[slot, place] = price
        if high == 0 or price < self._low.item(slot, place):
            self._low[slot, place] = price

    def begin_gap(self, slots: Slots, now_s: float) -> None:
        """From `now_s` on nothing is known, until the next push. Slots that never had a price stay empty."""
        begun = slots[~np.isnan(self._start_s[slots])]
        # The bucket after now: the price that came last stays to be seen.
        places = self._advance(begun, now_s - self._rest_s[begun], ahead=1)
        self._last[begun, places] = GAP
        self._torn[begun, places] = True

    def reach_s(self, slot: int, now_s: float) -> float:
        """How far back `window` reaches, by the slot's own time; NaN before the first price."""
        return self._steps(slot, now_s, 1)[1]

    def window(self, slot: int, now_s: float, steps: int) -> Past:
        """The past in `steps` steps.

        The window reaches from the slot's first price to now, at most span_s back, or to where the line is to begin by
        its own clock. Once it slides its steps stay where
        they are, and keep their values, while time passes within one: a line does not shimmer. A step with a gap
        anywhere in it is a gap, so that a short one does not vanish; the newest step shows what is known now.
        """
        start_s = float(self._start_s[slot])
        if math.isnan(start_s) or steps < 1:
            nothing = np.full(max(steps, 0), np.nan)
            return Past(nothing, nothing, nothing)
        bucket_s = float(self._bucket_s[slot])
        first_step, step_s = self._steps(slot, now_s, steps)
        # A bucket belongs to the step in which it begins.
        edges = np.arange(first_step, first_step + steps + 0.5) * (step_s / bucket_s)
        head = int(self._head[slot])
        first = max(0, head + 1 - BUCKETS)
        buckets, torn = _unrolled(self._last[slot], first, head), _unrolled(self._torn[slot], first, head).nonzero()[0]
        beyond = np.ceil(edges - _ROUNDING).astype(np.int64) - first
        beyond[-1] = len(buckets)
        known = buckets.nonzero()[0]
        values: Floats = np.concatenate((self._carry[slot : slot + 1], buckets[known]))[known.searchsorted(beyond[1:])]
        if len(torn):
            gaps = torn.searchsorted(beyond)
            values[:-1][gaps[1:-1] > gaps[:-2]] = np.nan
        values[values == GAP] = np.nan
        high, low = values.copy(), values.copy()
        highs, lows = _unrolled(self._high[slot], first, head), _unrolled(self._low[slot], first, head)
        traded = highs.nonzero()[0]
        ends = traded.searchsorted(beyond)
        some = ((ends[1:] > ends[:-1]) & (values == values)).nonzero()[0]
        if len(some):  # from each step's first bucket with a price to beyond its last
            pairs = np.empty(2 * len(some), np.int64)
            pairs[::2], pairs[1::2] = ends[some], ends[some + 1]
            traded = np.concatenate((traded, traded[-1:]))  # beyond the last one there must be something
            high[some] = np.maximum.reduceat(highs[traded], pairs)[::2]
            low[some] = np.minimum.reduceat(lows[traded], pairs)[::2]
        return Past(values, high, low)

    def times(self, slot: int, now_s: float, steps: int) -> tuple[float, float]:
        """When the first step of that `window` begins, and how long its steps are, seconds; NaN before the first.

        By the slot's own time; see `when_s`.
        """
        first_step, step_s = self._steps(slot, now_s, steps)
        return self._start_s.item(slot) + first_step * step_s, step_s

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
        kept = self._taken_out(slot, -math.inf)
        if before is not None:
            kept = [(before.when_s(at_s), *rest) for at_s, *rest in kept]  # type: ignore[misc]
        if after is not None:
            kept = [(after.own_s(at_s), *rest) for at_s, *rest in kept]  # type: ignore[misc]
        self._put_back(slot, kept)
        self.seeds[slot] = self.seeds.get(slot, 0) + 1

    def _steps(self, slot: int, now_s: float, steps: int) -> tuple[float, float]:
        """The first step of a window, counted from the start, and how long a step is; by its own time, NaN for none."""
        bucket_s, start_s, since_s = self._bucket_s.item(slot), self._start_s.item(slot), self._since_s.item(slot)
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
        kept = self._taken_out(slot, own_s(live_s) if live_s == live_s else live_s)
        for bar in bars:
            start_s, beyond_s = own_s(bar.start_s), own_s(bar.start_s + bar.length_s)
            end_s = min(start_s + _WITHIN * (beyond_s - start_s), own_s(until_s))
            if beyond_s <= since_s or bar.start_s >= until_s or beyond_s <= start_s:
                continue
            self._put_one(slot, bar.open, max(start_s, since_s))
            if bar.start_s + bar.length_s <= until_s or until_s == now_s:  # else it is known better what it became
                for price in (bar.high, bar.low, bar.last):
                    self._put_one(slot, price, max(end_s, since_s))
        self._put_back(slot, kept)
        if bars:
            self.bar_s[slot] = bars[-1].length_s
        self.seeds[slot] = self.seeds.get(slot, 0) + 1

    def set_span(self, span_s: float, now_s: float) -> None:
        """Lines reach so far back from now on. What is known stays, as coarse as it was kept."""
        self.span_s = span_s
        widest_s = self._widest_s
        self._widest_s = _NARROWEST_S * 2 ** math.ceil(math.log2(span_s / BUCKETS / _NARROWEST_S))
        if self._widest_s > widest_s:
            self._unroll((self._head >= BUCKETS).nonzero()[0])
        for slot in (self._bucket_s > self._widest_s).nonzero()[0].tolist():
            self._put_back(slot, self._taken_out(slot, now_s - self._rest_s.item(slot) - span_s))
        self.seeds = {slot: self.seeds.get(slot, 0) + 1 for slot in range(len(self._head))}

    def _taken_out(self, slot: int, since_s: float) -> list[tuple[float, float, float, float, bool]]:
        """Empty a slot; what was in its buckets from one moment on, as (time, last, high, low, torn)."""
        start_s, bucket_s = self._start_s.item(slot), self._bucket_s.item(slot)
        head = self._head.item(slot)
        first = max(0, head + 1 - BUCKETS)
        kept = []
        if since_s == since_s and start_s == start_s:
            rings = [_unrolled(ring[slot], first, head) for ring in (self._last, self._high, self._low, self._torn)]
            if first and (carry := self._carry.item(slot)) == carry:  # held before the oldest bucket that is kept
                kept.append((max(start_s + first * bucket_s, since_s), carry, 0.0, 0.0, carry == GAP))
            some = ((rings[0] != 0) | rings[3]).nonzero()[0]
            for at, *bucket in zip((first + some).tolist(), *(ring[some].tolist() for ring in rings), strict=True):
                at_s = max(start_s + at * bucket_s, since_s)
                if start_s + (at + 1) * bucket_s > since_s:
                    kept.append((at_s, *bucket))
        for ring in (self._last, self._high, self._low, self._torn):
            ring[slot] = 0
        self._start_s[slot] = self._carry[slot] = math.nan
        self._bucket_s[slot], self._head[slot] = _NARROWEST_S, 0
        return kept

    def _put_back(self, slot: int, kept: Sequence[tuple[float, float, float, float, bool]]) -> None:
        one = np.array([slot], np.intp)
        for at_s, last, high, low, is_torn in kept:
            before, after = ((high, low), ()) if last == GAP else ((), (high, low, last))  # the cut, that is
            for price in filter(None, before):
                self._put_one(slot, price, at_s)
            if is_torn:
                if self._start_s.item(slot) != self._start_s.item(slot):
                    self._start_s[slot] = at_s
                place = self._advance(one, at_s)
                self._last[one, place] = GAP
                self._torn[one, place] = True
            for price in filter(None, after):
                self._put_one(slot, price, at_s)

    def _unroll(self, slots: Slots) -> None:
        """Let the oldest bucket kept be bucket 0."""
        first = self._head[slots] + 1 - BUCKETS
        order = (first[:, None] + np.arange(BUCKETS)) % BUCKETS
        for ring in (self._last, self._high, self._low, self._torn):
            ring[slots] = np.take_along_axis(ring[slots], order, axis=1)
        self._start_s[slots] += first * self._bucket_s[slots]
        self._head[slots] = BUCKETS - 1

    def _advance(self, slots: Slots, at_s: Floats | float, ahead: int = 0) -> Numbers:
        """Move the heads to `ahead` buckets after a time of their own, emptying those between; the places reached."""
        reached = self._number(slots, at_s) + ahead
        while len(crowded := slots[(reached >= BUCKETS) & (self._bucket_s[slots] < self._widest_s)]):
            self._halve(crowded)
            reached = self._number(slots, at_s) + ahead
        head = self._head[slots]
        reached = np.maximum(reached, head)
        self._empty(slots, np.maximum(head + 1, BUCKETS), reached)
        self._head[slots] = reached
        places: Numbers = reached % BUCKETS
        return places

    def _number(self, slots: Slots, at_s: Floats | float) -> Numbers:
        """The number of each slot's bucket at a time of its own."""
        result: Numbers = ((at_s - self._start_s[slots]) / self._bucket_s[slots]).astype(np.int64)
        return result

    def _empty(self, slots: Slots, first: Numbers, last: Numbers) -> None:
        """Empty each slot's places for the buckets `first` to `last` (none where last < first), the oldest first."""
        some = last >= first
        if not some.any():
            return
        counts = np.minimum(last[some] - first[some] + 1, BUCKETS)
        rows = np.repeat(slots[some], counts)
        nth = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        places = (np.repeat(first[some], counts) + nth) % BUCKETS
        gone = self._last[rows, places]
        known = gone != 0
        self._carry[rows[known]] = gone[known]  # of several for one slot the last one stays
        self._last[rows, places] = self._high[rows, places] = self._low[rows, places] = 0
        self._torn[rows, places] = False

    def _halve(self, slots: Slots) -> None:
        """Twice as wide buckets, half as many: of each pair the later known value stays, the extremes, and any gap."""
        half = BUCKETS // 2
        for kept, merge in ((self._last, _later), (self._high, _higher), (self._low, _lower)):
            pairs = kept[slots].reshape(len(slots), half, 2)
            kept[slots, :half] = merge(pairs[:, :, 0], pairs[:, :, 1])
            kept[slots, half:] = 0
        self._torn[slots, :half] = self._torn[slots].reshape(len(slots), half, 2).any(axis=2)
        self._torn[slots, half:] = False
        self._bucket_s[slots] *= 2
        self._head[slots] //= 2


def _zeros(shape: tuple[int, int], kind: np.dtype[Any]) -> NDArray[Any]:
    """Zeros cost neither time nor memory before they are written to.

    Where the system has large pages many are asked for in those: the first writes to ten thousand rows, a page each,
    held up the loop for 60 ms.
    """
    size = math.prod(shape) * kind.itemsize
    if size < _LARGE_BYTES or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(shape, kind)
    memory = mmap.mmap(-1, size)
    with contextlib.suppress(OSError):  # a system that has none
        memory.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(memory, kind).reshape(shape)


def _as_kept(prices: Floats) -> Kept:
    """Prices as a bucket holds them; those that it cannot hold (beyond 3e38) are a gap in the line."""
    with np.errstate(over="ignore", under="ignore"):
        kept = prices.astype(np.float32)
    kept[np.abs(kept) < LEAST] = LEAST
    kept[np.isinf(kept)] = GAP
    return kept


def _unrolled(ring: NDArray[_Kind], first: int, head: int) -> NDArray[_Kind]:
    """A slot's buckets from number `first` to `head`."""
    if first == 0:
        return ring[: head + 1]
    oldest = first % BUCKETS
    return np.concatenate((ring[oldest:], ring[:oldest]))


def _later(first: Kept, second: Kept) -> Kept:
    return np.where(second == 0, first, second)


def _higher(first: Kept, second: Kept) -> Kept:
    return np.where((first == 0) | (second == 0), first + second, np.maximum(first, second))


def _lower(first: Kept, second: Kept) -> Kept:
    return np.where((first == 0) | (second == 0), first + second, np.minimum(first, second))

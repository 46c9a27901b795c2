"""The prices of every slot in buckets, coarse enough to keep and fine enough to draw.

There are 300 of a slot. At first a bucket is 94 ms; each time the buckets are full, pairs become one, until a bucket is
3 s (for a day: 6 minutes, for five: 26) and the ring slides. A bucket holds the last price in it, 0 (nothing came: the
price before it holds) or GAP (the link was lost: nothing is known until the next price), the highest and the lowest
price, and remembers that a gap began in it. What a tick overtook before it was painted is thus in the line all the
same. A price of 0 is kept as the smallest one above it, so that 0 is free to mean nothing: memory that is zero costs
nothing.
"""

import contextlib
import math
import mmap
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from quotedesk.quotes.arrays import Floats, Slots

Kept = NDArray[np.float32]  # a line is some 30 px high: seven digits of a price are a hundred times as fine
Numbers = NDArray[np.int64]

SPAN_S = 900.0
BUCKETS = 300
GAP = math.inf
LEAST = float(np.finfo(np.float32).tiny)  # a normal number: some processors are told to take smaller ones for 0
_Kind = TypeVar("_Kind", bound=np.generic)
_NARROWEST_S = SPAN_S / BUCKETS / 32
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


class KeptBucket(NamedTuple):
    """What was in one bucket.

    Attributes:
        at_s: when it began.
        last, high, low: as the bucket holds them.
        is_torn: did a gap begin in it?
    """

    at_s: float
    last: float
    high: float
    low: float
    is_torn: bool


class PriceBuckets:
    """Buckets by slot. Times are seconds, by a clock that each slot may have for its own.

    Attributes:
        start_s: when bucket 0 began, (slots,); NaN before the first price.
        bucket_s: how wide a bucket is, (slots,).
    """

    def __init__(self) -> None:
        self.start_s = np.zeros(0)
        self.bucket_s = np.zeros(0)
        self._widest_s = SPAN_S / BUCKETS
        self._last = np.zeros((0, BUCKETS), np.float32)
        self._high = np.zeros((0, BUCKETS), np.float32)  # 0 where nothing came
        self._low = np.zeros((0, BUCKETS), np.float32)
        self._torn = np.zeros((0, BUCKETS), np.bool_)  # a gap began in this bucket
        self._head = np.zeros(0, np.int64)  # newest bucket ever reached; it lives at head % BUCKETS
        self._carry = np.zeros(0)  # the value that held just before the oldest bucket kept

    def make_room(self, room: int) -> None:
        """Have room for so many slots, more than before."""
        have = len(self._head)
        more = room - have
        for name in ("_last", "_high", "_low", "_torn"):
            before = getattr(self, name)
            after = _zeros((room, BUCKETS), before.dtype)
            after[:have] = before
            setattr(self, name, after)
        self.start_s = np.append(self.start_s, np.full(more, np.nan))
        self.bucket_s = np.append(self.bucket_s, np.full(more, _NARROWEST_S))
        self._head = np.append(self._head, np.zeros(more, np.int64))
        self._carry = np.append(self._carry, np.full(more, np.nan))

    def set_span(self, span_s: float) -> list[int]:
        """Be as wide as is needed to reach so far back, and no wider; the slots whose buckets are wider by now."""
        widest_s = self._widest_s
        self._widest_s = _NARROWEST_S * 2 ** math.ceil(math.log2(span_s / BUCKETS / _NARROWEST_S))
        if self._widest_s > widest_s:
            self._unroll((self._head >= BUCKETS).nonzero()[0])
        return (self.bucket_s > self._widest_s).nonzero()[0].tolist()

    def put(self, slots: Slots, prices: Floats, highs: Floats, lows: Floats, at_s: Floats | float) -> None:
        """Each slot's price at a time, with the highest and lowest that came with it; a slot at most once."""
        fresh = np.isnan(self.start_s[slots])
        self.start_s[slots[fresh]] = at_s[fresh] if isinstance(at_s, np.ndarray) else at_s
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

    def put_one(self, slot: int, price: float, at_s: float) -> None:
        """As `put`, for one slot and one price: a tenth of the time where nothing has to move."""
        start_s = self.start_s.item(slot)
        if start_s != start_s:
            self.start_s[slot] = start_s = at_s
        head = self._head.item(slot)
        reached = max(int((at_s - start_s) / self.bucket_s.item(slot)), head)
        if (reached >= BUCKETS and reached != head) or not -_MOST < price < _MOST:
            one = np.array([price])
            self.put(np.array([slot], np.intp), one, one, one, at_s)
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

    def begin_gap(self, slots: Slots, at_s: Floats) -> None:
        """From then on nothing is known, until the next price. Slots that never had one stay empty."""
        is_begun = ~np.isnan(self.start_s[slots])
        begun = slots[is_begun]
        # The bucket after now: the price that came last stays to be seen.
        places = self._advance(begun, at_s[is_begun], ahead=1)
        self._last[begun, places] = GAP
        self._torn[begun, places] = True

    def read(self, slot: int, edges: Floats) -> Past:
        """The past in steps with these edges, counted in buckets; a slot that has begun.

        A bucket belongs to the step in which it begins. A step with a gap anywhere in it is a gap, so that a short one
        does not vanish; the newest step shows what is known now.
        """
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

    def take_out(self, slot: int, since_s: float) -> list[KeptBucket]:
        """Empty a slot; what was in its buckets from one moment on."""
        start_s, bucket_s = self.start_s.item(slot), self.bucket_s.item(slot)
        head = self._head.item(slot)
        first = max(0, head + 1 - BUCKETS)
        kept = []
        if since_s == since_s and start_s == start_s:
            rings = [_unrolled(ring[slot], first, head) for ring in (self._last, self._high, self._low, self._torn)]
            if first and (carry := self._carry.item(slot)) == carry:  # held before the oldest bucket that is kept
                kept.append(KeptBucket(max(start_s + first * bucket_s, since_s), carry, 0.0, 0.0, carry == GAP))
            some = ((rings[0] != 0) | rings[3]).nonzero()[0]
            for at, *bucket in zip((first + some).tolist(), *(ring[some].tolist() for ring in rings), strict=True):
                at_s = max(start_s + at * bucket_s, since_s)
                if start_s + (at + 1) * bucket_s > since_s:
                    kept.append(KeptBucket(at_s, *bucket))
        for ring in (self._last, self._high, self._low, self._torn):
            ring[slot] = 0
        self.start_s[slot] = self._carry[slot] = math.nan
        self.bucket_s[slot], self._head[slot] = _NARROWEST_S, 0
        return kept

    def put_back(self, slot: int, kept: Sequence[KeptBucket]) -> None:
        """Put what was taken out into buckets again, which may be others by now."""
        one = np.array([slot], np.intp)
        for at_s, last, high, low, is_torn in kept:
            before, after = ((high, low), ()) if last == GAP else ((), (high, low, last))  # the cut, that is
            for price in filter(None, before):
                self.put_one(slot, price, at_s)
            if is_torn:
                if self.start_s.item(slot) != self.start_s.item(slot):
                    self.start_s[slot] = at_s
                place = self._advance(one, at_s)
                self._last[one, place] = GAP
                self._torn[one, place] = True
            for price in filter(None, after):
                self.put_one(slot, price, at_s)

    def _unroll(self, slots: Slots) -> None:
        """Let the oldest bucket kept be bucket 0."""
        first = self._head[slots] + 1 - BUCKETS
        order = (first[:, None] + np.arange(BUCKETS)) % BUCKETS
        for ring in (self._last, self._high, self._low, self._torn):
            ring[slots] = np.take_along_axis(ring[slots], order, axis=1)
        self.start_s[slots] += first * self.bucket_s[slots]
        self._head[slots] = BUCKETS - 1

    def _advance(self, slots: Slots, at_s: Floats | float, ahead: int = 0) -> Numbers:
        """Move the heads to `ahead` buckets after a time of their own, emptying those between; the places reached."""
        reached = self._number(slots, at_s) + ahead
        while len(crowded := slots[(reached >= BUCKETS) & (self.bucket_s[slots] < self._widest_s)]):
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
        result: Numbers = ((at_s - self.start_s[slots]) / self.bucket_s[slots]).astype(np.int64)
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
        self.bucket_s[slots] *= 2
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

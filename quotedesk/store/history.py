"""The last 15 minutes of every slot, coarse enough to keep and fine enough to draw.

A slot's past is 300 buckets. At first a bucket is 94 ms; each time the buckets are full, pairs become one, until a
bucket is 3 s and the ring slides. A bucket holds the last price in it, 0 (nothing came: the price before it holds)
or GAP (the link was lost: nothing is known until the next price), and remembers that a gap began in it.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Slots = NDArray[np.intp]
Numbers = NDArray[np.int64]

SPAN_S = 900.0
BUCKETS = 300
GAP = math.inf
_WIDEST_S = SPAN_S / BUCKETS
_NARROWEST_S = _WIDEST_S / 32
_ROUNDING = 1e-9


class History:
    """Buckets by slot. All times are monotonic seconds."""

    def __init__(self) -> None:
        self._buckets = np.zeros((0, BUCKETS))
        self._torn = np.zeros((0, BUCKETS), np.bool_)  # a gap began in this bucket
        self._start_s = np.zeros(0)  # of bucket 0; NaN before the first price
        self._bucket_s = np.zeros(0)  # width of a bucket
        self._head = np.zeros(0, np.int64)  # newest bucket ever reached; it lives at head % BUCKETS
        self._carry = np.zeros(0)  # the value that held just before the oldest bucket kept

    def make_room(self, slots: int) -> None:
        """Have room for slots 0 to `slots` - 1."""
        have = len(self._head)
        if slots <= have:
            return
        more = max(slots, 2 * have, 64) - have
        buckets, torn = self._buckets, self._torn
        # Zeros cost neither time nor memory before they are written to, and no price is one.
        self._buckets, self._torn = np.zeros((have + more, BUCKETS)), np.zeros((have + more, BUCKETS), np.bool_)
        self._buckets[:have], self._torn[:have] = buckets, torn
        self._start_s = np.append(self._start_s, np.full(more, np.nan))
        self._bucket_s = np.append(self._bucket_s, np.full(more, _NARROWEST_S))
        self._head = np.append(self._head, np.zeros(more, np.int64))
        self._carry = np.append(self._carry, np.full(more, np.nan))

    def push(self, slots: Slots, prices: Floats, now_s: float) -> None:
        """Each slot's price at `now_s`; a slot at most once."""
        fresh = slots[np.isnan(self._start_s[slots])]
        self._start_s[fresh] = now_s
        self._buckets[slots, self._advance(slots, now_s)] = prices

    def break_off(self, slots: Slots, now_s: float) -> None:
        """From `now_s` on nothing is known, until the next push. Slots that never had a price stay empty."""
        begun = slots[~np.isnan(self._start_s[slots])]
        # The bucket after now: the price that came last stays to be seen.
        places = self._advance(begun, now_s, ahead=1)
        self._buckets[begun, places] = GAP
        self._torn[begun, places] = True

    def window(self, slot: int, now_s: float, steps: int) -> Floats:
        """The past as `steps` values, oldest first: the last price of each step, NaN where nothing is known.

        The window reaches from the slot's first price to now, at most SPAN_S back. Once it slides its steps stay where
        they are, and keep their values, while time passes within one: a line does not shimmer. A step with a gap
        anywhere in it is a gap, so that a short one does not vanish; the newest step shows what is known now.
        """
        start_s = float(self._start_s[slot])
        if math.isnan(start_s) or steps < 1:
            return np.full(max(steps, 0), np.nan)
        bucket_s = float(self._bucket_s[slot])
        age_s = max(now_s - start_s, bucket_s)
        step_s = min(age_s, SPAN_S) / steps
        newest = steps - 1
        if age_s > SPAN_S:  # the step in which the bucket of now begins: so the steps before it are complete
            newest = int(age_s // bucket_s * bucket_s / step_s + _ROUNDING)
        # A bucket belongs to the step in which it begins.
        edges = np.arange(newest - steps + 1, newest + 2) * (step_s / bucket_s)
        buckets, torn, first = self._in_order(slot)
        beyond = np.ceil(edges - _ROUNDING).astype(np.int64) - first
        beyond[-1] = len(buckets)
        known = np.flatnonzero(buckets)
        values: Floats = np.concatenate((self._carry[slot : slot + 1], buckets[known]))[known.searchsorted(beyond[1:])]
        gaps = np.flatnonzero(torn).searchsorted(beyond)
        values[:-1][gaps[1:-1] > gaps[:-2]] = np.nan
        values[values == GAP] = np.nan
        return values

    def _advance(self, slots: Slots, now_s: float, ahead: int = 0) -> Numbers:
        """Move the heads to `ahead` buckets after `now_s`, emptying those in between; returns the places reached."""
        reached = self._number(slots, now_s) + ahead
        while len(crowded := slots[(reached >= BUCKETS) & (self._bucket_s[slots] < _WIDEST_S)]):
            self._halve(crowded)
            reached = self._number(slots, now_s) + ahead
        head = self._head[slots]
        reached = np.maximum(reached, head)
        self._empty(slots, np.maximum(head + 1, BUCKETS), reached)
        self._head[slots] = reached
        places: Numbers = reached % BUCKETS
        return places

    def _number(self, slots: Slots, now_s: float) -> Numbers:
        """The number of each slot's bucket at `now_s`."""
        result: Numbers = ((now_s - self._start_s[slots]) / self._bucket_s[slots]).astype(np.int64)
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
        gone = self._buckets[rows, places]
        known = gone != 0
        self._carry[rows[known]] = gone[known]  # of several for one slot the last one stays
        self._buckets[rows, places] = 0
        self._torn[rows, places] = False

    def _halve(self, slots: Slots) -> None:
        """Twice as wide buckets, half as many: of each pair the later known value stays, and any gap."""
        half = BUCKETS // 2
        pairs = self._buckets[slots].reshape(len(slots), half, 2)
        self._buckets[slots, :half] = np.where(pairs[:, :, 1] == 0, pairs[:, :, 0], pairs[:, :, 1])
        self._buckets[slots, half:] = 0
        self._torn[slots, :half] = self._torn[slots].reshape(len(slots), half, 2).any(axis=2)
        self._torn[slots, half:] = False
        self._bucket_s[slots] *= 2
        self._head[slots] //= 2

    def _in_order(self, slot: int) -> tuple[Floats, NDArray[np.bool_], int]:
        """The slot's buckets and their gap marks, oldest first, and the number of the oldest."""
        head = int(self._head[slot])
        buckets, torn = self._buckets[slot], self._torn[slot]
        if head < BUCKETS:
            return buckets[: head + 1], torn[: head + 1], 0
        cut = (head + 1) % BUCKETS
        return (
            np.concatenate((buckets[cut:], buckets[:cut])),
            np.concatenate((torn[cut:], torn[:cut])),
            head + 1 - BUCKETS,
        )

"""The last 15 minutes of every slot, coarse enough to keep and fine enough to draw.

A slot's past is 300 buckets. At first a bucket is 94 ms; each time the buckets are full, pairs become one, until a
bucket is 3 s and the ring slides. A bucket holds the last price in it, NaN (nothing came: the price before it holds)
or GAP (the link was lost: nothing is known until the next price).
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Slots = NDArray[np.intp]

SPAN_S = 900.0
BUCKETS = 300
GAP = math.inf
_WIDEST_S = SPAN_S / BUCKETS
_NARROWEST_S = _WIDEST_S / 32


class History:
    """Buckets by slot. All times are monotonic seconds."""

    def __init__(self) -> None:
        self._buckets = np.full((0, BUCKETS), np.nan)
        self._start_s = np.zeros(0)  # of bucket 0; NaN before the first price
        self._step_s = np.zeros(0)  # width of a bucket
        self._head = np.zeros(0, np.int64)  # newest bucket ever reached; it lives at head % BUCKETS
        self._carry = np.zeros(0)  # the value that held just before the oldest bucket kept

    def make_room(self, slots: int) -> None:
        """Have room for slots 0 to `slots` - 1."""
        have = len(self._head)
        if slots <= have:
            return
        more = max(slots, 2 * have, 64) - have
        self._buckets = np.vstack([self._buckets, np.full((more, BUCKETS), np.nan)])
        self._start_s = np.append(self._start_s, np.full(more, np.nan))
        self._step_s = np.append(self._step_s, np.full(more, _NARROWEST_S))
        self._head = np.append(self._head, np.zeros(more, np.int64))
        self._carry = np.append(self._carry, np.full(more, np.nan))

    def push(self, slots: Slots, prices: Floats, now_s: float) -> None:
        """Each slot's price at `now_s`; a slot at most once."""
        fresh = slots[np.isnan(self._start_s[slots])]
        self._start_s[fresh] = now_s
        places = self._advance(slots, now_s)
        self._buckets[slots, places] = prices

    def break_off(self, slots: Slots, now_s: float) -> None:
        """From `now_s` on nothing is known, until the next push. Slots that never had a price stay empty."""
        begun = slots[~np.isnan(self._start_s[slots])]
        # The bucket after now: the price that came last stays to be seen.
        places = self._advance(begun, now_s + self._step_s[begun])
        self._buckets[begun, places] = GAP

    def window(self, slot: int, now_s: float, steps: int) -> Floats:
        """The past as `steps` values, oldest first: the last price of each step, NaN where nothing is known.

        The window reaches from the slot's first price to now, at most SPAN_S back. Its steps stay where they are while
        time passes within one, so that a line does not shimmer.
        """
        start_s = self._start_s[slot]
        if math.isnan(start_s) or steps < 1:
            return np.full(max(steps, 0), np.nan)
        age_s = max(now_s - start_s, self._step_s[slot])
        width_s = min(age_s, SPAN_S) / steps
        end_s = age_s if age_s <= SPAN_S else math.ceil(age_s / width_s) * width_s
        buckets, first = self._in_order(slot)
        held = _held(buckets, self._carry[slot])
        ends_s = end_s - width_s * np.arange(steps - 1, -1, -1)
        # The last bucket that begins before the step ends; beyond the newest one its value holds.
        last = np.ceil(ends_s / self._step_s[slot] - 1e-9).astype(np.int64) - 1 - first
        last = np.minimum(last, len(held) - 1)
        values = np.where(last >= 0, held[np.maximum(last, 0)], np.nan)
        # A step with a gap anywhere in it is a gap: a short one must not vanish.
        gaps = np.concatenate([[0], np.cumsum(buckets == GAP)])
        begins = np.concatenate([[last[0]], last[:-1]])
        values[gaps[np.maximum(last, -1) + 1] > gaps[np.maximum(begins, -1) + 1]] = np.nan
        values[np.isinf(values)] = np.nan
        return values

    def _advance(self, slots: Slots, now_s: float | Floats) -> NDArray[np.int64]:
        """Move the heads to `now_s`, emptying the buckets in between; returns the place of each slot's bucket."""
        reached = self._reached(slots, now_s)
        while len(crowded := slots[(reached >= BUCKETS) & (self._step_s[slots] < _WIDEST_S)]):
            self._halve(crowded)
            reached = self._reached(slots, now_s)
        reached = np.maximum(reached, self._head[slots])
        for slot, new in zip(slots[reached > self._head[slots]], reached[reached > self._head[slots]], strict=True):
            self._slide(slot, int(new))
        places: NDArray[np.int64] = reached % BUCKETS
        return places

    def _reached(self, slots: Slots, now_s: float | Floats) -> NDArray[np.int64]:
        result: NDArray[np.int64] = ((now_s - self._start_s[slots]) / self._step_s[slots]).astype(np.int64)
        return result

    def _slide(self, slot: int, new: int) -> None:
        old = int(self._head[slot])
        if new >= BUCKETS:
            emptied = np.arange(max(old + 1, BUCKETS), new + 1)[-BUCKETS:] % BUCKETS
            known = self._buckets[slot, emptied]
            known = known[~np.isnan(known)]
            if len(known):
                self._carry[slot] = known[-1]
            self._buckets[slot, emptied] = np.nan
        self._head[slot] = new

    def _halve(self, slots: Slots) -> None:
        """Twice as wide buckets, half as many: of each pair the later known value stays."""
        pairs = self._buckets[slots].reshape(len(slots), BUCKETS // 2, 2)
        merged = np.where(np.isnan(pairs[:, :, 1]), pairs[:, :, 0], pairs[:, :, 1])
        self._buckets[slots] = np.nan
        self._buckets[slots, : BUCKETS // 2] = merged
        self._step_s[slots] *= 2
        self._head[slots] //= 2

    def _in_order(self, slot: int) -> tuple[Floats, int]:
        """The slot's buckets, oldest first, and the number of the oldest."""
        head = int(self._head[slot])
        row = self._buckets[slot]
        if head < BUCKETS:
            return row[: head + 1], 0
        return np.roll(row, -((head + 1) % BUCKETS)), head + 1 - BUCKETS


def _held(buckets: Floats, carry: float) -> Floats:
    """The buckets with each unknown one taking the value before it."""
    known = np.where(np.isnan(buckets), -1, np.arange(len(buckets)))
    last = np.maximum.accumulate(known)
    return np.where(last >= 0, buckets[np.maximum(last, 0)], carry)

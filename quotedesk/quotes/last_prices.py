"""What the last price of every slot did: its arrow, the first of this run, and the sparkline's past."""

import math
from collections.abc import Sequence

import numpy as np

from quotedesk.market.number import Number
from quotedesk.quotes.arrays import Floats, Slots, grown
from quotedesk.quotes.bases import Bases
from quotedesk.quotes.by_slot import BySlot
from quotedesk.quotes.field_column import FieldColumn
from quotedesk.quotes.history import History


class LastPrices:
    """Takes last prices, and tells their column, the history and the bases of them. Times are monotonic seconds.

    Attributes:
        direction: each against the one before: 1 up, -1 down, 0 unchanged; NaN where there is none just before it: for
            the first price, and for the first after a gap.
        first_s: when the first price of this run came.
    """

    def __init__(self, column: FieldColumn, history: History, bases: Bases, room: int) -> None:
        self.direction: Floats = np.full(room, math.nan)
        self.first_s: Floats = np.full(room, math.nan)
        self._before = np.full(room, math.nan)  # what the next price is compared with
        self._column = column
        self._history = history
        self._bases = bases

    def put(self, slot: int, price: Number, now_s: float) -> bool:
        """Write one known price. Are the row's decimals others than before, or known now?"""
        value, earlier = price.value, self._before.item(slot)
        is_wider = self._column.put(slot, price)
        self._before[slot] = value
        self.direction[slot] = float(value > earlier) - float(value < earlier) if earlier == earlier else math.nan
        if is_first := math.isnan(self.first_s.item(slot)):
            self._put_first({slot}, (slot,), (price,), now_s)
        self._history.push_one(slot, value, now_s)
        return is_wider or is_first

    def put_newest(self, said: BySlot, prices: Sequence[Number], now_s: float) -> bool:
        """As `put`, all that came of a batch; one that is not known is withdrawn."""
        slots = said.slots
        is_wider = self._column.put_newest(said, prices)
        ordered = np.array([price.value for price in prices])[said.order]
        values = ordered[said.ends]
        earlier = self._before[slots]
        if said.is_repeated:
            earlier = np.where(said.counts > 1, ordered[said.ends - 1], earlier)
            highs, lows = np.fmax.reduceat(ordered, said.starts), np.fmin.reduceat(ordered, said.starts)
        else:
            highs = lows = values
        self._before[slots] = values
        self.direction[slots] = np.sign(values - earlier)
        new = slots[np.isnan(self.first_s[slots])]
        if len(new):
            self._put_first(set(new.tolist()), said.places, prices, now_s)
        if math.isnan(values.sum()):  # withdrawn
            gone = np.isnan(values)
            self._history.begin_gap(slots[gone], now_s)
            slots, values, highs, lows = slots[~gone], values[~gone], highs[~gone], lows[~gone]
        self._history.push(slots, values, highs, lows, now_s)
        return is_wider or len(new) > 0

    def begin_gap(self, slots: Slots, now_s: float) -> None:
        """From `now_s` to the next price the sparkline has a gap, and the arrow tells nothing."""
        self._history.begin_gap(slots, now_s)
        self.direction[slots] = self._before[slots] = math.nan

    def is_unbroken(self, slot: int) -> bool:
        """Is the last price one of this run, with no gap since?"""
        before: float = self._before.item(slot)
        return before == before

    def grow(self, room: int) -> None:
        """Have room for so many slots."""
        self.direction, self.first_s, self._before = (
            grown(each, room, math.nan) for each in (self.direction, self.first_s, self._before)
        )

    def _put_first(self, new: set[int], places: Sequence[int], prices: Sequence[Number], now_s: float) -> None:
        """The first known prices of slots that have none."""
        for slot, price in zip(places, prices, strict=True):
            if slot in new and price.is_known:
                new.remove(slot)
                self.first_s[slot] = now_s
                self._bases.take_first(slot, price)

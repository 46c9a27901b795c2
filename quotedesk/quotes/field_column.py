"""One field of all rows."""

from collections.abc import Sequence

import numpy as np

from quotedesk.market.number import UNKNOWN, Number
from quotedesk.quotes.arrays import Floats, grown
from quotedesk.quotes.by_slot import BySlot
from quotedesk.quotes.decimals import LearntDecimals


class FieldColumn:
    """The newest number of a field in every slot.

    Attributes:
        numbers: as the feed wrote them, by slot; UNKNOWN where there is none.
        decimals: how many decimals they are shown with; prices share theirs.
    """

    def __init__(self, decimals: LearntDecimals) -> None:
        room = len(decimals.shown)
        self.decimals = decimals
        self.numbers = [UNKNOWN] * room
        self._values = np.full(room, np.nan)
        self._is_stale = False  # the values: making them anew takes longer than many numbers

    @property
    def values(self) -> Floats:
        """The numbers as floats, (slots,); NaN unknown."""
        if self._is_stale:
            self._values = np.fromiter((number.value for number in self.numbers), np.float64, len(self.numbers))
            self._is_stale = False
        return self._values

    def put(self, slot: int, number: Number) -> bool:
        """Write a number and its value. Are the decimals of the row others than before?"""
        self.numbers[slot] = number
        self._values[slot] = number.value
        return self.decimals.learn(slot, number)

    def put_newest(self, said: BySlot, numbers: Sequence[Number]) -> bool:
        """As `put`, the newest of each slot; `numbers` are all that came. Are any row's decimals others than before?"""
        newest = [numbers[at] for at in said.newest.tolist()]
        kept = self.numbers
        for slot, number in zip(said.slots.tolist(), newest, strict=True):
            kept[slot] = number
        self._values[said.slots] = [number.value for number in newest]
        return self.decimals.learn_all(said.array, numbers)

    def put_later(self, slot: int, number: Number) -> bool:
        """As `put`; its value is made when somebody asks for values."""
        self.numbers[slot] = number
        self._is_stale = True
        decimals = self.decimals
        may_learn = number.decimals > decimals.shown.item(slot) or slot in decimals.watched
        return may_learn and decimals.learn(slot, number)  # a call for nothing takes as long as all the rest

    def grow(self, room: int) -> None:
        """Have room for so many slots. Decimals, which others share, grow by themselves."""
        self.numbers += [UNKNOWN] * (room - len(self.numbers))
        self._values = grown(self._values, room, np.nan)

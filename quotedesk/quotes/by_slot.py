"""The updates of a batch by slot: which is the newest of each, and how many came."""

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from quotedesk.quotes.arrays import Slots

_Said = TypeVar("_Said")
_FIRST, _ONE = np.zeros(1, np.intp), np.ones(1, np.intp)


class BySlot:
    """Updates by slot.

    Attributes:
        places, array: the slot of each, in order of arrival.
        order: the updates slot by slot, (updates,); each slot's in order of arrival.
        slots: each once, in rising order, (slots,) as are the following.
        starts, ends: the first and the last update of each slot, as places in `order`.
        newest: the last update of each slot.
        counts: how many of each slot.
        is_repeated: is there more than one of any slot?
    """

    __slots__ = ("array", "counts", "ends", "is_repeated", "newest", "order", "places", "slots", "starts")

    def __init__(self, places: Sequence[int]) -> None:
        self.places = places
        slots = self.array = np.array(places, np.intp)
        if len(places) == 1:  # on a calm feed each update comes alone
            self.slots: Slots = slots
            self.counts, self.is_repeated = _ONE, False
            self.order = self.starts = self.ends = self.newest = _FIRST
            return
        self.order = slots.argsort(kind="stable")
        slots = slots[self.order]
        is_first = np.empty(len(slots), np.bool_)
        is_first[0] = True
        np.not_equal(slots[1:], slots[:-1], out=is_first[1:])
        self.starts = is_first.nonzero()[0]
        self.slots = slots[self.starts]
        self.ends = np.append(self.starts[1:], len(slots)) - 1
        self.counts = self.ends - self.starts + 1
        self.newest = self.order[self.ends]
        self.is_repeated = len(self.slots) < len(slots)

    def of_those_that_say(self, said: Sequence[_Said | None]) -> "tuple[BySlot, list[_Said]] | None":
        """Only those updates that say something, and what; None where none does."""
        known = [each for each in said if each is not None]
        if not known:
            return None
        if len(known) == len(said):
            return self, known
        return BySlot([place for place, each in zip(self.places, said, strict=True) if each is not None]), known

"""Quotes that are not written to the columns yet, since of most rows nobody looks at most quotes."""

from collections.abc import Iterable, Sequence
from operator import attrgetter

import msgspec

from quotedesk.market.number import Number
from quotedesk.market.quote import Quote
from quotedesk.quotes.fields import FIELDS

AT_ONCE = ("last", "size")  # what is written with each update
LATER = tuple(field.name for field in FIELDS if field.name not in AT_ONCE)  # when somebody looks
MOST = 8192  # quotes in all, some 10 MB
_LEAST = 2  # of each slot, all the same
_later_of = attrgetter(*LATER)
_EACH = tuple((name, attrgetter(name)) for name in LATER)


class UnreadQuotes:
    """Quotes by slot, no more than there is use for.

    Attributes:
        by_slot: of each slot that has some, the oldest first.
    """

    def __init__(self) -> None:
        self.by_slot: dict[int, list[Quote]] = {}
        self._most = MOST

    def share(self, slots: int) -> None:
        """So many slots share the room that there is."""
        self._most = max(_LEAST, MOST // slots)

    def add(self, quotes: Iterable[tuple[int, Quote]]) -> None:
        """Keep each quote for its slot; of too many for one slot one is made."""
        by_slot, most = self.by_slot, self._most
        for slot, quote in quotes:  # of a whole batch: a call for each takes as long as all of this
            waiting = by_slot.get(slot)
            if waiting is None:
                by_slot[slot] = [quote]
            else:
                waiting.append(quote)
                if len(waiting) >= most:
                    waiting[:] = [merged(waiting)]

    def take(self, slot: int) -> tuple[Number | None, ...]:
        """Keep those of a slot no longer: the newest that they say, by LATER; None where none says anything."""
        said: tuple[Number | None, ...] = _later_of(merged(self.by_slot.pop(slot)))
        return said


def merged(quotes: Sequence[Quote]) -> Quote:
    """One quote that says of each field in LATER the newest that these, the oldest first, say of it."""
    newest, older, said = quotes[-1], quotes[-2::-1], {}
    for name, number_of in _EACH if older else ():
        if number_of(newest) is None:
            for number in map(number_of, older):
                if number is not None:
                    said[name] = number
                    break
    return msgspec.structs.replace(newest, **said) if said else newest

"""What change counts from: the previous close, the price 24 hours ago, the session's open, or the first price seen."""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from quotedesk.market.number import UNKNOWN, Number
from quotedesk.quotes.arrays import Counts, Floats, grown
from quotedesk.quotes.field_column import FieldColumn
from quotedesk.quotes.fields import BASE_NAMES, BASES, FIELDS
from quotedesk.quotes.session_days import SessionDays
from quotedesk.quotes.unread_quotes import LATER

_OF_SESSION = tuple(field.name for field in FIELDS if field.of_session)
_OPEN, _PREV_CLOSE = LATER.index("open"), LATER.index("prev_close")
BASE_FIELDS = frozenset(BASES.values())


class Bases:
    """The bases of the rows of one store, by slot, as far as its columns say them.

    Attributes:
        price: NaN unknown, (slots,).
        kind: which one it is, a place in fields.BASE_NAMES, (slots,) uint8.
        days: of which trading day the columns' session figures are.
    """

    def __init__(self, columns: Mapping[str, FieldColumn], room: int) -> None:
        self.price: Floats = np.full(room, math.nan)
        self.kind: Counts = np.zeros(room, np.uint8)
        self.days = SessionDays()
        self._columns = columns
        self._best_first = [
            (kind, columns[BASES[name]]) for kind, name in reversed([*enumerate(BASE_NAMES)]) if name in BASES
        ]
        self._first: dict[int, Number] = {}
        self._awaited: set[int] = set()
        self._told: dict[int, tuple[float, str]] = {}

    def of(self, slot: int) -> tuple[str, Number]:
        """Its name, one of fields.BASE_NAMES, and the price; UNKNOWN while it is awaited."""
        kind = self.kind.item(slot)
        name = BASE_NAMES[kind]
        if slot in self._awaited:
            return name, UNKNOWN
        return name, self._columns[BASES[name]].numbers[slot] if kind else self._first.get(slot, UNKNOWN)

    def moment_of(self, slot: int) -> tuple[float, str]:
        """When the price held, seconds since 1970 UTC, and who said so; NaN and "" where nobody told."""
        return self._told.get(slot, (math.nan, ""))

    def is_awaited(self, slot: int) -> bool:
        """Is it being asked for, or run out and not said anew?"""
        return slot in self._awaited

    def expect(self, slots: Iterable[int], on: bool) -> None:
        """Those of them that count from a first price are being asked for. Off: of none of them can anybody tell."""
        wanted = [slot for slot in slots if not on or self.kind.item(slot) == 0]
        (self._awaited.update if on else self._awaited.difference_update)(wanted)
        for slot in wanted:
            self.find(slot)

    def take_first(self, slot: int, price: Number) -> None:
        """The first price of this run came."""
        self._first[slot] = price
        self.find(slot)

    def hear(self, slot: int, said: Sequence[Number | None], changed: Collection[str]) -> None:
        """A quote said this of the fields in LATER; of BASE_FIELDS it `changed` these, and the columns have them."""
        is_other = bool(changed)
        if "prev_close" in changed:
            self._told.pop(slot, None)
        if said[_PREV_CLOSE] is not None or said[_OPEN] is not None:
            self.days.note(slot)
            is_other |= slot in self._awaited
            self._awaited.discard(slot)
        if is_other:
            self.find(slot)

    def tell_prev_close(self, slot: int, close: Number, at_utc_s: float, source: str) -> None:
        """A previous close that no quote said, of the session that ended then; `source` for the user."""
        self._told[slot] = at_utc_s, source
        self._columns["prev_close"].put_later(slot, close)
        self.days.note(slot)
        self._awaited.discard(slot)
        self.find(slot)

    def end_day(self, slot: int) -> bool:
        """Forget the figures of a trading day that is over. Did the base run out with them? Then it is awaited."""
        ran_out = BASE_NAMES[self.kind.item(slot)] in ("prev_close", "open_session")
        has_window = self._columns["open_24h"].numbers[slot].is_known  # along which its other figures move
        for name in ("prev_close",) if has_window else _OF_SESSION:
            self._columns[name].put_later(slot, UNKNOWN)
        self._told.pop(slot, None)
        if ran_out:
            self._awaited.add(slot)
        self.find(slot)
        return ran_out

    def find(self, slot: int) -> None:
        """See what counts, by what the columns say now."""
        kind, base = 0, self._first.get(slot, UNKNOWN)
        for place, column in self._best_first:
            if column.numbers[slot].is_known:
                kind, base = place, column.numbers[slot]
                break
        self.kind[slot] = kind
        self.price[slot] = math.nan if slot in self._awaited else base.value

    def grow(self, room: int) -> None:
        """Have room for so many slots."""
        self.price, self.kind = grown(self.price, room, math.nan), grown(self.kind, room, 0)

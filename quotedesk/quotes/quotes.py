"""The newest quote of every instrument, in columns by slot. A slot is given once and kept for the run."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from quotedesk.market.instrument import Instrument
from quotedesk.market.tick import Tick
from quotedesk.quotes.fields import FIELDS
from quotedesk.quotes.history import History

Floats = NDArray[np.float64]
Slots = NDArray[np.intp]


class Quotes:
    """Columns of float64, one value a slot; NaN is unknown. Times are monotonic seconds unless named utc.

    Attributes:
        direction: last tick against the one before: 1 up, -1 down, 0 unchanged; NaN where there is none just before it:
            for the first tick, and for the first after a gap.
        received_s: when the newest tick came.
        first_price: the first price of this run, the base of Chg; NaN before it.
        first_s: when it came.
        state: the row's RowState as a number (written by the controller, painted by ui).
        state_since_s: since when it is so.
        changed_at: the version of the newest change of any of these. Whoever painted version v is owed all above v.
        version: the newest version given out.
        state_version: the version of the newest change of a state or of words.
        decimals_version: that of the newest change of how many decimals a price has, a first price included.
        ticks: how many were applied.
        came: how many of them by slot.
        history: the sparkline's past, by the same slots.
    """

    def __init__(self) -> None:
        self.history = History()
        self.version = self.state_version = self.decimals_version = 0
        self.ticks = 0
        self._codes: dict[str, dict[str, int]] = {}
        self._columns: dict[str, Floats] = {field.name: _column(field.unknown) for field in FIELDS}
        self.direction = _column(math.nan)
        self._before = _column(math.nan)  # what the next tick is compared with
        self._scratch = _column(math.nan), _column(math.nan)  # highs and lows of the batch at hand
        self.received_s = _column(math.nan)
        self.first_price = _column(math.nan)
        self.first_s = _column(math.nan)
        self.state = np.zeros(_FIRST_ROOM, np.uint8)
        self.state_since_s = _column(math.nan)
        self.changed_at = np.zeros(_FIRST_ROOM, np.int64)
        self.came = np.zeros(_FIRST_ROOM, np.int64)
        self._words: dict[int, str] = {}
        self._count = 0

    def __getitem__(self, field: str) -> Floats:
        """The column of a kept field, by slot. Raises KeyError for a name that is not in FIELDS."""
        return self._columns[field]

    def slot(self, instrument: Instrument) -> int:
        """The instrument's slot, made when first asked for."""
        slot = self._codes.get(instrument.feed, {}).get(instrument.code)
        return int(self.slots([instrument])[0]) if slot is None else slot

    def slots(self, instruments: Iterable[Instrument]) -> Slots:
        """The slots of several instruments, in their order."""
        wanted, codes = list(instruments), self._codes
        try:
            return np.array([codes[each.feed][each.code] for each in wanted], np.intp)
        except KeyError:
            pass
        known = []
        for each in wanted:
            slots = codes.setdefault(each.feed, {})
            slot = slots.setdefault(each.code, self._count)
            self._count += slot == self._count
            known.append(slot)
        while self._count > len(self.changed_at):
            self._grow()
        self.history.make_room(self._count)
        return np.array(known, np.intp)

    def apply(self, feed: str, ticks: Sequence[Tick], now_s: float) -> Slots:
        """Take a batch: the newest tick of a code wins, the arrow tells of the tick just before it.

        Returns the slots that changed. Ticks of codes that have no slot are ignored: the session has dropped
        what is not wanted before, so there are none.
        """
        codes = self._codes.get(feed, {})
        price = self._columns["price"]
        kept: list[Tick] = []
        places: list[int] = []
        first: dict[int, float] = {}
        newest: dict[int, Tick] = {}
        before: dict[int, float] = {}
        for tick in ticks:
            slot = codes.get(tick.code)
            if slot is None:
                continue
            kept.append(tick)
            places.append(slot)
            earlier = newest.get(slot)
            if earlier is None:
                first[slot] = tick.price
                before[slot] = self._before[slot]
            else:
                before[slot] = earlier.price
            newest[slot] = tick
        self.ticks += len(kept)
        np.add.at(self.came, places, 1)
        slots = np.fromiter(newest, np.intp, len(newest))
        if not newest:
            return slots
        decimals = self._columns["decimals"]
        before_decimals = decimals[slots]
        for field in FIELDS:
            column = self._columns[field.name]
            if field.keep == "newest":
                column[slots] = [getattr(tick, field.name) for tick in newest.values()]
            else:
                np.maximum.at(column, places, [getattr(tick, field.name) for tick in kept])
        self._before[slots] = prices = price[slots]
        self.direction[slots] = np.sign(prices - np.fromiter(before.values(), np.float64, len(before)))
        self.received_s[slots] = now_s
        new = slots[np.isnan(self.first_price[slots])]
        self.first_price[new] = [first[slot] for slot in new.tolist()]
        self.first_s[new] = now_s
        self.history.push(slots, prices, *self._extremes(slots, places, kept, prices), now_s)
        self._stamp(slots)
        if len(new) or (decimals[slots] != before_decimals).any():
            self.decimals_version = self.version
        return slots

    def _extremes(self, slots: Slots, places: list[int], kept: list[Tick], newest: Floats) -> tuple[Floats, Floats]:
        """The highest and the lowest price of a batch, for each of its slots."""
        if len(kept) == len(slots):
            return newest, newest
        prices = [tick.price for tick in kept]
        found = []
        for most, extreme in zip((np.maximum, np.minimum), self._scratch, strict=True):
            extreme[slots] = newest
            most.at(extreme, places, prices)
            found.append(extreme[slots])
        return found[0], found[1]

    def remember(self, instrument: Instrument, price: float, decimals: int, time_utc_s: float) -> None:
        """A price of an earlier run, until a tick comes. It is no tick: no arrow, no line, no change counts from it."""
        slot = self.slot(instrument)
        if math.isnan(self.received_s[slot]):
            self._columns["price"][slot] = price
            self._columns["decimals"][slot] = decimals
            self._columns["time_utc_s"][slot] = time_utc_s
            self._stamp(np.array([slot], np.intp))
            self.decimals_version = self.version

    def mark(self, slots: Slots, state: int, since_s: float) -> None:
        """Write a row state; rows that already have it keep their `since`, and nothing is repainted for them."""
        changed = slots[(self.state[slots] != state) | np.isnan(self.state_since_s[slots])]
        if len(changed):
            self.state[changed] = state
            self.state_since_s[changed] = since_s
            self._stamp(changed)
            self.state_version = self.version

    def restart(self, slots: Slots, state: int, since_s: float) -> None:
        """Write a row state anew, with its `since`, whatever it was."""
        self.state_since_s[slots] = math.nan
        self.mark(slots, state, since_s)

    def begin_gap(self, slots: Slots, now_s: float) -> None:
        """The link is gone: from here to the next tick the sparkline has a gap, and the arrow tells nothing."""
        self.history.begin_gap(slots, now_s)
        self.direction[slots] = self._before[slots] = math.nan
        self._stamp(slots)

    def say(self, slot: int, words: str) -> None:
        """Words of the server about this row (plain text), or "" to take them back."""
        if words != self._words.get(slot, ""):
            self._words[slot] = words
            self._stamp(np.array([slot], np.intp))
            self.state_version = self.version

    def words(self, slot: int) -> str:
        """What the server said about this row; "" where it said nothing."""
        return self._words.get(slot, "")

    def changed_since(self, slots: Slots, version: int) -> NDArray[np.bool_]:
        """For each slot: is it newer than what was painted at `version`?"""
        result: NDArray[np.bool_] = self.changed_at[slots] > version
        return result

    def _stamp(self, slots: Slots) -> None:
        self.version += 1
        self.changed_at[slots] = self.version

    def _grow(self) -> None:
        room = 2 * len(self.changed_at)
        for field in FIELDS:
            self._columns[field.name] = _grown(self._columns[field.name], room, field.unknown)
        for name in ("direction", "_before", "received_s", "first_price", "first_s", "state_since_s"):
            setattr(self, name, _grown(getattr(self, name), room, math.nan))
        self._scratch = _column(math.nan, room), _column(math.nan, room)
        for name in ("state", "changed_at", "came"):
            before = getattr(self, name)
            setattr(self, name, np.concatenate((before, np.zeros(room - len(before), before.dtype))))


_FIRST_ROOM = 64


def _column(unknown: float, room: int = _FIRST_ROOM) -> Floats:
    return np.full(room, unknown, np.float64)


def _grown(column: Floats, room: int, unknown: float) -> Floats:
    larger = _column(unknown, room)
    larger[: len(column)] = column
    return larger

"""The newest quote of every instrument, in columns by slot. A slot is given once and kept for the run."""

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, Number, of_float
from quotedesk.market.quote import Quote, Trade, Update
from quotedesk.market.states import RowStatus
from quotedesk.quotes.fields import BASE_NAMES, BASES, FIELDS, FIRST_SEEN
from quotedesk.quotes.history import History

Floats = NDArray[np.float64]
Counts = NDArray[np.uint8]
Slots = NDArray[np.intp]

_Kind = TypeVar("_Kind", bound=np.generic)
_FIRST_ROOM = 64
_BESIDE_LAST = tuple(field.name for field in FIELDS if field.name != "last")


class Quotes:
    """Columns of float64 (slots,), one value a slot; NaN is unknown. Times are monotonic seconds unless named utc.

    Attributes:
        decimals: field -> how many decimals its numbers had, at most (slots,) uint8; so that digits stay in line.
        direction: last price against the one before: 1 up, -1 down, 0 unchanged; NaN where there is none just before
            it: for the first price, and for the first after a gap.
        received_s: when the bytes of the newest update were read.
        time_utc_s: exchange time of the newest update that gave one.
        base: the price that change counts from; see `base_of`.
        base_kind: which one that is, a place in fields.BASE_NAMES, (slots,) uint8.
        first_s: when the first price of this run came.
        state: the row's RowState as a number, (slots,) uint8.
        state_since_s: since when it is so.
        changed_at: the version of the newest change of any of these, (slots,) int64. Whoever painted version v is owed
            all above v.
        version: the newest version given out.
        state_version: the version of the newest change of a state or of its reason.
        decimals_version: that of the newest change of a row's decimals, or of a first price.
        ticks: how many updates were applied.
        tick_count: how many of them by slot, (slots,) int64.
        history: the sparkline's past, by the same slots.
    """

    def __init__(self) -> None:
        self.history = History()
        self.version = self.state_version = self.decimals_version = 0
        self.ticks = 0
        self.decimals: dict[str, Counts] = {}
        self._codes: dict[str, dict[str, int]] = {}
        self._values: dict[str, Floats] = {}
        self._numbers: dict[str, list[Number]] = {}
        self._count = 0
        self._room = _FIRST_ROOM
        for field in FIELDS:
            if field.is_eager:
                self._open(field.name)
        self.direction = _column(math.nan)
        self._before = _column(math.nan)  # what the next price is compared with
        self._scratch = _column(math.nan), _column(math.nan)  # highs and lows of the batch at hand
        self.received_s = _column(math.nan)
        self.time_utc_s = _column(math.nan)
        self.base = _column(math.nan)
        self.base_kind = np.zeros(_FIRST_ROOM, np.uint8)
        self._first: dict[int, Number] = {}
        self.first_s = _column(math.nan)
        self.state = np.zeros(_FIRST_ROOM, np.uint8)
        self.state_since_s = _column(math.nan)
        self.changed_at = np.zeros(_FIRST_ROOM, np.int64)
        self.tick_count = np.zeros(_FIRST_ROOM, np.int64)
        self._reasons: dict[int, str] = {}

    def __getitem__(self, field: str) -> Floats:
        """The newest values of a field, by slot. Raises KeyError for a name that is not in FIELDS."""
        if field not in self._values:
            if field not in _BESIDE_LAST:
                raise KeyError(field)
            self._open(field)
        return self._values[field]

    def number(self, field: str, slot: int) -> Number:
        """The newest number of a field, as the feed wrote it; UNKNOWN where there is none."""
        numbers = self._numbers.get(field)
        return UNKNOWN if numbers is None else numbers[slot]

    def decimals_of(self, field: str, slot: int) -> int:
        """How many decimals a row's numbers of a field have."""
        column = self.decimals.get(field)
        return 0 if column is None else column.item(slot)

    def base_of(self, slot: int) -> tuple[str, Number]:
        """What change counts from: "prev_close", "open_24h", "open_session" or "first_seen", and that price."""
        name = BASE_NAMES[self.base_kind.item(slot)]
        if name == FIRST_SEEN:
            return name, self._first.get(slot, UNKNOWN)
        return name, self.number(BASES[name], slot)

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
        while self._count > self._room:
            self._grow()
        self.history.make_room(self._count)
        return np.array(known, np.intp)

    def apply(self, batch: Batch) -> Slots:
        """Take a batch: updates, then gaps, then statuses. Returns the slots that updates changed.

        The newest price of a code wins, the arrow tells of the price just before it. Updates of codes that have no slot
        are ignored: the session has dropped what is not wanted before, so there are none.
        """
        codes = self._codes.get(batch.feed, {})
        slots = self._apply_updates(codes, batch.updates, batch.received_s)
        if batch.gaps:
            gone = [slot for code in batch.gaps if (slot := codes.get(code)) is not None]
            self.begin_gap(np.array(gone, np.intp), batch.received_s)
        if batch.statuses:
            self._apply_statuses(batch.feed, batch.statuses)
        return slots

    def _apply_updates(self, codes: dict[str, int], updates: Sequence[Update], now_s: float) -> Slots:
        places: list[int] = []  # of each price, in order
        prices: list[Number] = []
        sizes: list[tuple[int, Number]] = []
        newest: dict[int, Number] = {}  # the last price of each slot
        before: dict[int, float] = {}  # the one just before it, where that is in this batch
        first: dict[int, Number] = {}
        times: dict[int, float] = {}
        others: dict[str, dict[int, Number]] = {}
        touched: dict[int, None] = {}
        taken: list[int] = []
        for update in updates:
            slot = codes.get(update.code)
            if slot is None:
                continue
            taken.append(slot)
            if type(update) is Trade:
                price: Number | None = update.price
                sizes.append((slot, update.size))
            else:
                price = _sort_out(update, slot, others)  # type: ignore[arg-type]
                touched[slot] = None
            if (time_utc_s := update.time_utc_s) == time_utc_s:
                times[slot] = time_utc_s
            if price is None:
                continue
            places.append(slot)
            prices.append(price)
            earlier = newest.get(slot)
            if earlier is None:
                first[slot] = price
            else:
                before[slot] = earlier.value
            newest[slot] = price
        if not taken:
            return np.empty(0, np.intp)
        self.ticks += len(taken)
        np.add.at(self.tick_count, taken, 1)
        is_wider = False
        if newest:
            is_wider = self._put_prices(newest, places, prices, before, first, now_s)
        if sizes:
            self._put("size", dict(sizes), [slot for slot, _ in sizes], [size for _, size in sizes])
        for name, numbers in others.items():
            is_wider |= self._put(name, numbers, list(numbers), list(numbers.values()))
        if times:
            self.time_utc_s[list(times)] = list(times.values())
        if others:
            self._rebase(touched)
        touched.update(dict.fromkeys(newest))
        slots = np.fromiter(touched, np.intp, len(touched))
        self.received_s[slots] = now_s
        self._stamp(slots)
        if is_wider:
            self.decimals_version = self.version
        return slots

    def _put_prices(
        self,
        newest: dict[int, Number],
        places: list[int],
        prices: list[Number],
        before: dict[int, float],
        first: dict[int, Number],
        now_s: float,
    ) -> bool:
        """Write last prices, arrows, first prices and history. Are a row's decimals others than before?"""
        slots = np.fromiter(newest, np.intp, len(newest))
        is_wider = self._put("last", newest, places, prices)
        values = self._values["last"][slots]
        earlier = self._before[slots]
        if before:
            earlier = np.array([before.get(slot, value) for slot, value in zip(newest, earlier.tolist(), strict=True)])
        self._before[slots] = values
        self.direction[slots] = np.sign(values - earlier)
        new = slots[np.isnan(self.first_s[slots])]
        if len(new):
            self.first_s[new] = now_s
            for slot in new.tolist():
                self._first[slot] = first[slot]
            self._rebase(new.tolist())
        self.history.push(slots, values, *self._extremes(slots, places, prices, values), now_s)
        return is_wider or len(new) > 0

    def _put(self, name: str, newest: dict[int, Number], places: list[int], numbers: Sequence[Number]) -> bool:
        """Write a field's newest numbers; `places` and `numbers` are all that came. Are a row's decimals others now?"""
        if name not in self._values:
            self._open(name)
        column, kept, decimals = self._values[name], self._numbers[name], self.decimals[name]
        for slot, number in newest.items():
            kept[slot] = number
        slots = list(newest)
        column[slots] = [number.value for number in newest.values()]
        earlier = decimals[slots]
        np.maximum.at(decimals, places, [number.decimals for number in numbers])
        return bool((decimals[slots] != earlier).any())

    def _extremes(self, slots: Slots, places: list[int], prices: list[Number], newest: Floats) -> tuple[Floats, Floats]:
        """The highest and the lowest price of a batch, for each of its slots."""
        if len(prices) == len(slots):
            return newest, newest
        values = [price.value for price in prices]
        found = []
        for most, extreme in zip((np.maximum, np.minimum), self._scratch, strict=True):
            extreme[slots] = newest
            most.at(extreme, places, values)
            found.append(extreme[slots])
        return found[0], found[1]

    def _rebase(self, slots: Iterable[int]) -> None:
        """See what change counts from now."""
        for slot in slots:
            kind, base = 0, self._first.get(slot, UNKNOWN)
            for place in range(len(BASE_NAMES) - 1, 0, -1):
                known = self.number(BASES[BASE_NAMES[place]], slot)
                if known.is_known:
                    kind, base = place, known
                    break
            self.base_kind[slot] = kind
            self.base[slot] = base.value

    def remember(self, instrument: Instrument, last: float, decimals: int, time_utc_s: float) -> None:
        """A price of an earlier run, until one comes. It is no update: no arrow, no line, no change counts from it."""
        slot = self.slot(instrument)
        if math.isnan(self.received_s[slot]):
            self._values["last"][slot] = last
            self._numbers["last"][slot] = of_float(last, decimals)
            self.decimals["last"][slot] = decimals
            self.time_utc_s[slot] = time_utc_s
            self._stamp(np.array([slot], np.intp))
            self.decimals_version = self.version

    def set_state(self, slots: Slots, state: int, since_s: float) -> None:
        """Write a row state; rows that already have it keep their `since`, and nothing is repainted for them."""
        changed = slots[(self.state[slots] != state) | np.isnan(self.state_since_s[slots])]
        if len(changed):
            self.state[changed] = state
            self.state_since_s[changed] = since_s
            self._stamp(changed)
            self.state_version = self.version

    def begin_gap(self, slots: Slots, now_s: float) -> None:
        """From `now_s` to the next price the sparkline has a gap, and the arrow tells nothing."""
        self.history.begin_gap(slots, now_s)
        self.direction[slots] = self._before[slots] = math.nan
        self._stamp(slots)

    def reason(self, slot: int) -> str:
        """Why a row is in its state (plain text, may hold the server's words); "" where the state says it all."""
        return self._reasons.get(slot, "")

    def changed_since(self, slots: Slots, version: int) -> NDArray[np.bool_]:
        """For each slot: is it newer than what was painted at `version`?"""
        result: NDArray[np.bool_] = self.changed_at[slots] > version
        return result

    def _apply_statuses(self, feed: str, statuses: Sequence[RowStatus]) -> None:
        slots = self.slots(Instrument(feed, status.code) for status in statuses)
        self.state[slots] = [status.state for status in statuses]
        self.state_since_s[slots] = [status.since_s for status in statuses]
        for slot, status in zip(slots.tolist(), statuses, strict=True):
            if status.reason:
                self._reasons[slot] = status.reason
            else:
                self._reasons.pop(slot, None)
        self._stamp(slots)
        self.state_version = self.version

    def _stamp(self, slots: Slots) -> None:
        self.version += 1
        self.changed_at[slots] = self.version

    def _open(self, name: str) -> None:
        """Make a field's columns."""
        self._values[name] = _column(math.nan, self._room)
        self._numbers[name] = [UNKNOWN] * self._room
        self.decimals[name] = np.zeros(self._room, np.uint8)

    def _grow(self) -> None:
        room = 2 * self._room
        for name, column in self._values.items():
            self._values[name] = _grown(column, room, math.nan)
            self._numbers[name] += [UNKNOWN] * (room - self._room)
            self.decimals[name] = _grown(self.decimals[name], room, 0)
        for name in ("direction", "_before", "received_s", "time_utc_s", "base", "first_s", "state_since_s"):
            setattr(self, name, _grown(getattr(self, name), room, math.nan))
        for name in ("state", "base_kind", "changed_at", "tick_count"):
            setattr(self, name, _grown(getattr(self, name), room, 0))
        self._scratch = _column(math.nan, room), _column(math.nan, room)
        self._room = room


def _sort_out(quote: Quote, slot: int, others: dict[str, dict[int, Number]]) -> Number | None:
    """Note what a quote says beside its last price, by field; returns the last price, where it says one."""
    for name in _BESIDE_LAST:
        said = getattr(quote, name)
        if said is not None:
            numbers = others.get(name)
            if numbers is None:
                numbers = others[name] = {}
            numbers[slot] = said
    return quote.last if quote.last is None or quote.last.is_known else None


def _column(unknown: float, room: int = _FIRST_ROOM) -> Floats:
    return np.full(room, unknown, np.float64)


def _grown(column: NDArray[_Kind], room: int, unknown: float) -> NDArray[_Kind]:
    larger = np.full(room, unknown, column.dtype)
    larger[: len(column)] = column
    return larger

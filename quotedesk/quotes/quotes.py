"""The newest quote of every instrument, in columns by slot. A slot is given once and kept for the run."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, Number, of_float
from quotedesk.market.quote import Quote, Trade, Update
from quotedesk.market.states import RowStatus
from quotedesk.quotes.fields import BASE_NAMES, BASES, FIELDS, FIRST_SEEN
from quotedesk.quotes.history import Bar, History

Floats = NDArray[np.float64]
Counts = NDArray[np.uint8]
Slots = NDArray[np.intp]

_Kind = TypeVar("_Kind", bound=np.generic)
_FIRST_ROOM = 64
_FIRST, _ONE = np.zeros(1, np.intp), np.ones(1, np.intp)
_NAMES = tuple(field.name for field in FIELDS)
_BASE_FIELDS = frozenset(BASES.values())
FEW = 16  # updates; so many at once are put one by one


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
            if field not in _NAMES:
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
        for seed in batch.seeds:
            self._take_seed(Instrument(batch.feed, seed.code), seed)
        return slots

    def _apply_updates(self, codes: dict[str, int], updates: Sequence[Update], now_s: float) -> Slots:
        places: list[Any] = [codes.get(update.code) for update in updates]
        if None in places:
            updates = [update for update, place in zip(updates, places, strict=True) if place is not None]
            places = [place for place in places if place is not None]
        if not places:
            return np.empty(0, np.intp)
        self.ticks += len(places)
        if len(places) <= FEW and not any(map(_withdraws_price, updates)):
            return self._put_few(places, updates, now_s)
        said = _Said(places)
        if math.isnan(self.received_s[said.slots].sum()):
            self._forget_remembered(said.slots[np.isnan(self.received_s[said.slots])])
        if set(map(type, updates)) == {Trade}:
            trades = cast(Sequence[Trade], updates)
            is_wider = self._put_prices(said, [trade.price for trade in trades], now_s)
            is_wider |= self._put("size", said, [trade.size for trade in trades])
        else:
            is_wider = self._put_all(places, updates, now_s)
        times_utc_s = [update.time_utc_s for update in updates]
        if math.isnan(sum(times_utc_s)):
            times = {place: utc_s for place, utc_s in zip(places, times_utc_s, strict=True) if utc_s == utc_s}
            self.time_utc_s[list(times)] = list(times.values())
        else:
            self.time_utc_s[said.slots] = np.array(times_utc_s)[said.newest]
        self.tick_count[said.slots] += said.counts
        self.received_s[said.slots] = now_s
        self._stamp(said.slots)
        if is_wider:
            self.decimals_version = self.version
        return said.slots

    def _put_few(self, places: list[int], updates: Sequence[Update], now_s: float) -> Slots:
        """The same one by one: arrays of one element take ten times as long."""
        is_wider = False
        for slot, update in zip(places, updates, strict=True):
            if math.isnan(self.received_s.item(slot)):
                self._forget_remembered(np.array([slot], np.intp))
            if type(update) is Trade:
                is_wider |= self._put_price(slot, update.price, now_s)
                is_wider |= self._put_one("size", slot, update.size)
            else:
                is_wider |= self._put_quote(slot, cast(Quote, update), now_s)
            if (time_utc_s := update.time_utc_s) == time_utc_s:
                self.time_utc_s[slot] = time_utc_s
            self.tick_count[slot] += 1
            self.received_s[slot] = now_s
        slots = np.array(sorted(set(places)), np.intp)
        self._stamp(slots)
        if is_wider:
            self.decimals_version = self.version
        return slots

    def _put_quote(self, slot: int, quote: Quote, now_s: float) -> bool:
        """Write what one quote says. Are the row's decimals others than before?"""
        is_wider = is_rebased = False
        for name in _NAMES:
            number = getattr(quote, name)
            if number is not None:
                put = self._put_price(slot, number, now_s) if name == "last" else self._put_one(name, slot, number)
                is_wider |= put
                is_rebased |= name in _BASE_FIELDS
        if is_rebased:
            self._rebase((slot,))
        return is_wider

    def _put_price(self, slot: int, price: Number, now_s: float) -> bool:
        """Write one last price, its arrow and its history. Are the row's decimals others than before?"""
        value, earlier = price.value, self._before.item(slot)
        is_wider = self._put_one("last", slot, price)
        self._before[slot] = value
        self.direction[slot] = float(value > earlier) - float(value < earlier) if earlier == earlier else math.nan
        if is_first := math.isnan(self.first_s.item(slot)):
            self._put_first({slot}, (slot,), (price,), now_s)
        self.history.push_one(slot, value, now_s)
        return is_wider or is_first

    def _put_one(self, name: str, slot: int, number: Number) -> bool:
        """Write a field's newest number of one slot. Are the row's decimals others than before?"""
        if name not in self._values:
            self._open(name)
        self._numbers[name][slot] = number
        self._values[name][slot] = number.value
        decimals = self.decimals[name]
        if number.decimals <= decimals.item(slot):
            return False
        decimals[slot] = number.decimals
        return True

    def _put_all(self, places: list[int], updates: Sequence[Update], now_s: float) -> bool:
        """Write what quotes and trades among them say. Are a row's decimals others than before?"""
        fields: dict[str, tuple[list[int], list[Number]]] = {}
        for place, update in zip(places, updates, strict=True):
            if type(update) is Trade:
                said: Sequence[tuple[str, Number | None]] = (("last", update.price), ("size", update.size))
            else:
                said = [(name, getattr(update, name)) for name in _NAMES]
            for name, number in said:
                if number is not None:
                    field = fields.setdefault(name, ([], []))
                    field[0].append(place)
                    field[1].append(number)
        is_wider = False
        for name, (where, numbers) in fields.items():
            if name == "last":
                is_wider |= self._put_prices(_Said(where), numbers, now_s)
            else:
                is_wider |= self._put(name, _Said(where), numbers)
        if not fields.keys().isdisjoint(_BASE_FIELDS):
            self._rebase(set(places))
        return is_wider

    def _put_prices(self, said: "_Said", prices: Sequence[Number], now_s: float) -> bool:
        """Write last prices, arrows, first prices and history. Are a row's decimals others than before?"""
        slots = said.slots
        is_wider = self._put("last", said, prices)
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
            self.history.begin_gap(slots[gone], now_s)
            slots, values, highs, lows = slots[~gone], values[~gone], highs[~gone], lows[~gone]
        self.history.push(slots, values, highs, lows, now_s)
        return is_wider or len(new) > 0

    def _put_first(self, new: set[int], places: Sequence[int], prices: Sequence[Number], now_s: float) -> None:
        """Write the first prices of slots that have none."""
        for slot, price in zip(places, prices, strict=True):
            if slot in new and slot not in self._first and price.is_known:
                self._first[slot] = price
                self.first_s[slot] = now_s
        self._rebase(new)

    def _put(self, name: str, said: "_Said", numbers: Sequence[Number]) -> bool:
        """Write a field's newest numbers; `numbers` are all that came. Are a row's decimals others than before?"""
        if name not in self._values:
            self._open(name)
        kept, decimals = self._numbers[name], self.decimals[name]
        newest = [numbers[at] for at in said.newest.tolist()]
        for slot, number in zip(said.slots.tolist(), newest, strict=True):
            kept[slot] = number
        self._values[name][said.slots] = [number.value for number in newest]
        earlier = decimals[said.slots]
        most = np.array([number.decimals for number in numbers], np.uint8)[said.order]
        if said.is_repeated:
            most = np.maximum.reduceat(most, said.starts)
        wider = most > earlier
        if not wider.any():
            return False
        decimals[said.slots] = np.maximum(most, earlier)
        return True

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
        """A price of an earlier run, until an update comes. No arrow tells of it, no line, no change counts from it."""
        slot = self.slot(instrument)
        if math.isnan(self.received_s[slot]):
            self._values["last"][slot] = last
            self._numbers["last"][slot] = of_float(last, decimals)
            self.decimals["last"][slot] = decimals
            self.time_utc_s[slot] = time_utc_s
            self._stamp(np.array([slot], np.intp))
            self.decimals_version = self.version

    def set_prev_close(self, instrument: Instrument, close: Number, at_utc_s: float, source: str) -> None:
        """A previous close that the stream does not say, of the session that ended then; `source` for the user."""
        slot = self.slot(instrument)
        self._put_one("prev_close", slot, close)
        self._rebase((slot,))
        self._stamp(np.array([slot], np.intp))

    def seed_past(self, instrument: Instrument, bars: Sequence[Bar], now_s: float) -> None:
        """The row's line has these bars, the oldest first, before its first price of this run."""
        slot = self.slot(instrument)
        self.history.seed(slot, bars, self.first_s.item(slot), now_s)
        self._stamp(np.array([slot], np.intp))

    def set_span(self, span_s: float, now_s: float) -> None:
        """The rows' lines reach so far back from now on; see History."""
        self.history.set_span(span_s, now_s)
        self._stamp(np.arange(self._room))

    def _take_seed(self, instrument: Instrument, seed: Quote) -> None:
        if seed.last is not None and seed.last.is_known:
            self.remember(instrument, seed.last.value, seed.last.decimals, seed.time_utc_s)
        if seed.prev_close is not None:
            self.set_prev_close(instrument, seed.prev_close, seed.time_utc_s, f"{instrument.feed} over HTTP")

    def _forget_remembered(self, slots: Slots) -> None:
        """The first updates of these slots came: what was remembered is not known of this run."""
        self._values["last"][slots] = self.time_utc_s[slots] = math.nan
        for slot in slots.tolist():
            self._numbers["last"][slot] = UNKNOWN

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
        self._room = room


class _Said:
    """The updates of a batch that say something of one field, by slot.

    Attributes:
        places: the slot of each, in order of arrival.
        order: the updates slot by slot, (updates,); each slot's in order of arrival.
        slots: each once, in rising order, (slots,) as are the following.
        starts, ends: the first and the last update of each slot, as places in `order`.
        newest: the last update of each slot.
        counts: how many of each slot.
        is_repeated: is there more than one of any slot?
    """

    __slots__ = ("counts", "ends", "is_repeated", "newest", "order", "places", "slots", "starts")

    def __init__(self, places: Sequence[int]) -> None:
        self.places = places
        slots = np.array(places, np.intp)
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


def _withdraws_price(update: Update) -> bool:
    """Does it say that the last price is unknown now?"""
    return type(update) is Quote and update.last is not None and not update.last.is_known


def _column(unknown: float, room: int = _FIRST_ROOM) -> Floats:
    return np.full(room, unknown, np.float64)


def _grown(column: NDArray[_Kind], room: int, unknown: float) -> NDArray[_Kind]:
    larger = np.full(room, unknown, column.dtype)
    larger[: len(column)] = column
    return larger

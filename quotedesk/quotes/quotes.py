"""The newest quote of every instrument, in columns by slot. A slot is given once and kept for the run."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import MOST_DECIMALS, UNKNOWN, Number, of_float
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote, Trade, Update
from quotedesk.market.states import RowStatus
from quotedesk.quotes.arrays import Counts, Floats, Slots, grown
from quotedesk.quotes.bases import BASE_FIELDS, Bases
from quotedesk.quotes.by_slot import BySlot
from quotedesk.quotes.decimals import LearntDecimals, meant_by, of_tick_size
from quotedesk.quotes.field_column import FieldColumn
from quotedesk.quotes.fields import FIELDS
from quotedesk.quotes.history import Bar, History
from quotedesk.quotes.last_prices import LastPrices
from quotedesk.quotes.position_values import PositionValues
from quotedesk.quotes.unread_quotes import AT_ONCE, LATER, UnreadQuotes

_FIRST_ROOM = 64
FEW = 16  # updates; so many at once are put one by one


class Quotes:
    """Columns of float64 (slots,), one value a slot; NaN is unknown. Times are monotonic seconds unless named utc.

    Of a quote the last price and its size are written at once; the rest is written when it is asked for, since of most
    rows nobody looks at most quotes.

    Attributes:
        received_s: when the bytes of the newest update were read.
        time_utc_s: exchange time of the newest update that gave one.
        state: the row's RowState as a number, (slots,) uint8.
        state_since_s: since when it is so.
        changed_at: the version of the newest change of any of these, (slots,) int64. Whoever painted version v is owed
            all above v.
        version: the newest version given out.
        state_version: the version of the newest change of a state or of its reason.
        decimals_version: that of the newest change of a row's decimals, or of a first price, as far as looked at.
        ticks: how many updates were applied.
        tick_count: how many of them by slot, (slots,) int64.
        history: the sparkline's past, by the same slots.
        positions: what the user holds, by the same slots; changed by `hold`.
        last_prices: what the last price did, by the same slots.
        bases: what change counts from, by the same slots; true of those that are settled.
    """

    def __init__(self, history: History | None = None) -> None:
        self.history = history or History()
        self.positions = PositionValues()
        self.version = self.state_version = self.decimals_version = 0
        self.ticks = 0
        self._codes: dict[str, dict[str, int]] = {}
        self._instruments: list[Instrument] = []  # by slot
        self._room = _FIRST_ROOM
        self._prices = LearntDecimals(_FIRST_ROOM)
        self._columns = {
            field.name: FieldColumn(self._prices if field.is_price else LearntDecimals(_FIRST_ROOM)) for field in FIELDS
        }
        self._size = self._columns["size"]
        self._later = [(name, self._columns[name]) for name in LATER]
        self._unread = UnreadQuotes()
        self.bases = Bases(self._columns, _FIRST_ROOM)
        self.last_prices = LastPrices(self._columns["last"], self.history, self.bases, _FIRST_ROOM)
        self.received_s, self.time_utc_s, self.state_since_s = (np.full(_FIRST_ROOM, math.nan) for _ in range(3))
        self.state = np.zeros(_FIRST_ROOM, np.uint8)
        self.changed_at = np.zeros(_FIRST_ROOM, np.int64)
        self.tick_count = np.zeros(_FIRST_ROOM, np.int64)
        self._reasons: dict[int, str] = {}

    def __getitem__(self, field: str) -> Floats:
        """The newest values of a field, by slot. Raises KeyError for a name that is not in FIELDS."""
        if field not in AT_ONCE:
            self._settle_all()
        return self._columns[field].values

    @property
    def base(self) -> Floats:
        """The prices that changes count from; see Bases."""
        self._settle_all()
        return self.bases.price

    @property
    def base_kind(self) -> Counts:
        """Which ones those are; see Bases."""
        self._settle_all()
        return self.bases.kind

    @property
    def price_decimals(self) -> Counts:
        """How many decimals a row's prices are shown with, (slots,) uint8."""
        self._settle_all()
        return self._prices.shown

    def number(self, field: str, slot: int) -> Number:
        """The newest number of a field, as the feed wrote it; UNKNOWN where there is none."""
        if slot in self._unread.by_slot:
            self.settle((slot,))
        return self._columns[field].numbers[slot]

    def numbers(self) -> dict[str, list[Number]]:
        """The newest numbers of all fields by slot, as they are now; UNKNOWN where there is none."""
        self._settle_all()
        return {name: list(column.numbers) for name, column in self._columns.items()}

    def decimals_of(self, field: str, slot: int) -> int:
        """How many decimals a row's numbers of a field are shown with."""
        if slot in self._unread.by_slot:
            self.settle((slot,))
        return self._columns[field].decimals.shown.item(slot)

    def base_of(self, slot: int) -> tuple[str, Number]:
        """What change counts from, and that price; see Bases."""
        if slot in self._unread.by_slot:
            self.settle((slot,))
        return self.bases.of(slot)

    def set_tick_size(self, instrument: Instrument, tick_size: Number) -> None:
        """Show the prices of a row with the decimals of their least step; UNKNOWN: learn them from the feed's texts."""
        slot = self.slot(instrument)
        if self._prices.fix(slot, of_tick_size(tick_size)):
            self._stamp(np.array([slot], np.intp))
            self.decimals_version = self.version

    def set_prev_close(self, instrument: Instrument, close: Number, at_utc_s: float, source: str) -> None:
        """A previous close that the stream does not say, of the session that ended then; `source` for the user."""
        slot = self.slot(instrument)
        self.settle((slot,))
        self.bases.tell_prev_close(slot, close, at_utc_s, source)
        self._stamp(np.array([slot], np.intp))

    def await_bases(self, instruments: Iterable[Instrument], on: bool = True) -> None:
        """What these rows count from is being asked for: until it is said, change is unknown. Off: nobody can tell."""
        slots = self.slots(instruments)
        self.settle(slots.tolist())
        self.bases.expect(slots.tolist(), on)
        self._stamp(slots)

    def turn_days(
        self, feed: str, now_s: float, now_utc_s: float, day_start_of: Callable[[str, float], float]
    ) -> list[Instrument]:
        """Forget what was of a trading day that is over, once a second is soon enough; returns whose base ran out.

        `day_start_of`: when the trading day of a code began that a time (UTC) lies in. Rows whose day turned have no
        session figures and count from nothing until they are said anew.
        """
        bases, instruments = self.bases, self._instruments
        if not bases.days.is_due(feed, now_utc_s):
            return []
        self._settle_all()

        def day_start(slot: int, at_utc_s: float) -> float:
            return day_start_of(instruments[slot].code, at_utc_s)

        slots = self.slots_of(feed).values()
        over = bases.days.over(feed, slots, now_s, now_utc_s, self.received_s.item, day_start)
        ran_out = [instruments[slot] for slot in over if bases.end_day(slot)]
        if over:
            self._stamp(np.array(over, np.intp))
        return ran_out

    def settle(self, slots: Iterable[int]) -> None:
        """Write what quotes said of these slots, as far as it is not yet."""
        unread = self._unread.by_slot
        for slot in unread.keys() & slots if unread else ():
            self._write(slot, self._unread.take(slot))

    def _settle_all(self) -> None:
        self.settle(self._unread.by_slot)

    def _write(self, slot: int, said: tuple[Number | None, ...]) -> None:
        """Write the newest that quotes said of a slot, by LATER."""
        changed = []
        is_wider = False
        for (name, column), number in zip(self._later, said, strict=True):
            if number is not None and number is not column.numbers[slot]:  # the same text as before: most of a quote
                is_wider |= column.put_later(slot, number)
                if name in BASE_FIELDS:
                    changed.append(name)
        self.bases.hear(slot, said, changed)
        if is_wider:
            self.version += 1  # whoever has painted the newest version is yet to hear of this
            self.decimals_version = self.version

    def slot(self, instrument: Instrument) -> int:
        """The instrument's slot, made when first asked for."""
        slot = self._codes.get(instrument.feed, {}).get(instrument.code)
        return int(self.slots([instrument])[0]) if slot is None else slot

    def slots_of(self, feed: str) -> Mapping[str, int]:
        """All slots of a feed, by code."""
        return self._codes.get(feed, {})

    def has_slot(self, instrument: Instrument) -> bool:
        """Was a slot made for it?"""
        return instrument.code in self._codes.get(instrument.feed, ())

    def instrument(self, slot: int) -> Instrument:
        """Whose slot it is."""
        return self._instruments[slot]

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
            slot = slots.setdefault(each.code, len(self._instruments))
            if slot == len(self._instruments):
                self._instruments.append(each)
            known.append(slot)
        while len(self._instruments) > self._room:
            self._grow()
        self._unread.share(len(self._instruments))
        self.history.make_room(len(self._instruments))
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
        said = BySlot(places)
        if math.isnan(self.received_s[said.slots].sum()):
            self._forget_remembered(said.slots[np.isnan(self.received_s[said.slots])])
        is_wider = self._put_all(said, updates, now_s)
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
            price = update.price if isinstance(update, Trade) else update.last
            if price is not None:
                is_wider |= self.last_prices.put(slot, price, now_s)
            if update.size is not None:
                is_wider |= self._size.put(slot, update.size)
            if isinstance(update, Quote):
                self._unread.add(((slot, update),))
            if (time_utc_s := update.time_utc_s) == time_utc_s:
                self.time_utc_s[slot] = time_utc_s
            self.tick_count[slot] += 1
            self.received_s[slot] = now_s
        slots = np.array(sorted(set(places)), np.intp)
        self._stamp(slots)
        if is_wider:
            self.decimals_version = self.version
        return slots

    def _put_all(self, said: BySlot, updates: Sequence[Update], now_s: float) -> bool:
        """Write what quotes and trades say. Are a row's decimals others than before?"""
        kinds = set(map(type, updates))
        if kinds == {Trade}:
            trades = cast(Sequence[Trade], updates)
            is_wider = self.last_prices.put_newest(said, [trade.price for trade in trades], now_s)
            return self._size.put_newest(said, [trade.size for trade in trades]) | is_wider
        both = zip(said.places, updates, strict=True)
        if kinds == {Quote}:
            self._unread.add(cast(Iterable[tuple[int, Quote]], both))
            prices = [quote.last for quote in cast(Sequence[Quote], updates)]
        else:
            self._unread.add((slot, each) for slot, each in both if isinstance(each, Quote))
            prices = [each.price if isinstance(each, Trade) else each.last for each in updates]
        is_wider = False
        if some := said.of_those_that_say(prices):
            is_wider = self.last_prices.put_newest(*some, now_s)
        if sizes := said.of_those_that_say([update.size for update in updates]):
            is_wider |= self._size.put_newest(*sizes)
        return is_wider

    def remember(self, instrument: Instrument, last: float, decimals: int, time_utc_s: float) -> None:
        """A price of an earlier run, until an update comes. No arrow tells of it, no line, no change counts from it."""
        slot = self.slot(instrument)
        if math.isnan(self.received_s[slot]):
            if decimals == MOST_DECIMALS:  # a version before took float noise for decimals
                decimals = meant_by(last)
            self._columns["last"].put(slot, of_float(last, decimals))
            self.time_utc_s[slot] = time_utc_s
            self._stamp(np.array([slot], np.intp))
            self.decimals_version = self.version

    def forget(self) -> None:
        """Know nothing of any instrument: of a recording another place is looked at. Slots and versions stay."""
        self.history.forget()
        kept = self.version, self._instruments, self.positions
        self.__dict__.update(Quotes(self.history).__dict__)
        self.version, instruments, self.positions = kept
        self.slots(instruments)
        self._stamp(np.arange(self._room))
        self.state_version = self.decimals_version = self.version

    def hold(self, positions: Mapping[Instrument, Position], *, is_hidden: bool = False) -> None:
        """The user holds these and no others; `is_hidden`: no amount of them may be shown."""
        if positions is not self.positions.positions:
            changed = self.positions.hold(self, positions)
            if len(changed):
                self._stamp(changed)
        if is_hidden != self.positions.is_hidden:
            self.positions.is_hidden = is_hidden
            self._stamp(np.array(sorted(self.positions.held), np.intp))

    def seed_past(self, instrument: Instrument, bars: Sequence[Bar], now_s: float) -> None:
        """The row's line has these bars, the oldest first, before its first price of this run."""
        slot = self.slot(instrument)
        self.history.seed(slot, bars, self.last_prices.first_s.item(slot), now_s)
        self._stamp(np.array([slot], np.intp))

    def set_span(self, span_s: float, now_s: float) -> None:
        """The rows' lines reach so far back from now on; see History."""
        self.history.set_span(span_s, now_s)
        self._stamp(np.arange(self._room))

    def _take_seed(self, instrument: Instrument, seed: Quote) -> None:
        """Write what was asked for beside the stream, where the stream has not said it."""
        slot = self.slot(instrument)
        if seed.last is not None and seed.last.is_known:
            self.remember(instrument, seed.last.value, seed.last.decimals, seed.time_utc_s)
        for name in LATER:
            number = getattr(seed, name)
            if number is not None and name != "prev_close" and not self.number(name, slot).is_known:
                self._columns[name].put_later(slot, number)
        if seed.prev_close is not None and seed.prev_close.is_known:
            self.set_prev_close(instrument, seed.prev_close, seed.time_utc_s, f"{instrument.feed} over HTTP")
            return
        self.bases.find(slot)
        self._stamp(np.array([slot], np.intp))

    def _forget_remembered(self, slots: Slots) -> None:
        """The first updates of these slots came: what was remembered is not known of this run."""
        for slot in slots.tolist():
            self.positions.recall(slot, self._columns["last"].values.item(slot))
            self._columns["last"].put(slot, UNKNOWN)
        self.time_utc_s[slots] = math.nan

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
        self.last_prices.begin_gap(slots, now_s)
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

    def _grow(self) -> None:
        room = self._room = 2 * self._room
        for decimals in {id(each.decimals): each.decimals for each in self._columns.values()}.values():
            decimals.grow(room)
        for column in self._columns.values():
            column.grow(room)
        self.bases.grow(room)
        self.last_prices.grow(room)
        for name in ("received_s", "time_utc_s", "state_since_s"):
            setattr(self, name, grown(getattr(self, name), room, math.nan))
        for name in ("state", "changed_at", "tick_count"):
            setattr(self, name, grown(getattr(self, name), room, 0))


def _withdraws_price(update: Update) -> bool:
    """Does it say that the last price is unknown now?"""
    return type(update) is Quote and update.last is not None and not update.last.is_known

"""The newest quote of every instrument, in columns by slot. A slot is given once and kept for the run."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import MOST_DECIMALS, UNKNOWN, Number, of_float
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote, Trade, Update
from quotedesk.market.states import RowStatus
from quotedesk.quotes.decimals import LearntDecimals, meant_by, of_tick_size
from quotedesk.quotes.fields import BASE_NAMES, BASES, FIELDS, FIRST_SEEN
from quotedesk.quotes.history import Bar, History
from quotedesk.quotes.position_values import PositionValues
from quotedesk.quotes.session_days import SessionDays

Floats = NDArray[np.float64]
Counts = NDArray[np.uint8]
Slots = NDArray[np.intp]

_Kind = TypeVar("_Kind", bound=np.generic)
_FIRST_ROOM = 64
_FIRST, _ONE = np.zeros(1, np.intp), np.ones(1, np.intp)
_NAMES = tuple(field.name for field in FIELDS)
_AT_ONCE = ("last", "size")  # what is written with each update; the rest of a quote waits until somebody looks
_REST = tuple(name for name in _NAMES if name not in _AT_ONCE)
_rest_of = attrgetter(*_REST)
_each_of = tuple(map(attrgetter, _REST))
_BASE_FIELDS = frozenset(BASES.values())
_DATED = ("open", "prev_close")
_OF_SESSION = tuple(field.name for field in FIELDS if field.of_session)
FEW = 16  # updates; so many at once are put one by one
_MOST_HEARD = 8192  # quotes that wait in all, some 10 MB
_LEAST_HEARD = 2  # of each slot, all the same


class Quotes:
    """Columns of float64 (slots,), one value a slot; NaN is unknown. Times are monotonic seconds unless named utc.

    Of a quote the last price and its size are written at once; the rest is written when it is asked for, since of most
    rows nobody looks at most quotes.

    Attributes:
        direction: last price against the one before: 1 up, -1 down, 0 unchanged; NaN where there is none just before
            it: for the first price, and for the first after a gap.
        received_s: when the bytes of the newest update were read.
        time_utc_s: exchange time of the newest update that gave one.
        first_s: when the first price of this run came.
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
    """

    def __init__(self) -> None:
        self.history = History()
        self.positions = PositionValues()
        self.version = self.state_version = self.decimals_version = 0
        self.ticks = 0
        self._codes: dict[str, dict[str, int]] = {}
        self._instruments: list[Instrument] = []  # by slot
        self._room = _FIRST_ROOM
        self._prices = LearntDecimals(_FIRST_ROOM)
        self._decimals = {
            field.name: self._prices if field.is_price else LearntDecimals(_FIRST_ROOM) for field in FIELDS
        }
        self._numbers = {name: [UNKNOWN] * _FIRST_ROOM for name in _NAMES}
        self._rest = [(name, self._numbers[name], self._decimals[name]) for name in _REST]
        self._values: dict[str, Floats] = {name: _column(math.nan) for name in _AT_ONCE}
        self._written = {name: 0 for name in _REST}  # at which `_settled` the values of a field were made
        self._settled = 1  # rises with what is written of the rest
        self._heard: dict[int, list[Quote]] = {}  # by slot, of which the rest is not written yet
        self._most_heard = _MOST_HEARD
        self.direction = _column(math.nan)
        self._before = _column(math.nan)  # what the next price is compared with
        self.received_s = _column(math.nan)
        self.time_utc_s = _column(math.nan)
        self._base = _column(math.nan)
        self._base_kind = np.zeros(_FIRST_ROOM, np.uint8)
        self._days = SessionDays()
        self._awaited: set[int] = set()
        self._first: dict[int, Number] = {}
        self.first_s = _column(math.nan)
        self.state = np.zeros(_FIRST_ROOM, np.uint8)
        self.state_since_s = _column(math.nan)
        self.changed_at = np.zeros(_FIRST_ROOM, np.int64)
        self.tick_count = np.zeros(_FIRST_ROOM, np.int64)
        self._reasons: dict[int, str] = {}

    def __getitem__(self, field: str) -> Floats:
        """The newest values of a field, by slot. Raises KeyError for a name that is not in FIELDS."""
        if field in _AT_ONCE:
            return self._values[field]
        if field not in _NAMES:
            raise KeyError(field)
        self._settle_all()
        if self._written[field] != self._settled:
            self._written[field] = self._settled
            numbers = self._numbers[field]
            self._values[field] = np.fromiter((each.value for each in numbers), np.float64, self._room)
        return self._values[field]

    @property
    def base(self) -> Floats:
        """The price that change counts from; see `base_of`."""
        self._settle_all()
        return self._base

    @property
    def base_kind(self) -> Counts:
        """Which one that is, a place in fields.BASE_NAMES, (slots,) uint8."""
        self._settle_all()
        return self._base_kind

    @property
    def price_decimals(self) -> Counts:
        """How many decimals a row's prices are shown with, (slots,) uint8."""
        self._settle_all()
        return self._prices.shown

    def number(self, field: str, slot: int) -> Number:
        """The newest number of a field, as the feed wrote it; UNKNOWN where there is none."""
        if slot in self._heard:
            self.settle((slot,))
        return self._numbers[field][slot]

    def numbers(self) -> dict[str, list[Number]]:
        """The newest numbers of all fields by slot, as they are now; UNKNOWN where there is none."""
        self._settle_all()
        return {name: list(column) for name, column in self._numbers.items()}

    def decimals_of(self, field: str, slot: int) -> int:
        """How many decimals a row's numbers of a field are shown with."""
        if slot in self._heard:
            self.settle((slot,))
        return self._decimals[field].shown.item(slot)

    def set_tick_size(self, instrument: Instrument, tick_size: Number) -> None:
        """Show the prices of a row with the decimals of their least step; UNKNOWN: learn them from the feed's texts."""
        slot = self.slot(instrument)
        if self._prices.fix(slot, of_tick_size(tick_size)):
            self._stamp(np.array([slot], np.intp))
            self.decimals_version = self.version

    def base_of(self, slot: int) -> tuple[str, Number]:
        """What change counts from: "prev_close", "open_24h", "open_session" or "first_seen", and that price.

        UNKNOWN while it is awaited.
        """
        if slot in self._heard:
            self.settle((slot,))
        name = BASE_NAMES[self._base_kind.item(slot)]
        if slot in self._awaited:
            return name, UNKNOWN
        if name == FIRST_SEEN:
            return name, self._first.get(slot, UNKNOWN)
        return name, self.number(BASES[name], slot)

    def base_at(self, slot: int) -> tuple[float, int]:
        """The value of `base` and of `base_kind` of one slot."""
        if slot in self._heard:
            self.settle((slot,))
        return self._base.item(slot), self._base_kind.item(slot)

    def base_moment_of(self, slot: int) -> tuple[float, str]:
        """When the base's price held, seconds since 1970 UTC, and who said so; NaN and "" where nobody told."""
        return self._days.told(slot)

    def set_prev_close(self, instrument: Instrument, close: Number, at_utc_s: float, source: str) -> None:
        """A previous close that the stream does not say, of the session that ended then; `source` for the user."""
        slot = self.slot(instrument)
        self.settle((slot,))
        self._days.tell(slot, at_utc_s, source)
        self._write("prev_close", slot, close)
        self._days.note(slot)
        self._awaited.discard(slot)
        self._rebase((slot,))
        self._settled += 1
        self._stamp(np.array([slot], np.intp))

    def await_bases(self, instruments: Iterable[Instrument], on: bool = True) -> None:
        """What these rows count from is being asked for: until it is said, change is unknown. Off: nobody can tell."""
        slots = self.slots(instruments)
        wanted = [slot for slot in slots.tolist() if not on or self.base_of(slot)[0] == FIRST_SEEN]
        (self._awaited.update if on else self._awaited.difference_update)(wanted)
        self._rebase(wanted)
        self._stamp(slots)

    def is_base_awaited(self, slot: int) -> bool:
        """Is what it counts from being asked for, or run out and not said anew?"""
        return slot in self._awaited

    def turn_days(
        self, feed: str, now_s: float, now_utc_s: float, day_start_of: Callable[[str, float], float]
    ) -> list[Instrument]:
        """Forget what was of a trading day that is over, once a second is soon enough; returns whose base ran out.

        `day_start_of`: when the trading day of a code began that a time (UTC) lies in. Rows whose day turned have no
        session figures and count from nothing until they are said anew.
        """
        if not self._days.is_due(feed, now_utc_s):
            return []
        self._settle_all()

        def day_start(slot: int, at_utc_s: float) -> float:
            return day_start_of(self._instruments[slot].code, at_utc_s)

        slots, kinds = self._codes.get(feed, {}).values(), self._base_kind
        over = self._days.over(feed, slots, now_s, now_utc_s, self.received_s.item, day_start)
        ran_out = []
        for slot in over:
            had_base = BASE_NAMES[kinds.item(slot)] in ("prev_close", "open_session")
            if not self.number("open_24h", slot).is_known:  # else its figures are of a window that moves along
                for name in _OF_SESSION:
                    self._write(name, slot, UNKNOWN)
            else:
                self._write("prev_close", slot, UNKNOWN)
            if had_base:
                self._awaited.add(slot)
                ran_out.append(self._instruments[slot])
            self._rebase((slot,))
        if over:
            self._settled += 1
            self._stamp(np.array(over, np.intp))
        return ran_out

    def settle(self, slots: Iterable[int]) -> None:
        """Write what quotes said of these slots, as far as it is not yet."""
        for slot in self._heard.keys() & slots if self._heard else ():
            self._settle_one(slot, self._heard.pop(slot))

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
        self._most_heard = max(_LEAST_HEARD, _MOST_HEARD // len(self._instruments or "1"))
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
        said = _Said(places)
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
        """Write what one quote says, or keep it to be written. Are the row's decimals others than before?"""
        is_wider = False
        if quote.last is not None:
            is_wider = self._put_price(slot, quote.last, now_s)
        if quote.size is not None:
            is_wider |= self._put_one("size", slot, quote.size)
        self._hear(slot, quote)
        return is_wider

    def _hear(self, slot: int, quote: Quote) -> None:
        """Keep a quote of which the rest is to be written."""
        heard = self._heard.get(slot)
        if heard is None:
            self._heard[slot] = [quote]
        else:
            heard.append(quote)
            if len(heard) >= self._most_heard:
                self._condense(slot, heard)

    def _condense(self, slot: int, quotes: list[Quote]) -> None:
        """Let go of those quotes of a slot that say nothing which a newer one does not: that is less than to write."""
        quotes[:] = _needed(quotes)
        if 2 * len(quotes) > self._most_heard:  # else each of the next ones would be looked at in vain
            self._settle_one(slot, self._heard.pop(slot))

    def _settle_all(self) -> None:
        if self._heard:
            heard, self._heard = self._heard, {}
            for slot, quotes in heard.items():
                self._settle_one(slot, quotes)

    def _settle_one(self, slot: int, quotes: list[Quote]) -> None:
        """Write the newest that these quotes, the oldest first, say of a slot."""
        said = list(_rest_of(quotes[-1]))
        missing = [at for at, number in enumerate(said) if number is None]
        for quote in quotes[-2::-1]:
            if not missing:
                break
            for at in missing:
                said[at] = getattr(quote, _REST[at])
            missing = [at for at in missing if said[at] is None]
        is_wider = is_rebased = is_other = is_dated = False
        for (name, kept, decimals), number in zip(self._rest, said, strict=True):
            if number is None:
                continue
            if name in _DATED:
                is_dated = True
            if number is kept[slot]:  # the same text as before: most of a quote
                continue
            is_other = True
            if (number.decimals > decimals.shown.item(slot) or slot in decimals.watched) and decimals.learn(
                slot, number
            ):
                is_wider = True
            kept[slot] = number
            if name in _BASE_FIELDS:
                is_rebased = True
                if name == "prev_close":
                    self._days.forget_told(slot)
        if is_dated:
            self._days.note(slot)
            is_rebased |= slot in self._awaited
            self._awaited.discard(slot)
        if is_other:
            self._settled += 1
        if is_rebased:
            self._rebase((slot,))
        if is_wider:
            self.version += 1  # whoever has painted the newest version is yet to hear of this
            self.decimals_version = self.version

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
        """Write the newest price or size of one slot. Are the row's decimals others than before?"""
        self._numbers[name][slot] = number
        self._values[name][slot] = number.value
        return self._decimals[name].learn(slot, number)

    def _put_all(self, said: "_Said", updates: Sequence[Update], now_s: float) -> bool:
        """Write what quotes and trades say. Are a row's decimals others than before?"""
        kinds = set(map(type, updates))
        if kinds == {Trade}:
            trades = cast(Sequence[Trade], updates)
            is_wider = self._put_prices(said, [trade.price for trade in trades], now_s)
            return self._put("size", said, [trade.size for trade in trades]) | is_wider
        if kinds == {Quote}:
            quotes, at = cast(Sequence[Quote], updates), said.places
            prices: list[Number | None] = [quote.last for quote in quotes]
        else:
            both = [(place, each) for place, each in zip(said.places, updates, strict=True) if isinstance(each, Quote)]
            quotes, at = [quote for _, quote in both], [place for place, _ in both]
            prices = [update.price if isinstance(update, Trade) else update.last for update in updates]
        heard, most = self._heard, self._most_heard
        for place, quote in zip(at, quotes, strict=True):  # as `_hear` does: a call costs as much as all of this
            waiting = heard.get(place)
            if waiting is None:
                heard[place] = [quote]
            else:
                waiting.append(quote)
                if len(waiting) >= most:
                    self._condense(place, waiting)
        is_wider = False
        if some := _some(said, prices):
            is_wider = self._put_prices(*some, now_s)
        if some := _some(said, [update.size for update in updates]):
            is_wider |= self._put("size", *some)
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
        """Write the newest prices or sizes; `numbers` are all that came. Are a row's decimals others than before?"""
        kept = self._numbers[name]
        newest = [numbers[at] for at in said.newest.tolist()]
        for slot, number in zip(said.slots.tolist(), newest, strict=True):
            kept[slot] = number
        self._values[name][said.slots] = [number.value for number in newest]
        return self._decimals[name].learn_all(said.array, numbers)

    def _write(self, name: str, slot: int, number: Number) -> None:
        """Write what no quote said."""
        self._numbers[name][slot] = number
        self._decimals[name].learn(slot, number)

    def _rebase(self, slots: Iterable[int]) -> None:
        """See what change counts from now."""
        for slot in slots:
            kind, base = 0, self._first.get(slot, UNKNOWN)
            for place in range(len(BASE_NAMES) - 1, 0, -1):
                known = self.number(BASES[BASE_NAMES[place]], slot)
                if known.is_known:
                    kind, base = place, known
                    break
            self._base_kind[slot] = kind
            self._base[slot] = math.nan if slot in self._awaited else base.value

    def remember(self, instrument: Instrument, last: float, decimals: int, time_utc_s: float) -> None:
        """A price of an earlier run, until an update comes. No arrow tells of it, no line, no change counts from it."""
        slot = self.slot(instrument)
        if math.isnan(self.received_s[slot]):
            if decimals == MOST_DECIMALS:  # a version before took float noise for decimals
                decimals = meant_by(last)
            self._values["last"][slot] = last
            self._numbers["last"][slot] = kept = of_float(last, decimals)
            self._prices.learn(slot, kept)
            self.time_utc_s[slot] = time_utc_s
            self._stamp(np.array([slot], np.intp))
            self.decimals_version = self.version

    def forget(self) -> None:
        """Know nothing of any instrument: of a recording another place is looked at. Slots and versions stay."""
        kept = self.version, self.history, self._instruments, self.positions
        self.__dict__.update(Quotes().__dict__)
        self.version, self.history, instruments, self.positions = kept
        self.history.forget()
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
        self.history.seed(slot, bars, self.first_s.item(slot), now_s)
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
        for name in _REST:
            number = getattr(seed, name)
            if number is not None and name != "prev_close" and not self.number(name, slot).is_known:
                self._write(name, slot, number)
        if seed.prev_close is not None and seed.prev_close.is_known:
            self.set_prev_close(instrument, seed.prev_close, seed.time_utc_s, f"{instrument.feed} over HTTP")
            return
        self._rebase((slot,))
        self._settled += 1
        self._stamp(np.array([slot], np.intp))

    def _forget_remembered(self, slots: Slots) -> None:
        """The first updates of these slots came: what was remembered is not known of this run."""
        for slot in slots.tolist():
            self.positions.recall(slot, self._values["last"].item(slot))
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

    def is_unbroken(self, slot: int) -> bool:
        """Is the last price one of this run, with no gap since?"""
        before: float = self._before.item(slot)
        return before == before

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
        room = 2 * self._room
        for name in _AT_ONCE:
            self._values[name] = _grown(self._values[name], room, math.nan)
        for numbers in self._numbers.values():
            numbers += [UNKNOWN] * (room - self._room)
        for decimals in {id(each): each for each in self._decimals.values()}.values():
            decimals.grow(room)
        self._settled += 1
        for name in ("direction", "_before", "received_s", "time_utc_s", "_base", "first_s", "state_since_s"):
            setattr(self, name, _grown(getattr(self, name), room, math.nan))
        for name in ("state", "_base_kind", "changed_at", "tick_count"):
            setattr(self, name, _grown(getattr(self, name), room, 0))
        self._room = room


class _Said:
    """The updates of a batch that say something of one field, by slot.

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


def _some(said: _Said, numbers: Sequence[Number | None]) -> tuple[_Said, list[Number]] | None:
    """Those that are said; None where none is."""
    known = [number for number in numbers if number is not None]
    if not known:
        return None
    if len(known) == len(numbers):
        return said, known
    return _Said([place for place, number in zip(said.places, numbers, strict=True) if number is not None]), known


def _needed(quotes: Sequence[Quote]) -> list[Quote]:
    """Of quotes, the oldest first, those that say of the rest what no newer one says."""
    newest, older = quotes[-1], quotes[-2::-1]
    needed = set()
    for number_of in _each_of:
        if number_of(newest) is None and any(map(number_of, older)):  # most often either says it or none does
            needed.add(next(at for at, quote in enumerate(older) if number_of(quote) is not None))
    return [older[at] for at in sorted(needed, reverse=True)] + [newest]


def _withdraws_price(update: Update) -> bool:
    """Does it say that the last price is unknown now?"""
    return type(update) is Quote and update.last is not None and not update.last.is_known


def _column(unknown: float, room: int = _FIRST_ROOM) -> Floats:
    return np.full(room, unknown, np.float64)


def _grown(column: NDArray[_Kind], room: int, unknown: float) -> NDArray[_Kind]:
    larger = np.full(room, unknown, column.dtype)
    larger[: len(column)] = column
    return larger

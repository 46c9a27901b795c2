"""One symbol that rules are about: its newest numbers, the tracks made of them, and where its stretches end."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from operator import attrgetter

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.measure import BASE, HELD, LAST, AlertFields, Measure
from quotedesk.alerts.price_window import PriceWindow
from quotedesk.alerts.track import JUMP_SHARE, Track
from quotedesk.alerts.trigger import Moment, Trigger
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import Number
from quotedesk.market.quote import Quote, Trade, Update
from quotedesk.market.states import RowState

LATE_FOR_S = 5.0  # late prices that go on for so long are no late ones: the feed's clock was set back
LATE_S = 10.0  # stamps of one stretch may fall back by so much: the channels of a feed differ
CUT_OFF = (RowState.OFFLINE, RowState.REFUSED, RowState.PARKED, RowState.HALTED)
_WITHDRAWN = "no value was known"
_DAYS_EXTREMES = ("high", "low")
_FOLLOWING = (BASE, *HELD)


class Watched:
    """Values come in by `take`, in order of arrival.

    Attributes:
        state, reason: of its row.
        tracks: by the words of rules.
        aged: the triggers that look at how long it is silent.
        received_s: when its newest update was read, monotonic; NaN before the first. Kept while there is one `aged`.
        day_utc_s: when its trading day began; NaN before it was looked at.
    """

    def __init__(self, instrument: Instrument, fields: AlertFields) -> None:
        self.instrument = instrument
        self.state, self.reason = RowState.PENDING, ""
        self.tracks: dict[str, Track] = {}
        self.aged: list[Trigger] = []
        self.received_s = self.day_utc_s = math.nan
        self._fields = fields
        self._last: Track | None = None
        self._simple: list[Track] = []  # the others that a feed says
        self._made: list[_Made] = []
        self._windows: list[tuple[PriceWindow, Track]] = []
        self._has_more = False  # than the last price is to be looked at
        self._inputs: tuple[str, ...] = ()  # what is kept of each update, and in the same order:
        self._said_by: Callable[[Quote], tuple[Number | None, ...]] = _nothing
        self._kept: list[Number | None] = []
        self._values = [math.nan] * len(_FOLLOWING)  # NaN unknown; behind them those of _FOLLOWING
        self._prices: tuple[bool, ...] = ()  # is it one?
        self._of_session: tuple[int, ...] = ()  # places of those that are
        self._seeded: set[str] = set()  # whose value no update has said
        self._is_seeded_anew = False
        self._session_said_utc_s = math.nan
        self._base: tuple[str, float] = ("", math.nan)
        self._decimals, self._least_step = 0, 1.0  # of prices
        self._bits: dict[str, int] = {}
        self._base_bits = self._extreme_bits = 0
        self._newest_utc_s = -math.inf  # exchange time of the newest price
        self._late: tuple[float, float] | None = None  # since when late ones come, and the newest of their stamps
        self._is_cut = True  # no price came since the last gap
        self._is_cut_off = False  # nothing that comes counts
        self._knows_extremes = False  # the feed said the day's high and low, in this stretch

    def track(self, field: str, measure: Measure) -> Track:
        """The values of a field, from now on."""
        track = self.tracks.get(field)
        if track is None:
            track = self.tracks[field] = Track(measure.field, measure.field in self._fields.prices)
            if measure.field == LAST:
                self._last = track
            elif measure.field:
                self._simple.append(track)
            elif measure.span_s is not None:
                self._windows.append((PriceWindow(measure.span_s), track))
            else:
                self._made.append(_Made(measure, track))
        return track

    def drop(self, fields: Collection[str]) -> None:
        """Nobody looks at these fields any more."""
        for field in fields:
            track = self.tracks.pop(field)
            self._simple = [each for each in self._simple if each is not track]
            self._made = [each for each in self._made if each.track is not track]
            self._windows = [each for each in self._windows if each[1] is not track]
            self._last = None if self._last is track else self._last

    def see_needs(self) -> bool:
        """What its rules need of updates has changed. True where it is more than is known."""
        wanted = {name for each in self._made for name in each.measure.inputs}
        if BASE in wanted:
            wanted |= {*self._fields.bases, LAST}
        if self._windows:
            wanted.add(LAST)
        if self._last is not None and any(each.is_extreme for each in self._last.triggers):
            wanted.update(_DAYS_EXTREMES)
        before = self._known_values()
        kept = dict(zip(self._inputs, self._kept, strict=True))
        self._inputs = inputs = tuple(name for name in self._fields.names if name in wanted)
        self._said_by = _getter(inputs)
        self._kept = [kept.get(name) for name in inputs]
        self._values = [before.get(name, math.nan) for name in (*inputs, *_FOLLOWING)]
        self._prices = tuple(name in self._fields.prices for name in inputs)
        self._of_session = tuple(at for at, name in enumerate(inputs) if name in self._fields.of_session)
        self._bits = {name: 1 << at for at, name in enumerate((*inputs, *_FOLLOWING))}
        self._base_bits = sum(self._bits.get(name, 0) for name in self._fields.bases)
        self._extreme_bits = sum(self._bits.get(name, 0) for name in _DAYS_EXTREMES)
        for each in self._made:
            each.places = tuple((*inputs, *_FOLLOWING).index(name) for name in each.measure.inputs)
            each.bits = sum(1 << at for at in each.places)
        self._has_more = bool(inputs or self._simple or self._windows)
        is_more = not before.keys() >= set(inputs)
        return is_more or any(not each.is_unbroken for each in self.tracks.values())

    def calculate(self, moment: Moment, out: list[Firing]) -> None:
        """What follows from what is known already, for those who are new."""
        for each in self._made:
            if not each.track.is_unbroken and (value := each.value(self._values)) == value:
                each.track.tick = self._least_step
                each.track.take(value, None, False, moment, out)

    def hold(self, held: Mapping[str, float]) -> None:
        """The user holds so many, at such a cost (see HELD). Values that follow from other ones are not comparable."""
        before = self._known_values()
        if any(held.get(name) != before.get(name) for name in HELD):
            for name in HELD:
                self._set(name, held.get(name, math.nan))
            for each in self._made:
                if not set(each.measure.inputs).isdisjoint(HELD):
                    each.track.restart()

    def tell_extremes(self) -> None:
        """Rules of new highs and lows begin with those of the day, as far as the feed has said them."""
        known = self._known_values()
        high, low = (known.get(name, math.nan) for name in _DAYS_EXTREMES)
        self._knows_extremes = high == high or low == low
        if self._knows_extremes and self._last is not None:
            for trigger in self._last.triggers:
                trigger.exceed(high, low)
            self._last.settle(self._last.triggers)

    # -- what comes ---------------------------------------------------------------------------------------------------

    def know(self, said: Quote, received_s: float, is_unbroken: bool, moment: Moment, out: list[Firing]) -> None:
        """What is known of the symbol before the next update. `is_unbroken`: its price is of the stretch that goes on;
        else nothing counts but what change counts from.
        """
        if is_unbroken:
            self.take(said, moment, out)
            self.received_s = received_s
        else:
            self.seed(said)

    def seed(self, said: Quote) -> None:
        """What was asked for beside the stream: nothing follows from it before the next update."""
        known = self._known_values()
        for name in self._inputs:
            number = getattr(said, name)
            is_free = name not in known or name in self._seeded
            if name in self._fields.bases and is_free and number is not None and number.is_known:
                self._set(name, number.value)
                self._seeded.add(name)
                self._is_seeded_anew = True

    def take(self, update: Update, moment: Moment, out: list[Firing]) -> None:
        """The next update."""
        is_trade = type(update) is Trade
        price = update.price if is_trade else update.last  # type: ignore[union-attr]
        if self.aged:
            self.received_s = moment.now_s
        if self._is_cut_off:
            return
        if price is not None:
            utc_s = update.time_utc_s
            if utc_s < self._newest_utc_s:
                if self._is_late(utc_s, moment):
                    return
            elif utc_s == utc_s:
                self._newest_utc_s = utc_s
            self._late = None
            self._is_cut = False
            track = self._last
            if track is not None:
                value = price.value
                if track.low < value < track.high:
                    track.value, track.update = value, update
                else:
                    _put(track, value, update, False, moment, out)
        if self._has_more:
            self._take_more(update, is_trade, moment, out)

    def _take_more(self, update: Update, is_trade: bool, moment: Moment, out: list[Firing]) -> None:
        """All but the last price."""
        for track in self._simple:
            number = _said(update, track.field, is_trade)
            if number is not None:
                value = number.value
                if track.low < value < track.high:
                    track.value, track.update = value, update
                else:
                    _put(track, value, update, False, moment, out)
        if not self._inputs:
            return
        changed, jumped = self._keep(update, is_trade, moment)
        if changed:
            values = self._values
            for each in self._made:
                if changed & each.bits:
                    track, value = each.track, each.value(values)
                    if track.low < value < track.high:
                        track.value, track.update = value, update
                    else:
                        track.tick = self._least_step
                        _put(track, value, update, bool(jumped & each.bits), moment, out)
        if self._windows:
            self._slide(update, is_trade, bool(jumped & self._bits[LAST]), moment, out)

    def _keep(self, update: Update, is_trade: bool, moment: Moment) -> tuple[int, int]:
        """Keep what an update says: the inputs that changed by it, and those prices that jumped, as bits."""
        inputs = self._inputs
        numbers = tuple(_said(update, name, True) for name in inputs) if is_trade else self._said_by(update)  # type: ignore[arg-type]
        kept, values = self._kept, self._values
        changed = jumped = 0
        for at, number in enumerate(numbers):
            if number is None or number is kept[at]:  # prices come again and again, as the same text
                continue
            kept[at] = number
            value, before = number.value, values[at]
            if value == before:
                continue
            values[at] = value
            changed |= 1 << at
            if self._prices[at]:
                if number.decimals > self._decimals:
                    self._decimals, self._least_step = number.decimals, 10.0**-number.decimals
                if abs(value - before) > JUMP_SHARE * abs(before):
                    jumped |= 1 << at
        for at in self._of_session:
            if numbers[at] is not None:
                self._session_said_utc_s = moment.utc_s
        if self._seeded:
            said = {name for name, number in zip(self._inputs, numbers, strict=True) if number is not None}
            self._seeded -= said
        if self._is_seeded_anew:
            self._is_seeded_anew = False
            changed |= self._base_bits
        if changed & self._base_bits:
            changed |= self._rebase()
        if changed & self._extreme_bits and not self._knows_extremes:
            self.tell_extremes()
        return changed, jumped

    def _rebase(self) -> int:
        """See what change counts from; its bit. Where it is another than before, values before and after are not
        comparable.
        """
        known = self._known_values()
        kind = next((name for name in self._fields.bases if name in known), "")
        value = known.get(kind, math.nan)
        self._set(BASE, value)
        kind_before, before = self._base
        if kind:
            self._base = kind, value
            # That of 24 hours ago moves along with the time; all others are of a day.
            if kind_before and (kind != kind_before or (value != before and kind != "open_24h")):
                for each in self._made:
                    if BASE in each.measure.inputs:
                        each.track.restart()
        return self._bits[BASE]

    def _slide(self, update: Update, is_trade: bool, is_jump: bool, moment: Moment, out: list[Firing]) -> None:
        """The price of a while ago is another, and perhaps the newest is."""
        number = _said(update, LAST, is_trade)
        if number is None:
            return
        for window, track in self._windows:
            if number.is_known:
                window.add(number.value, moment.now_s)
                _put(track, window.change(moment.now_s), update, is_jump, moment, out)
            if is_jump or not number.is_known:
                window.clear()
                track.cut(moment.utc_s, "the price jumped" if is_jump else _WITHDRAWN)

    def _known_values(self) -> dict[str, float]:
        """By name, what is known."""
        named = zip((*self._inputs, *_FOLLOWING), self._values, strict=True)
        return {name: value for name, value in named if value == value}

    def _set(self, name: str, value: float) -> None:
        """What no update says."""
        at = (*self._inputs, *_FOLLOWING).index(name)
        self._values[at] = value
        if at < len(self._kept):
            self._kept[at] = None

    def _is_late(self, utc_s: float, moment: Moment) -> bool:
        """Is a price older than the newest that came? Those that are sent again after a gap are, and prove nothing."""
        newest_utc_s = self._newest_utc_s
        if self._is_cut:
            if utc_s.is_integer() and utc_s >= math.floor(newest_utc_s):  # a stamp in whole seconds
                return False
        elif utc_s >= newest_utc_s - LATE_S:
            return False
        since_s, before_utc_s = self._late or (moment.now_s, -math.inf)
        if moment.now_s >= since_s + LATE_FOR_S and utc_s >= before_utc_s:
            self.cut(moment.utc_s, "the feed's clock was set back")
            self._newest_utc_s = utc_s
            return False
        self._late = since_s, utc_s
        return True

    # -- where stretches end ------------------------------------------------------------------------------------------

    def cut(self, utc_s: float, reason: str) -> None:
        """The stretch of all its values ends here."""
        for track in self.tracks.values():
            track.cut(utc_s, reason)
        for window, _ in self._windows:
            window.clear()
        for name in self._inputs:
            if name not in self._seeded:
                self._set(name, math.nan)
        if not self._seeded.intersection(self._fields.bases):
            self._set(BASE, math.nan)
        self._is_cut, self._knows_extremes, self._late = True, False, None

    def is_in_state(self, state: RowState, reason: str, utc_s: float) -> None:
        """Its row has another state."""
        self.state, self.reason = state, reason
        self._is_cut_off = state in CUT_OFF
        if self._is_cut_off:
            self.cut(utc_s, reason or state.word)

    def is_of_day(self, field: str) -> bool:
        """Are values of a field of one trading day each, so that those of two days are not comparable?"""
        inputs = {name for each in self._made if each.track is self.tracks.get(field) for name in each.measure.inputs}
        return not (inputs or {field}).isdisjoint({BASE, *self._fields.of_session})

    def turn_day(self, day_utc_s: float) -> None:
        """Its trading day began then, if that is another than before."""
        before_utc_s, self.day_utc_s = self.day_utc_s, day_utc_s
        if before_utc_s != before_utc_s or day_utc_s == before_utc_s:
            return
        over: set[str] = set()
        if not self._session_said_utc_s >= day_utc_s:
            # Beside a window of 24 hours, all but the close before is of that window.
            over = {"prev_close"} if "open_24h" in self._known_values() else set(self._fields.of_session)
            if self._base[0] in over:
                over.add(BASE)
        for name in over.intersection((*self._inputs, BASE)):
            self._set(name, math.nan)
            self._seeded.discard(name)
        of_day = {id(each.track) for each in self._made if not over.isdisjoint(each.measure.inputs)}
        for track in self.tracks.values():
            is_of_day = track.field in over or id(track) in of_day
            for trigger in track.triggers:
                trigger.turn_day(is_of_day)
            if is_of_day:
                track.forget()
            track.await_next()
        self.tell_extremes()


class _Made:
    """A field that is calculated.

    Attributes:
        places: of its inputs among the values of its symbol, and the same as bits.
    """

    __slots__ = ("bits", "measure", "places", "track")

    def __init__(self, measure: Measure, track: Track) -> None:
        self.measure, self.track = measure, track
        self.places: tuple[int, ...] = ()
        self.bits = 0

    def value(self, values: Sequence[float]) -> float:
        """What it is now; NaN unknown."""
        assert self.measure.calculate is not None
        return self.measure.calculate([values[at] for at in self.places])


def _put(track: Track, value: float, update: Update, is_jump: bool, moment: Moment, out: list[Firing]) -> None:
    """The next value of a track, which may be unknown."""
    if value == value:
        track.take(value, update, is_jump, moment, out)
    elif track.is_unbroken:
        track.cut(moment.utc_s, _WITHDRAWN)


def _said(update: Update, field: str, is_trade: bool) -> Number | None:
    if is_trade:
        return update.price if field == LAST else update.size if field == "size" else None  # type: ignore[union-attr]
    return getattr(update, field)  # type: ignore[no-any-return]


def _getter(names: Sequence[str]) -> Callable[[Quote], tuple[Number | None, ...]]:
    """What fetches these numbers of a quote."""
    if not names:
        return _nothing
    if len(names) == 1:
        (name,) = names
        return lambda quote: (getattr(quote, name),)
    return attrgetter(*names)


def _nothing(quote: Quote) -> tuple[Number | None, ...]:
    return ()

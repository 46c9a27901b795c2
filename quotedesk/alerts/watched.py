"""One symbol that rules are about: its newest numbers, the tracks made of them, and where its stretches end."""

import math
from collections.abc import Collection, Mapping, Sequence

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.inputs import Inputs, said_by
from quotedesk.alerts.measure import BASE, HELD, LAST, AlertFields, Measure
from quotedesk.alerts.price_window import PriceWindow
from quotedesk.alerts.sample import Moment
from quotedesk.alerts.track import Track
from quotedesk.alerts.trigger import Trigger
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Quote, Trade, Update
from quotedesk.market.states import RowState

LATE_FOR_S = 5.0  # late prices that go on for so long are no late ones: the feed's clock was set back
LATE_S = 10.0  # stamps of one stretch may fall back by so much: the channels of a feed differ
CUT_OFF = (RowState.OFFLINE, RowState.REFUSED, RowState.PARKED, RowState.HALTED)
_WITHDRAWN = "no value was known"
_DAYS_EXTREMES = ("high", "low")


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
        self._inputs = Inputs(fields)
        self._last_bit = self._extreme_bits = 0
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
        inputs = self._inputs
        wanted = {name for each in self._made for name in each.measure.inputs}
        if self._windows:
            wanted.add(LAST)
        if self._last is not None and any(each.is_extreme for each in self._last.triggers):
            wanted.update(_DAYS_EXTREMES)
        is_more = inputs.need(wanted)
        self._last_bit, self._extreme_bits = inputs.bits((LAST,)), inputs.bits(_DAYS_EXTREMES)
        for each in self._made:
            each.places, each.bits = inputs.places(each.measure.inputs), inputs.bits(each.measure.inputs)
        self._has_more = bool(self._simple) or not inputs.is_empty
        return is_more or any(not each.is_unbroken for each in self.tracks.values())

    def calculate(self, moment: Moment, out: list[Firing]) -> None:
        """What follows from what is known already, for those who are new."""
        for each in self._made:
            if not each.track.is_unbroken and (value := each.value(self._inputs.values)) == value:
                each.track.tick = self._inputs.least_step
                each.track.take(value, None, False, moment, out)

    def hold(self, held: Mapping[str, float]) -> None:
        """The user holds so many, at such a cost (see HELD). Values that follow from other ones are not comparable."""
        if self._inputs.hold(held):
            self._restart(HELD)

    def tell_extremes(self) -> None:
        """Rules of new highs and lows begin with those of the day, as far as the feed has said them."""
        known = self._inputs.known()
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
        self._inputs.seed(said)

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
            self._take_more(update, moment, out)

    def _take_more(self, update: Update, moment: Moment, out: list[Firing]) -> None:
        """All but the last price."""
        for track in self._simple:
            number = said_by(update, track.field)
            if number is not None:
                value = number.value
                if track.low < value < track.high:
                    track.value, track.update = value, update
                else:
                    _put(track, value, update, False, moment, out)
        inputs = self._inputs
        if inputs.is_empty:
            return
        changed, jumped = inputs.keep(update, moment.utc_s)
        if inputs.is_base_due(changed):
            changed |= inputs.bits((BASE,))
            if inputs.rebase():
                self._restart((BASE,))
        if changed & self._extreme_bits and not self._knows_extremes:
            self.tell_extremes()
        values = inputs.values
        for each in self._made:
            if changed & each.bits:
                track, value = each.track, each.value(values)
                if track.low < value < track.high:
                    track.value, track.update = value, update
                else:
                    track.tick = inputs.least_step
                    _put(track, value, update, bool(jumped & each.bits), moment, out)
        if self._windows:
            self._slide(update, bool(jumped & self._last_bit), moment, out)

    def _slide(self, update: Update, is_jump: bool, moment: Moment, out: list[Firing]) -> None:
        """The price of a while ago is another, and perhaps the newest is."""
        number = said_by(update, LAST)
        if number is None:
            return
        for window, track in self._windows:
            if number.is_known:
                window.add(number.value, moment.now_s)
                _put(track, window.change(moment.now_s), update, is_jump, moment, out)
            if is_jump or not number.is_known:
                window.clear()
                track.cut(moment.utc_s, "the price jumped" if is_jump else _WITHDRAWN)

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
        self._inputs.cut()
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

    def turn_day(self, day_utc_s: float) -> bool:
        """Its trading day began then, if that is another than before. True where change counts from nothing since."""
        before_utc_s, self.day_utc_s = self.day_utc_s, day_utc_s
        if before_utc_s != before_utc_s or day_utc_s == before_utc_s:
            return False
        over = self._inputs.turn_day(day_utc_s)
        of_day = {id(each.track) for each in self._made if not over.isdisjoint(each.measure.inputs)}
        for track in self.tracks.values():
            is_of_day = track.field in over or id(track) in of_day
            for trigger in track.triggers:
                trigger.turn_day(is_of_day)
            if is_of_day:
                track.forget()
            track.await_next()
        self.tell_extremes()
        return BASE in over and any(BASE in each.measure.inputs for each in self._made)

    def _restart(self, inputs: Collection[str]) -> None:
        """Values that follow from these are not comparable with those before."""
        for each in self._made:
            if not set(inputs).isdisjoint(each.measure.inputs):
                each.track.restart()


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

"""One rule for one symbol: what it has seen, and what follows from the next value. See alerts/evaluator for why."""

import math
from enum import Enum

from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.rule import AlertRule, Frequency, Operator
from quotedesk.alerts.sample import Hold, LastSeen, Moment, Sample
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, of_float

JUMP_PAUSE_S = 60.0  # a jump is told at most so often: a feed that flickers between two prices says it once
_TICKS = 2
_SHARE = 0.001
_PERCENT_BAND = 0.1
_SIGN = {
    Operator.CROSSES: 0,
    Operator.CROSSES_UP: 1,
    Operator.AT_LEAST: 1,
    Operator.NEW_HIGH: 1,
    Operator.CROSSES_DOWN: -1,
    Operator.AT_MOST: -1,
    Operator.NEW_LOW: -1,
}


class Phase(Enum):
    """What a trigger waits for."""

    ARMED = "armed"  # a crossing
    HOLDING = "holding"  # the end of the time for which the condition has to stay true
    COOLING = "cooling"  # the end of its pause, and a value beyond the band
    SPENT = "spent"  # nothing


class Trigger:
    """All levels in `levels` are such that nothing follows from values that do not touch or pass one of them.

    Attributes:
        phase: see Phase.
        is_extreme: its operator is new-high or new-low.
        is_resting: it sees values and says nothing: outside its hours, or snoozed.
        missed: what it saw before the gap or the rest; None where there is none, or nothing was seen.
        is_introduced: it was looked at whether the level is passed already.
        hold: what began the time for which the condition has to stay true; None while nothing is held.
        resumed: what was seen last before a restart, where the same trade proves that nothing came since; else None.
        changed: takes note of it where it knows something else than before that is to outlive the program.
        reference: of new-high and new-low: what is to be exceeded; NaN before the first value of the day.
        placed: the `levels` under which its track has it.
        since_s: when it began, or ceased to rest; monotonic, as are
        pause_until_s, hold_until_s: inf for no end but the turn of the day.
    """

    __slots__ = (
        "_band",
        "_is_percent",
        "_jump_told_s",
        "_level",
        "_phase",
        "_sign",
        "changed",
        "hold",
        "hold_until_s",
        "instrument",
        "is_band_reached",
        "is_extreme",
        "is_introduced",
        "is_resting",
        "missed",
        "pause_until_s",
        "placed",
        "reference",
        "resumed",
        "rule",
        "since_s",
    )

    def __init__(
        self, rule: AlertRule, instrument: Instrument, now_s: float, changed: "dict[Trigger, None] | None" = None
    ) -> None:
        self.rule, self.instrument = rule, instrument
        self.since_s = now_s
        self.changed: dict[Trigger, None] = {} if changed is None else changed
        self._phase = Phase.ARMED
        self.hold: Hold | None = None
        self.resumed: Sample | None = None
        self.is_resting = self.is_introduced = self.is_band_reached = False
        self.missed: LastSeen | None = None
        self.reference = math.nan
        self.pause_until_s = self.hold_until_s = math.inf
        self.placed: tuple[float, ...] = ()
        self._sign = _SIGN[rule.operator]
        self.is_extreme = not rule.operator.has_level
        self._is_percent = rule.field.startswith("change%")
        self._level = rule.level
        self._band = 0.0
        self._jump_told_s = -math.inf

    @property
    def phase(self) -> Phase:
        return self._phase

    @phase.setter
    def phase(self, phase: Phase) -> None:
        if phase is not self._phase:
            self._phase = phase
            self.changed[self] = None
            if phase is not Phase.HOLDING:
                self.hold = None

    @property
    def levels(self) -> tuple[float, ...]:
        """The values that it wants to see touched or passed."""
        level, phase = self._now_level, self._phase
        if phase is Phase.SPENT or level != level:
            return ()
        own = (level,) if self.is_extreme or phase is not Phase.COOLING or self.is_band_reached else ()
        if self.hold is not None:
            return (*own, self.hold.level)
        return (*own, *self._way_back) if phase is Phase.COOLING and not self.is_band_reached else own

    def first(self, sample: Sample, tick: float, moment: Moment, out: list[Firing]) -> None:
        """The first value of a stretch, which only sets the side. `tick`: the least step of such values."""
        self.set_band(sample, tick)
        if self.is_resting:
            self._follow(sample)
            return
        missed = self.missed
        self._catch_up(sample, moment, out)
        if self.hold is not None:
            self._hold_on(self.hold, missed, sample, moment, out)
        self.resumed = None
        self._follow(sample)
        self._come_back(sample.value, moment)

    def step(
        self, before: Sample, sample: Sample, is_jump: bool, tick: float, moment: Moment, out: list[Firing]
    ) -> None:
        """The next value of the same stretch."""
        self.set_band(sample, tick)
        self.elapsed(moment, out)  # what ended before it
        if self._phase is Phase.HOLDING and not self._is_beyond(sample.value):
            self.phase = Phase.ARMED
        if not self.is_resting:
            crossed = self._crosses(before.value, sample.value)
            if crossed and self._phase is Phase.ARMED:
                self._reached(before, sample, is_jump, moment, out)
                self.missed = None
            else:
                self._catch_up(sample, moment, out)
        if not is_jump:
            self._follow(sample)
        self._come_back(sample.value, moment)

    def elapsed(self, moment: Moment, out: list[Firing]) -> None:
        """Time has passed: a hold is over, or a pause."""
        if (hold := self.hold) is not None and moment.now_s >= self.hold_until_s and not self.is_resting:
            self._fire(hold.kind, hold.before, hold.sample, moment, out)
        elif self._phase is Phase.COOLING and self.is_band_reached and moment.now_s >= self.pause_until_s:
            self.arm()

    def see_age(self, received_s: float, moment: Moment, out: list[Firing]) -> None:
        """A rule of `age` looks how long its symbol is silent. `received_s`: of the newest update; NaN before one."""
        since_s = max(received_s, self.since_s) if received_s == received_s else self.since_s
        age_s = moment.now_s - since_s
        is_silent = age_s >= self._level
        if self._phase is Phase.COOLING:
            if not is_silent:
                self._note_band()
            self.elapsed(moment, out)
        if is_silent and self._phase is Phase.ARMED:
            self._fire(FiringKind.FIRED, None, Sample(age_s, of_float(age_s, 1), math.nan), moment, out)

    def arm(self) -> None:
        """Wait for the next crossing."""
        self.phase = Phase.ARMED
        self.is_band_reached = False
        self.pause_until_s = math.inf

    def cool(self, pause_until_s: float, is_band_reached: bool) -> None:
        """It fired, and does again when both are true: the pause is over and the band was reached."""
        self.phase, self.pause_until_s, self.is_band_reached = Phase.COOLING, pause_until_s, is_band_reached

    def go_on_holding(self, hold: Hold, last: Sample | None) -> None:
        """A restart is a gap, too. `last`: where the same trade comes again, it was none."""
        self.phase, self.hold, self.hold_until_s, self.resumed = Phase.HOLDING, hold, math.inf, last

    def rest(self, missed: LastSeen | None) -> None:
        """Say nothing from now on."""
        self.is_resting = True
        if self._phase is Phase.HOLDING:
            self.phase = Phase.ARMED
        self.miss(missed)

    def miss(self, missed: LastSeen | None) -> None:
        """A time begins in which it sees nothing; an earlier such time goes on."""
        if self.missed is None:
            self.missed = missed

    def pause_hold(self) -> None:
        """Nobody knows whether the condition stays true: the time for it begins anew at the first value."""
        self.hold_until_s = math.inf

    def explain(self, reason: str) -> None:
        """Why it sees nothing, where nobody has said so yet: a link is cut first, and what for is told after it."""
        if self.missed is not None and not self.missed.reason:
            self.missed = self.missed._replace(reason=reason)

    def wake(self, source: object) -> None:
        """Look again. `source`: the newest update of an unbroken stretch, None without one. Where it is the one before
        the rest, the next value is adjacent to it.
        """
        self.is_resting = False
        if self.missed is not None and source is not None and self.missed.source is source:
            self.missed = None

    def turn_day(self, is_of_day: bool) -> None:
        """The symbol's trading day is another. `is_of_day`: values of its field are of one day each."""
        if self._phase is Phase.COOLING and self.rule.frequency is Frequency.DAILY:
            self.arm()
        self.reference = math.nan
        if is_of_day:
            self.missed = None
            self.is_introduced = False
            if self._phase is Phase.HOLDING:
                self.phase = Phase.ARMED

    def exceed(self, high: float, low: float) -> None:
        """The day's high and low, as far as the feed says them."""
        found = high if self._sign > 0 else low
        if self.is_extreme and found == found and not (found - self.reference) * self._sign <= 0:
            self.reference = found

    def spend(self) -> None:
        """Nothing follows any more."""
        self.phase = Phase.SPENT

    def set_band(self, sample: Sample, tick: float) -> None:
        """By the least step of prices, which is learnt from them."""
        rule, level = self.rule, self._now_level
        size = abs(level) if level == level else abs(sample.value)
        if rule.band is not None:
            self._band = size * rule.band / 100 if rule.is_band_percent else rule.band
        elif self._is_percent:
            self._band = _PERCENT_BAND
        else:
            self._band = max(_TICKS * tick, _SHARE * size)

    # Inside

    @property
    def _now_level(self) -> float:
        return self.reference if self.is_extreme else self._level

    @property
    def _way_back(self) -> tuple[float, ...]:
        level, band = self._now_level, self._band
        return (level - band, level + band) if not self._sign else (level - self._sign * band,)

    def _is_beyond(self, value: float) -> bool:
        """Is the condition true? Of `crosses`, on the side to which it went."""
        sign, hold = self._sign, self.hold
        if not sign:
            assert hold is not None
            sign = 1 if hold.before is None or hold.before.value < hold.sample.value else -1
        level = hold.level if hold is not None else self._level
        return value >= level if sign > 0 else value <= level

    def _crosses(self, before: float, value: float) -> bool:
        level, sign = self._now_level, self._sign
        if self.is_extreme:
            return value > level if sign > 0 else value < level  # false where it is unknown
        return (sign >= 0 and before < level <= value) or (sign <= 0 and before > level >= value)

    def _catch_up(self, sample: Sample, moment: Moment, out: list[Firing]) -> None:
        """Tell what was passed while it saw nothing, or before it saw anything."""
        missed, self.missed = self.missed, None
        was_introduced = self.is_introduced
        if not was_introduced:
            self.is_introduced = True
            self.changed[self] = None
        if self._phase is not Phase.ARMED:
            return
        if missed is not None:
            if self._crosses(missed.sample.value, sample.value):
                self._tell(FiringKind.CROSSED_OFFLINE, missed.sample, sample, moment, out, missed)
        elif not was_introduced and not self.is_extreme and self._sign and self._is_beyond(sample.value):
            if self.rule.hold_s and self.rule.operator in (Operator.AT_LEAST, Operator.AT_MOST):
                self._hold(None, sample, moment, FiringKind.ALREADY)
            else:
                self._tell(FiringKind.ALREADY, None, sample, moment, out)

    def _reached(self, before: Sample, sample: Sample, is_jump: bool, moment: Moment, out: list[Firing]) -> None:
        self.is_introduced = True
        if is_jump:
            if moment.now_s >= self._jump_told_s + JUMP_PAUSE_S:
                self._jump_told_s = moment.now_s
                self._tell(FiringKind.JUMP, before, sample, moment, out)
        elif self.rule.hold_s:
            self._hold(before, sample, moment, FiringKind.FIRED)
        else:
            self._fire(FiringKind.FIRED, before, sample, moment, out)

    def _hold(self, before: Sample | None, sample: Sample, moment: Moment, kind: FiringKind) -> None:
        self.phase = Phase.HOLDING
        self.hold = Hold(before, sample, self._now_level, kind, moment.now_s)
        self.hold_until_s = moment.now_s + self.rule.hold_s

    def _hold_on(self, hold: Hold, missed: LastSeen | None, sample: Sample, moment: Moment, out: list[Firing]) -> None:
        """The first value after a gap: the time for a condition begins anew, or is over where that is not true."""
        last = self.resumed
        if not self._is_beyond(sample.value):
            self.phase = Phase.ARMED
        elif last is None or (sample.value, sample.time_utc_s) != (last.value, last.time_utc_s):
            self.hold = hold._replace(since_s=moment.now_s)
            self.hold_until_s = moment.now_s + self.rule.hold_s
        elif moment.now_s < hold.since_s + self.rule.hold_s:
            self.hold_until_s = hold.since_s + self.rule.hold_s
        else:
            self._tell(FiringKind.CROSSED_OFFLINE, hold.before, hold.sample, moment, out, missed)
            self.arm()

    def _fire(self, kind: FiringKind, before: Sample | None, sample: Sample, moment: Moment, out: list[Firing]) -> None:
        """An alarm, or after a hold what was true already: that leaves it armed."""
        self._tell(kind, before, sample, moment, out)
        if kind is not FiringKind.FIRED:
            self.arm()
            return
        match self.rule.frequency:
            case Frequency.ONCE:
                self.phase = Phase.SPENT
            case Frequency.DAILY:
                self.cool(math.inf, False)
            case Frequency.REPEAT:
                self.cool(moment.now_s + self.rule.pause_s, False)

    def _tell(
        self,
        kind: FiringKind,
        before: Sample | None,
        sample: Sample,
        moment: Moment,
        out: list[Firing],
        missed: LastSeen | None = None,
    ) -> None:
        out.append(
            Firing(
                rule=self.rule,
                instrument=self.instrument,
                kind=kind,
                field=self.rule.field,
                value=sample.number,
                before=before.number if before else UNKNOWN,
                time_utc_s=sample.time_utc_s,
                before_utc_s=before.time_utc_s if before else math.nan,
                received_utc_s=moment.utc_s,
                since_utc_s=missed.since_utc_s if missed else math.nan,
                until_utc_s=moment.utc_s if missed else math.nan,
                reason=missed.reason if missed else "",
            )
        )

    def _follow(self, sample: Sample) -> None:
        """Of new-high and new-low: exceed this one next."""
        if self.is_extreme and not (sample.value - self.reference) * self._sign <= 0:
            self.reference = sample.value

    def _note_band(self) -> None:
        if not self.is_band_reached:
            self.is_band_reached = True
            self.changed[self] = None

    def _come_back(self, value: float, moment: Moment) -> None:
        """Is it beyond the band, on the side from which it came?"""
        if self._phase is not Phase.COOLING or self.is_band_reached:
            return
        level, band, sign = self._now_level, self._band, self._sign
        if (sign >= 0 and value <= level - band) or (sign <= 0 and value >= level + band):
            self._note_band()
            if moment.now_s >= self.pause_until_s:
                self.arm()

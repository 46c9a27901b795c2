"""When rules fire. Sans-IO: what feeds say and the times go in, firings come out.

**A crossing is a pair.** `crosses-up L`: the value before is below L, this one at or above; `crosses-down` the other
way round; `crosses` either. The two are adjacent values of one unbroken stretch of one symbol of one feed, as
decoded, before any conflation. `>=` and `<=` fire as `crosses-up` and `crosses-down` do, when the condition becomes
true; they differ in `for` alone, see below. The side a price is on is never a reason by itself.

**A gap ends a stretch**: the link was cut, the computer slept, the program was restarted, the symbol parked, refused,
halted, removed and added again, its feed changed, its value withdrawn by the feed, the clock set by more than
`CLOCK_JUMP_S`. The first value after it only sets the side. Where it is on the other side than the last one before,
in the rule's direction, that is told as `crossed-offline` with the times of the gap, and is no alarm: the rule stays
armed. While a symbol is halted, parked, refused or offline, nothing that comes counts.

**Already.** The first live value that a rule sees of a symbol, when it is made or when the symbol comes into its
scope, may be beyond the level: that is told once as `already`, and the rule is armed for the next crossing.
`crosses`, which has no side, and new-high and new-low have no `already`.

**What fired rests.** `once`, the default, is spent. `daily` is armed again when the symbol's trading day turns (that
of its exchange, of UTC where none is known). `repeat 15m` is armed again when its pause is over and a value was
beyond the band on the side it came from, in whichever order; `crosses` comes from both sides, so beyond it on either.
The band is 2 steps of the price or 0.1 % of the level, the larger; of a change in percent 0.1. Only `fired` spends or
cools.

**`for 30s`**: the condition must stay true for so long after the crossing; time alone then makes it fire, with the
pair that began it. A gap starts the time anew at the first value after it, if that is still beyond. Of `>=` and `<=`
a condition that is true at the first sight is held as well, before it is told as `already`. A restart is a gap like
others, but where the first price is the same trade that was the last one before, by its time: nothing came between,
so the time goes on from where it began. Was it over while the program did not run, that is `crossed-offline`.

**A jump** of over 40 % between adjacent prices, or in a price from which the value is calculated, is told as `jump`
in place of an alarm, at most once a minute, and changes nothing: after a wrong price the rule is as it was.

**Late prices** count for nothing: those that are older than the newest one before a gap (sent again by the server),
and in a stretch those that are older by more than `watched.LATE_S`. Where they go on for `watched.LATE_FOR_S` the
feed's clock was set back, which is a gap. Doubled values are equal and cross nothing. Seeds and restored prices are
never values.

**Rest.** Outside its market's hours (unless it says `outside-hours`), outside `between`, and while snoozed, a rule
says nothing. The last value before the rest and the first after it are a pair where nothing came in between: the gap
of an opening fires. Where something did, what was passed meanwhile is told as `crossed-offline`. Hours and days turn
at whole minutes, by the wall clock of their zone, so that summer time needs no more.

**new-high, new-low**: beyond the day's, which is the larger of what the feed called the day's high when the stretch
began and of what was seen since. The first price of a day only begins it. A wrong price that jumps is none.

**change%** counts from the close before, the price 24 hours ago, or the day's open, the first that is known, and is
unknown without. Where that is another than before, the next value is the first of a stretch. **change%/5m** counts
from the price 5 minutes ago, to 1/300 of that; it is unknown until the stretch is that old, and is looked at with
each price. **age** is the time since the last update of any kind, or since the rule began or ceased to rest; it needs
no link, since a silent link is a reason as well. A formula is looked at when one of its inputs changes.

How it is quick: each symbol has a `Track` for each field that rules name; a track knows the nearest levels on both
sides of its value, and a value between them needs no more than two comparisons.
"""

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Mapping

import msgspec

from quotedesk.alerts.bell import Bell, BellState, bell_of
from quotedesk.alerts.firing import Firing
from quotedesk.alerts.measure import HELD, AlertFields, Measure, measure
from quotedesk.alerts.memory import AlertMemory, recall, remember
from quotedesk.alerts.rule import AlertRule, Frequency
from quotedesk.alerts.rule_reader import AGE
from quotedesk.alerts.sample import Moment
from quotedesk.alerts.schedule import Schedule
from quotedesk.alerts.track import Track
from quotedesk.alerts.trigger import Phase, Trigger
from quotedesk.alerts.watched import Watched
from quotedesk.market.batch import Batch
from quotedesk.market.formula import FormulaError
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState, RowStatus

CLOCK_JUMP_S = 5.0
MOST_MEMORIES = 20_000  # of rules and symbols that are not watched now
_ASLEEP = "the computer slept, or its clock was set"
_SET_BACK = "the clock was set back"
_NOT_RUNNING = "quotedesk was not running"
_NOT_WATCHED = "the symbol was not among those of the rule"


class KnownQuote(msgspec.Struct, frozen=True):
    """What somebody else knows of a symbol.

    Attributes:
        said: its newest numbers.
        received_s: when the newest update was read, monotonic; NaN where there was none.
        is_unbroken: its price is of the stretch that goes on.
        status: of its row; None where there is none yet.
    """

    said: Quote
    received_s: float
    is_unbroken: bool
    status: RowStatus | None = None


class Evaluator:
    """`hours_of`: those of a feed's markets. `known`: asked for symbols, and fields of them, that are new here. `held`:
    what the user holds of a symbol, see measure.HELD; asked for at each `watch`.

    Attributes:
        faults: rules that cannot be evaluated, and why.
        changed: the triggers that know something that is to outlive the program, until whoever keeps it takes them out.
        ran_out: symbols whose changes count from nothing since their day turned, until whoever looks takes them out.
    """

    def __init__(
        self,
        fields: AlertFields,
        hours_of: Callable[[str], Hours],
        known: Callable[[Instrument], KnownQuote | None] = lambda instrument: None,
        held: Callable[[Instrument], Mapping[str, float]] = lambda instrument: {},
    ) -> None:
        self.faults: dict[AlertRule, str] = {}
        self.changed: dict[Trigger, None] = {}
        self.ran_out: list[Instrument] = []
        self._fields, self._hours_of, self._known, self._held = fields, hours_of, known, held
        self._symbols: dict[str, dict[str, Watched]] = {}  # by feed and code
        self._triggers: dict[AlertRule, dict[Instrument, Trigger]] = {}
        self._memories: dict[tuple[str, Instrument], AlertMemory] = {}  # of what is not watched now
        self._recalled: set[tuple[str, Instrument]] = set()  # those that an earlier run left
        self._snoozed: dict[str, float] = {}  # by the texts of rules: until when, UTC
        self._measures: dict[str, Measure] = {}  # by the words of rules
        self._unmeasured: dict[str, str] = {}  # those that mean nothing, and why
        self._ahead_s = math.nan  # of the wall clock
        self._seen_utc_s = math.nan  # the moment before
        self._minute = math.nan

    # -- what is watched ----------------------------------------------------------------------------------------------

    def watch(
        self,
        wanted: Mapping[AlertRule, Collection[Instrument]],
        formulas: Mapping[str, str],
        now_s: float,
        utc_s: float,
    ) -> list[Firing]:
        """These rules, for these symbols, and no others. Those that stay keep what they know.

        `formulas`: texts by names (market/formula.name_of); see `faults`.
        """
        moment, out = Moment(now_s, utc_s), list[Firing]()
        self._look(moment)
        schedule = Schedule(self._hours_of, utc_s)
        measures = self._measured({rule.field for rule in wanted}, formulas)
        changed: dict[Watched, None] = {}
        for rule in list(self._triggers):
            is_other = rule.field in self._measures and measures.get(rule.field) != self._measures[rule.field]
            left = self._drop(rule, () if is_other else wanted.get(rule, ()), moment, forget=is_other)
            changed.update(dict.fromkeys(left))
        self._measures = measures
        self.faults = {rule: self._unmeasured[rule.field] for rule in wanted if rule.field in self._unmeasured}
        new: list[tuple[Trigger, Watched]] = []
        for rule, instruments in wanted.items():
            if rule in self.faults:
                continue
            triggers = self._triggers.setdefault(rule, {})
            for instrument in instruments:
                if instrument not in triggers:
                    symbol = self._symbol(instrument, schedule)
                    triggers[instrument] = trigger = self._new(rule, symbol, moment)
                    self._schedule(trigger, symbol, schedule, moment)
                    new.append((trigger, symbol))
                    changed[symbol] = None
        if any(not set(HELD).isdisjoint(measure.inputs) for measure in measures.values()):
            for symbol in self._all_symbols():
                symbol.hold(self._held(symbol.instrument))
                changed[symbol] = None
        for symbol in changed:
            symbol.drop([field for field, track in symbol.tracks.items() if not track.triggers])
            if not symbol.tracks and not symbol.aged:
                del self._symbols[symbol.instrument.feed][symbol.instrument.code]
                continue
            if symbol.see_needs() and (known := self._known(symbol.instrument)) is not None:
                if known.status is not None:
                    symbol.is_in_state(known.status.state, known.status.reason, utc_s)
                symbol.know(known.said, known.received_s, known.is_unbroken, moment, out)
            symbol.tell_extremes()
            symbol.calculate(moment, out)
        for trigger, symbol in new:
            if (track := symbol.tracks.get(trigger.rule.field)) is not None:
                track.begin(trigger, moment, out)
        return out

    def snooze(self, rule: AlertRule, until_utc_s: float | None, now_s: float, utc_s: float) -> None:
        """Let a rule rest until then; None: wake it."""
        if until_utc_s is None or not until_utc_s > utc_s:
            self._snoozed.pop(rule.key, None)
        else:
            self._snoozed[rule.key] = until_utc_s
        self._reschedule(rule, Moment(now_s, utc_s))

    @property
    def snoozed(self) -> Mapping[str, float]:
        """The texts of rules that rest by the user's wish, and until when, UTC."""
        return self._snoozed

    def renew(self, rule: AlertRule) -> None:
        """Arm a rule again that is spent or cooling."""
        for trigger in self._triggers.get(rule, {}).values():
            if trigger.phase in (Phase.SPENT, Phase.COOLING):
                trigger.arm()
                self._settle(trigger)

    # -- what happens -------------------------------------------------------------------------------------------------

    def take(self, batch: Batch, utc_s: float) -> list[Firing]:
        """What a feed says. `utc_s`: the wall time when it was read."""
        moment, out = Moment(batch.received_s, utc_s), list[Firing]()
        since_utc_s = self._look(moment)
        symbols = self._symbols.get(batch.feed)
        if not symbols:
            return out
        find = symbols.get
        for update in batch.updates:
            if (symbol := find(update.code)) is not None:
                symbol.take(update, moment, out)
        for code in batch.gaps:
            if (symbol := find(code)) is not None:
                symbol.cut(since_utc_s, symbol.reason)
        for status in batch.statuses:
            if (symbol := find(status.code)) is not None:
                symbol.is_in_state(status.state, status.reason, utc_s)
        for seed in batch.seeds:
            if (symbol := find(seed.code)) is not None:
                symbol.seed(seed)
        return out

    def elapsed(self, now_s: float, utc_s: float) -> list[Firing]:
        """Time has passed: once a second is often enough."""
        moment, out = Moment(now_s, utc_s), list[Firing]()
        self._look(moment)
        if over := {text for text, until_utc_s in self._snoozed.items() if utc_s >= until_utc_s}:
            self._snoozed = {text: until for text, until in self._snoozed.items() if text not in over}
            for rule in [each for each in self._triggers if each.key in over]:
                self._reschedule(rule, moment)
        for rule, triggers in self._triggers.items():
            if rule.field == AGE:
                self._see_ages(triggers, moment, out)
            elif rule.hold_s or rule.frequency is Frequency.REPEAT:
                for trigger in triggers.values():
                    phase = trigger.phase
                    if phase is Phase.HOLDING or phase is Phase.COOLING:
                        if (track := self._track(trigger)) is not None:
                            track.learn_step()
                        trigger.elapsed(moment, out)
                        if trigger.phase is not phase:
                            self._settle(trigger)
        return out

    def bell(self, rule: AlertRule, instrument: Instrument, now_s: float, utc_s: float) -> Bell:
        """What a rule does now for a symbol."""
        if fault := self.faults.get(rule):
            return Bell(BellState.NO_PRICE, fault)
        trigger = self._triggers.get(rule, {}).get(instrument)
        if trigger is None:
            return Bell(BellState.NO_PRICE, _NOT_WATCHED)
        symbol = self._symbols[instrument.feed][instrument.code]
        snoozed_utc_s = self._snoozed.get(rule.key) if self._snoozed else None
        return bell_of(trigger, symbol, snoozed_utc_s, Schedule(self._hours_of, utc_s), Moment(now_s, utc_s))

    def inputs(self, rule: AlertRule) -> Collection[str]:
        """What of a quote a rule needs."""
        found = self._measures.get(rule.field)
        return found.inputs if found is not None else ()

    # -- over a restart -----------------------------------------------------------------------------------------------

    def remembered(self, now_s: float, utc_s: float, part: int = 0, parts: int = 1) -> list[AlertMemory]:
        """What is to be known after a restart; of thousands of rules a part at a time."""
        moment, count = Moment(now_s, utc_s), itertools.count()
        return [
            self._memory(trigger, moment)
            for triggers in self._triggers.values()
            for trigger in triggers.values()
            if parts == 1 or next(count) % parts == part
        ]

    def remembered_of(
        self, about: Mapping[AlertRule, Collection[Instrument]], now_s: float, utc_s: float
    ) -> list[AlertMemory]:
        """The same of some rules and symbols."""
        moment = Moment(now_s, utc_s)
        found = [self._triggers.get(rule, {}).get(each) for rule, instruments in about.items() for each in instruments]
        return [self._memory(trigger, moment) for trigger in found if trigger is not None]

    def recall(self, memories: Iterable[AlertMemory], snoozed: Mapping[str, float] = {}) -> None:
        """What an earlier run remembered; rules that were snoozed by their texts. Call it before `watch`."""
        for memory in memories:
            self._memories[memory.rule, Instrument(memory.feed, memory.code)] = memory
        self._recalled = set(self._memories)
        self._snoozed.update(snoozed)

    def forget(self) -> None:
        """Nothing is known, and nothing is watched."""
        self._symbols, self._triggers, self._memories, self._measures = {}, {}, {}, {}
        self.changed.clear()
        self._recalled = set()
        self._ahead_s = self._seen_utc_s = self._minute = math.nan

    # Inside

    def _measured(self, names: Collection[str], formulas: Mapping[str, str]) -> dict[str, Measure]:
        """What these fields mean; those that mean nothing are in `_unmeasured`."""
        self._unmeasured = {}
        found: dict[str, Measure] = {}
        for field in names:
            try:
                if field != AGE:
                    found[field] = measure(field, self._fields, formulas)
            except FormulaError as fault:
                self._unmeasured[field] = str(fault).partition(": ")[2]
        return found

    def _symbol(self, instrument: Instrument, schedule: Schedule) -> Watched:
        of_feed = self._symbols.setdefault(instrument.feed, {})
        symbol = of_feed.get(instrument.code)
        if symbol is None:
            symbol = of_feed[instrument.code] = Watched(instrument, self._fields)
            symbol.turn_day(schedule.day_start_s(instrument))
        return symbol

    def _new(self, rule: AlertRule, symbol: Watched, moment: Moment) -> Trigger:
        trigger = Trigger(rule, symbol.instrument, moment.now_s, self.changed)
        if rule.field == AGE:
            symbol.aged.append(trigger)
        else:
            symbol.track(rule.field, self._measures[rule.field]).triggers[trigger] = None
        key = (rule.key, symbol.instrument)
        if (memory := self._memories.pop(key, None)) is not None:
            recall(trigger, memory, symbol, moment, _NOT_RUNNING if key in self._recalled else _NOT_WATCHED)
            self._recalled.discard(key)
            self.changed.pop(trigger, None)  # that is known already
        return trigger

    def _drop(self, rule: AlertRule, kept: Collection[Instrument], moment: Moment, *, forget: bool) -> list[Watched]:
        """Let go of a rule's symbols but those that are kept; returns those that were let go."""
        left: list[Watched] = []
        triggers = self._triggers[rule]
        still = set(kept)
        for instrument in [each for each in triggers if each not in still]:
            trigger = triggers.pop(instrument)
            symbol = self._symbols[instrument.feed][instrument.code]
            if not forget:
                self._memories[rule.key, instrument] = self._memory(trigger, moment)
                if len(self._memories) > MOST_MEMORIES:
                    del self._memories[next(iter(self._memories))]
            if rule.field == AGE:
                symbol.aged.remove(trigger)
            else:
                (track := symbol.tracks[rule.field]).leave(trigger)
                if forget and not track.triggers:
                    symbol.drop((rule.field,))
            left.append(symbol)
        if not triggers:
            del self._triggers[rule]
        return left

    def _look(self, moment: Moment) -> float:
        """See that the clock goes on as it should, and, each minute, which hours and days it is.

        Returns since when, UTC, a gap is that is told of now: where nobody looked for a while, since then.
        """
        since_utc_s = self._seen_utc_s if moment.utc_s - self._seen_utc_s >= CLOCK_JUMP_S else moment.utc_s
        self._seen_utc_s = moment.utc_s
        ahead_s = moment.utc_s - moment.now_s
        if abs(ahead_s - self._ahead_s) >= CLOCK_JUMP_S:
            was_asleep = ahead_s > self._ahead_s
            for symbol in self._all_symbols():
                symbol.cut(since_utc_s, _ASLEEP if was_asleep else _SET_BACK)
            for triggers in self._triggers.values():
                for trigger in triggers.values():
                    trigger.since_s = moment.now_s
        self._ahead_s = ahead_s
        if (minute := moment.utc_s // 60) != self._minute:
            self._minute = minute
            schedule = Schedule(self._hours_of, moment.utc_s)
            for symbol in self._all_symbols():
                if symbol.turn_day(schedule.day_start_s(symbol.instrument)):
                    self.ran_out.append(symbol.instrument)
            for triggers in self._triggers.values():
                for instrument, trigger in triggers.items():
                    self._schedule(trigger, self._symbols[instrument.feed][instrument.code], schedule, moment)
        return since_utc_s

    def _reschedule(self, rule: AlertRule, moment: Moment) -> None:
        schedule = Schedule(self._hours_of, moment.utc_s)
        for instrument, trigger in self._triggers.get(rule, {}).items():
            self._schedule(trigger, self._symbols[instrument.feed][instrument.code], schedule, moment)

    def _schedule(self, trigger: Trigger, symbol: Watched, schedule: Schedule, moment: Moment) -> None:
        """Does a rule rest now?"""
        rule = trigger.rule
        if rule.until is not None and schedule.is_over(rule, symbol.instrument):
            trigger.spend()
        why = (
            "snoozed" if self._snoozed and rule.key in self._snoozed else schedule.why_resting(rule, symbol.instrument)
        )
        if bool(why) == trigger.is_resting:
            return
        track = symbol.tracks.get(rule.field)
        if why:
            trigger.rest(track.missed(moment.utc_s, why) if track else None)
        else:
            trigger.since_s = moment.now_s
            trigger.wake(track.update if track and track.is_unbroken else None)
            if track:
                track.await_next()
        if track:
            track.settle([trigger])

    def _track(self, trigger: Trigger) -> Track | None:
        """The values it looks at; None of `age`."""
        return self._symbols[trigger.instrument.feed][trigger.instrument.code].tracks.get(trigger.rule.field)

    def _settle(self, trigger: Trigger) -> None:
        if (track := self._track(trigger)) is not None:
            track.settle([trigger])

    def _see_ages(self, triggers: Mapping[Instrument, Trigger], moment: Moment, out: list[Firing]) -> None:
        for instrument, trigger in triggers.items():
            symbol = self._symbols[instrument.feed][instrument.code]
            if not trigger.is_resting and symbol.state not in (RowState.PARKED, RowState.REFUSED):
                trigger.see_age(symbol.received_s, moment, out)

    def _memory(self, trigger: Trigger, moment: Moment) -> AlertMemory:
        return remember(trigger, self._symbols[trigger.instrument.feed][trigger.instrument.code], moment)

    def _all_symbols(self) -> Iterable[Watched]:
        return (symbol for of_feed in self._symbols.values() for symbol in of_feed.values())

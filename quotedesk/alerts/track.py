"""The values of one field of one symbol, and the rules about them: a value between two levels costs two comparisons."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from operator import itemgetter

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.sample import LastSeen, Moment, Sample
from quotedesk.alerts.trigger import Trigger
from quotedesk.market.number import UNKNOWN, Number, number, of_float, plain
from quotedesk.market.quote import Trade, Update

JUMP_SHARE = 0.4
_MADE_DECIMALS = 9  # of a value that no feed wrote


class Track:
    """Values in the order in which they came, of which those of one stretch are adjacent.

    Whoever has a value with `low < value < high` may write `value` and `update` and be done; else `take` sees to it.

    Attributes:
        field: of Quote; "" of what is calculated.
        is_price: values far apart are a jump.
        value: the newest; NaN where there is none in this stretch.
        update: the one that said it.
        low, high: the nearest levels; NaN where `take` must see the next value.
        tick: the least step of the values: learnt, or of what is calculated that of its symbol's prices.
    """

    __slots__ = (
        "_is_awaited",
        "_levels",
        "_owners",
        "field",
        "high",
        "is_price",
        "low",
        "tick",
        "triggers",
        "update",
        "value",
    )

    def __init__(self, field: str, is_price: bool) -> None:
        self.field, self.is_price = field, is_price
        self.triggers: dict[Trigger, None] = {}  # in the order in which they came
        self.value = self.low = self.high = math.nan
        self.update: Update | None = None
        self.tick = 1.0
        self._levels: list[float] = []  # in order, and whose each is
        self._owners: list[Trigger] = []
        self._is_awaited = True  # by all triggers, wherever it lies

    @property
    def is_unbroken(self) -> bool:
        """Is there a value to which the next one is adjacent?"""
        return self.value == self.value

    def await_next(self) -> None:
        """Let every trigger see the next value."""
        self._is_awaited = True
        self.low = self.high = math.nan

    def missed(self, utc_s: float, reason: str) -> LastSeen | None:
        """What a trigger saw last that sees nothing from now on."""
        if not self.is_unbroken:
            return None
        return LastSeen(self._sample(self.value, self.update), utc_s, reason, self.update)

    def cut(self, utc_s: float, reason: str) -> None:
        """The stretch ends here."""
        missed = self.missed(utc_s, reason)
        for trigger in self.triggers:
            trigger.miss(missed)
            trigger.explain(reason)
        self.forget()

    def forget(self) -> None:
        """The next value is the first."""
        self.value, self.update = math.nan, None
        for trigger in self.triggers:
            trigger.pause_hold()
        self.await_next()

    def restart(self) -> None:
        """What was before is not comparable with what comes: nothing is to be told of it either."""
        self.forget()
        for trigger in self.triggers:
            trigger.missed = None

    def take(self, value: float, update: Update | None, is_jump: bool, moment: Moment, out: list[Firing]) -> None:
        """The next value, known."""
        before = self.value
        if value == before and not self._is_awaited:
            self.update = update
            return
        sample = self._sample(value, update)
        if self.field:
            self.tick = min(self.tick, 10.0**-sample.number.decimals)
        if before != before:
            for trigger in self.triggers:
                trigger.first(sample, self.tick, moment, out)
            self._place_all()
        else:
            sample_before = self._sample(before, self.update)
            is_jump = is_jump or (self.is_price and abs(value - before) > JUMP_SHARE * abs(before))
            if self._is_awaited:
                touched = list(self.triggers)
            else:  # most often nothing, or the one level that lies between
                first = bisect_left(self._levels, min(before, value))
                last = bisect_right(self._levels, max(before, value))
                touched = list(dict.fromkeys(self._owners[first:last]))
            for trigger in touched:
                trigger.step(sample_before, sample, is_jump, self.tick, moment, out)
            self.place(touched)
        self.value, self.update = value, update
        self._look_around()
        if is_jump:
            self.await_next()  # a new high after a wrong price is beyond no level that was not passed by that

    def learn_step(self) -> None:
        """The band of rules that fired may be narrower than was thought: values between levels are not looked at."""
        if self.field and self.is_unbroken:
            said = self._number(self.value, self.update)
            if (step := 10.0**-said.decimals) < self.tick:
                self.tick = step
                for trigger in self.triggers:
                    trigger.set_band(Sample(self.value, said, math.nan), step)
                self.settle(self.triggers)

    def place(self, triggers: Iterable[Trigger]) -> None:
        """These may have other levels than before."""
        for trigger in triggers:
            if (wanted := trigger.levels) != trigger.placed:
                self._move(trigger, wanted)

    def _move(self, trigger: Trigger, wanted: tuple[float, ...]) -> None:
        levels, owners = self._levels, self._owners
        for level in trigger.placed:
            at = bisect_left(levels, level)
            while owners[at] is not trigger:
                at += 1
            del levels[at], owners[at]
        for level in wanted:
            at = bisect_right(levels, level)
            levels.insert(at, level)
            owners.insert(at, trigger)
        trigger.placed = wanted

    def begin(self, trigger: Trigger, moment: Moment, out: list[Firing]) -> None:
        """A trigger is new here: it sees the newest value."""
        if self.is_unbroken:
            trigger.first(self._sample(self.value, self.update), self.tick, moment, out)
        self.settle([trigger])

    def settle(self, triggers: Iterable[Trigger]) -> None:
        """These have changed without a value."""
        self.place(triggers)
        if not self._is_awaited:
            self._look_around()

    def leave(self, trigger: Trigger) -> None:
        """It looks at these values no more."""
        del self.triggers[trigger]
        self._move(trigger, ())
        if not self._is_awaited:
            self._look_around()

    def _place_all(self) -> None:
        for trigger in self.triggers:
            trigger.placed = trigger.levels
        placed = [(level, trigger) for trigger in self.triggers for level in trigger.placed]
        placed.sort(key=itemgetter(0))
        self._levels = [level for level, _ in placed]
        self._owners = [trigger for _, trigger in placed]

    def _look_around(self) -> None:
        levels, value = self._levels, self.value
        at = bisect_left(levels, value)
        self.high = levels[at] if at < len(levels) else math.inf
        # On a level both ways lead away from it, and a condition that has to stay true may end.
        self.low = value if self.high == value else levels[at - 1] if at else -math.inf
        self._is_awaited = False

    def _sample(self, value: float, update: Update | None) -> Sample:
        return Sample(value, self._number(value, update), math.nan if update is None else update.time_utc_s)

    def _number(self, value: float, update: Update | None) -> Number:
        """As the feed wrote it, where it did."""
        if self.field and update is not None:
            if type(update) is Trade:
                return update.price if self.field == "last" else update.size
            said = getattr(update, self.field)
            if said is not None and said.value == value:
                return said  # type: ignore[no-any-return]
        try:
            return number(plain(round(value, _MADE_DECIMALS)))
        except (ValueError, OverflowError):
            return of_float(value, _MADE_DECIMALS) if math.isfinite(value) else UNKNOWN

"""What is kept of a rule over a restart, so that what was passed meanwhile can be told. It never makes an alarm."""

import math

import msgspec

from quotedesk.alerts.firing import FiringKind
from quotedesk.alerts.measure import LAST
from quotedesk.alerts.rule import Frequency
from quotedesk.alerts.sample import Hold, LastSeen, Moment, Sample
from quotedesk.alerts.trigger import Phase, Trigger
from quotedesk.alerts.watched import Watched
from quotedesk.market.number import number


class HeldMemory(msgspec.Struct, frozen=True, array_like=True):
    """What began a hold, see sample.Hold; values as text."""

    value: str
    time_utc_s: float | None
    before: str
    before_utc_s: float | None
    level: float
    kind: str
    since_utc_s: float


class AlertMemory(msgspec.Struct, frozen=True, array_like=True):
    """What a rule knew of a symbol. Times are seconds since 1970 UTC.

    Attributes:
        rule: its key.
        feed, code: the symbol.
        value: the last one that was seen, as text; "" where none is known.
        time_utc_s: its exchange time; None unknown.
        seen_utc_s: until when the stretch it belongs to was unbroken.
        day_utc_s: when the trading day of it began.
        is_introduced: was it looked at whether the level is passed already?
        is_spent: fired, and does not again.
        is_cooling: fired, and does again later.
        pause_until_utc_s: until when it cools at least; None for the turn of the day.
        is_band_reached: the way back is done.
        reference: of new-high and new-low: what is to be exceeded; None unknown.
        held: what has to stay true; None while nothing has to.
    """

    rule: str
    feed: str
    code: str
    value: str = ""
    time_utc_s: float | None = None
    seen_utc_s: float = 0.0
    day_utc_s: float = 0.0
    is_introduced: bool = False
    is_spent: bool = False
    is_cooling: bool = False
    pause_until_utc_s: float | None = None
    is_band_reached: bool = False
    reference: float | None = None
    held: HeldMemory | None = None


def remember(trigger: Trigger, symbol: Watched, moment: Moment) -> AlertMemory:
    """What a rule knows of a symbol."""
    track = symbol.tracks.get(trigger.rule.field)
    seen = trigger.missed or (track.missed(moment.utc_s, "") if track else None)
    time_utc_s = seen.sample.time_utc_s if seen else math.nan
    is_cooling = trigger.phase is Phase.COOLING
    left_s = trigger.pause_until_s - moment.now_s
    return AlertMemory(
        rule=trigger.rule.key,
        feed=symbol.instrument.feed,
        code=symbol.instrument.code,
        value=seen.sample.number.text if seen else "",
        time_utc_s=_known(time_utc_s),
        seen_utc_s=seen.since_utc_s if seen else moment.utc_s,
        day_utc_s=symbol.day_utc_s if symbol.day_utc_s == symbol.day_utc_s else 0.0,
        is_introduced=trigger.is_introduced,
        is_spent=trigger.phase is Phase.SPENT,
        is_cooling=is_cooling,
        pause_until_utc_s=moment.utc_s + left_s if is_cooling and left_s < math.inf else None,
        is_band_reached=trigger.is_band_reached,
        reference=_known(trigger.reference),
        held=None if trigger.hold is None else _remember_hold(trigger.hold, moment),
    )


def recall(trigger: Trigger, memory: AlertMemory, symbol: Watched, moment: Moment, reason: str) -> None:
    """Let a trigger go on where one before it ended."""
    is_same_day = memory.day_utc_s == symbol.day_utc_s
    trigger.is_introduced = memory.is_introduced
    last = _sample(memory.value, memory.time_utc_s)
    if last is not None:
        trigger.miss(LastSeen(last, memory.seen_utc_s, reason))
    if memory.reference is not None and is_same_day:
        trigger.reference = memory.reference
    if memory.is_spent:
        trigger.spend()
    elif memory.is_cooling and (is_same_day or trigger.rule.frequency is not Frequency.DAILY):
        until_utc_s = memory.pause_until_utc_s
        pause_until_s = math.inf if until_utc_s is None else moment.now_s + until_utc_s - moment.utc_s
        trigger.cool(pause_until_s, memory.is_band_reached)
    elif memory.held is not None and (hold := _recall_hold(memory.held, moment)) is not None:
        is_trade = trigger.rule.field == LAST and last is not None and last.time_utc_s == last.time_utc_s
        trigger.go_on_holding(hold, last if is_trade else None)
    if not is_same_day:
        trigger.turn_day(symbol.is_of_day(trigger.rule.field))


def _remember_hold(hold: Hold, moment: Moment) -> HeldMemory:
    before = hold.before
    return HeldMemory(
        value=hold.sample.number.text,
        time_utc_s=_known(hold.sample.time_utc_s),
        before=before.number.text if before else "",
        before_utc_s=_known(before.time_utc_s) if before else None,
        level=hold.level,
        kind=hold.kind.value,
        since_utc_s=hold.since_s - moment.now_s + moment.utc_s,
    )


def _recall_hold(held: HeldMemory, moment: Moment) -> Hold | None:
    sample = _sample(held.value, held.time_utc_s)
    if sample is None or held.kind not in [each.value for each in FiringKind]:
        return None  # another version wrote it
    since_s = moment.now_s + min(0.0, held.since_utc_s - moment.utc_s)  # the clock may have been set back
    before = _sample(held.before, held.before_utc_s)
    return Hold(before, sample, held.level, FiringKind(held.kind), since_s)


def _sample(text: str, utc_s: float | None) -> Sample | None:
    value = number(text)
    return Sample(value.value, value, math.nan if utc_s is None else utc_s) if value.is_known else None


def _known(value: float) -> float | None:
    return value if value == value else None

"""What a rule does now for one symbol: the bell in its row."""

from enum import Enum

import msgspec

from quotedesk.alerts.rule import Frequency
from quotedesk.alerts.rule_reader import AGE
from quotedesk.alerts.sample import Moment
from quotedesk.alerts.schedule import Schedule
from quotedesk.alerts.trigger import Phase, Trigger
from quotedesk.alerts.watched import Watched
from quotedesk.market.states import RowState

_NO_PRICE = {
    RowState.OFFLINE: "offline",
    RowState.REFUSED: "refused",
    RowState.HALTED: "halted",
    RowState.STALE: "no price for much longer than usual",
}


class BellState(Enum):
    """Whether a rule would fire."""

    ARMED = "armed"
    COOLING = "cooling"  # it fired: the pause, or the way back beyond the band, is not over
    SNOOZED = "snoozed"  # by the user, for a while
    NO_PRICE = "no live price"  # nothing can cross: the reason says why
    PARKED = "parked"  # the plan has no room for its symbol
    RESTING = "resting"  # outside its hours
    SPENT = "spent"  # it fired once, or its last day is over


class Bell(msgspec.Struct, frozen=True):
    """The state of one rule for one symbol.

    Attributes:
        state: see BellState.
        reason: one plain line; "" where the state says it all. May hold the server's words.
        until_utc_s: until when, where that is known: of COOLING, SNOOZED; None else.
    """

    state: BellState
    reason: str = ""
    until_utc_s: float | None = None


def bell_of(trigger: Trigger, symbol: Watched, snoozed_utc_s: float | None, schedule: Schedule, moment: Moment) -> Bell:
    """The state of a rule for a symbol. `snoozed_utc_s`: until when the user lets it rest; None where not."""
    rule, phase = trigger.rule, trigger.phase
    if symbol.state is RowState.PARKED:
        return Bell(BellState.PARKED, symbol.reason)
    if phase is Phase.SPENT:
        is_over = schedule.is_over(rule, symbol.instrument)
        return Bell(BellState.SPENT, "its last day is over" if is_over else "it fired once")
    if snoozed_utc_s is not None:
        return Bell(BellState.SNOOZED, "", snoozed_utc_s)
    if trigger.is_resting:
        opens = "" if rule.is_outside_hours else schedule.opens(symbol.instrument)
        why = f"market opens {opens}" if opens else schedule.why_resting(rule, symbol.instrument)
        return Bell(BellState.RESTING, why)
    if why := _why_no_price(trigger, symbol):
        return Bell(BellState.NO_PRICE, why)
    if phase is Phase.COOLING:
        left_s = trigger.pause_until_s - moment.now_s
        if rule.frequency is Frequency.DAILY:
            return Bell(BellState.COOLING, "it fired today")
        if left_s > 0:
            return Bell(BellState.COOLING, "", moment.utc_s + left_s)
        return Bell(BellState.COOLING, "waits for a value beyond its band")
    if phase is Phase.HOLDING:
        end_utc_s = moment.utc_s + trigger.hold_until_s - moment.now_s
        return Bell(BellState.ARMED, "the condition is true, and has to stay so", end_utc_s)
    return Bell(BellState.ARMED)


def _why_no_price(trigger: Trigger, symbol: Watched) -> str:
    """Why nothing can cross; "" where something can."""
    if trigger.rule.field == AGE:  # silence needs no price
        return (symbol.reason or "refused") if symbol.state is RowState.REFUSED else ""
    if symbol.state in _NO_PRICE:
        return symbol.reason or _NO_PRICE[symbol.state]
    track = symbol.tracks.get(trigger.rule.field)
    if track is None or not track.is_unbroken:
        return symbol.reason or f"no value of {trigger.rule.field} yet"
    return ""

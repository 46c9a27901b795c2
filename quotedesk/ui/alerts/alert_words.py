"""What alerts say to people. Plain text; times are local."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.rule import AlertRule, Operator, duration
from quotedesk.market.instrument import Instrument, shown
from quotedesk.market.number import Number, number, plain
from quotedesk.ui.table import numbers

OFF_UTC_S = 253_370_764_800.0  # in the year 9999: a rule that sleeps until then is switched off
_SHORT = 40  # characters of a formula
_DID = {
    Operator.CROSSES: "crossed",
    Operator.CROSSES_UP: "rose to",
    Operator.CROSSES_DOWN: "fell to",
    Operator.AT_LEAST: "is at least",
    Operator.AT_MOST: "is at most",
    Operator.NEW_HIGH: "made a new high",
    Operator.NEW_LOW: "made a new low",
}
KINDS = {
    FiringKind.FIRED: "Fired",
    FiringKind.CROSSED_OFFLINE: "Crossed while offline",
    FiringKind.ALREADY: "Already beyond",
    FiringKind.JUMP: "Jump",
}


class Said(NamedTuple):
    """A firing in words.

    Attributes:
        what: "BTC-USD rose to 60,000 at 15:41:07".
        more: what there is to know beside it: "60,001.20 (59,998.40 before)"; the rule's note.
    """

    what: str
    more: str

    @property
    def whole(self) -> str:
        """All of it, in one line."""
        return f"{self.what}: {self.more}" if self.more else self.what


def said(firing: Firing, feed: str = "") -> Said:
    """What fired; `feed` goes without saying."""
    rule, name = firing.rule, shown(firing.instrument, feed)
    field = "" if rule.field == "last" else f" {_cut(rule.field)}"
    before = f" ({told(firing.before)} before)" if firing.before.is_known else ""
    more = f"{told(firing.value)}{before}" if firing.value.is_known else ""
    match firing.kind:
        case FiringKind.CROSSED_OFFLINE:
            when = span(firing.since_utc_s, firing.until_utc_s)
            why = f" ({firing.reason})" if firing.reason else ""
            what = f"{name}{field} crossed {level(rule)} while offline{when}{why}"
        case FiringKind.ALREADY:
            what = f"{name}{field} is beyond {level(rule)} already: armed for the next crossing"
        case FiringKind.JUMP:
            what = f"{name}{field} jumped{_by(firing)}: a split, or a wrong price? Not taken for an alarm"
        case _ if rule.field == "age":
            what = f"{name} has had no price for {duration(rule.level)}{_at(firing)}"
        case _:
            reached = f" {level(rule)}" if rule.operator.has_level else ""
            what = f"{name}{field} {_DID[rule.operator]}{reached}{_at(firing)}"
    return Said(what, " \N{MIDDLE DOT} ".join(part for part in (more, rule.note) if part))


def level(rule: AlertRule) -> str:
    """What a rule compares with."""
    if rule.field == "age":
        return duration(rule.level)
    percent = " %" if rule.field.startswith("change%") else ""
    return told(number(plain(rule.level))) + percent


def told(value: Number) -> str:
    """A number with the decimals that it was written with."""
    return numbers.price(value.value, value.decimals)


def span(since_utc_s: float, until_utc_s: float) -> str:
    """ ", 10:31 to 10:44", with the day where it began on another; "" while nothing is known."""
    if not math.isfinite(since_utc_s):
        return ""
    begin = numbers.time_of_day(since_utc_s)[:5]
    if not math.isfinite(until_utc_s):
        return f", since {begin}"
    if numbers.date(since_utc_s) != numbers.date(until_utc_s):
        begin = f"{numbers.date(since_utc_s)} {begin}"
    return f", {begin} to {numbers.time_of_day(until_utc_s)[:5]}"


def bell_word(bell: Bell, now_utc_s: float) -> str:
    """A bell's state in a few words."""
    if bell.state is BellState.SNOOZED and (bell.until_utc_s or 0.0) >= OFF_UTC_S:
        return "Switched off"
    if bell.until_utc_s is not None and bell.state in (BellState.SNOOZED, BellState.COOLING):
        until = numbers.time_of_day(bell.until_utc_s)[:5]
        if numbers.date(bell.until_utc_s) != numbers.date(now_utc_s):
            until = f"{numbers.date(bell.until_utc_s)} {until}"
        return f"{_WORDS[bell.state]} until {until}"
    reason = f": {bell.reason}" if bell.reason else ""
    return f"{_WORDS[bell.state]}{reason}"


_WORDS = {
    BellState.ARMED: "Armed",
    BellState.COOLING: "Cooling",
    BellState.SNOOZED: "Snoozed",
    BellState.NO_PRICE: "No live price",
    BellState.PARKED: "Parked",
    BellState.RESTING: "Resting",
    BellState.SPENT: "Over",
}


def short_text(rule: AlertRule, instrument: Instrument | None = None) -> str:
    """A rule's line without its scope, where that is this symbol."""
    if instrument is not None and rule.scope.instrument == instrument:
        return rule.text.removeprefix(rule.scope.text).strip()
    return rule.text


def distance(rule: AlertRule, value: float, decimals: int) -> str:
    """How far a value has to go: "588.00 (0.97 %) to go up"; "" where that has no meaning."""
    if not rule.operator.has_level or not math.isfinite(value):
        return ""
    if rule.field == "age":
        return f"{numbers.age(rule.level - value)} left" if rule.level > value else ""
    away = rule.level - value
    if not away:
        return "at the level"
    side = "above" if away > 0 else "below"
    if rule.field.startswith("change%"):
        return f"{numbers.price(abs(away), 2)} points {side}"
    part = f" ({numbers.price(abs(away / value) * 100, 2)} %)" if value else ""
    return f"{numbers.price(abs(away), decimals)}{part} {side}"


def count_of(firings: Iterable[Firing]) -> str:
    """ "3 alerts"."""
    many = len(list(firings))
    return f"{many:,} alert{'s' * (many != 1)}"


def _at(firing: Firing) -> str:
    utc_s = firing.time_utc_s if math.isfinite(firing.time_utc_s) else firing.received_utc_s
    return f" at {numbers.time_of_day(utc_s)}" if math.isfinite(utc_s) else ""


def _by(firing: Firing) -> str:
    before, value = firing.before, firing.value
    if not (before.is_known and value.is_known and before.value):
        return ""
    change = (value.value - before.value) / abs(before.value) * 100
    return f" from {told(before)} to {told(value)} ({numbers.change(change, 0)} %)"


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}\N{HORIZONTAL ELLIPSIS}"

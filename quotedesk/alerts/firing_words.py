"""What a firing says to people. Plain text; times are local."""

import math
from collections.abc import Callable
from typing import NamedTuple

from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.rule import AlertRule, Operator, duration
from quotedesk.formats import written
from quotedesk.market.instrument import shown
from quotedesk.market.number import Number, number, plain

_AMOUNTS_HIDDEN = "amounts are hidden"
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


def said(
    firing: Firing, feed: str = "", *, is_hidden: bool = False, writes: Callable[[Number], str] | None = None
) -> Said:
    """What fired; `feed` goes without saying. `is_hidden`: it is about amounts, and none may be shown.

    `writes`: how its values are written; None: with the decimals that they came with.
    """
    writes = writes or told
    rule, name = firing.rule, shown(firing.instrument, feed)
    field = "" if rule.field == "last" else f" {_cut(rule.field_shown(written.HIDDEN) if is_hidden else rule.field)}"
    before = f" ({writes(firing.before)} before)" if firing.before.is_known else ""
    more = f"{writes(firing.value)}{before}" if firing.value.is_known else ""
    more = _AMOUNTS_HIDDEN if is_hidden else more
    height = written.HIDDEN if is_hidden else level(rule)
    match firing.kind:
        case FiringKind.CROSSED_OFFLINE:
            when = span(firing.since_utc_s, firing.until_utc_s)
            why = f" ({firing.reason})" if firing.reason else ""
            what = f"{name}{field} crossed {height} while offline{when}{why}"
        case FiringKind.ALREADY:
            what = f"{name}{field} is beyond {height} already: armed for the next crossing"
        case FiringKind.JUMP:
            by = "" if is_hidden else _by(firing, writes)
            what = f"{name}{field} jumped{by}: a split, or a wrong price? Not taken for an alarm"
        case _ if rule.field == "age":
            what = f"{name} has had no price for {duration(rule.level)}{_at(firing)}"
        case _:
            reached = f" {height}" if rule.operator.has_level else ""
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
    return written.price(value.value, value.decimals)


def span(since_utc_s: float, until_utc_s: float) -> str:
    """ ", 10:31 to 10:44", with the day where it began on another; "" while nothing is known."""
    if not math.isfinite(since_utc_s):
        return ""
    begin = written.time_of_day(since_utc_s)[:5]
    if not math.isfinite(until_utc_s):
        return f", since {begin}"
    if written.date(since_utc_s) != written.date(until_utc_s):
        begin = f"{written.date(since_utc_s)} {begin}"
    return f", {begin} to {written.time_of_day(until_utc_s)[:5]}"


def _at(firing: Firing) -> str:
    utc_s = firing.time_utc_s if math.isfinite(firing.time_utc_s) else firing.received_utc_s
    return f" at {written.time_of_day(utc_s)}" if math.isfinite(utc_s) else ""


def _by(firing: Firing, writes: Callable[[Number], str]) -> str:
    before, value = firing.before, firing.value
    if not (before.is_known and value.is_known and before.value):
        return ""
    change = (value.value - before.value) / abs(before.value) * 100
    return f" from {writes(before)} to {writes(value)} ({written.change(change, 0)} %)"


def _cut(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}\N{HORIZONTAL ELLIPSIS}"

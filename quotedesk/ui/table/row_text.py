"""What a row's tooltip and a screen reader say: why it is still, since when Chg counts. Plain text."""

import math
from collections.abc import Sequence

from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.clock import Clock
from quotedesk.market.states import RowState
from quotedesk.quotes.fields import FIRST_SEEN
from quotedesk.ui.looks.theme import LOOKS
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import Column, Kind, RowSnapshot, filled, state_text

NO_TICK_AFTER_S = 10.0
_WAITS = ("not asked for yet", "asked for, no answer yet", "acknowledged, no trade yet")
WAITS_AFTER_S = 3.0
_MOST_BELLS = 6  # lines about alerts
_A_DAY_S = 86_400.0
COUNTED_FROM = {
    "prev_close": "the previous close",
    "open_24h": "the price 24 hours ago",
    "open_session": "the session's open",
    FIRST_SEEN: "the first price seen in this run",
}


def tip(
    reading: RowSnapshot,
    clock: Clock,
    others_tick: bool,
    trace: Trace | None = None,
    continuity: Continuity | None = None,
    bells: Sequence[str] = (),
) -> str:
    """All of a row in a few lines, the most wanted first. `bells`: what its alerts do."""
    named = f"{reading.code} {reading.name}" if reading.name else reading.code
    lines = [f"{named}: {still(reading, others_tick)}"]
    if reading.note:
        lines.append(f"Note: {reading.note}")
    lines += bells[:_MOST_BELLS]
    if len(bells) > _MOST_BELLS:
        lines.append(f"and {len(bells) - _MOST_BELLS} more alerts")
    if reading.quotes.bases.is_awaited(reading.slot):
        lines.append("Chg is not known until the new day's base is: what it counted from is over, or being asked for")
    elif math.isfinite(reading.last) and not math.isfinite(reading.base):
        lines.append("The price is the last one of an earlier run, until one comes")
    elif math.isfinite(reading.last):
        lines.append(f"Chg counts from {counted_from(reading, clock)}")
    lines += _as_written(reading)
    if reading.touch:
        lines.append(f"At the {'highest' if reading.touch > 0 else 'lowest'} price of the day, or of the 24 hours")
    if math.isfinite(reading.size):
        lines.append(f"Size of the last trade: {numbers.exact(reading.size, reading.size_decimals)}")
    if math.isfinite(reading.time_utc_s):
        when = reading.time_utc_s
        lines.append(f"Exchange time: {numbers.date(when)} {numbers.time_of_day(when)} {numbers.zone(when)}".rstrip())
    elif math.isfinite(reading.received_s):
        came = clock.utc_s(reading.received_s)
        lines.append(f"The feed gives no exchange time; received at {numbers.time_of_day(came)} {numbers.zone(came)}")
    if bar_s := reading.quotes.history.bar_s.get(reading.slot):
        lines.append(_from_candles(reading, bar_s, clock))
    if trace:
        lines += [f"{name} {value}{note and f': {note}'}" for name, value, note in proven(trace, reading.now_s, clock)]
    if continuity:
        lines.append(continued(continuity, reading.now_s))
    return "\n".join(lines)


def counted_from(reading: RowSnapshot, clock: Clock) -> str:
    """A row's base, with what it is, when that was and who says so."""
    base, name = numbers.price(reading.base, reading.decimals), reading.base_name
    what = f"{base}, {COUNTED_FROM[name]}"
    if name == FIRST_SEEN:
        return what + since(reading.first_s, clock)
    at_utc_s, source = reading.quotes.bases.moment_of(reading.slot)
    if name == "open_24h":
        at_utc_s = clock.utc_s(reading.now_s) - _A_DAY_S
        what += f": {numbers.date(at_utc_s)} {numbers.time_of_day(at_utc_s)[:5]} {numbers.zone(at_utc_s)}".rstrip()
    elif math.isfinite(at_utc_s):
        what += f" of {numbers.date(at_utc_s)}"
    return f"{what}, by {source or 'the feed'}"


def _as_written(reading: RowSnapshot) -> list[str]:
    """The last price as the feed wrote it, where the cell rounds it."""
    text = reading.quotes.number("last", reading.slot).text
    decimals = len(text.partition(".")[2])
    is_whole = "e" not in text.lower() and decimals <= reading.decimals and not numbers.is_extreme(reading.last)
    return [] if is_whole or not math.isfinite(reading.base) else [f"The feed wrote {text}"]


def proven(trace: Trace, now_s: float, clock: Clock) -> list[tuple[str, str, str]]:
    """How far a subscription is proven: (step, when, what that means). The first has a time, the others their delay."""
    steps = [("Wanted", numbers.time_of_day_ms(clock.utc_s(trace.wanted_s)), "")]
    if math.isfinite(trace.sent_s):
        others = f"with {trace.together - 1} more in one request" if trace.together > 1 else ""
        steps.append(("Sent", _later(trace.sent_s, trace), others))
    if math.isfinite(trace.acknowledged_s):
        steps.append(("Acknowledged", _later(trace.acknowledged_s, trace), "proves the request, not each symbol"))
    if math.isfinite(trace.first_tick_s):
        steps.append(("First tick", _later(trace.first_tick_s, trace), "proves the symbol"))
    elif math.isfinite(trace.sent_s):
        steps.append(("First tick", f"none in {numbers.age(now_s - trace.sent_s)} so far", ""))
    return steps


def continued(continuity: Continuity, now_s: float) -> str:
    """What became of its ticks since the start, in a line."""
    told = [f"{continuity.ticks:,} ticks"]
    if continuity.duplicates:
        told.append(f"{continuity.duplicates:,} duplicate{'s' if continuity.duplicates > 1 else ''} dropped")
    if continuity.older:
        told.append(f"{continuity.older:,} older than the one before dropped")
    lasting_s = now_s - continuity.since_s if math.isfinite(continuity.since_s) else 0.0
    if gaps := continuity.gaps + (lasting_s > 0):
        told.append(f"{gaps:,} gap{'s' if gaps > 1 else ''}, {numbers.span(continuity.gap_s + lasting_s)} in all")
    return ", ".join(told)


def _later(at_s: float, trace: Trace) -> str:
    return f"+{at_s - trace.wanted_s:.3f} s"


def _from_candles(reading: RowSnapshot, bar_s: float, clock: Clock) -> str:
    """Which part of the line nobody watched."""
    until_utc_s = clock.utc_s(reading.first_s if math.isfinite(reading.first_s) else reading.now_s)
    until = numbers.time_of_day(until_utc_s)
    length = f"{bar_s / 60:g} min" if bar_s >= 60 else f"{bar_s:g} s"
    return f"The line is from candles of {length} until {until}, then from prices"


def still(reading: RowSnapshot, others_tick: bool) -> str:
    """Why a row does not move, or that it does."""
    if reading.state is RowState.PENDING:
        return _waiting(reading, others_tick)
    told = LOOKS[reading.state].told
    return filled(told, reading) + ("" if "{reason}" in told else _because(reading.reason))


def _because(reason: str) -> str:
    return f". {reason[:1].upper()}{reason[1:]}" if reason and reason not in _WAITS else ""


def _waiting(reading: RowSnapshot, others_tick: bool) -> str:
    waited = reading.now_s - reading.since_s
    if not waited >= NO_TICK_AFTER_S:
        return LOOKS[RowState.PENDING].told
    plan = "; others tick, so your plan may not include it" if others_tick else ""
    return f"no tick yet, {numbers.age(waited)} after it was asked for{plan}{_because(reading.reason)}"


def waits_for(trace: Trace | None, waited_s: float) -> str:
    """What a row without a trade waits for, once that takes its time; "" before."""
    if not waited_s >= WAITS_AFTER_S:
        return ""
    if trace is None or not math.isfinite(trace.sent_s):
        return _WAITS[0]
    return _WAITS[1] if not math.isfinite(trace.acknowledged_s) else _WAITS[2]


def since(first_s: float, clock: Clock) -> str:
    """ ", since 15:40:02 CET", or nothing before the first price."""
    if not math.isfinite(first_s):
        return ""
    utc_s = clock.utc_s(first_s)
    return f", since {numbers.time_of_day(utc_s)} {numbers.zone(utc_s)}".rstrip()


def spoken(reading: RowSnapshot, column: Column) -> str:
    """A cell's value for those who hear it: what a mark, an arrow or a line shows, in words."""
    if column.kind is Kind.STATE:
        return state_text(reading) or reading.state.word.capitalize()
    if column.kind is Kind.TREND:
        return f"{numbers.percent(reading.percent)} percent" if math.isfinite(reading.percent) else _UNKNOWN
    value = column.text(reading)
    if value == numbers.UNKNOWN:
        return _UNKNOWN
    if value == numbers.HIDDEN:
        return "hidden"
    if column.kind is Kind.AMOUNT and not value:
        return "none"
    if column.unit is not None and (unit := column.unit(reading)):
        return f"{value} {unit}"
    if column.kind is Kind.PRICE and reading.direction in _ARROWS and reading.state is RowState.LIVE:
        return f"{value}, {_ARROWS[reading.direction]}{_TOUCHES[reading.touch]}"
    return value


def spoken_cell(reading: RowSnapshot, column: Column) -> str:
    """A cell for those who hear it, with its column; the symbol needs none."""
    value = spoken(reading, column)
    return value if column.kind is Kind.SYMBOL else f"{column.title} {value}"


def remarks(reading: RowSnapshot, bells: Sequence[str] = ()) -> str:
    """What else a row's symbol shows, for those who hear it: flag, note, alerts, why it is in its state."""
    flag = f"{reading.flag.value} flag" if reading.flag else ""
    note = f"Note: {reading.note}" if reading.note else ""
    return ". ".join(part for part in (flag.capitalize(), note, *bells[:_MOST_BELLS], reading.reason) if part)


_TOUCHES = {1: ", the day's high", -1: ", the day's low", 0: ""}
_UNKNOWN = "unknown"
_ARROWS = {1.0: "up", -1.0: "down", 0.0: "unchanged"}

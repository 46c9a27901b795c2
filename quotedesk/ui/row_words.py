"""What a row's tooltip and a screen reader say: why it is still, since when Chg counts. Plain text."""

import math

from quotedesk.feed.states import RowState
from quotedesk.market.clock import Clock
from quotedesk.ui import numbers
from quotedesk.ui.columns import Column, Kind, Reading, state_text

NO_TICK_AFTER_S = 10.0


def tip(reading: Reading, clock: Clock, offline_reason: str, others_tick: bool) -> str:
    """All of a row in a few lines, the most wanted first."""
    named = f"{reading.code} {reading.name}" if reading.name else reading.code
    lines = [f"{named}: {still(reading, offline_reason, others_tick)}"]
    if math.isfinite(reading.price) and not math.isfinite(reading.first_price):
        lines.append("The price is the last one of an earlier run, until a tick comes")
    elif math.isfinite(reading.price):
        lines.append(
            f"Chg counts from {numbers.price(reading.first_price, reading.decimals)}, the first price seen in this run"
            + since(reading.first_s, clock)
        )
    if math.isfinite(reading.size):
        lines.append(f"Size of the last trade: {numbers.exact(reading.size, reading.size_decimals)}")
    if math.isfinite(reading.time_utc_s):
        when = reading.time_utc_s
        lines.append(f"Exchange time: {numbers.date(when)} {numbers.time_of_day(when)} {numbers.zone(when)}".rstrip())
    elif math.isfinite(reading.received_s):
        came = clock.utc_s(reading.received_s)
        lines.append(f"The feed gives no exchange time; received at {numbers.time_of_day(came)} {numbers.zone(came)}")
    return "\n".join(lines)


def still(reading: Reading, offline_reason: str, others_tick: bool) -> str:
    """Why a row does not move, or that it does."""
    age = numbers.age(reading.now_s - reading.received_s)
    match reading.state:
        case RowState.LIVE:
            return "live"
        case RowState.QUIET:
            return f"quiet, last tick {age} ago; the link is proven alive"
        case RowState.OFFLINE:
            return f"offline. {offline_reason}" if offline_reason else "offline"
        case RowState.REFUSED:
            return f"refused. {reading.words}" if reading.words else "refused by the server"
        case _:
            return _waiting(reading, others_tick)


def _waiting(reading: Reading, others_tick: bool) -> str:
    waited = reading.now_s - reading.since_s
    if not waited >= NO_TICK_AFTER_S:
        return "waiting for the first tick"
    plan = "; others tick, so your plan may not include it" if others_tick else ""
    return f"no tick yet, {numbers.age(waited)} after it was asked for{plan}"


def since(first_s: float, clock: Clock) -> str:
    """ ", since 15:40:02 CET", or nothing before the first price."""
    if not math.isfinite(first_s):
        return ""
    utc_s = clock.utc_s(first_s)
    return f", since {numbers.time_of_day(utc_s)} {numbers.zone(utc_s)}".rstrip()


def spoken(reading: Reading, column: Column) -> str:
    """A cell for those who hear it: what a mark, an arrow or a line shows, in words."""
    if column.kind is Kind.STATE:
        return state_text(reading) or reading.state.word.capitalize()
    if column.kind is Kind.PRICE and reading.direction in _ARROWS and reading.state is RowState.LIVE:
        return f"{column.text(reading)}, {_ARROWS[reading.direction]}"
    if column.kind is Kind.TREND and math.isfinite(reading.percent):
        return f"Trend {numbers.percent(reading.percent)} percent"
    return column.text(reading)


_ARROWS = {1.0: "up", -1.0: "down", 0.0: "unchanged"}

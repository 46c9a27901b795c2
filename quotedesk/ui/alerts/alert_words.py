"""What rules and bells say to people; firings: see alerts/firing_words. Plain text; times are local."""

import math
from collections import Counter
from collections.abc import Sequence

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.alerts.firing_words import level
from quotedesk.alerts.rule import AlertRule, Operator
from quotedesk.market.instrument import Instrument
from quotedesk.ui.table import numbers

OFF_UTC_S = 253_370_764_800.0  # in the year 9999: a rule that sleeps until then is switched off


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


_REACHES = {
    Operator.CROSSES: "crosses",
    Operator.CROSSES_UP: "rises to",
    Operator.CROSSES_DOWN: "falls to",
    Operator.AT_LEAST: "at least",
    Operator.AT_MOST: "at most",
}


# Of a rule about several symbols the first of these is its state: what can fire matters more than what cannot.
MAIN = (
    BellState.ARMED,
    BellState.COOLING,
    BellState.SNOOZED,
    BellState.RESTING,
    BellState.NO_PRICE,
    BellState.PARKED,
    BellState.SPENT,
)


def bells_word(bells: Sequence[Bell], now_utc_s: float) -> str:
    """The states of a rule for several symbols: "Armed on 16; 1 without price"."""
    counts = Counter(bell.state for bell in bells)
    main, *others = sorted(counts, key=MAIN.index)
    if main is BellState.SNOOZED:  # by the user, the whole rule
        return bell_word(next(bell for bell in bells if bell.state is main), now_utc_s)
    if not others:
        words = {bell_word(bell, now_utc_s) for bell in bells}
        return words.pop() if len(words) == 1 else _WORDS[main]
    beside = (f"; {counts[each]:,} {_BESIDE.get(each, _WORDS[each].lower())}" for each in others)
    return f"{_WORDS[main]} on {counts[main]:,}{''.join(beside)}"


_BESIDE = {BellState.NO_PRICE: "without price"}


def short_text(rule: AlertRule, instrument: Instrument | None = None, hidden: str = "") -> str:
    """A rule's line without its scope, where that is this symbol. `hidden`: see AlertRule.line."""
    line = rule.line(hidden)
    if instrument is not None and rule.scope.instrument == instrument:
        return line.removeprefix(rule.scope.text).strip()
    return line


def level_label(rule: AlertRule) -> str:
    """What a rule's line on a chart says: the user's own words, else what the price is to do there, in few."""
    if rule.note:
        return rule.note
    field = "" if rule.field == "last" else f"{rule.field} "
    words = f"{field}{_REACHES[rule.operator]} {level(rule)}"
    return words[:1].upper() + words[1:]


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


def spoken(text: str) -> str:
    """A cell's text for who hears it."""
    return {numbers.UNKNOWN: "unknown", numbers.HIDDEN: "hidden"}.get(text, text)

"""Whoever evaluates rules, as a test wants it: bells and firings are set by hand."""

from collections.abc import Callable, Sequence

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.rule import AlertRule
from quotedesk.alerts.rule_reader import RuleNames, read_rule
from quotedesk.lists.book import Book
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.quotes.formula_values import NAMES
from quotedesk.quotes.position_values import POSITION_NAMES

FEEDS = ("demo", "coinbase")


class FakeAlerting:
    """Attributes:
    opening: when markets open next, in words; "" for open now.
    bell_of_all: of all rules for which `states` says nothing else.
    of_rows: of all rules, for these symbols.
    kept: the log, the newest first.
    snoozed: (rule, until) of all that was snoozed or woken.
    """

    def __init__(self, *rules: str, book: Book | None = None) -> None:
        self.book = book
        self.rules: tuple[AlertRule, ...] = tuple(rule(text) for text in rules)
        self.faults: dict[AlertRule, str] = {}
        self.listeners: list[Callable[[Sequence[Firing]], None]] = []
        self.rules_changed: list[Callable[[], None]] = []
        self.bells_changed: list[Callable[[], None]] = []
        self.opening = ""
        self.bell_of_all = Bell(BellState.ARMED)
        self.states: dict[AlertRule, Bell] = {}
        self.of_rows: dict[Instrument, Bell] = {}
        self.kept: list[Firing] = []
        self.snoozed: list[tuple[AlertRule, float | None]] = []

    def set_rules(self, rules: Sequence[AlertRule]) -> None:
        self.rules = tuple(rules)
        for each in self.rules_changed:
            each()

    def names(self, feed: str) -> RuleNames:
        flags = ("violet", "red", "orange", "green", "blue")
        return RuleNames(fields=NAMES, feeds=FEEDS, feed=feed, flags=flags)

    def bells(self, instrument: Instrument) -> Sequence[tuple[AlertRule, Bell]]:
        return [
            (rule, self.states.get(rule, self.bell_of_all))
            for rule in self.rules
            if instrument in self.instruments(rule)
        ]

    def bell(self, rule: AlertRule, instrument: Instrument) -> Bell:
        return self.of_rows.get(instrument) or self.states.get(rule, self.bell_of_all)

    def opens(self, instrument: Instrument) -> str:
        return self.opening

    def instruments(self, rule: AlertRule) -> Sequence[Instrument]:
        if (one := rule.scope.instrument) is not None:
            return [one]
        return self.book.wanted() if self.book is not None else []

    def snooze(self, rule: AlertRule, until_utc_s: float | None) -> None:
        self.snoozed.append((rule, until_utc_s))
        if until_utc_s is None:
            self.states.pop(rule, None)
        else:
            self.states[rule] = Bell(BellState.SNOOZED, "", until_utc_s)

    def renew(self, rule: AlertRule) -> None:
        self.states.pop(rule, None)

    def hides(self, field: str) -> bool:
        return self.book is not None and self.book.held.is_hidden and field in POSITION_NAMES

    @property
    def log(self) -> Sequence[Firing]:
        return self.kept

    def fire(self, *firings: Firing) -> None:
        """These fired now."""
        self.kept[:0] = reversed(firings)
        for each in self.listeners:
            each(firings)


def rule(text: str, feed: str = "demo") -> AlertRule:
    return read_rule(text, RuleNames(fields=NAMES, feeds=FEEDS, feed=feed))


def firing(
    text: str | AlertRule,
    code: str = "",
    value: str = "60001.20",
    before: str = "59998.40",
    at_utc_s: float = 1_764_000_067.0,
    kind: FiringKind = FiringKind.FIRED,
    **more: object,
) -> Firing:
    """A firing of a rule, of the symbol that it names or of another one."""
    made = rule(text) if isinstance(text, str) else text
    instrument = made.scope.instrument or Instrument("demo", code)
    return Firing(
        rule=made,
        instrument=instrument,
        kind=kind,
        field=made.field,
        value=number(value),
        before=number(before),
        time_utc_s=at_utc_s,
        before_utc_s=at_utc_s - 1,
        received_utc_s=at_utc_s + 0.01,
        **more,  # type: ignore[arg-type]
    )

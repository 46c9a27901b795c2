"""Rules evaluated on a clock that is turned by hand, with what feeds say made up line by line."""

import math
from collections.abc import Callable, Iterable, Sequence

from quotedesk.alerts.bell import Bell
from quotedesk.alerts.evaluator import Evaluator, KnownQuote
from quotedesk.alerts.firing import Firing
from quotedesk.alerts.rule import AlertRule
from quotedesk.alerts.rule_reader import RuleNames, read_rule
from quotedesk.engine.alerting import ALERT_FIELDS
from quotedesk.market.batch import Batch
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.market.quote import Quote, Trade, Update
from quotedesk.market.states import RowState, RowStatus
from tests.fakes.clock import MONDAY_UTC_S

X = Instrument("demo", "X")
NAMES = RuleNames(
    ALERT_FIELDS.nameable,
    {"spread_bp": "spread / mid * 10000"},
    ("demo", "coinbase", "alltick"),
    "demo",
    ("violet", "red", "orange", "green", "blue"),
)


def rule_of(text: str) -> AlertRule:
    return read_rule(text, NAMES)


def said(value: object) -> Number:
    """A number of a quote; None withdraws it."""
    return UNKNOWN if value is None else number(str(value))


class Watcher:
    """An evaluator, and what it has told.

    Attributes:
        told: (kind, value, before) of all firings, as texts.
        firings: the same in full.
    """

    def __init__(
        self,
        *rules: str,
        hours: Hours | None = None,
        utc_s: float = MONDAY_UTC_S,
        known: Callable[[Instrument], KnownQuote | None] = lambda _: None,
        instruments: Sequence[Instrument] = (X,),
    ) -> None:
        self.now_s = 1_000.0
        self.utc_at_0_s = utc_s - self.now_s
        self.hours = hours or Hours()
        self.evaluator = Evaluator(ALERT_FIELDS, lambda _: self.hours, known, lambda _: self.held)
        self.held: dict[str, float] = {}
        self.firings: list[Firing] = []
        self.told: list[tuple[str, str, str]] = []
        self.rules: tuple[AlertRule, ...] = ()
        self.instruments = instruments
        self.formulas = dict(NAMES.formulas)
        if rules:
            self.watch(*rules)

    @property
    def utc_s(self) -> float:
        return self.utc_at_0_s + self.now_s

    def watch(self, *rules: str) -> None:
        """Have these rules."""
        self.rules = tuple(rule_of(each) for each in rules)
        self.again()

    def again(self) -> None:
        wanted = {rule: [rule.scope.instrument] if rule.scope.instrument else self.instruments for rule in self.rules}
        self._add(self.evaluator.watch(wanted, self.formulas, self.now_s, self.utc_s))  # type: ignore[arg-type]

    def take(
        self,
        *updates: Update,
        gaps: Iterable[str] = (),
        statuses: Iterable[RowStatus] = (),
        seeds: Iterable[Quote] = (),
        feed: str = "demo",
    ) -> None:
        batch = Batch(feed, list(updates), self.now_s, tuple(gaps), tuple(statuses), tuple(seeds))
        self._add(self.evaluator.take(batch, self.utc_s))

    def prices(self, *values: object, code: str = "X", every_s: float = 0.0) -> None:
        """Trades, each read by itself; stamped by the clock."""
        for value in values:
            self.now_s += every_s
            self.take(Trade(code, said(value), number("1"), self.utc_s))

    def quote(self, code: str = "X", time_utc_s: float = math.nan, **values: object) -> None:
        self.take(Quote(code=code, time_utc_s=time_utc_s, **{name: said(value) for name, value in values.items()}))

    def gap(self, code: str = "X") -> None:
        self.take(gaps=[code])

    def state(self, state: RowState, reason: str = "", code: str = "X") -> None:
        self.take(statuses=[RowStatus(code, state, self.now_s, reason)])

    def run(self, seconds: float) -> None:
        """Let time pass, a second at a time."""
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self.now_s = min(self.now_s + 1.0, end_s)
            self._add(self.evaluator.elapsed(self.now_s, self.utc_s))

    def bell(self, at: int = 0, instrument: Instrument = X) -> Bell:
        return self.evaluator.bell(self.rules[at], instrument, self.now_s, self.utc_s)

    def restarted(self, after_s: float = 60.0, **options: object) -> "Watcher":
        """The same rules in a run that begins so much later."""
        later = Watcher(hours=self.hours, utc_s=self.utc_s + after_s, instruments=self.instruments, **options)  # type: ignore[arg-type]
        later.evaluator.recall(self.evaluator.remembered(self.now_s, self.utc_s), self.evaluator.snoozed)
        later.rules = self.rules
        later.again()
        return later

    def _add(self, firings: Sequence[Firing]) -> None:
        self.firings += firings
        self.told += [(each.kind.value, each.value.text, each.before.text) for each in firings]

    def clear(self) -> list[tuple[str, str, str]]:
        """What was told since the last call."""
        told, self.told = self.told, []
        return told

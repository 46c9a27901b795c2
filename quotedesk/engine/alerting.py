"""Alerts in the engine: rules that the user keeps, evaluated on every update, told to whoever listens."""

from collections.abc import Callable, Sequence

from quotedesk.alerts.bell import Bell
from quotedesk.alerts.firing import Firing
from quotedesk.alerts.rule import AlertRule
from quotedesk.alerts.rule_reader import RuleNames
from quotedesk.lists.book import Book
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument

Told = Callable[[Sequence[Firing]], None]


class Alerting:
    """A consumer of batches. Rules are values: an edit is a `set_rules` with others, undone by one with those before.

    Attributes:
        rules: in the user's order, each once.
        faults: rules that cannot be evaluated now, and why: a formula they name is gone.
        listeners: each gets the firings of one moment, in order, as soon as they are made; may not block. Every firing
            is in the log already.
        rules_changed: called after each change of `rules`.
        bells_changed: called where a bell may be another than before, at most once a second and after each firing.
    """

    rules: tuple[AlertRule, ...]
    faults: dict[AlertRule, str]
    listeners: list[Told]
    rules_changed: list[Callable[[], None]]
    bells_changed: list[Callable[[], None]]

    def set_rules(self, rules: Sequence[AlertRule]) -> None:
        """Have these rules. Those that stay keep what they know; a new one says at once where its level is passed."""

    def follow(self, book: Book) -> None:
        """Scopes mean this book's lists, sections and flags from now on, and follow its edits."""

    def names(self, feed: str) -> RuleNames:
        """What a rule may name now; a bare code is of `feed`. For `read_rule`."""
        raise NotImplementedError

    def wanted(self) -> list[Instrument]:
        """The symbols that rules name, each once: they are wanted before all others, rows or not."""
        raise NotImplementedError

    def bells(self, instrument: Instrument) -> Sequence[tuple[AlertRule, Bell]]:
        """The rules about a symbol, in the user's order, and what each does now. Cheap: asked for at each paint."""
        raise NotImplementedError

    def instruments(self, rule: AlertRule) -> Sequence[Instrument]:
        """The symbols that a rule is about now."""
        raise NotImplementedError

    def snooze(self, rule: AlertRule, until_utc_s: float | None) -> None:
        """Let a rule rest until then, over restarts too; None: wake it. What it passes meanwhile is told."""

    def renew(self, rule: AlertRule) -> None:
        """Arm a rule again that is spent or cooling: from the next price on."""

    def log(self, most: int = 1_000) -> Sequence[Firing]:
        """The newest firings kept, the newest first."""
        raise NotImplementedError

    def consume(self, batch: Batch) -> None:
        """See engine.services.Consumer."""

    def second(self) -> None:
        """Once a second: holds, ages, pauses, hours."""

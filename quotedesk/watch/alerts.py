"""The rules of `watch --alert`: read at the start, and each firing a line at once."""

from collections.abc import Callable, Sequence

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.rule import AlertRule, ScopeKind
from quotedesk.alerts.rule_reader import RuleError, read_rule
from quotedesk.codec import FEEDS
from quotedesk.config import formulas_file, lists_file
from quotedesk.config.firing_log import FiringLog
from quotedesk.config.paths import Profile
from quotedesk.engine.alerting import Alerting, formula_texts, meant, rule_names
from quotedesk.engine.redactor import escaped
from quotedesk.engine.services import Services
from quotedesk.engine.source import Sources
from quotedesk.lists.book import Book
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.watch.printer import JsonLines

_OF_BOOK = (ScopeKind.LIST, ScopeKind.SECTION, ScopeKind.FLAG)
_SHOWN = 120  # characters of a rule in an error


class WatchAlerts:
    """`rows`: what `*` means, beside the symbols that the rules name.

    Attributes:
        alerting: there once it has begun.
        wanted: the symbols that the rules name.
        reports: for the user.
    """

    alerting: Alerting

    def __init__(self, lines: Sequence[str], feed: str, rows: Sequence[Instrument], profile: Profile) -> None:
        """Read the rules. Raises QuotedeskError for one that cannot be read."""
        self._profile, self._rows = profile, rows
        self._form = JsonLines()
        self._log: FiringLog | None = None
        self._book = Book()
        self._book.calculate(formulas_file.load(profile.formulas)[0])
        names = rule_names(feed, FEEDS, formula_texts(self._book.formulas))
        self._lines: dict[AlertRule, str] = {}
        for line in lines:
            try:
                self._lines.setdefault(read_rule(line, names), line)
            except RuleError as fault:
                shown = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
                raise QuotedeskError(f"--alert “{escaped(shown)}”: {escaped(str(fault))}") from fault
        self.reports: list[str] = []
        if any(rule.scope.kind in _OF_BOOK for rule in self._lines):
            content, report = lists_file.load(profile, feed, FEEDS)
            self._book.load(content)
            self.reports += [report] if report else []
        self.wanted = list(dict.fromkeys(each for rule in self._lines for each in meant(rule.scope, self._book, ())))

    def begin(
        self, services: Services, sources: Sources, put: Callable[[Sequence[bytes]], None], *, is_kept: bool
    ) -> None:
        """Give `put` each firing as a line from now on. `is_kept`: over restarts, too; those of a recording are not."""
        self._log = FiringLog(self._profile.firings) if is_kept else None
        self.alerting = alerting = Alerting(
            services.clock, lambda name: sources.of(name).hours, FEEDS, None, self._log, services.tasks
        )

        def tell(firings: Sequence[Firing]) -> None:
            put([self._form.alert(self._lines[each.rule], each) for each in firings])

        def ask_again(instruments: list[Instrument]) -> None:
            if services.reference is not None:
                services.reference.ask_again(instruments)

        alerting.listeners.append(tell)
        alerting.ran_out = ask_again
        alerting.follow(self._book, lambda: [*self.wanted, *self._rows])
        alerting.recall()
        alerting.set_rules(self._lines)
        services.consumers.insert(0, alerting)  # nobody waits for an alert because lines are written

    async def close(self) -> None:
        """Keep what the rules know."""
        await self.alerting.flush()
        if self._log is not None:
            self._log.close()

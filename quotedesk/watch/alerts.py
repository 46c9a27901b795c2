"""The rules of `watch --alert`: read at the start, and each firing a line at once."""

from collections.abc import Callable, Sequence

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.rule import AlertRule, ScopeKind
from quotedesk.alerts.rule_reader import RuleError, read_rule
from quotedesk.codec import FEEDS
from quotedesk.config import formulas_file, lists_file
from quotedesk.config.firing_log import FiringLog
from quotedesk.config.paths import Profile
from quotedesk.engine.alerting import Alerting
from quotedesk.engine.redactor import escaped
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.watch.outlet import Outlet
from quotedesk.watch.printer import JsonLines

_OF_BOOK = (ScopeKind.LIST, ScopeKind.SECTION, ScopeKind.FLAG)
_SHOWN = 120  # characters of a rule in an error


class WatchAlerts:
    """`rows`: what `*` means, beside the symbols that the rules name.

    Attributes:
        alerting: a consumer of what the feeds say.
        reports: for the user.
    """

    def __init__(
        self,
        lines: Sequence[str],
        feed: str,
        rows: Sequence[Instrument],
        profile: Profile,
        sources: Sources,
        clock: Clock,
    ) -> None:
        """Read the rules. Raises QuotedeskError for one that cannot be read."""
        self.reports: list[str] = []
        self.alerting = Alerting(clock, lambda name: sources.of(name).hours, FEEDS)
        self._profile = profile
        self._form = JsonLines()
        self._log: FiringLog | None = None
        book, book_report = Book(), ""
        book.calculate(formulas_file.load(profile.formulas)[0])
        self.alerting.follow(book, lambda: rows)
        names = self.alerting.names(feed)
        self._lines: dict[AlertRule, str] = {}
        for line in lines:
            try:
                self._lines.setdefault(read_rule(line, names), line)
            except RuleError as fault:
                shown = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
                raise QuotedeskError(f"--alert “{escaped(shown)}”: {escaped(str(fault))}.") from fault
        if any(rule.scope.kind in _OF_BOOK for rule in self._lines):
            content, book_report = lists_file.load(profile, feed, FEEDS)
            book.load(content)
        self.reports += [book_report] if book_report else []

    @property
    def wanted(self) -> list[Instrument]:
        """The symbols that the rules name."""
        scopes = [rule.scope for rule in self._lines if rule.scope.kind is not ScopeKind.ALL]
        return list(dict.fromkeys(each for scope in scopes for each in self.alerting.meant(scope)))

    def begin(self, outlet: Outlet, tasks: Tasks, *, is_kept: bool) -> None:
        """Firings are lines there from now on. `is_kept`: over restarts, too; of a recording they are not."""
        if is_kept:
            self._log = FiringLog(self._profile.firings)
            self.alerting.keep_in(self._log, tasks)

        self.tell(outlet.put)

    def tell(self, put: Callable[[list[bytes]], None]) -> None:
        """Have the rules, and give lines of firings there from now on."""

        def tell(firings: Sequence[Firing]) -> None:
            put([self._form.alert(self._lines[each.rule], each) for each in firings])

        self.alerting.listeners.append(tell)
        self.alerting.set_rules(self._lines)

    async def close(self) -> None:
        """Keep what the rules know."""
        await self.alerting.flush()
        if self._log is not None:
            self._log.close()

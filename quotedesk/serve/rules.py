"""The profile's alert rules in a run without a window: what they want is done, but for notice and sound."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.firing_words import said
from quotedesk.codec import FEEDS
from quotedesk.config import alerts_file, positions_file
from quotedesk.config.firing_log import FiringLog
from quotedesk.config.paths import Profile
from quotedesk.config.settings import Settings
from quotedesk.engine.alert_programs import Alarm, AlertPrograms
from quotedesk.engine.alerting import Alerting
from quotedesk.engine.firing_fields import data_of
from quotedesk.engine.services import Services
from quotedesk.lists.book import Book
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.hours import Hours


class ServedRules:
    """Rules name rows, formulas and holdings of `book`. `acts`: they may run the command and post, as `chosen` allows.

    Attributes:
        engine: what evaluates them.
    """

    def __init__(
        self,
        services: Services,
        profile: Profile,
        book: Book,
        hours_of: Callable[[str], Hours],
        chosen: Settings,
        *,
        acts: bool,
    ) -> None:
        self._profile = profile
        self._book = book
        self._say = services.display.show_notice
        self._told_of_log = ""
        self._log = FiringLog(profile.firings)
        self.engine = Alerting(services.clock, hours_of, FEEDS, services.quotes, self._log, services.tasks)
        services.consumers.insert(0, self.engine)  # nobody waits for an alert because readers are told quotes
        if acts:
            self._programs = AlertPrograms(lambda: chosen, services.tasks, services.clock, services.redactor, self._say)
            self.engine.listeners.append(self._act)

    async def read(self) -> None:
        """Begin with what the profile has."""
        lines, report = await asyncio.to_thread(alerts_file.load, self._profile.alerts)
        try:
            held, of_positions = await asyncio.to_thread(positions_file.load, self._profile.positions)
            self._book.hold(held)
        except (QuotedeskError, OSError) as fault:
            of_positions = str(fault)
        for told in filter(None, (report, of_positions)):
            self._say(told)
        self.engine.follow(self._book)
        if not lines:
            return
        await asyncio.to_thread(self.engine.recall)
        rules, faults = self.engine.read(lines, "")
        for line, why in faults:
            self._say(f"An alert cannot be read and does nothing: {line[:80]} ({why})")
        self.engine.set_rules(rules)

    def second(self) -> None:
        """Another second is over."""
        self.engine.second()
        if (report := self._log.report) != self._told_of_log:
            self._told_of_log = report
            self._say(report)

    async def close(self) -> None:
        """Keep what they know: the end of the run."""
        await self.engine.flush()

    def let_go(self) -> None:
        """Nothing is kept any more."""
        self._log.close()

    # Inside

    def _act(self, firings: Sequence[Firing]) -> None:
        told = [each for each in firings if each.kind is not FiringKind.ALREADY]
        self._programs.pass_on([self._alarm(each) for each in told])

    def _alarm(self, firing: Firing) -> Alarm:
        is_hidden = partial(self.engine.hides, firing.rule.field)
        return Alarm(
            lambda: said(firing, is_hidden=is_hidden()),
            lambda: data_of(firing, is_hidden=is_hidden()),
            does=firing.rule.does,
        )

"""Rules for readers: those that the program has, listed and told; and a reader's own, evaluated while it reads.

They see every update, before anything is left out for a slow reader. What a reader's own rules knew ends with it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from quotedesk.alerts.firing import Firing
from quotedesk.alerts.rule import HIDDEN, AlertRule
from quotedesk.codec import FEEDS
from quotedesk.engine.alerting import Alerting
from quotedesk.engine.firing_fields import firing_fields
from quotedesk.engine.serving.reader_session import ReaderSession
from quotedesk.lists.book import Book
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes

MOST_RULES = 1_000  # of one reader
MOST_RULES_OF_ALL = 10_000
MOST_BELLS = 10_000  # that are listed

Tell = Callable[[Mapping[str, object], ReaderSession | None], None]


class ReaderRules:
    """See serving.ReaderAlerts. `tell` takes what fired, and for whom: None for all.

    `hours_of`: those of a feed's markets. `book`: whose lists and formulas rules name. `own`: the program's rules; None
    where it has none.
    """

    def __init__(
        self,
        clock: Clock,
        hours_of: Callable[[str], Hours],
        quotes: Quotes,
        book: Book,
        tell: Tell,
        own: Alerting | None = None,
    ) -> None:
        self._clock = clock
        self._hours_of = hours_of
        self._quotes = quotes
        self._book = book
        self._tell = tell
        self._own = own
        self._of_readers: dict[ReaderSession, Alerting] = {}
        if own is not None:
            own.listeners.append(self._own_fired)

    def listed(self) -> Sequence[Mapping[str, object]]:
        """The program's rules in the user's order, each with its bells."""
        if self._own is None:
            return ()
        listed: list[Mapping[str, object]] = []
        room = MOST_BELLS
        for rule in self._own.rules:
            about = self._own.instruments(rule)[:room]
            room -= len(about)
            listed.append(
                {
                    "rule": rule.line(HIDDEN if self._own.hides(rule.field) else ""),
                    "bells": [_bell(self._own, rule, each) for each in about],
                }
            )
        return listed

    def wanted(self) -> Sequence[Instrument]:
        """The symbols that rules of readers name now; those of lists follow their edits."""
        return [each for alerting in self._of_readers.values() for each in alerting.wanted()]

    def book_feeds(self) -> set[str]:
        """The feeds of whose symbols rules of readers need bids and asks."""
        return {feed for alerting in self._of_readers.values() for feed in alerting.book_feeds()}

    def watch(self, reader: ReaderSession, rules: Sequence[str], feed: str) -> None:
        """Evaluate these for the reader, in place of those before.

        Raises QuotedeskError for one that cannot be read, and for too many; those before stay then.
        """
        others = sum(len(each.rules) for known, each in self._of_readers.items() if known is not reader)
        if len(rules) > MOST_RULES or others + len(rules) > MOST_RULES_OF_ALL:
            raise QuotedeskError(f"A reader has room for {MOST_RULES:,} rules, all together for {MOST_RULES_OF_ALL:,}")
        alerting = Alerting(self._clock, self._hours_of, FEEDS, self._quotes)
        alerting.follow(self._book, lambda: list(reader.rows))
        lines: dict[AlertRule, str] = {}
        for line in rules:
            [*read], [*faults] = alerting.read([line], feed)
            if faults:
                alerting.release()
                raise QuotedeskError(f"“{line[:120]}”: {faults[0][1]}")
            lines.setdefault(read[0], line)
        self.forget(reader)
        if lines:
            alerting.listeners.append(partial(self._fired, reader, lines))
            self._of_readers[reader] = alerting
            alerting.set_rules(lines)
        else:
            alerting.release()

    def forget(self, reader: ReaderSession) -> None:
        """It is gone, or has other rules."""
        if (alerting := self._of_readers.pop(reader, None)) is not None:
            alerting.release()

    def consume(self, batch: Batch) -> None:
        """Evaluate readers' own rules."""
        for alerting in list(self._of_readers.values()):
            alerting.consume(batch)

    def second(self) -> None:
        """The same, of what happens by nothing happening."""
        for alerting in list(self._of_readers.values()):
            alerting.second()

    # Inside

    def _own_fired(self, firings: Sequence[Firing]) -> None:
        assert self._own is not None
        for firing in firings:
            is_hidden = self._own.hides(firing.rule.field)
            line = firing.rule.line(HIDDEN if is_hidden else "")
            self._tell(firing_fields(line, firing, is_hidden=is_hidden), None)

    def _fired(self, reader: ReaderSession, lines: Mapping[AlertRule, str], firings: Sequence[Firing]) -> None:
        alerting = self._of_readers[reader]
        for firing in firings:
            said = firing_fields(lines[firing.rule], firing, is_hidden=alerting.hides(firing.rule.field))
            self._tell({**said, "watched": True}, reader)


def _bell(alerting: Alerting, rule: AlertRule, instrument: Instrument) -> Mapping[str, object]:
    bell = alerting.bell(rule, instrument)
    return {
        "symbol": instrument.code,
        "feed": instrument.feed,
        "state": bell.state.value,
        "reason": bell.reason,
    }

"""Tells all desks what the feeds say: a consumer of batches and the engine's display, on NATS instead of a screen."""

from collections.abc import Callable, Sequence
from typing import Protocol

from quotedesk.codec.relay_wire import (
    WIRE,
    LinkBeat,
    RelayedLink,
    RelayedPlan,
    RelayedQuote,
    RelayedStatus,
    RelayedTrace,
    link_subject,
    message_of,
    quote_subject,
    slow_subject,
    status_subject,
)
from quotedesk.feed.plan_use import plan_use
from quotedesk.feed.session import Session
from quotedesk.feed.subscription_trace import Trace
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkStatus, RowState, RowStatus
from quotedesk.relay.last_values import LastValues
from quotedesk.relay.wishes import Wishes


class RelayOutlet(Protocol):
    """Where messages go."""

    def publish(self, subject: str, payload: bytes) -> None:
        """Say it to whoever listens."""


class Publisher:
    """Publishes.

    Attributes:
        last: see LastValues.
        feeds: that the relay has.
        trace_of, sessions_of: ask the engine for a row's trace, and a feed's sessions.
        desks: how many connections want something.
        is_speaking: this relay leads.
        quotes: how many updates were published.
        notices: the last few that the engine had for its user, the newest last.
    """

    def __init__(
        self, outlet: RelayOutlet, wishes: Wishes, clock: Clock, run: str, name: str, feeds: Sequence[str]
    ) -> None:
        self.last = LastValues()
        self.quotes = 0
        self.notices: list[str] = []
        self.trace_of: Callable[[Instrument], Trace | None] = lambda row: None
        self.sessions_of: Callable[[str], Sequence[Session]] = lambda feed: ()
        self.desks = 0
        self.is_speaking = True
        self._outlet = outlet
        self._wishes = wishes
        self._clock = clock
        self._run = run
        self._name = name
        self.feeds = tuple(feeds)
        self._links: tuple[LinkStatus, ...] = ()
        self._slow_due: set[Instrument] = set()
        self._waiting: dict[Instrument, tuple[bool, bool]] = {}  # rows without a tick: told as sent, as acknowledged
        self._subjects: dict[str, dict[str, str]] = {feed: {} for feed in feeds}  # of q, by code

    def consume(self, batch: Batch) -> None:
        """See engine.services.Consumer."""
        feed, publish, last = batch.feed, self._outlet.publish, self.last
        subjects = self._subjects.setdefault(feed, {})
        slow = self._wishes.slow
        for update in batch.updates:
            code = update.code
            if (subject := subjects.get(code)) is None:
                if len(subjects) > 50_000:
                    subjects.clear()
                subject = subjects[code] = quote_subject(feed, code)
            publish(subject, message_of(last.take(feed, update, batch.received_s)))
            if slow and (row := Instrument(feed, code)) in slow:
                self._slow_due.add(row)
        self.quotes += len(batch.updates)
        for seed in batch.seeds:
            publish(quote_subject(feed, seed.code), message_of(last.seed(feed, seed)))
        gaps = set(batch.gaps)
        for status in batch.statuses:
            last.mark(feed, status)
            self._publish_status(Instrument(feed, status.code), status, is_gap=status.code in gaps)
            gaps.discard(status.code)
        for code in gaps:
            row = Instrument(feed, code)
            if (value := last.of(row)) and value.status:
                self._publish_status(row, value.status, is_gap=True)

    def second(self) -> None:
        """Once a second: a beat for each feed, the rows of slow desks, and how far rows without a tick came."""
        for row in self._slow_due:
            if value := self.last.of(row):
                self._outlet.publish(slow_subject(row.feed, row.code), message_of(value.quote))
        self._slow_due.clear()
        for row, steps in list(self._waiting.items()):
            if _steps(self.trace_of(row)) != steps:
                value = self.last.of(row)
                if value and value.status:
                    self._publish_status(row, value.status, is_gap=False)
                else:  # nobody wants it any more
                    del self._waiting[row]
        self.beat()

    def beat(self) -> None:
        """Say that the relay lives, and how its connections are."""
        if not self.is_speaking:
            return
        for feed in self.feeds:
            links = [self._link(link) for link in self._links if link.feed == feed]
            said = LinkBeat(self._run, self._name, WIRE, links, plan=self.plan_of(feed), desks=self.desks)
            self._outlet.publish(link_subject(feed), message_of(said))

    def status_of(self, row: Instrument) -> RelayedStatus | None:
        """How a row is now; None where nobody has said."""
        value = self.last.of(row)
        return self._status(row, value.status) if value and value.status else None

    def known_of(self, row: Instrument) -> tuple[RelayedQuote | None, float | None]:
        """All that is known of a row, and how long ago it was last told of."""
        value = self.last.of(row)
        if value is None or value.quote.n == 0:
            return None, None
        now_s = self._clock.now_s()
        return value.quote, None if value.received_s is None else max(0.0, now_s - value.received_s)

    # The engine's display

    def show_links(self, links: Sequence[LinkStatus]) -> None:
        before = [(link.name, link.state, link.reason) for link in self._links]
        self._links = tuple(links)
        if before != [(link.name, link.state, link.reason) for link in links]:
            self.beat()

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        pass  # of all feeds together; desks want it of each

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        pass

    def show_notice(self, text: str, *, is_error: bool = False) -> None:
        self.notices = [*self.notices[-19:], text]

    def show_fetching(self, words: str) -> None:
        pass

    def wake(self) -> None:
        pass

    # Inside

    def _publish_status(self, row: Instrument, status: RowStatus, *, is_gap: bool) -> None:
        if status.state is RowState.PENDING:
            self._waiting[row] = _steps(self.trace_of(row))
        else:
            self._waiting.pop(row, None)
        said = self._status(row, status)
        said.gap = is_gap
        self._outlet.publish(status_subject(row.feed, row.code), message_of(said))

    def _status(self, row: Instrument, status: RowStatus) -> RelayedStatus:
        now_s = self._clock.now_s()
        reason = status.reason
        if status.state is RowState.PARKED and self._wishes.connections > 1:
            reason = f"{reason}. {self._wishes.connections} desks share this plan, their first rows come first"
        return RelayedStatus(
            status.state.name.lower(),
            round(max(0.0, now_s - status.since_s), 3),
            reason,
            self._wishes.desks_of(row),
            trace=_relayed_trace(self.trace_of(row), now_s),
        )

    def _link(self, link: LinkStatus) -> RelayedLink:
        now_s = self._clock.now_s()
        return RelayedLink(
            link.endpoint,
            link.state.value,
            _ago(link.since_s, now_s) or 0.0,
            link.reason,
            None if link.retry_at_s is None else round(link.retry_at_s - now_s, 3),
            _ago(link.proven_s, now_s),
            _ago(link.silent_since_s, now_s),
        )

    def plan_of(self, feed: str) -> RelayedPlan | None:
        """How much of a feed's plan is used; None where nobody wants anything of it.

        Rows that only linger do not count: they give way to what is wanted.
        """
        found = plan_use(self.sessions_of(feed), lambda code: self._wishes.desks_of(Instrument(feed, code)) > 0)
        return RelayedPlan(*found) if found else None


def _relayed_trace(trace: Trace | None, now_s: float) -> RelayedTrace | None:
    if trace is None:
        return None
    ago = [_ago(at_s, now_s) for at_s in (trace.wanted_s, trace.sent_s, trace.acknowledged_s, trace.first_tick_s)]
    return RelayedTrace(ago[0], ago[1], trace.together, ago[2], ago[3])


def _steps(trace: Trace | None) -> tuple[bool, bool]:
    """Is it sent, and acknowledged?"""
    return (trace.sent_s == trace.sent_s, trace.acknowledged_s == trace.acknowledged_s) if trace else (False, False)


def _ago(at_s: float | None, now_s: float) -> float | None:
    """Seconds, to the millisecond; None for never. Thousands are told at once: by `round` it is three times as slow."""
    if at_s is None or at_s != at_s:
        return None
    return int((now_s - at_s) * 1000) / 1000 if at_s < now_s else 0.0

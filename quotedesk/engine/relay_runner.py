"""Runs the conversation with a relay, which stands in for the feeds that it has."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable

from quotedesk import __version__
from quotedesk.codec import FEEDS
from quotedesk.engine.services import Services
from quotedesk.feed.events import LinkChanged, Notice
from quotedesk.feed.relay_session import RelaySession
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, LinkStatus, RowStatus
from quotedesk.net.client import Client, Target

log = logging.getLogger("quotedesk")


class RelayRunner:
    """`find_target` says where the relay is; `changed` is called when a link or what the relay has is another.

    Before the relay has said which feeds it has, all of them are its: a token must not be used beside it. Needs the
    running loop.

    Attributes:
        session: see RelaySession.
        on_lists: called where the session may have news of the person's lists.
    """

    def __init__(
        self, services: Services, find_target: Callable[[], Awaitable[Target]], changed: Callable[[], None]
    ) -> None:
        self.session = RelaySession(self._rows_of, random.Random(), __version__)  # noqa: S311 - jitter
        self._services = services
        self._changed = changed
        self.on_lists: Callable[[], None] = lambda: None
        self._is_closed = False
        self._wanted: frozenset[Instrument] = frozenset()
        self._find_target = find_target
        self._target: Target | None = None
        self._client = Client(self.session, services.clock, self._find_server, self.hear, services.frames)
        self._run = services.tasks.spawn(self._client.run(), "client relay")

    def has(self, feed: str) -> bool:
        """Does the relay stand in for this feed?"""
        known = self.session.feeds
        return feed in FEEDS and (known is None or feed in known)

    @property
    def wanted(self) -> frozenset[Instrument]:
        """The rows that it serves."""
        return self._wanted

    def want(self, instruments: Iterable[Instrument]) -> None:
        """The rows that it is to serve, of all feeds, the most important first."""
        rows = tuple(instruments)
        self._wanted = frozenset(rows)
        self.session.list.want(rows, self._services.clock.now_s())
        self.hear()
        self._client.wake()

    def want_books(self, feeds: Iterable[str]) -> None:
        """Of these feeds somebody looks at bids and asks."""
        self.session.list.want_books(feeds, self._services.clock.now_s())
        self._client.wake()

    def be_slow(self, is_slow: bool) -> None:
        """One value a second of each row, for a slow line; or every update."""
        self.session.list.be_slow(is_slow, self._services.clock.now_s())
        self._client.wake()

    def retry_now(self) -> None:
        """The user does not want to wait for the next try."""
        self.session.retry_now(self._services.clock.now_s())
        self._client.wake()

    def network_changed(self) -> None:
        """The computer is on another network."""
        self.session.network_changed(self._services.clock.now_s())
        self._client.wake()

    @property
    def rows(self) -> list[RelayedRows]:
        """Of each feed that was ever wanted here."""
        return list(self.session.list.rows.values())

    @property
    def stands_for(self) -> tuple[str, ...] | None:
        """See RecordedRelay."""
        return None if self.session.feeds is None else tuple(self.session.feeds)

    @property
    def link(self) -> LinkStatus:
        """The way to the relay."""
        return self.session.status

    @property
    def statuses(self) -> dict[str, tuple[RowStatus, ...]]:
        """How its rows are, by feed."""
        return {name: rows.told for name, rows in self.session.list.rows.items()}

    @property
    def links(self) -> tuple[LinkStatus, ...]:
        """The way to the relay, and the relay's own connections."""
        return self.session.links

    def trace_of(self, instrument: Instrument) -> tuple[Trace | None, Continuity | None]:
        """The relay's proof that a row is subscribed, and what became of its updates at this desk."""
        rows = self.session.list.rows.get(instrument.feed)
        return (rows.trace_of(instrument.code), rows.traces.continuity.get(instrument.code)) if rows else (None, None)

    def wake(self) -> None:
        """Something was asked of the session."""
        self._client.wake()

    async def close(self) -> None:
        """Say goodbye; at the end there is no connection left."""
        self._is_closed = True
        try:
            await self._client.close()
        finally:
            self._run.cancel()
            await asyncio.gather(self._run, return_exceptions=True)

    def hear(self) -> None:
        """What the session has to tell."""
        if self._is_closed:
            return
        is_changed = False
        for event in self.session.take_events():
            match event:
                case LinkChanged(status):
                    is_changed = True
                    log.info("%s: %s %s", status.name, status.state.value, status.reason)
                case Notice(text, is_for_user):
                    log.warning("relay: %s", text)
                    if is_for_user:
                        self._services.display.show_notice(self._services.redactor.clean(text), is_error=True)
        batches = self.session.list.take_batches(self._services.clock.now_s())
        for batch in batches:
            if (recorder := self._services.recorder) is not None:
                recorder.note_relayed(batch)
            self._services.take(batch)
        if batches:
            self._services.display.wake()
        if is_changed:
            for rows in self.rows:
                rows.status = self.session.status
            self._changed()
        self.on_lists()

    async def _find_server(self) -> Target:
        """At another server of the cluster what was found before is right: no keyring is asked on that way."""
        server = self.session.servers.current
        if self._target is None or not server:
            self._target = await self._find_target()
            self.session.servers.also(self._target.others)
        return self._target.at(server)

    def _rows_of(self, feed: str) -> RelayedRows:
        return RelayedRows(FEEDS[feed], self.session.round_trip)

    @property
    def is_up(self) -> bool:
        """Is there a connection to the relay?"""
        return self.session.status.state is LinkState.UP

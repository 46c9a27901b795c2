"""Keeps the conversation with one endpoint going: a session, its client, and for a while the next ones beside them.

A server that announces its end, or a connection that is as old as the provider lets it become, is renewed: the next
connection is subscribed before the one before goes. Of two connections every update is told once, and rows stay live.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial

import msgspec

from quotedesk.engine.services import Services
from quotedesk.feed.events import LinkChanged, Notice, RenewalDue
from quotedesk.feed.overlap import Overlap
from quotedesk.feed.session import Session
from quotedesk.market.batch import Batch
from quotedesk.market.states import LinkState
from quotedesk.net.client import Client, Target
from quotedesk.net.tape import TapeClient

LOOK_AGAIN_S = 0.04  # between two parts of a look at thousands of rows
OVERLAP_S = 5.0  # the same is not told twice for so long after the one before has gone

log = logging.getLogger("quotedesk")


class EndpointRunner:
    """`find_target` says where to dial; `links_changed` is called when the link is another. Needs the running loop.

    Attributes:
        session: the one that speaks for the rows.
    """

    def __init__(
        self,
        session: Session,
        services: Services,
        find_target: Callable[[], Awaitable[Target]],
        links_changed: Callable[[], None],
    ) -> None:
        self.session = session
        self._services = services
        self._find_target = find_target
        self._links_changed = links_changed
        # The one in use, and while a connection is renewed the other.
        self._clients: dict[Session, Client | TapeClient] = {}
        self._runs: dict[Session, asyncio.Task[None]] = {}
        self._next: Session | None = None  # that is to take over
        self._overlap: Overlap | None = None
        self._overlap_ends_s = 0.0
        self._is_looking = False  # there are more rows to look at, soon
        self._is_closed = False
        self._connect(session)

    @property
    def is_busy(self) -> bool:
        """Is a connection there, or being made or ended?"""
        return any(client.is_busy for client in self._clients.values())

    def want(self, codes: Iterable[str], now_s: float) -> None:
        """The codes wanted here, the most important first."""
        wanted = tuple(codes)
        for session in self._sessions():
            session.want(wanted, now_s)
            self.hear(session)
            self._clients[session].wake()

    def look_at(self, codes: Collection[str]) -> None:
        """How these are listed has changed."""
        self.session.look_at(codes)
        self.hear(self.session)

    def want_books(self, *, on: bool) -> None:
        """Does somebody look at bids and asks?"""
        for session in self._sessions():
            session.want_books(on=on)
            self._clients[session].wake()

    def retry_now(self, now_s: float) -> None:
        """The user does not want to wait for the next try."""
        for session in self._sessions():
            session.retry_now(now_s)
            self._clients[session].wake()

    def network_changed(self, now_s: float) -> None:
        """The computer is on another network."""
        for session in self._sessions():
            session.network_changed(now_s)
            self._clients[session].wake()

    def hung_up(self, at_s: float) -> None:
        """Another dialect used the token until then."""
        self.session.hung_up(at_s)
        self.hear(self.session)

    def second(self, now_s: float) -> None:
        """Once a second: rows turn quiet by nothing happening, and a renewal does not wait for ever."""
        after = self._next
        if after is not None and after.status.state is LinkState.UP:
            if now_s >= after.status.since_s + after.feed.limits.first_tick_s:
                self._take_over()
        elif after is None and now_s >= self._overlap_ends_s:
            self._overlap = None
        self.session.second(now_s)
        self.hear(self.session)

    async def close(self) -> None:
        """Say goodbye; nothing is heard any more. At the end there is no connection left."""
        self._is_closed = True
        try:
            for client in list(self._clients.values()):
                await client.close()
        finally:
            runs = list(self._runs.values())
            for run in runs:
                run.cancel()
            await asyncio.gather(*runs, return_exceptions=True)

    def hear(self, session: Session) -> None:
        """What a session has to tell."""
        if self._is_closed:
            return
        if session is self.session and self._next is not None and session.status.state is not LinkState.UP:
            self._take_over()  # it did not last: the next one has come this far
        is_speaker = session is self.session
        for event in session.take_events():
            match event:
                case RenewalDue(words):
                    if is_speaker:
                        self._renew(words)
                case LinkChanged(status):
                    log.info("%s: %s %s", status.name, status.state.value, status.reason)
                    if is_speaker:
                        self._links_changed()
                case Notice(text, is_for_user):
                    log.warning("%s: %s", session.status.name, text)
                    if is_for_user:
                        self._services.display.show_notice(self._services.redactor.clean(text), is_error=True)
        batches = session.take_batches(self._services.clock.now_s())
        for batch in batches:
            self._services.take(self._cleaned(batch if self._overlap is None else self._once(batch, session)))
        if batches:
            self._services.display.wake()
        if session is self._next and session.covers(self.session):
            self._take_over()
        elif is_speaker and session.is_behind and not self._is_looking:
            self._is_looking = True
            self._services.call_later(LOOK_AGAIN_S, self._look_again)

    def _sessions(self) -> list[Session]:
        return [self.session] if self._next is None else [self.session, self._next]

    def _connect(self, session: Session) -> None:
        """Give a session a client."""
        services = self._services
        hear = partial(self.hear, session)
        if services.tape is not None:
            self._clients[session] = services.tape.client(session, hear)
            return
        tap = None if services.recorder is None else services.recorder.tap(session)
        client = Client(session, services.clock, self._find_target, hear, services.frames, tap)
        self._clients[session] = client
        self._runs[session] = services.tasks.spawn(client.run(), f"client {session.status.name}")

    def _renew(self, words: str) -> None:
        if self._next is not None or not self.session.wanted:
            return
        log.info("%s: %s; the next connection is made before this one goes", self.session.status.name, words)
        self._overlap = Overlap()
        self._next = self.session.successor()
        self._next.want(self.session.wanted, self._services.clock.now_s())
        self._connect(self._next)

    def _take_over(self) -> None:
        before, after = self.session, self._next
        assert after is not None
        self.session, self._next = after, None
        after.take_over(before)
        self._overlap_ends_s = self._services.clock.now_s() + OVERLAP_S
        self.hear(before)  # its last updates
        if self._services.tape is None:
            self._services.tasks.spawn(self._hang_up(before), f"goodbye {before.status.name}")
        else:  # the tape says when it hangs up, and nothing may wait for the loop
            del self._clients[before]
        self.hear(after)
        self._links_changed()

    async def _hang_up(self, session: Session) -> None:
        await self._clients[session].close()
        self.hear(session)
        run = self._runs.pop(session)
        del self._clients[session]
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        session.leave()

    def _once(self, batch: Batch, session: Session) -> Batch:
        """The batch without what the other connection has brought, and without gaps that it has closed."""
        assert self._overlap is not None
        speaker = self.session
        if session is not speaker and speaker.status.state is LinkState.UP:
            gaps = tuple(code for code in batch.gaps if not speaker.has_proven(code))
        else:
            gaps = batch.gaps
        return msgspec.structs.replace(batch, updates=self._overlap.first(batch.updates, session), gaps=gaps)

    def _look_again(self) -> None:
        self._is_looking = False
        self.hear(self.session)

    def _cleaned(self, batch: Batch) -> Batch:
        """The batch without secrets: a server may repeat a token in what it says of a symbol."""
        clean = self._services.redactor.clean
        reasons = {reason: clean(reason) for reason in {status.reason for status in batch.statuses}}
        if all(reason == cleaned for reason, cleaned in reasons.items()):
            return batch
        replace = msgspec.structs.replace
        statuses = tuple(replace(status, reason=reasons[status.reason]) for status in batch.statuses)
        return replace(batch, statuses=statuses)

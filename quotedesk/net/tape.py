"""Recorded frames in place of sockets: what a client did with its connection is done again, at the recorded times.

A session is asked for frames when it was asked then, so that answers meet the requests they belong to; nothing of it
leaves. The recording says when a connection is made and ends: a session never dials here.
"""

import math
from collections.abc import Callable

from quotedesk.config.recording import (
    Came,
    Dialled,
    HungUp,
    KnownLink,
    Linked,
    Lost,
    Opened,
    Ponged,
    Went,
)
from quotedesk.feed.frame_log import FrameLog
from quotedesk.feed.session import Session
from quotedesk.market.clock import Clock
from quotedesk.market.states import LinkState

_PROVEN_S = 1.0
_WAIT_S = 0.05  # until a frame that is due is looked for again: the recording says when it went
_MOST_FRAMES = 10_000  # that a session sends at once, where it is taken up in the middle
_NOT_TOLD = "The connection ended, the recording does not say why"

LinkRecord = Linked | Dialled | Opened | Came | Went | Ponged | Lost | HungUp
Later = Callable[[float, Callable[[], None]], object]


class TapeClient:
    """One session's connection on the tape; see net.client.Client, whose place it takes.

    Attributes:
        is_busy: see Client.
    """

    def __init__(self, session: Session, clock: Clock, on_news: Callable[[], None], later: Later) -> None:
        """`later(at_s, do)` calls `do` at that time of the tape."""
        self.session = session
        self.is_busy = False
        self._clock = clock
        self._on_news = on_news
        self._later = later
        self._timer_s = math.inf
        self._proven_s = -math.inf
        self._is_closed = False

    def wake(self) -> None:
        """The session was told something: look what follows."""
        self._look()

    async def run(self) -> None:
        """All that happens here is on the tape."""

    async def close(self) -> None:
        """Hear nothing any more."""
        self._is_closed = True

    def forget(self) -> None:
        """The tape is somewhere else."""
        self._is_closed = True

    def dialled(self, at_s: float) -> None:
        """See Tap."""
        session = self.session
        if session.status.state is LinkState.UP and not session.is_standby:
            session.lost(_NOT_TOLD, at_s)
        self.is_busy = True
        session.dialling(at_s)
        self._look()

    def opened(self, at_s: float) -> None:
        """See Tap."""
        self._be_connecting(at_s)
        self.session.opened(at_s, self._key())
        self._look()

    def resumed(self, at_s: float, known: KnownLink) -> None:
        """It was open, or about to be, before the tape begins."""
        session = self.session
        if known.is_up:
            self._be_connecting(at_s)
            session.resumed(at_s, self._key(), known.refused)
            for _ in range(_MOST_FRAMES):
                if not session.take_frames(at_s):
                    break
        self._look()

    def came(self, frames: list[bytes], at_s: float) -> None:
        """See Tap."""
        session = self.session
        session.received(frames, at_s)
        if session.look_at_s == -math.inf:
            self._look()
            return
        if session.look_at_s < math.inf:
            self._arm(session.look_at_s)
        self._on_news()

    def went(self, at_s: float) -> None:
        """See Tap."""
        self._look()
        self.session.take_frames(at_s)
        self._look()

    def ponged(self, sent_s: float, at_s: float) -> None:
        """See Tap."""
        self.session.take_ping(at_s)
        self.session.proven(at_s, sent_s)

    def lost(self, record: Lost, at_s: float) -> None:
        """See Tap."""
        self.is_busy = False
        self.session.lost(record.reason, at_s, is_denied=record.is_denied, retry_after_s=record.retry_after_s)
        self._look()

    def hung_up(self, at_s: float) -> None:
        """See Tap."""
        self.is_busy = False
        self.session.hung_up(at_s)
        self._look()

    def _be_connecting(self, at_s: float) -> None:
        self.is_busy = True
        if self.session.status.state is not LinkState.CONNECTING:
            self.session.dialling(at_s)

    def _key(self) -> str | None:
        """What a greeting says: its form, for nobody hears it."""
        provider = self.session.feed.provider
        return ":".join("x" * 8 for _ in provider.key_parts) if provider.needs_key else None

    def _look(self) -> None:
        if self._is_closed:
            return
        session, now_s = self.session, self._clock.now_s()
        if now_s >= self._proven_s + _PROVEN_S:  # it is there until the tape says that it is lost
            self._proven_s = now_s
            session.proven(now_s)
        session.elapsed(now_s, self._clock.utc_s(now_s))
        self._on_news()
        if session.status.state is LinkState.UP:
            self._arm(max(session.deadline_s(now_s), now_s + _WAIT_S))

    def _arm(self, at_s: float) -> None:
        if at_s < self._timer_s and at_s < math.inf:
            self._timer_s = at_s
            self._later(at_s, lambda: self._fired(at_s))

    def _fired(self, at_s: float) -> None:
        if at_s == self._timer_s:
            self._timer_s = math.inf
        self._look()


class FrameTape:
    """Hands what was recorded of each connection to the session that has it now: to the next of its endpoint.

    `later` is as for TapeClient.
    """

    def __init__(self, clock: Clock, frames: FrameLog, later: Later) -> None:
        self._clock = clock
        self._frames = frames
        self._later = later
        self._waiting: dict[tuple[str, str], list[TapeClient]] = {}  # those that have no link yet, by endpoint
        self._newest: dict[tuple[str, str], TapeClient] = {}
        self._ends: dict[int, tuple[str, str]] = {}  # link -> its endpoint
        self._clients: dict[int, TapeClient] = {}  # by link

    def client(self, session: Session, on_news: Callable[[], None]) -> TapeClient:
        """In place of a Client."""
        end = session.feed.name, session.endpoint
        made = self._newest[end] = TapeClient(session, self._clock, on_news, self._later)
        self._waiting.setdefault(end, []).append(made)
        return made

    def resume(self, links: tuple[KnownLink, ...], at_s: float) -> None:
        """These connections are known when the tape begins; of two to one endpoint the newer one goes on."""
        newest = {(each.feed, each.endpoint): each for each in links}
        for end, known in newest.items():
            self._ends[known.link] = end
            if (client := self._take(known.link)) is not None:
                client.resumed(at_s, known)

    def play(self, record: LinkRecord, at_s: float) -> None:
        """Do it again, at `at_s` by the tape's clock; its own time is that of the run that recorded it."""
        if isinstance(record, Linked):
            self._ends[record.link] = record.feed, record.endpoint
            self._take(record.link)
            return
        client = self._clients.get(record.link)
        if client is None and isinstance(record, Dialled | Opened):
            client = self._take(record.link)
        if client is None:
            return  # of a connection that nobody has here
        match record:
            case Came():
                self._frames.came(client.session.status.name, record.frames, self._clock.utc_s(at_s))
                client.came(record.frames, at_s)
            case Went():
                self._frames.went(client.session.status.name, record.frame, self._clock.utc_s(at_s))
                client.went(at_s)
            case Dialled():
                client.dialled(at_s)
            case Opened():
                client.opened(at_s)
            case Ponged():
                client.ponged(record.sent_s + at_s - record.at_s, at_s)
            case Lost():
                client.lost(record, at_s)
            case HungUp():
                client.hung_up(at_s)

    def forget(self) -> None:
        """The tape is somewhere else: nothing of before goes on."""
        for client in {*self._clients.values(), *self._newest.values()}:
            client.forget()
        self._waiting.clear()
        self._newest.clear()
        self._ends.clear()
        self._clients.clear()

    def _take(self, link: int) -> TapeClient | None:
        """Give a link the client that waits for one longest, else the newest of its endpoint; None where is none."""
        if (end := self._ends.get(link)) is None:
            return None
        waiting = self._waiting.get(end)
        client = waiting.pop(0) if waiting else None
        if client is None and (client := self._newest.get(end)) is not None:
            self._clients = {number: each for number, each in self._clients.items() if each is not client}
        if client is not None:
            self._clients[link] = client
        return client

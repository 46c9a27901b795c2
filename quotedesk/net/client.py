"""Moves bytes between one session and one WebSocket: dials, reads, writes what the session wants out, redials.

The retry loop is our own: that of websockets does not back off when a server accepts and then closes.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from http import HTTPStatus
from operator import eq
from typing import cast
from urllib.parse import urlsplit

import msgspec
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.protocol import State

from quotedesk.feed.conversation import Conversation
from quotedesk.feed.frame_log import FrameLog
from quotedesk.feed.tap import Tap
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.states import LinkState
from quotedesk.net.address import host_of, is_ip, relay_url
from quotedesk.net.dial import REFUSALS, StrangerError, dial, goodbye, plain, refusal, retry_after_s
from quotedesk.net.push_connection import PushConnection

_HIDDEN = b"***"
NAMED_S = 1.5  # a server that another named has so long to answer: it may be out of reach, and quotes wait
NOT_SERVED_S = 60.0  # a provider that does not serve this place is left alone for so long


class Target(msgspec.Struct, frozen=True):
    """Where to dial.

    Attributes:
        url: with the token, where the provider wants it there.
        key: what the codec's greeting says, for a provider that wants it there; None for the others.
        fingerprint: SHA-256 of the only certificate that is taken, 64 small hex digits; "" for any that is trusted.
        host: whose name a trusted certificate must have; "" is that of the URL.
        patience_s: how long it may take until there is a connection; None for as long as any.
        others: URLs of the same, to be tried in turn where this one cannot be reached.
    """

    url: str
    key: str | None = None
    fingerprint: str = ""
    host: str = ""
    patience_s: float | None = None
    others: tuple[str, ...] = ()

    def at(self, server: str) -> "Target":
        """The same at another server of its cluster, as HOST:PORT; one of `others`; "" is this one. Raises BadUrlError.

        Servers name each other by IP address: of such the certificate is still to have the name that the user gave.
        """
        if not server:
            return self
        if server in self.others:
            return msgspec.structs.replace(self, url=server)
        parts = urlsplit(self.url)
        url = relay_url(f"{parts.scheme}://{server}")
        host = parts.hostname if is_ip(url) else ""
        return msgspec.structs.replace(self, url=url, host=host, patience_s=NAMED_S)


class DeniedError(QuotedeskError):
    """There is no address to dial until the user does something (sets a key)."""


class Client:
    """One session's connection.

    `find_target` says where to dial; it may raise DeniedError, or QuotedeskError for a fault that may pass.
    `on_news` is called when the session has something to tell, at most once per turn of the loop; `frames` keeps what
    was said, and so does `tap` where there is one.

    Attributes:
        is_busy: a connection is there, or is being made or ended, whatever the session says.
    """

    def __init__(
        self,
        session: Conversation,
        clock: Clock,
        find_target: Callable[[], Awaitable[Target]],
        on_news: Callable[[], None],
        frames: FrameLog,
        tap: Tap | None = None,
    ) -> None:
        self.session = session
        self._tap = tap
        self._clock = clock
        self._find_target = find_target
        self._on_news = on_news
        self._frames = frames
        self._wall_ahead_s = 0.0  # of the monotonic clock, at the last look: frames are stamped by it
        self._woken = asyncio.Event()
        self._socket: PushConnection | None = None
        self._key: str | None = None  # that a greeting may say
        self._hidden: tuple[bytes, ...] = ()  # its parts: no log gets them
        self._flush_is_due = False
        self._came: list[bytes] = []  # what was read in this turn of the loop
        self._came_s = -math.inf  # when the first of them was
        self._fault: Exception | None = None
        self._timer_s = math.inf
        self._is_closing = False
        self.is_busy = False

    def wake(self) -> None:
        """The session was told something: look what it wants out."""
        self._woken.set()
        self._flush_soon()

    async def run(self) -> None:
        """Keep the connection as the session wants it, until cancelled."""
        while True:
            await self._until_dial()
            now_s = self._clock.now_s()
            if self._tap is not None:
                self._tap.dialled(now_s)
            self.session.dialling(now_s)
            self._flush_soon()
            self.is_busy = True
            try:
                await self._connection()
            finally:
                self.is_busy = False
            self._woken.set()
            self._flush_soon()

    async def close(self) -> None:
        """Say goodbye. Cancel `run` after it."""
        self._is_closing = True
        if self._socket:
            await self._socket.close(1001)
        if self.is_busy:
            self._hung_up()

    async def _until_dial(self) -> None:
        while True:
            now_s = self._clock.now_s()
            at_s = self.session.dial_at_s
            if at_s is not None and at_s <= now_s:
                return
            self._arm(math.inf if at_s is None else at_s)
            await self._woken.wait()
            self._woken.clear()

    async def _connection(self) -> None:
        """One connection, from the dialling to its loss."""
        try:
            target = await self._find_target()
            url, self._key = target.url, target.key
            self._hidden = _as_said(self.session.provider.secrets_in(target.key))
            trusts = partial(eq, target.fingerprint) if target.fingerprint else None
            async with asyncio.timeout(target.patience_s):
                self._socket = await dial(url, PushConnection, trusts, target.host)
        except (DeniedError, StrangerError) as fault:
            self._lost(str(fault), is_denied=True)
        except InvalidStatus as fault:
            status, headers = fault.response.status_code, fault.response.headers
            wait_s = retry_after_s(headers, self._clock.utc_s(self._clock.now_s()))
            if words := self.session.provider.refusals.get(status):
                self._lost(f"{words} (HTTP {status})", retry_after_s=max(wait_s, NOT_SERVED_S))
            elif status == HTTPStatus.UNAUTHORIZED:
                self._lost(f"{self.session.provider.title} refused the token (HTTP 401)", is_denied=True)
            else:
                self._lost(refusal(url, fault.response), retry_after_s=wait_s)
        except QuotedeskError as fault:
            self._lost(str(fault))
        except REFUSALS as fault:
            is_early = target.patience_s is not None and isinstance(fault, TimeoutError)
            words = f"no answer within {target.patience_s:g} s" if is_early else plain(fault)
            self._lost(f"Cannot connect to {host_of(url)}: {words}")
        else:
            try:
                if self.session.status.state is LinkState.CONNECTING:  # else the last symbol went while we dialled
                    now_s = self._clock.now_s()
                    self._read_wall(now_s)
                    if self._tap is not None:
                        self._tap.opened(now_s)
                    self.session.opened(now_s, self._key)
                    self._flush_soon()
                    await self._talk(self._socket)
            finally:
                await self._hang_up()

    async def _talk(self, socket: PushConnection) -> None:
        async with asyncio.TaskGroup() as both:
            reader = both.create_task(self._read(socket), name=f"read {self.session.status.name}")
            writer = both.create_task(self._write(socket), name=f"write {self.session.status.name}")
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            reader.cancel()
            writer.cancel()

    async def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket:
            socket.hand_to(_ignore)
        if socket and socket.state is not State.CLOSED:
            await socket.close(1000)
            self._hung_up()
            self._flush_soon()

    def _hung_up(self) -> None:
        now_s = self._clock.now_s()
        if self._tap is not None:
            self._tap.hung_up(now_s)
        self.session.hung_up(now_s)

    async def _read(self, socket: PushConnection) -> None:
        """Read until the connection ends; the session's end of it is seen by `_write`."""
        socket.hand_to(self._hear)
        await socket.wait_closed()
        self._take_in()
        assert socket.protocol.close_exc is not None
        self._lost(goodbye(socket.protocol.close_exc))

    def _hear(self, data: bytes) -> None:
        """A message came."""
        if not self._came:
            self._came_s = self._clock.now_s()
            self._flush_soon()
        self._came.append(data)

    async def _write(self, socket: PushConnection) -> None:
        """Send what the session wants out, when it wants it."""
        session = self.session
        try:
            while True:
                self._take_in()  # what came in time must not be late
                now_s = self._clock.now_s()
                utc_s = self._read_wall(now_s)
                session.elapsed(now_s, utc_s)
                for frame in session.take_frames(now_s):
                    said = self._without_key(frame)
                    self._frames.went(session.status.name, said, utc_s)
                    if self._tap is not None:
                        self._tap.went(said, now_s)
                    await socket.send(frame)
                    self._flush_soon()  # a request may change what a row says
                if session.take_ping(now_s):
                    pong = cast(asyncio.Future[float], await socket.ping())
                    pong.add_done_callback(partial(self._ponged, now_s))
                if session.status.state is not LinkState.UP:
                    self._tell_lost(now_s)
                    self._flush_soon()
                    return
                self._arm(session.deadline_s(now_s))
                await self._woken.wait()
                self._woken.clear()
                if self._fault:
                    raise self._fault
        except ConnectionClosed as fault:
            self._lost(goodbye(fault))

    def _ponged(self, sent_s: float, pong: asyncio.Future[float]) -> None:
        if not pong.cancelled() and pong.exception() is None:
            now_s = self._clock.now_s()
            if self._tap is not None:
                self._tap.ponged(sent_s, now_s)
            self.session.proven(now_s, sent_s)

    def _without_key(self, frame: str | bytes) -> bytes:
        data = frame.encode() if isinstance(frame, str) else frame
        for secret in self._hidden:
            data = data.replace(secret, _HIDDEN)
        return data

    def _read_wall(self, now_s: float) -> float:
        """The wall clock, which may be set while we run."""
        utc_s = self._clock.utc_s(now_s)
        self._wall_ahead_s = utc_s - now_s
        return utc_s

    def _lost(self, reason: str, *, is_denied: bool = False, retry_after_s: float = 0.0) -> None:
        if self._is_closing:
            return  # no loss: we hung up
        now_s = self._clock.now_s()
        if self._tap is not None:
            self._tap.lost(reason, now_s, is_denied=is_denied, retry_after_s=retry_after_s)
        self.session.lost(reason, now_s, is_denied=is_denied, retry_after_s=retry_after_s)
        self._flush_soon()

    def _tell_lost(self, now_s: float) -> None:
        """The session gave the connection up: whoever replays this is to know when, and why."""
        if self._tap is not None and (status := self.session.status).is_lost:
            is_denied = status.state is LinkState.DENIED
            self._tap.lost(status.reason, now_s, is_denied=is_denied, retry_after_s=0.0)

    def _flush_soon(self) -> None:
        """One call for all that is read in this turn: a call each would cost more than a frame."""
        if not self._flush_is_due:
            self._flush_is_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _take_in(self) -> None:
        """Give the session what was read."""
        if self._came:
            batch, self._came = self._came, []
            # A server may say the key back.
            said = [self._without_key(data) for data in batch] if self._hidden else batch
            self._frames.came(self.session.status.name, said, self._came_s + self._wall_ahead_s)
            if self._tap is not None:
                self._tap.came(said, self._came_s)
            self.session.received(batch, self._came_s)

    def _flush(self) -> None:
        self._flush_is_due = False
        try:
            self._take_in()
        except Exception as fault:  # noqa: BLE001 - ours, not the server's: it ends the connection, and is told
            self._fault = fault
            self._woken.set()
        if (at_s := self.session.look_at_s) == -math.inf:
            self._woken.set()  # an answer or the like: something may be due now
        elif at_s < math.inf:
            self._arm(at_s)  # rows were updated for the first time: for them it may be, soon
        self._on_news()

    def _arm(self, at_s: float) -> None:
        """Have one timer, and another only for an earlier time: qasync keeps cancelled ones until they are due."""
        now_s = self._clock.now_s()
        if at_s == math.inf or self._timer_s <= at_s:
            return
        self._timer_s = at_s
        asyncio.get_running_loop().call_later(max(0.0, at_s - now_s), self._fired, at_s)

    def _fired(self, at_s: float) -> None:
        if at_s == self._timer_s:
            self._timer_s = math.inf  # it may be early by a little: the next look arms it again
        self._woken.set()


def _as_said(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """How JSON may write secrets, the longest first: one may be a part of another."""
    ways = {way for secret in secrets for way in (secret, secret.replace("/", r"\/"))}
    return tuple(way.encode() for way in sorted(ways, key=len, reverse=True))


def _ignore(data: bytes) -> None:
    pass

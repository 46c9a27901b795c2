"""Moves bytes between one session and one WebSocket: dials, reads, writes what the session wants out, redials.

The retry loop is our own: that of websockets does not back off when a server accepts and then closes.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from functools import partial
from http import HTTPStatus
from typing import cast

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.protocol import State

from quotedesk.feed.events import Accepted, Event, RowsChanged
from quotedesk.feed.frames import FrameLog
from quotedesk.feed.session import Session
from quotedesk.feed.states import LinkState
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.address import host_of
from quotedesk.net.dial import REFUSALS, dial, goodbye, plain, status_words
from quotedesk.net.pushing import Pushing

CALM_FRAMES_S = 1000.0  # while fewer come a second, the first one waits for others: each look at what came costs
HOLD_S = 0.04  # as much as a dozen frames; and the table is painted no more often then
PROOF_S = 0.1  # what first ticks prove is looked at so late: of ten thousand rows a look is not free


class DeniedError(QuotedeskError):
    """There is no address to dial until the user does something (sets a key)."""


class Client:
    """One session's connection.

    `find_address` gives the URL to dial; it may raise DeniedError, or QuotedeskError for a fault that may pass.
    `on_events` gets what the session has to tell, at most once per turn of the loop, on a calm feed every HOLD_S;
    `frames` keeps what was said.
    """

    def __init__(
        self,
        session: Session,
        clock: Clock,
        find_address: Callable[[], Awaitable[str]],
        on_events: Callable[[Session, list[Event]], None],
        frames: FrameLog,
    ) -> None:
        self.session = session
        self._clock = clock
        self._find_address = find_address
        self._on_events = on_events
        self._frames = frames
        self._wall_ahead_s = 0.0  # of the monotonic clock, at the last look: frames are stamped by it
        self._stirred = asyncio.Event()
        self._socket: Pushing | None = None
        self._flush_is_due = False
        self._is_held = False  # it is due, but only after a while
        self._came: list[bytes] = []  # read in this turn of the loop, the first one then:
        self._came_s = -math.inf
        self._taken = 0  # how many at once, the last time
        self._fault: Exception | None = None
        self._timer_s = math.inf
        self._is_closing = False

    def stir(self) -> None:
        """The session was told something: look what it wants out."""
        self._stirred.set()
        self._flush_soon()

    async def run(self) -> None:
        """Keep the connection as the session wants it, until cancelled."""
        while True:
            await self._until_dial()
            self.session.dialling(self._clock.now_s())
            self._flush_soon()
            await self._connection()
            self._stirred.set()
            self._flush_soon()

    async def close(self) -> None:
        """Say goodbye. Cancel `run` after it."""
        self._is_closing = True
        if self._socket:
            await self._socket.close(1001)

    async def _until_dial(self) -> None:
        while True:
            now_s = self._clock.now_s()
            at_s = self.session.dial_at_s
            if at_s is not None and at_s <= now_s:
                return
            self._arm(math.inf if at_s is None else at_s)
            await self._stirred.wait()
            self._stirred.clear()

    async def _connection(self) -> None:
        """One connection, from the dialling to its loss."""
        try:
            url = await self._find_address()
            self._socket = await dial(url, Pushing)
        except DeniedError as fault:
            self._lost(str(fault), is_denied=True)
        except InvalidStatus as fault:
            status = fault.response.status_code
            if status == HTTPStatus.UNAUTHORIZED:
                self._lost(f"{self.session.feed.provider.title} refused the key (HTTP 401)", is_denied=True)
            else:
                self._lost(f"{host_of(url)} answered HTTP {status_words(status)}")
        except QuotedeskError as fault:
            self._lost(str(fault))
        except REFUSALS as fault:
            self._lost(f"Cannot connect to {host_of(url)}: {plain(fault)}")
        else:
            try:
                if self.session.status.state is LinkState.CONNECTING:  # else the last symbol went while we dialled
                    now_s = self._clock.now_s()
                    self._read_wall(now_s)
                    self.session.opened(now_s)
                    self._flush_soon()
                    await self._talk(self._socket)
            finally:
                await self._hang_up()

    async def _talk(self, socket: Pushing) -> None:
        async with asyncio.TaskGroup() as both:
            reader = both.create_task(self._read(socket), name=f"read {self.session.endpoint}")
            writer = both.create_task(self._write(socket), name=f"write {self.session.endpoint}")
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            reader.cancel()
            writer.cancel()

    async def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket:
            socket.hand_to(_ignore)
        if socket and socket.state is not State.CLOSED:
            await socket.close(1000)
            self.session.hung_up(self._clock.now_s())
            self._flush_soon()

    async def _read(self, socket: Pushing) -> None:
        """Read until the connection ends; the session's end of it is seen by `_write`."""
        socket.hand_to(self._hear)
        await socket.wait_closed()
        self._take_in()
        assert socket.protocol.close_exc is not None
        self._lost(goodbye(socket.protocol.close_exc))

    def _hear(self, data: bytes) -> None:
        """A message came."""
        if not self._came:
            before_s, self._came_s = self._came_s, self._clock.now_s()
            is_calm = self._taken < CALM_FRAMES_S * (self._came_s - before_s) and not self.session.is_asking
            self._flush_soon(HOLD_S if is_calm else 0.0)
        self._came.append(data)

    async def _write(self, socket: Pushing) -> None:
        """Send what the session wants out, when it wants it."""
        session = self.session
        try:
            while True:
                self._take_in()  # what came in time must not be late
                now_s = self._clock.now_s()
                utc_s = self._read_wall(now_s)
                session.elapsed(now_s, utc_s)
                for frame in session.take_frames(now_s):
                    self._frames.went(session.endpoint, frame, utc_s)
                    await socket.send(frame)
                if session.take_ping(now_s):
                    pong = cast(asyncio.Future[float], await socket.ping())
                    pong.add_done_callback(partial(self._ponged, now_s))
                if session.status.state is not LinkState.UP:
                    self._flush_soon()
                    return
                self._arm(session.deadline_s(now_s))
                await self._stirred.wait()
                self._stirred.clear()
                if self._fault:
                    raise self._fault
        except ConnectionClosed as fault:
            self._lost(goodbye(fault))

    def _ponged(self, sent_s: float, pong: asyncio.Future[float]) -> None:
        if not pong.cancelled() and pong.exception() is None:
            self.session.proven(self._clock.now_s(), sent_s)

    def _read_wall(self, now_s: float) -> float:
        """The wall clock, which may be set while we run."""
        utc_s = self._clock.utc_s(now_s)
        self._wall_ahead_s = utc_s - now_s
        return utc_s

    def _lost(self, reason: str, *, is_denied: bool = False) -> None:
        if self._is_closing:
            return  # no loss: we hung up
        self.session.lost(reason, self._clock.now_s(), is_denied=is_denied)
        self._flush_soon()

    def _flush_soon(self, after_s: float = 0.0) -> None:
        """One call for all that is read until then: a call each would cost more than a frame."""
        if self._flush_is_due and (after_s or not self._is_held):
            return
        self._flush_is_due, self._is_held = True, after_s > 0
        loop = asyncio.get_running_loop()
        if after_s:
            loop.call_later(after_s, self._flush)
        else:
            loop.call_soon(self._flush)

    def _take_in(self) -> None:
        """Give the session what was read."""
        if self._came:
            batch, self._came = self._came, []
            self._taken = len(batch)
            self._frames.came(self.session.endpoint, batch, self._came_s + self._wall_ahead_s)
            self.session.received(batch, self._came_s)

    def _flush(self) -> None:
        self._flush_is_due = False
        try:
            self._take_in()
        except Exception as fault:  # noqa: BLE001 - ours, not the server's: it ends the connection, and is told
            self._fault = fault
            self._stirred.set()
        events = self.session.take_events()
        if any(_is_more_than_ticks(event) for event in events):
            self._stirred.set()  # an answer or the like: something may be due now
        elif not all(isinstance(event, Accepted) for event in events):
            self._arm(self._clock.now_s() + PROOF_S)  # rows ticked for the first time: for them it may be, soon
        if events:
            self._on_events(self.session, events)

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
        self._stirred.set()


def _ignore(data: bytes) -> None:
    pass


def _is_more_than_ticks(event: Event) -> bool:
    return not (isinstance(event, Accepted) or (isinstance(event, RowsChanged) and event.codes is not None))

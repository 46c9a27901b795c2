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

from quotedesk.feed.events import Accepted, Event, StatusesChanged
from quotedesk.feed.frame_log import FrameLog
from quotedesk.feed.session import Session
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.states import LinkState
from quotedesk.net.address import host_of
from quotedesk.net.dial import REFUSALS, dial, goodbye, plain, status_words
from quotedesk.net.push_connection import PushConnection

# While fewer frames come a second, what comes within so long is read at once: a look costs as much as a dozen frames.
# The table is painted no more often then (ui/table/repaint).
CALM = ((400.0, 0.09), (1000.0, 0.04))
_PROMPT_S = 0.01  # what is read so soon after a pause came in it
PROOF_S = 0.1  # what first ticks prove is looked at so late: of ten thousand rows a look is not free


class DeniedError(QuotedeskError):
    """There is no address to dial until the user does something (sets a key)."""


class Client:
    """One session's connection.

    `find_address` gives the URL to dial; it may raise DeniedError, or QuotedeskError for a fault that may pass.
    `on_events` gets what the session has to tell, at most once per turn of the loop; `frames` keeps what was said.
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
        self._woken = asyncio.Event()
        self._socket: PushConnection | None = None
        self._flush_is_due = False
        self._came: list[bytes] = []  # read in this turn of the loop, the first one then:
        self._came_s = -math.inf
        self._read_s = -math.inf  # when some were read last
        self._is_paused = False  # nothing is read; the newest pause began, and ended by itself:
        self._paused_s = self._resumed_s = -math.inf
        self._pings = 0  # on their way
        self._fault: Exception | None = None
        self._timer_s = math.inf
        self._is_closing = False

    def wake(self) -> None:
        """The session was told something: look what it wants out."""
        self._woken.set()
        self._flush_soon()

    async def run(self) -> None:
        """Keep the connection as the session wants it, until cancelled."""
        while True:
            await self._until_dial()
            self.session.dialling(self._clock.now_s())
            self._flush_soon()
            await self._connection()
            self._woken.set()
            self._flush_soon()

    async def close(self) -> None:
        """Say goodbye. Cancel `run` after it."""
        self._is_closing = True
        self._read_on()
        if self._socket:
            await self._socket.close(1001)

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
            url = await self._find_address()
            self._socket = await dial(url, PushConnection)
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

    async def _talk(self, socket: PushConnection) -> None:
        async with asyncio.TaskGroup() as both:
            reader = both.create_task(self._read(socket), name=f"read {self.session.endpoint}")
            writer = both.create_task(self._write(socket), name=f"write {self.session.endpoint}")
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
            reader.cancel()
            writer.cancel()

    async def _hang_up(self) -> None:
        self._read_on()
        socket, self._socket = self._socket, None
        if socket:
            socket.hand_to(_ignore)
        if socket and socket.state is not State.CLOSED:
            await socket.close(1000)
            self.session.hung_up(self._clock.now_s())
            self._flush_soon()

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
            now_s = self._clock.now_s()
            # It may have come at any time of a pause: what is told of its age is rather too much than too little.
            self._came_s = self._paused_s if self._is_paused or now_s < self._resumed_s + _PROMPT_S else now_s
            self._flush_soon()
        self._came.append(data)

    def _rest(self, frames: int) -> None:
        """So many were read: on a calm feed, read no more for a while, unless it is to be told when an answer came."""
        now_s = self._clock.now_s()
        before_s, self._read_s = self._read_s, now_s
        if self._socket is None or self._is_paused or self._pings or self.session.is_asking:
            return
        for frames_s, pause_s in CALM:
            if frames < frames_s * (now_s - before_s):
                self._is_paused, self._paused_s = True, now_s
                self._socket.pause()
                asyncio.get_running_loop().call_later(pause_s, self._end_pause, now_s)
                return

    def _end_pause(self, began_s: float) -> None:
        if self._is_paused and began_s == self._paused_s:
            self._read_on()
            self._resumed_s = self._clock.now_s()

    def _read_on(self) -> None:
        """There is no pause, or it ends; what comes next may be an answer to what is sent now."""
        if self._is_paused and self._socket is not None:
            self._is_paused, self._resumed_s = False, -math.inf
            self._socket.resume()

    async def _write(self, socket: PushConnection) -> None:
        """Send what the session wants out, when it wants it."""
        session = self.session
        try:
            while True:
                self._take_in()  # what came in time must not be late
                now_s = self._clock.now_s()
                utc_s = self._read_wall(now_s)
                session.elapsed(now_s, utc_s)
                if frames := session.take_frames(now_s):
                    self._read_on()
                for frame in frames:
                    self._frames.went(session.endpoint, frame, utc_s)
                    await socket.send(frame)
                if session.take_ping(now_s):
                    self._read_on()
                    pong = cast(asyncio.Future[float], await socket.ping())
                    self._pings += 1
                    pong.add_done_callback(partial(self._ponged, now_s))
                if session.status.state is not LinkState.UP:
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
        self._pings -= 1
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

    def _flush_soon(self) -> None:
        """One call for all that is read in this turn: a call each would cost more than a frame."""
        if not self._flush_is_due:
            self._flush_is_due = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _take_in(self) -> None:
        """Give the session what was read."""
        if self._came:
            batch, self._came = self._came, []
            self._frames.came(self.session.endpoint, batch, self._came_s + self._wall_ahead_s)
            self.session.received(batch, self._came_s)
            self._rest(len(batch))

    def _flush(self) -> None:
        self._flush_is_due = False
        try:
            self._take_in()
        except Exception as fault:  # noqa: BLE001 - ours, not the server's: it ends the connection, and is told
            self._fault = fault
            self._woken.set()
        events = self.session.take_events()
        if any(_is_more_than_ticks(event) for event in events):
            self._woken.set()  # an answer or the like: something may be due now
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
        self._woken.set()


def _ignore(data: bytes) -> None:
    pass


def _is_more_than_ticks(event: Event) -> bool:
    return not (isinstance(event, Accepted) or (isinstance(event, StatusesChanged) and event.codes is not None))

"""The client against real servers on loopback, under plain asyncio and under Qt's loop."""

import asyncio
import itertools
import json
import logging
import math
import random
import socket
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.frames import CloseCode
from websockets.http11 import Request, Response

from quotedesk.codec.alltick import FEED as PUBLISHED
from quotedesk.codec.alltick_action import DEMO_FEED, FEED
from quotedesk.codec.base import Feed
from quotedesk.feed.events import Event, LinkChanged, Notice
from quotedesk.feed.frame_log import FrameLog
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.feed.subscriptions import SETTLE_S
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Trade
from quotedesk.market.states import LinkState, RowState
from quotedesk.net import client as client_module
from quotedesk.net import dial as dial_module
from quotedesk.net.address import BadUrlError
from quotedesk.net.client import NAMED_S, Client, DeniedError, Target
from quotedesk.quotes.quotes import Quotes
from tests.fakes.certificate import self_signed
from tests.fakes.clock import FakeClock, RunningClock
from tests.fakes.kinds import KEY, KINDS
from tests.fakes.port import held_port

pytestmark = pytest.mark.anyio

TOKEN = "s3cr3t/T0KEN"
PATIENCE_S = 20.0
RETRY_S = 0.08
GAP_S = 0.04
TURNS = 8  # of the loop, in which a client that was woken has done all that it will


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dial_module, "CLOSE_TIMEOUT_S", 0.15)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("http", "https", "all", "ws", "wss", "socks", "no"):
        monkeypatch.delenv(f"{scheme}_proxy", raising=False)
        monkeypatch.delenv(f"{scheme}_proxy".upper(), raising=False)


class SlowClock(RunningClock):
    """Each wait of the loop's is over before this clock says so, as with a timer that fires early."""

    def now_s(self) -> float:
        return self._began_s + 0.9 * (time.monotonic() - self._began_s)


class NoJitter(random.Random):
    """Every wait is the least one."""

    def uniform(self, a: float, b: float) -> float:
        return a


def quick(feed: Feed = DEMO_FEED, **limits: Any) -> Feed:
    """The feed, in a hurry."""
    hurry = {"frame_gap_s": GAP_S, "link_gap_s": GAP_S, "retry_min_s": RETRY_S, "answer_s": 0.2, **limits}
    return msgspec.structs.replace(feed, limits=msgspec.structs.replace(feed.limits, **hurry))


class Desk:
    """A client at work, and all that it told.

    Attributes:
        links: the states of the link, each with its reason.
        calls: the events and the batches that each call of `on_news` found, where there were any.
    """

    def __init__(
        self,
        url: str,
        feed: Feed | None = None,
        clock: Clock | None = None,
        find: Callable[[], Awaitable[Target]] | None = None,
    ) -> None:
        self.clock = clock or RunningClock()
        feed = feed or quick()
        pace = Pace(feed.limits.frame_gap_s, feed.limits.link_gap_s)
        self.session = Session(feed, next(iter(feed.provider.endpoints)), pace, NoJitter())
        self.links: list[tuple[LinkState, str]] = []
        self.calls: list[tuple[list[Event], list[Batch]]] = []
        self.frames = FrameLog()
        self._url = url
        self._news = asyncio.Event()
        self.client = Client(self.session, self.clock, find or self._find, self._heard, self.frames)
        proven = self.session.proven

        def noted(now_s: float, pinged_s: float | None = None) -> None:
            proven(now_s, pinged_s)
            self._news.set()

        self.session.proven = noted  # type: ignore[method-assign]

    async def _find(self) -> Target:
        return Target(f"{self._url}/demo?token={TOKEN}")

    def _heard(self) -> None:
        session = self.session
        events, batches = session.take_events(), session.take_batches(self.clock.now_s())
        if events or batches:
            self.calls.append((events, batches))
        self.links += [(each.status.state, each.status.reason) for each in events if isinstance(each, LinkChanged)]
        self._news.set()

    @property
    def events(self) -> list[Event]:
        return [event for events, _ in self.calls for event in events]

    @property
    def batches(self) -> list[Batch]:
        """Those with updates."""
        return [batch for _, batches in self.calls for batch in batches if batch.updates]

    @property
    def prices(self) -> list[float]:
        trades = [update for batch in self.batches for update in batch.updates if isinstance(update, Trade)]
        return [trade.price.value for trade in trades]

    @property
    def reason(self) -> str:
        return self.session.status.reason

    def want(self, *codes: str) -> None:
        self.session.want(codes, self.clock.now_s())
        self.client.wake()

    def retry_now(self) -> None:
        self.session.retry_now(self.clock.now_s())
        self.client.wake()

    async def passed(self, seconds: float) -> None:
        """So much time has passed on a clock that is moved by hand, and the client has looked."""
        assert isinstance(self.clock, FakeClock)
        self.clock.advance(seconds)
        self.client.wake()
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def until_state(self, state: LinkState) -> None:
        await self.until(lambda: self.session.status.state is state)

    async def until_up_again(self) -> None:
        """A loss, then a connection."""
        seen = len(self.links)
        await self.until(lambda: LinkState.WAITING in [state for state, _ in self.links[seen:]])
        await self.until_state(LinkState.UP)


@asynccontextmanager
async def desk(url: str, *codes: str, **how: Any) -> AsyncIterator[Desk]:
    """A client that runs; whatever happens, nothing that it says may hold the token or take more than a line."""
    here = Desk(url, **how)
    here.want(*codes)
    if isinstance(here.clock, FakeClock):
        here.clock.advance(SETTLE_S)  # as soon as the connection is there the codes are asked for
    async with asyncio.TaskGroup() as group:
        task = group.create_task(here.client.run())
        try:
            yield here
        finally:
            await here.client.close()
            task.cancel()
    for _, reason in here.links:
        assert TOKEN not in reason
        assert "s3cr3t" not in reason
        assert reason.isprintable(), repr(reason)
        assert "Errno" not in reason
        assert "('" not in reason
    assert not any(TOKEN in each.text for each in here.events if isinstance(each, Notice))


class Server:
    """A server on loopback that keeps what it sees. Knows nothing of quotedesk.

    Attributes:
        opened_s, closed: when each connection came; with which code and reason it went.
        frames, kinds: when each came and what it says; text or binary.
        held: what is subscribed now.
        respond: in place of the upgrade; greet: what to do with a connection before it is read.
    """

    def __init__(self) -> None:
        self.url = ""
        self.opened_s: list[float] = []
        self.attempts_s: list[float] = []
        self.closed: list[int | None] = []
        self.frames: list[tuple[float, dict[str, Any]]] = []
        self.kinds: list[type] = []
        self.sockets: list[ServerConnection] = []
        self.held: set[str] = set()
        self.respond: Callable[[ServerConnection], Response | None] = lambda _: None
        self.gate = asyncio.Event()
        self.gate.set()
        self.greet: Callable[[ServerConnection], Awaitable[None]] | None = None
        self.news = asyncio.Event()

    async def process_request(self, connection: ServerConnection, request: Request) -> Response | None:
        self.attempts_s.append(time.monotonic())
        self.news.set()
        await self.gate.wait()
        return self.respond(connection)

    async def handle(self, connection: ServerConnection) -> None:
        self.opened_s.append(time.monotonic())
        self.sockets.append(connection)
        self.held.clear()
        self.news.set()
        try:
            if self.greet:
                await self.greet(connection)
            async for text in connection:
                frame = json.loads(text)
                self.frames.append((time.monotonic(), frame))
                self.kinds.append(type(text))
                if frame.get("action") == "subscribe" or frame.get("op") == "add":
                    self.held.update(frame.get("code") or frame["codes"])
                elif frame.get("action") == "unsubscribe":
                    self.held.difference_update(frame["code"])
                self.news.set()
        except ConnectionClosed:
            pass
        finally:
            await connection.wait_closed()
            self.closed.append(connection.close_code)
            self.news.set()

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self.news.clear()
                await self.news.wait()

    async def tick(self, code: str, price: float, seq: int = 1) -> None:
        data = {"code": code, "seq": seq, "price": str(price)}
        await self.sockets[-1].send(json.dumps({"cmd_id": 22998, "data": data}))


@asynccontextmanager
async def server(**how: Any) -> AsyncIterator[Server]:
    here = Server()
    async with serve(
        here.handle, "127.0.0.1", 0, process_request=here.process_request, ping_interval=None, close_timeout=0.2, **how
    ) as listening:
        here.url = f"ws://127.0.0.1:{next(iter(listening.sockets)).getsockname()[1]}"
        yield here


@asynccontextmanager
async def raw_server(answer: bytes | None) -> AsyncIterator[str]:
    """Something that listens and is no WebSocket server: says `answer` and hangs up; None says nothing at all."""
    over = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if answer is None:
                await over.wait()
            elif answer:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(answer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(handle, "127.0.0.1", 0)
    try:
        yield f"ws://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        over.set()
        listening.close()
        await listening.wait_closed()


def gaps(times_s: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(times_s)]


# -- edits ---------------------------------------------------------------------------------------------------------


async def test_many_edits_use_one_connection_and_their_frames_go_out_paced() -> None:
    async with server() as there, desk(there.url, "A.US") as here:
        await here.until_state(LinkState.UP)
        for last in range(12):
            frames = len(there.frames)
            here.want("A.US", *(f"S{n}.US" for n in range(last % 5 + 1)))
            await there.until(lambda frames=frames: len(there.frames) > frames)  # type: ignore[misc]
        here.want("B.US", "A.US")
        await there.until(lambda: there.held == {"A.US", "B.US"})
        assert len(there.opened_s) == 1
        assert len(there.frames) > 2
        # As the client sent them: on a busy machine the server may read two of them at once.
        assert min(gaps([frame.at_utc_s for frame in here.frames.frames() if frame.is_out])) > 0.99 * GAP_S


async def test_a_tick_of_a_kept_symbol_is_never_lost_to_edits() -> None:
    async with server() as there, desk(there.url, "A.US") as here:
        await there.until(lambda: "A.US" in there.held)
        for n in range(1, 40):
            frames = len(there.frames)
            here.want("A.US", *(["B.US"] if n % 2 else ["C.US", "D.US"]))
            await there.tick("A.US", n, seq=n)
            if n % 3 == 0:  # between two edits there are ticks, and between two ticks a request
                await there.until(lambda frames=frames: len(there.frames) > frames)  # type: ignore[misc]
        await here.until(lambda: len(here.prices) == 39)
        assert here.prices == list(range(1, 40))
        assert len(there.opened_s) == 1


async def test_events_are_told_at_most_once_per_turn_of_the_loop() -> None:
    async with server() as there, desk(there.url, "A.US") as here:
        await there.until(lambda: "A.US" in there.held)
        turn, turns = 0, []
        hear = here.client._on_news

        def count() -> None:
            nonlocal turn
            turn += 1
            loop.call_soon(count)

        def heard() -> None:
            turns.append(turn)
            hear()

        here.client._on_news = heard
        loop = asyncio.get_running_loop()
        loop.call_soon(count)
        frames = [json.dumps({"cmd_id": 22998, "data": {"code": "A.US", "seq": n, "price": "1"}}) for n in range(300)]
        connection = there.sockets[0]
        for frame in frames:
            connection.protocol.send_text(frame.encode())
        connection.transport.write(b"".join(connection.protocol.data_to_send()))
        await here.until(lambda: len(here.prices) == 300)
        count = lambda: None  # noqa: E731 - ends the chain
        assert len(turns) == len(set(turns))
        assert len(turns) < 150, "a call for each frame costs more than the frame"


# -- age -----------------------------------------------------------------------------------------------------------


async def test_what_comes_on_a_calm_feed_is_read_and_told_at_once_with_the_time_that_it_was_read_at() -> None:
    clock = FakeClock()
    async with server() as there, desk(there.url, "A.US", clock=clock) as here:
        await there.until(lambda: "A.US" in there.held)
        read_s = []
        for n in range(1, 20):
            clock.advance(0.03)
            read_s.append(clock.now_s())
            await there.tick("A.US", float(n), seq=n)
            await here.until(lambda n=n: len(here.prices) == n)  # type: ignore[misc]
            assert here.client._socket is not None
            assert here.client._socket.transport.is_reading()
        assert here.prices == [float(n) for n in range(1, 20)]
        assert [batch.received_s for batch in here.batches] == read_s


async def test_what_is_read_in_one_turn_is_one_batch_as_old_as_its_first_frame() -> None:
    clock = FakeClock()
    async with server() as there, desk(there.url, "A.US", clock=clock) as here:
        await there.until(lambda: "A.US" in there.held)
        read_s = clock.now_s()
        for n in range(3):
            here.client._hear(json.dumps({"cmd_id": 22998, "data": {"code": "A.US", "seq": n, "price": "1"}}).encode())
            clock.advance(1.0)
        await here.until(lambda: len(here.prices) == 3)
        assert [batch.received_s for batch in here.batches] == [read_s]


async def test_from_the_socket_to_the_store_a_price_is_as_old_as_the_reading_of_its_bytes() -> None:
    clock, quotes = FakeClock(), Quotes()
    slots = quotes.slots([Instrument(DEMO_FEED.name, code) for code in ("A.US", "B.US")])
    async with server() as there, desk(there.url, "A.US", "B.US", clock=clock) as here:
        hear = here.client._on_news

        def apply_late() -> None:
            clock.advance(0.25)  # whoever is told does other things first
            for batch in here.session.take_batches(clock.now_s()):
                clock.advance(0.25)
                quotes.apply(batch)
            hear()

        here.client._on_news = apply_late
        await there.until(lambda: {"A.US", "B.US"} == there.held)
        read_s = {}
        for seq, code in enumerate(("A.US", "B.US", "A.US"), start=1):
            await here.passed(5.0)
            read_s[code] = clock.now_s()
            await there.tick(code, 100 + seq, seq)
            await here.until(lambda seq=seq: quotes.ticks == seq)  # type: ignore[misc]
            clock.advance(0.25)  # and nobody looks at the store at once
        assert quotes["last"][slots].tolist() == [103.0, 102.0]
        assert quotes.received_s[slots].tolist() == [read_s["A.US"], read_s["B.US"]]
        assert clock.now_s() > read_s["A.US"]
        assert quotes.last_prices.first_s[slots[1]] == read_s["B.US"], "the line begins then, too"


async def test_an_answer_has_its_own_time_though_frames_came_before_it() -> None:
    clock = FakeClock()
    async with server() as there, desk(there.url, "A.US", feed=quick(PUBLISHED, beat_s=10.0), clock=clock) as here:
        await there.until(lambda: bool(there.frames))
        await here.passed(10.0)
        await there.until(lambda: any(frame["cmd_id"] == 22000 for _, frame in there.frames))
        beat = next(frame for _, frame in there.frames if frame["cmd_id"] == 22000)
        clock.advance(0.125)
        await there.sockets[0].send("before the answer")
        await here.until(lambda: here.session.counts.unreadable.total() == 1)
        clock.advance(0.125)
        await there.sockets[0].send(json.dumps({"ret": 200, "cmd_id": 22001, "seq_id": beat["seq_id"]}))
        await here.until(lambda: not math.isnan(here.session.round_trip.last_s))
        assert here.session.round_trip.last_s == 0.25


# -- anything may come ---------------------------------------------------------------------------------------------


async def test_garbage_is_survived_on_the_same_connection() -> None:
    rubbish: list[str | bytes] = [
        "",
        "{",
        b"\x00\xff",
        "[" * 20_000,
        "null",
        '"x"',
        "\U0001f4a5",
        '{"cmd_id":1e400}',
        "{}",
    ]
    async with server() as there, desk(there.url, "A.US") as here:
        await there.until(lambda: "A.US" in there.held)
        for frame in rubbish:
            await there.sockets[0].send(frame)
        await there.tick("A.US", 7.5)
        await here.until(lambda: here.prices == [7.5])
        assert here.session.counts.unreadable.total() == len(rubbish)
        assert len(there.opened_s) == 1


# -- what was said -------------------------------------------------------------------------------------------------


async def test_the_frames_of_both_directions_are_kept_as_the_server_saw_them_with_wall_times() -> None:
    async with server() as there, desk(there.url, "A.US") as here:
        await there.until(lambda: "A.US" in there.held)
        sent_utc_s = here.clock.utc_s(here.clock.now_s())
        await there.tick("A.US", 7.5)
        await there.sockets[0].send(b"\x00\xff")
        await here.until(lambda: here.session.counts.frames_received == 2)
        said, tick, rubbish = here.frames.frames()
        assert json.loads(said.data) == there.frames[0][1]
        assert (said.is_out, tick.is_out, rubbish.is_out) == (True, False, False)
        assert json.loads(tick.data)["data"]["price"] == "7.5"
        assert rubbish.data == b"\x00\xff"
        assert {each.link for each in (said, tick, rubbish)} == {"demo"}
        assert said.at_utc_s <= sent_utc_s <= tick.at_utc_s <= rubbish.at_utc_s < sent_utc_s + PATIENCE_S


@pytest.mark.parametrize("feed", [DEMO_FEED, PUBLISHED], ids=["ping", "heartbeat"])
async def test_the_round_trip_is_measured_by_what_the_feed_answers_to(feed: Feed) -> None:
    async with server() as there, desk(there.url, "A.US", feed=quick(feed, beat_s=0.1)) as here:
        assert math.isnan(here.session.round_trip.last_s)
        if feed is PUBLISHED:
            await there.until(lambda: any(frame["cmd_id"] == 22000 for _, frame in there.frames))
            beat = next(frame for _, frame in there.frames if frame["cmd_id"] == 22000)
            await there.sockets[0].send(json.dumps({"ret": 200, "cmd_id": 22001, "seq_id": beat["seq_id"]}))
        await here.until(lambda: not math.isnan(here.session.round_trip.last_s))
        assert 0 < here.session.round_trip.last_s < PATIENCE_S


@pytest.mark.parametrize("kind", ["login", "challenge"])
async def test_a_key_that_the_greeting_says_is_sent_and_is_in_no_log(kind: str) -> None:
    async with server() as there:

        async def greet(connection: ServerConnection) -> None:
            if kind == "challenge":
                await connection.send(json.dumps({"say": "hello", "back": f"is it {KEY}?"}))
            login = json.loads(await connection.recv())
            assert login == {"op": "login", "key": KEY}
            await connection.send(json.dumps({"say": "welcome", "back": KEY}))

        async def find() -> Target:
            return Target(there.url, KEY)

        there.greet = greet
        async with desk(there.url, "A.US", feed=quick(KINDS[kind].feed), find=find) as here:
            await there.until(lambda: "A.US" in there.held)
            said = here.frames.frames()
            assert len(said) == (4 if kind == "challenge" else 3)
            assert not any(KEY.encode() in frame.data for frame in said)
            assert any(b"***" in frame.data for frame in said if frame.is_out)
            assert there.frames[0][1] == {"op": "add", "codes": ["A.US"], "id": 1}, "after the greeting"


async def test_binary_frames_go_out_as_binary_messages_each_code_in_its_own() -> None:
    async with server() as there, desk(there.url, "A", "B", feed=quick(KINDS["one a frame"].feed)) as here:
        await there.until(lambda: there.held == {"A", "B"})
        assert there.kinds == [bytes, bytes]
        assert [json.loads(frame.data)["codes"] for frame in here.frames.frames() if frame.is_out] == [["A"], ["B"]]


# -- losses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("manner", ["closes", "aborts", "accepts and closes"])
async def test_after_a_loss_it_waits_at_least_the_minimum_and_comes_back(manner: str) -> None:
    async with server() as there:

        async def greet(connection: ServerConnection) -> None:
            if manner != "accepts and closes":
                await connection.recv()
            if manner == "aborts":
                connection.transport.abort()
            else:
                await connection.close(1012, "back soon")

        there.greet = greet
        async with desk(there.url, "A.US") as here:
            await there.until(lambda: len(there.opened_s) == 4)
            assert min(gaps(there.attempts_s)) > RETRY_S * 0.98
            reasons = {reason for state, reason in here.links if state is LinkState.WAITING}
            expected = (
                "The connection broke off"
                if manner == "aborts"
                else "The server closed the connection (1012: back soon)"
            )
            assert reasons == {expected}
            there.greet = None
            await there.until(lambda: "A.US" in there.held)
            await here.until_state(LinkState.UP)


async def test_a_server_that_accepts_and_hangs_up_makes_the_waits_longer() -> None:
    async with server() as there:
        there.greet = lambda connection: connection.close(1008)
        here = Desk(there.url)
        longest: list[float] = []

        class Jitter(random.Random):
            def uniform(self, a: float, b: float) -> float:
                longest.append(b)
                return a

        here.session.link.backoff._rng = Jitter()
        here.want("A.US")
        async with asyncio.TaskGroup() as group:
            task = group.create_task(here.client.run())
            await there.until(lambda: len(there.opened_s) == 4)
            task.cancel()
        assert longest[:3] == [2, 4, 8]


async def test_the_closing_words_of_a_server_are_kept_to_one_line() -> None:
    async with server() as there:
        there.greet = lambda connection: connection.close(1008, "no\n\x1b[31m more\tthan\u2028this")
        async with desk(there.url, "A.US") as here:
            await here.until_state(LinkState.WAITING)
            assert here.reason.startswith("The server closed the connection (1008: no")
            assert here.reason.isprintable()


async def test_a_huge_frame_closes_with_1009_and_is_survived() -> None:
    async with server() as there, desk(there.url, "A.US") as here:
        await there.until(lambda: "A.US" in there.held)
        await there.sockets[0].send("x" * 10_000_000)
        await there.until(lambda: there.closed == [CloseCode.MESSAGE_TOO_BIG])
        await here.until_state(LinkState.WAITING)
        assert here.reason == "The server sent a message of more than 8 MB"
        await there.until(lambda: len(there.opened_s) == 2 and "A.US" in there.held)


async def test_a_breach_of_the_websocket_protocol_is_our_hanging_up_not_the_servers() -> None:
    async with server() as there, desk(there.url, "A.US") as here:
        await there.until(lambda: "A.US" in there.held)
        there.sockets[0].transport.write(b"\xff\x00\x00\x00")  # reserved bits and an unknown opcode
        await here.until_state(LinkState.WAITING)
        assert here.reason == "The server broke the WebSocket protocol"
        await there.until(lambda: len(there.opened_s) == 2)


@pytest.mark.parametrize("feed", [DEMO_FEED, PUBLISHED], ids=["ping", "heartbeat"])
async def test_a_peer_that_stops_answering_is_lost(feed: Feed) -> None:
    async with server() as there:
        limits = {"beat_s": 0.06, "dead_after_s": 0.25}
        async with desk(there.url, "A.US", feed=quick(feed, **limits)) as here:
            await here.until_state(LinkState.UP)
            there.sockets[0].transport.pause_reading()
            at_s = time.monotonic()
            await here.until_state(LinkState.WAITING)
            assert time.monotonic() - at_s > 0.1
            assert here.reason.startswith("No answer to the heartbeat")
            await there.until(lambda: len(there.opened_s) == 2)


async def test_pongs_alone_keep_a_silent_link_up() -> None:
    async with server() as there:
        clock = FakeClock()
        async with desk(there.url, "A.US", clock=clock) as here:
            await here.until_state(LinkState.UP)
            for _ in range(6):
                await here.passed(here.session.feed.limits.beat_s)
                await here.until(lambda: here.session.status.proven_s == clock.now_s())
            assert here.session.status.state is LinkState.UP
            assert len(there.opened_s) == 1


async def test_a_computer_that_slept_distrusts_its_connection() -> None:
    class Laptop(RunningClock):
        slept_s = 0.0

        def utc_s(self, at_s: float) -> float:
            return super().utc_s(at_s) + self.slept_s

    clock = Laptop()
    async with server() as there, desk(there.url, "A.US", clock=clock) as here:
        await there.until(lambda: "A.US" in there.held)
        clock.slept_s = 3600.0
        here.client.wake()
        await here.until_state(LinkState.WAITING)
        assert here.reason == "The computer was asleep"
        await here.until_state(LinkState.UP)
        await there.until(lambda: "A.US" in there.held)


async def test_a_timer_that_fires_early_is_armed_again() -> None:
    # Regression: a timer that fired 1 ms early was taken as still pending, and the redial never came.
    async with server() as there:
        there.greet = lambda connection: connection.close(1012)
        async with desk(there.url, "A.US", clock=SlowClock()) as here:
            await there.until(lambda: len(there.opened_s) == 4)
            there.greet = None
            await there.until(lambda: "A.US" in there.held)
            here.want("A.US", "B.US")
            await there.until(lambda: "B.US" in there.held)
            assert min(gaps(there.attempts_s)) > RETRY_S


async def test_an_idle_client_does_not_spin() -> None:
    class CountingClock(RunningClock):
        looks = 0

        def now_s(self) -> float:
            self.looks += 1
            return super().now_s()

    clock = CountingClock()
    async with server() as there, desk(there.url, "A.US", clock=clock) as here:
        await there.until(lambda: "A.US" in there.held)
        looks, calls = clock.looks, len(here.calls)
        for _ in range(50 * TURNS):
            await asyncio.sleep(0)
        assert clock.looks - looks < 10
        assert len(here.calls) - calls <= 1


# -- dialling ------------------------------------------------------------------------------------------------------


async def test_http_401_is_denied_and_stays_until_the_user_asks() -> None:
    async with server() as there:
        there.respond = lambda connection: connection.respond(HTTPStatus.UNAUTHORIZED, "no\n")
        async with desk(there.url, "A.US", clock=FakeClock()) as here:
            await here.until_state(LinkState.DENIED)
            assert here.reason == "Built-in demo server refused the token (HTTP 401)"
            here.want("A.US", "B.US")
            await here.passed(3600.0)
            assert here.session.status.state is LinkState.DENIED
            assert len(there.attempts_s) == 1
            there.respond = lambda _: None
            here.retry_now()
            await there.until(lambda: there.held == {"A.US", "B.US"})


@pytest.mark.parametrize("status", [403, 429, 500])
async def test_another_http_status_is_waited_out_with_a_plain_reason(status: int) -> None:
    async with server() as there:
        there.respond = lambda connection: connection.respond(HTTPStatus(status), f"{TOKEN}\n")
        async with desk(there.url, "A.US") as here:
            await there.until(lambda: len(there.attempts_s) == 3)
            assert min(gaps(there.attempts_s)) > RETRY_S * 0.98
            address = there.url.removeprefix("ws://")
            told = f"{address} answered HTTP {status} ({HTTPStatus(status).phrase})"
            assert any(why.startswith(told) for _, why in here.links)
            assert LinkState.DENIED not in {state for state, _ in here.links}


@pytest.mark.parametrize("status", [403, 451])
async def test_a_place_that_a_provider_does_not_serve_is_told_with_what_to_use_instead_and_left_alone(
    status: int,
) -> None:
    words = "We do not serve this place. Use another: A@other"
    provider = msgspec.structs.replace(DEMO_FEED.provider, refusals={403: words, 451: words})
    feed = msgspec.structs.replace(quick(), provider=provider)
    async with server() as there:
        there.respond = lambda connection: connection.respond(HTTPStatus(status), f"{TOKEN}\n")
        async with desk(there.url, "A.US", feed=feed, clock=FakeClock()) as here:
            await here.until_state(LinkState.WAITING)
            assert here.reason == f"{words} (HTTP {status})"
            await here.passed(client_module.NOT_SERVED_S - 1)
            assert len(there.attempts_s) == 1
            await here.passed(2.0)
            await there.until(lambda: len(there.attempts_s) == 2)


async def reason_of(url: str) -> str:
    """Why dialling fails, as the user reads it."""
    async with desk(url, "A.US") as here:
        await here.until_state(LinkState.WAITING)
        return here.reason


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_refused_connection_asks_for_the_server(host: str) -> None:
    address = f"{host}:{held_port()}"
    assert await reason_of(f"ws://{address}") == (
        f"Cannot connect to {address}: connection refused; is the server running?"
    )


async def test_an_unknown_host_is_named() -> None:
    reason = await reason_of("wss://no-such-host.invalid")
    assert reason.startswith("Cannot connect to no-such-host.invalid: ")
    assert "WebSocket" not in reason


@pytest.mark.parametrize("host", ["a" * 64 + ".invalid", ".invalid", "a..invalid"])
async def test_a_host_that_cannot_be_one_is_a_loss_and_not_the_end(host: str) -> None:
    assert (await reason_of(f"wss://{host}")).startswith(f"Cannot connect to {host}: ")


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:port", "gopher://127.0.0.1:9", "http://user@127.0.0.1:9"])
async def test_a_proxy_that_cannot_be_used_is_named_and_not_the_end(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without_package(*_: object, **__: object) -> None:
        raise ImportError("connecting through a SOCKS proxy requires python-socks")

    # As it is where that package is missing; another tool may have brought it here.
    monkeypatch.setattr("websockets.asyncio.client.connect_socks_proxy", without_package)
    monkeypatch.setenv("https_proxy", proxy)
    reason = await reason_of("wss://no-such-host.invalid")
    assert "proxy" in reason
    assert "127.0.0.1:9" not in reason, "a proxy's address may hold a password"


async def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{held_port()}")
    async with server() as there, desk(there.url, "A.US"):
        await there.until(lambda: "A.US" in there.held)


async def test_no_answer_to_the_handshake_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dial_module, "OPEN_TIMEOUT_S", 0.2)
    async with raw_server(None) as url:
        assert "no answer within" in await reason_of(url)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 999 \r\n\r\n",
        b"\x16\x03\x01\x00" * 5000,
        b"HTTP/1.1 301 Moved\r\nLocation: ftp://x\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/?token=s3cr3t\r\n\r\n",
    ],
    ids=["hangs up", "ssh", "web page", "wrong key", "odd status", "binary", "redirect", "redirect to a page"],
)
async def test_a_peer_that_speaks_no_websocket_is_one_plain_line(answer: bytes) -> None:
    async with raw_server(answer) as url:
        reason = await reason_of(url)
        assert url.removeprefix("ws://") in reason
        assert len(reason) < 120


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_a_certificate_that_nobody_vouches_for_is_refused(tls: ssl.SSLContext) -> None:
    async with server(ssl=tls) as there:
        reason = await reason_of(there.url.replace("ws://127.0.0.1", "wss://localhost"))
        assert "its certificate is not trusted (self-signed certificate" in reason
        assert there.opened_s == []


async def test_a_certificate_for_another_host_is_refused(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with server(ssl=tls) as there:
        reason = await reason_of(there.url.replace("ws://", "wss://"))
        assert "its certificate is not trusted (" in reason
        assert there.opened_s == []


async def test_a_certificate_that_the_system_trusts_is_accepted(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with server(ssl=tls) as there, desk(there.url.replace("ws://127.0.0.1", "wss://localhost"), "A.US"):
        await there.until(lambda: "A.US" in there.held)


async def test_a_server_that_another_named_by_its_address_has_the_name_that_the_user_gave(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with server(ssl=tls) as there:
        for host in ("localhost", "stranger"):

            async def find(host: str = host) -> Target:
                return Target(f"wss://{host}:1").at(there.url.removeprefix("ws://"))

            async with desk("", "A.US", find=find) as here:
                if host == "localhost":
                    await there.until(lambda: "A.US" in there.held)
                else:
                    await here.until_state(LinkState.WAITING)
                    assert "its certificate is not trusted (" in here.reason


async def test_a_server_that_another_named_and_that_cannot_be_reached_does_not_keep_quotes_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module, "NAMED_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes connections, and says nothing
        name = f"127.0.0.1:{silent.getsockname()[1]}"

        async def find() -> Target:
            return Target("ws://127.0.0.1:1").at(name)

        async with desk("", "A.US", find=find) as here:
            await here.until_state(LinkState.WAITING)
            assert here.reason == f"Cannot connect to {name}: no answer within 0.1 s"


def test_a_plain_connection_stays_on_this_machine_whatever_a_server_names() -> None:
    here = Target("ws://127.0.0.1:8447", "key")
    assert here.at("127.0.0.1:9") == Target("ws://127.0.0.1:9", "key", host="127.0.0.1", patience_s=NAMED_S)
    assert here.at("") is here
    assert Target("wss://10.0.0.1:1").at("b.example:2") == Target("wss://b.example:2", patience_s=NAMED_S)
    with pytest.raises(BadUrlError):
        here.at("10.0.0.1:9")


async def test_wss_to_a_server_without_tls_is_one_plain_line() -> None:
    async with server() as there:
        reason = await reason_of(there.url.replace("ws:", "wss:"))
        assert reason.endswith("it hung up during the handshake")
    async with raw_server(b"") as url:
        assert await reason_of(url.replace("ws:", "wss:"))


@pytest.mark.parametrize(
    ("fault", "state"),
    [(DeniedError("A key is needed"), LinkState.DENIED), (QuotedeskError("Not yet"), LinkState.WAITING)],
)
async def test_without_an_address_nothing_is_dialled_and_the_reason_is_told(
    fault: QuotedeskError, state: LinkState
) -> None:
    async def find() -> Target:
        raise fault

    async with desk("", "A.US", find=find) as here:
        await here.until_state(state)
        assert here.reason == str(fault)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(113, "Connect call failed ('10.0.0.1', 443)"), "No route to host"),
        (OSError("Multiple exceptions: [Errno 101] Connect call failed, [Errno 113] x"), "No route to host"),
        (OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 111] x"), "connection refused"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"), "it does not speak TLS"),
        (TimeoutError(110, "Connect call failed ('10.0.0.1', 443)"), "no answer within 10 s"),
    ],
)
async def test_a_fault_of_the_network_is_told_as_people_say_it(
    fault: OSError, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dial(url: str, kind: type, trusts: object, named: str) -> None:
        raise fault

    monkeypatch.setattr(client_module, "dial", dial)
    assert words in await reason_of("wss://example.org")


# -- starting and stopping -----------------------------------------------------------------------------------------


async def test_without_symbols_nothing_is_dialled() -> None:
    async with server() as there, desk(there.url, clock=FakeClock()) as here:
        await here.passed(3600.0)
        assert here.session.status.state is LinkState.OFF
        assert there.attempts_s == []
        here.want("A.US")
        await here.passed(SETTLE_S)
        await there.until(lambda: there.held == {"A.US"})


async def test_a_last_symbol_removed_while_dialling_leaves_no_connection() -> None:
    async with server() as there:
        there.gate.clear()
        async with desk(there.url, "A.US") as here:
            await there.until(lambda: len(there.attempts_s) == 1)
            here.want()
            there.gate.set()
            await there.until(lambda: there.closed == [CloseCode.NORMAL_CLOSURE])
            assert there.frames == []
            assert here.session.status.state is LinkState.OFF
            # Who changes his mind again keeps the provider's pause, which counts from the hang-up.
            closed_s = time.monotonic()
            here.want("A.US")
            await there.until(lambda: len(there.opened_s) == 2)
            assert there.attempts_s[1] - closed_s > RETRY_S * 0.9
            await there.until(lambda: "A.US" in there.held)


async def test_a_change_of_mind_while_dialling_costs_no_second_connection() -> None:
    async with server() as there:
        there.gate.clear()
        async with desk(there.url, "A.US") as here:
            await there.until(lambda: len(there.attempts_s) == 1)
            here.want()
            here.want("B.US")
            there.gate.set()
            await there.until(lambda: there.held == {"B.US"})
            assert len(there.attempts_s) == 1


async def test_quitting_says_goodbye_with_1001_and_calls_it_no_loss() -> None:
    async with server() as there, desk(there.url, "A.US", clock=FakeClock()) as here:
        await there.until(lambda: "A.US" in there.held)
        await here.client.close()
        await there.until(lambda: there.closed == [CloseCode.GOING_AWAY])
        await here.passed(3600.0)
        assert [state for state, _ in here.links] == [LinkState.CONNECTING, LinkState.UP]
        assert len(there.attempts_s) == 1


@pytest.mark.parametrize("moment", ["dialling", "up", "waiting"])
async def test_quitting_is_quick_at_any_moment(moment: str) -> None:
    async with server() as there:
        if moment == "dialling":
            there.gate.clear()
        if moment == "waiting":
            there.greet = lambda connection: connection.close(1012)
        async with desk(there.url, "A.US") as here:
            if moment == "dialling":
                await there.until(lambda: len(there.attempts_s) == 1)
            else:
                await here.until_state(LinkState.UP if moment == "up" else LinkState.WAITING)
            before_s = time.monotonic()
        assert time.monotonic() - before_s < 5.0
        there.gate.set()


async def test_quitting_a_peer_that_does_not_answer_does_not_wait_for_it() -> None:
    async with server() as there:
        async with desk(there.url, "A.US") as here:
            await here.until_state(LinkState.UP)
            there.sockets[0].transport.pause_reading()
            before_s = time.monotonic()
        assert time.monotonic() - before_s < 5.0


async def test_a_fault_of_our_own_ends_the_client_loudly_and_closes_the_connection() -> None:
    async with server() as there:
        here = Desk(there.url)
        here.want("A.US")

        def received(batch: object, now_s: float) -> None:
            raise ZeroDivisionError

        here.session.received = received  # type: ignore[method-assign]
        run = asyncio.get_running_loop().create_task(here.client.run())
        await there.until(lambda: "A.US" in there.held)
        await there.tick("A.US", 1.0)
        with pytest.raises(ExceptionGroup) as caught:
            await run
        assert caught.group_contains(ZeroDivisionError)
        await there.until(lambda: len(there.closed) == 1)


async def test_a_refused_key_said_in_a_frame_is_denied_too() -> None:
    async with server() as there, desk(there.url, "A.US", feed=quick(FEED), clock=FakeClock()) as here:
        await there.until(lambda: "A.US" in there.held)
        await there.sockets[0].send(json.dumps({"ret": 401, "msg": "token invalid", "cmd_id": 22005}))
        await here.until_state(LinkState.DENIED)
        await there.until(lambda: len(there.closed) == 1)
        await here.passed(3600.0)
        assert here.session.status.state is LinkState.DENIED
        assert len(there.attempts_s) == 1
        assert here.session.status_of("A.US", here.clock.now_s()).state is RowState.OFFLINE


async def test_what_the_library_logs_as_a_warning_or_worse_holds_no_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with raw_server(b"SSH-2.0-OpenSSH_9.2\r\n") as url:
        await reason_of(url)
    ours = [each for each in caplog.records if each.levelno >= logging.WARNING or each.name.startswith("quotedesk")]
    assert not any("s3cr3t" in each.getMessage() for each in ours)

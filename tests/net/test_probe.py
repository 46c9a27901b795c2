"""What a server answers when it is asked once."""

import json
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from quotedesk.codec.alltick import FEED as PUBLISHED
from quotedesk.codec.alltick_action import FEED as ACTION
from quotedesk.codec.alpaca import FEED as ALPACA
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.net import probe
from quotedesk.net.probe import ask
from tests.fakes.dialect_servers import AlpacaServer

pytestmark = pytest.mark.anyio
WALL_S = 1_790_000_000.0


@asynccontextmanager
async def server(
    handle: Callable[[ServerConnection], Any],
    respond: Callable[[ServerConnection, Request], Response | None] | None = None,
) -> AsyncIterator[str]:
    async with serve(handle, "127.0.0.1", 0, process_request=respond, ping_interval=None) as there:
        yield f"ws://127.0.0.1:{there.sockets[0].getsockname()[1]}/x?token=T"


async def test_a_heartbeat_is_sent_and_its_answer_told_word_for_word() -> None:
    seen: list[dict[str, Any]] = []

    async def handle(socket: ServerConnection) -> None:
        seen.append(json.loads(await socket.recv()))
        await socket.send('{"ret":200,"msg":"ok","cmd_id":22001,"seq_id":1}')
        await socket.wait_closed()

    async with server(handle) as url:
        answered = await ask(PUBLISHED, url, WALL_S)
    assert seen[0]["cmd_id"] == 22000
    assert answered.is_reached
    assert answered.is_taken
    assert answered.told == 'It answered: {"ret":200,"msg":"ok","cmd_id":22001,"seq_id":1}'


async def test_a_refusal_in_a_frame_is_no_yes() -> None:
    async def handle(socket: ServerConnection) -> None:
        await socket.recv()
        await socket.send('{"ret":401,"msg":"token\\u001b invalid","trace":"","cmd_id":22001}')
        await socket.wait_closed()

    async with server(handle) as url:
        answered = await ask(PUBLISHED, url, WALL_S)
    assert (answered.is_reached, answered.is_taken) == (True, False)
    assert "401" in answered.told
    assert answered.told.isprintable()


async def test_an_http_refusal_is_told_with_its_body_and_the_servers_clock() -> None:
    def refuse(socket: ServerConnection, request: Request) -> Response:
        response = socket.respond(401, '{"msg":"token invalid","ret":401}\n')
        del response.headers["Date"]
        response.headers["Date"] = "Mon, 21 Sep 2026 14:13:27 GMT"
        return response

    async with server(lambda socket: socket.wait_closed(), refuse) as url:
        answered = await ask(PUBLISHED, url, WALL_S)
    assert (answered.is_reached, answered.is_taken) == (True, False)
    assert answered.told == 'HTTP 401 (Unauthorized): {"msg":"token invalid","ret":401}'
    assert answered.ahead_s == 1_790_000_007 - WALL_S


async def test_a_dialect_without_heartbeat_frames_is_pinged() -> None:
    async with DemoServer(ServerOptions()) as there:
        answered = await ask(ACTION, f"{there.url}/quote-b-ws-api?token=T", WALL_S)
    assert answered.is_reached
    assert answered.is_taken
    assert answered.told.startswith("It answered a ping within ")


async def test_a_server_that_hangs_up_refuses() -> None:
    async with server(lambda socket: socket.close(4001, "bad token")) as url:
        answered = await ask(PUBLISHED, url, WALL_S)
    assert (answered.is_reached, answered.is_taken) == (True, False)
    assert answered.told == "The server closed the connection (4001: bad token)"


async def test_silence_is_told_as_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "ANSWER_S", 0.1)
    async with server(lambda socket: socket.wait_closed()) as url:
        answered = await ask(PUBLISHED, url, WALL_S)
    assert answered.told == "It is there, but gave no answer within 0 s"


async def test_nobody_there_is_told_plainly() -> None:
    async with server(lambda socket: socket.wait_closed()) as url:
        gone = url
    answered = await ask(PUBLISHED, gone, WALL_S)
    assert (answered.is_reached, answered.is_taken) == (False, False)
    assert answered.told == "connection refused; is the server running?"
    assert math.isnan(answered.ahead_s)


async def test_a_long_answer_is_cut() -> None:
    async def handle(socket: ServerConnection) -> None:
        await socket.send("x" * 5000)
        await socket.wait_closed()

    async with server(handle) as url:
        answered = await ask(PUBLISHED, url, WALL_S)
    assert len(answered.told) < 200
    assert answered.told.endswith("\N{HORIZONTAL ELLIPSIS}")


async def test_a_feed_that_greets_is_greeted_with_its_key() -> None:
    async with AlpacaServer(key="K1", secret="s3cr3t") as there:
        url = f"{there.url}/v2/iex"
        good, bad = await ask(ALPACA, url, WALL_S, "K1:s3cr3t"), await ask(ALPACA, url, WALL_S, "K1:other")
        assert (good.is_taken, good.told) == (True, 'It answered: [{"T":"success","msg":"authenticated"}]')
        assert (bad.is_reached, bad.is_taken) == (True, False)
        assert "402" in bad.told
        assert there.breaches == []


async def test_a_greeting_that_does_not_end_is_no_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "ANSWER_S", 0.2)
    async with server(lambda socket: socket.wait_closed()) as url:
        answered = await ask(ALPACA, url, WALL_S, "K1:s3cr3t")
    assert (answered.is_taken, answered.has_answered) == (False, False)

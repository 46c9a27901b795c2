"""The demo server: an AllTick double on loopback, in a process of its own.

`dialogue` knows what to answer, `prices` and `replay` what to push; here are the sockets, the log and the process.
"""

import asyncio
import errno
import itertools
import json
import math
import os
import random
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State

from quotedesk.demo.dialogue import ENDPOINTS, HEARTBEAT_S, Dialogue, parse
from quotedesk.demo.prices import MadeUp, Market, Trade, Trades
from quotedesk.demo.replay import Playback, Tape

TRADE_PUSH = 22998
GRAIN_S = 0.01  # trades that are due within it go out together; between two grains the rest of the program has its turn
CLOSE_TIMEOUT_S = 0.5  # the app waits 1 s for the end of this process
PARENT_POLL_S = 0.5

_to_json = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True)
class Options:
    """How to serve.

    Attributes:
        port: 0 takes a free one.
        seed: the same seed gives the same prices.
        log: a JSON object per connection, frame and breach goes to this file; an older one is replaced.
        unknown: codes to refuse.
        replay: recorded trades instead of made-up prices.
        replay_speed: so many times as fast as life.
        loops: at the end of the recording it starts again.
        exit_with_parent: end when the process that started this one ends, however it ends.
        clears_on_refusal: a refused request costs the earlier list; else it stays.
        answers: answer all requests; else heartbeats only.
    """

    port: int = 0
    seed: int = 1
    log: Path | None = None
    unknown: frozenset[str] = frozenset()
    replay: Path | None = None
    replay_speed: float = 1.0
    loops: bool = False
    exit_with_parent: bool = False
    clears_on_refusal: bool = False
    answers: bool = True


class Log:
    """A file with a JSON object a line. Unbuffered: who reads it after a kill misses nothing."""

    def __init__(self, path: Path | None) -> None:
        """Raises OSError."""
        self._file = path.open("wb", buffering=0) if path else None

    def write(self, event: str, connection: int, **rest: object) -> None:
        if self._file:
            line = {"event": event, "t": round(time.time(), 6), "connection": connection, **rest}
            self._file.write(_to_json(line).encode() + b"\n")

    def close(self) -> None:
        if self._file:
            self._file.close()


class DemoServer:
    """Use as `async with DemoServer(options) as server`. Entering raises OSError, or ValueError with a clear text.

    Attributes:
        url: where it listens, as "ws://127.0.0.1:PORT".
    """

    url: str

    def __init__(self, options: Options, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        """`heartbeat_s`: how long a connection lives without a heartbeat."""
        self._options = options
        self._heartbeat_s = heartbeat_s
        self._market = Market(options.seed)
        self._random = random.Random(options.seed)
        self._numbers = itertools.count(1)
        self._seqs = itertools.count(1)
        self._open: dict[int, tuple[str, ServerConnection]] = {}

    async def __aenter__(self) -> Self:
        options = self._options
        if not 0 <= options.port <= 65535:
            raise ValueError(f"{options.port} is no port; use 0 to 65535")
        self._tape = Tape(options.replay, options.replay_speed, loops=options.loops) if options.replay else None
        self._log = Log(options.log)
        try:
            self._server: Server = await serve(
                self._connection,
                "127.0.0.1",
                options.port,
                process_request=_refuse_path,
                compression=None,
                ping_interval=None,  # nothing says that AllTick pings
                close_timeout=CLOSE_TIMEOUT_S,
            )
        except OSError:
            self._log.close()
            raise
        self.url = f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        await self._server.wait_closed()
        self._log.close()

    async def _connection(self, connection: ServerConnection) -> None:
        """One connection, from the open to the close: one task reads and answers, one pushes trades."""
        assert connection.request is not None
        path = urlsplit(connection.request.path).path  # without the token
        number = next(self._numbers)
        self._log.write("open", number, path=path)
        others = [other for other, (its, there) in self._open.items() if its == path and there.state is State.OPEN]
        if others:
            self._log.write("breach", number, rule="second connection", detail=others)
        self._open[number] = (path, connection)
        trades: Trades = Playback(self._tape) if self._tape else MadeUp(self._market, self._random)
        changed = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as both:
                pusher = both.create_task(self._push(connection, number, trades, changed))
                await self._converse(connection, number, path, trades, changed)
                pusher.cancel()
        except* ConnectionClosed:
            pass
        finally:
            del self._open[number]
            self._log.write("close", number, code=connection.close_code)

    async def _converse(
        self, connection: ServerConnection, number: int, path: str, trades: Trades, changed: asyncio.Event
    ) -> None:
        """Answer until a rule ends it. Raises ConnectionClosed."""
        loop, options = asyncio.get_running_loop(), self._options
        dialogue = Dialogue(
            path,
            loop.time(),
            unknown=options.unknown,
            clears_on_refusal=options.clears_on_refusal,
            answers=options.answers,
            heartbeat_s=self._heartbeat_s,
        )
        while True:
            try:
                async with asyncio.timeout_at(dialogue.deadline_s if dialogue.deadline_s < math.inf else None):
                    data = await connection.recv()
            except TimeoutError:
                self._log.write("breach", number, rule="heartbeat", detail=f"none for {self._heartbeat_s:g} s")
                await connection.close(1008, "no heartbeat")
                return
            frame = parse(data)
            self._log.write("in", number, frame=frame)
            reply = dialogue.receive(frame, loop.time())
            for rule, detail in reply.breaches:
                self._log.write("breach", number, rule=rule, detail=detail)
            if reply.answer is not None:
                self._log.write("out", number, frame=reply.answer)
                await connection.send(_to_json(reply.answer))
            if reply.closes:
                await connection.close(1008, "too many requests")
                return
            trades.hold(dialogue.held, loop.time())
            changed.set()

    async def _push(self, connection: ServerConnection, number: int, trades: Trades, changed: asyncio.Event) -> None:
        """Send trades when they are due. Raises ConnectionClosed.

        A client that does not read stops this here; what falls due meanwhile stays in `trades` and takes no memory.
        """
        now_s = asyncio.get_running_loop().time
        while True:
            rest_at_s = now_s() + GRAIN_S
            pushes = []
            while now_s() < rest_at_s and (trade := trades.pop(now_s())):
                seq = next(self._seqs)
                self._log.write("tick", number, code=trade.code, seq=seq)
                pushes.append(_to_json({"cmd_id": TRADE_PUSH, "data": _push_data(trade, seq)}).encode())
            if pushes:
                await _send_all(connection, pushes)
            due_s = max(trades.due_s, rest_at_s)
            changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due_s if due_s < math.inf else None):
                    await changed.wait()


async def _send_all(connection: ServerConnection, frames: list[bytes]) -> None:
    """Send all in two writes, as a system call a frame costs more than all else; wait while the client is behind."""
    *early, last = frames
    if early and connection.state is State.OPEN:
        for frame in early:
            connection.protocol.send_text(frame)
        connection.transport.write(b"".join(connection.protocol.data_to_send()))
    await connection.send(last, text=True)


def run(options: Options) -> int:
    """Serve until a signal or the parent's end; returns the exit code. The first line on standard output is the URL."""
    return asyncio.run(_serve(options))


async def _serve(options: Options) -> int:
    stop = asyncio.Event()
    parent = os.getppid()
    _on_signals(stop)
    try:
        async with DemoServer(options) as server:
            try:
                print(server.url, flush=True)
            except OSError:
                if options.exit_with_parent:  # it ended before we knew it
                    return 0
            if options.exit_with_parent:
                await _until_alone(parent, stop)
            else:
                await stop.wait()
    except (OSError, ValueError) as fault:
        print(f"quotedesk demo-server: {_plain(fault, options)}", file=sys.stderr)
        return 2
    return 0


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))


async def _until_alone(parent: int, stop: asyncio.Event) -> None:
    """Wait for `stop` or for the end of the parent process."""
    if sys.platform == "win32":
        # A process keeps its parent's number there; the pipe to it breaks.
        loop = asyncio.get_running_loop()

        def read_to_end() -> None:
            sys.stdin.buffer.read()
            loop.call_soon_threadsafe(stop.set)

        threading.Thread(target=read_to_end, daemon=True).start()
        await stop.wait()
        return
    while os.getppid() == parent and not stop.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), PARENT_POLL_S)


def _refuse_path(connection: ServerConnection, request: Request) -> Response | None:
    if urlsplit(request.path).path in ENDPOINTS:
        return None
    return connection.respond(HTTPStatus.NOT_FOUND, f"Paths here: {' '.join(ENDPOINTS)}\n")


def _push_data(trade: Trade, seq: int) -> dict[str, object]:
    turnover = f"{float(trade.price) * float(trade.size):.2f}" if trade.size else ""
    return {
        "code": trade.code,
        "seq": seq,
        "tick_time": int(time.time() * 1000) if trade.time_ms is None else trade.time_ms,
        "price": trade.price,
        "volume": trade.size,
        "turnover": turnover,
        "trade_direction": trade.direction,
    }


def _plain(fault: OSError | ValueError, options: Options) -> str:
    match fault:
        case OSError(errno=errno.EADDRINUSE):
            return f"port {options.port} is in use; choose another, or 0 for a free one"
        case OSError(filename=str() | Path() as name):
            return f"{name}: {fault.strerror}"
        case OSError():
            return f"cannot listen on 127.0.0.1:{options.port}: {fault.strerror}"
        case _:
            return str(fault)

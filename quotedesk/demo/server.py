"""The demo server: an AllTick double on loopback, in a process of its own.

`dialogue` knows what to answer, `prices` and `replay` what to push, `faults` what goes wrong; here are the sockets and
the log.
"""

import asyncio
import itertools
import json
import math
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.protocol import State

from quotedesk.demo.companions import Companions
from quotedesk.demo.dialogue import ENDPOINTS, HEARTBEAT_S, TOO_MANY, Dialogue, parse
from quotedesk.demo.faults import AHEAD_S, ServerFaults
from quotedesk.demo.prices import DemoMarket, MadeTrade, MadeUp, TradeSource
from quotedesk.demo.replay import Playback, Tape
from quotedesk.demo.web import PostingConnection, asked_of, is_upgrade, refusal, response_of, spoiled, to_log

if TYPE_CHECKING:
    from quotedesk.demo.day_quotes import DayQuotes

TRADE_PUSH, BOOK_PUSH = 22998, 22999
GRAIN_S = 0.01  # trades that are due within it go out together; between two grains the rest of the program has its turn
CLOSE_TIMEOUT_S = 0.5  # the app waits 1 s for the end of this process

_to_json = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True)
class ServerOptions:
    """How to serve.

    Attributes:
        port: 0 takes a free one.
        seed: the same seed gives the same prices.
        log: a JSON object per connection, frame and breach goes to this file; an older one is replaced.
        unknown: codes to refuse.
        symbols: codes to serve though they fit no market.
        any_symbol: serve whatever can be a symbol.
        listed_only: serve only what a directory that ships has, as the window's own demo feed does; see listed_codes.
        replay: recorded trades instead of made-up prices.
        replay_speed: so many times as fast as life.
        loops: at the end of the recording it starts again.
        exit_with_parent: end when the process that started this one ends, however it ends.
        faults: what is wrong from the start; see DemoServer.act.
        control: lines on standard input are faults, too.
        dialect: whose double it is: "alltick", or one of demo.dialects.
        instruments: so many made-up instruments beside a venue's own; not for AllTick.
        by_clock: prices go as demo.course has it by the clock, which knows their past, too; each says what its day has
            become, and bid and ask. Not for a venue.
    """

    port: int = 0
    seed: int = 1
    log: Path | None = None
    unknown: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    any_symbol: bool = False
    listed_only: bool = False
    replay: Path | None = None
    replay_speed: float = 1.0
    loops: bool = False
    exit_with_parent: bool = False
    faults: tuple[str, ...] = ()
    control: bool = False
    dialect: str = "alltick"
    instruments: int = 0
    by_clock: bool = False

    def first_faults(self) -> ServerFaults:
        """What is wrong from the start. Raises ValueError, its text is for people."""
        faults = ServerFaults()
        for words in self.faults:
            faults.set(words)
        return faults


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
        faults: what is wrong now.
    """

    url: str

    def __init__(self, options: ServerOptions, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        """`heartbeat_s`: how long a connection lives without a heartbeat."""
        self._options = options
        self._heartbeat_s = heartbeat_s
        self.faults = ServerFaults()
        self._days: DayQuotes | None = None
        if options.by_clock:
            self._market, self._days = _market_by_clock(options.seed)
        else:
            self._market = DemoMarket(options.seed)
        self._companions = Companions(self._market, self.faults)
        self._random = random.Random(options.seed)
        self._numbers = itertools.count(1)
        self._seqs = itertools.count(1)
        self._open: dict[int, tuple[str, ServerConnection]] = {}
        self._still: set[ServerConnection] = set()  # those that read nothing
        self._holds: dict[int, Callable[[], None]] = {}  # let a connection have what its list and plan say

    async def __aenter__(self) -> Self:
        options = self._options
        if not 0 <= options.port <= 65535:
            raise ValueError(f"{options.port} is no port; use 0 to 65535")
        for words in options.faults:
            self.faults.set(words)
        self._tape = Tape(options.replay, options.replay_speed, loops=options.loops) if options.replay else None
        recorded = {trade.code for trade in self._tape.trades} if self._tape else set()
        self._known = None if options.any_symbol else options.symbols | recorded
        self._log = Log(options.log)
        try:
            self._server: Server = await serve(
                self._connection,
                "127.0.0.1",
                options.port,
                process_request=self._receive,
                create_connection=PostingConnection,
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

    async def act(self, words: str) -> None:
        """Let something go wrong, once or from now on.

        "drop" cuts all connections without a word, "close 1013" closes them with that code, "606" says that there were
        too many requests and closes, "oversized 4" sends a frame of so many MiB; the others: see ServerFaults.set.
        Raises ValueError, its text is for people.
        """
        name, _, value = words.strip().partition(" ")
        if name not in ("drop", "close", "606", "oversized"):
            self.faults.set(words)
            for hold in self._holds.values():
                hold()
            return
        if name in ("close", "oversized") and not (value.isascii() and value.isdigit()):
            raise ValueError(f"“{value}” is no value for the fault {name}")
        for _, connection in list(self._open.values()):
            with suppress(ConnectionClosed):
                match name:
                    case "drop":
                        connection.transport.abort()
                    case "close":
                        await connection.close(int(value), "on request")
                    case "606":
                        await connection.send(_to_json(TOO_MANY))
                        await connection.close(1008, "too many requests")
                    case _:
                        await connection.send('{"cmd_id":22998,"data":{"code":"' + "x" * (int(value) << 20) + '"}}')

    async def _receive(self, connection: ServerConnection, request: Request) -> Response | None:
        """Any HTTP request: an upgrade goes on (None) or is refused, AllTick's companions are answered."""
        faults = self.faults
        if not is_upgrade(request) and self._companions.serves(urlsplit(request.path).path):
            asked = asked_of(connection, request)
            if faults.http_late:
                await asyncio.sleep(faults.http_late)
            answered = self._companions.answer(asked, asyncio.get_running_loop().time(), time.time())
            answered = spoiled(answered, faults, {"ret": 605, "msg": "too many requests", "trace": ""})
            self._log.write("request", 0, **to_log(asked, answered))
            for rule, detail in answered.breaches:
                self._log.write("breach", 0, rule=rule, detail=detail)
            return response_of(answered)
        if faults.http:
            refused = refusal(int(faults.http), faults)
            self._log.write("request", 0, **to_log(asked_of(connection, request), refused))
            return response_of(refused)
        return _refuse_path(connection, request)

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
        trades: TradeSource = Playback(self._tape) if self._tape else MadeUp(self._market, self._random)
        changed = asyncio.Event()
        dialogue = Dialogue(path, asyncio.get_running_loop().time(), heartbeat_s=self._heartbeat_s)
        dialogue.known = self._known
        if self._options.listed_only:
            from quotedesk.demo.listed_codes import is_listed  # as long as nobody asks it is not read

            dialogue.is_listed = is_listed
        try:
            async with asyncio.TaskGroup() as both:
                pusher = both.create_task(self._push(connection, number, dialogue, trades, changed))
                await self._converse(connection, number, dialogue, trades, changed, both)
                pusher.cancel()
        except* ConnectionClosed:
            pass
        finally:
            del self._open[number]
            self._holds.pop(number, None)
            self._still.discard(connection)
            self._log.write("close", number, code=connection.close_code)

    async def _converse(
        self,
        connection: ServerConnection,
        number: int,
        dialogue: Dialogue,
        trades: TradeSource,
        changed: asyncio.Event,
        tasks: asyncio.TaskGroup,
    ) -> None:
        """Answer until a rule ends it. Raises ConnectionClosed."""
        loop, faults = asyncio.get_running_loop(), self.faults

        def hold() -> None:
            most = int(faults.plan) or None
            trades.hold(list(dict.fromkeys([*[*dialogue.held][:most], *[*dialogue.books][:most]])), loop.time())
            changed.set()

        self._holds[number] = hold
        while True:
            try:
                async with asyncio.timeout_at(dialogue.deadline_s if dialogue.deadline_s < math.inf else None):
                    data = await connection.recv()
            except TimeoutError:
                self._log.write("breach", number, rule="heartbeat", detail=f"none for {self._heartbeat_s:g} s")
                await connection.close(1008, "no heartbeat")
                return
            if faults.slow_read:
                await asyncio.sleep(faults.slow_read)
            frame = parse(data)
            self._log.write("in", number, frame=frame)
            dialogue.unknown = self._options.unknown | faults.refuse
            dialogue.clears, dialogue.answers = faults.clear, not faults.mute
            reply = dialogue.receive(frame, loop.time())
            for rule, detail in reply.breaches:
                self._log.write("breach", number, rule=rule, detail=detail)
            if reply.answer is not None:
                self._log.write("out", number, frame=reply.answer)
                answer = _send_late(connection, _to_json(reply.answer), 0.0 if reply.is_beat else faults.late)
                if faults.late and not reply.is_beat:
                    tasks.create_task(answer)
                else:
                    await answer
            if reply.closes:
                await connection.close(1008, "too many requests")
                return
            hold()

    async def _push(
        self,
        connection: ServerConnection,
        number: int,
        dialogue: Dialogue,
        trades: TradeSource,
        changed: asyncio.Event,
    ) -> None:
        """Send trades when they are due. Raises ConnectionClosed.

        A client that does not read stops this here; what falls due meanwhile stays in `trades` and takes no memory.
        """
        now_s, faults = asyncio.get_running_loop().time, self.faults
        ticked: set[str] = set()
        while True:
            self._hold_still(connection)
            rest_at_s = now_s() + GRAIN_S
            pushes = []
            while now_s() < rest_at_s and (trade := trades.pop(now_s())):
                if faults.holds_back(trade.code, now_s(), ticked):
                    continue  # the market goes on without it
                if dialogue.books and trade.code in dialogue.books:
                    book = self._companions.book(trade, dialogue.books[trade.code], next(self._seqs), time.time())
                    self._log.write("book", number, **book)
                    pushes.append(_to_json({"cmd_id": BOOK_PUSH, "data": book}).encode())
                    if trade.code not in dialogue.held:
                        continue
                data = self._push_data(trade) | faults.status(trade.code)
                self._log.write("tick", number, **data)
                pushes.append(_to_json({"cmd_id": TRADE_PUSH, "data": data}).encode())
            if pushes:
                await _send_all(connection, faults.spoiled(pushes, self._random))
            due_s = max(trades.due_s, rest_at_s)
            changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due_s if due_s < math.inf else None):
                    await changed.wait()

    def _push_data(self, trade: MadeTrade) -> dict[str, object]:
        code, faults = trade.code, self.faults
        skew_s = faults.skew_s + (AHEAD_S if faults.takes_ahead(code) else 0.0)
        price = faults.price(code, trade.price)
        turnover = f"{float(price) * float(trade.size):.2f}" if trade.size else ""
        beside = {} if self._days is None else {"quote": self._days.of(trade, time.time())}
        return {
            "code": code,
            "seq": next(self._seqs),
            "tick_time": (int(time.time() * 1000) if trade.time_ms is None else trade.time_ms) + int(skew_s * 1000),
            "price": price,
            "volume": trade.size,
            "turnover": turnover,
            "trade_direction": trade.direction,
            **beside,
        }

    def _hold_still(self, connection: ServerConnection) -> None:
        """A half-open connection: whoever is there reads nothing, not even a ping."""
        if self.faults.half_open and connection not in self._still:
            self._still.add(connection)
            connection.transport.pause_reading()
        elif not self.faults.half_open and connection in self._still:
            self._still.discard(connection)
            connection.transport.resume_reading()


def _market_by_clock(seed: int) -> "tuple[DemoMarket, DayQuotes]":
    from quotedesk.demo.course import DemoHistory  # a server whose market stands where it always did starts without it
    from quotedesk.demo.day_quotes import DayQuotes

    history = DemoHistory(seed)
    return DemoMarket(seed, lambda code: history.drift(code, time.time)), DayQuotes(seed, history)


async def _send_late(connection: ServerConnection, frame: str, late_s: float) -> None:
    if late_s:
        await asyncio.sleep(late_s)
    with suppress(ConnectionClosed):
        await connection.send(frame)


async def _send_all(connection: ServerConnection, frames: list[bytes]) -> None:
    """Send all in two writes, as a system call a frame costs more than all else; wait while the client is behind."""
    *early, last = frames
    if early and connection.state is State.OPEN:
        for frame in early:
            connection.protocol.send_text(frame)
        connection.transport.write(b"".join(connection.protocol.data_to_send()))
    await connection.send(last, text=True)


def _refuse_path(connection: ServerConnection, request: Request) -> Response | None:
    if urlsplit(request.path).path in ENDPOINTS:
        return None
    return connection.respond(HTTPStatus.NOT_FOUND, f"Paths here: {' '.join(ENDPOINTS)}\n")

"""The demo server in the dialect of a venue: its sockets, its HTTP, its log. `dialects` knows what to say."""

import asyncio
import itertools
import json
import math
import random
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from quotedesk.demo.dialects import venue_class
from quotedesk.demo.dialects.base import Venue, VenueTalk
from quotedesk.demo.prices import MadeUp
from quotedesk.demo.server import CLOSE_TIMEOUT_S, GRAIN_S, Log, ServerOptions
from quotedesk.demo.web import (
    PostingConnection,
    asked_of,
    is_upgrade,
    refusal,
    response_of,
    split_url,
    spoiled,
    to_log,
)
from quotedesk.demo.wire import HttpAnswer, HttpAsked, WireFrame

_MANY = 2000  # instruments
CLOSES_AFTER_S = 30.0  # of a planned close, where nothing else is said


class VenueServer:
    """Use as `async with VenueServer(options) as server`, like `DemoServer`.

    Attributes:
        url: where it listens, as "ws://127.0.0.1:PORT"; HTTP is on the same port.
        venue: see Venue.
        faults: what is wrong now.
    """

    url: str

    def __init__(self, options: ServerOptions) -> None:
        """Raises ValueError where a fault is none; its text is for people."""
        self._options = options
        self.faults = options.first_faults()
        self.faults.refuse |= options.unknown
        if options.replay:
            raise ValueError("recorded trades are played in the dialect alltick only")
        self.venue: Venue = venue_class(options.dialect)(self.faults, options.seed, options.instruments)
        self._random = random.Random(options.seed)
        self._numbers = itertools.count(1)
        self._open: dict[int, tuple[ServerConnection, VenueTalk]] = {}
        self._changed: dict[int, Callable[[], None]] = {}
        self._endings: asyncio.TaskGroup | None = None

    async def __aenter__(self) -> Self:
        options = self._options
        if not 0 <= options.port <= 65535:
            raise ValueError(f"{options.port} is no port; use 0 to 65535")
        self._log = Log(options.log)
        try:
            self._server: Server = await serve(
                self._connection,
                "127.0.0.1",
                options.port,
                process_request=self._request,
                create_connection=PostingConnection,
                compression=None,
                ping_interval=self.venue.ping_s,
                ping_timeout=self.venue.pong_s,
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
        """Let something go wrong, once or from now on: as `DemoServer.act`, and "planned 30".

        "planned 30" tells a planned close as the venue does, and closes 30 s later. Raises ValueError, its text is for
        people.
        """
        name, _, value = words.strip().partition(" ")
        if name not in ("drop", "close", "oversized", "planned"):
            self.faults.set(words)
        elif name != "drop" and not (value or "30").isdigit():
            raise ValueError(f"“{value}” is no value for the fault {name}")
        elif name == "planned":
            frame = self.venue.planned(time.time())
            if frame is None:
                raise ValueError(f"{self.venue.title} tells no planned close")
            for _, talk in self._open.values():
                talk.say(frame)
                talk.ends_s = asyncio.get_running_loop().time() + float(value or CLOSES_AFTER_S)
        else:
            for connection, _ in list(self._open.values()):
                with suppress(ConnectionClosed):
                    if name == "drop":
                        connection.transport.abort()
                    elif name == "close":
                        await connection.close(int(value or "1013"), "on request")
                    else:
                        await connection.send('{"data":"' + "x" * (int(value or "4") << 20) + '"}')
        for change in self._changed.values():
            change()

    async def _request(self, connection: ServerConnection, request: Request) -> Response | None:
        """Any HTTP request: an upgrade goes on (None) or is refused, others are answered."""
        now_s, faults, venue = asyncio.get_running_loop().time(), self.faults, self.venue
        if not is_upgrade(request):
            asked = asked_of(connection, request)
            if faults.http_late:
                await asyncio.sleep(faults.http_late)
            utc_s = time.time() + faults.skew_s
            if len(venue.instruments) > _MANY:  # seconds of work, and quotes are due meanwhile
                answered = await asyncio.to_thread(self._answer, asked, now_s, utc_s)
            else:
                answered = self._answer(asked, now_s, utc_s)
            self._log.write("request", 0, **to_log(asked, answered))
            for rule, detail in answered.breaches:
                self._log.write("breach", 0, rule=rule, detail=detail)
            return response_of(answered)
        refused = self._refusal(request, now_s)
        if refused is None:
            return None
        self._log.write("request", 0, **to_log(asked_of(connection, request), refused))
        return response_of(refused)

    def _refusal(self, request: Request, now_s: float) -> HttpAnswer | None:
        """The answer to an upgrade that is refused; None where it goes on."""
        path, query = split_url(request.path)
        faults, venue = self.faults, self.venue
        if faults.http:
            return refusal(int(faults.http), faults, venue.refusals)
        if not venue.serves(path):
            return HttpAnswer({"message": f"Paths here: {' '.join(venue.paths)}"}, 404)
        if venue.dials and not venue.dials.spend(now_s):
            self._log.write("breach", 0, rule="dials", detail=f"over {venue.dials.count:g}")
            return HttpAnswer({"message": "too many connections"}, 429, faults.retry_after)
        return venue.refuses(query)

    def _answer(self, asked: HttpAsked, now_s: float, utc_s: float) -> HttpAnswer:
        answer = spoiled(self.venue.http(asked, now_s, utc_s), self.faults, self.venue.error(), self.venue.refusals)
        return answer._replace(body=answer.data)

    async def _connection(self, connection: ServerConnection) -> None:
        """One connection, from the open to the close: one task reads, one sends what is due."""
        assert connection.request is not None
        path, query = split_url(connection.request.path)
        number, loop = next(self._numbers), asyncio.get_running_loop()
        self._log.write("open", number, path=path)
        talk = self.venue.talk(path, query, loop.time())
        others = [other for other, (_, there) in self._open.items() if there.is_of(talk)]
        if others and self.venue.is_single:
            self._log.write("breach", number, rule="second connection", detail=others)
        talk.is_second = bool(others)
        changed = asyncio.Event()
        self._open[number] = (connection, talk)
        self._changed[number] = changed.set
        try:
            talk.greet(loop.time(), time.time())
            async with asyncio.TaskGroup() as both:
                pusher = both.create_task(self._push(connection, number, talk, changed, both))
                await self._read(connection, number, talk, changed)
                pusher.cancel()
        except* ConnectionClosed:
            pass
        finally:
            del self._open[number], self._changed[number]
            self._log.write("close", number, code=connection.close_code)

    async def _read(self, connection: ServerConnection, number: int, talk: VenueTalk, changed: asyncio.Event) -> None:
        """Raises ConnectionClosed."""
        loop = asyncio.get_running_loop()
        while True:
            data = await connection.recv()
            text = data if isinstance(data, str) else data.decode("utf-8", "replace")
            if self.faults.slow_read:
                await asyncio.sleep(self.faults.slow_read)
            self._log.write("in", number, frame=_without_secrets(text))
            talk.receive(text, loop.time(), time.time())
            changed.set()

    async def _push(
        self,
        connection: ServerConnection,
        number: int,
        talk: VenueTalk,
        changed: asyncio.Event,
        tasks: asyncio.TaskGroup,
    ) -> None:
        """Send answers at once, quotes when they are due, and close when it is time. Raises ConnectionClosed."""
        now_s, faults, venue = asyncio.get_running_loop().time, self.faults, self.venue
        trades = MadeUp(venue.market, self._random)
        ticked: set[str] = set()
        opened_s, is_still = now_s(), False
        while True:
            if faults.half_open is not is_still:
                is_still = faults.half_open
                (connection.transport.pause_reading if is_still else connection.transport.resume_reading)()
            talk.elapsed(now_s(), time.time())
            ages_s = opened_s + (faults.age or venue.age_s)
            if now_s() >= min(talk.ends_s, ages_s):
                talk.close(*talk.end)
            strays = [key for key, made in venue.instruments.items() if made.symbol in faults.stray]
            held = list(talk.held)[: int(faults.plan) or None]
            trades.hold([*held, *(key for key in strays if key not in talk.held)], now_s())
            rest_at_s = now_s() + GRAIN_S
            frames = self._taken(talk, number)
            while now_s() < rest_at_s and (trade := trades.pop(now_s())):
                made = venue.instruments[trade.code]
                if not venue.trades(made) or faults.holds_back(made.symbol, now_s(), ticked):
                    continue
                ticker, fields, utc_s = venue.newest(made, time.time())
                frames += talk.quote(ticker, fields, now_s(), utc_s)
            await self._send(connection, number, frames, tasks)
            if talk.closing:
                await connection.close(*talk.closing)
                return
            due_s = min(max(trades.due_s, rest_at_s), talk.due_s, talk.ends_s, ages_s)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due_s if due_s < math.inf else None):
                    await changed.wait()
            changed.clear()

    def _taken(self, talk: VenueTalk, number: int) -> list[WireFrame]:
        for rule, detail in talk.breaches:
            self._log.write("breach", number, rule=rule, detail=detail)
        talk.breaches.clear()
        frames, talk.out[:] = list(talk.out), []
        if self.faults.half_open:
            return []
        return [frame for frame in frames if not (self.faults.mute and frame.kind == "answer")]

    async def _send(
        self, connection: ServerConnection, number: int, frames: list[WireFrame], tasks: asyncio.TaskGroup
    ) -> None:
        faults = self.faults
        for frame in frames:
            if frame.kind == "quote":
                self._log.write("quote", number, code=frame.code, **frame.texts())
            elif frame.kind == "answer":
                self._log.write("out", number, frame=frame.body)
            if frame.kind == "answer" and faults.late:
                tasks.create_task(_send_later(connection, frame.text, faults.late))
            elif frame.kind != "quote":
                await connection.send(frame.text)
        quotes = [frame.text.encode() for frame in frames if frame.kind == "quote"]
        if quotes:
            for text in faults.spoiled(quotes, self._random):
                await connection.send(text, text=True)


async def _send_later(connection: ServerConnection, frame: str, late_s: float) -> None:
    await asyncio.sleep(late_s)
    with suppress(ConnectionClosed):
        await connection.send(frame)


def _without_secrets(text: str) -> object:
    """A frame for the log: a login without its key."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(frame, dict) and {"key", "secret"} & frame.keys():
        return {name: "…" if name in ("key", "secret") else value for name, value in frame.items()}
    return frame

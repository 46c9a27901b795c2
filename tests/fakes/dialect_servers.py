"""Servers of Coinbase, OKX, Finnhub and Alpaca on loopback: they forgive nothing, and write down what they sent.

They know nothing of quotedesk, and are written from the papers, not from the codecs.
"""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.fakes.port import held_port

ASKED_AT_MOST = 2  # a code that is refused, by one client in one life of a server


class DialectServer:
    """`async with` opens and closes it; `restart` takes the same port again. A dialect is a subclass.

    Attributes:
        url: where it listens, from the first start on.
        breaches: what a client did wrong.
        frames: all that came, in order.
        asks: how often each code was asked for.
        held: what the connection gets that asked for something last.
        sent: code -> what was last sent of it, as the dialect writes it.
        opened, most_open: connections since the start, and how many there were at once.
        dials_s: when each was opened.
        plan: so many codes at most; 0 is no limit.
        is_mute: no ticks from now on.
        status: what an upgrade is answered with; 0: it is accepted.
    """

    path = "/"
    frames_per_s = 1000

    def __init__(self, *, unknown: Iterable[str] = (), plan: int = 0, rate: float = 20.0) -> None:
        self.url = ""
        self.breaches: list[str] = []
        self.frames: list[Any] = []
        self.asks: Counter[str] = Counter()
        self.held: dict[str, None] = {}
        self.sent: dict[str, dict[str, Any]] = {}
        self.opened = self.most_open = 0
        self.dials_s: list[float] = []
        self.plan = plan
        self.is_mute = False
        self.status = 0
        self._unknown = frozenset(unknown)
        self._rate = rate
        self._port = held_port()
        self._numbers = itertools.count(1)
        self._sockets: set[ServerConnection] = set()
        self._came_s: list[float] = []

    async def __aenter__(self) -> Self:
        await self._listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Cut everybody off, and listen no more."""
        self._server.close(close_connections=False)
        self.drop()
        await self._server.wait_closed()

    async def restart(self) -> None:
        """Listen again where it listened before."""
        await self._listen()

    def drop(self) -> None:
        """Cut everybody off, without a word."""
        for socket in self._sockets:
            socket.transport.abort()

    async def _listen(self) -> None:
        self._server: Server = await serve(
            self._connection,
            "127.0.0.1",
            self._port,
            process_request=self._admit,
            ping_interval=None,
            close_timeout=0.5,
        )
        self.url = f"ws://127.0.0.1:{self._port}"

    def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        if urlsplit(request.path).path != self.path:
            self.breaches.append(f"path: {request.path}")
        return socket.respond(self.status, "not here") if self.status else None

    async def _connection(self, socket: ServerConnection) -> None:
        self.opened += 1
        self.dials_s.append(time.monotonic())
        self._sockets.add(socket)
        self.most_open = max(self.most_open, len(self._sockets))
        held: dict[str, None] = {}
        self.held = held
        self._came_s = []
        try:
            async with asyncio.TaskGroup() as both:
                pusher = both.create_task(self._push(socket, held))
                await self.greet(socket)
                async for data in socket:
                    self._hear(data)
                    self.held = held
                    for answer in self.judged(data):  # type: ignore[arg-type]
                        await socket.send(answer if isinstance(answer, str) else json.dumps(answer))
                pusher.cancel()
        except* ConnectionClosed:
            pass
        finally:
            self._sockets.discard(socket)
            held.clear()

    def _hear(self, data: str | bytes) -> None:
        now_s = time.monotonic()
        self._came_s = [at_s for at_s in self._came_s if now_s < at_s + 1.0] + [now_s]
        if len(self._came_s) > self.frames_per_s:
            self.breaches.append(f"{len(self._came_s)} frames in a second")
        if not isinstance(data, str):
            self.breaches.append("a binary frame")

    async def _push(self, socket: ServerConnection, held: dict[str, None]) -> None:
        """Ticks of all that is held, in turn. Raises ConnectionClosed."""
        while True:
            for code in [] if self.is_mute else list(held):
                await socket.send(self.tick(code, next(self._numbers)))
            await asyncio.sleep(1 / self._rate)

    def add(self, codes: Iterable[str]) -> None:
        """Subscribe; that twice is a breach where the code ticked."""
        for code in codes:
            self.asks[code] += 1
            if code in self.held and code in self.sent and not self.is_mute:
                self.breaches.append(f"twice: {code}")
            self.held[code] = None

    def take_away(self, codes: Iterable[str]) -> None:
        """Unsubscribe; that of what is not subscribed is a breach."""
        for code in codes:
            if code not in self.held:
                self.breaches.append(f"not held: {code}")
            self.held.pop(code, None)

    def refused(self, codes: Iterable[str]) -> list[str]:
        """Those of them that are unknown. To be asked for one too often is a breach."""
        bad = [code for code in codes if code in self._unknown]
        for code in bad:
            self.asks[code] += 1
            if self.asks[code] > ASKED_AT_MOST:
                self.breaches.append(f"asked for {code} {self.asks[code]} times")
        return bad

    def form(self, frame: Any, keys: set[str]) -> bool:
        """Has it these keys and no others?"""
        if not isinstance(frame, dict) or set(frame) != keys:
            self.breaches.append(f"form: {frame}")
            return False
        self.frames.append(frame)
        return True

    async def greet(self, socket: ServerConnection) -> None:
        """What is said and checked before any frame."""

    def judged(self, data: str) -> list[Any]:
        """The answers to a frame."""
        raise NotImplementedError

    def tick(self, code: str, number: int) -> str:
        """A push of one code."""
        raise NotImplementedError


class CoinbaseServer(DialectServer):
    """One that is not asked for anything within 5 s hangs up; 8 frames a second."""

    frames_per_s = 8

    async def greet(self, socket: ServerConnection) -> None:
        asyncio.get_running_loop().call_later(5.0, self._look, socket, len(self.frames))

    def _look(self, socket: ServerConnection, before: int) -> None:
        if socket in self._sockets and len(self.frames) == before:
            self.breaches.append("nothing was subscribed within 5 s")
            socket.transport.abort()

    def judged(self, data: str) -> list[Any]:
        frame = json.loads(data)
        if not self.form(frame, {"type", "product_ids", "channels"}) or frame["channels"] != ["ticker"]:
            return [{"type": "error", "message": "Malformed"}]
        codes = frame["product_ids"]
        if not codes or len(set(codes)) < len(codes):
            self.breaches.append(f"codes: {codes}")
        errors = []
        if frame["type"] == "subscribe":
            bad = self.refused(codes)
            self.add([code for code in codes if code not in bad])
            errors = [
                {"type": "error", "message": "Failed to subscribe", "reason": f"{code} is not a valid product"}
                for code in bad
            ]
        else:
            self.take_away(codes)
        channels = [{"name": "ticker", "product_ids": list(reversed(self.held))}] if self.held else []
        return [*errors, {"type": "subscriptions", "channels": channels}]

    def tick(self, code: str, number: int) -> str:
        price = 100 + number % 7 / 10
        self.sent[code] = {
            "type": "ticker",
            "sequence": number,
            "product_id": code,
            "price": f"{price:.2f}",
            "open_24h": "98.50",
            "volume_24h": f"{1000 + number}.5",
            "low_24h": "97.00",
            "high_24h": "101.25",
            "best_bid": f"{price - 0.01:.2f}",
            "best_bid_size": "0.5",
            "best_ask": f"{price + 0.01:.2f}",
            "best_ask_size": "0.25",
            "side": "buy",
            "time": time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime()),
            "trade_id": number,
            "last_size": "0.04",
        }
        return json.dumps(self.sent[code])


class OkxServer(DialectServer):
    """A connection that says nothing for `patience_s` is cut; `announce` says that it restarts."""

    path = "/ws/v5/public"

    def __init__(self, *, patience_s: float = 30.0, **options: Any) -> None:
        super().__init__(**options)
        self.pings = 0
        self._patience_s = patience_s
        self._heard_s = 0.0

    async def greet(self, socket: ServerConnection) -> None:
        self._heard_s = time.monotonic()
        self._look(socket)

    def _look(self, socket: ServerConnection) -> None:
        if socket not in self._sockets:
            return
        if time.monotonic() > self._heard_s + self._patience_s:
            self.breaches.append("silent too long")
            socket.transport.abort()
        else:
            asyncio.get_running_loop().call_later(0.1, self._look, socket)

    async def announce(self) -> list[ServerConnection]:
        """The notice of a restart, to everybody; returns whom it went to."""
        told = list(self._sockets)
        for socket in told:
            notice = {"event": "notice", "code": "64008", "msg": "The connection will soon be closed", "connId": "c"}
            await socket.send(json.dumps(notice))
        return told

    def judged(self, data: str) -> list[Any]:
        self._heard_s = time.monotonic()
        if data == "ping":
            self.pings += 1
            return ["pong"]
        frame = json.loads(data)
        if len(data) > 64 * 1024:
            self.breaches.append("more than 64 KB")
        if not self.form(frame, {"id", "op", "args"}):
            return [{"event": "error", "code": "60012", "msg": "Illegal request", "connId": "c"}]
        answers: list[Any] = []
        for arg in frame["args"]:
            code = arg.get("instId")
            if set(arg) != {"channel", "instId"} or arg["channel"] != "tickers":
                self.breaches.append(f"arg: {arg}")
            if frame["op"] == "subscribe" and self.refused([code]):
                words = f"Wrong URL or channel:tickers,instId:{code} doesn't exist. Please use the correct URL"
                answers.append({"id": frame["id"], "event": "error", "code": "60018", "msg": words, "connId": "c"})
                continue
            (self.add if frame["op"] == "subscribe" else self.take_away)([code])
            answers.append({"id": frame["id"], "event": frame["op"], "arg": arg, "connId": "c"})
        return answers

    def tick(self, code: str, number: int) -> str:
        price = 100 + number % 7 / 10
        self.sent[code] = {
            "instType": "SPOT",
            "instId": code,
            "last": f"{price:.2f}",
            "lastSz": "0.04",
            "askPx": f"{price + 0.01:.2f}",
            "askSz": "0.25",
            "bidPx": f"{price - 0.01:.2f}",
            "bidSz": "0.5",
            "open24h": "98.5",
            "high24h": "101.25",
            "low24h": "97",
            "volCcy24h": f"{number}000",
            "vol24h": f"{number}0",
            "ts": str(int(1000 * time.time())),
        }
        return json.dumps({"arg": {"channel": "tickers", "instId": code}, "data": [self.sent[code]]})


class FinnhubServer(DialectServer):
    """One symbol a frame, no answer but errors that name none; the key is the address's `token`."""

    def __init__(self, *, key: str = "", ping_s: float = 30.0, **options: Any) -> None:
        super().__init__(**options)
        self.ping_s = ping_s
        self.pings = 0
        self._key = key

    def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        if refused := super()._admit(socket, request):
            return refused
        given = parse_qs(urlsplit(request.path).query).get("token", [""])
        return None if given == [self._key] else socket.respond(401, f"Invalid API key {given[0]}")

    async def greet(self, socket: ServerConnection) -> None:
        asyncio.get_running_loop().call_later(self.ping_s, self._ping, socket)

    def _ping(self, socket: ServerConnection) -> None:
        if socket in self._sockets and self.ping_s:
            self.pings += 1
            socket.protocol.send_text(b'{"type":"ping"}')
            socket.send_data()
            asyncio.get_running_loop().call_later(self.ping_s, self._ping, socket)

    def judged(self, data: str) -> list[Any]:
        frame = json.loads(data)
        if not self.form(frame, {"type", "symbol"}) or not isinstance(frame["symbol"], str):
            return [{"type": "error", "msg": "Invalid request"}]
        code = frame["symbol"]
        if frame["type"] == "unsubscribe":
            self.take_away([code])
            return []
        if self.refused([code]):
            return [{"type": "error", "msg": f"Invalid symbol {code}"}]
        if self.plan and code not in self.held and len(self.held) >= self.plan:
            self.asks[code] += 1
            return [{"type": "error", "msg": "Subscribing to too many symbols"}]
        self.add([code])
        return []

    def tick(self, code: str, number: int) -> str:
        self.sent[code] = {"s": code, "p": 100 + number % 7 / 4, "t": int(1000 * time.time()), "v": number, "c": ["1"]}
        return json.dumps({"data": [self.sent[code]], "type": "trade"})


class AlpacaServer(DialectServer):
    """It speaks first, wants the login, and lets one connection in. `echoes`: it says the login back."""

    path = "/v2/iex"

    def __init__(self, *, key: str, secret: str, echoes: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.logins = 0
        self._right = {"action": "auth", "key": key, "secret": secret}
        self._echoes = echoes
        self._is_in = False

    async def greet(self, socket: ServerConnection) -> None:
        self._is_in = False
        await socket.send('[{"T":"success","msg":"connected"}]')

    def _error(self, code: int, words: str) -> list[Any]:
        return [[{"T": "error", "code": code, "msg": words}]]

    def judged(self, data: str) -> list[Any]:
        frame = json.loads(data)
        if frame.get("action") == "auth":
            self.logins += 1
            if self._is_in:
                self.breaches.append("a second login")
            said = json.dumps(frame).replace("/", r"\/") if self._echoes else ""
            if frame != self._right:
                return self._error(402, f"auth failed {said}".strip())
            self._is_in = True
            return ['[{"T":"success","msg":"authenticated"}]', *([said] if said else [])]
        if not self._is_in:
            self.breaches.append("a request before the login was taken")
            return self._error(401, "not authenticated")
        if not self.form(frame, {"action", "trades", "quotes"}) or frame["trades"] != frame["quotes"]:
            return self._error(400, "invalid syntax")
        codes = frame["trades"]
        if frame["action"] == "unsubscribe":
            self.take_away(codes)
        elif self.plan and len({*self.held, *codes}) > self.plan:
            self.asks.update(codes)
            return self._error(405, "symbol limit exceeded")
        else:
            self.add([code for code in codes if code not in self.refused(codes)])
        held = list(self.held)
        return [[{"T": "subscription", "trades": held, "quotes": held, "bars": [], "statuses": []}]]

    def tick(self, code: str, number: int) -> str:
        price = 100 + number % 7 / 4
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime())
        trade = {"T": "t", "S": code, "i": number, "x": "V", "p": price, "s": 100, "c": ["@"], "z": "C", "t": stamp}
        quote = {"T": "q", "S": code, "bx": "V", "bp": price - 0.25, "bs": 3, "ax": "V", "ap": price + 0.25, "as": 4}
        self.sent[code] = {**quote, **trade}
        return json.dumps([{**quote, "c": ["R"], "z": "C", "t": stamp}, trade])

"""Binance, Kraken and Bybit on loopback, as their papers have them: strict, and writing down what they sent.

Each code has a number that rises with every tick; all that is said of it follows from that number, see `said`.
"""

import asyncio
import contextlib
import json
import time
from collections import Counter
from http import HTTPStatus
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from tests.fakes.port import held_port

BINANCE_STREAMS = {"ticker", "bookTicker", "aggTrade"}


def said(number: int) -> dict[str, str]:
    """What a venue says of a code at its n-th tick."""
    last = 100 + number / 100
    return {
        "last": f"{last:.2f}",
        "bid": f"{last - 0.01:.2f}",
        "ask": f"{last + 0.01:.2f}",
        "bid_size": f"{number}.5",
        "ask_size": f"{number}.7",
        "open_24h": "90.10",
        "high": "300.00",
        "low": "80.00",
        "volume": f"{1000 + number}.25",
    }


class Connection:
    """One connection of a client.

    Attributes:
        held: topics or symbols that it gets.
        frames_s: when it sent what, for limits of a second.
    """

    def __init__(self, socket: ServerConnection) -> None:
        self.socket = socket
        self.path = socket.request.path if socket.request else ""
        self.held: dict[str, None] = {}
        self.frames_s: list[float] = []


class Venue:
    """A strict server; see the subclasses. `async with` opens and closes it; `stop` and `restart` in between.

    Attributes:
        breaches: what a client did wrong.
        numbers: code -> the newest tick.
        asked: how often each code was asked for.
        requests: what came, as JSON.
        opened_s: when connections came.
        open: those that are there.
        most_open: how many there were at once, by path.
        upgrade: an HTTP status in place of connections.
        is_silent: no ticks.
    """

    frames_per_s = 1_000
    paths: frozenset[str] = frozenset()

    def __init__(self, *, rate: float = 25.0, unknown: frozenset[str] = frozenset({"NOPE", "NO/PE"})) -> None:
        self.breaches: list[str] = []
        self.numbers: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.requests: list[dict[str, Any]] = []
        self.opened_s: list[float] = []
        self.open: list[Connection] = []
        self.most_open: Counter[str] = Counter()
        self.upgrade: HTTPStatus | None = None
        self.is_silent = False
        self.url = ""
        self._port = held_port()
        self._rate = rate
        self._unknown = unknown

    async def __aenter__(self) -> Self:
        await self.restart()
        self._ticking = asyncio.get_running_loop().create_task(self._tick_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._ticking.cancel()
        await self.stop()

    async def restart(self) -> None:
        """Listen, where it listened before."""
        self._server: Server = await serve(
            self._connection,
            "127.0.0.1",
            self._port,
            ping_interval=None,
            close_timeout=0.2,
            process_request=self._process_request,
        )
        self.url = f"ws://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Hang up on everybody, and listen no more."""
        self._server.close()
        await self._server.wait_closed()

    def tick(self, code: str) -> None:
        """The next tick of a code, to all that hold it."""
        self.numbers[code] += 1
        for connection in list(self.open):
            for frame in self.pushes(connection, code, self.numbers[code]):
                self.send(connection, frame)

    def send(self, connection: Connection, frame: str) -> None:
        """Without waiting: what one client does not take must not hold up the others."""
        asyncio.get_running_loop().create_task(self._send(connection, frame))

    # What a venue is

    def answers(self, connection: Connection, request: dict[str, Any]) -> list[str]:
        raise NotImplementedError

    def pushes(self, connection: Connection, code: str, number: int) -> list[str]:
        raise NotImplementedError

    def codes(self, connection: Connection) -> list[str]:
        """The codes that it holds."""
        return list(connection.held)

    def greeting(self) -> list[str]:
        return []

    # Inside

    def _process_request(self, socket: ServerConnection, request: Request) -> Response | None:
        self.opened_s.append(time.monotonic())
        if request.path not in self.paths:
            self.breaches.append(f"path: {request.path}")
        return socket.respond(self.upgrade, "not here\n") if self.upgrade else None

    async def _connection(self, socket: ServerConnection) -> None:
        connection = Connection(socket)
        self.open.append(connection)
        here = sum(each.path == connection.path for each in self.open)
        self.most_open[connection.path] = max(self.most_open[connection.path], here)
        try:
            for frame in self.greeting():
                await socket.send(frame)
            async for data in socket:
                self._judge_pace(connection)
                if not isinstance(data, str):
                    self.breaches.append("binary")
                request = json.loads(data)
                self.requests.append(request)
                for answer in self.answers(connection, request):
                    await socket.send(answer)
        except ConnectionClosed:
            pass
        finally:
            self.open.remove(connection)

    def _judge_pace(self, connection: Connection) -> None:
        now_s = time.monotonic()
        connection.frames_s = [each for each in connection.frames_s if each > now_s - 1.0] + [now_s]
        if len(connection.frames_s) > self.frames_per_s:
            self.breaches.append(f"pace: {len(connection.frames_s)} frames in a second")

    async def _tick_on(self) -> None:
        while True:
            await asyncio.sleep(1 / self._rate)
            if not self.is_silent:
                for code in {code: None for each in self.open for code in self.codes(each)}:
                    self.tick(code)

    async def _send(self, connection: Connection, frame: str) -> None:
        with contextlib.suppress(ConnectionClosed):
            await connection.socket.send(frame)


class BinanceVenue(Venue):
    """Acknowledges any stream; what it does not know never ticks."""

    frames_per_s = 4  # and a ping of the client's
    paths = frozenset({"/ws"})

    def shut_down(self) -> None:
        """Announce to those that are here now that they will be cut."""
        for connection in list(self.open):
            self.send(connection, json.dumps({"e": "serverShutdown", "E": round(time.time() * 1000)}))

    def answers(self, connection: Connection, request: dict[str, Any]) -> list[str]:
        params = request.get("params", [])
        if request.keys() != {"method", "params", "id"} or not params or len(set(params)) < len(params):
            self.breaches.append(f"form: {request}")
        for param in params:
            symbol, _, stream = param.partition("@")
            if symbol != symbol.lower() or stream not in BINANCE_STREAMS:
                self.breaches.append(f"stream: {param}")
            if request["method"] == "SUBSCRIBE":
                if stream == "ticker":
                    self.asked[symbol.upper()] += 1
                if param in connection.held:
                    self.breaches.append(f"twice: {param}")
                connection.held[param] = None
            elif param in connection.held:
                del connection.held[param]
            else:
                self.breaches.append(f"not held: {param}")
        if len(connection.held) > 1024:
            self.breaches.append("more than 1024 streams")
        return [json.dumps({"result": None, "id": request["id"]})]

    def codes(self, connection: Connection) -> list[str]:
        codes = dict.fromkeys(param.partition("@")[0].upper() for param in connection.held)
        return [code for code in codes if code not in self._unknown]

    def pushes(self, connection: Connection, code: str, number: int) -> list[str]:
        now, at = said(number), round(time.time() * 1000)
        events: dict[str, dict[str, Any]] = {
            "aggTrade": {"e": "aggTrade", "E": at, "s": code, "a": number, "p": now["last"], "q": "1", "T": at - 1},
            "bookTicker": {
                **{"u": number, "s": code, "b": now["bid"], "B": now["bid_size"]},
                **{"a": now["ask"], "A": now["ask_size"]},
            },
            "ticker": {
                **{"e": "24hrTicker", "E": at, "s": code, "c": now["last"], "o": now["open_24h"], "h": now["high"]},
                **{"l": now["low"], "v": now["volume"], "q": "5", "b": "1.00", "B": "9", "a": "999.00", "A": "9"},
            },
        }
        due = ["aggTrade", "bookTicker"] + ["ticker"] * (number % 5 == 0)
        return [json.dumps(events[each]) for each in due if f"{code.lower()}@{each}" in connection.held]


class KrakenVenue(Venue):
    """Answers for each symbol, and begins each with a snapshot."""

    frames_per_s = 10
    paths = frozenset({"/v2"})

    def greeting(self) -> list[str]:
        system = {"api_version": "v2", "connection_id": 1, "system": "online", "version": "2.0.0"}
        return [json.dumps({"channel": "status", "data": [system], "type": "update"})]

    def answers(self, connection: Connection, request: dict[str, Any]) -> list[str]:
        method, request_id, params = request["method"], request.get("req_id"), request.get("params", {})
        if method == "ping":
            return [json.dumps({"method": "pong", "req_id": request_id})]
        said_back: dict[str, Any] = {"method": method, "req_id": request_id}
        if params["channel"] == "instrument":
            pairs = {"assets": [], "pairs": [{"symbol": "HALT/USD", "status": "cancel_only"}]}
            ack = {**said_back, "success": True, "result": {"channel": "instrument", "snapshot": True}}
            return [json.dumps(ack), json.dumps({"channel": "instrument", "type": "snapshot", "data": pairs})]
        answers = []
        for symbol in params["symbol"]:
            if method == "subscribe":
                self.asked[symbol] += 1
            if symbol in self._unknown:
                told = {"error": f"Currency pair not supported {symbol}", "success": False, "symbol": symbol}
            elif method == "subscribe" and symbol in connection.held:
                told = {"error": "Already subscribed", "success": False, "symbol": symbol}
                self.breaches.append(f"twice: {symbol}")
            elif method == "unsubscribe" and symbol not in connection.held:
                told = {"error": "Subscription Not Found", "success": False, "symbol": symbol}
                self.breaches.append(f"not held: {symbol}")
            else:
                told = {"result": {"channel": "ticker", "symbol": symbol}, "success": True}
            answers.append(json.dumps({**said_back, **told}))
            if "result" in told and method == "subscribe":
                connection.held[symbol] = None
                answers.append(self._ticker(symbol, self.numbers[symbol], "snapshot"))
            elif "result" in told:
                del connection.held[symbol]
        return answers

    def pushes(self, connection: Connection, code: str, number: int) -> list[str]:
        return [self._ticker(code, number, "update")] if code in connection.held else []

    def _ticker(self, code: str, number: int, kind: str) -> str:
        now = said(number)
        fields = [f'"symbol":"{code}"', f'"change":{float(now["last"]) - 90.10:.2f}', f'"bid_qty":{now["bid_size"]}']
        fields += [f'"ask_qty":{now["ask_size"]}', f'"timestamp":"2026-11-28T10:{number // 60:02}:{number % 60:02}.5Z"']
        fields += [f'"{name}":{now[name]}' for name in ("last", "bid", "ask", "high", "low", "volume")]
        return f'{{"channel":"ticker","type":"{kind}","data":[{{{",".join(fields)}}}]}}'


class BybitVenue(Venue):
    """One bad topic fails its whole request. Linear: a snapshot, then deltas. Spot: no bid and ask in the ticker."""

    paths = frozenset({"/v5/public/linear", "/v5/public/spot"})

    def answers(self, connection: Connection, request: dict[str, Any]) -> list[str]:
        op, args = request["op"], request.get("args", [])
        told: dict[str, Any] = {"success": True, "ret_msg": op, "conn_id": "1", "req_id": request["req_id"], "op": op}
        if op == "ping":
            return [json.dumps({**told, "ret_msg": "pong"})]
        is_spot = connection.path.endswith("spot")
        if is_spot and len(args) > 10:
            self.breaches.append(f"{len(args)} topics")
        if op == "subscribe":
            self.asked.update(topic.removeprefix("tickers.") for topic in args if topic.startswith("tickers."))
            bad = [topic for topic in args if topic.rpartition(".")[2] in self._unknown]
            if bad:
                return [json.dumps({**told, "success": False, "ret_msg": f"error:handler not found,topic:{bad[0]}"})]
        answers = [json.dumps(told)]
        for topic in args:
            if op == "subscribe":
                if topic in connection.held:
                    self.breaches.append(f"twice: {topic}")
                connection.held[topic] = None
                answers += self._pushes(topic, self.numbers[topic.rpartition(".")[2]], is_spot, is_first=True)
            elif topic in connection.held:
                del connection.held[topic]
            else:
                self.breaches.append(f"not held: {topic}")
        if sum(map(len, connection.held)) > 21_000:
            self.breaches.append("more than 21,000 characters")
        return answers

    def codes(self, connection: Connection) -> list[str]:
        return list(dict.fromkeys(topic.rpartition(".")[2] for topic in connection.held))

    def pushes(self, connection: Connection, code: str, number: int) -> list[str]:
        topics = [topic for topic in connection.held if topic.rpartition(".")[2] == code]
        is_spot = connection.path.endswith("spot")
        return [frame for topic in topics for frame in self._pushes(topic, number, is_spot, is_first=False)]

    def _pushes(self, topic: str, number: int, is_spot: bool, *, is_first: bool) -> list[str]:
        now, code = said(number), topic.rpartition(".")[2]
        envelope = {
            "topic": topic,
            "type": "snapshot" if is_first or is_spot else "delta",
            "ts": 1_790_000_000_000 + number,
        }
        if topic.startswith("orderbook"):
            book = {"s": code, "b": [[now["bid"], now["bid_size"]]], "a": [[now["ask"], now["ask_size"]]], "u": number}
            return [json.dumps({**envelope, "data": book})]
        data = {"symbol": code, "lastPrice": now["last"], "volume24h": now["volume"]}
        if not is_spot:
            data |= {"bid1Price": now["bid"], "bid1Size": now["bid_size"]}
            data |= {"ask1Price": now["ask"], "ask1Size": now["ask_size"]}
        if is_first or is_spot:
            data |= {"prevPrice24h": now["open_24h"], "highPrice24h": now["high"], "lowPrice24h": now["low"]}
        return [json.dumps({**envelope, "data": data})]

"""The demo server from outside: real sockets on loopback, and the process."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from quotedesk.demo.server import DemoServer, ServerOptions

DEADLINE_S = 20.0
CHECKOUT = Path(__file__).parents[2]
TRADES = "symbol,ts_ms,trade_id,price,size,side\n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Desk:
    """A client that keeps what it got.

    Attributes:
        ticks: the data of each push, in order.
        answers: all else.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.ticks: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self._seq_id = 0

    async def act(self, action: str, *codes: str) -> dict[str, Any]:
        return await self.ask({"cmd_id": 22004, "action": action, "code": codes})

    async def publish(self, command: int, data: object) -> dict[str, Any]:
        self._seq_id += 1
        return await self.ask({"cmd_id": command, "seq_id": self._seq_id, "trace": f"t{self._seq_id}", "data": data})

    async def ask(self, frame: object) -> dict[str, Any]:
        count = len(self.answers)
        await self.socket.send(json.dumps(frame))
        await self.until(lambda: len(self.answers) > count)
        return self.answers[-1]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Read until it holds."""
        async with asyncio.timeout(DEADLINE_S):
            while not holds():
                frame = json.loads(await self.socket.recv())
                if frame["cmd_id"] == 22998:
                    self.ticks.append(frame["data"])
                else:
                    self.answers.append(frame)

    async def read_for(self, time_s: float) -> None:
        """Read what comes in this time: the one way to see that something does not come."""
        with suppress(TimeoutError):
            async with asyncio.timeout(time_s):
                await self.until(lambda: False)

    def codes(self, since: int = 0) -> set[str]:
        return {tick["code"] for tick in self.ticks[since:]}


@asynccontextmanager
async def desk(server: DemoServer, path: str = "/demo") -> AsyncIterator[Desk]:
    async with connect(server.url + path, ping_interval=None, proxy=None) as socket:
        yield Desk(socket)


def events(log: Path, event: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, log.read_text().splitlines()) if line["event"] == event]


def breaches(log: Path) -> list[str]:
    return [line["rule"] for line in events(log, "breach")]


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not holds():
            await asyncio.sleep(0.005)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


@pytest.mark.anyio
async def test_the_article_subscribes_gets_trades_and_unsubscribes(log: Path) -> None:
    async with DemoServer(ServerOptions(log=log)) as server, desk(server) as client:
        assert await client.act("subscribe", "NVDA.US", "EURUSD") == {"ret": 200, "msg": "ok", "cmd_id": 22005}
        await client.until(lambda: client.codes() == {"NVDA.US", "EURUSD"})
        await client.act("unsubscribe", "NVDA.US")
        count = len(client.ticks)
        await client.read_for(0.4)
        late = [tick for tick in client.ticks[count:] if tick["code"] == "NVDA.US"]
        assert len(late) <= 2
        count = len(client.ticks)
        await client.until(lambda: len(client.ticks) > count)
        assert client.codes(since=count) == {"EURUSD"}
    assert set(breaches(log)) <= {"rate"}


@pytest.mark.anyio
async def test_the_windows_own_server_says_the_day_with_each_trade_and_refuses_what_is_not_listed() -> None:
    options = ServerOptions(by_clock=True, listed_only=True)
    async with DemoServer(options) as server, desk(server) as client:
        refused = await client.act("subscribe", "NVDA.US", "APPL.US")
        assert refused == {"ret": 600, "msg": "The demo feed does not have APPL.US", "cmd_id": 22005}
        assert (await client.act("subscribe", "NVDA.US", "SILVER"))["ret"] == 200
        await client.until(lambda: len(client.codes()) == 2)
    for tick in client.ticks:
        said = tick["quote"]
        assert float(said["bid"]) <= float(tick["price"]) <= float(said["ask"])
        assert float(said["low"]) <= float(tick["price"]) <= float(said["high"])
        assert {"prev_close", "open", "volume"} <= said.keys()


@pytest.mark.anyio
async def test_a_trade_looks_like_alltick_s_newest_sample() -> None:
    async with DemoServer(ServerOptions()) as server, desk(server) as client:
        await client.act("subscribe", "NVDA.US", "EURUSD")
        await client.until(lambda: len(client.codes()) == 2)
    stock, forex = (next(tick for tick in client.ticks if tick["code"] == code) for code in ("NVDA.US", "EURUSD"))
    for tick in (stock, forex):
        assert list(tick) == ["code", "seq", "tick_time", "price", "volume", "turnover", "trade_direction"]
        assert isinstance(tick["seq"], int)
        assert isinstance(tick["tick_time"], int)
        assert tick["tick_time"] > 10**12
    assert float(stock["turnover"]) == pytest.approx(float(stock["price"]) * int(stock["volume"]), abs=0.01)
    assert (forex["volume"], forex["turnover"], forex["trade_direction"]) == ("", "", 1)


@pytest.mark.anyio
async def test_the_published_dialect_replaces_and_beats(log: Path) -> None:
    async with DemoServer(ServerOptions(log=log)) as server, desk(server, "/quote-b-ws-api?token=SECRET") as client:
        answer = await client.publish(22004, {"symbol_list": [{"code": "EURUSD"}]})
        assert answer == {"ret": 200, "msg": "ok", "cmd_id": 22005, "seq_id": 1, "trace": "t1", "data": {}}
        assert (await client.publish(22000, {}))["cmd_id"] == 22001
        await client.until(lambda: bool(client.ticks))
        await client.read_for(1.0)  # one request a second
        assert (await client.publish(22004, {"symbol_list": [{"code": "BTCUSDT"}]}))["ret"] == 200
        await client.until(lambda: "BTCUSDT" in client.codes())
    assert breaches(log) == []
    assert "SECRET" not in log.read_text()
    assert events(log, "open")[0]["path"] == "/quote-b-ws-api"


@pytest.mark.anyio
async def test_a_refused_request_leaves_the_list_as_it_was() -> None:
    async with DemoServer(ServerOptions(unknown=frozenset({"XYZ"}))) as server, desk(server) as client:
        await client.act("subscribe", "GOLD")
        answer = await client.act("subscribe", "A.US", "XYZ")
        assert answer == {"ret": 600, "msg": "code invalid: XYZ", "cmd_id": 22005}
        count = len(client.ticks)
        await client.until(lambda: len(client.ticks) > count + 1)
        assert client.codes() == {"GOLD"}


@pytest.mark.anyio
async def test_too_many_requests_are_answered_606_and_closed(log: Path) -> None:
    async with DemoServer(ServerOptions(log=log)) as server, desk(server, "/quote-stock-b-ws-api") as client:
        await client.publish(22004, {"symbol_list": [{"code": "TSLA.US"}]})
        assert (await client.publish(22006, {"cancel_type": 0}))["ret"] == 606
        with pytest.raises(ConnectionClosed):
            await client.until(lambda: False)
    assert breaches(log) == ["rate"]
    assert events(log, "close")[0]["code"] == 1008


@pytest.mark.anyio
async def test_a_connection_without_a_heartbeat_is_closed_and_the_article_s_is_not(log: Path) -> None:
    async with DemoServer(ServerOptions(log=log), heartbeat_s=0.3) as server, desk(server) as client:
        await client.act("subscribe", "GOLD")
        async with desk(server, "/quote-b-ws-api") as silent:
            with pytest.raises(ConnectionClosed):
                await silent.until(lambda: False)
        count = len(client.ticks)
        await client.until(lambda: len(client.ticks) > count)
    assert breaches(log) == ["heartbeat"]


@pytest.mark.anyio
async def test_pings_are_answered() -> None:
    async with DemoServer(ServerOptions()) as server, desk(server) as client:
        async with asyncio.timeout(DEADLINE_S):
            await (await client.socket.ping())


@pytest.mark.anyio
async def test_other_paths_are_not_found() -> None:
    async with DemoServer(ServerOptions()) as server:
        for path in ("/", "/quote-c-ws-api?token=x", "/demo/"):
            with pytest.raises(InvalidStatus) as caught:
                await connect(server.url + path, proxy=None)
            assert caught.value.response.status_code == 404


@pytest.mark.anyio
async def test_the_log_tells_all_that_passed_while_it_passes(log: Path) -> None:
    async with DemoServer(ServerOptions(log=log)) as server:
        async with desk(server) as client:
            answer = await client.act("subscribe", "GOLD", "GOLD")
            await client.socket.send("no JSON")
            await client.until(lambda: len(client.ticks) > 2)
            # Read before anything is closed: as after a kill.
            assert events(log, "open")[0] | {"t": 0} == {"event": "open", "t": 0, "connection": 1, "path": "/demo"}
            assert [line["frame"] for line in events(log, "in")] == [
                {"cmd_id": 22004, "action": "subscribe", "code": ["GOLD", "GOLD"]},
                "no JSON",
            ]
            assert events(log, "out")[0]["frame"] == answer
            sent = [(line["seq"], line["price"], line["volume"]) for line in events(log, "tick")]
            assert sent[: len(client.ticks)] == [(tick["seq"], tick["price"], tick["volume"]) for tick in client.ticks]
            async with desk(server):
                await eventually(lambda: "second connection" in breaches(log))
        await eventually(lambda: len(events(log, "close")) == 2)
    assert [rule for rule in breaches(log) if rule != "rate"] == ["duplicate", "form", "second connection"]
    assert {line["code"] for line in events(log, "close")} == {1000}


@pytest.mark.anyio
async def test_a_connection_after_another_is_no_second_one(log: Path) -> None:
    async with DemoServer(ServerOptions(log=log)) as server:
        for _ in range(5):
            async with desk(server) as client:
                await client.act("subscribe", "GOLD")
    assert breaches(log) == []


@pytest.mark.anyio
async def test_the_same_seed_gives_the_same_prices_whoever_else_is_watched() -> None:
    async def prices(seed: int, *codes: str) -> list[str]:
        async with DemoServer(ServerOptions(seed=seed)) as server, desk(server) as client:
            await client.act("subscribe", *codes)
            await client.until(lambda: sum(tick["code"] == "BTCUSDT" for tick in client.ticks) >= 3)
            return [tick["price"] for tick in client.ticks if tick["code"] == "BTCUSDT"][:3]

    alone, among_others, otherwise = await asyncio.gather(
        prices(7, "BTCUSDT"), prices(7, "A.US", "BTCUSDT", "B.US"), prices(8, "BTCUSDT")
    )
    assert alone == among_others != otherwise


@pytest.mark.anyio
async def test_every_trade_has_a_number_of_its_own_over_all_connections() -> None:
    async with DemoServer(ServerOptions()) as server, desk(server) as one, desk(server) as other:
        for client in (one, other):
            await client.act("subscribe", "GOLD", "BTCUSDT", "USDJPY")
        await asyncio.gather(*(client.until(lambda c=client: len(c.ticks) > 4) for client in (one, other)))  # type: ignore[misc]
    mine, theirs = ([tick["seq"] for tick in client.ticks] for client in (one, other))
    assert mine == sorted(mine)
    assert theirs == sorted(theirs)
    assert len({*mine, *theirs}) == len(mine) + len(theirs)


@pytest.mark.anyio
async def test_thousands_of_symbols_all_come_and_the_answers_still_do() -> None:
    codes = [f"S{number}.US" for number in range(2000)]
    async with DemoServer(ServerOptions()) as server, desk(server) as client:
        await client.act("subscribe", *codes)
        await client.until(lambda: len(client.codes()) == len(codes))
        assert (await client.act("unsubscribe", *codes[1:]))["ret"] == 200


@pytest.mark.anyio
async def test_a_client_that_does_not_read_costs_no_memory_and_goes_on_later(tmp_path: Path, log: Path) -> None:
    digits = "0" * 1000  # so that the trades do not fit into the sockets' buffers
    rows = "".join(f"GOLD,{number // 1000},,1.{digits},1.{digits},\n" for number in range(10_000))
    recording = tmp_path / "trades.csv"
    recording.write_text(TRADES + rows)
    async with DemoServer(ServerOptions(log=log, replay=recording)) as server, desk(server) as client:
        await client.act("subscribe", "GOLD")
        sizes = [0, 1]
        while sizes[-1] != sizes[-2]:  # until the server does not push any more
            await asyncio.sleep(0.2)
            sizes.append(log.stat().st_size)
        assert len(events(log, "tick")) < 10_000
        await client.until(lambda: len(client.ticks) == 10_000)


@pytest.mark.anyio
async def test_recorded_trades_keep_their_texts_and_times_and_end_quietly(tmp_path: Path) -> None:
    recording = tmp_path / "trades.csv"
    recording.write_text(TRADES + "A,1786310819880,,1.50,0.10,Buy\nB,1786310819780,,7,1,Sell\nA,1786310819680,,1.5,,\n")
    async with DemoServer(ServerOptions(replay=recording)) as server, desk(server) as client:
        await client.act("subscribe", "A")
        await client.until(lambda: len(client.ticks) == 2)
        keys = ("code", "price", "volume", "tick_time", "trade_direction")
        assert [tuple(tick[key] for key in keys) for tick in client.ticks] == [
            ("A", "1.5", "", 1786310819680, 0),
            ("A", "1.50", "0.10", 1786310819880, 1),
        ]
        assert (await client.act("subscribe", "B"))["ret"] == 200
        await client.read_for(0.3)
        assert len(client.ticks) == 2
        assert (await client.act("unsubscribe", "A"))["ret"] == 200

"""AllTick's HTTP interfaces and its order book, from outside, against its published examples."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from websockets.asyncio.client import connect

from quotedesk.demo.server import DemoServer, ServerOptions
from tests.fakes.bare_client import BareClient, fetched
from tests.fakes.json_lines import whole_lines

pytestmark = pytest.mark.anyio
PUBLISHED = Path(__file__).parents[2].parent / "shared" / "recorded" / "alltick" / "published_rest_responses.jsonl"
STOCK, OTHER = "/quote-stock-b-api", "/quote-b-api"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def target(base: str, name: str, data: object, trace: str = "t-1") -> str:
    return f"{base}/{name}?token=T&query={quote(json.dumps({'trace': trace, 'data': data}))}"


def symbols(*codes: str) -> dict[str, object]:
    return {"symbol_list": [{"code": code} for code in codes]}


def kline(code: str, kind: int, count: int, end_s: int = 0) -> dict[str, object]:
    return {"code": code, "kline_type": kind, "kline_timestamp_end": end_s, "query_kline_num": count, "adjust_type": 0}


async def ask(server: DemoServer, asked: str, body: object = None) -> Any:
    _, data, _ = await fetched(server.url, asked, json.dumps(body).encode() if body is not None else None)
    return json.loads(data)


def unlimited(**options: Any) -> DemoServer:
    return DemoServer(ServerOptions(faults=("http-gap 0",), **options))


async def test_answers_have_the_keys_that_are_published() -> None:
    if not PUBLISHED.exists():
        pytest.skip(f"no recorded bodies here ({PUBLISHED} is not there)")
    published: dict[str, dict[str, Any]] = {}
    for line in PUBLISHED.read_text().splitlines():
        data = json.loads(line)["data"]
        for name in ("tick_list", "static_info_list", "kline_list"):
            for row in data.get(name, ()):
                kind = "books" if "bids" in row else "batch" if "kline_data" in row else name
                published.setdefault(kind, row)
    group = kline("700.HK", 8, 2)
    async with unlimited() as server:
        trades = (await ask(server, target(STOCK, "trade-tick", symbols("857.HK", "TSLA.US"))))["data"]["tick_list"]
        books = (await ask(server, target(STOCK, "depth-tick", symbols("857.HK"))))["data"]["tick_list"]
        bars = (await ask(server, target(STOCK, "kline", kline("857.HK", 1, 2))))["data"]["kline_list"]
        batch = await ask(server, f"{STOCK}/batch-kline?token=T", {"trace": "t", "data": {"data_list": [group]}})
        names = (await ask(server, target(STOCK, "static_info", symbols("700.HK"))))["data"]["static_info_list"]
    assert [trade["code"] for trade in trades] == ["857.HK", "TSLA.US"]
    assert {key: type(value) for key, value in trades[0].items()} == {
        key: type(value) for key, value in published["tick_list"].items()
    }
    assert set(books[0]) == set(published["books"])
    assert {key: type(value) for key, value in bars[0].items()} == {
        key: type(value) for key, value in published["batch"]["kline_data"][0].items()
    }
    assert set(batch["data"]["kline_list"][0]) == set(published["batch"])
    assert set(names[0]) < set(published["static_info_list"])
    assert (names[0]["name_cn"], names[0]["currency"]) == ("腾讯控股", "HKD")


async def test_the_last_price_is_the_one_that_was_pushed_last(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    async with unlimited(log=log) as server:
        async with connect(server.url + "/quote-b-ws-api?token=T", proxy=None) as socket:
            client = BareClient(socket)
            await client.send({"cmd_id": 22004, "seq_id": 1, "trace": "a", "data": symbols("BTCUSDT")})
            await client.until(lambda frame: frame["cmd_id"] == 22998)
            await server.act("stall")
            (tick,) = (await ask(server, target(OTHER, "trade-tick", symbols("BTCUSDT"))))["data"]["tick_list"]
            assert tick["price"] in [line["price"] for line in whole_lines(log) if line["event"] == "tick"][-2:]
        assert [line["path"] for line in whole_lines(log) if line["event"] == "request"] == [f"{OTHER}/trade-tick"]


async def test_a_share_has_no_candle_of_a_weekend_and_a_coin_has() -> None:
    async with unlimited() as server:
        share = (await ask(server, target(STOCK, "kline", kline("700.HK", 8, 10))))["data"]["kline_list"]
        coin = (await ask(server, target(OTHER, "kline", kline("BTCUSDT", 8, 10))))["data"]["kline_list"]
    for bars, most in ((share, 5), (coin, 7)):
        days = [int(bar["timestamp"]) // 86_400 for bar in bars]
        assert len(days) == 10
        assert days == sorted(days)
        assert {(day + 3) % 7 < most for day in days} == {True}, "1970-01-01 was a Thursday"
    assert len({(int(bar["timestamp"]) // 86_400) % 7 for bar in coin}) == 7


@pytest.mark.parametrize(
    ("asked", "ret"),
    [
        (target(STOCK, "trade-tick", symbols("BTCUSDT")), 600),
        (target(OTHER, "trade-tick", symbols("TSLA.US")), 600),
        (target(OTHER, "static_info", symbols("BTCUSDT")), 600),
        (target(STOCK, "trade-tick", symbols(*(f"{number}.HK" for number in range(1, 7)))), 603),
        (target(STOCK, "trade-tick", {}), 400),
        (target(STOCK, "trade-tick", symbols("700.HK"), trace=""), 400),
        (target(STOCK, "kline", kline("700.HK", 6, 2)), 400),
        (target(STOCK, "kline", kline("700.HK", 1, 2, end_s=1_700_000_000)), 400),
        (target(OTHER, "kline", kline("BTCUSDT", 1, 2, end_s=1_795_900_000_000)), 400),
        (f"{STOCK}/trade-tick?token=T&query=x", 402),
        (f"{STOCK}/trade-tick?query=x", 401),
    ],
)
async def test_refusals_have_their_numbers(asked: str, ret: int) -> None:
    async with unlimited() as server:
        answer = await ask(server, asked)
        assert answer["ret"] == ret
        assert answer["msg"]
        assert "data" not in answer


async def test_the_budget_of_the_free_plan_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    async with DemoServer(ServerOptions(log=log)) as server:
        first = await fetched(server.url, target(OTHER, "trade-tick", symbols("BTCUSDT")))
        second = await fetched(server.url, target(OTHER, "trade-tick", symbols("BTCUSDT")))
        other = await fetched(server.url, target(OTHER, "kline", kline("BTCUSDT", 1, 2)))
        assert (first[0], second[0], other[0]) == (200, 429, 200)
        assert json.loads(second[1]) == {"error_msg": "Too many requests"}
        await server.act("http-gap 0.001")
        statuses = [(await fetched(server.url, target(OTHER, "kline", kline("BTCUSDT", 1, 2))))[0] for _ in range(8)]
        assert statuses == [200] * 7 + [429], "ten a minute"
    assert [line["rule"] for line in whole_lines(log) if line["event"] == "breach"] == ["budget", "budget"]


async def test_order_books_are_a_list_of_their_own_beside_trades(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    faults = ("limit-up GOLD", "limit-down USOIL", "delisted NGAS")
    async with (
        DemoServer(ServerOptions(log=log, faults=faults)) as server,
        connect(server.url + "/quote-b-ws-api?token=T", proxy=None) as socket,
    ):
        client = BareClient(socket)
        asked = {
            "symbol_list": [
                {"code": "BTCUSDT", "depth_level": 9},
                *({"code": code} for code in ("GOLD", "USOIL", "NGAS")),
            ]
        }
        answer = await client.ask({"cmd_id": 22002, "seq_id": 1, "trace": "a", "data": asked})
        assert (answer["ret"], answer["cmd_id"]) == (200, 22003)
        books: dict[str, Any] = {}
        while len(books) < 4:
            push = await client.until(lambda frame: True)
            assert push["cmd_id"] == 22999, "no trade was asked for"
            books[push["data"]["code"]] = push["data"]
        coin = books["BTCUSDT"]
        assert (len(coin["bids"]), len(coin["asks"])) == (5, 5)
        bids, asks = ([float(level["price"]) for level in coin[side]] for side in ("bids", "asks"))
        assert sorted(bids, reverse=True) == bids < sorted(asks) == asks
        assert (books["GOLD"]["asks"], books["USOIL"]["bids"]) == ([], [])
        assert books["NGAS"]["bids"] == books["NGAS"]["asks"] == [{"price": "0", "volume": "0"}]
    assert {line["code"] for line in whole_lines(log) if line["event"] == "book"} == set(books)

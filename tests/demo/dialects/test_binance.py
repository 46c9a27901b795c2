"""The Binance double from outside, against the frames of the stream documentation."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.fakes.bare_client import venue_at_work

pytestmark = pytest.mark.anyio
PUBLISHED = Path(__file__).parents[3].parent / "shared" / "recorded" / "binance" / "published_docs_streams.jsonl"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def subscribe(*streams: str, id: object = 1) -> dict[str, object]:
    return {"method": "SUBSCRIBE", "params": list(streams), "id": id}


async def test_streams_come_with_the_keys_that_are_published(tmp_path: Path) -> None:
    if not PUBLISHED.exists():
        pytest.skip(f"no recorded frames here ({PUBLISHED} is not there)")
    published = [json.loads(line) for line in PUBLISHED.read_text().splitlines()]
    keys = {frame.get("e", "bookTicker"): set(frame) for frame in published if isinstance(frame, dict) and "s" in frame}
    async with venue_at_work(tmp_path, "binance") as venue, venue.client("/ws") as client:
        kinds = ("ticker", "miniTicker", "bookTicker", "trade", "aggTrade")
        assert await client.ask(subscribe(*(f"btcusdt@{kind}" for kind in kinds))) == {"result": None, "id": 1}
        for name in ("24hrTicker", "24hrMiniTicker", "bookTicker", "trade", "aggTrade"):
            frame = await client.until(lambda frame, name=name: frame.get("e", "bookTicker") == name)
            assert set(frame) == keys[name], name
            assert frame["s"] == "BTCUSDT"
            assert all(isinstance(frame[key], str) for key in "cohvqpbB" if key in frame)
        assert venue.breaches() == []


async def test_the_log_tells_each_field_as_it_was_last_sent(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "binance") as venue, venue.client("/stream?streams=btcusdt@ticker") as client:
        frame = await client.until(lambda frame: frame["stream"] == "btcusdt@ticker")
        names = {"last": "c", "open_24h": "o", "high": "h", "low": "l", "volume": "v", "turnover": "q", "bid": "b",
                 "bid_size": "B", "ask": "a", "ask_size": "A", "size": "Q"}  # fmt: skip
        said = venue.sent("BTCUSDT")
        assert {name: said[name] for name in names} == {name: frame["data"][wire] for name, wire in names.items()}


async def test_a_stream_nobody_knows_is_acknowledged_and_never_ticks(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "binance") as venue, venue.client("/ws") as client:
        asked = subscribe("nopeusdt@ticker", "BTCUSDT@ticker", "!ticker@arr", "ethusdt@bookTicker", id="x" * 36)
        assert await client.ask(asked) == {"result": None, "id": "x" * 36}
        for _ in range(3):
            assert (await client.until(lambda frame: "s" in frame))["s"] == "ETHUSDT"
        listed = await client.ask({"method": "LIST_SUBSCRIPTIONS", "id": 3}, lambda frame: frame.get("id") == 3)
        assert listed["result"] == asked["params"]
        assert venue.breaches() == []


async def test_the_sixth_request_of_a_second_ends_the_connection(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "binance") as venue, venue.client("/ws") as client:
        await client.send(*({"method": "LIST_SUBSCRIPTIONS", "id": number} for number in range(6)))
        assert await client.closed() == 1008
        assert venue.breaches() == ["rate"]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no JSON", 3),
        ({"method": "SUBSCRIBE", "params": [1], "id": 1}, 2),
        ({"method": "subscribe", "params": ["btcusdt@ticker"], "id": 1}, 2),
        ({"method": "SUBSCRIBE", "params": ["btcusdt@ticker"], "id": "x" * 37}, 2),
        ({"method": "SET_PROPERTY", "params": ["combined", 1], "id": 1}, 1),
    ],
)
async def test_what_it_does_not_understand_is_an_error(tmp_path: Path, frame: object, code: int) -> None:
    async with venue_at_work(tmp_path, "binance") as venue, venue.client("/ws") as client:
        answer = await client.ask(frame)
        assert answer["code"] == code
        assert answer["msg"]
        await venue.server.act("no-reason")
        assert (await client.ask(frame))["msg"] == ""


async def test_more_streams_than_a_connection_may_have_are_refused(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "binance") as venue, venue.client("/ws") as client:
        answer = await client.ask(subscribe(*(f"q{number}usdt@ticker" for number in range(1025))))
        assert answer["code"] == 2
        assert venue.breaches() == ["streams"]


async def test_a_planned_close_is_told_and_then_done(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "binance") as venue:
        async with venue.client("/ws") as raw, venue.client("/stream") as combined:
            await raw.ask({"method": "LIST_SUBSCRIPTIONS", "id": 1})
            await combined.ask({"method": "LIST_SUBSCRIPTIONS", "id": 1})
            await venue.server.act("planned 0")
            assert (await raw.until(lambda frame: True))["e"] == "serverShutdown"
            assert (await combined.until(lambda frame: True))["stream"] == "!serverShutdown"
            assert await raw.closed() == await combined.closed() == 1001
        await venue.server.act("age 0.2")
        async with venue.client("/ws") as client:
            assert await client.closed() == 1001


async def test_the_directory_a_snapshot_and_candles(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "binance", "halt ETHUSDT") as venue:
        symbols = (await venue.json("/api/v3/exchangeInfo?showPermissionSets=false"))["symbols"]
        assert 20 <= len(symbols) <= 60
        bitcoin, ether = symbols[:2]
        assert (bitcoin["symbol"], bitcoin["status"], bitcoin["baseAsset"], bitcoin["quoteAsset"]) == (
            *("BTCUSDT", "TRADING"),
            *("BTC", "USDT"),
        )
        assert bitcoin["filters"][0]["tickSize"] == "0.01000000"
        assert ether["status"] == "HALT"
        trading = (await venue.json("/api/v3/exchangeInfo?symbolStatus=TRADING"))["symbols"]
        assert len(trading) == len(symbols) - 1
        (mini,) = await venue.json('/api/v3/ticker/24hr?symbols=["BTCUSDT"]&type=MINI'.replace('"', "%22"))
        assert {"symbol", "openPrice", "lastPrice", "volume"} <= set(mini)
        assert "bidPrice" not in mini
        bars = await venue.json("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=5")
        assert [bar[0] for bar in bars] == sorted(bar[0] for bar in bars)
        assert len(bars) == 5
        assert all(float(low) <= float(opened) <= float(high) for _, opened, high, low, *_ in bars)
        assert all(before[4] == after[1] for before, after in pairwise(bars)), "no step"
        assert (await venue.fetch("/api/v3/klines?symbol=NOPE&interval=1m"))[0] == 400
        assert (await venue.fetch("/api/v1/time"))[0] == 404


async def test_a_place_that_is_not_served_is_told_why(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "binance", "http 451", "http-status 451") as venue:
        with pytest.raises(Exception, match="451"):
            async with venue.client("/ws"):
                pass
        status, data = await venue.fetch("/api/v3/exchangeInfo")
        assert status == 451
        assert json.loads(data)["code"] == 0
        assert "restricted location" in json.loads(data)["msg"]


async def test_too_much_weight_is_refused_with_a_time_to_wait(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "binance") as venue:
        statuses = [(await venue.fetch("/api/v3/ticker/24hr?type=MINI&symbol=NOPE"))[0] for _ in range(2)]
        assert statuses == [400, 400]
        venue.server.venue._weight.spend(0.0, 0.0)
        venue.server.venue._weight.count = 1
        assert (await venue.fetch("/api/v3/ping"))[0] == 429
        assert venue.breaches() == ["budget"]


async def test_a_cut_without_a_word_ends_a_connection(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "binance") as venue, venue.client("/ws") as client:
        await client.ask({"method": "LIST_SUBSCRIPTIONS", "id": 1})
        await venue.server.act("drop")
        with pytest.raises(ConnectionClosed):
            await client.until(lambda frame: False)

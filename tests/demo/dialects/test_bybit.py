"""The Bybit double from outside: two boards, a whole ticker and then what changed."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.bare_client import venue_at_work

pytestmark = pytest.mark.anyio
LINEAR, SPOT = "/v5/public/linear", "/v5/public/spot"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def request(op: str, *args: str) -> dict[str, object]:
    return {"req_id": "1", "op": op, "args": list(args)}


def is_answer(frame: Any) -> bool:
    return "success" in frame


async def test_linear_comes_whole_once_and_then_in_parts(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "bybit") as venue, venue.client(LINEAR) as client:
        answer = await client.ask(request("subscribe", "tickers.BTCUSDT"))
        assert (answer["success"], answer["ret_msg"], answer["req_id"], answer["op"]) == (
            True,
            "subscribe",
            "1",
            "subscribe",
        )
        whole = await client.until(lambda frame: frame.get("topic") == "tickers.BTCUSDT")
        assert whole["type"] == "snapshot"
        known = dict(whole["data"])
        assert {"lastPrice", "prevPrice24h", "bid1Price", "ask1Size", "markPrice", "price24hPcnt"} <= set(known)
        for _ in range(4):
            part = await client.until(lambda frame: frame.get("topic") == "tickers.BTCUSDT")
            assert part["type"] == "delta"
            assert set(part["data"]) < set(known)
            known |= part["data"]
        said = venue.sent("BTCUSDT")
        names = {"last": "lastPrice", "open_24h": "prevPrice24h", "bid": "bid1Price", "ask": "ask1Price",
                 "bid_size": "bid1Size", "ask_size": "ask1Size", "high": "highPrice24h", "low": "lowPrice24h",
                 "volume": "volume24h", "turnover": "turnover24h"}  # fmt: skip
        assert {ours: said[ours] for ours in names} == {ours: known[name] for ours, name in names.items()}
        assert venue.breaches() == []


async def test_spot_is_another_board_with_the_same_symbol_and_no_best_prices_in_its_ticker(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "bybit") as venue, venue.client(SPOT) as client:
        await client.send(request("subscribe", "tickers.BTCUSDT", "orderbook.1.BTCUSDT", "publicTrade.BTCUSDT"))
        ticker = await client.until(lambda frame: frame.get("topic") == "tickers.BTCUSDT")
        assert ticker["type"] == "snapshot"
        assert not {"bid1Price", "ask1Price"} & set(ticker["data"])
        book = await client.until(lambda frame: frame.get("topic") == "orderbook.1.BTCUSDT")
        assert (len(book["data"]["b"]), len(book["data"]["a"])) == (1, 1)
        trade = await client.until(lambda frame: frame.get("topic") == "publicTrade.BTCUSDT")
        assert trade["data"][0]["S"] in ("Buy", "Sell")
        assert venue.sent("BTCUSDT")["board"] == "spot"


async def test_an_unknown_topic_refuses_the_request_and_names_it(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "bybit") as venue, venue.client(LINEAR) as client:
        answer = await client.ask(request("subscribe", "tickers.BTCUSDT", "tickers.NOPE"), is_answer)
        assert (answer["success"], answer["ret_msg"]) == (False, "error:handler not found,topic:tickers.NOPE")
        assert (await client.ask(request("subscribe", "tickers.BTCUSDT"), is_answer))["success"]
        assert not (await client.ask(request("subscribe", "tickers.BTCUSDT"), is_answer))["success"]
        assert (await client.ask(request("unsubscribe", "tickers.BTCUSDT"), is_answer))["success"]
        assert venue.breaches() == ["subscribed twice"]
        assert (await client.ask({"op": "ping"}, is_answer))["ret_msg"] == "pong"


async def test_spot_takes_ten_arguments_a_request(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "bybit") as venue, venue.client(SPOT) as client:
        topics = [
            f"tickers.{base}USDT"
            for base in ["BTC", "ETH", "SOL", "XRP", "DOGE", "ADA", "TRX", "AVAX", "LINK", "LTC", "DOT"]
        ]
        assert not (await client.ask(request("subscribe", *topics), is_answer))["success"]
        assert (await client.ask(request("subscribe", *topics[:10]), is_answer))["success"]
        assert venue.breaches() == ["args"]


async def test_a_whole_ticker_may_stay_away_and_others_may_tick(tmp_path: Path) -> None:
    faults = ("no-snapshot", "delta-first", "stray ETHUSDT")
    async with venue_at_work(tmp_path, "bybit", *faults) as venue, venue.client(LINEAR) as client:
        await client.send(request("subscribe", "tickers.BTCUSDT"))
        seen = set()
        while seen != {"tickers.BTCUSDT", "tickers.ETHUSDT"}:
            frame = await client.until(lambda frame: "topic" in frame)
            assert frame["type"] == "delta"
            seen.add(frame["topic"])


async def test_the_directory_tells_what_is_no_coin_and_has_pages(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "bybit", instruments=2000) as venue:
        info = "/v5/market/instruments-info?category=linear"
        stocks = (await venue.json(f"{info}&symbolType=stock"))["result"]["list"]
        assert ("TSLAUSDT", "stock", "Trading") in [(row["symbol"], row["symbolType"], row["status"]) for row in stocks]
        assert all(row["priceFilter"]["tickSize"] == "0.01" for row in stocks)
        goods = (await venue.json(f"{info}&symbolType=commodity"))["result"]["list"]
        assert {"XAUUSDT", "XAGUSDT", "CLUSDT"} <= {row["symbol"] for row in goods}
        symbols, cursor = [], ""
        for _ in range(3):
            page = (await venue.json(f"{info}&limit=1000&cursor={cursor}"))["result"]
            symbols += [row["symbol"] for row in page["list"]]
            cursor = page["nextPageCursor"]
        assert cursor == ""
        assert len(symbols) == len(set(symbols)) > 2000
        spot = (await venue.json("/v5/market/instruments-info?category=spot"))["result"]
        assert "nextPageCursor" not in spot
        assert ("AAPLXUSDT", "xstocks") in [(row["symbol"], row["symbolType"]) for row in spot["list"]]


async def test_candles_come_newest_first_and_faults_with_status_200(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "bybit") as venue:
        kline = "/v5/market/kline?category=linear&interval=1&limit=10"
        rows = (await venue.json(f"{kline}&symbol=TSLAUSDT"))["result"]["list"]
        assert [int(row[0]) for row in rows] == sorted((int(row[0]) for row in rows), reverse=True)
        assert all(isinstance(value, str) for row in rows for value in row)
        assert (await venue.json(f"{kline}&symbol=NOPE"))["retCode"] == 10001
        before = int(rows[0][0])
        await venue.server.act("future")
        assert int((await venue.json(f"{kline}&symbol=TSLAUSDT"))["result"]["list"][0][0]) > before + 1_800_000

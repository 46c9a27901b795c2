"""The Kraken double from outside."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.bare_client import venue_at_work

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def request(method: str, *symbols: str, **params: object) -> dict[str, object]:
    return {"method": method, "params": {"channel": "ticker", "symbol": list(symbols), **params}, "req_id": 7}


def is_answer(frame: Any) -> bool:
    return "success" in frame


async def test_a_status_comes_first_then_an_answer_a_symbol_a_snapshot_and_updates(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "kraken") as venue, venue.client("/v2") as client:
        status = await client.until(lambda frame: True)
        assert (status["channel"], status["data"][0]["system"]) == ("status", "online")
        await client.send(request("subscribe", "BTC/USD", "XBT/USD", "AAPLx/USD"))
        answers = [await client.until(is_answer) for _ in range(3)]
        assert [answer["success"] for answer in answers] == [True, False, True]
        assert answers[0]["result"] == {
            "channel": "ticker",
            "event_trigger": "trades",
            "snapshot": True,
            "symbol": "BTC/USD",
        }
        assert (answers[1]["error"], answers[1]["symbol"]) == ("Currency pair not supported XBT/USD", "XBT/USD")
        assert all(answer["req_id"] == 7 and answer["time_in"] < answer["time_out"] for answer in answers)
        first = await client.until(lambda frame: frame.get("channel") == "ticker")
        assert (first["type"], first["data"][0]["symbol"]) == ("snapshot", "BTC/USD")
        assert set(first["data"][0]) == {
            *("symbol", "bid", "bid_qty", "ask", "ask_qty", "last", "volume", "vwap", "low", "high"),
            *("change", "change_pct", "timestamp"),
        }
        update = await client.until(lambda frame: frame.get("type") == "update")
        (row,) = update["data"]
        assert isinstance(row["last"], int | float)
        said = venue.sent(row["symbol"])
        assert (float(said["last"]), float(said["bid"]), float(said["ask"])) == (row["last"], row["bid"], row["ask"])
        assert venue.breaches() == []


async def test_a_heartbeat_comes_each_second_and_a_ping_is_answered(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "kraken") as venue, venue.client("/v2") as client:
        assert (await client.ask({"method": "ping", "req_id": 3}, lambda frame: "method" in frame))["req_id"] == 3
        await client.send(request("subscribe", "BTC/USD"))
        await client.until(lambda frame: frame == {"channel": "heartbeat"})
        assert venue.breaches() == []


async def test_once_more_and_never_asked_are_refused_by_name(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "kraken") as venue, venue.client("/v2") as client:
        assert (await client.ask(request("subscribe", "BTC/USD"), is_answer))["success"]
        again = await client.ask(request("subscribe", "BTC/USD"), is_answer)
        assert (again["success"], again["error"]) == (False, "Already subscribed")
        assert (await client.ask(request("unsubscribe", "BTC/USD"), is_answer))["success"]
        gone = await client.ask(request("unsubscribe", "BTC/USD"), is_answer)
        assert (gone["success"], gone["error"]) == (False, "Subscription Not Found")
        assert venue.breaches() == ["subscribed twice", "not subscribed"]


async def test_a_snapshot_may_stay_away_and_a_part_may_come_before_it(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "kraken", "no-snapshot", "delta-first") as venue, venue.client("/v2") as client:
        await client.send(request("subscribe", "BTC/USD"))
        for _ in range(3):
            assert (await client.until(lambda frame: frame.get("channel") == "ticker"))["type"] == "update"


async def test_the_instrument_channel_lists_all_pairs(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "kraken", "halt BTC/USD") as venue, venue.client("/v2") as client:
        asked = {"method": "subscribe", "params": {"channel": "instrument", "include_tokenized_assets": True}}
        listed = await client.ask(asked, lambda frame: frame.get("channel") == "instrument")
        pairs = {pair["symbol"]: pair for pair in listed["data"]["pairs"]}
        assert 20 <= len(pairs) <= 60
        assert (pairs["BTC/USD"]["status"], pairs["ETH/USD"]["status"]) == ("cancel_only", "online")
        assert pairs["AAPLx/USD"]["price_increment"] == 0.01
        assert {asset["id"] for asset in listed["data"]["assets"]} >= {"BTC", "USD", "AAPLx"}


async def test_http_has_the_old_names_and_tells_faults_with_status_200(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "kraken") as venue:
        pairs = (await venue.json("/0/public/AssetPairs"))["result"]
        assert (pairs["XXBTZUSD"]["wsname"], pairs["XXBTZUSD"]["status"]) == ("XBT/USD", "online")
        assert not any(pair["aclass_base"] == "tokenized_asset" for pair in pairs.values())
        tokens = (await venue.json("/0/public/AssetPairs?aclass_base=tokenized_asset"))["result"]
        assert {pair["wsname"] for pair in tokens.values()} >= {"AAPLx/USD", "TSLAx/USD"}
        for name in ("XBTUSD", "XXBTZUSD", "BTC/USD"):
            bars = (await venue.json(f"/0/public/OHLC?pair={name}&interval=1"))["result"]["XXBTZUSD"]
            assert len(bars) == 720
            assert [bar[0] for bar in bars] == sorted(bar[0] for bar in bars)
        assert await venue.json("/0/public/OHLC?pair=NOPE") == {"error": ["EQuery:Unknown asset pair"]}
        assert (await venue.json("/0/public/SystemStatus"))["result"]["status"] == "online"
        assert set((await venue.json("/0/public/Ticker?pair=XBTUSD"))["result"]["XXBTZUSD"]) == set("abcvptlho")

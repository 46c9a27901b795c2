"""The Coinbase double from outside, against a recorded session."""

import json
from pathlib import Path
from typing import Any

import pytest

from quotedesk.demo.dialects import coinbase
from tests.fakes.bare_client import venue_at_work

pytestmark = pytest.mark.anyio
RECORDED = Path(__file__).parents[3].parent / "shared" / "recorded" / "coinbase" / "cryptofeed_exchange_20210417.jsonl"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def request(kind: str, *symbols: str, channels: tuple[object, ...] = ("ticker",)) -> dict[str, object]:
    return {"type": kind, "product_ids": list(symbols), "channels": list(channels)}


def of(kind: str) -> Any:
    return lambda frame: frame.get("type") == kind


async def test_frames_have_the_keys_of_a_recorded_session(tmp_path: Path) -> None:
    if not RECORDED.exists():
        pytest.skip(f"no recorded frames here ({RECORDED} is not there)")
    keys: dict[str, set[str]] = {}
    for line in RECORDED.read_text().splitlines():
        frame = json.loads(line)
        keys.setdefault(frame["type"], set(frame))
    newer = {"best_bid_size", "best_ask_size"}  # in today's documents
    async with venue_at_work(tmp_path, "coinbase") as venue, venue.client("/") as client:
        await client.send(request("subscribe", "BTC-USD", channels=("ticker", "matches")))
        for kind in ("subscriptions", "ticker", "last_match", "match"):
            frame = await client.until(of(kind))
            assert set(frame) - newer == keys[kind], kind


async def test_every_request_is_answered_by_all_that_is_subscribed(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "coinbase") as venue, venue.client("/") as client:
        await client.send(request("subscribe", "BTC-USD", "NOPE", "ETH-USD"))
        refused = await client.until(of("error"))
        assert (refused["message"], refused["reason"]) == ("Failed to subscribe", "NOPE is not a valid product")
        said = await client.until(of("subscriptions"))
        assert said["channels"] == [{"name": "ticker", "product_ids": ["BTC-USD", "ETH-USD"]}]
        first = await client.until(of("ticker"))
        assert first["product_id"] == "BTC-USD"
        said = await client.ask(request("unsubscribe", "ETH-USD"), of("subscriptions"))
        assert said["channels"] == [{"name": "ticker", "product_ids": ["BTC-USD"]}]
        again = await client.ask(request("subscribe", "BTC-USD"), of("subscriptions"))
        assert again == said
        assert venue.breaches() == ["subscribed twice"]
        ticker = await client.until(of("ticker"))
        names = {
            "last": "price",
            "bid": "best_bid",
            "ask_size": "best_ask_size",
            "open_24h": "open_24h",
            "size": "last_size",
        }
        line = next(
            line for line in venue.lines("quote") if line["time"] == ticker["time"] and line["code"] == "BTC-USD"
        )
        assert {ours: line[ours] for ours in names} == {ours: ticker[name] for ours, name in names.items()}


async def test_who_subscribes_to_nothing_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coinbase, "SUBSCRIBE_S", 0.2)
    async with venue_at_work(tmp_path, "coinbase") as venue, venue.client("/") as client:
        assert await client.closed() == 1008
        assert venue.breaches() == ["subscribe"]


async def test_heartbeats_and_the_status_of_all_products_come_where_they_are_asked_for(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "coinbase", "halt ETH-USD") as venue, venue.client("/") as client:
        await client.send(request("subscribe", "BTC-USD", channels=("heartbeat", {"name": "status"})))
        status = await client.until(of("status"))
        states = {product["id"]: product["status"] for product in status["products"]}
        assert (states["BTC-USD"], states["ETH-USD"]) == ("online", "offline")
        assert (await client.until(of("heartbeat")))["product_id"] == "BTC-USD"


async def test_too_many_requests_at_once_are_a_breach(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "coinbase") as venue, venue.client("/") as client:
        await client.send(*[request("unsubscribe", "BTC-USD")] * (coinbase.BURST + 2))
        assert (await client.until(of("error")))["reason"] == "rate limit exceeded"
        assert "rate" in venue.breaches()


async def test_products_and_candles(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "coinbase") as venue:
        products = await venue.json("/products")
        assert 20 <= len(products) <= 60
        assert (products[0]["id"], products[0]["quote_increment"], products[0]["status"]) == (
            "BTC-USD",
            "0.01",
            "online",
        )
        candles = await venue.json("/products/BTC-USD/candles?granularity=60")
        times = [candle[0] for candle in candles]
        assert times == sorted(times, reverse=True)
        assert len(times) < 300, "silent minutes are missing"
        assert all(low <= opened <= high for _, low, high, opened, _, _ in candles)
        end_s = times[0]
        span = f"&start={end_s - 301 * 60}&end={end_s}"
        status, data = await venue.fetch(f"/products/BTC-USD/candles?granularity=60{span}")
        assert (status, "exceeds 300" in json.loads(data)["message"]) == (400, True)
        assert (await venue.fetch("/products/BTC-USD/candles?granularity=61"))[0] == 400
        assert (await venue.fetch("/products/NOPE/candles?granularity=60"))[0] == 404
        assert venue.breaches() == ["candles"]

"""The OKX double from outside."""

from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from quotedesk.demo.dialects import okx
from tests.fakes.bare_client import venue_at_work

pytestmark = pytest.mark.anyio
PATH = "/ws/v5/public"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def request(op: str, *symbols: str, channel: str = "tickers") -> dict[str, Any]:
    return {"id": "1", "op": op, "args": [{"channel": channel, "instId": symbol} for symbol in symbols]}


def is_event(frame: Any) -> bool:
    return isinstance(frame, dict) and "event" in frame


async def test_each_argument_is_answered_and_the_good_ones_tick(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "okx") as venue, venue.client(PATH) as client:
        asked = request("subscribe", "BTC-USDT", "NOPE-USDT", "ETH-USDT")
        await client.send(asked)
        answers = [await client.until(is_event) for _ in range(3)]
        assert [answer["event"] for answer in answers] == ["subscribe", "error", "subscribe"]
        assert (answers[0]["arg"], answers[0]["id"]) == (asked["args"][0], "1")
        assert answers[1]["code"] == "60018"
        assert "NOPE-USDT" in answers[1]["msg"]
        push = await client.until(lambda frame: "data" in frame)
        (row,) = push["data"]
        assert push["arg"] == {"channel": "tickers", "instId": row["instId"]}
        assert set(row) == {
            *(
                "instType",
                "instId",
                "last",
                "lastSz",
                "askPx",
                "askSz",
                "bidPx",
                "bidSz",
                "open24h",
                "high24h",
                "low24h",
            ),
            *("sodUtc0", "sodUtc8", "volCcy24h", "vol24h", "ts"),
        }
        assert all(isinstance(value, str) for value in row.values())
        line = venue.lines("quote")[0]
        assert (line["last"], line["bid"], line["volume"]) == (row["last"], row["bidPx"], row["vol24h"])
        gone = await client.ask(request("unsubscribe", "ETH-USDT"), is_event)
        assert (gone["event"], gone["arg"]["instId"]) == ("unsubscribe", "ETH-USDT")
        assert venue.breaches() == []


async def test_a_text_ping_gets_its_pong_and_silence_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(okx, "SILENT_S", 0.3)
    async with venue_at_work(tmp_path, "okx") as venue, venue.client(PATH) as client:
        assert await client.ask("ping") == "pong"
        assert await client.closed() == 4004
        assert venue.breaches() == ["heartbeat"]


async def test_a_planned_close_is_a_notice(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "okx") as venue, venue.client(PATH) as client:
        await client.ask("ping")
        await venue.server.act("planned 0")
        notice = await client.until(is_event)
        assert (notice["event"], notice["code"]) == ("notice", "64008")
        assert await client.closed() == 1001


async def test_what_it_does_not_understand_is_60012_and_dials_are_counted(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "okx") as venue:
        async with venue.client(PATH) as client:
            assert (await client.ask({"op": "subscribe", "args": "tickers"}))["code"] == "60012"
            assert (await client.ask("{"))["code"] == "60012"
        for _ in range(2):
            async with venue.client(PATH):
                pass
        with pytest.raises(InvalidStatus):
            async with venue.client(PATH):
                pass
        assert venue.breaches() == ["form", "form", "dials"]


async def test_instruments_come_by_http_and_by_their_channel(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "okx", "halt ETH-USDT") as venue, venue.client(PATH) as client:
        rows = (await venue.json("/api/v5/public/instruments?instType=SPOT"))["data"]
        assert 20 <= len(rows) <= 60
        states = {row["instId"]: (row["state"], row["tickSz"]) for row in rows}
        assert (states["BTC-USDT"], states["ETH-USDT"]) == (("live", "0.01"), ("suspend", "0.01"))
        asked = {"op": "subscribe", "args": [{"channel": "instruments", "instType": "SPOT"}]}
        assert (await client.ask(asked, lambda frame: "data" in frame))["data"] == rows
        swaps = (await venue.json("/api/v5/public/instruments?instType=SWAP"))["data"]
        assert (swaps[0]["instId"], swaps[0]["uly"], swaps[0]["baseCcy"]) == ("BTC-USDT-SWAP", "BTC-USDT", "")
        assert (await venue.json("/api/v5/public/instruments?instType=NOPE"))["code"] == "51000"


async def test_candles_come_newest_first_and_too_many_requests_are_429(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "okx") as venue:
        rows = (await venue.json("/api/v5/market/candles?instId=BTC-USDT&bar=1m&limit=300"))["data"]
        assert len(rows) == 300
        assert [int(row[0]) for row in rows] == sorted((int(row[0]) for row in rows), reverse=True)
        assert [row[8] for row in rows[:2]] == ["0", "1"]
        older = (await venue.json(f"/api/v5/market/candles?instId=BTC-USDT&bar=1m&after={rows[-1][0]}&limit=1"))["data"]
        assert int(older[0][0]) == int(rows[-1][0]) - 60_000
        assert (await venue.json("/api/v5/market/candles?instId=NOPE"))["code"] == "51001"
        statuses = [(await venue.fetch("/api/v5/public/instruments?instType=SPOT"))[0] for _ in range(21)]
        assert statuses == [200] * 20 + [429]
        assert venue.breaches() == ["budget"]

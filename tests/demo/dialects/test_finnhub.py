"""The Finnhub double from outside."""

import json
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from quotedesk.demo.dialects import finnhub
from tests.fakes.bare_client import venue_at_work

pytestmark = pytest.mark.anyio
PATH = "/?token=KEY"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_symbol_a_request_ticks_without_an_answer(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "finnhub") as venue, venue.client(PATH) as client:
        await client.send(*({"type": "subscribe", "symbol": symbol} for symbol in ("AAPL", "NOPE", "BINANCE:BTCUSDT")))
        seen = set()
        while seen != {"AAPL", "BINANCE:BTCUSDT"}:
            push = await client.until(lambda frame: True)
            assert push["type"] == "trade"
            seen |= {trade["s"] for trade in push["data"]}
        (trade,) = push["data"]
        assert set(trade) == {"s", "p", "t", "v", "c"}
        said = venue.sent(trade["s"])
        assert (float(said["last"]), float(said["size"]), int(said["time_ms"])) == (trade["p"], trade["v"], trade["t"])
        assert venue.breaches() == []
        assert "KEY" not in json.dumps(venue.lines("open"))


async def test_the_server_pings_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finnhub, "PING_S", 0.1)
    async with venue_at_work(tmp_path, "finnhub") as venue, venue.client(PATH) as client:
        assert await client.until(lambda frame: True) == {"type": "ping"}


async def test_too_many_symbols_are_refused_without_a_name(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "finnhub", "stall", instruments=60) as venue, venue.client(PATH) as client:
        symbols = [row["symbol"] for row in await venue.json("/api/v1/stock/symbol?exchange=US&token=KEY")]
        await client.send(*({"type": "subscribe", "symbol": symbol} for symbol in symbols[: finnhub.MOST_SYMBOLS + 1]))
        assert await client.until(lambda frame: True) == {"type": "error", "msg": "Subscribing to too many symbols"}


async def test_a_key_opens_one_connection_and_none_opens_nothing(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "finnhub") as venue:
        async with venue.client(PATH), venue.client("/?token=OTHER"):
            assert venue.breaches() == []
            async with venue.client(PATH) as client:
                await client.send({"type": "subscribe", "symbol": "AAPL"})
                await client.until(lambda frame: True)
                assert venue.breaches() == ["second connection"]
        with pytest.raises(InvalidStatus, match="401"):
            async with venue.client("/"):
                pass
        await venue.server.act("wrong-key")
        assert (await venue.fetch("/api/v1/quote?symbol=AAPL&token=KEY"))[0] == 401

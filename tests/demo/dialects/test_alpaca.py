"""The Alpaca double from outside."""

import json
from pathlib import Path
from typing import Any

import pytest

from quotedesk.demo.dialects import alpaca
from tests.fakes.bare_client import BareClient, venue_at_work

pytestmark = pytest.mark.anyio
PATH = "/v2/iex"
LOGIN = {"action": "auth", "key": "KEY-1", "secret": "SECRET-1"}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def of(kind: str) -> Any:
    return lambda frame: frame[0]["T"] == kind


async def login(client: BareClient) -> None:
    assert await client.until(of("success")) == [{"T": "success", "msg": "connected"}]
    assert await client.ask(LOGIN) == [{"T": "success", "msg": "authenticated"}]


async def test_after_the_login_trades_and_quotes_come(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "alpaca") as venue, venue.client(PATH) as client:
        await login(client)
        asked = {"action": "subscribe", "trades": ["AAPL", "NOPE"], "quotes": ["AAPL"]}
        (said,) = await client.ask(asked, of("subscription"))
        assert (said["trades"], said["quotes"], said["bars"]) == (["AAPL", "NOPE"], ["AAPL"], [])
        (trade,) = await client.until(of("t"))
        (quote,) = await client.until(of("q"))
        assert set(trade) == {"T", "S", "i", "x", "p", "s", "c", "z", "t"}
        assert {"S", "bp", "bs", "ap", "as", "t"} <= set(quote)
        assert len(trade["t"].rpartition(".")[2]) == len("123456789Z")
        line = venue.lines("quote")[0]
        assert (float(line["last"]), float(line["size"]), line["time"]) == (trade["p"], trade["s"], trade["t"])
        (said,) = await client.ask({"action": "unsubscribe", "quotes": ["AAPL"]}, of("subscription"))
        assert (said["trades"], said["quotes"]) == (["AAPL", "NOPE"], [])
        assert venue.breaches() == []
        assert "SECRET-1" not in json.dumps(venue.lines("in"))
        assert "KEY-1" not in json.dumps(venue.lines("in"))


async def test_logins_that_fail_have_their_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with venue_at_work(tmp_path, "alpaca") as venue:
        async with venue.client(PATH) as client:
            await client.until(of("success"))
            assert (await client.ask({"action": "subscribe", "trades": ["AAPL"]}))[0]["code"] == 401
            assert (await client.ask({"action": "auth", "key": "", "secret": ""}))[0]["code"] == 402
            assert (await client.ask(LOGIN))[0]["msg"] == "authenticated"
            assert (await client.ask(LOGIN))[0]["code"] == 403
            assert (await client.ask({"action": "dance"}))[0]["code"] == 400
            async with venue.client(PATH) as second:
                await second.until(of("success"))
                assert (await second.ask(LOGIN))[0]["code"] == 406
                assert await second.closed() == 1008
        monkeypatch.setattr(alpaca, "LOGIN_S", 0.2)
        async with venue.client(PATH) as client:
            await client.until(of("success"))
            assert (await client.until(of("error")))[0]["code"] == 404
        await venue.server.act("wrong-key")
        monkeypatch.setattr(alpaca, "LOGIN_S", 10.0)
        async with venue.client(PATH) as client:
            await client.until(of("success"))
            assert (await client.ask(LOGIN))[0] == {"T": "error", "code": 402, "msg": "auth failed"}


async def test_one_symbol_too_many_leaves_the_earlier_set(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "alpaca", "stall") as venue, venue.client(PATH) as client:
        await login(client)
        many = [f"S{number}" for number in range(alpaca.MOST_SYMBOLS)]
        assert (await client.ask({"action": "subscribe", "trades": many}))[0]["trades"] == many
        assert (await client.ask({"action": "subscribe", "trades": ["X"]}))[0]["code"] == 405
        assert (await client.ask({"action": "unsubscribe", "trades": many[:1]}))[0]["trades"] == many[1:]


async def test_the_test_stream_and_coins_have_their_own_paths(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "alpaca") as venue:
        for path, symbol in (("/v2/test", "FAKEPACA"), ("/v1beta3/crypto/us", "BTC/USD")):
            async with venue.client(path) as client:
                await login(client)
                await client.send({"action": "subscribe", "trades": [symbol]})
                assert (await client.until(of("t")))[0]["S"] == symbol
        assets = await venue.json("/v2/assets")
        assert {"AAPL", "BTC/USD"} <= {asset["symbol"] for asset in assets}
        bars = (await venue.json("/v2/stocks/bars?symbols=AAPL&timeframe=1Min&limit=5"))["bars"]["AAPL"]
        assert [bar["t"] for bar in bars] == sorted(bar["t"] for bar in bars)
        assert "latestTrade" in (await venue.json("/v2/stocks/snapshots?symbols=AAPL"))["AAPL"]

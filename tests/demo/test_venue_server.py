"""A venue's double as a server: what all dialects share, from outside and as a program."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from quotedesk.demo.dialects import NAMES
from tests.fakes.bare_client import BareClient, venue_at_work

pytestmark = pytest.mark.anyio
CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def subscribe(*symbols: str) -> dict[str, object]:
    return {"type": "subscribe", "product_ids": list(symbols), "channels": ["ticker"]}


def is_ticker(frame: Any) -> bool:
    return isinstance(frame, dict) and frame.get("type") == "ticker"


async def prices(client: BareClient, count: int) -> list[dict[str, Any]]:
    return [await client.until(is_ticker) for _ in range(count)]


@pytest.mark.parametrize("name", NAMES)
async def test_every_dialect_has_a_directory_s_worth_of_instruments_that_tick(tmp_path: Path, name: str) -> None:
    async with venue_at_work(tmp_path, name, instruments=100) as venue:
        double = venue.server.venue
        assert 120 <= len(double.instruments) <= 180
        assert len({made.symbol for made in double.instruments.values() if not made.board}) <= len(double.instruments)
        for made in double.instruments.values():
            assert double.find(made.symbol, made.board) is made


@pytest.mark.parametrize(
    ("fault", "code"), [("drop", 1006), ("close 1013", 1013), ("age 0.05", 1001), ("oversized 9", None)]
)
async def test_a_connection_ends_as_was_asked_for(tmp_path: Path, fault: str, code: int | None) -> None:
    async with venue_at_work(tmp_path, "coinbase") as venue, venue.client() as client:
        await client.ask(subscribe("BTC-USD"), is_ticker)
        await venue.server.act(fault)
        if code is None:
            frame = await client.until(lambda frame: isinstance(frame, dict) and "data" in frame)
            assert len(frame["data"]) == 9 << 20
        else:
            assert await client.closed() == code


async def test_prices_mislead_on_request(tmp_path: Path) -> None:
    faults = ("negative BTC-USD", "skew 3600", "seldom ETH-USD")
    async with venue_at_work(tmp_path, "coinbase", *faults) as venue, venue.client() as client:
        await client.send(subscribe("BTC-USD"))
        got = await prices(client, 3)
        assert all(frame["price"].startswith("-") for frame in got)
        assert all(frame["price"] == line["last"] for frame, line in zip(got, venue.lines("quote"), strict=False))
        await venue.server.act("negative off")
        await client.until(lambda frame: is_ticker(frame) and not frame["price"].startswith("-"))


@pytest.mark.parametrize("fault", ["stall", "half-open", "halt BTC-USD"])
async def test_a_silence_is_one(tmp_path: Path, fault: str) -> None:
    async with venue_at_work(tmp_path, "coinbase") as venue, venue.client() as client:
        await client.ask(subscribe("BTC-USD"), is_ticker)
        await venue.server.act(fault)
        count = len(venue.lines("quote"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.until(lambda frame: False), 1.5)
        assert len(venue.lines("quote")) == count
        await venue.server.act(f"{fault.split()[0]} off")
        await client.until(is_ticker)


async def test_answers_may_not_come_or_come_late_and_symbols_be_refused(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "coinbase", "mute", "refuse ETH-USD") as venue, venue.client() as client:
        await client.send(subscribe("BTC-USD", "ETH-USD"))
        await prices(client, 2)
        assert {frame["type"] for frame in client.frames} == {"ticker"}
        await venue.server.act("mute off")
        await venue.server.act("late 0.1")
        await client.ask(subscribe("ETH-USD"), lambda frame: frame["type"] == "error")
        assert client.frames[-1]["reason"] == "ETH-USD is not a valid product"


async def test_noise_and_wrong_types_come_between_the_quotes(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "coinbase", "garbage", "wrong-types") as venue, venue.client() as client:
        await client.send(subscribe("BTC-USD", "ETH-USD", "SOL-USD"))
        while len(client.frames) < 60:
            await client.until(lambda frame: True)
        assert any(isinstance(frame, str) for frame in client.frames)
        good = [frame for frame in client.frames if is_ticker(frame)]
        texts = [json.dumps(frame) for frame in good]
        sent = {line["last"] for line in venue.lines("quote")}
        assert any(
            frame.get("price") not in sent or texts.count(text) > 1 for frame, text in zip(good, texts, strict=True)
        )
        assert {frame["price"] for frame in good if isinstance(frame.get("price"), str)} & sent


async def test_an_upgrade_is_refused_on_request_and_other_paths_always(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "bybit", "http 403", "retry-after 7") as venue:
        with pytest.raises(InvalidStatus) as refused:
            async with venue.client():
                pass
        assert (refused.value.response.status_code, refused.value.response.headers["Retry-After"]) == (403, "7")
        await venue.server.act("http off")
        with pytest.raises(InvalidStatus) as missing:
            async with venue.client("/v4/public/spot"):
                pass
        assert missing.value.response.status_code == 404
        dials = [(line["path"], line["status"]) for line in venue.lines("request")]
        assert dials == [("/v5/public/spot", 403), ("/v4/public/spot", 404)]


async def test_symbols_can_be_unknown_from_the_start_and_nothing_recorded_is_played(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "coinbase", unknown=frozenset({"BTC-USD"})) as venue, venue.client() as client:
        await client.ask(subscribe("BTC-USD"), lambda frame: frame["type"] == "error")
    with pytest.raises(ValueError, match="in the dialect alltick only"):
        async with venue_at_work(tmp_path, "coinbase", replay=tmp_path / "x.csv"):
            pass


async def test_what_is_no_fault_is_told(tmp_path: Path) -> None:
    async with venue_at_work(tmp_path, "kraken") as venue:
        for words, said in (("nonsense", "no fault"), ("close x", "no value"), ("planned", "no planned close")):
            with pytest.raises(ValueError, match=said):
                await venue.server.act(words)


async def test_the_program_speaks_a_dialect_and_takes_faults_on_its_standard_input(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "quotedesk",
        "demo-server",
        "--dialect",
        "kraken",
        "--instruments",
        "3",
        "--control",
    ]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdin
            assert process.stdout
            async with connect(process.stdout.readline().strip() + "/v2", proxy=None) as socket:
                asked = {"method": "subscribe", "params": {"channel": "ticker", "symbol": ["QAAAB/USD"]}}
                await socket.send(json.dumps(asked))
                client = BareClient(socket)
                assert (await client.until(lambda frame: "success" in frame))["success"]
                process.stdin.write("drop\n")
                process.stdin.flush()
                assert process.stdout.readline() == "ok\n"
                with pytest.raises(ConnectionClosed):
                    await client.until(lambda frame: False)
        finally:
            process.terminate()

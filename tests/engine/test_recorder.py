"""What is recorded of every feed plays as it was lived; no secret gets into the file, and no disk holds anything up."""

import asyncio
import random
import threading
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quotedesk.codec import FEEDS
from quotedesk.config.recording import AnyRecord, Came, Checkpoint, Listed, Lost, Wanted, Went
from quotedesk.config.recording_store import RecordingReader, RecordingWriter, copy_since
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.demo.venue_server import VenueServer
from quotedesk.engine import recorder as recorder_module
from quotedesk.engine.known import known_of
from quotedesk.engine.recorder import Recorder
from quotedesk.engine.redactor import Redactor
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.market.batch import Batch
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Status
from tests.fakes.clock import FakeClock
from tests.fakes.engine import HURRIED, EngineAtWork, engine_at_work, hurried, instruments
from tests.fakes.replaying import Player
from tests.fakes.strict_server import StrictServer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("hurry")]

FINNHUB_KEY = "f1nnhub-k3y"
ALPACA_KEY = "PKALPACAID:alp4ca/s3cret"
ROWS = {
    "demo": "EURUSD NVDA.US",
    "alltick": "EURUSD NVDA.US",
    "binance": "BTCUSDT ETHUSDT",
    "kraken": "BTC/USD ETH/USD",
    "coinbase": "BTC-USD ETH-USD",
    "bybit": "BTCUSDT ETHUSDT",
    "okx": "BTC-USDT ETH-USDT",
    "finnhub": "AAPL NVDA",
    "alpaca": "AAPL NVDA",
}


QUICK = ("demo", "alltick", "kraken")  # a list that is replaced, codes one by one, and deltas; others: --soak


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, token: str) -> tuple[str, ...]:
    monkeypatch.setenv("QUOTEDESK_FINNHUB_TOKEN", FINNHUB_KEY)
    monkeypatch.setenv("QUOTEDESK_ALPACA_TOKEN", ALPACA_KEY)
    return (token, FINNHUB_KEY, *ALPACA_KEY.split(":"))


def server_of(feed: str) -> Any:
    match feed:
        case "demo":
            return DemoServer(ServerOptions())
        case "alltick":
            return StrictServer(replace(HURRIED, rate=20.0))
    return VenueServer(ServerOptions(dialect=feed))


def start(engine: EngineAtWork, path: Path, most_bytes: int | None = None) -> tuple[Recorder, list[str]]:
    told: list[str] = []
    recorder = Recorder(path, most_bytes, engine.clock, engine.redactor, told.append, known_of(engine.quotes))
    engine.services.recorder = recorder
    engine.services.consumers.append(recorder)
    return recorder, told


def records(path: Path) -> list[AnyRecord]:
    with RecordingReader(path) as reader:
        return [record for page in reader.pages for record in reader.records(page)]


def said(batches: list[Batch]) -> list[tuple[Any, ...]]:
    """What consumers were told, but for when: of updates all, of rows their states."""
    flat: list[tuple[Any, ...]] = []
    for batch in batches:
        flat += [("update", repr(update)) for update in batch.updates]
        flat += [("gap", code) for code in batch.gaps]
        flat += [("state", each.code, each.state, each.reason) for each in batch.statuses]
    return flat


@pytest.mark.parametrize("feed", ROWS)
async def test_every_feed_plays_as_it_was_lived_and_its_key_is_nowhere(
    tmp_path: Path, feed: str, keys: tuple[str, ...]
) -> None:
    rows = " ".join(f"{code}@{feed}" for code in ROWS[feed].split())
    path = tmp_path / "r"
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(server_of(feed))
        engine = await stack.enter_async_context(engine_at_work(tmp_path / "profile", {feed: server.url}))
        recorder, told = start(engine, path)
        engine.want(rows)
        await engine.live(rows)
        if hasattr(server, "act"):
            await server.act("drop")
            await engine.until(
                lambda: (
                    engine.consumer.batches[-1].updates == [] and any(batch.gaps for batch in engine.consumer.batches)
                )
            )
            await engine.live(rows)
        lived = said(engine.consumer.batches)
        await asyncio.to_thread(recorder.close)
        assert told == []
    player = Player(path, tmp_path).play()
    played = said(player.batches)
    updates, seen = ([each for each in of if each[0] == "update"] for of in (played, lived))
    assert updates[: len(seen)] == seen[: len(updates)], "more may have come until it was closed"
    assert len(updates) >= 4
    assert len(lived) >= 12
    assert played[: len(lived) - 5] == lived[: len(played)][: len(lived) - 5]
    kept = b"".join(repr(record).encode() for record in records(path))
    for key in keys:
        assert key.encode() not in kept
        assert key.replace("/", "\\/").encode() not in kept
    assert feed != "alpaca" or b"***" in kept, "its greeting was recorded, without the key"


async def test_connections_that_are_renewed_play_as_they_were_lived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = FEEDS["binance"]
    monkeypatch.setitem(FEEDS, "binance", hurried(feed, renew_after_s=0.7))
    rows = "BTCUSDT@binance ETHUSDT@binance"
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(server_of("binance"))
        engine = await stack.enter_async_context(engine_at_work(tmp_path / "profile", {"binance": server.url}))
        recorder, _ = start(engine, tmp_path / "r")
        engine.want(rows)
        await engine.live(rows)
        first = next(iter(engine.feeds.sessions))
        await engine.until(lambda: first not in engine.feeds.sessions)
        second = next(iter(engine.feeds.sessions))
        await engine.until(lambda: second not in engine.feeds.sessions)
        await engine.live(rows)
        lived = said(engine.consumer.batches)
        opened = engine.feeds.sessions[0].counts.opened
        await asyncio.to_thread(recorder.close)
    player = Player(tmp_path / "r", tmp_path).play()
    played = said(player.batches)
    assert opened >= 3
    assert player.feeds.sessions[0].counts.opened >= 3
    assert player.gaps == [], "no row saw it"
    assert played[: len(lived) - 5] == lived[: len(lived) - 5]


@pytest.mark.parametrize(
    "feed", [each if each in QUICK else pytest.param(each, marks=pytest.mark.soak) for each in ROWS]
)
async def test_every_feed_is_taken_up_in_the_middle_and_its_rows_live(
    tmp_path: Path, feed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = " ".join(f"{code}@{feed}" for code in ROWS[feed].split())
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(server_of(feed))
        engine = await stack.enter_async_context(engine_at_work(tmp_path / "profile", {feed: server.url}))
        recorder, _ = start(engine, tmp_path / "r")
        engine.want(rows)
        await engine.live(rows)
        recorder.checkpoint()
        begin = len(engine.consumer.batches)
        await engine.live(rows)
        await engine.live(rows)
        lived = [each for each in said(engine.consumer.batches[begin:]) if each[0] == "update"]
        await asyncio.to_thread(recorder.close)
    with RecordingReader(tmp_path / "r") as reader:
        at_utc_s = next(page for page in reader.pages[1:] if page.is_key).from_utc_s
    copy_since(tmp_path / "r", tmp_path / "late", at_utc_s)
    player = Player(tmp_path / "late", tmp_path).play()
    played = [each for each in said(player.batches) if each[0] == "update"]
    assert played[: len(lived)] == lived[: len(played)]
    assert len(played) >= len(lived) >= 4
    assert all(player.feeds.state_word(each) == "live" for each in instruments(rows))


async def test_a_server_that_says_the_key_back_does_not_get_it_into_the_file(tmp_path: Path) -> None:
    redactor = Redactor()
    redactor.learn("s3cr/et")
    recorder = Recorder(tmp_path / "r", None, FakeClock(), redactor, print)
    tap = recorder.tap(_session())
    for text in ('{"k":"s3cr/et"}', '{"k":"S3CR\\/ET"}', "x?token=whatever", "s3cr%2Fet", "\\u0073" + "3cr/et", "fine"):
        tap.came([text.encode(), b"\xff\xfe"], 1.0)
    tap.went(b'{"auth":"s3cr/et"}', 1.0)
    tap.lost("it said s3cr/et", 1.0, is_denied=True, retry_after_s=0.0)
    recorder.listed("demo", [Status("A", words="s3cr%2Fet")])
    recorder.want(instruments("S3CR/ET"))
    await asyncio.to_thread(recorder.close)
    found = records(tmp_path / "r")
    frames = [frame for record in found if isinstance(record, Came) for frame in record.frames]
    assert frames[::2] == [b'{"k":"***"}', b'{"k":"***"}', b"x?token=***", b"***", b"***", b"fine"]
    assert set(frames[1::2]) == {b"\xff\xfe"}
    assert [each.frame for each in found if isinstance(each, Went)] == [b'{"auth":"***"}']
    assert [each.reason for each in found if isinstance(each, Lost)] == ["it said ***"]
    assert "***" in repr([each for each in found if isinstance(each, Listed)])
    assert [each.instruments for each in found if isinstance(each, Wanted)] == [(("demo", "***"),)]


async def test_a_recording_that_begins_in_the_middle_knows_what_was_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "CHECKPOINT_S", 0.0)
    rows = "BTC/USD@kraken ETH/USD@kraken EURUSD"
    async with AsyncExitStack() as stack:
        kraken = await stack.enter_async_context(server_of("kraken"))
        demo = await stack.enter_async_context(server_of("demo"))
        urls = {"kraken": kraken.url, "demo": demo.url}
        engine = await stack.enter_async_context(engine_at_work(tmp_path / "profile", urls))
        recorder, _ = start(engine, tmp_path / "r")
        engine.want(f"{rows} NOPE/USD@kraken")
        await engine.live(rows)
        engine.services.take(
            Batch("demo", [], engine.clock.now_s(), seeds=(Quote(code="EURUSD", prev_close=number("1.5")),))
        )
        engine.feeds.second()
        await engine.live(rows)
        engine.want(f"{rows} GOLD")
        await engine.live(f"{rows} GOLD")
        recorder._is_ending = True  # what comes from now on is not recorded
        lived = {each: engine.quotes.number("last", engine.slot(each)).text for each in rows.split()}
        await asyncio.to_thread(recorder.close)
        refused = engine.state("NOPE/USD@kraken")
    pages = RecordingReader(tmp_path / "r").pages
    copy_since(tmp_path / "r", tmp_path / "late", pages[1].from_utc_s)
    assert isinstance(records(tmp_path / "late")[0], Checkpoint)
    player = Player(tmp_path / "late", tmp_path)
    player.replay.step()
    eur = player.quotes.slot(instruments("EURUSD")[0])
    assert player.quotes.number("prev_close", eur).text == "1.5"
    assert player.quotes.number("last", eur).text, "what was shown is shown"
    player.play()
    assert {
        each: player.quotes.number("last", player.quotes.slot(instruments(each)[0])).text for each in lived
    } == lived
    assert player.feeds.state_word(instruments("BTC/USD@kraken")[0]) == "live"
    assert player.feeds.state_word(instruments("NOPE/USD@kraken")[0]) == refused.word
    assert player.feeds.state_word(instruments("GOLD")[0]) == "live"


async def test_a_full_disk_stops_it_with_a_word_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "r")

    monkeypatch.setattr(RecordingWriter, "append_page", full)
    told: list[str] = []
    recorder = Recorder(tmp_path / "r", None, FakeClock(), Redactor(), told.append)
    assert await asyncio.to_thread(recorder.flush)
    assert told == ["Nothing is recorded any more: r: No space left on device."]
    assert recorder.fault == told[0]
    recorder.tap(_session()).came([b"x"], 1.0)
    await asyncio.to_thread(recorder.close)


async def test_a_disk_that_hangs_holds_nothing_up_and_its_queue_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs, append = threading.Event(), RecordingWriter.append_page

    def hang(*arguments: Any, **more: Any) -> None:
        hangs.wait(10.0)
        append(*arguments, **more)

    monkeypatch.setattr(RecordingWriter, "append_page", hang)
    monkeypatch.setattr(recorder_module, "MOST_WAITING_BYTES", 1_000_000)
    told: list[str] = []
    recorder = Recorder(tmp_path / "r", None, FakeClock(), Redactor(), told.append)
    tap = recorder.tap(_session())
    for _ in range(20):
        tap.came([bytes(100_000)], 1.0)
    assert told == ["Nothing is recorded any more: the disk is too slow."]
    assert not await asyncio.to_thread(recorder.flush, 0.0) or recorder.fault
    hangs.set()
    await asyncio.to_thread(recorder.close)


async def test_a_clock_that_is_set_is_told_and_drift_is_not(tmp_path: Path) -> None:
    clock = FakeClock()
    recorder = Recorder(tmp_path / "r", None, clock, Redactor(), print)
    clock.utc_at_0_s += 0.0005
    recorder.second()
    clock.utc_at_0_s -= 3_600
    recorder.second()
    recorder.want(instruments("EURUSD"))
    recorder.consume(Batch("demo", [], 1.0, seeds=(Quote(code="EURUSD", prev_close=number("2")),)))
    recorder.consume(Batch("demo", [], 1.0, gaps=("EURUSD",)))
    (row,) = instruments("EURUSD")
    recorder.has_past(row, [(1.0, 60.0, 1.0, 2.0, 0.5, 1.5)])
    recorder.has_tick_size(row, number("0.01"))
    recorder.set_plan("demo", 5)
    recorder.want_books(["demo"])
    recorder.retried()
    recorder.network_changed()
    await asyncio.to_thread(recorder.close)
    kinds = [type(each).__name__ for each in records(tmp_path / "r")]
    told = ["PastTold", "TickSize", "Plan", "BooksWanted", "Retried", "NetworkChanged"]
    assert kinds == ["Began", "Wall", "Wanted", "Seeded", *told]


def _session() -> Session:
    return Session(FEEDS["demo"], "demo", Pace(0.0, 0.0), random.Random(1))

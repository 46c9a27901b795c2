"""Coinbase, OKX, Finnhub and Alpaca through the engine, each against a strict server of its dialect."""

import asyncio
import json
import subprocess
import time
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from quotedesk.codec import FEEDS
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, RowState
from tests.fakes.dialect_servers import AlpacaServer, CoinbaseServer, DialectServer, FinnhubServer, OkxServer
from tests.fakes.engine import EngineAtWork, engine_at_work, hurried
from tests.fakes.screen import PROGRAM

pytestmark = pytest.mark.anyio
KEY, SECRET = "PK-not-to-be-seen", "s3/cret-not+to-be=seen"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_password", NoKeyring().get_password)
    monkeypatch.setenv("QUOTEDESK_FINNHUB_TOKEN", KEY)
    monkeypatch.setenv("QUOTEDESK_ALPACA_TOKEN", f"{KEY}:{SECRET}")
    for scheme in ("http", "https", "all", "ws", "wss", "socks", "no"):
        monkeypatch.delenv(f"{scheme}_proxy", raising=False)
        monkeypatch.delenv(f"{scheme}_proxy".upper(), raising=False)


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("coinbase", "okx", "finnhub", "alpaca"):
        limits = FEEDS[name].limits
        short = {"frame_gap_s": limits.frame_gap_s, "link_gap_s": limits.link_gap_s}
        monkeypatch.setitem(FEEDS, name, hurried(FEEDS[name], **short))


def make(feed: str, **options: Any) -> DialectServer:
    match feed:
        case "coinbase":
            return CoinbaseServer(**options)
        case "okx":
            return OkxServer(**options)
        case "finnhub":
            return FinnhubServer(key=KEY, **options)
    return AlpacaServer(key=KEY, secret=SECRET, **options)


def codes(count: int) -> list[str]:
    """Symbols that any of them may have."""
    return [f"{chr(65 + n // 26)}{chr(65 + n % 26)}-USD" for n in range(count)]


def rows(feed: str, names: list[str]) -> str:
    return " ".join(f"{name}@{feed}" for name in names)


FEED_NAMES = ["coinbase", "okx", "finnhub", "alpaca"]
each_feed = pytest.mark.parametrize("feed", FEED_NAMES)
naming = pytest.mark.parametrize("feed", ["coinbase", "okx", "finnhub"])  # whose refusals name a symbol


def told(engine: EngineAtWork, feed: str, code: str) -> dict[str, str]:
    slot = engine.quotes.slot(Instrument(feed, code))
    names = ("last", "bid", "ask", "size", "bid_size", "ask_size", "open", "high", "low", "volume", "turnover")
    found = {name: engine.quotes.number(name, slot).text for name in names}
    return {name: text for name, text in found.items() if text}


# What each field is called by whoever sends it.
SAID: dict[str, dict[str, str]] = {
    "coinbase": {
        **{"last": "price", "bid": "best_bid", "ask": "best_ask", "size": "last_size", "bid_size": "best_bid_size"},
        **{"ask_size": "best_ask_size", "open": "open_24h", "high": "high_24h", "low": "low_24h"},
        "volume": "volume_24h",
    },
    "okx": {
        **{"last": "last", "bid": "bidPx", "ask": "askPx", "size": "lastSz", "bid_size": "bidSz", "ask_size": "askSz"},
        **{"open": "open24h", "high": "high24h", "low": "low24h", "volume": "vol24h", "turnover": "volCcy24h"},
    },
    "finnhub": {"last": "p", "size": "v"},
    "alpaca": {"last": "p", "size": "s", "bid": "bp", "ask": "ap", "bid_size": "bs", "ask_size": "as"},
}


def is_as_sent(engine: EngineAtWork, server: DialectServer, feed: str, code: str) -> bool:
    sent = {name: str(server.sent[code][key]).removesuffix(".0") for name, key in SAID[feed].items()}
    return told(engine, feed, code) == sent


@each_feed
async def test_rows_come_and_go_on_one_connection_and_show_what_was_last_sent(tmp_path: Path, feed: str) -> None:
    wanted = codes(6)
    async with make(feed) as server, engine_at_work(tmp_path, {feed: server.url}) as engine:
        engine.want(rows(feed, wanted))
        await engine.live(rows(feed, wanted))
        engine.want(rows(feed, [*wanted[2:], "ZZ-USD"]))
        await engine.live(rows(feed, ["ZZ-USD"]))
        await engine.until(lambda: set(server.held) == {*wanted[2:], "ZZ-USD"})
        server.is_mute = True
        await engine.until(lambda: all(is_as_sent(engine, server, feed, code) for code in server.held))
        engine.want("")
        await engine.until(lambda: not server.held)
        assert (server.opened, server.most_open) == (1, 1)
        assert server.breaches == []
        assert engine.faults == []


@naming
async def test_one_unknown_among_twenty_is_refused_alone_in_few_frames(tmp_path: Path, feed: str) -> None:
    good = codes(19)
    wanted = [*good[:7], "NOPE-USD", *good[7:]]
    async with make(feed, unknown={"NOPE-USD"}) as server, engine_at_work(tmp_path, {feed: server.url}) as engine:
        engine.want(rows(feed, wanted))
        await engine.live(rows(feed, good))
        await engine.until(lambda: engine.state(f"NOPE-USD@{feed}") is RowState.REFUSED)
        assert "NOPE-USD" in engine.reason(f"NOPE-USD@{feed}")
        before = engine.counts(rows(feed, good))
        # Longer than the wait for a first tick: what would be asked for again is asked for.
        await engine.until(lambda: engine.counts(rows(feed, good))[0] > before[0] + 40)
        assert engine.are(RowState.LIVE, rows(feed, good))
        assert server.asks["NOPE-USD"] <= 2
        assert len(server.frames) <= (20 if feed == "finnhub" else 8)  # there each symbol is a frame
        assert server.breaches == []


@pytest.mark.parametrize("feed", ["finnhub", "alpaca"])
async def test_what_the_plan_has_no_room_for_is_parked_from_the_bottom(tmp_path: Path, feed: str) -> None:
    wanted = codes(14)
    async with make(feed, plan=10) as server, engine_at_work(tmp_path, {feed: server.url}) as engine:
        engine.want(rows(feed, wanted))
        await engine.until(lambda: engine.are(RowState.PARKED, rows(feed, wanted[10:])))
        await engine.live(rows(feed, wanted[:10]))
        assert set(server.held) == set(wanted[:10])
        assert any("too many symbols" in told or "limit exceeded" in told for told in engine.display.notices)
        engine.want(rows(feed, wanted[1:]))  # one above goes: the first that was parked comes in
        await engine.live(rows(feed, wanted[1:11]))
        assert set(server.held) == set(wanted[1:11])
        assert server.breaches == []


@each_feed
async def test_after_a_cut_everything_is_subscribed_again(tmp_path: Path, feed: str) -> None:
    wanted = codes(5)
    async with make(feed) as server, engine_at_work(tmp_path, {feed: server.url}) as engine:
        engine.want(rows(feed, wanted))
        await engine.live(rows(feed, wanted))
        await server.stop()
        await engine.until(lambda: engine.are(RowState.OFFLINE, rows(feed, wanted)))
        await server.restart()
        await engine.live(rows(feed, wanted))
        assert server.most_open == 1
        assert server.breaches == []


@each_feed
@pytest.mark.parametrize("status", [403, 451])
async def test_a_place_that_is_not_served_is_told_with_what_to_use_instead(
    tmp_path: Path, feed: str, status: int
) -> None:
    async with make(feed) as server, engine_at_work(tmp_path, {feed: server.url}) as engine:
        server.status = status
        engine.want(rows(feed, ["A-B"]))
        await engine.until(lambda: engine.feeds.links and engine.feeds.links[0].state is LinkState.WAITING)
        (link,) = engine.feeds.links
        assert link.reason == f"{FEEDS[feed].provider.refusals[status]} (HTTP {status})"
        assert link.retry_at_s is not None
        assert link.retry_at_s > engine.clock.now_s() + 30  # nothing hammers a server that refuses
        assert engine.reason(rows(feed, ["A-B"])) == link.reason


async def test_three_hundred_symbols_are_live_within_fifteen_seconds_and_no_limit_is_broken(tmp_path: Path) -> None:
    wanted = codes(300)
    async with (
        make("coinbase", rate=2.0) as coinbase,
        make("okx", rate=2.0) as okx,
        engine_at_work(tmp_path, {"coinbase": coinbase.url, "okx": okx.url}) as engine,
    ):
        began_s = time.monotonic()
        engine.want(f"{rows('coinbase', wanted)} {rows('okx', wanted)}")
        both = f"{rows('coinbase', wanted)} {rows('okx', wanted)}"
        await engine.until(lambda: engine.are(RowState.LIVE, both), patience_s=15.0)
        assert time.monotonic() - began_s < 15
        assert [len(server.frames) for server in (coinbase, okx)] == [3, 3]
        assert coinbase.breaches == okx.breaches == []


async def test_when_okx_announces_a_restart_the_next_connection_is_subscribed_before_and_rows_stay_live(
    tmp_path: Path,
) -> None:
    wanted = codes(4)
    async with OkxServer() as server, engine_at_work(tmp_path, {"okx": server.url}) as engine:
        engine.want(rows("okx", wanted))
        await engine.live(rows("okx", wanted))
        before = len(engine.consumer.batches)
        (old,) = await server.announce()
        async with asyncio.timeout(20.0):
            await old.wait_closed()  # given up when the next one is there
        await engine.live(rows("okx", wanted))
        came = engine.consumer.batches[before:]
        assert not [batch for batch in came if batch.gaps]
        assert {status.state for batch in came for status in batch.statuses} <= {RowState.LIVE}
        assert (server.opened, server.most_open) == (2, 2)
        assert server.breaches == []


async def test_okx_gets_its_ping_before_it_loses_patience(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = hurried(FEEDS["okx"], beat_s=0.6, dead_after_s=1.2)
    monkeypatch.setitem(FEEDS, "okx", quick)
    async with OkxServer(patience_s=2.0) as server, engine_at_work(tmp_path, {"okx": server.url}) as engine:
        engine.want("A-B@okx")
        await engine.until(lambda: server.pings >= 4)
        assert server.opened == 1
        assert server.breaches == []
        (link,) = engine.feeds.links
        assert link.proven_s is not None


async def test_finnhub_is_dead_when_its_ping_is_overdue_though_the_socket_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FEEDS, "finnhub", hurried(FEEDS["finnhub"], dead_after_s=1.0))
    async with (
        FinnhubServer(key=KEY, ping_s=0.2) as server,
        engine_at_work(tmp_path, {"finnhub": server.url}) as engine,
    ):
        server.is_mute = True
        engine.want("AAPL@finnhub")
        await engine.until(lambda: server.frames)
        await asyncio.sleep(1.5)  # with pings it lives, though nothing trades
        assert server.opened == 1
        server.ping_s = 0.0
        await engine.until(lambda: server.opened == 2)
        assert any("heartbeat" in reason for reason in engine.display.reasons["finnhub"])


async def test_a_key_that_is_refused_is_told_once_and_nothing_is_dialled_until_the_user_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "wrong-s3/cret"
    monkeypatch.setenv("QUOTEDESK_ALPACA_TOKEN", f"{KEY}:{wrong}")
    monkeypatch.setenv("QUOTEDESK_FINNHUB_TOKEN", wrong)
    async with (
        make("alpaca", echoes=True) as alpaca,
        make("finnhub") as finnhub,
        engine_at_work(tmp_path, {"alpaca": alpaca.url, "finnhub": finnhub.url}) as engine,
    ):
        engine.want("AAPL@alpaca AAPL@finnhub")
        await engine.until(lambda: [each.state for each in engine.feeds.links] == [LinkState.DENIED] * 2)
        denied_s = engine.clock.now_s()
        await engine.until(lambda: engine.clock.now_s() > denied_s + 1.0)  # more than the least wait before a try
        assert (alpaca.opened, alpaca.logins, finnhub.opened) == (1, 1, 0)
        reasons = {link.feed: link.reason for link in engine.feeds.links}
        assert "Alpaca refused the token" in reasons["alpaca"]
        assert "KEY_ID:SECRET_KEY" in reasons["alpaca"]
        assert "Finnhub refused the token (HTTP 401)" in reasons["finnhub"]
        assert_hidden(engine, wrong)


async def test_a_key_without_its_secret_is_not_sent_and_it_is_told_how_to_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTEDESK_ALPACA_TOKEN", KEY)
    async with make("alpaca") as server, engine_at_work(tmp_path, {"alpaca": server.url}) as engine:
        engine.want("AAPL@alpaca")
        await engine.until(lambda: engine.feeds.links and engine.feeds.links[0].state is LinkState.DENIED)
        assert "needs a key ID and a secret key, written KEY_ID:SECRET_KEY" in engine.feeds.links[0].reason
        assert server.opened == 0
        assert_hidden(engine)


async def test_neither_part_of_a_key_is_in_a_log_or_a_notice_also_when_the_server_says_it_back(tmp_path: Path) -> None:
    async with make("alpaca", echoes=True) as server, engine_at_work(tmp_path, {"alpaca": server.url}) as engine:
        engine.want("AAPL@alpaca")
        await engine.live("AAPL@alpaca")
        assert b"auth" in raw_log(engine)
        assert raw_log(engine).count(b"***") >= 4  # said, and said back
        assert_hidden(engine)
        assert server.breaches == []


def raw_log(engine: EngineAtWork) -> bytes:
    """All frames that are kept, as they are kept."""
    return b"\n".join(bytes(frame.data) for frame in engine.services.frames.frames())


def assert_hidden(engine: EngineAtWork, *more: str) -> None:
    shown = [*engine.display.notices, *(reason for kept in engine.display.reasons.values() for reason in kept)]
    shown += [raw_log(engine).decode(), str(engine.feeds.addresses)]
    for secret in (KEY, SECRET, SECRET.replace("/", r"\/"), *more):
        assert not [text for text in shown if secret in text]


async def test_watch_prints_what_was_sent(tmp_path: Path) -> None:
    async with make("coinbase") as coinbase, make("alpaca") as alpaca:
        arguments = ["watch", "BTC-USD@coinbase", "AAPL@alpaca", "--json", "--profile", str(tmp_path / "profile")]
        arguments += ["--url", f"coinbase={coinbase.url}", "--url", f"alpaca={alpaca.url}"]
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, *arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, limit=1 << 20
        )
        assert process.stdout
        assert process.stderr
        quotes: dict[str, dict[str, Any]] = {}
        text = b""
        async with asyncio.timeout(30.0):
            while quotes.keys() != {"BTC-USD", "AAPL"}:
                text += (read := await process.stdout.readline())
                line = json.loads(read)
                if line["type"] == "quote" and "bid" in line:
                    quotes[line["symbol"]] = line
        process.terminate()
        text += b"".join(await process.communicate())
        assert quotes["BTC-USD"]["open"] == "98.50"
        assert float(quotes["AAPL"]["bid"]) < float(quotes["AAPL"]["ask"])
        assert KEY.encode() not in text
        assert SECRET.encode() not in text
        for path in (tmp_path / "profile").rglob("*"):
            assert path.is_dir() or SECRET.encode() not in path.read_bytes()
        assert coinbase.breaches == alpaca.breaches == []

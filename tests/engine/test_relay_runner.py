"""A relay in place of feeds: one connection for all of them, its states on the rows, and back after every loss."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from quotedesk.codec.relay_requests import LastRow, ParkedRow, RelayedFeed
from quotedesk.codec.relay_wire import LinkBeat, RelayedLink, RelayedQuote, RelayedStatus
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.engine.relay_source import RelaySource
from quotedesk.market.states import LinkState, RowState
from quotedesk.net.client import Target
from tests.fakes.certificate import self_signed
from tests.fakes.engine import HURRIED, EngineAtWork, engine_at_work
from tests.fakes.relay_end import INFO, beat, quote, state
from tests.fakes.relay_server import FakeRelay, fake_relay
from tests.fakes.strict_server import StrictServer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("hurry")]
ROWS = "A .DJI.US@alltick"


@pytest.fixture
async def relay() -> AsyncIterator[FakeRelay]:
    async with fake_relay() as here:
        yield here


@pytest.fixture
async def engine(tmp_path: Path, relay: FakeRelay) -> AsyncIterator[EngineAtWork]:
    key = relay.key()

    async def find() -> Target:
        return Target(relay.url, key.text, key.fingerprint)

    async with engine_at_work(tmp_path) as here:
        here.feeds.use_relay(find)
        yield here


async def live(engine: EngineAtWork, relay: FakeRelay, n: int = 1) -> None:
    engine.want(ROWS)
    await engine.until(lambda: relay.ends and relay.ends[-1].lasts)
    for feed, code in (("demo", "A"), ("alltick", ".DJI.US")):
        await relay.say(quote(feed, code, RelayedQuote(n, "5.25")), state(feed, code, RelayedStatus("live")))
    await engine.until(lambda: engine.are(RowState.LIVE, ROWS))


async def test_rows_of_all_feeds_come_over_one_connection_and_no_provider_is_dialled(engine, relay):
    await live(engine, relay)
    assert len(relay.ends) == 1
    assert engine.counts(ROWS) == [1, 1]
    assert engine.feeds.runners == {}, "no token is used beside the relay"
    assert engine.display.links[0].name == "relay"


async def test_an_edit_keeps_the_connection_and_the_other_rows(engine, relay):
    await live(engine, relay)
    engine.want("B A")
    await engine.until(lambda: relay.ends[-1].wants[-1]["rows"] == ["B@demo", "A@demo"])
    assert len(relay.ends) == 1
    assert engine.state("A") is RowState.LIVE
    assert "q.alltick.=2EDJI=2EUS" not in relay.ends[-1].hears


async def test_a_relay_that_goes_and_comes_back(engine, relay):
    await live(engine, relay)
    relay.cut()
    relay.is_away = False
    await engine.until(lambda: engine.are(RowState.OFFLINE, ROWS))
    assert engine.reason("A").startswith("Relay: ")
    await engine.until(lambda: len(relay.ends) == 2 and relay.ends[-1].lasts)
    await relay.say(quote("demo", "A", RelayedQuote(2, "6")), beat("demo"), state("demo", "A", RelayedStatus("live")))
    await engine.until(lambda: engine.state("A") is RowState.LIVE)


async def test_where_a_server_of_its_cluster_dies_the_desk_goes_to_another_without_asking_for_its_key(tmp_path):
    async with fake_relay() as first, fake_relay() as second, engine_at_work(tmp_path) as engine:
        key, asked = first.key(), []
        second.keys |= first.keys
        names = [relay.url.removeprefix("ws://") for relay in (first, second)]
        first.info = INFO.replace(b"{", b'{"connect_urls":%b,' % msgspec.json.encode(names))

        async def find() -> Target:
            asked.append(1)
            return Target(first.url, key.text)

        engine.feeds.use_relay(find)
        await live(engine, first)
        first.cut()
        await engine.until(lambda: second.ends and second.ends[-1].lasts)
        await second.say(quote("demo", "A", RelayedQuote(2, "6")), beat("demo"))
        await engine.until(lambda: engine.state("A") is RowState.LIVE)
        assert len(asked) == 1


async def test_a_silent_relay_is_told_within_its_three_seconds(engine, relay):
    await live(engine, relay)
    relay.beats = False
    await engine.until(lambda: engine.are(RowState.OFFLINE, ROWS))
    assert "silent" in engine.reason("A")
    relay.beats = True
    await engine.until(lambda: engine.are(RowState.LIVE, ROWS))
    assert len(relay.ends) == 1, "the connection stood"


async def test_last_values_and_parked_rows_are_there_at_once(engine, relay):
    engine.want("A")
    await engine.until(lambda: relay.ends)
    relay.ends[-1].values["A@demo"] = LastRow("A@demo", RelayedQuote(9, last="7.5"), 2.0, RelayedStatus("live"))
    relay.ends[-1].parked = [ParkedRow("B@demo", "parked", "5 symbols, shared by 3 desks")]
    engine.want("A B")
    await engine.until(lambda: engine.state("B") is RowState.PARKED)
    assert engine.reason("B") == "5 symbols, shared by 3 desks"


async def test_upstream_and_relay_are_two_lamps(engine, relay):
    relay.beats = False
    await live(engine, relay)
    link = RelayedLink("stock", "waiting", reason="HTTP 401", retry=3.0)
    await relay.say(beat("alltick", LinkBeat("run1", "hut", links=[link])))
    await engine.until(lambda: len(engine.display.links) == 2)
    own, upstream = engine.display.links
    assert (own.name, own.state) == ("relay", LinkState.UP)
    assert (upstream.name, upstream.state, upstream.through) == ("alltick stock", LinkState.WAITING, "hut")


async def test_a_feed_that_the_relay_lacks_is_dialled_from_here(tmp_path):
    async with fake_relay() as relay, DemoServer(ServerOptions()) as server:
        key = relay.key()
        relay.feeds = [RelayedFeed("alltick", "AllTick")]

        async def find() -> Target:
            return Target(relay.url, key.text)

        async with engine_at_work(tmp_path, {"demo": server.url}) as engine:
            engine.feeds.use_relay(find)
            engine.want("NVDA.US .DJI.US@alltick")
            await engine.until(lambda: engine.state("NVDA.US") is RowState.LIVE)
            assert set(engine.feeds.runners) == {"demo"}
            assert relay.ends[-1].wants[-1]["rows"] == [".DJI.US@alltick"]


async def test_a_token_that_was_used_here_is_let_go_at_once_for_the_relay_and_used_again_after_it(
    tmp_path, monkeypatch, relay
):
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", "s3cr3t")
    key = relay.key()

    async def find() -> Target:
        return Target(relay.url, key.text)

    async with StrictServer(HURRIED) as server, engine_at_work(tmp_path, {"alltick": server.url}) as engine:
        engine.want("EURUSD@alltick")
        await engine.until(lambda: engine.state("EURUSD@alltick") is RowState.LIVE)
        engine.feeds.use_relay(find)
        engine.want("EURUSD@alltick")
        await engine.until(lambda: all(line.closed_s is not None for line in server.connections))
        await engine.until(lambda: relay.ends)
        await engine.feeds.leave_relay()
        await engine.until(lambda: engine.state("EURUSD@alltick") is RowState.LIVE)


async def test_only_the_certificate_of_the_pairing_is_taken(tmp_path):
    async with fake_relay(self_signed(tmp_path)) as relay, engine_at_work(tmp_path / "profile") as engine:
        key = relay.key()
        found = [Target(relay.url, key.text, 64 * "0")]

        async def find() -> Target:
            return found[0]

        engine.feeds.use_relay(find)
        engine.want("A")
        await engine.until(lambda: engine.reason("A").startswith("Not trusted: localhost:"))
        (link,) = engine.display.links
        assert (link.state, link.retry_at_s) == (LinkState.DENIED, None), "it is not dialled for ever"
        assert relay.ends == [], "nothing was said to it"
        found[0] = Target(relay.url, key.text, relay.fingerprint)
        engine.feeds.retry_now()
        await engine.until(lambda: relay.ends)


async def test_without_a_key_it_says_how_to_pair(tmp_path, monkeypatch):
    monkeypatch.delenv("QUOTEDESK_RELAY_KEY", raising=False)
    async with engine_at_work(tmp_path) as engine:
        engine.feeds.use_relay(RelaySource("localhost:8447", engine.redactor).find_target)
        engine.want("A")
        await engine.until(lambda: engine.state("A") is RowState.OFFLINE)
        (link,) = engine.display.links
        assert link.state is LinkState.DENIED
        assert "QUOTEDESK_RELAY_KEY" in link.reason or "quotedesk pair" in link.reason


async def test_leaving_the_relay_ends_its_connection(engine, relay):
    await live(engine, relay)
    await engine.feeds.leave_relay()
    assert engine.feeds.relay is None
    async with asyncio.timeout(5):
        while relay._sockets:
            await asyncio.sleep(0.01)

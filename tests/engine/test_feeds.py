"""Feeds side by side: split by feed, one connection per endpoint and token, and none pays for another's trouble."""

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from quotedesk.codec import FEEDS
from quotedesk.config.lists_file import starter
from quotedesk.demo.course import DemoHistory
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.demo.venue_server import VenueServer
from quotedesk.engine.demo_process import SEED
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.states import LinkState, RowState
from tests.fakes.engine import HURRIED, EngineAtWork, engine_at_work, hurried, instruments, seqs_of
from tests.fakes.holder import holding_token
from tests.fakes.strict_server import OTHER, STOCK, StrictServer
from tests.fakes.third_codec import FEED as THIRD
from tests.fakes.third_server import ThirdServer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("hurry")]


class ThreeFeeds:
    """Three servers, and an engine with rows of all three.

    Attributes:
        rates: the strict server's, by code; 0 stalls one.
    """

    def __init__(self, folder: Path) -> None:
        self.log = folder / "demo.jsonl"
        self.rates: dict[str, float] = {}
        self.demo = DemoServer(ServerOptions(log=self.log, unknown=frozenset({"BAD"})))
        self.alltick = StrictServer(replace(HURRIED, rates=self.rates))
        self.third = ThirdServer()
        self.engine: EngineAtWork

    def sent(self, feed: str) -> dict[str, list[int]]:
        """Code -> the numbers of what its server sent, by its log."""
        if feed == "demo":
            return seqs_of((line["code"], line["seq"]) for line in self.demo_log("tick"))
        if feed == "alltick":
            return seqs_of((tick.code, tick.seq) for tick in self.alltick.ticks if not tick.late)
        return seqs_of(self.third.ticks)

    def demo_log(self, event: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self.log.read_text().splitlines())
        return [line for line in lines if line["event"] == event]

    async def stall(self) -> None:
        """No server sends anything any more."""
        await self.demo.act("stall")
        for row in instruments(ALL):
            self.rates[row.code] = 0
        self.third.is_stalled = True

    async def all_came(self, text: str) -> None:
        """Of these rows all that was sent came, once and in order; afterwards the servers are silent."""
        await self.stall()
        rows = instruments(text)

        def missing() -> list[Instrument]:
            came = {feed: self.engine.consumer.seqs(feed) for feed in ("demo", "alltick", "third")}
            return [row for row in rows if came[row.feed].get(row.code) != self.sent(row.feed).get(row.code)]

        await self.engine.until(lambda: not missing())
        assert all(len(self.sent(row.feed)[row.code]) >= 2 for row in rows)

    def assert_no_breach(self) -> None:
        """The demo server has no rule of pace, and is no provider."""
        assert [line for line in self.demo_log("breach") if line["rule"] != "rate"] == []
        assert self.alltick.breaches == []
        assert self.third.breaches == []


ALL = "EURUSD GOLD NVDA.US@alltick USDJPY@alltick BTC-USD@third ETH-USD@third SOL-USD@third XRP-USD@third"


@asynccontextmanager
async def three_feeds(folder: Path, wanted: str = ALL) -> AsyncIterator[ThreeFeeds]:
    here = ThreeFeeds(folder)
    async with AsyncExitStack() as stack:
        for server in (here.demo, here.alltick, here.third):
            await stack.enter_async_context(server)  # type: ignore[arg-type]
        urls = {"demo": here.demo.url, "alltick": here.alltick.url, "third": here.third.url}
        here.engine = await stack.enter_async_context(engine_at_work(folder / "profile", urls))
        here.engine.want(wanted)
        await here.engine.live(wanted)
        yield here
        here.assert_no_breach()


@pytest.fixture
def third(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    """A third feed in the register, by way of the recipe."""
    monkeypatch.setitem(FEEDS, "third", hurried(THIRD))


@pytest.mark.usefixtures("third")
async def test_rows_of_three_feeds_live_side_by_side_on_one_connection_per_endpoint(tmp_path: Path) -> None:
    async with three_feeds(tmp_path) as here:
        await here.all_came(ALL)
        assert len(here.demo_log("open")) == 1
        assert sorted(line.path for line in here.alltick.connections) == [OTHER, STOCK]
        assert (here.third.opened, here.third.most_open) == (1, 1)
        links = here.engine.feeds.links
        assert {link.name for link in links} == {"demo", "alltick stock", "alltick other", "third"}
        assert all(link.state is LinkState.UP for link in links)
        assert all(here.engine.feeds.is_connected(name) for name in ("demo", "alltick", "third"))
        assert here.engine.feeds.addresses == {
            "demo": f"{here.demo.url}/demo",
            "alltick stock": f"{here.alltick.url}{STOCK}",
            "alltick other": f"{here.alltick.url}{OTHER}",
            "third": f"{here.third.url}/quotes",
        }
        assert here.engine.display.plan == (8, None, 0)


@pytest.mark.usefixtures("third")
async def test_rows_come_and_go_in_any_feed_and_the_others_miss_nothing(tmp_path: Path) -> None:
    kept = "EURUSD USDJPY@alltick BTC-USD@third"
    async with three_feeds(tmp_path) as here:
        engine = here.engine
        for wanted in (
            f"{kept} BTCUSDT GOLD@alltick ADA-USD@third NVDA.US@alltick",
            f"NVDA.US@alltick {kept} LTC-USD@third DOT-USD@third UNI-USD@third BCH-USD@third",
            f"GOLD {kept} NVDA.US@alltick",
            kept,
            ALL,
        ):
            engine.want(wanted)
            await engine.live(wanted)
        await here.all_came(kept)
        assert len(here.demo_log("open")) == 1
        assert len(here.alltick.connections) == 2
        assert here.third.opened == 1
        assert max(len(request["codes"]) for request in here.third.requests) == 3
        assert set(here.third.held) == {"BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD"}


@pytest.mark.usefixtures("third")
@pytest.mark.parametrize("victim", ["demo", "alltick", "third"])
async def test_a_server_that_dies_and_comes_back_costs_the_other_feeds_nothing(tmp_path: Path, victim: str) -> None:
    async with three_feeds(tmp_path) as here:
        engine = here.engine
        rows = [row for row in ALL.split() if (row.partition("@")[2] or "demo") == victim]
        others = " ".join(row for row in ALL.split() if row not in rows)
        before = engine.counts(others)
        async with AsyncExitStack() as again:
            match victim:
                case "demo":
                    await here.demo.__aexit__(None, None, None)
                case "alltick":
                    await here.alltick._deafen(1012)
                case _:
                    await here.third.stop()
            await engine.until(lambda: engine.are(RowState.OFFLINE, " ".join(rows)))
            assert engine.are(RowState.LIVE, others)
            assert {link.feed for link in engine.feeds.links if link.is_lost} == {victim}
            assert not engine.feeds.is_connected(victim)
            assert "(1001)" in engine.reason(rows[0]) or "(1012)" in engine.reason(rows[0])
            await engine.live(others)
            match victim:
                case "demo":
                    port = int(here.demo.url.rpartition(":")[2])
                    log = here.log.with_name("again.jsonl")
                    await again.enter_async_context(DemoServer(ServerOptions(port=port, log=log)))
                case "alltick":
                    await here.alltick._listen()
                case _:
                    await here.third.restart()
            await engine.live(" ".join(rows))
            assert all(now > then for now, then in zip(engine.counts(others), before, strict=True))
            await here.all_came(others)


@pytest.mark.usefixtures("third")
async def test_each_feed_has_its_own_refusals(tmp_path: Path) -> None:
    async with three_feeds(tmp_path, "EURUSD BTC-USD@third") as here:
        engine = here.engine
        engine.want("EURUSD BTC-USD@third BAD NOPE@third X.US@nowhere ETH-USD@third")
        await engine.until(lambda: engine.are(RowState.REFUSED, "BAD NOPE@third X.US@nowhere"))
        await engine.live("EURUSD BTC-USD@third ETH-USD@third")
        assert engine.reason("BAD") == "code invalid: BAD"
        assert engine.reason("NOPE@third") == "no such market: NOPE"
        assert engine.reason("X.US@nowhere") == "There is no feed nowhere"
        assert [request["codes"] for request in here.third.requests].count(["NOPE"]) <= 1


async def test_a_row_of_an_unknown_feed_is_refused_and_said_once(tmp_path: Path) -> None:
    async with DemoServer(ServerOptions()) as server, engine_at_work(tmp_path, {"demo": server.url}) as here:
        for _ in range(3):
            here.want("A.US@nowhere B.US@nowhere EURUSD")
        assert here.are(RowState.REFUSED, "A.US@nowhere B.US@nowhere")
        assert here.reason("B.US@nowhere") == "There is no feed nowhere"
        assert here.display.notices == ["There is no feed nowhere."]
        await here.live("EURUSD")
        here.want("EURUSD")
        here.want("EURUSD A.US@nowhere")
        assert len(here.display.notices) == 2, "typed anew it is said anew"
        assert "nowhere" not in here.feeds.runners


# -- one token, two dialects


def most_at_once(server: StrictServer, path: str) -> int:
    """How many connections there were at one endpoint at the same time."""
    lines = [line for line in server.connections if line.path == path]
    return max(
        sum(other.opened_s <= line.opened_s and (other.closed_s or math.inf) > line.opened_s for other in lines)
        for line in lines
    )


async def test_of_two_dialects_of_one_token_the_first_runs_and_the_rows_of_the_other_say_why(
    tmp_path: Path, token: str
) -> None:
    async with StrictServer(HURRIED) as server:
        urls = {"alltick": server.url, "alltick_action": server.url}
        async with engine_at_work(tmp_path, urls, "EURUSD@alltick GOLD@alltick_action") as here:
            await here.live("EURUSD@alltick")
            assert here.state("GOLD@alltick_action") is RowState.REFUSED
            why = here.reason("GOLD@alltick_action")
            assert why.startswith("AllTick takes one connection for a token, and alltick uses it")
            assert here.display.notices == [f"{why}."]
            here.want("GOLD@alltick_action EURUSD@alltick")
            await here.live("EURUSD@alltick")
            assert here.state("GOLD@alltick_action") is RowState.REFUSED, "an order of rows is no reason to change"
            assert [line.dialect for line in server.connections] == ["published"]
            assert {link.feed for link in here.feeds.links} == {"alltick"}
        assert server.breaches == []


async def test_when_the_rows_of_one_dialect_go_the_other_takes_over_on_a_connection_after_it(
    tmp_path: Path, token: str
) -> None:
    async with StrictServer(HURRIED) as server:
        urls = {"alltick": server.url, "alltick_action": server.url}
        first, second = "EURUSD@alltick NVDA.US@alltick", "GOLD@alltick_action TSLA.US@alltick_action"
        async with engine_at_work(tmp_path, urls, f"{first} {second}") as here:
            await here.live(first)
            here.want(second)
            assert here.are(RowState.OFFLINE, second)
            assert here.reason(second.split()[0]) == "AllTick wants a pause between connections"
            assert {link.feed for link in here.feeds.links} == {"alltick_action"}
            await here.live(second)
            here.want(f"{first} {second}")  # undone: now the others are told
            assert here.are(RowState.REFUSED, first)
            here.want(first)
            await here.live(first)
            assert list(here.feeds.runners) == ["alltick"]
        assert [line.dialect for line in server.connections] == [
            *("published", "published", "action", "action", "published", "published")
        ]
        assert most_at_once(server, OTHER) == most_at_once(server, STOCK) == 1
        assert server.breaches == []


async def test_dialects_that_change_hands_at_every_moment_never_meet(tmp_path: Path, token: str) -> None:
    async with StrictServer(HURRIED) as server:
        urls = {"alltick": server.url, "alltick_action": server.url}
        async with engine_at_work(tmp_path, urls) as here:
            for turn in range(12):
                here.want("EURUSD@alltick" if turn % 2 else "EURUSD@alltick_action")
                for _ in range(turn):
                    await asyncio.sleep(0.01 * turn)
            await here.live("EURUSD@alltick")
        assert most_at_once(server, OTHER) == 1
        assert server.breaches == []


async def test_what_another_dialect_served_has_a_gap_where_it_lost_the_token(tmp_path: Path, token: str) -> None:
    async with StrictServer(HURRIED) as server:
        urls = {"alltick": server.url, "alltick_action": server.url}
        async with engine_at_work(tmp_path, urls, "EURUSD@alltick") as here:
            await here.live("EURUSD@alltick")
            here.want("GOLD@alltick_action")
            gaps = [code for batch in here.consumer.batches for code in batch.gaps if batch.feed == "alltick"]
            assert "EURUSD" in gaps


async def test_a_token_that_another_process_has_makes_the_link_wait_and_say_why_until_that_ends(
    tmp_path: Path, token: str
) -> None:
    async with StrictServer(HURRIED) as server, engine_at_work(tmp_path, {"alltick": server.url}) as here:
        with holding_token(here.profile) as process:
            here.want("EURUSD@alltick")
            await here.until(lambda: here.state("EURUSD@alltick") is RowState.OFFLINE)
            (link,) = here.feeds.links
            assert link.state is LinkState.WAITING
            assert link.retry_at_s is not None
            assert link.reason.startswith(f"Another quotedesk (process {process.pid}) holds the connection to alltick")
            assert here.reason("EURUSD@alltick") == link.reason
            assert server.connections == []
        here.feeds.retry_now()
        await here.live("EURUSD@alltick")


async def test_the_token_is_free_for_others_when_nobody_wants_its_rows_any_more(
    tmp_path: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotedesk.feed.session.LINGER_S", 0.1)
    async with StrictServer(HURRIED) as server:
        urls = {"alltick": server.url, "alltick_action": server.url}
        async with engine_at_work(tmp_path, urls, "EURUSD@alltick_action") as here:
            await here.live("EURUSD@alltick_action")
            here.want("EURUSD@alltick")
            await here.live("EURUSD@alltick")
            here.want("")
            source = here.sources.of("alltick")

            def is_let_go() -> bool:
                here.feeds.second()
                return source._lock is None and not source._before

            await here.until(is_let_go)
            assert all(line.closed_s is not None for line in server.connections)
            with holding_token(here.profile):
                pass
            here.want("EURUSD@alltick")
            await here.live("EURUSD@alltick")


# -- what is told of all feeds


async def test_a_plan_counts_at_once_for_its_feed_alone(tmp_path: Path) -> None:
    rows = "EURUSD GOLD BTCUSDT"
    async with DemoServer(ServerOptions()) as server, engine_at_work(tmp_path, {"demo": server.url}, rows) as here:
        await here.live(rows)
        here.feeds.set_plan("alltick", 1)
        assert here.display.plan == (3, None, 0)
        here.feeds.set_plan("demo", 1)
        assert here.display.plan == (1, 1, 2)
        assert here.are(RowState.PARKED, "GOLD BTCUSDT")
        assert here.feeds.state_word(Instrument("demo", "GOLD")) == "parked"
        here.want("GOLD EURUSD BTCUSDT")
        await here.live("GOLD")
        assert here.are(RowState.PARKED, "EURUSD BTCUSDT")
        here.feeds.set_plan("demo", None)
        await here.live(rows)
        assert here.feeds.sessions[0].counts.opened == 1


async def test_traffic_is_told_once_a_second_and_what_was_sent_is_kept(tmp_path: Path) -> None:
    async with DemoServer(ServerOptions()) as server, engine_at_work(tmp_path, {"demo": server.url}) as here:
        here.feeds.second()
        assert here.display.traffic is not None
        assert all(math.isnan(each) for each in here.display.traffic)
        here.want("EURUSD")
        await here.live("EURUSD")
        (session,) = here.feeds.sessions
        now_s = here.clock.now_s()
        session.proven(now_s, now_s - 0.035)
        here.feeds.second()
        messages_per_s, round_trip_s = here.display.traffic
        assert messages_per_s == here.feeds.messages.per_s > 0
        assert round_trip_s == pytest.approx(0.035, abs=0.01)
        said = here.services.frames.frames()
        assert said[0].is_out
        assert b"subscribe" in said[0].data
        session.lost("gone", here.clock.now_s())
        here.feeds.second()
        assert math.isnan(here.display.traffic[1])


async def test_a_row_proves_itself_or_nothing_is_known_of_it(tmp_path: Path) -> None:
    async with DemoServer(ServerOptions()) as server, engine_at_work(tmp_path, {"demo": server.url}, "EURUSD") as here:
        await here.live("EURUSD")
        trace, continuity = here.feeds.trace_of(Instrument("demo", "EURUSD"))
        assert trace is not None
        assert continuity is not None
        assert here.feeds.trace_of(Instrument("nowhere", "EURUSD")) == (None, None)
        assert not here.feeds.is_connected("alltick")


async def test_another_network_and_a_user_who_will_not_wait_reach_all_feeds(tmp_path: Path, token: str) -> None:
    async with StrictServer(HURRIED) as server, DemoServer(ServerOptions()) as demo:
        urls = {"demo": demo.url, "alltick": server.url}
        async with engine_at_work(tmp_path, urls, "EURUSD EURUSD@alltick") as here:
            await here.live("EURUSD EURUSD@alltick")
            before = [session.status.proven_s for session in here.feeds.sessions]
            here.feeds.network_changed()
            await here.until(
                lambda: all(
                    session.status.proven_s != then for session, then in zip(here.feeds.sessions, before, strict=True)
                )
            )
            for session in here.feeds.sessions:
                session.lost("gone", here.clock.now_s())
            here.feeds.retry_now()
            assert all(link.state is LinkState.WAITING for link in here.feeds.links)
            await here.live("EURUSD EURUSD@alltick")


async def test_the_built_in_feed_says_all_of_each_symbol_from_the_start_and_what_it_does_not_have(
    tmp_path: Path,
) -> None:
    """Change counts from the close of the candle before, which is where charts and lines have it."""
    rows = " ".join(starter("alltick"))
    async with engine_at_work(tmp_path, {}, f"{rows} APPL.US") as here:
        await here.live(rows)
        day_s = 86_400
        for code in rows.split():
            slot = here.slot(code)
            closed = DemoHistory(SEED).course(code).bars(day_s, 2, time.time())[0].close
            assert here.quotes.base_of(slot) == ("prev_close", number(closed))
            wanted = {"last", "bid", "ask", "open", "high", "low", "prev_close", "volume"}
            assert [name for name in wanted if not here.quotes.number(name, slot).is_known] == []
        await here.until(lambda: here.are(RowState.REFUSED, "APPL.US"))
        assert here.reason("APPL.US") == "The demo feed does not have APPL.US"


async def test_the_demo_server_runs_while_it_is_wanted_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotedesk.feed.session.LINGER_S", 0.1)
    async with engine_at_work(tmp_path, {}, "EURUSD") as here:
        demo = here.sources.of("demo")._demo
        assert demo is not None
        await here.live("EURUSD")
        assert demo.is_running
        for _ in range(2):
            here.want("")
            await here.until(lambda: here.feeds.second() or not demo.is_running)
            here.want("GOLD")  # at once, and while it may still be stopping
            await here.live("GOLD")
        here.want("")
    assert not demo.is_running


async def test_to_close_says_goodbye_everywhere_and_ends_what_is_ours(tmp_path: Path, token: str) -> None:
    async with StrictServer(HURRIED) as server:
        async with engine_at_work(tmp_path, {"alltick": server.url}, "EURUSD NVDA.US@alltick GOLD@alltick") as here:
            await here.live("EURUSD NVDA.US@alltick GOLD@alltick")
            demo = here.sources.of("demo")._demo
            await here.feeds.close()
            assert demo is not None
            assert not demo.is_running
            assert [line.close_code for line in server.connections] == [1001, 1001]
        with holding_token(here.profile):
            pass


async def test_the_room_that_a_market_gives_to_everybody_is_not_shown_as_a_plan(tmp_path: Path) -> None:
    async with (
        VenueServer(ServerOptions(dialect="binance")) as server,
        engine_at_work(tmp_path, {"binance": server.url}) as engine,
    ):
        engine.want("BTCUSDT@binance ETHUSDT@binance")
        await engine.live("BTCUSDT@binance ETHUSDT@binance")
        assert engine.display.plan == (2, None, 0)
        engine.feeds.set_plan("binance", 1)
        await engine.until(lambda: engine.display.plan == (1, 1, 1))


@pytest.mark.usefixtures("token")
async def test_books_are_asked_for_of_feeds_that_have_them_apart_and_of_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotedesk.feed.books.CALM_S", 1.0)  # the 12 are seen in tests/feed
    async with StrictServer(HURRIED) as alltick, DemoServer(ServerOptions()) as demo:
        urls = {"alltick": alltick.url, "demo": demo.url}
        async with engine_at_work(tmp_path, urls, "AAPL.US@alltick GOLD@demo") as here:
            here.feeds.want_books(["alltick", "demo"])
            await here.live("AAPL.US@alltick GOLD@demo")
            await here.until(lambda: "books" in here.feeds.runners["alltick"].sessions["stock"].counts.requests)
            here.feeds.want_books([])
            await here.until(lambda: here.feeds.runners["alltick"].sessions["stock"].counts.requests["books"] == 2)
            assert "books" not in here.feeds.runners["demo"].sessions["demo"].counts.requests
        assert alltick.breaches == []

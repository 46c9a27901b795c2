"""One feed at work: against real servers on loopback, without a screen."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from pathlib import Path

import pytest

from quotedesk.codec import FEEDS
from quotedesk.config import hours_file
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Condition, Status
from quotedesk.market.states import LinkState, RowState
from quotedesk.quotes.history import DAY_S
from tests.fakes.engine import HURRIED, engine_at_work
from tests.fakes.strict_server import StrictServer

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("hurry")]


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    async with DemoServer(ServerOptions(unknown=frozenset({"BAD"}))) as server:
        yield server


async def test_rows_come_alive_and_an_edit_reaches_the_wire_on_the_same_connection(
    server: DemoServer, tmp_path: Path
) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want("EURUSD GOLD", runner)
        await here.live("EURUSD GOLD")
        here.want("EURUSD GOLD BTCUSDT", runner)
        assert here.state("BTCUSDT") is RowState.PENDING
        await here.live("BTCUSDT")
        here.want("GOLD BTCUSDT", runner)
        counts = runner.sessions["demo"].counts
        await here.until(lambda: counts.requests["unsubscribe"] == 1)
        assert counts.opened == 1
        assert runner.sessions["demo"].wanted == ("GOLD", "BTCUSDT")


async def test_a_removed_row_that_comes_back_keeps_its_price_and_waits_for_an_update(
    server: DemoServer, tmp_path: Path
) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want("EURUSD GOLD", runner)
        await here.live("EURUSD GOLD")
        here.want("GOLD", runner)
        await here.until(lambda: runner.sessions["demo"].counts.requests["unsubscribe"] == 1)
        last = here.quotes.number("last", here.slot("EURUSD"))
        here.want("GOLD EURUSD", runner)
        assert here.state("EURUSD") is RowState.PENDING
        assert here.quotes.number("last", here.slot("EURUSD")) == last
        assert math.isnan(here.quotes.last_prices.direction[here.slot("EURUSD")]), (
            "an arrow would tell of what was before the gap"
        )
        await here.live("EURUSD")


async def test_a_refused_row_has_the_servers_words(server: DemoServer, tmp_path: Path) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        here.want("EURUSD BAD", here.runner())
        await here.until(lambda: here.state("BAD") is RowState.REFUSED and here.state("EURUSD") is RowState.LIVE)
        assert here.reason("BAD") == "code invalid: BAD"


@pytest.mark.parametrize("ret", [600, 401])
async def test_a_token_that_the_server_repeats_is_told_nowhere(tmp_path: Path, token: str, ret: int) -> None:
    words = f"token {token} may not have this"
    manner = replace(HURRIED, refuse=frozenset({"BAD"}), refuse_ret=ret, refusal=words)
    async with StrictServer(manner) as server, engine_at_work(tmp_path, {"alltick": server.url}) as here:
        here.want("BAD", here.runner("alltick"))
        await here.until(lambda: here.state("BAD@alltick") in (RowState.REFUSED, RowState.OFFLINE))
        await here.until(lambda: "may not have this" in here.reason("BAD@alltick"))
        told = [here.reason("BAD@alltick"), *(link.reason for link in here.display.links), *here.display.notices]
        told += [status.reason for batch in here.consumer.batches for status in batch.statuses]
        assert [text for text in told if token in text] == []


async def test_a_lost_link_makes_rows_offline_with_its_reason_until_it_is_back(tmp_path: Path) -> None:
    async with DemoServer(ServerOptions()) as server:
        port = int(server.url.rpartition(":")[2])
        async with engine_at_work(tmp_path, {"demo": server.url}) as here:
            runner = here.runner()
            here.want("EURUSD", runner)
            await here.live("EURUSD")
            await server.__aexit__(None, None, None)
            await here.until(lambda: here.state("EURUSD") is RowState.OFFLINE)
            assert here.reason("EURUSD") == "The server closed the connection (1001)"
            assert here.display.links[0].is_lost
            async with DemoServer(ServerOptions(port=port)):
                await here.live("EURUSD")
                assert here.reason("EURUSD") == ""
                assert runner.sessions["demo"].counts.opened == 2
                states = here.display.states["demo"]
                assert states[:3] == [LinkState.CONNECTING, LinkState.UP, LinkState.WAITING]
                assert states[-1] is LinkState.UP


async def test_a_long_list_is_looked_at_by_and_by_and_no_row_waits_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotedesk.feed.session.STATUSES_AT_ONCE", 3)
    codes = " ".join(f"S{number}.US" for number in range(20))
    async with DemoServer(ServerOptions()) as server, engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want(codes, runner)
        await here.until(lambda: here.are(RowState.LIVE, codes))
        told = len(here.consumer.batches)
        await server.__aexit__(None, None, None)
        await here.until(lambda: here.are(RowState.OFFLINE, codes))
        assert all(len(batch.statuses) <= 3 for batch in here.consumer.batches[told:])


async def test_without_a_key_it_says_how_to_set_one_and_tries_again_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotedesk.engine.source.is_loopback", lambda url: False)  # there no key is needed
    async with StrictServer(HURRIED) as server, engine_at_work(tmp_path, {"alltick": server.url}) as here:
        runner = here.runner("alltick")
        here.want("EURUSD", runner)
        await here.until(lambda: here.state("EURUSD@alltick") is RowState.OFFLINE)
        (link,) = here.display.links
        assert link.state is LinkState.DENIED
        assert link.reason == (
            "No token yet: AllTick needs one, and there is no unlocked keyring here. Set it in File > Settings, "
            "with quotedesk token set alltick, or in QUOTEDESK_ALLTICK_TOKEN"
        )
        monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", "T")
        runner.retry_now()
        await here.live("EURUSD@alltick")
        assert len(server.connections) == 1
        assert server.breaches == []


async def test_a_row_turns_quiet_by_the_second(
    server: DemoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want("BTCUSDT", runner)
        await here.live("BTCUSDT")
        await server.act("stall")
        monkeypatch.setattr("quotedesk.feed.staleness.QUIET_AFTER_S", 0.0)
        monkeypatch.setattr("quotedesk.feed.staleness.QUIET_GAPS", 0.0)
        await here.until(lambda: runner.second() or here.state("BTCUSDT") is RowState.QUIET)


async def test_the_last_update_of_a_parked_row_does_not_go_on_as_a_line(server: DemoServer, tmp_path: Path) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want("EURUSD GOLD", runner)
        await here.live("EURUSD GOLD")
        session = runner.sessions["demo"]
        session._list.ends(1)  # as if updates were seen to end here
        runner.second()
        assert here.state("GOLD") is RowState.PARKED
        push = b'{"cmd_id":22998,"data":{"code":"GOLD","price":"3400.5","volume":"1","tick_time":"9999999999999"}}'
        session.received([push], here.clock.now_s())
        runner.second()
        assert here.state("GOLD") is RowState.PARKED
        slot, now_s = here.slot("GOLD"), here.clock.now_s()
        assert here.quotes.number("last", slot).text == "3400.5"
        assert math.isnan(here.quotes.history.window(slot, now_s + 30, 60).last[-1]), "blank to the right"
        assert not math.isnan(here.quotes.history.window(here.slot("EURUSD"), now_s + 1, 60).last[-1])


async def test_where_the_plan_is_short_the_first_of_the_list_are_served_and_a_new_order_counts(
    server: DemoServer, tmp_path: Path
) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}, plans={"demo": 2}) as here:
        runner = here.runner()
        here.want("EURUSD GOLD BTCUSDT", runner)
        await here.live("EURUSD GOLD")
        assert here.state("BTCUSDT") is RowState.PARKED
        assert "2 symbols, as you set in Settings" in here.reason("BTCUSDT")
        here.want("BTCUSDT GOLD EURUSD", runner)
        await here.live("BTCUSDT GOLD")
        assert here.state("EURUSD") is RowState.PARKED
        here.want("EURUSD GOLD", runner)
        await here.live("EURUSD GOLD")
        assert runner.sessions["demo"].wanted == ("EURUSD", "GOLD")
        assert runner.sessions["demo"].counts.opened == 1


async def test_a_plan_counts_at_once_on_the_open_connection(server: DemoServer, tmp_path: Path) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want("EURUSD GOLD", runner)
        await here.live("EURUSD GOLD")
        runner.set_plan(1)
        here.want("EURUSD GOLD", runner)
        assert here.state("GOLD") is RowState.PARKED
        runner.set_plan(None)
        here.want("EURUSD GOLD", runner)
        await here.live("EURUSD GOLD")
        assert runner.sessions["demo"].counts.opened == 1


async def test_each_endpoint_with_symbols_has_one_connection_and_frames_keep_the_pace_of_the_token(
    tmp_path: Path, token: str
) -> None:
    async with StrictServer(HURRIED) as server, engine_at_work(tmp_path, {"alltick": server.url}) as here:
        runner = here.runner("alltick")
        here.want("EURUSD", runner)
        await here.live("EURUSD@alltick")
        assert list(runner.sessions) == ["other"]
        here.want("EURUSD NVDA.US 700.HK", runner)
        await here.live("EURUSD@alltick NVDA.US@alltick 700.HK@alltick")
        assert [line.path for line in server.connections] == ["/quote-b-ws-api", "/quote-stock-b-ws-api"]
        assert {link.name for link in here.display.links} == {"alltick other", "alltick stock"}
        assert server.breaches == []


async def test_what_proves_a_row_is_told_and_nothing_of_a_row_that_nobody_wanted(
    server: DemoServer, tmp_path: Path
) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        assert runner.trace_of("EURUSD") == (None, None)
        here.want("EURUSD", runner)
        await here.live("EURUSD")
        trace, continuity = runner.trace_of("EURUSD")
        assert trace is not None
        assert continuity is not None
        assert trace.wanted_s <= trace.sent_s <= trace.first_tick_s
        assert continuity.ticks == here.counts("EURUSD")[0]
        assert runner.trace_of("GOLD") == (None, None)


async def test_another_network_makes_it_doubt_the_link(server: DemoServer, tmp_path: Path) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want("EURUSD", runner)
        await here.live("EURUSD")
        before_s = runner.sessions["demo"].status.proven_s
        runner.network_changed()
        await here.until(lambda: runner.sessions["demo"].status.proven_s != before_s)
        assert runner.sessions["demo"].round_trip.last_s < 5


async def test_it_is_idle_only_when_the_connection_is_gone(
    server: DemoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("quotedesk.feed.session.LINGER_S", 0.2)
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        assert runner.is_idle
        here.want("EURUSD", runner)
        assert not runner.is_idle
        await here.live("EURUSD")
        here.want("", runner)
        seen: list[tuple[bool, bool]] = []
        client = runner._endpoints["demo"]

        def look() -> bool:
            seen.append((runner.is_idle, client.is_busy))
            return runner.is_idle

        await here.until(look)
        assert (True, True) not in seen
        assert runner.links == ()
        here.want("EURUSD", runner)
        await here.live("EURUSD")


@pytest.mark.parametrize("moment", ["before it dials", "while it dials", "while it is up"])
async def test_to_close_leaves_no_connection_and_nothing_is_heard_after(
    server: DemoServer, tmp_path: Path, moment: str
) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want("EURUSD", runner)
        if moment == "while it dials":
            await here.until(lambda: runner._endpoints["demo"].is_busy)
        elif moment == "while it is up":
            await here.live("EURUSD")
        await runner.close()
        assert server._open == {} or moment != "while it is up"
        heard, shown = len(here.consumer.batches), len(here.display.states.get("demo", ()))
        assert [task for task in asyncio.all_tasks() if "client" in task.get_name()] == []
        here.want("EURUSD GOLD", runner)
        runner.second()
        await asyncio.sleep(0)
        assert len(here.consumer.batches) == heard
        assert len(here.display.states.get("demo", ())) == shown


async def test_a_least_wait_that_another_dialect_left_is_kept(server: DemoServer, tmp_path: Path) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        assert runner.used_s() == -math.inf
        hung_up_s = time.monotonic()
        runner.hung_up(hung_up_s)
        here.want("EURUSD", runner)
        assert runner.links[0].retry_at_s == hung_up_s + FEEDS["demo"].limits.retry_min_s
        assert runner.links[0].reason == "Built-in demo server wants a pause between connections"
        await here.live("EURUSD")
        assert time.monotonic() > hung_up_s + FEEDS["demo"].limits.retry_min_s
        assert runner.used_s() == pytest.approx(time.monotonic(), abs=1)


async def test_what_cannot_be_read_is_for_the_log_and_the_counts_not_for_the_user(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = ServerOptions(faults=("garbage",))
    async with DemoServer(options) as server, engine_at_work(tmp_path, {"demo": server.url}) as here:
        here.want("EURUSD", here.runner())
        await here.until(lambda: "Ignored a message" in caplog.text)
        assert here.display.notices == []


async def test_what_was_of_a_day_that_is_over_is_let_go_and_the_rows_are_painted(
    server: DemoServer, tmp_path: Path
) -> None:
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want("AAPL.US", runner)
        await here.live("AAPL.US")
        here.quotes.set_prev_close(Instrument("demo", "AAPL.US"), number("7"), 0.0, "a test")
        runner.second()
        assert here.quotes.base_of(here.slot("AAPL.US"))[0] == "prev_close"
        wakes, at_s = here.display.wakes, here.clock.utc_s
        here.clock.utc_s = lambda now_s: at_s(now_s) + 8 * 86_400.0  # the computer slept, and monotonic time with it
        runner.second()
        assert here.quotes.bases.is_awaited(here.slot("AAPL.US"))
        assert here.display.wakes > wakes


async def test_a_row_that_the_directory_calls_delisted_is_halted_until_it_ticks(
    server: DemoServer, tmp_path: Path
) -> None:
    await server.act("stall")
    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        runner = here.runner()
        here.want("EURUSD", runner)
        runner.take_listed([Status("EURUSD", Condition.DELISTED)])
        await here.until(lambda: here.state("EURUSD") is RowState.HALTED)
        assert here.reason("EURUSD") == "Delisted"
        await server.act("stall off")
        await here.live("EURUSD")
        runner.take_listed([Status("EURUSD", Condition.NORMAL)])
        await here.live("EURUSD")


async def test_lines_of_a_day_go_by_the_hours_of_the_rows_market_and_are_filled_anew(
    server: DemoServer, tmp_path: Path
) -> None:
    asked: list[tuple[str, list[str]]] = []

    class Reference:
        def fill_lines(self, feed: str, codes: Collection[str]) -> None:
            asked.append((feed, list(codes)))

        def ask_again(self, instruments: object) -> None: ...

    async with engine_at_work(tmp_path, {"demo": server.url}) as here:
        source = here.sources.of("demo")
        source.hours, _ = hours_file.load("alltick")
        runner = here.runner(source=source)
        here.want("NVDA.US BTCUSDT", runner)
        await here.live("NVDA.US BTCUSDT")
        here.services.reference = Reference()  # type: ignore[assignment]
        runner.second()
        assert asked == [], "lines of a quarter of an hour go by the clock on the wall"
        here.quotes.set_span(DAY_S, here.services.clock.now_s())
        runner.second()
        runner.second()
        assert asked == [("demo", ["NVDA.US"])]
        history, now_s = here.quotes.history, here.services.clock.now_s()
        assert history.reach_s(here.slot("NVDA.US"), now_s) > 0
        begin_s, _ = history.times(here.slot("BTCUSDT"), now_s, 10)
        assert history.when_s(here.slot("BTCUSDT"), begin_s) == begin_s
        here.services.reference = None

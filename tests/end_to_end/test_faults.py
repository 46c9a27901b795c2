"""Faults of the server and the network, with the real server, the real client and a real window in one loop: what the
user sees, that it recovers, and that nothing is lost."""

import asyncio
import math
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.lists.edits import Arrange, Remove, append
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, RowState
from quotedesk.ui.table.columns import state_text
from tests.fakes.stage import CODES, stage

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # the server has to be closed after it
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("drop", "The connection broke off"),
        ("close 1013", "The server closed the connection (1013: on request)"),
        ("close 1001", "The server closed the connection (1001: on request)"),
        ("606", "The server closed the connection (1008: too many requests)"),
        ("oversized 9", "The server sent a message of more than 8 MB"),
    ],
)
async def test_a_lost_link_is_shown_with_its_reason_and_comes_back_with_all_rows(fault: str, reason: str) -> None:
    async with stage() as here:
        before = {code: here.price(code) for code in CODES}
        here.server.faults.set("http 503")  # so that there is something to see
        await here.server.act(fault)
        assert reason in await here.offline()
        assert all(math.isfinite(here.price(code)) for code in before), "the last prices stay"
        here.server.faults.set("http off")
        await here.live()
        assert not here.window.banner.isVisibleTo(here.window) or here.session.status.state is LinkState.UP
        assert here.session.counts.opened == 2
        for code in CODES:
            kept = here.session.traces.continuity[code]
            assert (kept.gaps, kept.gap_s > 0) == (1, True)
        slots = here.quotes.slots(here.watchlist)
        gaps = [here.quotes.history.window(int(slot), here.clock.now_s(), 62).last for slot in slots]
        assert all(math.isnan(min(line, key=lambda value: -1 if math.isnan(value) else 0)) for line in gaps)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_an_upgrade_that_is_refused_is_shown_and_tried_again(status: int) -> None:
    async with stage("demo", f"http {status}", live=False) as here:
        assert f"HTTP {status}" in await here.offline()
        here.server.faults.set("http off")
        await here.live()


async def test_a_refused_key_stops_and_asks_and_goes_on_when_told() -> None:
    async with stage("demo", "http 401", live=False) as here:
        assert "Set it in File > Settings" in await here.offline()
        await asyncio.sleep(0.8)
        assert here.session.status.state is LinkState.DENIED, "no try before the user asks"
        here.server.faults.set("http off")
        here.windows.requests.retry.emit()
        await here.live()


@pytest.mark.parametrize("feed", ["demo", "alltick"])
async def test_a_half_open_connection_is_noticed_by_its_heartbeat(feed: str) -> None:
    async with stage(feed) as here:
        await here.server.act("half-open")
        assert "No answer to the heartbeat" in await here.offline()
        await here.server.act("half-open off")
        await here.live(20)


@pytest.mark.parametrize(("feed", "fault"), [("demo", "mute"), ("demo", "late 1.0"), ("alltick", "mute")])
async def test_answers_that_do_not_come_or_come_late_cost_no_row_and_no_connection(feed: str, fault: str) -> None:
    async with stage(feed, fault) as here:
        new = Instrument(here.feed.name, "XAGEUR")
        here.window.panel.rows.push(append(here.watchlist, [new]))
        await here.until(lambda: here.states()["XAGEUR"] is RowState.LIVE)
        await here.live()
        assert here.session.counts.opened == 1


@pytest.mark.parametrize(
    ("fault", "state", "said"),
    [
        ("halt GOLD", RowState.HALTED, "Halted"),
        ("limit-up GOLD", RowState.LIMIT_UP, "Limit up"),
        ("limit-down GOLD", RowState.LIMIT_DOWN, "Limit down"),
        ("delay 900", RowState.DELAYED, "15 min"),
    ],
)
async def test_what_a_feed_says_of_trading_is_shown_until_it_says_otherwise(
    fault: str, state: RowState, said: str
) -> None:
    async with stage("demo", fault, live=False) as here:
        await here.until(lambda: here.states()["GOLD"] is state)
        await here.until(lambda: set(here.states().values()) <= {state, RowState.LIVE})
        reading = here.window.table.model().reading(CODES.index("GOLD"))
        assert state_text(reading) == said
        assert set(here.states().values()) == {state} if fault.startswith("delay") else {state, RowState.LIVE}
        await here.server.act(f"{fault.split()[0]} off")
        await here.live()


async def test_a_server_that_reads_slowly_costs_no_row_and_no_connection() -> None:
    async with stage("demo", "slow-read 0.8") as here:
        for code in ("XAGEUR", "AUDJPY", "NZDUSD"):
            here.window.panel.rows.push(append(here.watchlist, [Instrument("demo", code)]))
            await here.rest(0.1)
        await here.until(lambda: set(here.states().values()) == {RowState.LIVE} and len(here.states()) == 7)
        assert here.session.counts.opened == 1


async def test_another_network_is_noticed_by_a_heartbeat_at_once() -> None:
    async with stage("alltick") as here:
        here.session._heart.due_s += 1000
        before = here.session.counts.requests["heartbeat"]
        here.feeds.network_changed()
        await here.until(lambda: here.session.counts.requests["heartbeat"] == before + 1)
        await here.live()
        assert here.session.counts.opened == 1


@pytest.mark.parametrize("clears", [False, True])
async def test_a_refused_symbol_is_named_and_the_others_go_on(clears: bool) -> None:
    async with stage("demo", "refuse USOIL", *(["clear"] if clears else [])) as here:
        new = [Instrument("demo", code) for code in ("USOIL", "XAGEUR")]
        here.window.panel.rows.push(append(here.watchlist, new))
        await here.until(lambda: here.states()["USOIL"] is RowState.REFUSED)
        await here.until(lambda: here.states()["XAGEUR"] is RowState.LIVE)
        await here.until(lambda: all(here.states()[code] is RowState.LIVE for code in CODES))
        assert here.session.counts.opened == 1


async def test_a_stalled_feed_on_a_living_link_turns_quiet_and_stale_never_offline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage() as here:
        monkeypatch.setattr("quotedesk.feed.staleness.QUIET_AFTER_S", 0.5)
        monkeypatch.setattr("quotedesk.feed.staleness.QUIET_GAPS", 0.0)
        monkeypatch.setattr("quotedesk.feed.staleness.STALE_AFTER_S", 1.5)
        monkeypatch.setattr("quotedesk.feed.staleness.STALE_GAPS", 0.0)
        await here.server.act("stall")
        seen: set[RowState] = set()

        def stale() -> bool:
            seen.update(here.states().values())
            return set(here.states().values()) == {RowState.STALE}

        await here.until(stale)
        assert seen == {RowState.LIVE, RowState.QUIET, RowState.STALE}
        await here.server.act("stall off")
        await here.until(lambda: RowState.LIVE in here.states().values())
        assert here.session.counts.opened == 1


@pytest.mark.parametrize("fault", ["garbage", "wrong-types", "duplicate", "reorder", "skew 1e11", "skew -86400"])
async def test_nonsense_between_the_ticks_is_counted_and_costs_no_row(fault: str) -> None:
    async with stage("demo", fault) as here:
        await asyncio.sleep(0.5)
        await here.live()
        counts = here.session.counts
        assert counts.opened == 1
        if fault in ("garbage", "wrong-types"):
            await here.until(lambda: counts.unreadable.total() > 3)
        if fault == "duplicate":
            await here.until(lambda: counts.dropped["duplicate"] > 3)
            assert sum(kept.duplicates for kept in here.session.traces.continuity.values()) > 3
        assert all(0 < here.price(code) < 1e7 for code in CODES)


async def test_a_long_message_is_dropped_and_the_link_stays() -> None:
    async with stage() as here:
        await here.server.act("oversized 4")
        await here.until(lambda: here.session.counts.unreadable["too long"] == 1)
        await here.live()
        assert here.session.counts.opened == 1


@pytest.mark.parametrize("feed", ["demo", "alltick"])
async def test_what_a_plan_has_no_room_for_is_parked_and_comes_in_when_room_appears(feed: str) -> None:
    async with stage(feed, "plan 2", live=False) as here:
        await here.until(lambda: list(here.states().values()) == [RowState.LIVE] * 2 + [RowState.PARKED] * 2, 30)
        await here.until(lambda: "2 of 2 slots, 2 parked" in here.window.status_bar.words())
        assert "ticks end after the first 2" in here.session.status_of(CODES[3], here.clock.now_s()).reason
        here.window.panel.rows.push(Arrange(tuple(Instrument(feed, code) for code in CODES[::-1])))
        await here.until(lambda: list(here.states().values()) == [RowState.LIVE] * 2 + [RowState.PARKED] * 2)
        assert list(here.states()) == list(CODES[::-1])
        here.window.panel.rows.push(Remove((Instrument(feed, CODES[3]),)))
        await here.until(lambda: list(here.states().values()) == [RowState.LIVE] * 2 + [RowState.PARKED])
        here.window.undo.stack.undo()
        await here.server.act("plan off")
        await here.live(30)
        assert here.session.counts.opened == 1


async def test_a_server_that_takes_and_drops_every_connection_is_not_hammered() -> None:
    async with stage() as here:
        opened = here.session.counts.opened
        began_s = here.clock.now_s()
        while here.clock.now_s() < began_s + 2:
            await here.server.act("drop")
            await asyncio.sleep(0.02)
        tries = here.session.counts.opened - opened
        assert 1 <= tries <= 2 / 0.2 + 1, "never more often than the provider allows"
        await here.live(30)

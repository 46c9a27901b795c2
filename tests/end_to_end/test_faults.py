"""Faults of the server and the network, with the real server, the real client and a real window in one loop: what the
user sees, that it recovers, and that nothing is lost."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.controller import Controller
from quotedesk.app.loop import DeskLoop
from quotedesk.app.tasks import Tasks
from quotedesk.codec import FEEDS
from quotedesk.codec.base import Feed
from quotedesk.demo.server import DemoServer, Options
from quotedesk.feed.pace import Pace
from quotedesk.feed.states import LinkState, RowState
from quotedesk.market.instrument import Instrument
from quotedesk.net.address import address
from quotedesk.store.edits import append
from quotedesk.store.quotes import Quotes
from quotedesk.store.watchlist import Watchlist
from quotedesk.ui.window import Window

pytestmark = pytest.mark.anyio

PATIENCE_S = 12.0
CODES = ("EURUSD", "GOLD", "BTCUSDT", "USDJPY")


def hurried(name: str) -> Feed:
    """A feed whose patience is short."""
    feed = FEEDS[name]
    quick: dict[str, float] = {"retry_min_s": 0.2, "answer_s": 0.6, "first_tick_s": 1.5}
    if feed.limits.replaces:  # its server closes a connection that asks more often than once a second
        quick |= {"beat_s": 2.5, "dead_after_s": 4.0}
    else:
        quick |= {"beat_s": 0.3, "dead_after_s": 1.2, "frame_gap_s": 0.05}
    return msgspec.structs.replace(feed, limits=msgspec.structs.replace(feed.limits, **quick))


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # the server has to be closed after it
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


class Clock:
    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def utc_s(self, at_s: float) -> float:
        return 1_764_000_000.0 + at_s


class Stage:
    """A desk and its server."""

    def __init__(self, feed: Feed, server: DemoServer) -> None:
        self.feed, self.server = feed, server
        self.faults: list[BaseException] = []
        self.clock, self.quotes = Clock(), Quotes()
        self.watchlist = Watchlist(Instrument(feed.name, code) for code in CODES)
        self.window = Window(self.watchlist, self.quotes, self.clock, feed.name, feed.title)
        self.tasks = Tasks(self.faults.append)
        pace = Pace(feed.limits.frame_gap_s, feed.limits.link_gap_s)
        self.controller = Controller(
            feed,
            self.watchlist,
            self.quotes,
            self.window,
            self.clock,
            self.tasks,
            self._find_address,
            lambda: None,
            "Set it.",
            pace,
        )

    async def _find_address(self, endpoint: str) -> str:
        return address(self.feed.provider.endpoints[endpoint], self.server.url, None)

    @property
    def session(self) -> Any:
        (session,) = self.controller.sessions.values()
        return session

    def states(self) -> dict[str, RowState]:
        """As the user sees them."""
        return {each.code: RowState(int(self.quotes.state[self.quotes.slot(each)])) for each in self.watchlist}

    def ticks(self) -> dict[str, int]:
        return {code: self.session.counts.applied[code] for code in CODES}

    def price(self, code: str) -> float:
        return float(self.quotes["price"][self.quotes.slot(Instrument(self.feed.name, code))])

    async def until(self, what: Callable[[], Any], patience_s: float = PATIENCE_S) -> None:
        try:
            async with asyncio.timeout(patience_s):
                while not what():
                    self.controller.second()
                    await asyncio.sleep(0.02)
        except TimeoutError:
            seen = (self.states(), self.session.status, self.session.counts, self.window._status.words())
            raise AssertionError(f"waited {patience_s} s in vain: {seen}") from None

    async def live(self, patience_s: float = PATIENCE_S) -> None:
        """All rows are live, and go on ticking."""
        await self.until(lambda: set(self.states().values()) == {RowState.LIVE}, patience_s)
        before = self.ticks()
        await self.until(lambda: all(self.ticks()[code] > before[code] for code in CODES), patience_s)

    async def offline(self) -> str:
        """All rows are offline; returns what the banner says."""
        await self.until(lambda: set(self.states().values()) == {RowState.OFFLINE})
        assert self.window._banner.isVisibleTo(self.window)
        _, reason, _ = self.window._banner.words()
        return str(reason)


@asynccontextmanager
async def stage(feed: str = "demo", *faults: str, live: bool = True, **options: Any) -> AsyncIterator[Stage]:
    async with DemoServer(Options(faults=faults, **options), heartbeat_s=30.0) as server:
        here = Stage(hurried(feed), server)
        here.window.show()
        here.controller.start()
        try:
            if live:
                await here.live()
            yield here
            assert here.faults == []
        finally:
            await here.controller.close()
            await here.tasks.stop()
            here.window.allow_close()
            here.window.close()


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
        assert not here.window._banner.isVisibleTo(here.window) or here.session.status.state is LinkState.UP
        assert here.session.counts.opened == 2
        for code in CODES:
            kept = here.session.proofs.continuity[code]
            assert (kept.gaps, kept.gap_s > 0) == (1, True)
        slots = here.quotes.slots(here.watchlist)
        gaps = [here.quotes.history.window(int(slot), here.clock.now_s(), 62) for slot in slots]
        assert all(math.isnan(min(line, key=lambda value: -1 if math.isnan(value) else 0)) for line in gaps)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_an_upgrade_that_is_refused_is_shown_and_tried_again(status: int) -> None:
    async with stage("demo", f"http {status}", live=False) as here:
        assert f"HTTP {status}" in await here.offline()
        here.server.faults.set("http off")
        await here.live()


async def test_a_refused_key_stops_and_asks_and_goes_on_when_told() -> None:
    async with stage("demo", "http 401", live=False) as here:
        assert "Set it." in await here.offline()
        await asyncio.sleep(0.8)
        assert here.session.status.state is LinkState.DENIED, "no try before the user asks"
        here.server.faults.set("http off")
        here.window.retry_requested.emit()
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
        here.window.undo.push(append(here.watchlist, [new]))
        await here.until(lambda: here.states()["XAGEUR"] is RowState.LIVE)
        await here.live()
        assert here.session.counts.opened == 1


@pytest.mark.parametrize("clears", [False, True])
async def test_a_refused_symbol_is_named_and_the_others_go_on(clears: bool) -> None:
    async with stage("demo", "refuse USOIL", *(["clear"] if clears else [])) as here:
        new = [Instrument("demo", code) for code in ("USOIL", "XAGEUR")]
        here.window.undo.push(append(here.watchlist, new))
        await here.until(lambda: here.states()["USOIL"] is RowState.REFUSED)
        await here.until(lambda: here.states()["XAGEUR"] is RowState.LIVE)
        await here.until(lambda: all(here.states()[code] is RowState.LIVE for code in CODES))
        assert here.session.counts.opened == 1


async def test_a_stalled_feed_on_a_living_link_turns_quiet_and_stale_never_offline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with stage() as here:
        monkeypatch.setattr("quotedesk.feed.rhythm.QUIET_AFTER_S", 0.5)
        monkeypatch.setattr("quotedesk.feed.rhythm.QUIET_GAPS", 0.0)
        monkeypatch.setattr("quotedesk.feed.rhythm.STALE_AFTER_S", 1.5)
        monkeypatch.setattr("quotedesk.feed.rhythm.STALE_GAPS", 0.0)
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
            assert sum(kept.duplicates for kept in here.session.proofs.continuity.values()) > 3
        assert all(0 < here.price(code) < 1e7 for code in CODES)


async def test_a_long_message_is_dropped_and_the_link_stays() -> None:
    async with stage() as here:
        await here.server.act("oversized 4")
        await here.until(lambda: here.session.counts.unreadable["too long"] == 1)
        await here.live()
        assert here.session.counts.opened == 1


async def test_a_plan_that_is_too_small_leaves_rows_that_say_so() -> None:
    async with stage("demo", "plan 2", live=False) as here:
        await here.until(lambda: list(here.states().values())[:2] == [RowState.LIVE] * 2)
        await here.until(lambda: here.session.counts.requests["subscribe"] == 2, 6)  # asked for once more
        await asyncio.sleep(0.5)
        assert list(here.states().values())[2:] == [RowState.PENDING] * 2
        assert here.session.counts.requests["subscribe"] == 2
        await here.server.act("plan off")
        await here.live()


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

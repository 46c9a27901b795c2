"""Between window and feed: against the built-in server, under Qt's loop."""

import asyncio
import math
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.windows import Windows
from quotedesk.codec.alltick_action import DEMO_FEED
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.engine import feed_runner as controller_module
from quotedesk.engine.feed_runner import Controller
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.events import Accepted
from quotedesk.feed.pace import Pace
from quotedesk.lists.book import Book
from quotedesk.lists.edits import Remove, append
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, RowState
from quotedesk.market.tick import Tick
from quotedesk.net.address import address
from quotedesk.net.client import DeniedError
from quotedesk.quotes.quotes import Quotes
from tests.fakes.windows import windows_on

pytestmark = pytest.mark.anyio

PATIENCE_S = 8.0
FEED = msgspec.structs.replace(
    DEMO_FEED, limits=msgspec.structs.replace(DEMO_FEED.limits, frame_gap_s=0.05, retry_min_s=0.2)
)


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


PACE = Pace(FEED.limits.frame_gap_s, FEED.limits.link_gap_s)


class SystemClock:
    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def utc_s(self, at_s: float) -> float:
        return 1_764_000_000.0 + at_s


class Desk:
    """A window, a controller, and what was saved."""

    def __init__(self, url: str, windows: Windows, book: Book, quotes: Quotes) -> None:
        self.windows, self.window, self.book, self.quotes = windows, windows.all[0], book, quotes
        self.watchlist = book.lists[0]
        self.faults: list[BaseException] = []
        self.saved: list[list[str]] = []
        self.url: str | None = url
        self.tasks = Tasks(self.faults.append)
        self.controller = Controller(
            FEED,
            book,
            quotes,
            windows,
            SystemClock(),
            self.tasks,
            self._find_address,
            self._keep,
            "Set a key.",
            PACE,
        )

    async def _find_address(self, endpoint: str) -> str:
        if self.url is None:
            raise DeniedError("No key")
        return address(FEED.provider.endpoints[endpoint], self.url, None)

    def _keep(self) -> None:
        self.saved.append(self.codes)

    @property
    def codes(self) -> list[str]:
        return [instrument.code for instrument in self.watchlist]

    @property
    def session(self) -> Any:
        return self.controller.sessions["demo"]

    def state(self, code: str) -> RowState:
        return RowState(int(self.quotes.state[self.quotes.slot(Instrument("demo", code))]))

    def price(self, code: str) -> float:
        return float(self.quotes["price"][self.quotes.slot(Instrument("demo", code))])

    async def until(self, what: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not what():
                await asyncio.sleep(0.01)


@pytest.fixture
async def server() -> AsyncIterator[DemoServer]:
    async with DemoServer(ServerOptions(unknown=frozenset({"BAD"}))) as server:
        yield server


@asynccontextmanager
async def at_work(url: str | None, codes: str, plan: int | None = None) -> AsyncIterator[Desk]:
    book = Book(Instrument("demo", code) for code in codes.split())
    quotes = Quotes()
    windows = windows_on(book, quotes, SystemClock(), "demo", FEED.title)
    window = windows.open()
    window.show()
    desk = Desk(url or "", windows, book, quotes)
    desk.url = url
    desk.controller._plan = plan
    desk.controller.start()
    try:
        yield desk
    finally:
        await desk.controller.close()
        await desk.tasks.stop()
        window.allow_close()
        window.close()
        window.deleteLater()
    assert desk.faults == []


async def test_rows_come_alive_and_an_edit_reaches_disk_and_wire(server: DemoServer) -> None:
    async with at_work(server.url, "A.US B.US") as desk:
        await desk.until(lambda: desk.state("A.US") is desk.state("B.US") is RowState.LIVE)
        desk.window.panel.rows.push(append(desk.watchlist, [Instrument("demo", "C.US")]))
        assert desk.saved == [["A.US", "B.US", "C.US"]]
        assert desk.state("C.US") is RowState.PENDING
        await desk.until(lambda: desk.state("C.US") is RowState.LIVE)
        desk.window.panel.rows.push(Remove((Instrument("demo", "A.US"),)))
        assert desk.saved[-1] == ["B.US", "C.US"]
        await desk.until(lambda: desk.session.counts.requests["unsubscribe"] == 1)
        assert desk.session.counts.opened == 1


async def test_a_removed_row_that_comes_back_keeps_its_price_and_waits_for_a_tick(server: DemoServer) -> None:
    async with at_work(server.url, "A.US B.US") as desk:
        await desk.until(lambda: desk.state("A.US") is RowState.LIVE)
        desk.window.panel.rows.push(Remove((Instrument("demo", "A.US"),)))
        await desk.until(lambda: desk.session.counts.requests["unsubscribe"] == 1)
        price = desk.price("A.US")
        desk.window.undo.stack.undo()
        assert desk.state("A.US") is RowState.PENDING
        assert desk.price("A.US") == price
        await desk.until(lambda: desk.state("A.US") is RowState.LIVE)


async def test_a_refused_row_has_the_servers_words(server: DemoServer) -> None:
    async with at_work(server.url, "A.US BAD") as desk:
        await desk.until(lambda: desk.state("BAD") is RowState.REFUSED and desk.state("A.US") is RowState.LIVE)
        assert "BAD" in desk.quotes.words(desk.quotes.slot(Instrument("demo", "BAD")))


async def test_a_lost_link_makes_rows_offline_and_shows_why_until_it_is_back() -> None:
    async with DemoServer(ServerOptions()) as server:
        port = int(server.url.rpartition(":")[2])
        async with at_work(server.url, "A.US") as desk:
            await desk.until(lambda: desk.state("A.US") is RowState.LIVE)
            await server.__aexit__(None, None, None)
            await desk.until(lambda: desk.state("A.US") is RowState.OFFLINE)
            assert desk.session.status.reason
            async with DemoServer(ServerOptions(port=port)):
                await desk.until(lambda: desk.state("A.US") is RowState.LIVE)
            assert desk.session.counts.opened == 2


async def test_a_long_list_is_looked_at_by_and_by_and_no_row_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controller_module, "SWEPT_AT_ONCE", 3)
    codes = [f"S{n}.US" for n in range(20)]
    async with DemoServer(ServerOptions()) as server, at_work(server.url, " ".join(codes)) as desk:
        await desk.until(lambda: all(desk.state(code) is RowState.LIVE for code in codes))
        await server.__aexit__(None, None, None)
        desk.controller._mark_rows(desk.session)
        for _ in range(30):  # whoever asks again and again does not begin anew each time
            desk.controller._mark_rows(desk.session)
            await asyncio.sleep(0.02)
        await desk.until(lambda: all(desk.state(code) is RowState.OFFLINE for code in codes))


async def test_without_a_key_the_window_says_how_to_set_it_and_tries_again_when_asked(server: DemoServer) -> None:
    async with at_work(None, "A.US") as desk:
        shown: list[str] = []
        desk.windows.show_links = lambda links: shown.extend(link.reason for link in links)  # type: ignore[method-assign]
        await desk.until(lambda: desk.session.status.state is LinkState.DENIED)
        await desk.until(lambda: shown)
        assert shown[-1] == "No key. Set a key."
        desk.url = server.url
        desk.window.retry_requested.emit()
        await desk.until(lambda: desk.state("A.US") is RowState.LIVE)


async def test_the_status_bar_shows_messages_a_second_round_trip_and_paint(server: DemoServer) -> None:
    async with at_work(server.url, "A.US B.US") as desk:
        words = desk.window.status_bar.words
        assert words().endswith("-- msg/s -- ms round trip -- ms p99")
        desk.controller.second()
        await desk.until(lambda: desk.window.repaint_clock.age_stats().p99_ms > 0)
        desk.session.proven(SystemClock().now_s(), SystemClock().now_s() - 0.035)
        desk.controller.second()
        assert re.search(r"\d msg/s 35 ms round trip [<\d][\d,]* ms p99$", words())
        assert desk.controller.messages.per_s > 0
        said = desk.controller.frames.frames()
        assert b"subscribe" in said[0].data
        assert said[0].is_out
        desk.session.lost("gone", SystemClock().now_s())
        desk.controller.second()
        assert " -- ms round trip " in words()


async def test_a_row_turns_quiet_by_the_second(server: DemoServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quotedesk.feed.staleness.QUIET_AFTER_S", 0.0)
    async with at_work(server.url, "A.US") as desk:
        await desk.until(lambda: desk.session.counts.applied["A.US"])
        desk.controller.second()
        assert desk.state("A.US") is RowState.QUIET
        assert desk.controller.state_word(Instrument("demo", "A.US")) == "quiet"


async def test_the_last_tick_of_a_parked_row_does_not_go_on_as_a_line(server: DemoServer) -> None:
    async with at_work(server.url, "EURUSD GOLD") as desk:
        await desk.until(lambda: desk.state("GOLD") is RowState.LIVE)
        desk.session._list.ends(1)
        desk.controller.second()
        assert desk.state("GOLD") is RowState.PARKED
        desk.controller._heard(desk.session, [Accepted([Tick("GOLD", 3400.0, 2)])])
        assert desk.state("GOLD") is RowState.PARKED
        slot = desk.quotes.slot(Instrument("demo", "GOLD"))
        now_s = SystemClock().now_s()
        assert math.isnan(desk.quotes.history.window(slot, now_s + 30, 60).last[-1]), "blank to the right"
        other = desk.quotes.slot(Instrument("demo", "EURUSD"))
        assert not math.isnan(desk.quotes.history.window(other, now_s + 1, 60).last[-1])


async def test_the_list_that_is_shown_goes_first_where_the_plan_is_short_and_a_closed_one_is_not_asked_for(
    server: DemoServer,
) -> None:
    async with at_work(server.url, "A.US B.US", plan=2) as desk:
        await desk.until(lambda: desk.state("A.US") is RowState.LIVE)
        lists = desk.window.list_menu
        other = lists.add("Other", [Instrument("demo", code) for code in ("C.US", "B.US")])
        await desk.until(lambda: desk.state("C.US") is RowState.PARKED)
        desk.windows._settling.setInterval(0)
        desk.windows._settling.start()
        await desk.until(lambda: desk.state("A.US") is RowState.PARKED)
        await desk.until(lambda: desk.state("C.US") is RowState.LIVE)
        assert desk.state("B.US") is RowState.LIVE
        assert desk.session.counts.opened == 1
        assert "2 of 2 slots, 1 parked" in desk.window.status_bar.words()
        lists.close_list()
        assert not other.is_open
        await desk.until(lambda: desk.state("A.US") is RowState.LIVE)
        assert set(desk.session.wanted) == {"A.US", "B.US"}
        assert desk.saved, "which lists are open is kept, too"

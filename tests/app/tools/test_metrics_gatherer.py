"""The figures, gathered from windows and feeds that do nothing."""

import asyncio
import math
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.tools.metrics import Stats
from quotedesk.app.tools.metrics_gatherer import MetricsGatherer
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book_edits import SetFeed
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on


class Parts:
    def __init__(self, qtbot: QtBot) -> None:
        self.clock = FakeClock()
        self.book = book_of("demo", ["A.US", "B.US"])
        self.quotes = Quotes()
        self.windows = windows_on(self.book, self.quotes, self.clock)
        self.window = self.windows.open()
        qtbot.addWidget(self.window)
        self.window.allow_close()
        self.feeds = Feeds(Services(self.clock, Tasks(pytest.fail), self.quotes, self.windows), self._find)
        self.figures = MetricsGatherer(self.clock, self.book, self.quotes)

    def _find(self, feed: str) -> Source:
        raise AssertionError(feed)

    def gather(self, first_quote_s: float | None = None) -> Stats:
        return self.figures.gather(self.feeds, self.window, first_quote_s)

    def apply(self, *trades: Trade) -> None:
        self.quotes.slots(self.book.wanted())
        self.quotes.apply(Batch("demo", list(trades), self.clock.now_s()))


def test_times_count_from_the_start_of_the_process(qtbot: QtBot) -> None:
    parts = Parts(qtbot)
    assert parts.gather().startup_ms.first_quote is None
    parts.clock.advance(2)
    first_ms = parts.gather(parts.clock.now_s()).startup_ms.first_quote
    assert first_ms is not None
    assert first_ms > 2000, "this process is older than the figures"


def test_the_line_of_the_tour_tells_what_is_live_and_the_first_price(qtbot: QtBot) -> None:
    parts = Parts(qtbot)
    assert parts.figures.tour_line(parts.feeds).startswith("0 live of 2 wanted  0 ticks  A.US --")
    parts.apply(Trade("A.US", number("1.50")))
    parts.quotes.set_state(parts.quotes.slots(parts.book.wanted()[:1]), RowState.LIVE, parts.clock.now_s())
    assert parts.figures.tour_line(parts.feeds) == "1 live of 2 wanted  0 ticks  A.US 1.50"


def test_rows_of_all_open_lists_are_told_those_of_the_shown_list_first_and_by_its_feed(qtbot: QtBot) -> None:
    parts = Parts(qtbot)
    parts.windows.undo.active_window = parts.window
    first = parts.window.watchlist
    parts.window.list_menu.add("Mine", [Instrument("alltick", "C.US"), Instrument("demo", "B.US")])
    parts.apply(Trade("B.US", number("2")))
    parts.figures.look_at_quotes()
    told = parts.gather()
    assert parts.window.watchlist.feed == "demo"
    assert list(told.symbols) == list(told.quotes) == ["C.US@alltick", "B.US", "A.US"]
    assert [text.get("last") for text in told.quotes.values()] == [None, "2", None]
    parts.windows.undo.push(SetFeed(parts.window.watchlist, "alltick"))
    told = parts.gather()
    assert list(told.symbols) == ["C.US", "B.US", "A.US@demo", "B.US@demo"]
    parts.window.list_menu.show_list(first)
    assert list(parts.gather().symbols) == ["A.US", "B.US", "C.US@alltick", "B.US@alltick"]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


@pytest.mark.anyio
async def test_the_probe_looks_how_late_the_loop_is(qtbot: QtBot) -> None:
    parts = Parts(qtbot)

    def most_ms() -> float:
        return parts.gather().lag_ms.max

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        probing = group.create_task(parts.figures.probe_lag())
        while math.isnan(most_ms()):
            await asyncio.sleep(0.01)
        parts.clock.advance(0.6)
        while not most_ms():
            await asyncio.sleep(0.01)
        probing.cancel()
    assert most_ms() == pytest.approx(500)

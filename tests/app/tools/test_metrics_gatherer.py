"""MetricsGatherer gathered from a window and a controller that do nothing."""

import asyncio
import math
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.tools.metrics_gatherer import MetricsGatherer
from quotedesk.codec import FEEDS
from quotedesk.engine.feed_runner import Controller
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.pace import Pace
from quotedesk.market.states import RowState
from quotedesk.market.tick import Tick
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on


class Parts:
    def __init__(self, qtbot: QtBot) -> None:
        self.clock = FakeClock()
        self.book = book_of("demo", ["A.US", "B.US"])
        self.quotes = Quotes()
        self.windows = windows_on(self.book, self.quotes, self.clock, "demo")
        self.window = self.windows.open()
        qtbot.addWidget(self.window)
        self.window.allow_close()

        async def find(endpoint: str) -> str:
            raise AssertionError(endpoint)

        self.controller = Controller(
            FEEDS["demo"],
            self.book,
            self.quotes,
            self.windows,
            self.clock,
            Tasks(pytest.fail),
            find,
            lambda: None,
            "",
            Pace(1.0, 3.0),
        )
        self.figures = MetricsGatherer(self.clock, self.book, self.quotes)


def test_times_count_from_the_start_of_the_process(qtbot: QtBot) -> None:
    parts = Parts(qtbot)
    assert parts.figures.gather(parts.controller, parts.window).startup_ms.first_quote is None
    parts.clock.advance(2)
    parts.controller.first_quote_s = parts.clock.now_s()
    first_ms = parts.figures.gather(parts.controller, parts.window).startup_ms.first_quote
    assert first_ms is not None
    assert first_ms > 2000, "this process is older than the figures"


def test_the_line_of_the_tour_tells_what_is_live_and_the_first_price(qtbot: QtBot) -> None:
    parts = Parts(qtbot)
    assert parts.figures.tour_line(parts.controller).startswith("0 live of 2 wanted  0 ticks  A.US --")
    parts.quotes.apply("demo", [Tick("A.US", 1.5, 2, 1, 0, 0)], parts.clock.now_s())
    parts.quotes.mark(parts.quotes.slots(parts.book.wanted()[:1]), RowState.LIVE, parts.clock.now_s())
    assert parts.figures.tour_line(parts.controller) == "1 live of 2 wanted  0 ticks  A.US 1.50"


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


@pytest.mark.anyio
async def test_the_probe_looks_how_late_the_loop_is(qtbot: QtBot) -> None:
    parts = Parts(qtbot)

    def most_ms() -> float:
        return parts.figures.gather(parts.controller, parts.window).lag_ms.max

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        probing = group.create_task(parts.figures.probe_lag())
        while math.isnan(most_ms()):
            await asyncio.sleep(0.01)
        parts.clock.advance(0.6)
        while not most_ms():
            await asyncio.sleep(0.01)
        probing.cancel()
    assert most_ms() == pytest.approx(500)

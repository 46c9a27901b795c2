"""The pointer over a row's line: price, time, and a mark on the line; over a gap, that it is one."""

import math

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import of_float
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.history import Bar
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import TREND, USUAL
from quotedesk.ui.table.sparkline import LEFT_PX, RIGHT_PX
from quotedesk.ui.table.trend_tip import TrendTip, _exact_decimals
from tests.fakes.pointer import move
from tests.ui.conftest import FEED

COLUMN = USUAL.index(TREND)


class Pointed:
    """A desk whose pointer goes over the line of its first row."""

    def __init__(self, desk) -> None:
        self.desk, self.clock = desk, desk.clock
        desk.window.resize(1280, 640)
        QApplication.processEvents()
        (self.tip,) = desk.window.findChildren(TrendTip)

    def tick(self, price: float, seconds: float = 1.0) -> None:
        """A trade, then so many seconds pass."""
        now_s = self.clock.now_s()
        trade = Trade("A.US", of_float(price, 2), of_float(1, 0), self.clock.utc_s(now_s))
        self.desk.quotes.apply(Batch(FEED, [trade], now_s, (), (RowStatus("A.US", RowState.LIVE, now_s),)))
        self.clock.advance(seconds)

    def at(self, share: float) -> str:
        """Point at a share of the line's width; what is said."""
        self.desk.table.viewport().grab()
        cell = self.desk.table.visualRect(self.desk.table.model().index(0, COLUMN))
        x = cell.left() + LEFT_PX + share * (cell.width() - LEFT_PX - RIGHT_PX)
        move(self.desk.table.viewport(), QPoint(round(x), cell.center().y()))
        return self.tip.words() if self.tip.isVisible() else ""

    def time(self, ago_s: float) -> str:
        return numbers.time_of_day(self.clock.utc_s(self.clock.now_s() - ago_s))


@pytest.fixture
def pointed(open_desk) -> Pointed:
    return Pointed(open_desk("A.US", "B.US"))


def test_the_pointer_over_a_line_shows_price_and_time_with_a_mark_on_the_line(pointed: Pointed) -> None:
    for step in range(400):
        pointed.tick(100 + step // 100)
    assert pointed.at(0.0).startswith("100.00 ")
    assert pointed.at(0.4).startswith("101.00 ")
    assert pointed.at(1.0) == f"103.00 {pointed.time(0)}"
    mark = pointed.tip.mark
    assert mark.isVisible()
    low = mark.geometry().center()
    words = pointed.at(0.6).split()
    assert words[0] == "102.00"
    assert abs(_seconds(words[1]) - _seconds(pointed.time(160))) <= 7
    assert mark.geometry().center().y() > low.y(), "a lower price lies lower"
    assert mark.geometry().center().x() < low.x()


def test_what_went_to_and_fro_within_a_step_is_said(pointed: Pointed) -> None:
    for step in range(900):
        pointed.tick(104 if step % 3 else 100)
    assert "\n100.00 to 104.00 in " in pointed.at(0.5)


def test_over_a_gap_it_says_that_nothing_is_known(pointed: Pointed) -> None:
    for _ in range(100):
        pointed.tick(100)
    slots = pointed.desk.quotes.slots([Instrument(FEED, "A.US")])
    pointed.desk.quotes.begin_gap(slots, pointed.clock.now_s())
    pointed.clock.advance(200)
    for _ in range(100):
        pointed.tick(110)
    words = pointed.at(0.5)
    assert words.startswith("No prices ")
    assert " to " in words
    assert not pointed.tip.mark.isVisible()
    begin, end = words.removeprefix("No prices ").split(" to ")
    assert abs(_seconds(begin) - _seconds(pointed.time(300))) <= 7
    assert abs(_seconds(end) - _seconds(pointed.time(100))) <= 7


def _seconds(text: str) -> int:
    hours, minutes, seconds = map(int, text.split(":"))
    return 3600 * hours + 60 * minutes + seconds


def test_it_leaves_with_the_pointer_a_press_and_where_there_is_no_line(pointed: Pointed) -> None:
    for _ in range(50):
        pointed.tick(100)
    viewport = pointed.desk.table.viewport()
    assert pointed.at(0.5)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(60, 10))
    assert not pointed.tip.isVisible()
    assert pointed.at(0.5)
    move(viewport, QPoint(60, 10))
    assert not pointed.tip.isVisible(), "over another column"
    assert pointed.at(0.5)
    cell = pointed.desk.table.visualRect(pointed.desk.table.model().index(0, COLUMN))
    move(viewport, cell.center(), Qt.MouseButton.LeftButton)
    assert not pointed.tip.isVisible(), "something is dragged over it"
    assert pointed.at(0.5)
    QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    assert not pointed.tip.isVisible()
    assert not pointed.tip.mark.isVisible()
    cell = pointed.desk.table.visualRect(pointed.desk.table.model().index(1, COLUMN))
    move(viewport, cell.center())
    assert not pointed.tip.isVisible(), "B.US has no line yet"
    assert pointed.at(0.5)
    pointed.desk.window.sort("Symbol:desc")
    assert not pointed.tip.isVisible(), "the row went elsewhere"


def test_days_back_it_says_the_day(pointed: Pointed) -> None:
    now_s = pointed.clock.now_s()
    pointed.desk.quotes.set_span(432_000.0, now_s)
    pointed.tick(100)
    bars = [Bar(now_s - ago * 1800.0, 1800.0, 90, 91, 89, 90) for ago in range(239, 0, -1)]
    pointed.desk.quotes.seed_past(Instrument(FEED, "A.US"), bars, pointed.clock.now_s())
    utc_s = pointed.clock.utc_s(pointed.clock.now_s())
    words = pointed.at(0.2).splitlines()
    assert words[0].startswith("90.00 ")
    days = {numbers.day(utc_s - days * 86_400) for days in (3, 4)}
    assert any(day in words[0] for day in days)
    assert "89.00 to 91.00 in " in words[1]


@pytest.mark.parametrize(
    ("price", "decimals"), [(117_204.55, 2), (1.16427, 6), (1_234_567.89, 0), (0.0, 12), (math.nan, 12)]
)
def test_no_more_decimals_are_said_than_a_line_keeps(price: float, decimals: int) -> None:
    assert _exact_decimals(price) == decimals

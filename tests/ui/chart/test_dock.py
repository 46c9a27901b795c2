"""The chart follows the row: title, price and bars are always of the same symbol."""

import math
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.feed.subscription_trace import Trace
from quotedesk.market.hours import MarketHours
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.quotes.history import Bar
from quotedesk.ui.chart import labels


def test_the_chart_follows_the_current_row_at_once(chart) -> None:
    chart.choose("1m")
    chart.tick_on("A.US", 10, 11, 12)
    chart.tick_on("B.US", 50, 51)
    assert chart.dock.words()["code"] == "A.US"
    QTest.keyClick(chart.desk.table, Qt.Key.Key_Down)
    words = chart.dock.words()
    assert (words["code"], words["price"]) == ("B.US", "51.00")
    assert chart.bars.closes[-1] == 51
    assert len(chart.bars) == 2, "what its line knew is there at once"
    assert chart.plot.content.name == "B.US"


def test_title_price_and_bars_are_never_of_two_symbols(chart) -> None:
    prices = {"A.US": 10.0, "B.US": 20.0, "C.US": 30.0, "D.US": 40.0}
    for _ in range(3):
        for code, price in prices.items():
            chart.tick_on(code, price)
    for step in range(30):
        QTest.keyClick(chart.desk.table, Qt.Key.Key_Down if step % 7 else Qt.Key.Key_Home)
        chart.tick(list(prices)[step % 4], list(prices.values())[step % 4])
        words = chart.dock.words()
        if words["code"] in prices:
            price = prices[words["code"]]
            assert words["price"] == f"{price:.2f}"
            assert set(chart.bars.closes.tolist()) == {price}


def test_a_late_answer_of_another_row_or_length_changes_nothing(chart) -> None:
    chart.choose("1D")
    assert chart.wishes[-1][:2] == (Instrument("demo", "A.US"), 300)
    QTest.keyClick(chart.desk.table, Qt.Key.Key_Down)
    chart.answer("A.US", 300, 20, 77.0)
    assert chart.dock.words()["code"] == "B.US"
    assert len(chart.bars) == 0
    chart.answer("B.US", 60, 20, 88.0)
    chart.answer("nobody", 300, 20, 99.0)
    assert len(chart.bars) == 0
    chart.answer("B.US", 300, 20, 66.0)
    assert chart.bars.closes.tolist() == [66.0] * 20
    QTest.keyClick(chart.desk.table, Qt.Key.Key_Up)
    assert chart.bars.closes.tolist() == [77.0] * 20, "what came late is kept for its own row"


def test_a_range_without_candles_says_so(chart) -> None:
    chart.choose("1D")
    assert "Asking the feed" in chart.plot.content.words
    chart.answer("A.US", 300, 0, fault="no such symbol")
    assert chart.plot.content.words == "No candles came: no such symbol"
    chart.dock.follow(Instrument("alltick", "X"))
    assert chart.plot.content.words == "The feed alltick tells no candles, so 1D is empty. 1m to 1h show its ticks."
    chart.choose("30m")
    assert chart.plot.content.words == "No trade in this range yet."


def test_the_first_price_of_this_run_is_nothing_on_a_chart_of_days(chart) -> None:
    chart.tick_on("A.US", 10, 11, 12)
    for name in ("30m", "1D"):
        chart.choose(name)
        assert (chart.plot.content.base, chart.plot.content.base_words) == (10.0, "First seen")
    for name in ("5D", "1Y"):
        chart.choose(name)
        assert math.isnan(chart.plot.content.base)
        assert chart.plot.content.rises, "the day's colour stays"


def test_candles_go_before_what_the_rows_line_was_filled_with(chart) -> None:
    """The line's past is candles, too, in coarser steps: a chart that opens later would be stairs of it."""
    row, now_s = Instrument("demo", "B.US"), chart.clock.now_s()
    past = [Bar(now_s - 60 * back, 60, 50.0, 50.0, 50.0, 50.0) for back in range(15, 0, -1)]
    chart.desk.quotes.seed_past(row, past, now_s)
    chart.tick_on("B.US", 70, 71)
    QTest.keyClick(chart.desk.table, Qt.Key.Key_Down)
    assert 50.0 in chart.bars.closes.tolist(), "until candles are there, it has to do"
    chart.answer("B.US", 60, 25, 66.0)
    assert set(chart.bars.closes.tolist()) == {66.0, 71.0}
    assert chart.bars.closes[-1] == 71.0, "ticks of this run go before candles"


def test_where_bars_come_from_is_said(chart) -> None:
    chart.tick_on("A.US", 10, 11, 12)
    assert chart.dock.words()["caption"].startswith("Live ticks")
    chart.answer("A.US", 60, 5)
    assert chart.dock.words()["caption"].startswith("Candles to ")
    assert chart.dock.words()["caption"].endswith("live since")
    chart.choose("1D")
    chart.answer("A.US", 300, 5)
    assert chart.dock.words()["caption"].startswith("Candles ")


def test_paused_it_stays_as_it_is_whatever_comes(chart) -> None:
    chart.choose("1m")
    chart.tick_on("A.US", 10, 11)
    chart.pane.menu.pause.trigger()
    chart.tick_on("A.US", 12, 13)
    QTest.keyClick(chart.desk.table, Qt.Key.Key_Down)
    words = chart.dock.words()
    assert (words["code"], words["price"]) == ("A.US", "11.00")
    assert words["caption"].startswith("Paused at ")
    assert chart.dock.instrument == Instrument("demo", "A.US"), "what is compared or exported is of the same row"
    assert chart.bars.closes.tolist() == [10, 11]
    chart.pane.menu.pause.trigger()
    assert chart.dock.words()["code"] == "B.US"


@pytest.mark.parametrize("choice", ["range", "look", "comparison"])
def test_a_choice_that_a_paused_chart_could_not_show_lets_it_go_on(chart, choice: str) -> None:
    chart.choose("1m")
    chart.tick_on("A.US", 10, 11)
    chart.tick_on("B.US", 50, 51)
    chart.pane.menu.pause.trigger()
    if choice == "range":
        chart.pane.choose(1)
        assert chart.dock.words()["range"] == "5m"
    elif choice == "look":
        chart.pane.menu.candles.trigger()
        assert not chart.plot.content.as_line
    else:
        chart.dock.compare([Instrument("demo", "B.US")])
        assert chart.plot.content.in_percent
    assert not chart.pane.menu.pause.isChecked()
    assert not chart.dock.words()["caption"].startswith("Paused")


def test_the_head_is_as_bright_as_the_price_is_true(chart) -> None:
    chart.tick_on("A.US", 10, 12)
    words = chart.dock.words()
    assert (words["change"], words["percent"], words["state"]) == ("+2.00", "+20.00 %", "")
    assert chart.dock.head.colours()["change"] == "up"
    chart.desk.mark(RowState.STALE, "A.US")
    chart.pane.refresh()
    assert chart.dock.words()["state"] == "Stale"
    assert chart.dock.head.colours()["price"] == "t3"


def test_rows_are_compared_in_percent_four_at_most(chart) -> None:
    chart.choose("1m")
    told = []
    chart.dock.noticed.connect(told.append)
    for code in ("A.US", "B.US"):
        chart.tick(code, 100)
    chart.clock.advance(5)
    chart.tick("B.US", 110)
    chart.tick("A.US", 105)
    here = Instrument("demo", "A.US")
    chart.dock.compare([here, Instrument("demo", "B.US"), Instrument("demo", "B.US")])
    content = chart.plot.content
    assert [(other.name, other.values.tolist()) for other in content.others] == [("B.US", [100, 110])]
    assert content.in_percent
    chart.dock.compare([Instrument("demo", f"{letter}.US") for letter in "CDEFG"])
    assert len(chart.dock.compared) == 4
    assert told == ["The chart compares 4 symbols at most"]
    chart.dock.follow(Instrument("demo", "B.US"))
    assert [other.name for other in chart.plot.content.others] == ["C.US", "D.US", "E.US"]
    chart.dock.compare_nothing()
    assert not chart.plot.content.in_percent


def test_figures_and_trace_are_the_rows(chart) -> None:
    chart.desk.set_trace_of(lambda row: (Trace(1000.0, 1000.02, 1, 1000.06, 1000.31), None))
    chart.tick("A.US", 10)
    words = dict(chart.dock.figures.words())
    assert words["Sent"] == "+0.020 s"
    assert words["First tick"] == "+0.310 s"
    assert words["Bid"] == "--"


@pytest.mark.parametrize("name", ["x.png", "x.svg"])
def test_a_chart_is_exported_as_it_is_with_its_title(chart, tmp_path: Path, name: str) -> None:
    chart.tick_on("A.US", 10, 11, 12)
    chart.pane.export(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    if name.endswith("png"):
        image = QImage(str(tmp_path / name))
        assert (image.width(), image.height()) == (2 * chart.plot.width(), 2 * (chart.plot.height() + 28))
    else:
        assert b"<title>A.US  12.00  +2.00  +20.00 %  30m</title>" in data
        assert b">12.00<" in data.replace(b" ", b"").replace(b"\n", b"")


def test_a_chart_that_cannot_be_saved_says_so(chart, tmp_path: Path) -> None:
    chart.tick("A.US", 10)
    told = []
    chart.pane.noticed.connect(lambda message: told.append(getattr(message, "text", message)))
    for name in ("no/x.png", "no/x.svg"):
        chart.pane.export(tmp_path / name)
    could_not = "could not be saved. May that folder be written to?"
    assert told == [f"x.png {could_not}", f"x.svg {could_not}"]


def test_nothing_to_show_is_said(chart) -> None:
    chart.dock.follow(None)
    assert chart.plot.content.words == "Choose a row to see its chart."
    assert chart.dock.words()["code"] == ""


def test_what_it_is_can_be_heard(chart) -> None:
    chart.tick("A.US", 10)
    assert chart.plot.accessibleName() == "Chart of A.US, 30 minutes, line"
    names = [button.accessibleName() for button in chart.dock.head.ranges.buttons()]
    assert names[0] == "1 minute"
    assert [button.accessibleName() for button, _, _ in chart.dock.head.buttons] == [
        "Candles",
        "Pause",
        "Export chart\N{HORIZONTAL ELLIPSIS}",
        "Chart",
    ]


def test_a_price_that_is_no_number_breaks_nothing(chart) -> None:
    chart.tick("A.US", math.nan)
    chart.tick("A.US", -5.0)
    chart.tick("A.US", 1e15)
    chart.plot.grab()
    assert chart.bars.lows.tolist() == [-5.0]


NEW_YORK = MarketHours(
    "US", re.compile(".*"), ZoneInfo("America/New_York"), tuple((day * 1440, day * 1440 + 1440) for day in range(7))
)
CLOCK_GOES_BACK_UTC_S = datetime(2026, 11, 1, 6, tzinfo=UTC).timestamp()


def said(chart, path: Path) -> list[str]:
    """All texts of a chart, as it is exported."""
    chart.plot.grab()
    chart.pane.export(path)
    return re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text())


def test_over_a_change_of_the_exchanges_clock_each_bar_is_there_once_and_has_its_own_time(chart, tmp_path) -> None:
    chart.market = NEW_YORK
    chart.clock.utc_at_0_s += CLOCK_GOES_BACK_UTC_S - 1800 - chart.clock.utc_s(chart.clock.now_s())
    chart.choose("1h")
    chart.pane.menu.candles.trigger()
    by_hand: dict[float, list[float]] = {}
    for step in range(360):  # from half past one to half past one
        utc_s, price = chart.clock.utc_s(chart.clock.now_s()), 100.0 + step * 37 % 91 / 10
        by_hand.setdefault(utc_s // 60 * 60, []).append(price)
        chart.tick("A.US", price)
        chart.clock.advance(10)
    bars = chart.bars
    assert bars.starts_s.tolist() == sorted(by_hand)
    assert len(bars) == 60
    for at, prices in enumerate(by_hand[start] for start in sorted(by_hand)):
        seen = (bars.opens[at], bars.highs[at], bars.lows[at], bars.closes[at], bars.volumes[at])
        assert seen == (prices[0], max(prices), min(prices), prices[-1], 6)
    assert set(np.diff(chart.plot.content.series.axis.xs).tolist()) == {1.0}, "no hour is doubled or left out"
    texts = said(chart, tmp_path / "x.svg")
    times = [text for text in texts if re.fullmatch(r"\d\d:\d\d", text)]
    twice = times.index("01:00")
    assert times == sorted(times[:twice]) + sorted(times[twice:]), "the hour comes twice"
    assert times[0] > times[-1]
    is_here = not labels.elsewhere(float(bars.starts_s[-1]), NEW_YORK.zone)  # where the tests run, too
    assert is_here or chart.dock.words()["caption"].endswith(" New York time")
    title = (tmp_path / "x.svg").read_text()
    assert f"<title>A.US  {bars.closes[-1]:.2f}" in title
    moments = [labels.pointed_at(float(bars.starts_s[at]), NEW_YORK.zone, 60) for at in (29, 30)]
    assert moments == ["1 Nov 01:59", "1 Nov 01:00"]


def test_a_day_of_25_hours_has_all_its_candles(chart) -> None:
    chart.market = NEW_YORK
    end_utc_s = CLOCK_GOES_BACK_UTC_S + 18 * 3600  # seven in the evening
    chart.clock.utc_at_0_s += end_utc_s - chart.clock.utc_s(chart.clock.now_s())
    chart.choose("1D")
    chart.answer("A.US", 300, 290)
    shown = chart.plot.content.series
    assert shown.begin_s == datetime(2026, 11, 1, tzinfo=NEW_YORK.zone).timestamp()
    first = int(shown.bars.starts_s.searchsorted(shown.begin_s))
    assert len(shown.bars) - first == 20 * 12, "twenty hours have passed since midnight, where clocks say 19:00"
    assert set(np.diff(shown.axis.xs).tolist()) == {1.0}


def test_what_comes_of_other_rows_costs_the_chart_nothing(chart, monkeypatch: pytest.MonkeyPatch) -> None:
    chart.choose("1m")
    chart.tick_on("A.US", 10, 11)
    shown = []
    monkeypatch.setattr(chart.plot, "show_content", lambda content, version: shown.append(content))
    chart.tick_on("B.US", 50, 51, 52)
    assert shown == []
    chart.tick("A.US", 12)
    assert [content.last for content in shown] == [12]
    chart.desk.mark(RowState.STALE, "A.US")
    chart.pane.refresh()
    assert not shown[-1].is_believed


@pytest.mark.parametrize(
    "size_px", [(700, 400), (700, 520), (700, 620), (600, 300), (500, 400), (500, 300), (280, 281)]
)
def test_in_a_small_window_parts_give_way_and_none_is_squeezed_nor_lies_on_another(chart, size_px) -> None:
    chart.choose("1m")
    chart.tick_on("A.US", *(10 + step % 5 for step in range(30)))
    window, dock = chart.desk.window, chart.dock
    window.resize(*size_px)
    chart.desk.settle()
    assert window.size().toTuple() == size_px
    parts = [each for each in (dock.head, dock.plot, dock._caption, dock._below) if each.isVisible()]
    for part in (dock.head, dock._below):
        assert part.isHidden() or part.height() >= part.minimumSizeHint().height()
    for upper, lower in pairwise(parts):
        assert dock.rect().contains(lower.geometry(), False)
        assert not upper.geometry().intersects(lower.geometry())
    assert dock.plot.height() >= 40
    for button, _, _ in dock.head.buttons:
        assert dock.head.rect().contains(QRect(button.mapTo(dock.head, QPoint(0, 0)), button.size()))
    assert chart.desk.table.viewport().height() > 0 or size_px[1] < 300, "the list is not covered"
    assert dock.figures.proof.isVisible() is (size_px == (700, 620))
    assert dock.figures.isVisible() is (size_px in ((700, 620), (700, 520)))
    window.resize(1280, 900)
    chart.desk.settle()
    assert dock.figures.proof.isVisible()
    assert all(button.isVisible() for button in dock.head.ranges.buttons())


def test_below_a_wide_list_its_head_is_one_line_and_a_narrow_window_stays_possible(chart) -> None:
    chart.tick("A.US", 10)
    window, head = chart.desk.window, chart.dock.head
    beside_px = head.height()
    chart.pane.menu.below.trigger()
    window.resize(1280, 800)
    QApplication.processEvents()
    assert head.height() < beside_px / 2
    window.resize(700, 800)
    chart.desk.qtbot.waitUntil(lambda: head.height() == beside_px)
    assert window.width() == 700
    chart.pane.menu.below.trigger()
    QApplication.processEvents()
    assert head.height() == beside_px
    buttons = [button for button, _, _ in chart.dock.head.buttons]
    assert all(chart.dock.rect().contains(each.mapTo(chart.dock, each.rect().bottomRight())) for each in buttons)

"""The chart's place in the window."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from quotedesk.config.window_file import ChartState, WindowState
from quotedesk.lists.section import Section
from quotedesk.market.instrument import Instrument


def trigger(desk, words: str) -> None:
    for action in desk.window.chart.menu.actions():
        if action.text().replace("&", "") == words:
            action.trigger()
            QApplication.processEvents()
            return
    raise LookupError(words)


def test_a_window_without_a_chart_imports_nothing_of_it() -> None:
    code = (
        "import sys, quotedesk.ui.window.window;"
        "print([name for name in sys.modules if name.startswith('quotedesk.ui.chart') or name == 'pyqtgraph'])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_ctrl_j_opens_and_closes_it_and_the_keyboard_stays_in_the_table(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1280, 800)
    for is_open in (True, False, True):
        QTest.keyClick(desk.table, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
        QApplication.processEvents()
        assert desk.window.chart.is_open is is_open
        assert desk.table.hasFocus()
    assert desk.window.chart.dock.width() == 336


def test_closing_it_gives_the_keyboard_back(open_desk) -> None:
    desk = open_desk()
    trigger(desk, "Chart")
    desk.window.chart.dock.plot.setFocus()
    trigger(desk, "Chart")
    assert desk.table.hasFocus()


def test_it_is_kept_and_comes_back_as_it_was(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1280, 800)
    trigger(desk, "Chart")
    trigger(desk, "Candles")
    trigger(desk, "Volume")
    trigger(desk, "Longer range")
    desk.window.chart.splitter.setSizes([1280 - 400, 400])
    state = desk.window.state().chart
    assert state == ChartState(True, False, 400, 320, "1h", False, False)
    trigger(desk, "Below the list")
    desk.window.chart.splitter.setSizes([400, 300])
    below = desk.window.state().chart
    assert (below.is_below, below.wide_px) == (True, 400)
    other = open_desk(show=False)
    other.window.restore(WindowState(chart=state))
    other.window.resize(1280, 800)
    other.show()
    QApplication.processEvents()
    pane = other.window.chart
    assert pane.is_open
    assert (pane.dock.chosen.name, pane.dock.as_line, pane.dock.has_volume) == ("1h", False, False)
    assert abs(pane.dock.width() - 400) <= 2
    assert pane.state() == state


def test_in_a_narrow_window_it_lies_below_whole_and_comes_back_beside(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1280, 800)
    trigger(desk, "Chart")
    pane = desk.window.chart
    desk.window.resize(480, 700)
    QApplication.processEvents()
    window, dock = desk.window, pane.dock
    assert dock.mapTo(window, dock.rect().bottomRight()).x() < window.width(), "nothing of it is cut off"
    assert dock.geometry().top() >= window.panel.geometry().bottom()
    assert not dock.figures.isVisible()
    assert dock.plot.width() > 400
    state = pane.state()
    assert (state.is_below, state.wide_px) == (False, 336), "the choice is as it was"
    window.resize(1280, 800)
    QApplication.processEvents()
    assert dock.geometry().left() >= window.panel.geometry().right()
    assert dock.figures.isVisible()
    assert dock.width() == 336


@pytest.mark.parametrize("px", [-5, 0, 10**9])
def test_an_absurd_size_is_none(open_desk, px: int) -> None:
    desk = open_desk()
    for is_below in (False, True):
        desk.window.chart.restore(ChartState(is_open=True, is_below=is_below, wide_px=px, high_px=px))
        QApplication.processEvents()
        assert desk.window.panel.width() >= 200
        assert desk.window.chart.dock.width() >= 120


def test_what_is_not_open_is_kept_as_it_was_kept(open_desk) -> None:
    desk = open_desk()
    kept = ChartState(False, True, 300, 200, "5D", False, True)
    desk.window.chart.restore(kept)
    assert desk.window.chart.state() == kept
    assert desk.window.chart.dock is None


def test_a_range_that_is_no_more_is_the_usual_one(open_desk) -> None:
    desk = open_desk()
    desk.window.chart.restore(ChartState(is_open=True, span="7 years"))
    assert desk.window.chart.dock.chosen.name == "30m"


def test_a_label_and_an_empty_list_leave_what_was_shown_or_nothing(open_desk) -> None:
    desk = open_desk("A.US", "B.US")
    trigger(desk, "Chart")
    dock = desk.window.chart.dock
    assert dock.instrument == Instrument("demo", "A.US"), "where no row was chosen it is the first"
    desk.select(1)
    assert dock.instrument == Instrument("demo", "B.US")
    desk.window.panel.rows.add_section()
    assert isinstance(desk.window.panel.model.rows[1], Section)
    desk.select(1)
    assert dock.instrument == Instrument("demo", "B.US")
    QTest.keyClick(desk.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    desk.window.panel.rows.remove_selected()
    desk.window.chart.refresh()
    assert dock.instrument is None
    desk.undo.stack.undo()
    desk.window.chart.refresh()
    assert dock.instrument is not None


def test_chosen_rows_are_compared_with_the_current_one(open_desk) -> None:
    desk = open_desk()
    trigger(desk, "Chart")
    desk.select(1, 2, 0)
    trigger(desk, "Compare the chosen rows")
    assert [each.code for each in desk.window.chart.dock.compared] == ["B.US", "C.US"]
    trigger(desk, "Compare nothing")
    assert desk.window.chart.dock.compared == []


def test_ranges_go_round_and_the_view_obeys_the_menu(open_desk) -> None:
    desk = open_desk()
    trigger(desk, "Chart")
    dock = desk.window.chart.dock
    seen = []
    for _ in range(8):
        trigger(desk, "Longer range")
        seen.append(dock.chosen.name)
    assert seen == ["1h", "1D", "5D", "1M", "1Y", "1m", "5m", "30m"]
    trigger(desk, "Shorter range")
    assert dock.chosen.name == "5m"
    width = dock.plot.view.width
    trigger(desk, "Zoom in")
    assert dock.plot.view.width < width
    trigger(desk, "Zoom out")
    trigger(desk, "Measure by dragging")
    assert dock.plot.measures
    for words in ("Pan left", "Pan right", "Back to now"):
        trigger(desk, words)


def test_a_dragged_row_is_compared_with_the_one_that_was_shown(open_desk) -> None:
    desk = open_desk()
    trigger(desk, "Chart")
    pane = desk.window.chart
    desk.select(2)
    table, at = desk.table, desk.table.visualRect(desk.table.model().index(0, 0)).center()
    QTest.mousePress(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert pane.dock.instrument == Instrument("demo", "A.US"), "a press is followed at once"
    desk.window.panel.drag.began.emit()
    assert pane.dock.instrument == Instrument("demo", "C.US")
    pane.dock.plot.dropped.emit([Instrument("demo", "A.US")])
    desk.window.panel.drag.ended.emit()
    QTest.mouseRelease(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    pane.refresh()
    assert pane.dock.instrument == Instrument("demo", "C.US")
    assert pane.dock.compared == [Instrument("demo", "A.US")]


@pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")
def test_where_the_chart_goes_is_asked(open_desk, tmp_path) -> None:
    desk = open_desk("HTML.US")
    trigger(desk, "Chart")
    trigger(desk, "Export chart\N{HORIZONTAL ELLIPSIS}")
    (asked,) = desk.window.findChildren(QFileDialog)
    asked.fileSelected.emit(str(tmp_path / "x.svg"))
    asked.close()
    assert (tmp_path / "x.svg").exists()
    assert desk.messages[-1] == "Chart saved as x.svg"


@pytest.mark.parametrize("span", ["5D", "1m"])
def test_a_range_can_be_asked_for_from_outside(open_desk, span: str) -> None:
    desk = open_desk()
    desk.window.show_chart(Instrument("", "C.US"), span)
    assert desk.window.chart.dock.chosen.name == span
    assert desk.window.chart.dock.instrument == Instrument("demo", "C.US")
    desk.window.show_chart(Instrument("demo", "ZZ"), span)
    assert "ZZ is not in this list" in desk.messages[-1]

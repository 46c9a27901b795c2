"""The window of figures and frames: plain, copyable, and still under the hand."""

import json

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QTableView

from quotedesk.feed.frame_log import Frame
from quotedesk.ui.dialogs.diagnostics_window import LIVE, PAUSED, DiagnosticsWindow, FrameLine
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.window.window import Window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

Control = Qt.KeyboardModifier.ControlModifier


def frame(number: int, text: str = "", size_bytes: int | None = None) -> Frame:
    data = (text or f"frame {number}").encode()
    return Frame(1_764_000_000.0 + number, "stock", number % 10 == 0, data, size_bytes or len(data))


def read(frame: Frame) -> FrameLine:
    way = "out" if frame.is_out else "in"
    time = f"{frame.at_utc_s:.0f}"
    return FrameLine(time, way, frame.link, f"{frame.size_bytes:,} B", frame.data.decode(), frame.is_cut)


@pytest.fixture
def shown(open_desk, qtbot) -> DiagnosticsWindow:
    desk = open_desk()
    window = DiagnosticsWindow(desk.window.appearance, read, desk.window)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    window.show_figures([("Frames received", "412"), ("Memory, MB", "96.0")])
    window.show_frames([frame(number) for number in range(200)])
    with qtbot.waitExposed(window):
        window.show()
    return window


def cells(table: QTableView) -> list[list[str]]:
    model = table.model()
    return [
        [model.index(row, column).data() for column in range(model.columnCount())] for row in range(model.rowCount())
    ]


def at_bottom(window: DiagnosticsWindow) -> bool:
    bar = window.frames.verticalScrollBar()
    return bar.maximum() > 0 and bar.value() == bar.maximum()


def pick(window: DiagnosticsWindow, *rows: int) -> None:
    for row in rows:
        flag = QItemSelectionModel.SelectionFlag
        window.frames.selectionModel().select(window.frames.model().index(row, 0), flag.Select | flag.Rows)


def test_figures_and_frames_are_shown_and_the_newest_is_in_sight(shown: DiagnosticsWindow) -> None:
    assert cells(shown.figures) == [["Frames received", "412"], ["Memory, MB", "96.0"]]
    assert cells(shown.frames)[10] == ["1764000010", "out", "stock", "8 B", "frame 10"]
    assert len(cells(shown.frames)) == 200
    assert at_bottom(shown)
    assert not shown.isModal()


def test_it_follows_the_newest_while_nobody_reads(shown: DiagnosticsWindow) -> None:
    shown.show_frames([frame(number) for number in range(50, 250)])
    assert cells(shown.frames)[-1][-1] == "frame 249"
    assert at_bottom(shown)
    shown.resize(900, 420)
    assert at_bottom(shown)
    assert shown.is_live


def test_scrolled_up_it_holds_still_until_told_to_go_on(shown: DiagnosticsWindow, qtbot) -> None:
    bar = shown.frames.verticalScrollBar()
    bar.setValue(100)
    assert not shown.is_live
    assert shown._hint.text() == PAUSED
    before = cells(shown.frames)
    shown.show_frames([frame(number) for number in range(50, 250)])
    assert cells(shown.frames) == before
    assert bar.value() == 100
    with qtbot.waitSignal(shown.resumed):
        QTest.mouseClick(shown.pause, Qt.MouseButton.LeftButton)
    assert shown._hint.text() == LIVE
    assert at_bottom(shown)
    shown.show_frames([frame(number) for number in range(50, 250)])
    assert cells(shown.frames)[-1][-1] == "frame 249"


def test_a_selection_holds_it_too_and_going_on_takes_it_back(shown: DiagnosticsWindow) -> None:
    pick(shown, 199)
    assert not shown.is_live
    assert shown.whole.toPlainText() == "frame 199"
    shown.pause.setChecked(False)
    assert not shown.frames.selectionModel().hasSelection()
    assert shown.whole.toPlainText() == ""


def test_pause_by_its_key_holds_without_a_selection(shown: DiagnosticsWindow) -> None:
    shown.activateWindow()
    shown.pause.setFocus()
    QTest.keyClick(shown.pause, Qt.Key.Key_Space)
    assert not shown.is_live


def test_figures_go_on_while_frames_are_held(shown: DiagnosticsWindow) -> None:
    shown.pause.setChecked(True)
    shown.show_figures([("Frames received", "999"), ("Memory, MB", "97.0")])
    assert cells(shown.figures)[0] == ["Frames received", "999"]
    shown.show_figures([("Frames received", "1,000")])
    assert cells(shown.figures) == [["Frames received", "1,000"]]


def test_copy_takes_figures_and_frames_as_plain_text(shown: DiagnosticsWindow) -> None:
    QTest.mouseClick(shown.copy, Qt.MouseButton.LeftButton)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[:3] == ["Frames received: 412", "Memory, MB: 96.0", ""]
    assert lines[3] == "1764000000  out  stock  7 B  frame 0"
    assert len(lines) == 203
    assert not QGuiApplication.clipboard().mimeData().hasHtml()


def test_ctrl_c_takes_the_selected_frames_in_order(shown: DiagnosticsWindow) -> None:
    pick(shown, 7, 3)
    shown.activateWindow()
    shown.frames.setFocus()
    QTest.keyClick(shown.frames, Qt.Key.Key_C, Control)
    assert QGuiApplication.clipboard().text() == (
        "1764000003  in   stock  7 B  frame 3\n1764000007  in   stock  7 B  frame 7"
    )


def test_ctrl_c_without_a_selection_leaves_the_clipboard_alone(shown: DiagnosticsWindow) -> None:
    QGuiApplication.clipboard().setText("mine")
    shown.copy_selected()
    assert QGuiApplication.clipboard().text() == "mine"


def test_a_long_frame_is_shortened_in_the_table_and_whole_below_and_in_the_copy(shown: DiagnosticsWindow) -> None:
    text = json.dumps({"codes": ["NVDA.US"] * 200})
    shown.show_frames([frame(1, text), frame(2, "{" * 4096, 8_388_608)])
    first, second = cells(shown.frames)
    assert first[-1] == text[:300] + "…"
    assert second[3] == "8,388,608 B"
    pick(shown, 0, 1)
    shown.copy_selected()
    copied = QGuiApplication.clipboard().text().split("\n")
    assert copied[0].endswith(text)
    assert copied[1].endswith("{" * 4096 + "… (8,388,608 B in all)")


def test_text_is_plain_whatever_it_looks_like(shown: DiagnosticsWindow) -> None:
    shown.show_frames([frame(1, "<b>bold</b>")])
    assert cells(shown.frames)[0][-1] == "<b>bold</b>"
    assert "&lt;b&gt;" in shown.frames.model().index(0, 4).data(Qt.ItemDataRole.ToolTipRole)
    pick(shown, 0)
    assert shown.whole.toPlainText() == "<b>bold</b>"


def test_only_what_is_seen_is_read(open_desk, qtbot) -> None:
    desk = open_desk()
    asked: set[int] = set()

    def count(each: Frame) -> FrameLine:
        asked.add(round(each.at_utc_s))
        return read(each)

    window = DiagnosticsWindow(desk.window.appearance, count, desk.window)
    qtbot.addWidget(window)
    window.show_frames([frame(number) for number in range(200)])
    with qtbot.waitExposed(window):
        window.show()
    qtbot.waitUntil(lambda: len(asked) > 0, timeout=2000)
    assert len(asked) < 60


def test_esc_closes_it_and_the_models_are_sound(shown: DiagnosticsWindow) -> None:
    for table in (shown.figures, shown.frames):
        QAbstractItemModelTester(table.model(), QAbstractItemModelTester.FailureReportingMode.Fatal, table)
    shown.show_frames([])
    shown.show_frames([])
    shown.show_frames([frame(1)])
    QTest.keyClick(shown.frames, Qt.Key.Key_Escape)
    assert not shown.isVisible()


def test_it_takes_the_colours_of_the_theme_it_lives_in(shown: DiagnosticsWindow) -> None:
    window = shown.parent()
    assert isinstance(window, Window)
    looks: Appearance = window.appearance
    colour = shown.frames.model().index(0, 4).data(Qt.ItemDataRole.ForegroundRole)
    assert colour == looks.theme.t1

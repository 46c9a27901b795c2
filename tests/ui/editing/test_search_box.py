"""The box that Ctrl+K opens."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest

from quotedesk.ui.editing.completion import ROW_PX, Completion

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def desk(open_desk):
    desk = open_desk()
    QTest.keyClick(desk.table, KEY.Key_K, CTRL)
    return desk


def shown(desk) -> list[str]:
    return [each.text for popup in desk.window.findChildren(Completion) if popup.isVisible() for each in popup.shown]


def test_what_is_looked_for_there_is_added_and_the_table_has_the_keyboard_again(desk) -> None:
    box = desk.window.panel.search
    assert box.isVisible()
    assert box.line.hasFocus()
    QTest.keyClicks(box.line, "nvid")
    assert shown(desk) == ["NVDA.US"]
    QTest.keyClick(box.line, KEY.Key_Return)
    assert desk.codes[-1] == "NVDA.US"
    assert box.isHidden()
    assert desk.table.hasFocus()


def test_rubbish_stays_in_the_box_with_the_reason(desk) -> None:
    box, popup = desk.window.panel.search, desk.window.panel._search_popup
    QTest.keyClicks(box.line, "NVAD.US")
    QTest.keyClick(box.line, KEY.Key_Return)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert popup.words()[0] == "NVAD.US: no such code. NVDA.US?"
    assert popup.isVisible()
    assert popup.y() > box.geometry().bottom()
    QTest.keyClick(box.line, KEY.Key_Return)
    assert desk.codes[-1] == "NVDA.US"
    assert popup.isHidden()


def test_esc_closes_the_suggestions_first_then_the_box_and_gives_the_keyboard_back(desk) -> None:
    box = desk.window.panel.search
    QTest.keyClicks(box.line, "nv")
    QTest.keyClick(box.line, KEY.Key_Escape)
    assert (shown(desk), box.isVisible(), box.line.text()) == ([], True, "nv")
    QTest.keyClick(box.line, KEY.Key_Escape)
    assert box.isHidden()
    assert desk.table.hasFocus()
    desk.add_line.setFocus()
    QTest.keyClick(desk.add_line, KEY.Key_K, CTRL)
    assert box.line.hasFocus()
    assert box.line.text() == ""
    QTest.keyClick(box.line, KEY.Key_Escape)
    assert desk.add_line.hasFocus()


def test_a_click_on_a_suggestion_adds_it_and_one_elsewhere_closes_the_box(desk) -> None:
    box = desk.window.panel.search
    QTest.keyClicks(box.line, "nv")
    (popup,) = (each for each in desk.window.findChildren(Completion) if each.isVisible())
    QTest.mouseClick(popup, Qt.MouseButton.LeftButton, pos=QPoint(40, 4 + ROW_PX // 2))
    assert desk.codes[-1] == "NVDA.US"
    assert box.isHidden()
    QTest.keyClick(desk.table, KEY.Key_K, CTRL)
    QTest.mouseClick(desk.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, 300))
    assert box.isHidden()


def test_it_and_what_it_suggests_stay_within_a_small_window(desk) -> None:
    desk.window.resize(480, 281)
    desk.settle()
    QTest.keyClicks(desk.window.panel.search.line, "b")
    panel = desk.window.panel
    (popup,) = (each for each in desk.window.findChildren(Completion) if each.isVisible())
    for each in (panel.search, popup):
        assert panel.rect().contains(QRect(each.geometry()))

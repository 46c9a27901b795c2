"""What the hand does on the table."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QToolTip

from quotedesk.market.states import RowState
from quotedesk.ui.looks.theme import DARK
from tests.fakes.pointer import move
from tests.ui.table.test_view import CHG, LAST, cell


def test_the_row_under_the_pointer_is_lit(open_desk) -> None:
    desk = open_desk()
    spot = cell(desk, 2, CHG).center()
    move(desk.table.viewport(), spot)
    assert desk.image().pixel(cell(desk, 2, CHG).topLeft() + QPoint(2, 3)) == DARK.hover.rgb()
    QApplication.sendEvent(desk.table.viewport(), QEvent(QEvent.Type.Leave))
    desk.settle()
    assert desk.image().pixel(cell(desk, 2, CHG).topLeft() + QPoint(2, 3)) == DARK.table.rgb()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_hostile_tooltip_is_shown_as_it_was_written(open_desk) -> None:
    desk = open_desk()
    desk.mark(RowState.REFUSED, "A.US", reason="<b>x</b>")
    assert desk.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == "A.US: refused. <b>x</b>"
    spot = cell(desk, 0, 0).center()
    event = QHelpEvent(QEvent.Type.ToolTip, spot, desk.table.viewport().mapToGlobal(spot))
    QApplication.sendEvent(desk.table.viewport(), event)
    assert "&lt;b&gt;x&lt;/b&gt;" in QToolTip.text()
    QToolTip.hideText()


def test_a_letter_starts_the_add_line_and_a_blank_or_a_command_does_not(open_desk) -> None:
    desk = open_desk()
    spy = QSignalSpy(desk.table.typed)
    QTest.keyClick(desk.table, Qt.Key.Key_Space)
    QTest.keyClick(desk.table, Qt.Key.Key_J, Qt.KeyboardModifier.AltModifier)
    assert spy.count() == 0
    QTest.keyClicks(desk.table, "n")
    assert spy.at(0) == ["n"]


def double_click(widget, place: QPoint) -> None:
    QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=place)


def test_a_click_below_the_rows_and_a_double_click_on_one_ask_for_different_things(open_desk) -> None:
    desk = open_desk()
    empty, edit = QSignalSpy(desk.table.empty_clicked), QSignalSpy(desk.table.edit_requested)
    viewport = desk.table.viewport()
    below = QPoint(40, cell(desk, 3, 0).bottom() + 5)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=below)
    double_click(viewport, below)
    assert empty.count() >= 1
    assert edit.count() == 0
    double_click(viewport, cell(desk, 1, LAST).center())
    assert edit.count() == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Home, Qt.Key.Key_Up, Qt.Key.Key_PageUp])
def test_a_key_that_walks_chooses_a_row_even_where_the_cursor_stays(open_desk, key) -> None:
    desk = open_desk()
    assert desk.selected == []
    QTest.keyClick(desk.table, key)
    assert desk.selected == ["A.US"]

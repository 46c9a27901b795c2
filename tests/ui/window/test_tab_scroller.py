"""Tabs that do not all have room."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from quotedesk.ui.window.tab_strip import MOST_TAB_PX


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US")
    for number in range(20):
        desk.window.list_menu.add(f"List {number}", [])
    desk.window.list_menu.show_list(desk.book.lists[0])
    desk.strip = desk.window.list_menu._strip
    desk.scroller = desk.strip.scroller
    desk.settle()
    return desk


def wheel(desk, notches: int) -> None:
    place = desk.strip.tabs.rect().topLeft() + QPoint(60, 20)
    event = QWheelEvent(
        QPointF(place),
        QPointF(desk.strip.tabs.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(desk.strip.tabs, event)


def in_view(desk, place: int) -> bool:
    rect = desk.strip.tabs.tabRect(place).translated(-desk.scroller.offset_px, 0)
    return rect.left() >= 0 and rect.right() <= desk.scroller.width()


def test_the_wheel_scrolls_and_shows_no_other_list(desk) -> None:
    wheel(desk, -2)
    assert desk.scroller.offset_px > 0
    assert desk.window.watchlist is desk.book.lists[0]
    wheel(desk, -100)
    assert in_view(desk, 20)
    wheel(desk, 100)
    assert desk.scroller.offset_px == 0


def test_the_list_that_is_shown_is_always_in_view(desk) -> None:
    for place in (20, 0, 10):
        desk.window.list_menu.show_list(desk.book.lists[place])
        assert in_view(desk, place)
    desk.window.resize(480, 400)
    desk.settle()
    assert in_view(desk, desk.strip.tabs.currentIndex())


@pytest.mark.parametrize("width", [480, 1024, 1400])
def test_nothing_lies_over_the_tabs_and_the_buttons_beside_them_stay(desk, width: int) -> None:
    desk.window.resize(width, 400)
    desk.settle()
    strip = desk.strip
    assert not any(button.isVisible() for button in strip.tabs.findChildren(QToolButton)), "no arrows of Qt's own"
    for button in (strip.new, strip.all):
        assert button.isVisible()
        assert button.geometry().left() > strip.scroller.geometry().right()
        assert strip.rect().contains(button.geometry())


def test_with_few_lists_the_buttons_stand_right_behind_them(open_desk) -> None:
    desk = open_desk()
    strip = desk.window.list_menu._strip
    assert strip.new.x() - strip.scroller.geometry().right() < 12
    assert not strip.all.isVisible(), "one list needs no choice"


def test_a_tab_is_at_most_so_wide_and_its_whole_name_is_in_the_tooltip(desk) -> None:
    name = "Very long list name for earnings week of December"
    desk.window.list_menu.add(name, [])
    at = desk.strip.tabs.currentIndex()
    assert desk.strip.tabs.tabRect(at).width() == MOST_TAB_PX
    assert desk.strip.tabs.tabToolTip(at) == name
    assert desk.strip.tabs.tabToolTip(0) == ""


def test_a_name_is_written_exactly_on_its_tab(desk) -> None:
    for place in (0, 10, 20):
        desk.window.list_menu.show_list(desk.book.lists[place])
        QTest.keyClick(desk.table, Qt.Key.Key_F2, Qt.KeyboardModifier.ShiftModifier)
        editor, tab = desk.strip.editor, desk.strip.tabs.tabRect(place)
        assert editor.isVisible()
        assert tab.width() == MOST_TAB_PX, "wide enough to write in"
        assert tab.contains(editor.geometry())
        assert in_view(desk, place)
        QTest.keyClick(editor, Qt.Key.Key_Escape)
        assert desk.strip.tabs.tabRect(place).width() < MOST_TAB_PX

"""The menu of a tab, and that of all lists."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from quotedesk.market.instrument import Instrument
from quotedesk.ui.window.tab_menu import tab_menu

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US")
    desk.lists = desk.window.list_menu
    desk.lists.add("P&L", [Instrument("demo", "GOLD")])
    desk.lists.add("Ideas", [])
    desk.lists.show_list(desk.book.lists[0])
    desk.tabs = desk.lists._strip.tabs
    return desk


def menu_of(desk, place: int) -> dict:
    menu = tab_menu(desk.lists, desk.book, desk.book.lists[place], desk.lists._titles, desk.window)
    desk.menu = menu
    return {action.text().replace("&", ""): action for action in menu.actions() if not action.isSeparator()}


def names(desk) -> list[str]:
    return [each.name for each in desk.book.open_lists]


def test_it_is_grouped_and_deleting_comes_last(desk) -> None:
    entries = list(menu_of(desk, 1))
    assert entries == ["Rename", "Duplicate", "Feed", "Move left", "Move right", "New list", "Close", "Delete"]


def test_it_works_on_the_tab_that_was_clicked_not_on_the_list_that_is_shown(desk) -> None:
    menu_of(desk, 1)["Move right"].trigger()
    assert names(desk) == ["Watchlist", "Ideas", "P&L"]
    desk.lists.show_list(desk.book.lists[0])
    menu_of(desk, 2)["Close"].trigger()
    assert names(desk) == ["Watchlist", "Ideas"]
    assert desk.window.watchlist.name == "Watchlist"
    menu_of(desk, 1)["Delete"].trigger()
    assert names(desk) == ["Watchlist"]
    assert desk.messages[-1] == "Ideas was deleted."


def test_a_list_can_be_made_one_of_another_feed_there(desk) -> None:
    feeds = menu_of(desk, 1)["Feed"].menu()
    {action.text(): action for action in feeds.actions()}["AllTick (alltick)"].trigger()
    assert desk.book.lists[1].feed == "alltick"
    assert not any(action.shortcut().toString() for action in feeds.actions()), "the keys are those of the List menu"


def test_what_makes_no_sense_is_faint(desk) -> None:
    assert not menu_of(desk, 0)["Move left"].isEnabled()
    assert not menu_of(desk, 2)["Move right"].isEnabled()
    for each in desk.book.lists[1:]:
        desk.lists.delete(each)
    assert not menu_of(desk, 0)["Close"].isEnabled()
    assert not menu_of(desk, 0)["Delete"].isEnabled()


@pytest.mark.parametrize("way", ["mouse", "Menu", "Shift+F10"])
def test_it_comes_by_mouse_and_by_key(desk, way: str) -> None:
    desk.tabs.setFocus()
    at = desk.tabs.tabRect(0).center()
    if way == "Shift+F10":
        QTest.keyClick(desk.tabs, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    else:
        reason = QContextMenuEvent.Reason.Mouse if way == "mouse" else QContextMenuEvent.Reason.Keyboard
        QApplication.sendEvent(desk.tabs, QContextMenuEvent(reason, at, desk.tabs.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.actions()[0].text() == "&Rename"
    menu.close()


def test_beside_the_tabs_there_is_none(desk) -> None:
    at = QPoint(desk.tabs.width() + 5, 10)
    QApplication.sendEvent(desk.tabs, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, desk.tabs.mapToGlobal(at)))
    assert QApplication.activePopupWidget() is None


def test_all_lists_are_in_one_menu_that_a_button_and_a_key_open(desk) -> None:
    desk.lists.close_list(desk.book.lists[2])
    for way in ("button", "key"):
        if way == "button":
            desk.lists._strip.all.click()
        else:
            QTest.keyClick(desk.table, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
        menu = QApplication.activePopupWidget()
        entries = [action for action in menu.actions() if not action.isSeparator()]
        assert [action.text() for action in entries] == ["Watchlist\t2", "P&&L\t1", "Closed", "Ideas\t0"]
        assert [action.isChecked() for action in entries] == [True, False, False, False]
        menu.close()
    {action.text(): action for action in desk.lists.all.actions()}["P&&L\t1"].trigger()
    assert desk.window.watchlist.name == "P&L"

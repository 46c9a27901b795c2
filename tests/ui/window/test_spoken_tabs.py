"""Tabs as a screen reader finds them; from outside: tests/desktop/test_screen_reader."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from quotedesk.ui.window.spoken_tabs import speak

NAME = QAccessible.Text.Name
ROLE = QAccessible.Role


@pytest.fixture
def reader() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


def bar(holder: QWidget) -> QTabBar:
    """A bar of two tabs."""
    tabs = QTabBar(holder)
    speak(tabs)
    for name in ("One", "Two"):
        tabs.setAccessibleTabName(tabs.addTab(name), f"{name}, 3 symbols")
    tabs.setAccessibleName("Lists")
    holder.show()
    return tabs


def test_the_bar_has_its_tabs_and_says_which_is_shown(reader: None, holder: QWidget) -> None:
    tabs = bar(holder)
    spoken = QAccessible.queryAccessibleInterface(tabs)
    assert (spoken.role(), spoken.text(NAME), spoken.childCount()) == (ROLE.PageTabList, "Lists", 2)
    children = [spoken.child(place) for place in range(2)]
    assert [(each.role(), each.text(NAME)) for each in children] == [
        (ROLE.PageTab, "One, 3 symbols"),
        (ROLE.PageTab, "Two, 3 symbols"),
    ]
    assert [each.state().selected for each in children] == [1, 0]
    assert [each.parent().text(NAME) for each in children] == ["Lists", "Lists"]
    assert [spoken.indexOfChild(each) for each in children] == [0, 1]
    middle = tabs.mapToGlobal(tabs.tabRect(1).center())
    assert spoken.childAt(middle.x(), middle.y()) is children[1]
    assert children[1].rect().contains(middle)
    assert spoken.childAt(*(middle + QPoint(9999, 0)).toTuple()) is None


def test_a_reader_shows_a_list_by_its_tab(reader: None, holder: QWidget) -> None:
    tabs = bar(holder)
    action = QAccessible.queryAccessibleInterface(tabs).child(1).actionInterface()
    action.doAction(action.actionNames()[0])
    assert tabs.currentIndex() == 1


def test_a_tab_has_the_focus_only_with_the_keyboard(reader: None, open_desk) -> None:
    desk = open_desk()
    tabs = desk.window.findChild(QTabBar)
    tab = QAccessible.queryAccessibleInterface(tabs).child(0)
    assert (tab.text(NAME), tab.state().focused) == ("Watchlist, 4 symbols", 0)
    tabs.setFocus()
    assert tab.state().focused == 1


def test_tabs_and_bars_that_are_gone_are_no_longer_valid(reader: None, holder: QWidget) -> None:
    tabs = bar(holder)
    spoken = QAccessible.queryAccessibleInterface(tabs)
    second = spoken.child(1)
    tabs.removeTab(1)
    assert (second.isValid(), second.state().invalid, second.text(NAME), spoken.child(1)) == (False, 1, "", None)
    tabs.setParent(None)
    tabs.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    for _ in range(20):
        bar(holder)  # Qt gives the places of what has gone to others


def test_qt_itself_still_needs_this(reader: None, qtbot: QtBot) -> None:
    """Where this fails, ui/window/spoken_tabs can go."""
    tabs = QTabBar()
    qtbot.addWidget(tabs)
    tabs.addTab("One")
    assert QAccessible.queryAccessibleInterface(tabs).child(0).state().focused

"""Every menu that the right button or a key brings, closed again: what it borrowed is still there for all else."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from quotedesk.lists.edits import Insert
from quotedesk.lists.section import new_section
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.actions import actions_of
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US", "C.US")
    desk.window.panel.rows.push(Insert(((1, new_section("Later")),)))
    desk.window.list_menu.add("Other", [])
    desk.window.list_menu.show_list(desk.book.lists[0])
    desk.window.chart.menu.open.trigger()
    desk.select(0)
    desk.settle()
    return desk


def context_menu(asked: QWidget, at: QPoint) -> None:
    """Ask for the menu at a place, look into all that is in it, leave it by Esc, and let Qt delete it."""
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(asked, QContextMenuEvent(reason, at, asked.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert actions_of(menu)
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def row(desk, place: int) -> None:
    context_menu(desk.table.viewport(), desk.table.row_rect(place).center())


def below_the_rows(desk) -> None:
    context_menu(desk.table.viewport(), QPoint(50, desk.table.viewport().height() - 5))


def header(desk) -> None:
    context_menu(desk.table.header.viewport(), QPoint(30, 8))


def tab(desk) -> None:
    tabs = next(each for each in desk.window.findChildren(QWidget) if hasattr(each, "menu_asked") and each.count())
    context_menu(tabs, tabs.tabRect(0).center())


def chart(desk) -> None:
    plot = desk.window.chart.dock.plot
    context_menu(plot, plot.rect().center())


def heat_map(desk) -> None:
    desk.window._heat_menu.open.trigger()
    desk.settle()
    heat = desk.window.panel.heat
    context_menu(heat, heat.rect().center())
    desk.window._heat_menu.open.trigger()


WAYS: dict[str, Callable] = {
    "row": lambda desk: row(desk, 0),
    "section": lambda desk: row(desk, 1),
    "below the rows": below_the_rows,
    "header": header,
    "tab": tab,
    "chart": chart,
    "heat map": heat_map,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_menu_that_was_closed_leaves_the_desk_as_it_was(desk, way: str) -> None:
    count = len(actions_of(desk.window.menuBar()))
    for _ in range(2):
        WAYS[way](desk)
        QTest.keyClick(desk.table, Qt.Key.Key_Down)
        desk.table.clearSelection()
        desk.select(0)
        for shown in (desk.book.lists[1], desk.book.lists[0]):
            desk.window.list_menu.show_list(shown)
        for feed in ("other", "demo"):
            desk.window.list_menu.set_feed(feed)
        desk.settle()
    # What fails in a slot fails the test.
    assert len(actions_of(desk.window.menuBar())) == count


def test_the_strip_s_menu_can_be_asked_for_again_and_again(qtbot) -> None:
    book = book_of("demo", ["A.US", "B.US"])
    windows = windows_on(book, Quotes(), FakeClock())
    windows.open()
    windows.show()
    windows.requests.strip.choose(is_open=True)
    assert windows.strip is not None
    for name in ("One", "Two"):
        context_menu(windows.strip, QPoint(20, 20))
        windows.all[0].list_menu.add(name, [])
        windows.requests.strip.choose(shown=name)
        assert windows.strip.watchlist.name == name
    windows.close_all()

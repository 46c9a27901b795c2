"""Lists and charts that are linked: one shows what is chosen in the other, if it can."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from quotedesk.app.windows import Windows
from quotedesk.config.window_file import GroupLink
from quotedesk.lists.section import new_section
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.window.window import Window
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
A, B, C, GOLD = (Instrument("demo", code) for code in ("A.US", "B.US", "C.US", "GOLD"))


@pytest.fixture
def windows(qtbot):
    windows = windows_on(book_of("demo", ["A.US", "B.US", "C.US"]), Quotes(), FakeClock())
    windows.open()
    windows.open()
    windows.show()
    yield windows
    windows.close_all()


def front(window: Window) -> Window:
    window.activateWindow()
    window.table.setFocus()
    QTest.qWait(1)
    return window


def click(window: Window, row: int) -> None:
    at = window.table.row_rect(row).center()
    QTest.mouseClick(window.table.viewport(), Qt.MouseButton.LeftButton, pos=at)


def current(window: Window) -> Instrument | None:
    return window.link.current


def linked(windows: Windows, *links: GroupLink) -> list[Window]:
    for window, link in zip(windows.all, links, strict=True):
        window.link.part.choose(link)
    return windows.all


def test_a_row_chosen_by_key_is_chosen_in_the_other_window(windows: Windows) -> None:
    first, second = linked(windows, GroupLink(1), GroupLink(1))
    front(first)
    QTest.keyClick(first.table, Qt.Key.Key_Home)
    QTest.keyClick(first.table, Qt.Key.Key_Down)
    assert current(first) == current(second) == B
    second.link.part.choose(GroupLink(2))
    QTest.keyClick(first.table, Qt.Key.Key_Down)
    assert current(second) == B, "it is in another group"
    second.link.part.choose(GroupLink(1))
    assert current(second) == C, "and comes back to what the group shows"


def test_a_click_on_the_current_row_sends_it_again(windows: Windows) -> None:
    first, second = linked(windows, GroupLink(1, follows=False), GroupLink(1))
    front(first)
    click(first, 1)
    assert current(second) == B
    front(second)
    click(second, 2)
    assert (current(first), current(second)) == (B, C), "the first only sends"
    front(first)
    click(first, 1)
    assert current(second) == B


def test_a_click_on_the_current_row_brings_the_chart_back_to_it(windows: Windows) -> None:
    first, second = windows.all
    for window in windows.all:
        window.chart.open(True)
        window.chart.link.choose(GroupLink(3))
    front(first)
    click(first, 0)
    front(second)
    click(second, 2)
    assert [window.chart.dock.instrument for window in windows.all] == [C, C]
    front(first)
    click(first, 0)
    assert [window.chart.dock.instrument for window in windows.all] == [A, A]


def test_a_list_that_lacks_the_row_says_so_and_stays(windows: Windows) -> None:
    first, second = linked(windows, GroupLink(1), GroupLink(1))
    metals = second.list_menu.add("Metals", [GOLD])
    front(first)
    first.list_menu.show_list(windows.all[0].panel.views._book.lists[0])
    QTest.keyClick(first.table, Qt.Key.Key_End)
    assert second.watchlist is metals
    assert second.link.part.lacks == C
    assert not second.toasts.shown, "quietly"
    first_list = first.watchlist
    second.list_menu.show_list(first_list)
    assert second.link.part.lacks is None
    assert current(second) == C, "the list that is shown now has it"


def test_a_folded_section_unfolds_for_the_row(windows: Windows) -> None:
    first, second = linked(windows, GroupLink(1), GroupLink(1))
    section = new_section("Tech")
    other = second.list_menu.add("Tech", [GOLD, section, C])
    other.fold(section, True)
    front(first)
    first.list_menu.show_list(first.panel.views._book.lists[0])
    QTest.keyClick(first.table, Qt.Key.Key_End)
    assert current(second) == C
    assert section.key not in other.folded


def test_a_window_behind_sends_nothing_by_itself(windows: Windows) -> None:
    first, second = linked(windows, GroupLink(1), GroupLink(1))
    front(second)
    QTest.keyClick(second.table, Qt.Key.Key_Home)
    assert current(first) == A
    first.panel.selecting.select([C])
    assert current(second) == A

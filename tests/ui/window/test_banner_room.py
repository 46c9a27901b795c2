"""Banners come and go, but never under the hand."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from quotedesk.market.states import LinkState, LinkStatus


def lost(clock) -> LinkStatus:
    return LinkStatus("demo", "demo", LinkState.WAITING, clock.now_s() - 42, "No answer", clock.now_s() + 3.0)


def test_the_banner_never_moves_rows_under_an_open_line(open_desk) -> None:
    desk = open_desk()
    QTest.keyClicks(desk.table, "X")
    desk.window.show_links((lost(desk.clock),))
    assert not desk.window.banner.isVisible()
    QTest.keyClick(desk.add_line, Qt.Key.Key_Escape)
    assert desk.window.banner.isVisible()


def test_what_had_to_wait_for_the_hand_is_looked_at_again_in_a_second(open_desk) -> None:
    desk = open_desk()
    banner = desk.window.banner
    desk.window.show_links((lost(desk.clock),))
    QTest.keyClicks(desk.table, "X")
    desk.window.show_links((LinkStatus("demo", "demo", LinkState.UP),))
    assert banner.isVisible()
    assert desk.window.repaint_clock.counting
    desk.add_line.clear()
    desk.window.repaint_clock.second.emit()
    assert not banner.isVisible()
    assert not desk.window.repaint_clock.counting


def test_a_banner_that_goes_gives_the_keyboard_to_the_table(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((lost(desk.clock),))
    desk.window.banner.retry.setFocus()
    desk.window.show_links((LinkStatus("demo", "demo", LinkState.UP),))
    assert desk.table.hasFocus()

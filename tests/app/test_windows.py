"""Several windows on the same lists."""

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from quotedesk.app.windows import Windows
from quotedesk.engine.services import Display
from quotedesk.lists.edits import append
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.dialogs.feeds_window import FeedsWindow
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def windows(qtbot: QtBot) -> Windows:
    windows = windows_on(book_of("demo", ["A.US", "B.US"]), Quotes(), FakeClock())
    windows.open()
    yield windows
    for each in windows.all:
        each.allow_close()
        each.close()
        each.deleteLater()


def codes(window) -> list[str]:
    return [row.code for row in window.table.model().rows]


def test_an_edit_in_one_is_seen_in_all_and_told_once(windows: Windows) -> None:
    first, told = windows.all[0], []
    windows.edited.connect(lambda: told.append(1))
    windows.requests.window.emit()
    second = windows.all[1]
    assert second.isVisible()
    second.panel.rows.push(append(second.watchlist, [Instrument("demo", "C.US")]))
    assert codes(first) == codes(second) == ["A.US", "B.US", "C.US"]
    assert told == [1]
    first.undo.stack.undo()
    assert codes(first) == codes(second) == ["A.US", "B.US"]


def test_each_shows_a_list_of_its_own_and_what_is_shown_goes_first_after_a_while(
    windows: Windows, qtbot: QtBot, monkeypatch
) -> None:
    first, second = windows.all[0], windows.open()
    windows.undo.active_window = second
    metals = second.list_menu.add("Metals", [Instrument("demo", "GOLD")])
    assert first.watchlist is not metals
    settled: list = []
    windows.shown_settled.connect(lambda: settled.append(list(windows.shown)))
    assert windows.shown == [first.watchlist], "not yet"
    windows._shown_timer.setInterval(0)
    windows._shown_timer.start()
    qtbot.waitUntil(lambda: settled == [[metals, first.watchlist]])


def test_a_list_that_is_deleted_in_one_leaves_the_other_too(windows: Windows) -> None:
    first, second = windows.all[0], windows.open()
    windows.undo.active_window = first
    first.list_menu.add("Metals", [])
    second.list_menu.show_list(first.watchlist)
    first.list_menu.delete()
    assert first.watchlist is second.watchlist
    assert first.watchlist.name == "Watchlist"


def test_a_further_window_closes_alone_and_follows_nothing_any_more(windows: Windows) -> None:
    asked = []
    windows.requests.quit.connect(lambda: asked.append(1))
    first, second = windows.all[0], windows.open()
    second.show()
    second.close()
    assert windows.all == [first]
    assert asked == []
    first.panel.rows.push(append(first.watchlist, [Instrument("demo", "C.US")]))
    first.list_menu.add("Metals", [])
    assert len(first.watchlist.listeners) == 1
    first.close()
    assert asked == [1]
    assert windows.front is first


def test_all_are_told_of_the_links_and_a_new_one_as_well(windows: Windows) -> None:
    windows.show_links((LinkStatus("demo", "demo", LinkState.WAITING, 0.0, "no network"),))
    second = windows.open()
    assert all(each.status_bar.lamps["demo"].accessibleName() == "Demo: Offline" for each in (windows.all[0], second))
    windows.show_notice("hello")
    assert [toast.message.text for toast in windows.front.toasts.shown] == ["hello"]


def test_a_plan_that_was_read_of_in_one_window_is_not_told_in_a_later_one(windows: Windows) -> None:
    windows.show_plan(7, 7, 3)
    assert windows.all[0].banner.is_wanted
    windows.all[0].banner.close_button.click()
    second = windows.open()
    assert not second.banner.is_wanted
    windows.show_plan(5, 5, 5)
    assert second.banner.is_wanted, "another plan is news"


def test_what_goes_on_after_a_window_has_closed_asks_nothing_of_it(windows: Windows, qtbot: QtBot) -> None:
    first, second = windows.all[0], windows.open()
    second.show()
    gone: list[int] = []
    second.destroyed.connect(lambda: gone.append(1))
    second.close()
    qtbot.waitUntil(lambda: bool(gone))
    first.view_menu.turn_theme.trigger()
    first.view_menu.next_spacing.trigger()
    first.list_menu.add("More", [Instrument("demo", "X.US")])
    first.undo.stack.undo()
    first.edit_menu._mark({Instrument("demo", "A.US"): None})
    windows.show_notice("still here")
    windows.wake()
    qtbot.wait(20)


def test_a_new_window_knows_all_that_the_others_were_told(windows: Windows) -> None:
    display: Display = windows
    display.show_links((LinkStatus("alltick", "stock", LinkState.UP),))
    display.show_plan(4, 16, 0)
    windows.set_trace_of(lambda one: (None, None))
    windows.set_paint_rate(15)
    windows.set_power_saving(True)
    windows.set_new_feed("alltick")
    first, second = windows.all[0], windows.open()
    assert first.status_bar.words() == second.status_bar.words()
    assert "4 of 16 slots" in second.status_bar.words()
    assert "Saving power" in second.status_bar.words()
    assert second.repaint_clock.saves_power
    assert second.list_menu.new_feed == "alltick"


def test_where_the_keys_come_from_is_asked_for_by_one_and_told_to_all(windows: Windows) -> None:
    first, second = windows.all[0], windows.open()
    windows.requests.origins.connect(lambda: windows.show_origins({"alltick": "no token yet"}))
    for each in (first, second):
        each.feeds.open()
    shown = [each.findChild(FeedsWindow) for each in (first, second)]
    assert [each.lines[1].words for each in shown if each] == ["AllTick (no token yet): not in use"] * 2


def test_the_feed_of_a_list_is_the_same_in_all_windows(windows: Windows) -> None:
    first, second = windows.all[0], windows.open()
    told: list[str] = []
    second.feed_shown.connect(told.append)
    windows.undo.active_window = first
    first.list_menu.set_feed("alltick")
    assert "AllTick" in second.windowTitle()
    assert told == ["alltick"]


def test_windows_on_one_list_are_told_apart_by_their_titles(windows: Windows) -> None:
    first, second = windows.all[0], windows.open()
    third = windows.open()

    def names() -> list[str]:
        return [each.windowTitle().split(" \N{EN DASH} ")[0] for each in windows.all]

    assert names() == ["Watchlist", "Watchlist (2)", "Watchlist (3)"]
    windows.undo.active_window = second
    other = second.list_menu.add("Other", [])
    assert names() == ["Watchlist", "Other", "Watchlist (2)"]
    first.list_menu.show_list(other)
    assert names() == ["Other", "Other (2)", "Watchlist"]
    first.close()
    assert names() == ["Other", "Watchlist"]
    assert third.number == 1


def test_a_second_window_stands_beside_the_first_and_on_its_screen(windows: Windows) -> None:
    first = windows.all[0]
    room = first.screen().availableGeometry()
    first.resize(500, 300)
    first.move(room.left() + 10, room.top() + 10)
    second = windows.open()
    assert second.pos() == first.pos() + QPoint(28, 28)
    first.move(room.right() - 505, room.bottom() - 305)
    third = windows.open()
    third.resize(500, 300)
    windows.all.remove(second)
    second.allow_close()
    second.close()
    for window in (third,):
        assert room.contains(window.geometry()), (room, window.geometry())

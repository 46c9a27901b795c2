"""Several windows on the same lists."""

import pytest
from pytestqt.qtbot import QtBot

from quotedesk.app.windows import Windows
from quotedesk.lists.edits import append
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def windows(qtbot: QtBot) -> Windows:
    windows = windows_on(book_of("demo", ["A.US", "B.US"]), Quotes(), FakeClock(), "demo")
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
    first.window_requested.emit()
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
    windows.undo.hand = second
    metals = second._list_menu.add("Metals", [Instrument("demo", "GOLD")])
    assert first.watchlist is not metals
    settled = []
    windows.settled.connect(lambda: settled.append(list(windows.shown)))
    assert windows.shown == [first.watchlist], "not yet"
    windows._settling.setInterval(0)
    windows._settling.start()
    qtbot.waitUntil(lambda: settled == [[metals, first.watchlist]])


def test_a_list_that_is_deleted_in_one_leaves_the_other_too(windows: Windows) -> None:
    first, second = windows.all[0], windows.open()
    windows.undo.hand = first
    first._list_menu.add("Metals", [])
    second._list_menu.show_list(first.watchlist)
    first._list_menu.delete()
    assert first.watchlist is second.watchlist
    assert first.watchlist.name == "Watchlist"


def test_a_further_window_closes_alone_and_follows_nothing_any_more(windows: Windows) -> None:
    asked = []
    windows.closing.connect(lambda: asked.append(1))
    first, second = windows.all[0], windows.open()
    second.show()
    second.close()
    assert windows.all == [first]
    assert asked == []
    first.panel.rows.push(append(first.watchlist, [Instrument("demo", "C.US")]))
    first._list_menu.add("Metals", [])
    assert len(first.watchlist.listeners) == 1
    first.close()
    assert asked == [1]
    assert windows.front is first


def test_all_are_told_of_the_links_and_a_new_one_as_well(windows: Windows) -> None:
    windows.show_links((LinkStatus("stock", LinkState.WAITING, 0.0, "no network"),))
    second = windows.open()
    assert all("Offline" in each._status.words() for each in (windows.all[0], second))
    windows.show_notice("hello")
    assert "hello" in windows.front._status.words()


def test_what_goes_on_after_a_window_has_closed_asks_nothing_of_it(windows: Windows, qtbot: QtBot) -> None:
    first, second = windows.all[0], windows.open()
    second.show()
    gone: list[int] = []
    second.destroyed.connect(lambda: gone.append(1))
    second.close()
    qtbot.waitUntil(lambda: bool(gone))
    first.view_menu.turn_theme.trigger()
    first.view_menu.next_spacing.trigger()
    first._list_menu.add("More", [Instrument("demo", "X.US")])
    first.undo.stack.undo()
    first._edit_menu._mark({Instrument("demo", "A.US"): None})
    windows.show_notice("still here")
    windows.wake()
    qtbot.wait(20)

"""The window and what the controller sees of it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.ui.looks.actions import keys_of
from quotedesk.ui.table.columns import TREND, USUAL

REASON = "No answer <b>since</b>"


def lost(clock, wait_s: float = 3.0) -> LinkStatus:
    return LinkStatus("demo", "demo", LinkState.WAITING, clock.now_s() - 42, REASON, clock.now_s() + wait_s)


def test_the_title_names_the_feed_and_the_program(open_desk) -> None:
    title = open_desk(show=False).window.windowTitle()
    assert "Demo feed: made-up prices" in title
    assert "quotedesk" in title


def test_the_table_has_the_keyboard_at_start(open_desk) -> None:
    desk = open_desk(show=False)
    with desk.qtbot.waitExposed(desk.window):
        desk.window.show()
    desk.window.activateWindow()
    assert desk.window.focusWidget() is desk.table


def test_closing_is_asked_for_first_and_done_when_allowed(open_desk) -> None:
    desk = open_desk()
    asked = []
    desk.window.closing.connect(lambda: asked.append("close"))
    desk.window.requests.quit.connect(lambda: asked.append("quit"))
    QTest.keyClick(desk.table, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    desk.window.close()
    assert asked == ["quit", "close"]
    assert desk.window.isVisible()
    desk.window.allow_close()
    desk.window.close()
    assert not desk.window.isVisible()


def test_the_first_paint_is_told_once(open_desk) -> None:
    desk = open_desk(show=False)
    assert desk.window.first_paint_s is None
    told = []
    desk.window.painted_first.connect(lambda: told.append(1))
    desk.show()
    desk.clock.advance(5)
    desk.tick("A.US", 1.0)
    desk.settle()
    assert told == [1]
    assert desk.window.first_paint_s == 1000.0


def test_the_status_bar_counts_the_rows_by_their_states(open_desk) -> None:
    desk = open_desk()
    desk.mark(RowState.LIVE, "A.US")
    desk.mark(RowState.QUIET, "B.US")
    desk.qtbot.waitUntil(lambda: "1 live, 1 quiet, 2 waiting" in desk.window.status_bar.words(), timeout=1000)


def test_an_offline_row_says_the_link_s_reason(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((lost(desk.clock),))
    desk.mark(RowState.OFFLINE, "A.US", reason=REASON)
    tip = desk.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("A.US: offline. No answer <b>since</b>")


def test_every_action_is_in_a_menu_with_its_key_and_does_something(open_desk) -> None:
    desk = open_desk(show=False)
    actions = [
        action
        for menu in desk.window.menuBar().actions()
        for action in menu.menu().actions()
        if not action.isSeparator()
    ]
    assert [action.text().replace("&", "") for action in actions] == [
        "New window",
        "Close window",
        "Import list\N{HORIZONTAL ELLIPSIS}",
        "Export list\N{HORIZONTAL ELLIPSIS}",
        "Settings\N{HORIZONTAL ELLIPSIS}",
        "Quit",
        "Undo",
        "Redo",
        "Add symbols",
        "Copy symbols",
        "Paste symbols",
        "Edit symbol",
        "Move up",
        "Move down",
        "Flag",
        "Flag colour",
        "Note",
        "Open in",
        "Remove",
        "Positions",
        "New list",
        "Rename list",
        "Duplicate list",
        "Close list",
        "Reopen closed list",
        "Delete list",
        "Versions of this list\N{HORIZONTAL ELLIPSIS}",
        "All lists",
        "Go to list\N{HORIZONTAL ELLIPSIS}",
        "Next list",
        "Previous list",
        "Move list left",
        "Move list right",
        "Feed",
        "New section",
        "Fold all sections",
        "Unfold all sections",
        "Chart",
        "Heat map",
        "Sort by",
        "Columns",
        "Mini strip",
        "Link groups",
        "Feeds",
        "Theme",
        "Colours",
        "Rows",
        "Flash where a price moved",
        "Always on top",
        "New alert\N{HORIZONTAL ELLIPSIS}",
        "All alerts",
        "Log of alerts",
        "Acknowledge all alerts",
        "Snooze all alerts 15 min",
        "Wake all alerts",
        "Keys",
        "Diagnostics",
        "Report a problem\N{HORIZONTAL ELLIPSIS}",
        "Save the last 10 minutes\N{HORIZONTAL ELLIPSIS}",
        "Messages",
        "Licences",
        "About quotedesk",
        "Commands",
    ]
    assert all(action.menu() or not action.shortcut().isEmpty() for action in actions)


def test_no_key_does_two_things(open_desk) -> None:
    desk = open_desk(show=False)
    keys = [key for keys, _ in keys_of(desk.window.menuBar()) for key in keys.split(", ")]
    assert sorted(set(keys)) == sorted(keys)
    feeds = [key for key in keys if key.startswith("Ctrl+Alt+") and key[-1].isdigit()]
    assert sorted(feeds) == [f"Ctrl+Alt+{digit}" for digit in range(4)], "one for all of them, one for each"


def test_hidden_the_repaint_clock_stands_still(open_desk) -> None:
    desk = open_desk()
    desk.window.hide()
    desk.tick("A.US", 1.0)
    assert desk.window.repaint_clock.is_idle
    desk.window.show()
    assert not desk.window.repaint_clock.is_idle


def test_an_idle_desk_runs_no_timer(open_desk) -> None:
    desk = open_desk()
    for code in desk.codes:
        desk.tick(code, 10.0)
    desk.clock.advance(2)
    desk.qtbot.waitUntil(lambda: desk.window.repaint_clock.is_idle, timeout=3000)


def test_every_label_shows_plain_text(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((lost(desk.clock),))
    assert all(
        label.textFormat() is Qt.TextFormat.PlainText
        for label in desk.window.findChildren(QLabel)
        if not label.objectName().startswith("qt_")
    )


@pytest.mark.parametrize(("width", "trend"), [(760, 144), (980, 220), (1900, 220), (3440, 220)])
def test_the_columns_fill_the_window_and_trend_takes_what_it_may(open_desk, width: int, trend: int) -> None:
    desk = open_desk()
    desk.window.resize(width, 400)
    desk.settle()
    widths = [desk.table.columnWidth(place) for place in range(len(USUAL))]
    assert sum(widths) == desk.table.viewport().width()
    assert widths[USUAL.index(TREND)] == trend


def test_another_feed_of_the_shown_list_is_an_edit_that_title_and_status_bar_follow(open_desk) -> None:
    desk = open_desk("A.US", "B.US", "C.US@other")
    told: list[str] = []
    desk.window.feed_shown.connect(told.append)
    desk.window.list_menu.set_feed("alltick")
    assert list(desk.watchlist) == [
        Instrument("alltick", "A.US"),
        Instrument("alltick", "B.US"),
        Instrument("other", "C.US"),
    ]
    assert desk.window.windowTitle() == "Watchlist \N{EN DASH} AllTick + Another feed \N{EN DASH} quotedesk"
    assert "AllTick" in desk.window.status_bar.words()
    assert "3 waiting" in desk.window.status_bar.words()
    desk.undo.stack.undo()
    assert desk.watchlist.feed == "demo"
    assert desk.window.windowTitle() == (
        "Watchlist \N{EN DASH} Demo feed: made-up prices + Another feed \N{EN DASH} quotedesk"
    )
    desk.undo.stack.redo()
    assert told == ["alltick", "demo", "alltick"]
    desk.add_line.begin("nvda")
    QTest.keyClick(desk.add_line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert desk.watchlist[3] == Instrument("alltick", "nvda")
    assert desk.undo.stack.count() == 2, "the change of feed can still be undone"


def test_the_title_follows_the_list_that_is_shown_and_names_a_feed_it_does_not_know(open_desk) -> None:
    desk = open_desk()
    first = desk.watchlist
    told: list[str] = []
    desk.window.feed_shown.connect(told.append)
    gone = desk.window.list_menu.add("Old", [], "gone")
    assert desk.window.windowTitle() == "Old \N{EN DASH} gone \N{EN DASH} quotedesk"
    desk.window.list_menu.show_list(first)
    desk.window.list_menu.show_list(gone)
    assert told == ["gone", "demo", "gone"]

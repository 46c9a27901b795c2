"""What a window says of the feeds and their links."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.ui.dialogs.feeds_window import FeedsWindow
from tests.ui.conftest import FEEDS


def lost(clock) -> LinkStatus:
    return LinkStatus("demo", "demo", LinkState.WAITING, clock.now_s() - 42, "No answer", clock.now_s() + 3.0)


def test_the_status_bar_names_the_shown_feed_and_the_relay_that_its_prices_come_through(open_desk) -> None:
    desk = open_desk()
    bar = desk.window.status_bar
    assert FEEDS["demo"] in bar.words()
    desk.window.show_links((LinkStatus("demo", "demo", LinkState.UP, 990.0, through="hut"),))
    assert "through the relay of hut" in bar.words()
    desk.window.feeds.name(Watchlist(feed="gone"))
    assert "gone" in bar.words(), "a feed that is not known has no title"
    assert "relay" not in bar.words()


def test_the_title_and_the_status_bar_name_the_feeds_that_the_rows_are_of(open_desk) -> None:
    desk = open_desk("A.US", "B.US")
    demo = FEEDS["demo"]

    def named(*rows: str) -> str:
        desk.book.lists[0].put([Instrument(*row.split(":")) for row in rows])
        desk.window._edited()
        title = desk.window.windowTitle().split(" \N{EN DASH} ")
        assert (title[0], title[-1]) == ("Watchlist", "quotedesk")
        assert title[1] in desk.window.status_bar.words()
        return title[1]

    assert named("demo:A.US") == demo
    assert named("alltick:A.US", "other:B", "other:C") == "Another feed + AllTick", "the list's own has no row in it"
    assert named("alltick:A.US", "other:B", "other:C", "demo:D") == f"{demo} + Another feed + AllTick"
    assert named("alltick:A.US", "other:B", "gone:C", "demo:D") == f"{demo} + 3 more feeds", "never without made-up"
    assert named() == demo
    desk.window.show_links((LinkStatus("demo", "demo", LinkState.UP, 990.0, through="hut"),))
    named("demo:A.US", "other:B")
    assert "partly through the relay of hut" in desk.window.status_bar.words()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_feeds_are_shown_with_their_keys_and_links_and_the_window_follows_them(open_desk) -> None:
    desk = open_desk()
    with desk.qtbot.waitSignal(desk.window.requests.origins):
        QTest.keyClick(desk.table, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    (shown,) = desk.window.findChildren(FeedsWindow)
    assert [line.words for line in shown.lines] == [f"{title}: not in use" for title in FEEDS.values()]
    desk.show_feeds(links=(lost(desk.clock),), origins={"alltick": "token from the keyring"})
    assert "offline since" in shown.lines[0].words
    assert shown.lines[1].words == "AllTick (token from the keyring): not in use"
    desk.window.feeds.open()
    assert desk.window.findChildren(FeedsWindow) == [shown]
    shown.close()
    desk.show_feeds(links=())
    desk.window.feeds.open()

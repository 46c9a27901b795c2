"""The strip that says which feeds are away and why."""

from quotedesk.market.states import LinkState, LinkStatus, RowState

UP = LinkStatus("demo", "demo", LinkState.UP)


def lost(clock, wait_s: float = 3.0) -> LinkStatus:
    now_s = clock.now_s()
    return LinkStatus("demo", "demo", LinkState.WAITING, now_s - 42, "No answer <b>since</b>", now_s + wait_s)


def test_a_lost_link_shows_the_banner_with_reason_and_countdown(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((lost(desk.clock),))
    banner = desk.window.banner
    assert banner.isVisible()
    assert banner.words() == ("Offline 00:42", "No answer <b>since</b>", "Next try in 3 s")
    desk.clock.advance(1.0)
    desk.window.repaint_clock.second.emit()
    assert banner.words() == ("Offline 00:43", "No answer <b>since</b>", "Next try in 2 s")
    desk.window.show_links((UP,))
    assert not banner.isVisible()


def test_a_refused_key_is_told_without_a_countdown(open_desk) -> None:
    desk = open_desk()
    reason = "The server refused the key: run quotedesk key set alltick"
    desk.window.show_links((LinkStatus("alltick", "stock", LinkState.DENIED, 1000.0, reason),))
    assert desk.window.banner.words()[0].startswith("Refused")
    assert desk.window.banner.words()[2] == ""


def test_it_names_the_feed_that_is_away_while_rows_of_others_stay_bright(open_desk) -> None:
    desk = open_desk("A.US", "B.US@alltick")
    desk.tick("A.US", 10.0)
    desk.tick("B.US", 20.0, feed="alltick")
    stock = LinkStatus("alltick", "stock", LinkState.WAITING, 990.0, "connection refused", 1002.0)
    desk.window.show_links((UP, stock))
    desk.mark(RowState.OFFLINE, "B.US", feed="alltick", reason="connection refused")
    assert desk.window.banner.words()[1] == "alltick: connection refused"
    rows = [desk.table.model().reading(row) for row in range(2)]
    assert [row.state for row in rows] == [RowState.LIVE, RowState.OFFLINE]
    assert rows[1].reason == "connection refused"


def test_while_a_lost_link_is_tried_again_it_says_so(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((LinkStatus("demo", "demo", LinkState.CONNECTING, 990.0, "cut"),))
    assert desk.window.banner.words() == ("Offline 00:10", "cut", "Trying now")


def test_one_button_asks_to_retry_all_that_are_lost(open_desk) -> None:
    desk = open_desk()
    other = LinkStatus("other", "other", LinkState.DENIED, 990.0, "no key")
    desk.window.show_links((UP, lost(desk.clock), other))
    with desk.qtbot.waitSignal(desk.window.requests.retry):
        desk.window.banner.retry.click()

"""The strip that says which feeds are away and why."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from quotedesk.market.states import NO_TOKEN, NOT_PAIRED, LinkState, LinkStatus, RowState
from quotedesk.ui.table.numbers import time_of_day
from quotedesk.ui.window import banner as module

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
    reason = "The server refused the token: run quotedesk token set alltick"
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


def test_a_link_that_is_up_and_brings_no_prices_is_told_with_the_time(open_desk) -> None:
    desk = open_desk()
    silent = LinkStatus("demo", "demo", LinkState.UP, 900.0, silent_since_s=desk.clock.now_s() - 20)
    desk.window.show_links((silent,))
    banner = desk.window.banner
    at = time_of_day(desk.clock.utc_s(desk.clock.now_s() - 20))
    assert banner.isVisible()
    assert banner.words() == ("No prices 00:20", f"Connected, but no prices since {at}", "")
    assert not any(button.isVisible() for button in (banner.retry, banner.settings, banner.close_button))
    desk.clock.advance(5)
    desk.window.repaint_clock.second.emit()
    assert banner.words()[0] == "No prices 00:25"
    stock = LinkStatus("alltick", "stock", LinkState.UP, 900.0)
    desk.window.show_links((silent, stock))
    assert banner.words()[1] == f"demo: connected, but no prices since {at}"
    desk.window.show_links((UP, stock))
    assert not banner.isVisible()


def test_a_lost_link_is_told_before_a_silent_one(open_desk) -> None:
    desk = open_desk()
    silent = LinkStatus("other", "other", LinkState.UP, 900.0, silent_since_s=980.0)
    desk.window.show_links((lost(desk.clock), silent))
    assert desk.window.banner.words()[0] == "Offline 00:42"
    assert desk.window.banner.retry.isVisible()
    desk.window.show_links((UP, silent))
    assert desk.window.banner.words()[0].startswith("No prices")


def test_without_a_token_it_says_so_and_leads_to_the_settings(open_desk) -> None:
    desk = open_desk()
    reason = f"{NO_TOKEN}: AllTick needs one. Set it in File > Settings"
    links = tuple(LinkStatus("alltick", each, LinkState.DENIED, 990.0, reason) for each in ("stock", "other"))
    desk.window.show_links(links)
    banner = desk.window.banner
    assert banner.words() == ("No token yet", "AllTick needs one. Set it in File > Settings", "")
    assert banner.retry.isVisible(), "it may have been set in a terminal"
    desk.window.resize(480, 400)
    desk.settle()
    assert not banner.retry.isVisible(), "the words have the room"
    with desk.qtbot.waitSignal(desk.window.requests.token_of) as asked:
        banner.settings.click()
    assert asked.args == ["alltick"]
    refused = LinkStatus("alltick", "stock", LinkState.DENIED, 990.0, "AllTick refused the token (HTTP 401)")
    desk.window.show_links((refused,))
    assert banner.words()[0] == "Refused 00:10"
    assert banner.retry.isVisible()
    assert banner.settings.isVisible()


def test_what_the_plan_carries_is_told_once_and_closed_for_good(open_desk) -> None:
    desk = open_desk()
    banner = desk.window.banner
    desk.show_plan(7, 7, 8)
    assert banner.isVisible()
    assert banner.words() == ("Your plan carries 7 symbols.", "8 rows are parked. Drag up what matters.", "")
    assert not desk.window.repaint_clock.counting, "it does not change with time"
    banner.close_button.click()
    assert not banner.isVisible()
    desk.show_plan(7, 7, 9)
    assert not banner.isVisible(), "the user knows"
    desk.show_plan(5, 5, 11)
    assert banner.words()[0] == "Your plan carries 5 symbols."
    desk.show_plan(5, 5, 1)
    assert banner.words()[1] == "1 row is parked. Drag up what matters."
    desk.show_plan(5, 5, 0)
    assert not banner.isVisible()
    desk.show_plan(5, None, 3)
    assert banner.words()[0] == "Your plan carries no more symbols."


def test_a_plan_that_was_read_of_in_one_window_is_not_told_in_the_others(open_desk) -> None:
    one, other = open_desk(), open_desk()
    one.window.requests.plan_seen.connect(other.window.requests.plan_seen)
    for desk in (one, other):
        desk.show_plan(7, 7, 8)
    one.window.banner.close_button.click()
    assert not other.window.banner.isVisible()


def test_a_lost_link_takes_the_plan_s_place_and_gives_it_back(open_desk) -> None:
    desk = open_desk()
    desk.show_plan(7, 7, 8)
    desk.window.show_links((lost(desk.clock),))
    assert desk.window.banner.words()[0].startswith("Offline")
    assert not desk.window.banner.close_button.isVisible()
    desk.window.show_links((UP,))
    assert desk.window.banner.words()[0] == "Your plan carries 7 symbols."
    assert desk.window.banner.close_button.isVisible()


def test_all_of_it_fits_a_narrow_window(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(480, 400)
    desk.show_plan(7, 7, 8)
    desk.settle()
    assert not desk.window.banner._reason.is_cut
    desk.show_plan(7, 7, 0)
    desk.window.show_links((LinkStatus("demo", "demo", LinkState.UP, 900.0, silent_since_s=980.0),))
    desk.settle()
    assert not desk.window.banner._reason.is_cut


def test_a_screen_reader_hears_what_is_new_and_not_the_seconds(open_desk, monkeypatch) -> None:
    heard = []
    monkeypatch.setattr(module, "announce", lambda about, text, is_urgent=False: heard.append((text, is_urgent)))
    desk = open_desk()
    desk.window.show_links((lost(desk.clock),))
    for _ in range(3):
        desk.clock.advance(1.0)
        desk.window.repaint_clock.second.emit()
    assert heard == [("Offline. No answer <b>since</b>", True)]
    for _ in range(2):
        desk.window.show_links((UP,))
    assert heard[1:] == [("Connected again", False)]


def test_what_only_the_relay_can_mend_has_no_buttons_here(open_desk) -> None:
    desk = open_desk()
    relay = LinkStatus("relay", "relay", LinkState.UP, 990.0, through="hut")
    for state, reason in ((LinkState.DENIED, f"{NO_TOKEN}: AllTick needs one"), (LinkState.WAITING, "cut")):
        link = LinkStatus("alltick", "stock", state, 990.0, reason, through="hut")
        desk.window.show_links((relay, link))
        assert desk.window.banner.words()[1] == f"alltick: {reason.removeprefix(f'{NO_TOKEN}: ')}"
        assert not desk.window.banner.retry.isVisible()
        assert not desk.window.banner.settings.isVisible()


def test_a_desk_that_its_relay_does_not_know_is_led_to_the_settings(open_desk) -> None:
    desk = open_desk()
    banner = desk.window.banner
    desk.window.show_links((LinkStatus("relay", "relay", LinkState.DENIED, 990.0, f"{NOT_PAIRED}: get a code"),))
    assert banner.words() == ("Not paired yet", "get a code", "")
    with desk.qtbot.waitSignal(desk.window.requests.token_of) as asked:
        banner.settings.click()
    assert asked.args == ["relay"]


def test_retry_now_can_be_reached_and_pressed_by_keyboard(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((lost(desk.clock),))
    button = desk.window.banner.retry
    for _ in range(6):
        if button.hasFocus():
            break
        QTest.keyClick(desk.window.focusWidget(), Qt.Key.Key_Tab)
    assert button.hasFocus()
    with desk.qtbot.waitSignal(desk.window.requests.retry):
        QTest.keyClick(button, Qt.Key.Key_Space)

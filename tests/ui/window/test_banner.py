"""The strip that says why no prices come."""

from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.ui.window.banner import reasons

UP = LinkStatus("demo", LinkState.UP)


def lost(clock, wait_s: float = 3.0) -> LinkStatus:
    return LinkStatus("other", LinkState.WAITING, clock.now_s() - 42, "No answer <b>since</b>", clock.now_s() + wait_s)


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
    link = LinkStatus("stock", LinkState.DENIED, 1000.0, "The server refused the key: run quotedesk key set alltick")
    desk.window.show_links((link,))
    assert desk.window.banner.words()[0].startswith("Refused")
    assert desk.window.banner.words()[2] == ""


def test_of_several_links_it_says_which_are_lost_and_why() -> None:
    stock = LinkStatus("stock", LinkState.WAITING, reason="cut")
    other = LinkStatus("other", LinkState.WAITING, reason="no answer")
    assert reasons((stock, other), many=True) == "stock: cut  other: no answer"
    assert reasons((stock,), many=False) == "cut"
    assert reasons((stock,), many=True) == "stock: cut"
    assert reasons((stock, stock), many=True) == "cut", "the same for all is said once"


def test_while_a_lost_link_is_tried_again_it_says_so(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((LinkStatus("demo", LinkState.CONNECTING, 990.0, "cut"),))
    assert desk.window.banner.words() == ("Offline 00:10", "cut", "Trying now")

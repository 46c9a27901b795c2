"""A link in words."""

from quotedesk.market.states import NO_TOKEN, NOT_PAIRED, NOT_TRUSTED, LinkState, LinkStatus
from quotedesk.ui.table import numbers
from quotedesk.ui.window.feed_view import FeedView
from quotedesk.ui.window.link_text import look_of, overview, reasons, tip
from tests.fakes.clock import FakeClock

DEMO = LinkStatus("demo", "demo", LinkState.UP, 990.0, proven_s=998.0)
TITLES = {"demo": "Demo feed", "alltick": "AllTick"}


def link(endpoint: str, reason: str, state: LinkState = LinkState.WAITING) -> LinkStatus:
    return LinkStatus("alltick", endpoint, state, 990.0, reason, 1003.2 if state is LinkState.WAITING else None)


def at(clock: FakeClock, now_s: float) -> str:
    return numbers.time_of_day(clock.utc_s(now_s))


def test_where_nothing_else_is_in_use_the_reason_alone_is_said() -> None:
    stock, other = link("stock", "cut"), link("other", "cut")
    assert reasons([stock], [stock]) == "cut"
    assert reasons([stock, other], [stock, other]) == "cut"
    assert reasons([stock], [stock, link("other", "", LinkState.OFF)]) == "cut", "one that is not in use counts not"


def test_who_is_away_is_said_where_others_are_not_or_for_other_reasons() -> None:
    stock, other = link("stock", "cut"), link("other", "no answer")
    assert reasons([stock], [stock, link("other", "", LinkState.UP)]) == "alltick stock: cut"
    assert reasons([stock], [DEMO, stock]) == "alltick: cut", "all of a feed is named as the feed"
    assert reasons([stock, other], [stock, other]) == "alltick stock: cut  alltick other: no answer"
    assert reasons([stock, link("other", "cut")], [DEMO, stock, link("other", "cut")]) == "alltick: cut"
    assert reasons([link("stock", "")], [DEMO, link("stock", "")]) == "alltick: offline"


def test_a_lamp_s_tooltip_tells_all_that_is_known() -> None:
    clock = FakeClock()
    assert tip(DEMO, "Demo feed", clock).splitlines() == [
        "Demo feed",
        f"Connected since {at(clock, 990)}",
        f"Last sign of life at {at(clock, 998)}, 2 s ago",
    ]
    assert tip(link("stock", "cut <b>"), "AllTick", clock).splitlines() == [
        "AllTick, stock",
        f"Offline since {at(clock, 990)}",
        "cut <b>",
        f"Next try at {at(clock, 1003)}, in 4 s",
        "No sign of life yet",
    ]


def test_it_says_when_no_further_try_comes_and_when_one_is_under_way() -> None:
    clock = FakeClock()
    assert "No further try" in tip(link("stock", "no key", LinkState.DENIED), "AllTick", clock)
    again = tip(link("stock", "cut", LinkState.CONNECTING), "AllTick", clock).splitlines()
    assert again[1] == f"Connecting, offline since {at(clock, 990)}"
    assert "Trying now" in again
    assert tip(link("stock", "", LinkState.CONNECTING), "AllTick", clock).splitlines()[1] == "Connecting"


def test_the_overview_has_each_known_feed_and_what_else_is_in_use() -> None:
    clock = FakeClock()
    gone = LinkStatus("gone", "gone", LinkState.UP, 995.0)
    up = LinkStatus("alltick", "stock", LinkState.UP, 990.0)
    view = FeedView((up, link("other", "cut"), gone), origins={"alltick": "token from the keyring"})
    assert [line.words for line in overview(TITLES, view, clock)] == [
        "Demo feed: not in use",
        f"AllTick (token from the keyring): stock connected since {at(clock, 990)}; "
        f"other offline since {at(clock, 990)}: cut",
        f"gone: connected since {at(clock, 995)}",
    ]


def test_a_silent_link_says_since_when_and_one_without_a_token_what_it_lacks() -> None:
    clock = FakeClock()
    silent = LinkStatus("alltick", "stock", LinkState.UP, 990.0, silent_since_s=995.0)
    assert look_of(silent) == ("stale", "warn", "No prices")
    assert tip(silent, "AllTick", clock).splitlines()[1] == (
        f"Connected since {at(clock, 990)}, but no prices since {at(clock, 995)}"
    )
    lacking = link("stock", f"{NO_TOKEN}: AllTick needs one", LinkState.DENIED)
    assert look_of(lacking) == ("refused", "warn", "No token")
    assert tip(lacking, "AllTick", clock).splitlines()[1:3] == [
        "No token yet: AllTick needs one",
        "Nothing is tried before there is one: File > Settings",
    ]
    (line,) = overview({"alltick": "AllTick"}, FeedView(links=(lacking,)), clock)
    assert line.words == "AllTick: stock no token yet: AllTick needs one"


def test_the_way_to_a_relay_and_its_own_links_are_told_apart() -> None:
    clock = FakeClock()
    way = LinkStatus("relay", "relay", LinkState.WAITING, 990.0, "Relay: cut", 1003.2, through="hut")
    assert tip(way, "relay", clock).splitlines()[:3] == [
        "The relay hut",
        f"Offline since {at(clock, 990)}",
        "Relay: cut",
    ]
    assert reasons([way], [way, DEMO]) == "Relay: cut", "who it is stands there"
    unpaired = LinkStatus("relay", "relay", LinkState.DENIED, 990.0, f"{NOT_PAIRED}: get a code")
    assert look_of(unpaired) == ("refused", "warn", "Not paired")
    assert "Nothing is tried before it is: File > Settings" in tip(unpaired, "relay", clock)
    other = LinkStatus("relay", "relay", LinkState.DENIED, 990.0, f"{NOT_TRUSTED}: it may be an impostor")
    assert look_of(other) == ("refused", "error", "Not trusted")
    assert "No further try until you ask for one: Retry now, or another pairing code" in tip(other, "relay", clock)
    refused = LinkStatus("relay", "relay", LinkState.DENIED, 990.0, "refused")
    assert "another pairing code in File > Settings" in tip(refused, "relay", clock)
    own = LinkStatus("alltick", "stock", LinkState.DENIED, 990.0, "refused", through="hut")
    assert "The relay makes no further try until it is started again with a token" in tip(own, "AllTick", clock)


def test_the_overview_says_what_comes_through_a_relay_also_while_it_is_away() -> None:
    clock = FakeClock()
    way = LinkStatus("relay", "relay", LinkState.UP, 990.0, through="hut")
    own = LinkStatus("demo", "demo", LinkState.UP, 990.0, through="hut")
    demo, relay = overview({"demo": "Demo feed"}, FeedView(links=(way, own)), clock)
    assert demo.words == f"Demo feed: connected since {at(clock, 990)}, through the relay of hut"
    assert (relay.name, relay.words) == ("", f"The relay hut: connected since {at(clock, 990)}")
    own = LinkStatus("demo", "demo", LinkState.OFF, through="hut")
    demo, _ = overview({"demo": "Demo feed"}, FeedView(links=(way, own)), clock)
    assert demo.words == "Demo feed: through the relay of hut, which is not heard"

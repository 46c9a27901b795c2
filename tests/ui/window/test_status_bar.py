"""The line at the bottom."""

import itertools
from dataclasses import replace

import pytest

from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.ui.window.status_lamp import LampText

UP = LinkStatus("demo", "demo", LinkState.UP)
STOCK = LinkStatus("alltick", "stock", LinkState.UP)
OTHER = LinkStatus("alltick", "other", LinkState.CONNECTING)


def test_each_link_in_use_is_named_when_there_are_several(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP,))
    assert desk.window.status_bar.words().startswith("Connected")
    off = LinkStatus("spare", "spare", LinkState.OFF)
    desk.window.show_links((UP, STOCK, OTHER, off))
    bar = desk.window.status_bar
    assert list(bar.lamps) == ["demo", "alltick stock", "alltick other"]
    desk.window.resize(1500, 400)
    desk.settle()
    assert [lamp.word.text() for lamp in bar.lamps.values()] == [
        "Demo Connected",
        "AllTick stock Connected",
        "AllTick other Connecting",
    ]
    assert bar.lamps["alltick stock"].tip().splitlines()[0] == "AllTick, stock"
    desk.window.show_links((STOCK, UP))
    assert list(bar.lamps) == ["alltick stock", "demo"]
    assert bar._line.indexOf(bar.lamps["alltick stock"]) == 0
    desk.window.show_links((UP,))
    assert "stock" not in bar.words()
    way = LinkStatus("relay", "relay", LinkState.WAITING, 990.0, "cut", through="hut")
    desk.window.show_links((way, LinkStatus("demo", "demo", LinkState.OFF, through="hut")))
    assert bar.words().startswith("relay Offline")
    assert "through the relay of hut" in bar.words(), "also while it is away"


def test_of_many_links_their_number_is_told_and_each_lamp_says_which_it_is(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1500, 400)
    names = ("demo", "binance", "kraken", "coinbase", "okx")
    links = [LinkStatus(name, name, LinkState.UP) for name in names]
    desk.window.show_links(tuple(links))
    desk.settle()
    bar = desk.window.status_bar
    assert "5 connected" in bar.words()
    assert "Kraken" not in bar.words()
    field = bar._first
    before = field.mapTo(desk.window, field.rect().topLeft())
    desk.window.show_links((*links[:-1], LinkStatus("okx", "okx", LinkState.WAITING, reason="cut")))
    desk.settle()
    assert "4 of 5 connected" in bar.words()
    assert field.mapTo(desk.window, field.rect().topLeft()) == before, "nothing moves"
    assert bar.lamps["okx"].tip().startswith("okx")
    assert bar.lamps["okx"].accessibleName() == "OKX: Offline"
    desk.window.resize(480, 400)
    desk.settle()
    assert not bar._connected.isVisible()
    desk.window.show_links((UP,))
    desk.settle()
    assert not bar._connected.isVisible()


def test_the_status_fields_stay_where_they_are(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP,))
    desk.settle()
    label = desk.window.status_bar._first
    before = label.mapTo(desk.window, label.rect().topLeft())
    for state in LinkState:
        if state is not LinkState.OFF:
            desk.window.show_links((LinkStatus("demo", "demo", state, reason="x"),))
            desk.settle()
            assert label.mapTo(desk.window, label.rect().topLeft()).x() == before.x()


def test_how_the_rows_are_names_only_the_kinds_that_are_there(open_desk) -> None:
    desk = open_desk("A.US", "B.US", "C.US", "D.US", "E.US")
    desk.mark(RowState.LIVE, "A.US", "B.US")
    desk.mark(RowState.CLOSED, "C.US")
    desk.mark(RowState.LIMIT_UP, "D.US")
    desk.mark(RowState.LIMIT_DOWN, "E.US")
    desk.qtbot.waitUntil(lambda: "2 live, 1 closed, 2 at a limit" in desk.window.status_bar.words(), timeout=1000)
    for state, words in (
        (RowState.LIVE, "5 live"),
        (RowState.PENDING, "5 waiting"),
        (RowState.OFFLINE, "5 offline"),
        (RowState.REFUSED, "5 refused"),
    ):
        desk.mark(state, "A.US", "B.US", "C.US", "D.US", "E.US")
        desk.qtbot.waitUntil(lambda words=words: words in desk.window.status_bar.words(), timeout=1000)


def test_an_empty_list_has_no_symbols(open_desk) -> None:
    desk = open_desk()
    desk.window.list_menu.add("Ideas", [])
    assert "No symbols" in desk.window.status_bar.words()


def test_whatever_the_counts_are_nothing_else_moves(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1500, 400)
    desk.show_plan(3, 7, 0)
    bar, places = desk.window.status_bar, set()
    for counts in ({RowState.LIVE: 1}, {RowState.LIVE: 1_234, RowState.CLOSED: 56, RowState.PENDING: 7}):
        bar.show_counts(counts)
        desk.settle()
        places.add(tuple(part.mapTo(desk.window, part.rect().topLeft()).x() for part in (bar.plan, bar.figures)))
    assert len(places) == 1


def test_a_narrow_window_does_without_the_figures_and_cuts_nothing_else(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP,))
    figures = desk.window.status_bar.figures
    assert figures.isVisible()
    desk.window.resize(480, 400)
    desk.settle()
    assert not figures.isVisible()
    others = desk.window.status_bar._others
    assert others.text() == others.full == "waiting"
    assert others.mapTo(desk.window, others.rect().topRight()).x() < 480
    desk.window.resize(1000, 400)
    desk.settle()
    assert figures.isVisible()


def test_figures_are_unknown_until_they_are_told_and_stay_so_in_a_hidden_window(open_desk) -> None:
    desk = open_desk()
    assert "msg/s" not in desk.window.status_bar.words()
    assert "round trip" not in desk.window.status_bar.words()
    desk.window.hide()
    desk.show_feeds(messages_per_s=412.0, round_trip_s=0.009)
    assert "msg/s" not in desk.window.status_bar.words()
    desk.window.show()
    desk.window.repaint_clock.log.painted(1000.0, 1000.031, [1000.0])
    desk.show_feeds(messages_per_s=412.0, round_trip_s=0.009)
    assert "412 msg/s 9 ms round trip 31 ms to paint (p99)" in desk.window.status_bar.words()


def test_a_plan_that_becomes_known_takes_the_figures_place_where_there_is_no_other(open_desk) -> None:
    desk = open_desk()
    desk.show_feeds(links=(UP,))
    bar = desk.window.status_bar
    bar.show_feed("Demo feed: made-up prices at 127.0.0.1:43525")
    desk.settle()
    counts_px = bar._others.fontMetrics().horizontalAdvance(bar._others.full)
    desk.window.resize(bar._line.sizeHint().width() + counts_px - bar.lamps["demo"].text_px(LampText.ALL) + 20, 400)
    desk.settle()
    assert bar.figures.isVisible()
    desk.show_plan(4, 7, 0)
    desk.settle()
    assert not bar.figures.isVisible()
    fields = [bar._feed, bar._first, bar.plan.label]
    assert all(field.width() >= field.sizeHint().width() for field in fields), "nothing is cut"
    desk.show_plan(4, None, 0)
    desk.settle()
    assert bar.figures.isVisible()


def lamp_texts(bar) -> set[LampText]:
    return {lamp.shown for lamp in bar.lamps.values()}


def test_too_narrow_for_all_it_first_shows_lamps_without_words(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP, STOCK, OTHER))
    bar = desk.window.status_bar
    for width, text in ((1500, LampText.ALL), (1020, LampText.NAME), (800, LampText.NOTHING), (1500, LampText.ALL)):
        desk.window.resize(width, 400)
        desk.settle()
        assert lamp_texts(bar) == {text}
        assert all(lamp.isVisible() for lamp in bar.lamps.values())
        assert bar.figures.isVisible()
    desk.window.resize(600, 400)
    desk.settle()
    assert lamp_texts(bar) == {LampText.NOTHING}
    assert not bar.figures.isVisible()
    assert "Demo feed: made-up prices" in bar.words(), "nothing else is cut"


@pytest.mark.parametrize("width", [480, 700, 1000, 1200, 1400])
def test_no_field_covers_another_however_much_comes_at_once(open_desk, width: int) -> None:
    desk = open_desk()
    desk.window.resize(width, 400)
    desk.settle()
    desk.window.show_power_saving(True)
    desk.show_feeds(links=(UP, STOCK, OTHER), used=9, slots=16)
    desk.settle()
    bar = desk.window.status_bar
    fields = [bar._line.itemAt(place).widget() for place in range(bar._line.count())]
    shown = [field for field in fields if field is not None and field.isVisible()]
    for left, right in itertools.pairwise(shown):
        assert left.geometry().right() < right.geometry().left()
    cut = (bar._feed, bar._others)
    assert all(field.width() >= field.sizeHint().width() for field in shown if field not in cut)
    assert shown[-1].geometry().right() < width


def test_where_even_that_is_too_wide_the_feed_s_title_is_cut_and_counts_stay(open_desk) -> None:
    desk = open_desk()
    links = tuple(LinkStatus("alltick", f"e{number}", LinkState.UP) for number in range(6))
    desk.window.resize(480, 400)
    desk.window.show_links(links)
    desk.window.status_bar.show_feed("Demo feed: made-up prices at 127.0.0.1:43525")
    desk.settle()
    bar = desk.window.status_bar
    assert bar._feed.text().endswith("\N{HORIZONTAL ELLIPSIS}")
    assert bar._feed.toolTip() == "Demo feed: made-up prices at 127.0.0.1:43525"
    assert bar._others.mapTo(desk.window, bar._others.rect().topRight()).x() < 480


def test_lamps_with_names_stay_where_they_are_whatever_becomes_of_their_links(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1500, 400)
    places = set()
    for state in LinkState:
        if state is not LinkState.OFF:
            desk.window.show_links((UP, LinkStatus("alltick", "stock", state, reason="x"), OTHER))
            desk.settle()
            lamps = desk.window.status_bar.lamps.values()
            places.add(tuple(lamp.mapTo(desk.window, lamp.rect().topLeft()).x() for lamp in lamps))
    assert len(places) == 1


def test_while_power_is_saved_it_says_so(open_desk) -> None:
    desk = open_desk()
    assert "Saving power" not in desk.window.status_bar.words()
    desk.window.show_power_saving(True)
    assert "Saving power" in desk.window.status_bar.words()
    assert desk.window.repaint_clock.saves_power
    desk.window.show_power_saving(False)
    assert "Saving power" not in desk.window.status_bar.words()
    assert not desk.window.repaint_clock.saves_power


def test_what_is_fetched_is_told_and_can_be_stopped(open_desk) -> None:
    desk = open_desk()
    bar, stopped = desk.window.status_bar, []
    desk.window.requests.fetching_stopped.connect(lambda: stopped.append(True))
    desk.window.resize(1200, 400)
    desk.window.show_view(replace(desk.window.feeds.view, fetching="Loading history: 3 of 12\N{HORIZONTAL ELLIPSIS}"))
    desk.settle()
    assert bar.fetching.isVisible()
    assert bar.fetching.text().startswith("Loading history: 3 of 12")
    bar.fetching.click()
    assert stopped == [True]
    desk.window.show_view(replace(desk.window.feeds.view, fetching=""))
    assert not bar.fetching.isVisible()


def test_who_reads_is_told_while_somebody_does_and_moves_nothing_before_it(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP,))
    desk.window.resize(1500, 400)
    desk.settle()
    bar = desk.window.status_bar
    assert not bar.readers.isVisibleTo(bar)
    label = bar._first
    before = label.mapTo(desk.window, label.rect().topLeft())
    desk.window.show_view(replace(desk.window.feeds.view, readers=("2 readers, 5 symbols", "a script, watch")))
    desk.settle()
    assert bar.readers.isVisibleTo(bar)
    assert (bar.readers.text(), bar.readers.toolTip()) == ("2 readers, 5 symbols", "a script, watch")
    assert label.mapTo(desk.window, label.rect().topLeft()).x() == before.x()
    desk.window.show_view(replace(desk.window.feeds.view, readers=("", "")))
    assert not bar.readers.isVisibleTo(bar)

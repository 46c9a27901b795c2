"""The line at the bottom."""

from PySide6.QtCore import Qt

from quotedesk.market.states import LinkState, LinkStatus

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
    assert [lamp.word.text() for lamp in bar.lamps.values()] == [
        "demo Connected",
        "alltick stock Connected",
        "alltick other Connecting",
    ]
    assert bar.lamps["alltick stock"].tip().splitlines()[0] == "AllTick, stock"
    desk.window.show_links((STOCK, UP))
    assert list(bar.lamps) == ["alltick stock", "demo"]
    assert bar._line.indexOf(bar.lamps["alltick stock"]) == 0
    desk.window.show_links((UP,))
    assert "stock" not in bar.words()


def test_a_notice_is_one_plain_line_with_all_of_it_in_the_tooltip(open_desk) -> None:
    desk = open_desk()
    text = "Set <b>aside</b>:\nlist.toml " + "x" * 400
    desk.window.show_notice(text)
    notice = desk.window.status_bar.notice
    assert notice.textFormat() is Qt.TextFormat.PlainText
    assert "\n" not in notice.text()
    assert notice.text().endswith("…")
    assert "&lt;b&gt;" in notice.toolTip()
    desk.window.show_notice("")
    assert (notice.text(), notice.toolTip()) == ("", "")


def test_the_status_fields_stay_where_they_are(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP,))
    desk.settle()
    label = desk.window.status_bar._wanted
    before = label.mapTo(desk.window, label.rect().topLeft())
    for state in LinkState:
        if state is not LinkState.OFF:
            desk.window.show_links((LinkStatus("demo", "demo", state, reason="x"),))
            desk.settle()
            assert label.mapTo(desk.window, label.rect().topLeft()).x() == before.x()


def test_live_can_have_as_many_digits_as_wanted_without_moving_anything(open_desk) -> None:
    desk = open_desk()
    bar = desk.window.status_bar
    bar.show_counts(1, 500)
    before = bar._live.width()
    bar.show_counts(500, 500)
    assert bar._live.width() == before
    assert "500 live of 500 wanted" in bar.words()


def test_a_narrow_window_does_without_the_figures_and_cuts_nothing_else(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP,))
    figures = desk.window.status_bar.figures
    assert figures.isVisible()
    desk.window.resize(480, 400)
    desk.settle()
    assert not figures.isVisible()
    label = desk.window.status_bar._wanted
    assert label.mapTo(desk.window, label.rect().topRight()).x() < 480
    desk.window.resize(1000, 400)
    desk.settle()
    assert figures.isVisible()


def test_figures_are_unknown_until_they_are_told_and_stay_so_in_a_hidden_window(open_desk) -> None:
    desk = open_desk()
    assert "-- msg/s -- ms round trip -- ms p99" in desk.window.status_bar.words()
    desk.window.hide()
    desk.show_feeds(messages_per_s=412.0, round_trip_s=0.009)
    assert "-- msg/s" in desk.window.status_bar.words()
    desk.window.show()
    desk.window.repaint_clock.log.painted(1000.0, 1000.031, [1000.0])
    desk.show_feeds(messages_per_s=412.0, round_trip_s=0.009)
    assert "412 msg/s 9 ms round trip 31 ms p99" in desk.window.status_bar.words()


def test_a_plan_that_becomes_known_takes_the_figures_place_where_there_is_no_other(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP,))
    bar = desk.window.status_bar
    bar.show_feed("Demo feed: made-up prices at 127.0.0.1:43525")
    desk.settle()
    desk.window.resize(bar._line.sizeHint().width() - bar.lamps["demo"].word_px + 20, 400)
    desk.settle()
    assert bar.figures.isVisible()
    desk.show_plan(4, 7, 0)
    desk.settle()
    assert not bar.figures.isVisible()
    fields = [bar._feed, bar._wanted, bar.plan.label]
    assert all(field.width() >= field.sizeHint().width() for field in fields), "nothing is cut"
    desk.show_plan(4, None, 0)
    desk.settle()
    assert bar.figures.isVisible()


def test_too_narrow_for_all_it_first_shows_lamps_without_words(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP, STOCK, OTHER))
    bar = desk.window.status_bar
    desk.window.resize(1400, 400)
    desk.settle()
    assert all(lamp.has_word for lamp in bar.lamps.values())
    for _ in range(2):
        desk.window.resize(900, 400)
        desk.settle()
        assert not any(lamp.has_word for lamp in bar.lamps.values())
        assert all(lamp.isVisible() for lamp in bar.lamps.values())
        assert bar.figures.isVisible()
        desk.window.resize(600, 400)
        desk.settle()
        assert not bar.figures.isVisible()
        assert "Demo feed: made-up prices" in bar.words(), "nothing else is cut"
        desk.window.resize(1400, 400)
        desk.settle()
        assert all(lamp.has_word for lamp in bar.lamps.values())
        assert bar.figures.isVisible()


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
    assert bar._wanted.mapTo(desk.window, bar._wanted.rect().topRight()).x() < 480


def test_lamps_with_names_stay_where_they_are_whatever_becomes_of_their_links(open_desk) -> None:
    desk = open_desk()
    desk.window.resize(1400, 400)
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

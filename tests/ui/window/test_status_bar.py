"""The line at the bottom."""

from PySide6.QtCore import Qt

from quotedesk.market.states import LinkState, LinkStatus

UP = LinkStatus("demo", LinkState.UP)


def test_each_link_in_use_is_named_when_there_are_several(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP,))
    assert desk.window.status_bar.words().startswith("Connected")
    off = LinkStatus("spare", LinkState.OFF)
    desk.window.show_links((LinkStatus("stock", LinkState.UP), LinkStatus("other", LinkState.CONNECTING), off))
    assert "stock Connected other Connecting" in desk.window.status_bar.words()
    assert "spare" not in desk.window.status_bar.words()
    desk.window.show_links((UP,))
    assert "stock" not in desk.window.status_bar.words()


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
            desk.window.show_links((LinkStatus("demo", state, reason="x"),))
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
    desk.window.show_traffic(412.0, 0.009)
    assert "-- msg/s" in desk.window.status_bar.words()
    desk.window.show()
    desk.window.repaint_clock.log.painted(1000.0, 1000.031, [1000.0])
    desk.window.show_traffic(412.0, 0.009)
    assert "412 msg/s 9 ms round trip 31 ms p99" in desk.window.status_bar.words()


def test_a_plan_that_becomes_known_takes_the_figures_place_where_there_is_no_other(open_desk) -> None:
    desk = open_desk()
    desk.window.show_links((UP,))
    desk.window.show_feed("demo", "Demo feed: made-up prices at 127.0.0.1:43525")
    bar = desk.window.status_bar
    desk.settle()
    desk.window.resize(bar._line.sizeHint().width() + 120, 400)
    desk.settle()
    assert bar.figures.isVisible()
    desk.window.show_plan(4, 7, 0)
    desk.settle()
    assert not bar.figures.isVisible()
    fields = [bar._feed, bar._wanted, bar.plan.label]
    assert all(field.width() >= field.sizeHint().width() for field in fields), "nothing is cut"
    desk.window.show_plan(4, None, 0)
    desk.settle()
    assert bar.figures.isVisible()

"""Which part of a chart is in view."""

from hypothesis import given
from hypothesis import strategies as some

from quotedesk.market.instrument import Instrument
from quotedesk.quotes.bars import NO_BARS
from quotedesk.ui.chart.chart_series import ChartSeries, series
from quotedesk.ui.chart.chart_view import LEAST_BARS, ChartView
from quotedesk.ui.chart.ranges import named
from tests.quotes.test_bars import bars_at


def shown(many: int, name: str = "1m") -> ChartSeries:
    ticks = bars_at(*(1e9 + second for second in range(many))) if many else NO_BARS
    return series(Instrument("demo", "A"), named(name), NO_BARS, 0, ticks, None, as_line=False)


def test_at_first_all_of_the_range_is_in_view_and_goes_on_being_so() -> None:
    view = ChartView()
    view.follow(shown(200))
    assert 60 <= view.width <= 66
    assert view.left < 199 < view.right
    view.follow(shown(300))
    assert view.left < 299 < view.right
    assert (view.is_fitted, view.is_at_now) == (True, True)


def test_another_symbol_keeps_zoom_and_right_edge() -> None:
    view = ChartView()
    view.follow(shown(200))
    view.zoom(3)
    width, beyond = view.width, view.right - 199
    view.follow(shown(90))
    assert view.width == width
    assert abs((view.right - 89) - beyond) < 1e-9


def test_while_the_past_is_looked_at_nothing_jumps() -> None:
    view = ChartView()
    view.follow(shown(200))
    view.pan(-100)
    left = view.left
    assert not view.is_at_now
    view.stay(shown(260), 0.0)
    assert view.left == left
    view.back_to_now()
    assert view.left < 259 < view.right


@given(some.lists(some.tuples(some.sampled_from(["zoom", "pan"]), some.floats(-40, 40)), max_size=20))
def test_there_is_always_a_bar_in_view(moves) -> None:
    view, here = ChartView(), shown(200)
    view.follow(here)
    for what, much in moves:
        view.zoom(much) if what == "zoom" else view.pan(much * 20)
        assert view.width >= LEAST_BARS * 0.999
        assert 0 - view.width <= view.left <= 199


def test_zooming_around_a_place_leaves_it_where_it_is() -> None:
    view = ChartView()
    view.follow(shown(200))
    share = (150 - view.left) / view.width
    view.zoom(2, 150)
    assert abs((150 - view.left) / view.width - share) < 1e-9


def test_nothing_can_be_looked_at_as_well() -> None:
    view = ChartView()
    for do in (lambda: view.follow(shown(0)), lambda: view.zoom(1), lambda: view.pan(5), view.back_to_now):
        do()
    assert view.width > 0

"""Which values make a stretch, what the scale holds, and which steps need a needle."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.states import RowState
from quotedesk.quotes.price_buckets import Past
from quotedesk.ui.table import sparkline_shape as line_shape
from quotedesk.ui.table.sparkline_shape import SparklineShape, bounds, runs, stick_out

values = st.lists(st.floats(1, 1000) | st.just(math.nan), max_size=80)


@given(values)
def test_runs_are_the_known_stretches_and_nothing_else(given_values: list[float]) -> None:
    array = np.array(given_values, float)
    found = [place for first, beyond in runs(array) for place in range(first, beyond)]
    assert found == np.flatnonzero(np.isfinite(array)).tolist()
    assert all(first < beyond for first, beyond in runs(array))
    assert all(a[1] < b[0] for a, b in zip(runs(array), runs(array)[1:], strict=False))


any_price = st.one_of(
    st.just(0.0), st.floats(-1e6, 1e6), st.floats(-1e-9, 1e-9), st.floats(-3e38, 3e38), st.integers(-3, 3).map(float)
)


@given(any_price, any_price, any_price)
def test_the_scale_holds_all_prices_and_the_base_unless_that_doubles_the_range(a: float, b: float, base: float) -> None:
    low, high = sorted((a, b))
    bottom, top = bounds(low, high, base)
    assert bottom <= low <= high <= top
    assert top > bottom
    size = max(-low, high)
    assert top - bottom <= 2.0001 * max(high - low, size * 0.0001 if size > 1e-30 else 1.0)


@given(st.lists(any_price | st.just(math.nan), min_size=2, max_size=40), any_price, any_price)
def test_a_line_of_any_prices_stays_between_its_margins(told: list[float], base: float, next_price: float) -> None:
    line_shape.load()
    line = SparklineShape(Past(*np.array([told] * 3)), 0.0, RowState.LIVE)
    assert line.shape(78.0, 5.0, 23.0, base)
    assert math.isnan(line.end_y) == bool(np.isnan(told).all())
    for price in (None, next_price):
        if price is not None:
            line.tick(price)
            line.shape(78.0, 5.0, 23.0, base)
        if not math.isnan(line.end_y):
            drawn = [each.boundingRect() for each in line.strokes]
            ys = [line.end_y, *(box.top() for box in drawn), *(box.bottom() for box in drawn)]
            assert all(4.99 <= y <= 23.01 for y in ys)
            assert 5 <= line.base_y <= 23


def test_a_price_alone_between_two_gaps_is_a_dot_without_an_area() -> None:
    line_shape.load()
    told = [1.0, 2.0, 3.0, math.nan, 2.0, math.nan, 1.0, 2.0, 3.0]
    line = SparklineShape(Past(*np.array([told] * 3)), 0.0, RowState.LIVE)
    line.shape(16.0, 5.0, 23.0, 2.0)
    before, dot, after = (each.boundingRect() for each in line.strokes)
    assert before.right() < dot.left() < dot.right() < after.left()
    assert 1 < dot.width() == dot.height() < 2.5
    assert len(line.areas) == 2


@given(st.lists(st.floats(5, 23) | st.just(math.nan), min_size=1, max_size=40), st.sampled_from([1.0, 0.5, 1 / 1.5]))
def test_a_level_run_lies_in_the_middle_of_pixels_and_the_rest_stays(told: list[float], pixel_px: float) -> None:
    ys = np.array(told)
    shown = line_shape.snapped(ys, pixel_px, 5.0, 23.0)
    for at, (before, after) in enumerate(zip(ys.tolist(), shown.tolist(), strict=True)):
        beside = [each for each in (*told[max(0, at - 1) : at], *told[at + 1 : at + 2]) if abs(each - before) < 0.5]
        if beside:
            assert (after / pixel_px) % 1 == pytest.approx(0.5)
            assert abs(after - before) <= 1.5 * pixel_px
        else:
            assert after == before or (math.isnan(after) and math.isnan(before))


prices = st.floats(1, 100)


@given(st.lists(st.tuples(prices, prices, prices), min_size=1, max_size=30))
def test_every_extreme_is_on_the_way_or_has_a_needle(told: list[tuple[float, float, float]]) -> None:
    past = Past(*np.array([(one[0], max(one), min(one)) for one in told]).T)
    sticking = stick_out(past)
    for i in range(len(told)):
        way = past.last[max(i - 1, 0) : i + 1]
        is_on_way = past.high[i] <= way.max() and past.low[i] >= way.min()
        assert sticking[i] == (not is_on_way)

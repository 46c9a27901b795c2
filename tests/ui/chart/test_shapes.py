"""What a chart draws of its bars."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from quotedesk.ui.chart import shapes
from quotedesk.ui.chart.shapes import Columns


def columns(xs, closes=None, *, opens=None, partial=False, breaks=()) -> Columns:
    many = len(xs)
    close = np.arange(many, dtype=float) if closes is None else np.array(closes, float)
    opened = close - 1 if opens is None else np.array(opens, float)
    flags = np.zeros(many, bool)
    broken = flags.copy()
    broken[list(breaks)] = True
    high, low = np.maximum(opened, close) + 1, np.minimum(opened, close) - 1
    return Columns(
        np.array(xs, float), opened, high, low, close, np.ones(many), np.full(many, partial), broken, flags.copy()
    )


@given(some.lists(some.floats(0, 50), min_size=1, max_size=400))
def test_there_are_no_more_than_pixels_and_no_extreme_is_lost(xs) -> None:
    many = columns(sorted(xs))
    few = shapes.thinned(many)
    assert len(few.xs) <= 51
    assert few.highs.max() == many.highs.max()
    assert few.lows.min() == many.lows.min()
    assert few.opens[0] == many.opens[0]
    assert few.closes[-1] == many.closes[-1]
    assert few.volumes.sum() == len(xs)


def test_candles_rise_and_fall_and_partial_ones_are_hollow() -> None:
    up, down = shapes.candles(columns([10, 30, 50], [5, 6, 2], opens=[4, 6, 3]), lambda y: 100 - y, 20)
    assert [body.width() for body in up.bodies] == [14, 14]
    assert [body.height() for body in up.bodies] == [1, 1], "where it closed as it opened there is a line"
    assert (len(up.wicks), len(down.wicks), len(down.bodies), len(down.hollow)) == (2, 1, 1, 0)
    assert (down.bodies[0].top(), down.wicks[0].y1(), down.wicks[0].y2()) == (97, 96, 99)
    up, _ = shapes.candles(columns([10], partial=True), lambda y: y, 20)
    assert (len(up.bodies), len(up.hollow)) == (0, 1)


def test_a_line_is_broken_at_a_gap_and_at_what_is_unknown() -> None:
    ys = np.array([1.0, 2, math.nan, 4, 5, 6])
    breaks = np.array([False, False, False, False, True, False])
    assert shapes.stretches(ys, breaks) == [slice(0, 2), slice(3, 4), slice(4, 6)]
    assert shapes.stretches(np.zeros(0), np.zeros(0, bool)) == []
    assert shapes.stretches(np.array([math.nan]), np.array([False])) == []


def test_a_price_holds_while_nothing_comes() -> None:
    xs, ys = shapes.held(np.array([0.0, 10, 50]), np.array([1.0, 2, 3]), 10)
    assert (xs.tolist(), ys.tolist()) == ([0, 10, 40, 50], [1, 2, 2, 3])


def test_volume_is_as_high_as_its_share_and_unknown_volume_is_none() -> None:
    some_bars = columns([5, 15], [2, 1], opens=[1, 2])
    some_bars.volumes[:] = [10, 5]
    up, down = shapes.volume_bars(some_bars, 100, 40, 10)
    assert [(each.top(), each.height()) for each in (*up, *down)] == [(60, 40), (80, 20)]
    some_bars.volumes[:] = math.nan
    assert shapes.volume_bars(some_bars, 100, 40, 10) == ([], [])


def test_where_something_holds_is_told_from_first_to_last() -> None:
    assert shapes.spans(np.array([True, False, True, True])) == [(0, 0), (2, 3)]
    assert shapes.spans(np.zeros(0, bool)) == []

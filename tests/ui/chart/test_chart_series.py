"""What a chart shows, out of candles and ticks."""

import math
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from quotedesk.market.hours import MarketHours
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.bars import NO_BARS
from quotedesk.ui.chart.chart_series import bounds, series
from quotedesk.ui.chart.ranges import named
from tests.quotes.test_bars import bars_at

A = Instrument("demo", "A")
NEW_YORK = ZoneInfo("America/New_York")
US = MarketHours("US", re.compile(".*"), NEW_YORK, tuple((day * 1440 + 570, day * 1440 + 960) for day in range(5)))
MINUTE = 1_786_310_400.0


def seconds(first: float, many: int, price: float = 5.0):
    return bars_at(*(first + second for second in range(many)), price=price)


def test_ticks_are_partial_until_history_confirms_them() -> None:
    ticks = seconds(MINUTE, 150)
    alone = series(A, named("1h"), NO_BARS, 0, ticks, None, as_line=False)
    assert alone.bars.starts_s.tolist() == [MINUTE, MINUTE + 60, MINUTE + 120]
    assert alone.bars.partial.all()
    assert math.isnan(alone.confirmed_s)
    told = bars_at(MINUTE - 60, MINUTE, MINUTE + 60, price=9.0, partial=False)
    both = series(A, named("1h"), told, 60, ticks, None, as_line=False)
    assert both.bars.partial.tolist() == [False, False, False, True]
    assert both.bars.closes.tolist() == [9, 9, 9, 5]
    assert both.confirmed_s == MINUTE + 120


def test_a_line_is_finer_than_candles_and_begins_where_candles_end() -> None:
    told = bars_at(MINUTE - 120, MINUTE - 60, MINUTE, price=9.0, partial=False)
    both = series(A, named("30m"), told, 60, seconds(MINUTE, 30), None, as_line=True)
    assert both.bars.starts_s.tolist() == [MINUTE - 120, MINUTE - 60, *(MINUTE + 5 * step for step in range(6))]
    assert not both.breaks.any()
    late = series(A, named("30m"), told, 60, seconds(MINUTE + 600, 30), None, as_line=True)
    assert late.breaks.tolist() == [False, False, False, True, False, False, False, False, False]


def test_a_lost_link_breaks_the_line() -> None:
    ticks = seconds(MINUTE, 30)
    ticks.torn[12] = True
    for as_line in (True, False):
        shown = series(A, named("1m"), NO_BARS, 0, ticks, None, as_line=as_line)
        assert np.flatnonzero(shown.breaks).tolist() == [12]


def test_the_running_candle_of_a_day_goes_on_with_ticks() -> None:
    newest = MINUTE - 60
    told = bars_at(*(newest - 300 * bar for bar in range(9, 0, -1)), newest, price=9.0, partial=False)
    told.partial[-1] = True
    shown = series(A, named("1D"), told, 300, seconds(MINUTE, 400, price=20.0), None, as_line=False)
    assert shown.bars.starts_s[-2:].tolist() == [newest, newest + 300]
    assert shown.bars.highs[-2:].tolist() == [21, 21]
    assert shown.bars.closes[-3:].tolist() == [9, 20, 20]
    assert series(A, named("1D"), NO_BARS, 300, seconds(MINUTE, 5), None, as_line=False).bars is NO_BARS


@pytest.mark.parametrize("hour", [0, 9])
def test_a_day_has_one_candle_however_the_feed_dates_it_and_whatever_the_clocks_do(hour: int) -> None:
    days = [datetime(2026, *day, hour, 30 if hour else 0, tzinfo=NEW_YORK).timestamp() for day in ((10, 29), (10, 30))]
    told = bars_at(*days, partial=False)
    monday = datetime(2026, 11, 2, 9, 31, tzinfo=NEW_YORK).timestamp()  # the clock has gone back
    for first, many in ((days[-1] + 3600 * (15 - hour), 2), (monday, 3)):
        shown = series(A, named("1Y"), told, 86_400, seconds(first, 10), US, as_line=False)
        assert len(shown) == many
        assert shown.zone is NEW_YORK


def test_hours_out_of_session_are_known() -> None:
    begin = datetime(2026, 10, 29, 9, 0, tzinfo=NEW_YORK).timestamp()
    told = bars_at(*(begin + 300 * bar for bar in range(12)), partial=False)
    shown = series(A, named("1D"), told, 300, NO_BARS, US, as_line=False)
    assert shown.is_closed.tolist() == [True] * 6 + [False] * 6
    assert not series(A, named("1D"), told, 300, NO_BARS, None, as_line=False).is_closed.any()
    # Between two candles with nothing between them while the market was open the line is broken.
    holes = series(A, named("1D"), told.at(np.arange(12) != 9), 300, NO_BARS, US, as_line=True)
    assert np.flatnonzero(holes.breaks).tolist() == [9]


@given(
    some.lists(some.integers(0, 7_000), max_size=60, unique=True),
    some.lists(some.integers(0, 120), max_size=60, unique=True),
    some.sampled_from(["1m", "5m", "30m", "1h", "1D"]),
    some.booleans(),
)
def test_bars_stand_in_order_each_once_whatever_comes(ticked, minutes, name, as_line) -> None:
    ticks = bars_at(*(MINUTE + second for second in sorted(ticked))) if ticked else NO_BARS
    told = bars_at(*(MINUTE + 60 * minute for minute in sorted(minutes)), partial=False) if minutes else NO_BARS
    chosen = named(name)
    bar_s = 60 if minutes and name not in ("1m", "5m") else 0
    shown = series(A, chosen, told if bar_s else NO_BARS, bar_s, ticks, None, as_line=as_line)
    assert (np.diff(shown.bars.starts_s) > 0).all()
    assert (np.diff(shown.axis.xs) > 0).all()
    assert len(shown.breaks) == len(shown.is_closed) == len(shown)
    assert (shown.bars.highs >= shown.bars.lows).all()


def test_the_scale_takes_in_what_change_counts_from_unless_that_doubles_it() -> None:
    values = np.array([10.0, 12.0, math.nan])
    assert bounds([values], 9.0) == (9.0, 12.0)
    assert bounds([values], 3.0) == (10.0, 12.0)
    assert bounds([values], math.nan) == (10.0, 12.0)
    low, high = bounds([np.array([5.0])], math.nan)
    assert low < 5 < high
    assert math.isnan(bounds([np.array([math.nan])], 1.0)[0])

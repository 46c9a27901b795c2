"""Where bars stand: no empty nights, and gaps that are gaps."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from quotedesk.market.hours import MarketHours
from quotedesk.ui.chart.slot_axis import SlotAxis

NEW_YORK = ZoneInfo("America/New_York")
US = MarketHours("US", re.compile(".*"), NEW_YORK, tuple((day * 1440 + 570, day * 1440 + 960) for day in range(5)))


def session(year: int, month: int, day: int, bar_s: int = 300) -> list[float]:
    begin = datetime(year, month, day, 9, 30, tzinfo=NEW_YORK).timestamp()
    return [begin + bar_s * bar for bar in range(int(6.5 * 3600 / bar_s))]


def test_there_is_no_empty_night_nor_weekend_and_none_doubled_where_clocks_change() -> None:
    days = [session(2026, 10, 29), session(2026, 10, 30), session(2026, 11, 2), session(2026, 11, 3)]
    axis = SlotAxis(np.array([bar for day in days for bar in day]), 300, US.is_open)
    assert axis.xs.tolist() == list(range(4 * 78))
    assert not axis.gaps.any()


def test_what_is_missing_while_the_market_was_open_leaves_empty_places() -> None:
    day = session(2026, 10, 29)
    axis = SlotAxis(np.array(day[:20] + day[30:]), 300, US.is_open)
    assert axis.xs[20] == 30
    assert axis.gaps.tolist().index(True) == 20


def test_where_hours_are_not_known_a_gap_is_a_gap_but_takes_little_room() -> None:
    axis = SlotAxis(np.array([0.0, 300, 900, 900 + 300 * 100]), 300)
    assert axis.xs.tolist() == [0, 1, 3, 16]
    assert axis.gaps.tolist() == [False, False, True, True]


def test_live_time_goes_on_as_a_clock_has_it() -> None:
    assert SlotAxis(np.array([0.0, 1, 50]), 1, is_even=True).xs.tolist() == [0, 1, 50]


def test_a_weekend_is_no_gap_between_days_but_a_month_is() -> None:
    axis = SlotAxis(np.array([0, 1, 4, 40]) * 86_400.0, 86_400)
    assert axis.xs.tolist() == [0, 1, 2, 4]


@given(some.lists(some.integers(0, 10_000), min_size=1, max_size=60, unique=True), some.integers(1, 60))
def test_places_rise_and_times_and_places_answer_one_another(minutes, bar_s) -> None:
    starts = np.array(sorted(minutes), float) * bar_s
    axis = SlotAxis(starts, bar_s)
    assert (np.diff(axis.xs) >= 1).all()
    for place, start in enumerate(starts.tolist()):
        assert axis.x_of(start) == axis.xs[place]
        assert axis.nearest(axis.x_of(start) + 0.3) == place
    assert axis.x_of(starts[-1] + bar_s) == axis.xs[-1] + 1
    assert axis.x_of(starts[0] - bar_s) == -1


@given(some.floats(-50, 200), some.floats(1, 100))
def test_what_is_within_holds_all_that_is_in_view(left, width) -> None:
    axis = SlotAxis(np.arange(100.0), 1)
    here = axis.within(left, left + width)
    seen = [at for at in range(100) if left <= at <= left + width]
    assert set(seen) <= set(range(here.start, here.stop))


def test_nothing_has_no_places() -> None:
    axis = SlotAxis(np.zeros(0), 60)
    assert (axis.nearest(3), axis.x_of(5.0), axis.within(0, 9), len(axis.gaps)) == (-1, 0.0, slice(0, 0), 0)

"""What stands at the axes."""

import math
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from quotedesk.ui.chart import labels
from quotedesk.ui.chart.slot_axis import SlotAxis

NEW_YORK = ZoneInfo("America/New_York")


@given(some.floats(-1e6, 1e6), some.floats(1e-3, 1e6), some.integers(1, 20))
def test_prices_are_round_within_and_not_too_many(low, height, most) -> None:
    prices = labels.round_prices(low, low + height, most)
    assert len(prices) <= most + 1
    assert all(low - height * 1e-6 <= price <= low + height * (1 + 1e-6) for price in prices)
    if len(prices) > 1:
        step = prices[1] - prices[0]
        digit = step / 10 ** math.floor(math.log10(step * 1.0001))
        assert min(abs(digit - each) for each in (1, 2, 5, 10)) < 1e-3


@pytest.mark.parametrize("bounds", [(1, 1), (2, 1), (math.nan, 1), (0, math.inf), (1e20, 1e20 + 1)])
def test_where_there_is_no_height_there_are_no_prices(bounds) -> None:
    assert labels.round_prices(*bounds, 5) == []


def test_times_go_by_the_markets_clock_before_and_after_it_changes() -> None:
    for day in ((2026, 10, 30), (2026, 11, 2)):
        begin = datetime(*day, 9, 30, tzinfo=NEW_YORK).timestamp()
        axis = SlotAxis(begin + np.arange(78) * 300.0, 300)
        told = labels.times_at(axis, 0, 77, 4, NEW_YORK)
        assert [text for _, text in told] == ["10:00", "12:00", "14:00"]
        assert [place for place, _ in told] == [6, 30, 54]


def test_the_hour_that_comes_twice_takes_the_room_of_two() -> None:
    begin = datetime(2026, 11, 1, 0, 0, tzinfo=NEW_YORK).timestamp()
    axis = SlotAxis(begin + np.arange(5 * 60) * 60.0, 60)
    told = labels.times_at(axis, 0, 299, 8, NEW_YORK)
    assert told == [(60.0, "01:00"), (180.0, "02:00"), (240.0, "03:00")]


def test_a_new_day_says_its_date_and_a_year_its_months() -> None:
    begin = datetime(2026, 11, 2, 22, 0, tzinfo=NEW_YORK).timestamp()
    axis = SlotAxis(begin + np.arange(60) * 300.0, 300)
    assert "3 Nov" in [text for _, text in labels.times_at(axis, 0, 59, 6, NEW_YORK)]
    days = SlotAxis(begin + np.arange(300) * 86_400.0, 86_400)
    told = [text for _, text in labels.times_at(days, 0, 299, 12, NEW_YORK)]
    assert {"Dec", "2027", "Feb"} <= set(told)
    assert len(labels.times_at(days, 0, 299, 3, NEW_YORK)) <= 4


@given(some.lists(some.integers(0, 10**6), min_size=1, max_size=50, unique=True), some.integers(1, 8))
def test_labels_stay_in_order_and_few_whatever_the_times(seconds, most) -> None:
    axis = SlotAxis(1.78e9 + np.array(sorted(seconds), float), 1, is_even=True)
    told = labels.times_at(axis, 0, float(axis.xs[-1]), most, NEW_YORK)
    assert len(told) <= most
    assert [place for place, _ in told] == sorted(place for place, _ in told)


def test_a_bar_is_dated_as_exactly_as_it_is_long() -> None:
    at = datetime(2026, 11, 2, 9, 30, 15, tzinfo=NEW_YORK).timestamp()
    assert labels.pointed_at(at, NEW_YORK, 1) == "09:30:15"
    assert labels.pointed_at(at, NEW_YORK, 300) == "2 Nov 09:30"
    assert labels.pointed_at(at, NEW_YORK, 86_400) == "2 Nov 2026"
    assert labels.pointed_at(math.nan, NEW_YORK, 1) == labels.told(1e300, NEW_YORK, 1) == ""

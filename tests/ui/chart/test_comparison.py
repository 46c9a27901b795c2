"""Other instruments in percent."""

import math

import numpy as np
import pytest

from quotedesk.quotes.bars import NO_BARS
from quotedesk.ui.chart.comparison import aligned, in_percent
from tests.quotes.test_bars import bars_at


def test_a_price_holds_until_the_next_one_but_not_for_ever() -> None:
    other = bars_at(60, 120, 300)
    other.closes[:] = [1.0, 2.0, 3.0]
    found = aligned(other, np.array([0.0, 60, 90, 180, 299, 300, 900]), 150)
    assert np.isnan(found[[0, 4, 6]]).all()
    assert found[[1, 2, 3, 5]].tolist() == [1, 1, 2, 3]
    assert np.isnan(aligned(NO_BARS, np.array([1.0, 2.0]), 10)).all()


def test_percent_counts_from_the_first_that_is_known_in_view() -> None:
    assert in_percent(np.array([50.0, math.nan, 100.0, 110.0]), 1).tolist()[2:] == [0.0, pytest.approx(10.0)]
    assert in_percent(np.array([-10.0, -20.0]), 0)[1] == -100.0, "a fall of a negative price is a fall"
    assert np.isnan(in_percent(np.array([0.0, 1.0]), 0)).all()
    assert np.isnan(in_percent(np.array([math.nan]), 0)).all()

"""Sorting by true values."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.quotes.sort_order import ranked

values = st.lists(st.floats(-1e9, 1e9) | st.sampled_from([math.nan, 0.0, 1.0, 1.0]), max_size=30)


@given(values, st.booleans())
def test_known_values_come_in_order_unknown_ones_last_equal_ones_as_they_were(
    numbers: list[float], is_descending: bool
) -> None:
    order = ranked(np.array(numbers, np.float64), is_descending=is_descending).tolist()
    sign = -1 if is_descending else 1
    known = [place for place in range(len(numbers)) if not math.isnan(numbers[place])]
    unknown = [place for place in range(len(numbers)) if math.isnan(numbers[place])]
    assert order == sorted(known, key=lambda place: (sign * numbers[place], place)) + unknown

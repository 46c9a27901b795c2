"""Arrays grow."""

import math

import numpy as np

from quotedesk.quotes.arrays import grown


def test_what_was_known_stays_and_the_new_is_unknown() -> None:
    prices = np.array([1.5, math.nan])
    np.testing.assert_equal(grown(prices, 4, math.nan), [1.5, math.nan, math.nan, math.nan])
    counts = grown(np.array([7], np.uint8), 3, 0)
    assert (counts.tolist(), counts.dtype) == ([7, 0, 0], np.uint8)

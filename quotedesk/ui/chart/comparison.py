"""Other instruments on the same places, in percent of where they stood when the chart's view begins. Pure."""

import math

import numpy as np
from numpy.typing import NDArray

from quotedesk.quotes.bars import Bars

Floats = NDArray[np.float64]


def aligned(bars: Bars, starts_s: Floats, longest_s: float) -> Floats:
    """What an instrument closed at by the end of each of another's bars; NaN before its first, and after a long gap.

    longest_s: so long its last price is good for.
    """
    if not len(bars):
        return np.full(len(starts_s), math.nan)
    at = bars.starts_s.searchsorted(starts_s, side="right") - 1
    there = np.maximum(at, 0)
    is_known = (at >= 0) & (starts_s - bars.starts_s[there] <= longest_s)
    return np.where(is_known, bars.closes[there], math.nan)


def base_at(values: Floats, first: int) -> float:
    """The first known value at or after a place, NaN for none: what a change in percent counts from."""
    known = np.flatnonzero(np.isfinite(values[first:]))
    return float(values[first + known[0]]) if len(known) else math.nan


def in_percent(values: Floats, first: int) -> Floats:
    """Change in percent of the first known value at or after a place; a fall of a negative price is a fall."""
    return percent_of(base_at(values, first), values)


def percent_of(base: float, values: Floats) -> Floats:
    """Change from a price in percent."""
    if not base:  # of nothing there is no percentage
        return np.full(len(values), math.nan)
    result: Floats = (values - base) / abs(base) * 100
    return result

"""Where bars stand from left to right: a place each, with none for the hours in which nobody trades."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_DAY_S = 86_400
_LOOKS = 48  # at the hours between two bars
_MOST_EMPTY = 12  # places, where it is not known when the market is open
_LONGEST_REST_BARS = 5  # days without a bar: a weekend and its holidays


class SlotAxis:
    """The places of bars, rising; the first is 0. Empty places are what is missing while the market was open.

    Attributes:
        starts_s: of the bars, seconds since 1970 UTC.
        xs: their places.
        gaps: whether places are empty before a bar, (bars,).
    """

    def __init__(
        self,
        starts_s: Floats,
        bar_s: float,
        is_open: Callable[[float], bool] | None = None,
        *,
        is_even: bool = False,
    ) -> None:
        """`is_open`: when the market trades; None where nobody knows. `is_even`: time goes on as a clock has it."""
        self.starts_s = starts_s
        steps = np.diff(starts_s) / bar_s
        if bar_s >= _DAY_S:
            steps = np.where(steps > _LONGEST_REST_BARS + 0.5, 2.0, 1.0)
        elif not is_even:
            for place in np.flatnonzero(steps > 1.5).tolist():
                steps[place] = _opened(float(starts_s[place]), float(starts_s[place + 1]), bar_s, is_open)
        self.xs: Floats = np.concatenate(([0.0], np.cumsum(steps))) if len(starts_s) else np.zeros(0)
        self.gaps: Bools = np.concatenate(([False], steps > 1.5)) if len(starts_s) else np.zeros(0, np.bool_)
        self._bar_s = bar_s

    def x_of(self, time_s: float) -> float:
        """The place of a time; beyond the ends in steps of a bar."""
        starts, xs = self.starts_s, self.xs
        if not len(starts):
            return 0.0
        if time_s < starts[0]:
            return float((time_s - starts[0]) / self._bar_s)
        if time_s > starts[-1]:
            return float(xs[-1] + (time_s - starts[-1]) / self._bar_s)
        return float(np.interp(time_s, starts, xs))

    def nearest(self, x: float) -> int:
        """The bar that stands nearest to a place; -1 where there is none."""
        if not len(self.xs):
            return -1
        at = int(self.xs.searchsorted(x))
        if at == len(self.xs) or (at and x - self.xs[at - 1] < self.xs[at] - x):
            at -= 1
        return at

    def within(self, left: float, right: float) -> slice:
        """The bars between two places, and one more on each side."""
        first, beyond = int(self.xs.searchsorted(left)), int(self.xs.searchsorted(right, side="right"))
        return slice(max(0, first - 1), min(len(self.xs), beyond + 1))


def _opened(from_s: float, to_s: float, bar_s: float, is_open: Callable[[float], bool] | None) -> float:
    """From one bar to the next in places: 1, and one for each bar that is missing while the market was open."""
    missing = (to_s - from_s) / bar_s - 1
    if is_open is None:
        return 1 + min(missing, _MOST_EMPTY)
    looks = min(_LOOKS, max(1, round(missing)))
    times = from_s + bar_s + (np.arange(looks) + 0.5) * ((to_s - from_s - bar_s) / looks)
    return 1 + round(missing * sum(map(is_open, times.tolist())) / looks)

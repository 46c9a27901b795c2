"""How often and how fast the table paints, over a bounded number of recent paints."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_KEPT = 4096
_RATE_OVER_S = 5.0


@dataclass(frozen=True, slots=True)
class PaintStats:
    """Time in the table's paintEvent; NaN before the first.

    Attributes:
        count: paints since the start.
        per_s: paints a second over the last 5 s.
        p50_ms, p99_ms: of recent paints.
        conflated: ticks of rows in view that a newer one of the same row took the place of before a paint.
    """

    count: int
    per_s: float
    p50_ms: float
    p99_ms: float
    conflated: int


@dataclass(frozen=True, slots=True)
class AgeStats:
    """From a tick's receipt to the end of the paint that shows it; NaN before the first.

    Attributes:
        p50_ms, p99_ms, max_ms: of recent ticks, one sample a row and paint.
    """

    p50_ms: float
    p99_ms: float
    max_ms: float


class PaintLog:
    """Collects; all times are monotonic seconds.

    Attributes:
        conflated: see PaintStats.
    """

    def __init__(self) -> None:
        self._count = 0
        self.conflated = 0
        self._ends_s: deque[float] = deque(maxlen=1024)
        self._costs_s = _Ring()
        self._ages_s = _Ring()

    def painted(self, started_s: float, ended_s: float, received_s: list[float]) -> None:
        """A paint, and when the ticks it was first to show were received."""
        self._count += 1
        self._ends_s.append(ended_s)
        self._costs_s.add(ended_s - started_s)
        for at_s in received_s:
            self._ages_s.add(ended_s - at_s)

    def paint_stats(self, now_s: float) -> PaintStats:
        recent = sum(1 for end_s in self._ends_s if now_s - end_s < _RATE_OVER_S)
        p50, p99, _ = self._costs_s.figures_ms()
        return PaintStats(self._count, recent / _RATE_OVER_S, p50, p99, self.conflated)

    def age_stats(self) -> AgeStats:
        return AgeStats(*self._ages_s.figures_ms())


class _Ring:
    """The newest values."""

    def __init__(self) -> None:
        self._values: NDArray[np.float64] = np.full(_KEPT, np.nan)
        self._next = 0

    def add(self, value: float) -> None:
        self._values[self._next % _KEPT] = value
        self._next += 1

    def figures_ms(self) -> tuple[float, float, float]:
        """Median, 99th percentile and most."""
        values = self._values[: self._next]
        if not len(values):
            return np.nan, np.nan, np.nan
        ordered = np.sort(values) * 1000  # np.percentile imports numpy.ma, of 3 MB
        p50, p99, most = ordered[(len(ordered) - 1) * np.array((50, 99, 100)) // 100].tolist()
        return p50, p99, most

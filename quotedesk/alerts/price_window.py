"""The price of some time ago, within one unbroken stretch."""

import math
from collections import deque

PARTS = 300  # of the span: so exact is "so long ago"


class PriceWindow:
    """Prices of the last `span_s` seconds, one for each part of it."""

    def __init__(self, span_s: float) -> None:
        self._span_s = span_s
        self._part_s = span_s / PARTS
        self._kept: deque[tuple[float, float]] = deque()  # when it came, and the price; the newest of each part

    def add(self, price: float, now_s: float) -> None:
        """A price came."""
        kept = self._kept
        if len(kept) >= 2 and now_s - kept[-2][0] < self._part_s:
            kept[-1] = now_s, price
        else:
            kept.append((now_s, price))
        while len(kept) >= 2 and kept[1][0] <= now_s - self._span_s:
            kept.popleft()

    def clear(self) -> None:
        """What came before is not to be compared with what comes."""
        self._kept.clear()

    def change(self, now_s: float) -> float:
        """Percent from the price a span ago to the newest; NaN where nothing is known of that time."""
        if not self._kept or self._kept[0][0] > now_s - self._span_s:
            return math.nan
        before = self._kept[0][1]
        return (self._kept[-1][1] - before) / abs(before) * 100 if before else math.nan

"""What lies between two points of a chart, in words. Pure."""

import math
from dataclasses import dataclass

from quotedesk.ui.table import numbers

_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Measured:
    """From one point to another.

    Attributes:
        from_price, to_price: NaN unknown.
        seconds: from the first bar's start to the second's; below 0 backwards.
        bars: how many are between.
    """

    from_price: float
    to_price: float
    seconds: float
    bars: int

    @property
    def change(self) -> float:
        """The difference of the prices."""
        return self.to_price - self.from_price

    @property
    def percent(self) -> float:
        """The difference in percent; NaN where it is counted from 0."""
        return self.change / abs(self.from_price) * 100 if self.from_price else math.nan

    def words(self, decimals: int) -> str:
        """ "+3.21  +1.83 %  12 bars, 1:02:03"."""
        bars = f"{abs(self.bars)} bar{'s' if abs(self.bars) != 1 else ''}"
        change, percent = numbers.change(self.change, decimals), numbers.percent(self.percent)
        return f"{change}  {percent} %  {bars}, {_span(abs(self.seconds))}"


def _span(seconds: float) -> str:
    if seconds >= 2 * _DAY_S:
        return f"{seconds / _DAY_S:.0f} days"
    return numbers.span(seconds)

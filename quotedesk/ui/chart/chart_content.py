"""What a chart shows at one moment. Pure."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quotedesk.ui.chart.alert_lines import AlertLevel
from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.chart.chart_series import ChartSeries
from quotedesk.ui.chart.comparison import base_at, in_percent, percent_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Compared:
    """A line beside the chart's own.

    Attributes:
        name: of the instrument.
        values: what it closed at by the end of each of the chart's bars, (bars,); NaN unknown.
    """

    name: str
    values: Floats


@dataclass(frozen=True, slots=True)
class ChartContent:
    """What a chart shows at one moment.

    Attributes:
        name: of its instrument.
        decimals: of its prices.
        rises: the day's sign, which colours the line.
        base, base_words: what change counts from, NaN unknown, and how that is called.
        high, low: the day's; NaN unknown.
        others: what it is compared with.
        words: what stands in place of bars.
        is_believed: the last price is one of now.
        levels: prices at which alerts wait; None: nobody keeps alerts.
    """

    series: ChartSeries
    name: str
    decimals: int
    as_line: bool = True
    has_volume: bool = True
    rises: bool = True
    base: float = math.nan
    base_words: str = ""
    high: float = math.nan
    low: float = math.nan
    others: tuple[Compared, ...] = ()
    words: str = ""
    is_believed: bool = True
    levels: tuple[AlertLevel, ...] | None = None

    @property
    def last(self) -> float:
        """The newest bar's close; NaN where there is none."""
        return float(self.series.bars.closes[-1]) if len(self.series) else math.nan

    @property
    def in_percent(self) -> bool:
        """Are lines shown by their change?"""
        return bool(self.others)

    def lines(self, first: int) -> list[tuple[str, Floats]]:
        """All lines in percent of where they stood at a bar: of what is compared, and at last the chart's own."""
        own = in_percent(self.series.bars.closes, first)
        return [*((other.name, in_percent(other.values, first)) for other in self.others), (self.name, own)]

    def priced(self, frame: ChartFrame) -> ChartFrame | None:
        """The same frame by the chart's own prices, as its candles and alerts want it; None where it has none."""
        if not self.in_percent:
            return frame
        base = base_at(self.series.bars.closes, self.series.axis.within(frame.left, frame.right).start)
        low, high = (base + abs(base) * percent / 100 for percent in (frame.low, frame.high))
        return replace(frame, low=low, high=high) if low < high else None

    def shown_values(self, here: slice) -> list[Floats]:
        """All that is in view has to have room for, of some bars."""
        bars = self.series.bars
        own = [bars.closes[here]] if self.as_line else [bars.highs[here], bars.lows[here]]
        if not self.in_percent:
            return own
        base = base_at(bars.closes, here.start)
        others = [in_percent(other.values, here.start)[here] for other in self.others]
        return [*others, *(percent_of(base, values) for values in own)]

    def last_shown(self, first: int) -> float:
        """The newest value, in percent of where it stood at a bar where lines are compared; NaN where there is none."""
        if not self.in_percent or not len(self.series):
            return self.last
        return float(in_percent(self.series.bars.closes, first)[-1])

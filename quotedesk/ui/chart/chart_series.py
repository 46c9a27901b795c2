"""What a chart shows of one instrument: its bars on their places, from candles and ticks. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
from numpy.typing import NDArray

from quotedesk.market.hours import MarketHours
from quotedesk.market.instrument import Instrument
from quotedesk.quotes import bars as bars_of
from quotedesk.quotes.bars import DAY_S, NO_BARS, Bars
from quotedesk.ui.chart import ranges
from quotedesk.ui.chart.ranges import ChartRange
from quotedesk.ui.chart.slot_axis import SlotAxis

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """Bars, each with a place.

    Attributes:
        instrument: whose they are.
        bars: with all that is known, the newest last.
        axis: their places.
        bar_s: their length; of the shorter ones where a line has two.
        breaks: the line is broken before a bar, (bars,).
        is_closed: the market was closed as a bar began, (bars,).
        begin_s: the range begins there; what is before is to be seen by going back.
        zone: of the market's clock; None is the computer's.
        confirmed_s: up to here candles of the feed confirm what is shown; NaN where none do.
    """

    instrument: Instrument
    bars: Bars
    axis: SlotAxis
    bar_s: float
    breaks: Bools
    is_closed: Bools
    begin_s: float
    zone: tzinfo | None
    confirmed_s: float

    def __len__(self) -> int:
        return len(self.bars)


def series(
    instrument: Instrument,
    chosen: ChartRange,
    told: Bars,
    told_bar_s: int,
    ticks: Bars,
    market: MarketHours | None,
    *,
    as_line: bool,
) -> ChartSeries:
    """Put together what the feed told, bars of `told_bar_s`, and the ticks, bars of a second."""
    is_open: Callable[[float], bool] | None = market.is_open if market is not None else None
    bars, bar_s = _together(chosen, told, told_bar_s, ticks, market, as_line)
    axis = SlotAxis(bars.starts_s, bar_s, is_open, is_even=chosen.is_live)
    breaks = bars.torn.copy()
    if not chosen.is_live:
        breaks |= axis.gaps
    elif told_bar_s and len(bars):  # between two candles, or from the last one to the first tick, more is missing
        is_told = ~bars.partial
        since = np.diff(bars.starts_s, prepend=bars.starts_s[0])
        breaks |= np.concatenate(([False], is_told[:-1])) & (since > told_bar_s * 1.5)
    closed = np.zeros(len(bars), np.bool_)
    if is_open is not None and bar_s < DAY_S:
        closed = ~_opened(bars.starts_s, is_open)
    day_start = market.day_start if market is not None else None
    last_s = float(bars.starts_s[-1]) if len(bars) else math.nan
    begin_s = ranges.first_s(chosen, last_s, day_start) if len(bars) else math.nan
    confirmed = np.flatnonzero(~bars.partial)
    confirmed_s = math.nan
    if len(confirmed):
        confirmed_s = float(bars.starts_s[confirmed[-1]]) + (told_bar_s or bar_s)
    zone = market.zone if market is not None else None
    return ChartSeries(instrument, bars, axis, bar_s, breaks, closed, begin_s, zone, confirmed_s)


def _together(
    chosen: ChartRange, told: Bars, told_bar_s: int, ticks: Bars, market: MarketHours | None, as_line: bool
) -> tuple[Bars, float]:
    """The bars of a range, and how long they are."""
    if chosen.is_live and as_line:
        own = bars_of.gathered(ticks, bars_of.evenly(chosen.line_bar_s))
        begin_s = float(own.starts_s[0]) if len(own) else math.inf
        return bars_of.merged(told.before(begin_s), own), chosen.line_bar_s
    if chosen.is_live:
        own = bars_of.gathered(ticks, bars_of.evenly(chosen.bar_s))
        return bars_of.merged(told, own), chosen.bar_s
    if not told_bar_s or not len(told):
        return NO_BARS, told_bar_s or DAY_S
    newest_s = float(told.starts_s[-1])
    start_of = bars_of.evenly(told_bar_s, newest_s) if told_bar_s < DAY_S else _days_after(newest_s, market)
    own = bars_of.gathered(ticks.since(newest_s), start_of)
    return bars_of.merged(told, own), told_bar_s


def _days_after(newest_s: float, market: MarketHours | None) -> Callable[[Floats], Floats]:
    """The day of the newest candle, however the feed dates it, and the market's days after that one."""

    def start_of(times_s: Floats) -> Floats:
        if market is None:
            return newest_s + np.floor((times_s - newest_s) / DAY_S) * DAY_S
        days = bars_of.daily(market.day_start)(times_s)
        first = market.day_start(newest_s + DAY_S / 2)
        days = np.where(days <= first, newest_s, days)
        result: Floats = np.maximum.accumulate(days)
        return result

    return start_of


def _opened(starts_s: Floats, is_open: Callable[[float], bool]) -> Bools:
    """Was the market open then? A quarter of an hour is looked at once."""
    quarters, places = np.unique(starts_s // 900, return_inverse=True)
    looked = np.array([is_open(quarter * 900.0) for quarter in quarters.tolist()], np.bool_)
    result: Bools = looked[places]
    return result


def bounds(
    parts: Sequence[Floats], base: float, least_share: float = 0.0001, most_with_base: float = 2.0
) -> tuple[float, float]:
    """The lowest and highest of some values, with the base where that leaves them half of the height; NaN: nothing."""
    known = [part[np.isfinite(part)] for part in parts]
    known = [part for part in known if len(part)]
    if not known:
        return math.nan, math.nan
    low, high = min(float(part.min()) for part in known), max(float(part.max()) for part in known)
    least = max(abs(low), abs(high)) * least_share or 1.0
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    with_base = min(low, base), max(high, base)
    return with_base if with_base[1] - with_base[0] <= most_with_base * (high - low) else (low, high)

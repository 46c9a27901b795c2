"""What a chart says in words: where its bars come from, or why there are none. Pure."""

import math

from quotedesk.market.instrument import Instrument
from quotedesk.ui.chart import labels
from quotedesk.ui.chart.chart_data import Told
from quotedesk.ui.chart.chart_series import ChartSeries
from quotedesk.ui.chart.ranges import ChartRange


def why_empty(told: Told, instrument: Instrument, chosen: ChartRange) -> str:
    """In place of bars."""
    if chosen.is_live:
        return "No trade in this range yet."
    if not told.bar_s:
        return f"The feed {instrument.feed} tells no candles, so {chosen.name} is empty. 1m to 1h show its ticks."
    if told.is_awaited:
        return "Asking the feed for candles\N{HORIZONTAL ELLIPSIS}"
    return f"No candles came: {told.fault}" if told.fault else "The feed has no candles of this range."


def of(shown: ChartSeries, told: Told) -> str:
    """Where the bars come from, and by whose clock they are where that is not the user's; "" where there are none."""
    if not len(shown):
        return ""
    bars = shown.bars
    if bars.partial.all():
        source = "Live ticks, asking for candles" if told.is_awaited else "Live ticks"
    elif math.isfinite(shown.confirmed_s) and (bars.partial[-1] or told.is_awaited):
        until = labels.pointed_at(shown.confirmed_s, shown.zone, max(60, shown.bar_s))
        source = f"Candles to {until}, {'asking for newer' if told.is_awaited else 'live since'}"
    else:
        source = "Candles"
    if told.fault and not told.is_awaited:
        source += f" ({told.fault})"
    elsewhere = labels.elsewhere(float(bars.starts_s[-1]), shown.zone)
    return f"{source} \N{MIDDLE DOT} {elsewhere} time" if elsewhere else source

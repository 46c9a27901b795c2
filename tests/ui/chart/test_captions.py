"""Where bars come from, in words."""

from dataclasses import replace

from quotedesk.market.instrument import Instrument
from quotedesk.quotes.bars import NO_BARS
from quotedesk.ui.chart import captions
from quotedesk.ui.chart.chart_data import Told
from quotedesk.ui.chart.chart_series import series
from quotedesk.ui.chart.ranges import named
from tests.quotes.test_bars import bars_at
from tests.ui.chart.test_chart_series import NEW_YORK, US

A = Instrument("demo", "A")
NOON_S = 1_764_003_600.0  # 24 November 2025 in New York


def shown(*, confirmed: bool, own: bool):
    told = bars_at(NOON_S - 300, NOON_S, partial=False) if confirmed else NO_BARS
    ticks = bars_at(NOON_S + 310) if own else NO_BARS
    return series(A, named("1D"), told, 300, ticks, US, as_line=True)


def test_a_caption_says_who_made_the_bars_and_by_whose_clock_they_are_labelled() -> None:
    both = shown(confirmed=True, own=True)
    assert captions.of(both, Told(bar_s=300)) == "Candles until 24 Nov 12:05, then our ticks \N{MIDDLE DOT} EST"
    asked = captions.of(both, Told(bar_s=300, is_awaited=True))
    assert asked == "Candles until 24 Nov 12:05, newer are asked for \N{MIDDLE DOT} EST"
    whole = captions.of(shown(confirmed=True, own=False), Told(bar_s=300, fault="one is odd"))
    assert whole == "Candles of the feed (one is odd) \N{MIDDLE DOT} EST"
    ticks = series(A, named("1m"), NO_BARS, 0, bars_at(NOON_S), US, as_line=True)
    assert captions.of(ticks, Told()) == "Our own ticks, partial \N{MIDDLE DOT} EST"
    assert captions.of(replace(ticks, bars=NO_BARS), Told()) == ""
    assert both.zone is NEW_YORK


def test_why_there_is_nothing_is_said() -> None:
    day, minute = named("1D"), named("1m")
    assert captions.why_empty(Told(), A, minute) == "No trade in this range yet."
    assert captions.why_empty(Told(), A, day).startswith("The feed demo tells no candles, so 1D is empty.")
    assert captions.why_empty(Told(bar_s=300, is_awaited=True), A, day).startswith("Asking the feed")
    assert captions.why_empty(Told(bar_s=300, fault="no"), A, day) == "No candles came: no"
    assert captions.why_empty(Told(bar_s=300), A, day) == "The feed has no candles of this range."

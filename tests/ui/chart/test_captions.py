"""Where bars come from, in words."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from quotedesk.market.instrument import Instrument
from quotedesk.quotes.bars import NO_BARS
from quotedesk.ui.chart import captions, labels
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


@pytest.fixture
def clock_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the computer's zone, to UTC at first."""

    def set_zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()
        labels.offset_s.cache_clear()

    set_zone("UTC")
    yield set_zone
    monkeypatch.undo()
    time.tzset()
    labels.offset_s.cache_clear()


@pytest.mark.usefixtures("clock_of")
def test_a_caption_says_who_made_the_bars_and_by_whose_clock_they_are_labelled() -> None:
    both = shown(confirmed=True, own=True)
    assert captions.of(both, Told(bar_s=300)) == "Candles to 24 Nov 12:05, live since \N{MIDDLE DOT} New York time"
    asked = captions.of(both, Told(bar_s=300, is_awaited=True))
    assert asked == "Candles to 24 Nov 12:05, asking for newer \N{MIDDLE DOT} New York time"
    whole = captions.of(shown(confirmed=True, own=False), Told(bar_s=300, fault="one is odd"))
    assert whole == "Candles (one is odd) \N{MIDDLE DOT} New York time"
    ticks = series(A, named("1m"), NO_BARS, 0, bars_at(NOON_S), US, as_line=True)
    assert captions.of(ticks, Told()) == "Live ticks \N{MIDDLE DOT} New York time"
    assert captions.of(replace(ticks, bars=NO_BARS), Told()) == ""
    assert both.zone is NEW_YORK


def test_at_home_nothing_is_said_of_the_clock(clock_of) -> None:
    clock_of("America/New_York")
    both = shown(confirmed=True, own=True)
    assert captions.of(both, Told(bar_s=300)) == "Candles to 24 Nov 12:05, live since"
    clock_of("Asia/Tokyo")
    assert captions.of(both, Told(bar_s=300)).endswith("New York time")
    assert captions.of(replace(both, zone=None), Told(bar_s=300)).endswith("live since")


def test_why_there_is_nothing_is_said() -> None:
    day, minute = named("1D"), named("1m")
    assert captions.why_empty(Told(), A, minute) == "No trade in this range yet."
    assert captions.why_empty(Told(), A, day).startswith("The feed demo tells no candles, so 1D is empty.")
    assert captions.why_empty(Told(bar_s=300, is_awaited=True), A, day).startswith("Asking the feed")
    assert captions.why_empty(Told(bar_s=300, fault="no"), A, day) == "No candles came: no"
    assert captions.why_empty(Told(bar_s=300), A, day) == "The feed has no candles of this range."

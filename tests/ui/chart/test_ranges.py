"""How far back a chart reaches."""

import math

import pytest

from quotedesk.codec import FEEDS
from quotedesk.ui.chart.ranges import RANGES, asked_bars, first_s, named


def test_minutes_and_months_are_told_apart_and_else_case_does_not_matter() -> None:
    assert [named(each.name) for each in RANGES] == list(RANGES)
    assert named("1d").name == "1D"
    assert named("30M").name == "30m"
    for wrong in ("", "2h", "1q", "1m1m"):
        with pytest.raises(ValueError, match="choose from 1m, 5m"):
            named(wrong)


@pytest.mark.parametrize(
    ("name", "bars_s", "most", "asked"),
    [
        ("1m", (60, 300), 500, (0, 0)),
        ("1h", (60, 300), 500, (60, 65)),
        ("1D", (60, 300, 900, 3600), 500, (300, 290)),
        ("5D", (60, 300, 900, 1800, 3600), 500, (1800, 338)),
        ("1M", (60, 3600, 21_600, 86_400), 300, (21_600, 126)),
        ("1Y", (60, 3600, 86_400), 500, (86_400, 366)),
        ("1Y", (60, 3600, 86_400), 300, (86_400, 300)),
        ("1Y", (3600, 604_800), 500, (3600, 366)),
        ("1D", (), 500, (0, 0)),
        ("1D", (60,), 0, (0, 0)),
    ],
)
def test_candles_are_asked_for_as_the_feed_has_them(name, bars_s, most, asked) -> None:
    assert asked_bars(named(name), bars_s, most) == asked


@pytest.mark.parametrize("feed", [feed for feed in FEEDS.values() if feed.reference and feed.reference.bars_s])
def test_each_feed_with_candles_has_days_and_a_year(feed) -> None:
    for name in ("1D", "5D", "1M", "1Y"):
        bar_s, count = asked_bars(named(name), feed.reference.bars_s, feed.reference.most_candles)
        assert bar_s in feed.reference.bars_s
        assert count <= feed.reference.most_candles


def test_a_day_begins_with_the_markets_day_where_that_is_known() -> None:
    def day_start(at_s: float) -> float:
        return at_s // 1000 * 1000

    assert first_s(named("1D"), 5_500.0, day_start) == 5_000.0
    assert first_s(named("5D"), 5_500.0, day_start) == 1_000.0
    assert first_s(named("1D"), 100_000.0, None) == 100_000.0 - 86_400
    assert first_s(named("1D"), 100_000.0, lambda at_s: math.nan) == 100_000.0 - 86_400
    assert first_s(named("30m"), 5_500.0, day_start) == 3_700.0

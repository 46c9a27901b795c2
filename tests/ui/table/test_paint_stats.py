"""MetricsGatherer of paints."""

import math

from quotedesk.ui.table.paint_stats import PaintLog


def test_before_the_first_paint_nothing_is_known() -> None:
    log = PaintLog()
    assert log.paint_stats(0.0).count == 0
    assert math.isnan(log.paint_stats(0.0).p50_ms)
    assert math.isnan(log.age_stats().max_ms)


def test_paints_are_counted_and_their_cost_and_ages_told_in_milliseconds() -> None:
    log = PaintLog()
    for at_s in range(10):
        log.painted(at_s, at_s + 0.002, [at_s - 0.003])
    stats = log.paint_stats(9.5)
    assert stats.count == 10
    assert stats.per_s == 1.0
    assert abs(stats.p50_ms - 2) < 0.001
    assert abs(log.age_stats().p99_ms - 5) < 0.001


def test_only_recent_samples_count() -> None:
    log = PaintLog()
    log.painted(0.0, 9.0, [])
    for at_s in range(5000):
        log.painted(at_s, at_s + 0.001, [])
    assert log.paint_stats(5000.0).p99_ms < 2

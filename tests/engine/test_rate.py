"""How many a second, over the last looks."""

import math

import pytest

from quotedesk.engine.rate import Rate


def test_one_look_tells_nothing() -> None:
    rate = Rate()
    assert math.isnan(rate.per_s)
    rate.add(1000, 5.0)
    assert math.isnan(rate.per_s)


def test_it_is_of_the_time_that_passed_and_not_of_the_looks() -> None:
    rate = Rate()
    rate.add(0, 10.0)
    rate.add(300, 13.0)
    assert rate.per_s == pytest.approx(100)


def test_what_is_longer_ago_than_the_last_looks_does_not_count() -> None:
    rate = Rate()
    total = 0
    for second in range(10):
        rate.add(total, float(second))
        total += 500
    for second in range(10, 10 + Rate.LOOKS + 1):
        rate.add(total, float(second))
    assert rate.per_s == 0


def test_two_looks_at_one_moment_change_nothing() -> None:
    rate = Rate()
    rate.add(0, 1.0)
    rate.add(50, 1.0)
    assert math.isnan(rate.per_s)

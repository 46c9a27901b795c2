"""How long a silence means something."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.feed.staleness import LONGEST_GAP_S, QUIET_AFTER_S, STALE_AFTER_S, Offset, Silence, Staleness


def after(*gaps_s: float) -> tuple[float, float]:
    """How long after the last of such ticks a row turns quiet, and stale."""
    staleness, now_s = Staleness(), 1000.0
    staleness.ticked(now_s, now_s)
    for gap_s in gaps_s:
        now_s += gap_s
        staleness.ticked(now_s, now_s)
    return staleness.quiet_at_s - now_s, staleness.stale_at_s - now_s


@pytest.mark.parametrize("gaps_s", [(), (0.1,), (1, 1, 1), (0.001,) * 500])
def test_what_ticks_often_is_quiet_after_15_s_and_stale_after_a_minute(gaps_s) -> None:
    assert after(*gaps_s) == pytest.approx((QUIET_AFTER_S, STALE_AFTER_S))


def test_what_ticks_seldom_is_given_its_own_time() -> None:
    quiet_s, stale_s = after(20, 20, 20)
    assert (quiet_s, stale_s) == pytest.approx((60, 200))


def test_one_long_silence_teaches_next_to_nothing() -> None:
    assert after(*[1.0] * 30, 90.0) == pytest.approx((QUIET_AFTER_S, STALE_AFTER_S))
    assert after(*[1.0] * 30, 90.0, 1.0, 90.0, 1.0) == pytest.approx((QUIET_AFTER_S, STALE_AFTER_S))


def test_what_turns_slow_is_given_more_time_by_and_by() -> None:
    assert after(*[1.0] * 30, *[40.0] * 30) == pytest.approx((120, 400))


def test_what_turns_quick_is_given_less_by_and_by() -> None:
    assert after(30, *[0.01] * 200) == (QUIET_AFTER_S, STALE_AFTER_S)


def test_what_the_whole_link_was_silent_for_is_no_gap_of_a_symbol() -> None:
    staleness, link, now_s = Staleness(), Silence(), 1000.0
    for gap_s in (*[20.0] * 10, 500.0, 20.0):
        now_s += gap_s
        link.ticked(now_s)
        staleness.ticked(now_s, now_s, link.total_s)
    assert staleness.quiet_at_s - now_s == pytest.approx(60, rel=0.3)


def test_a_link_is_silent_when_it_says_nothing_for_much_longer_than_ever() -> None:
    link = Silence()
    assert link.since_s(5.0) is None, "it never spoke"
    for tenth in range(100):
        link.ticked(tenth / 10)
    assert link.since_s(9.9 + QUIET_AFTER_S - 0.1) is None
    assert link.since_s(9.9 + QUIET_AFTER_S) == 9.9
    link.lost()
    assert link.since_s(1e9) is None


def test_a_night_teaches_nothing() -> None:
    assert after(60_000) == pytest.approx((3 * LONGEST_GAP_S, 10 * LONGEST_GAP_S))


@given(st.lists(st.floats(0, 1e6), max_size=20))
def test_quiet_always_comes_before_stale_and_both_come(gaps_s: list[float]) -> None:
    quiet_s, stale_s = after(*gaps_s)
    assert QUIET_AFTER_S - 1e-3 <= quiet_s <= stale_s <= 10 * LONGEST_GAP_S + 1e-3


def test_an_age_counts_from_the_trade_less_the_least_delay_of_the_link() -> None:
    offset = Offset()
    assert offset.traded_s(100.0, 5.0, 103.0) == 5.0, "nothing is known yet but this one"
    assert offset.traded_s(110.0, 15.0, 112.0) == 15.0, "the quickest so far"
    assert offset.traded_s(120.0, 25.0, 129.0) == 25.0 - 7.0, "it was under way for seven seconds longer"
    assert offset.least_s == 2.0


def test_a_clock_that_is_ahead_is_an_offset_like_any_other() -> None:
    offset = Offset()
    assert offset.traded_s(1000.0, 5.0, 100.0) == 5.0
    assert offset.traded_s(1001.0, 8.0, 103.0) == pytest.approx(6.0)


def test_without_an_exchange_time_it_is_the_time_it_came() -> None:
    offset = Offset()
    assert offset.traded_s(math.nan, 5.0, 100.0) == 5.0
    assert offset.least_s == math.inf


def test_one_stamp_that_is_ahead_does_not_age_the_others() -> None:
    offset = Offset()
    for behind_s in (0.2, 0.3, -50.0):
        offset.traded_s(1000.0 - behind_s, 5.0, 1000.0)
    assert offset.least_s == -50.0
    offset.settle([0.2, 0.3, -50.0, math.nan])
    assert offset.least_s == 0.2
    offset.settle([0.4, 0.3])
    assert offset.least_s == 0.3
    offset.settle([])
    assert offset.least_s == 0.3, "nothing new is known"

"""Heartbeats: when they are due, and when the other end is dead."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec import FEEDS
from quotedesk.feed.heartbeat import Heartbeat

LIMITS = FEEDS["alltick"].limits


def test_the_first_is_due_10_s_after_the_open_and_silence_kills_after_25_s() -> None:
    heart = Heartbeat(LIMITS)
    assert heart.due_s == heart.dead_at_s == math.inf
    heart.start(100.0)
    assert (heart.due_s, heart.dead_at_s) == (110.0, 125.0)
    heart.answered(111.0)
    assert heart.dead_at_s == 136.0
    heart.stop()
    assert heart.due_s == heart.dead_at_s == math.inf


def test_a_link_in_doubt_is_asked_at_once_and_trusted_again_by_its_answer() -> None:
    heart = Heartbeat(LIMITS)
    heart.start(100.0)
    heart.hurry(103.0)
    assert heart.due_s == 103.0
    assert 103.0 + LIMITS.answer_s <= heart.dead_at_s < 125.0
    heart.sent(103.5)
    assert heart.due_s > 105.0
    heart.answered(104.0)
    assert (heart.dead_at_s, heart.is_hurried) == (129.0, False)


@given(st.lists(st.floats(-3.0, 4.0), max_size=50))
def test_waits_for_the_pacer_do_not_add_up(late_s: list[float]) -> None:
    heart = Heartbeat(LIMITS)
    heart.start(0.0)
    for number, wait_s in enumerate(late_s, start=1):
        heart.sent(heart.due_s + wait_s)
        assert heart.due_s == pytest.approx(10.0 * (number + 1))


def test_after_a_long_stall_one_beat_goes_out_and_not_all_that_were_missed() -> None:
    heart = Heartbeat(LIMITS)
    heart.start(0.0)
    heart.sent(1000.0)
    assert heart.due_s == 1005.0

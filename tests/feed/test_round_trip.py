"""There and back: told only where it is sure which heartbeat was answered."""

import math

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.feed.round_trip import RoundTrip


def test_it_is_unknown_until_an_answer_comes_and_again_without_a_connection() -> None:
    trip = RoundTrip()
    trip.sent(1, 100.0)
    assert math.isnan(trip.last_s)
    trip.answered(1, 100.25)
    assert trip.last_s == 0.25
    trip.stop()
    assert math.isnan(trip.last_s)
    trip.answered(1, 101.0)
    assert math.isnan(trip.last_s)


def test_an_answer_belongs_to_the_request_it_names() -> None:
    trip = RoundTrip()
    trip.sent(1, 100.0)
    trip.sent(2, 110.0)
    trip.answered(1, 110.5)  # late
    assert trip.last_s == 10.5
    trip.answered(2, 110.75)
    assert trip.last_s == 0.75


def test_a_second_answer_and_one_that_nobody_asked_for_say_nothing() -> None:
    trip = RoundTrip()
    trip.sent(1, 100.0)
    trip.answered(1, 100.25)
    trip.answered(1, 105.0)
    trip.answered(99, 105.0)
    trip.answered(None, 105.0)
    assert trip.last_s == 0.25


def test_an_answer_without_a_number_counts_only_where_one_heartbeat_is_open() -> None:
    trip = RoundTrip()
    trip.sent(1, 100.0)
    trip.answered(None, 100.5)
    assert trip.last_s == 0.5
    trip.sent(2, 110.0)
    trip.sent(3, 120.0)
    trip.answered(None, 120.1)
    assert trip.last_s == 0.5
    trip.sent(4, 130.0)
    trip.answered(None, 130.25)
    assert trip.last_s == 0.25


def test_a_pong_is_measured_by_its_own_ping() -> None:
    trip = RoundTrip()
    trip.measured(100.0, 100.125)
    assert trip.last_s == 0.125


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30) | st.none()), max_size=60))
def test_whatever_comes_it_is_never_negative_and_remembers_little(steps: list[tuple[bool, int | None]]) -> None:
    trip = RoundTrip()
    sent = 0
    for number, (is_answer, request_id) in enumerate(steps):
        if is_answer:
            trip.answered(request_id, float(number))
        else:
            sent += 1
            trip.sent(sent, float(number))
        assert math.isnan(trip.last_s) or trip.last_s > 0
        assert len(trip._open_s) <= sent

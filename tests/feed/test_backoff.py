"""How long to wait before dialling again."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.feed.backoff import Backoff


class Highest(random.Random):
    """Always draws the most."""

    def uniform(self, a: float, b: float) -> float:
        return b


class Lowest(random.Random):
    """Always draws the least."""

    def uniform(self, a: float, b: float) -> float:
        return a


def test_the_longest_possible_wait_doubles_up_to_a_minute() -> None:
    backoff = Backoff(1.0, 60.0, Highest())
    assert [backoff.next_s() for _ in range(9)] == [2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_no_wait_is_shorter_than_the_least_the_provider_asks_for() -> None:
    backoff = Backoff(10.0, 60.0, Lowest())
    assert [backoff.next_s() for _ in range(20)] == [10.0] * 20
    assert Backoff(0.0, 60.0, Lowest()).next_s() == 0.0, "the jitter is full: it starts at 0"


@given(st.floats(0.1, 30.0), st.integers(1, 5000), st.integers())
def test_every_wait_is_within_its_bounds_after_any_number_of_losses(least_s: float, losses: int, seed: int) -> None:
    backoff = Backoff(least_s, 60.0, random.Random(seed))
    backoff.losses = losses - 1
    wait_s = backoff.next_s()
    assert least_s <= wait_s <= max(least_s, min(60.0, 2.0 ** min(losses, 6)))
    assert backoff.losses == losses


def test_waits_are_spread_over_the_whole_range_so_that_clients_do_not_come_in_step() -> None:
    waits_s = []
    for seed in range(300):
        backoff = Backoff(1.0, 60.0, random.Random(seed))
        backoff.losses = 9
        waits_s.append(backoff.next_s())
    assert sum(wait_s < 15 for wait_s in waits_s) == pytest.approx(75, abs=30)
    assert sum(wait_s > 45 for wait_s in waits_s) == pytest.approx(75, abs=30)


def test_after_a_calm_the_waits_start_from_the_beginning() -> None:
    backoff = Backoff(1.0, 60.0, Highest())
    for _ in range(8):
        backoff.next_s()
    backoff.calm()
    assert [backoff.next_s(), backoff.next_s()] == [2, 4]


def test_a_provider_that_bears_many_dials_is_not_waited_for_so_long() -> None:
    backoff = Backoff(1.0, 8.0, Highest())
    assert [backoff.next_s() for _ in range(5)] == [2, 4, 8, 8, 8]
    assert Backoff(10.0, 8.0, Highest()).next_s() == 10.0, "the least wait comes first"

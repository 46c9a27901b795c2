"""What may come in."""

import pytest
from quotedesk.market.tick import Tick

from quotedesk.feed.tick_filter import TickFilter

FIRST = Tick("A", 1.0, time_utc_s=1000.5, seq=7)


@pytest.fixture
def door() -> TickFilter:
    door = TickFilter({"A", "B"}.__contains__)
    assert door.reason_to_drop(FIRST) is None
    return door


@pytest.mark.parametrize(
    ("tick", "reason"),
    [
        (Tick("C", 1.0), "unwanted"),
        (FIRST, "duplicate"),
        (Tick("A", 2.0, time_utc_s=999.0), "older"),
        (Tick("A", 1.0, time_utc_s=1000.5, seq=8), None),
        (Tick("A", 2.0), None),
        (Tick("B", 1.0, time_utc_s=1.0, seq=7), None),
    ],
)
def test_a_tick_is_measured_by_the_one_before_it(door: TickFilter, tick: Tick, reason: str | None) -> None:
    assert door.reason_to_drop(tick) == reason


def test_a_dropped_tick_is_no_measure(door: TickFilter) -> None:
    assert door.reason_to_drop(Tick("A", 2.0, time_utc_s=900.0, seq=1)) == "older"
    assert door.reason_to_drop(Tick("A", 3.0, time_utc_s=1000.5, seq=9)) is None


def test_a_code_that_comes_back_is_measured_anew(door: TickFilter) -> None:
    door.forget_all_but({"B"})
    assert door.reason_to_drop(FIRST) is None

"""Which updates are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.feed.tick_filter import TickFilter
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade, Update

ONE, TWO = number("1"), number("2")
FIRST = Trade("A", ONE, time_utc_s=1000.5, seq=7)


@pytest.fixture
def tick_filter() -> TickFilter:
    tick_filter = TickFilter({"A", "B"}.__contains__)
    assert tick_filter.reason_to_drop(FIRST) is None
    return tick_filter


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        (Trade("C", ONE), "unwanted"),
        (Quote(code="C", bid=ONE), "unwanted"),
        (FIRST, "duplicate"),
        (Trade("A", TWO, time_utc_s=999.0), "older"),
        (Quote(code="A", bid=TWO, time_utc_s=999.0), "older"),
        (Trade("A", ONE, time_utc_s=1000.5, seq=8), None),
        (Trade("A", TWO), None),
        (Quote(code="A", bid=ONE), None),
        (Quote(code="A", last=ONE, time_utc_s=1000.5, seq=7), None),
        (Trade("B", ONE, time_utc_s=1.0, seq=7), None),
    ],
)
def test_an_update_is_measured_by_the_one_before_it(
    tick_filter: TickFilter, update: Update, reason: str | None
) -> None:
    assert tick_filter.reason_to_drop(update) == reason


def test_a_quote_that_comes_twice_is_a_duplicate_where_it_has_a_seq(tick_filter: TickFilter) -> None:
    for seq, reason in ((8, "duplicate"), (None, None)):
        quote = Quote(code="A", bid=ONE, seq=seq)
        assert tick_filter.reason_to_drop(quote) is None
        assert tick_filter.reason_to_drop(quote) == reason


def test_a_dropped_update_is_no_measure(tick_filter: TickFilter) -> None:
    assert tick_filter.reason_to_drop(Trade("A", TWO, time_utc_s=900.0, seq=1)) == "older"
    assert tick_filter.reason_to_drop(Trade("A", number("3"), time_utc_s=1000.5, seq=9)) is None


def test_a_code_that_comes_back_is_measured_anew(tick_filter: TickFilter) -> None:
    tick_filter.forget_all_but({"B"})
    assert tick_filter.reason_to_drop(FIRST) is None


def test_a_clock_that_was_set_back_silences_a_code_for_one_update_at_most(tick_filter: TickFilter) -> None:
    hour_ago = [Trade("A", TWO, time_utc_s=at_s) for at_s in (-2600.0, -2599.0, -2598.0)]
    assert [tick_filter.reason_to_drop(each) for each in hour_ago] == ["older", None, None]


def test_what_comes_in_order_is_taken_whatever_its_stamp_and_each_once() -> None:
    in_order = TickFilter({"A"}.__contains__, in_order=True)
    updates = [FIRST, Trade("A", TWO, time_utc_s=999.0), Quote(code="A", bid=TWO, time_utc_s=998.0), FIRST, FIRST]
    assert [in_order.reason_to_drop(each) for each in updates] == [None, None, None, None, "duplicate"]


def test_late_updates_in_the_wrong_order_stay_out(tick_filter: TickFilter) -> None:
    late = [Trade("A", TWO, time_utc_s=at_s) for at_s in (999.0, 998.0, 998.0)]
    assert [tick_filter.reason_to_drop(each) for each in late] == ["older"] * 3
    assert tick_filter.reason_to_drop(Trade("A", TWO, time_utc_s=1001.0)) is None
    assert tick_filter.reason_to_drop(Trade("A", TWO, time_utc_s=999.5)) == "older", "one was taken in between"


@given(st.lists(st.sampled_from([900.0, 900.5, 950.0, 1000.0, 1001.0, 5000.0]), max_size=30))
def test_no_stamps_silence_a_code_for_long(times_utc_s: list[float]) -> None:
    tick_filter = TickFilter({"A"}.__contains__)
    for at_s in times_utc_s:
        tick_filter.reason_to_drop(Trade("A", ONE, time_utc_s=at_s))
    last_s = times_utc_s[-1] if times_utc_s else 0.0
    after = [tick_filter.reason_to_drop(Trade("A", TWO, time_utc_s=last_s + step)) for step in (1.0, 2.0)]
    assert None in after

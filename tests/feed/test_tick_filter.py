"""Which updates are taken."""

import pytest

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

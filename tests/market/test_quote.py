"""What a feed says of a symbol: one trade, or any of its numbers."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import NUMBERS_OF_QUOTE, Condition, Quote, Status, Trade, Update

NAN = float("nan")  # another one than math.nan
ONE = number("1.0")
times_s = st.one_of(
    st.sampled_from([math.nan, NAN]),
    st.integers(1_700_000_000, 1_700_000_003).map(float),
    st.integers(1_700_000_000_000, 1_700_000_003_000).map(lambda ms: ms / 1000),
)
seqs = st.sampled_from([None, 0, 1])
trades = st.builds(
    Trade,
    code=st.just("A"),
    price=st.sampled_from([ONE, number("1.5")]),
    size=st.sampled_from([UNKNOWN, number("0"), number("3")]),
    time_utc_s=times_s,
    seq=seqs,
)
quotes = st.builds(
    Quote,
    code=st.just("A"),
    last=st.sampled_from([None, UNKNOWN, ONE]),
    bid=st.sampled_from([None, UNKNOWN, ONE]),
    turnover=st.sampled_from([None, number("7")]),
    time_utc_s=times_s,
    seq=seqs,
)
updates = st.one_of(trades, quotes)


def at(time_utc_s: float) -> Trade:
    return Trade("A", ONE, time_utc_s=time_utc_s)


@given(updates)
def test_an_update_with_a_number_repeats_itself_and_one_without_never(update: Update) -> None:
    assert update.repeats(update) is (update.seq is not None)


@given(updates, updates)
def test_repeating_needs_the_same_seq_and_all_that_is_said_to_be_the_same(one: Update, other: Update) -> None:
    a, b = ((each.seq, type(each), str(each.time_utc_s), msgspec.structs.astuple(each)) for each in (one, other))
    said = [tuple(value for value in each[3] if not isinstance(value, float)) for each in (a, b)]
    assert one.repeats(other) is (a[:3] == b[:3] and said[0] == said[1] and one.seq is not None)
    assert one.repeats(other) is other.repeats(one)


def test_the_seq_0_is_a_seq() -> None:
    assert Trade("A", ONE, seq=0).repeats(Trade("A", ONE, seq=0))
    assert Quote(code="A", bid=ONE, seq=0).repeats(Quote(code="A", bid=ONE, seq=0))


@pytest.mark.parametrize("name", NUMBERS_OF_QUOTE)
def test_a_quote_that_says_another_number_or_one_more_is_no_repetition(name: str) -> None:
    said = Quote(code="A", seq=1, **{name: ONE})
    assert said.repeats(Quote(code="A", seq=1, **{name: ONE}))
    for other in (None, UNKNOWN, number("1.00")):
        assert not said.repeats(Quote(code="A", seq=1, **{name: other}))


def test_a_trade_is_no_repetition_of_a_quote_nor_the_other_way_round() -> None:
    assert not Trade("A", ONE, seq=1).repeats(Quote(code="A", last=ONE, seq=1))
    assert not Quote(code="A", last=ONE, seq=1).repeats(Trade("A", ONE, seq=1))


@given(times_s)
def test_no_update_is_older_than_itself(time_utc_s: float) -> None:
    assert not at(time_utc_s).is_older(at(time_utc_s))


@given(updates, updates)
def test_of_two_updates_at_most_one_is_older(one: Update, other: Update) -> None:
    assert not (one.is_older(other) and other.is_older(one))


def test_an_unknown_time_is_never_older_nor_newer() -> None:
    assert not at(math.nan).is_older(at(5.0))
    assert not at(5.0).is_older(at(math.nan))
    assert not at(math.nan).is_older(at(math.nan))


def test_milliseconds_are_told_apart() -> None:
    assert at(100.250).is_older(at(100.251))
    assert not at(100.251).is_older(at(100.250))


def test_a_whole_second_may_be_any_moment_in_it() -> None:
    assert not at(100.0).is_older(at(100.9)), "given in seconds it may be the later one"
    assert at(99.0).is_older(at(100.2))
    assert at(99.0).is_older(at(100.0))
    assert at(99.9).is_older(at(100.0))


def test_what_a_trade_does_not_say_is_unknown_and_never_0() -> None:
    trade = Trade("A", ONE)
    assert trade.size is UNKNOWN
    assert math.isnan(trade.time_utc_s)
    assert trade.seq is None


def test_what_a_quote_does_not_say_is_none_which_is_not_unknown() -> None:
    quote = Quote(code="A")
    assert {getattr(quote, name) for name in NUMBERS_OF_QUOTE} == {None}
    assert math.isnan(quote.time_utc_s)
    assert quote.seq is None


def test_a_symbol_trades_as_usual_and_without_delay_where_a_feed_does_not_say_otherwise() -> None:
    assert Status("A") == Status("A", Condition.NORMAL, 0.0)


def test_values_cannot_be_changed_by_whoever_holds_them() -> None:
    for value in (Trade("A", ONE), Quote(code="A"), Status("A")):
        with pytest.raises(AttributeError):
            value.code = "B"  # type: ignore[misc]

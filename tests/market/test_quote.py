"""One trade, as a feed reported it."""

import math

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.tick import Tick

times_s = st.one_of(
    st.just(math.nan),
    st.integers(1_700_000_000, 1_700_000_003).map(float),
    st.integers(1_700_000_000_000, 1_700_000_003_000).map(lambda ms: ms / 1000),
)
ticks = st.builds(
    Tick,
    code=st.just("A"),
    price=st.sampled_from([1.0, 1.5]),
    size=st.sampled_from([math.nan, 0.0, 3.0]),
    time_utc_s=times_s,
    seq=st.sampled_from([None, 0, 1]),
)


def at(time_utc_s: float) -> Tick:
    return Tick("A", 1.0, time_utc_s=time_utc_s)


@given(ticks)
def test_a_tick_with_a_number_repeats_itself_and_one_without_never(tick: Tick) -> None:
    assert tick.repeats(tick) is (tick.seq is not None)


@given(ticks, ticks)
def test_repeating_needs_the_same_number_price_time_and_size(one: Tick, other: Tick) -> None:
    key, other_key = ((str(t.time_utc_s), str(t.size), t.price, t.seq) for t in (one, other))
    assert one.repeats(other) is (key == other_key and one.seq is not None)


def test_the_number_0_is_a_number() -> None:
    assert Tick("A", 1.0, seq=0).repeats(Tick("A", 1.0, seq=0))


@given(times_s)
def test_no_tick_is_older_than_itself(time_utc_s: float) -> None:
    assert not at(time_utc_s).is_older(at(time_utc_s))


@given(ticks, ticks)
def test_of_two_ticks_at_most_one_is_older(one: Tick, other: Tick) -> None:
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


def test_what_a_feed_did_not_say_is_unknown_and_never_0() -> None:
    tick = Tick("A", 1.0)
    assert math.isnan(tick.size)
    assert math.isnan(tick.time_utc_s)
    assert tick.seq is None

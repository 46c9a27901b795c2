"""Prices in buckets: what is kept of them, and what is read."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.quotes.price_buckets import BUCKETS, GAP, SPAN_S, Past, PriceBuckets

START_S = 5000.0
NARROWEST_S = SPAN_S / BUCKETS / 32
SLOT = 1
kept_prices = st.one_of(
    st.just(0.0), st.just(-0.0), st.floats(-3.0e38, 3.0e38), st.floats(-1e-30, 1e-30), st.integers(-5, 5).map(float)
)


@pytest.fixture
def buckets() -> PriceBuckets:
    return made()


def made() -> PriceBuckets:
    buckets = PriceBuckets()
    buckets.make_room(3)
    return buckets


def put(buckets: PriceBuckets, price: float, high: float, low: float, at_s: float) -> None:
    """As from a batch."""
    buckets.put(*map(np.array, ([SLOT], [price], [high], [low])), at_s)


def read(buckets: PriceBuckets, steps: int, slot: int = SLOT) -> Past:
    """All that is kept, where nothing slid out yet."""
    return buckets.read(slot, np.linspace(0, BUCKETS, steps + 1))


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.05, 2.0, 50.0, 1000.0]), kept_prices | st.just(1e300)), max_size=30))
def test_one_price_put_alone_is_kept_as_in_a_batch(what: list[tuple[float, float]]) -> None:
    alone, batched, now_s = made(), made(), START_S
    for wait_s, price in what:
        now_s += wait_s
        alone.put_one(SLOT, price, now_s)
        put(batched, price, price, price, now_s)
    if what:
        assert alone.take_out(SLOT, -math.inf) == batched.take_out(SLOT, -math.inf)


def test_a_price_that_no_bucket_can_hold_is_a_gap_and_no_fault(buckets: PriceBuckets) -> None:
    buckets.put_one(SLOT, 10.0, START_S)
    buckets.put_one(SLOT, 1e300, START_S + 20)
    assert math.isnan(read(buckets, 1).last[-1])
    buckets.put_one(SLOT, 11.0, START_S + 40)
    assert read(buckets, 1).last[-1] == 11.0


def test_an_extreme_that_no_bucket_can_hold_is_left_out_and_the_next_one_counts(buckets: PriceBuckets) -> None:
    buckets.put_one(SLOT, 10.0, START_S)
    for price, high, low in ((11.0, 1e300, -1e300), (-1e300, -1e300, -1e300), (12.0, 13.0, 9.0)):
        put(buckets, price, high, low, START_S)
    past = read(buckets, 1)
    assert (past.last[-1], past.high[-1], past.low[-1]) == (12.0, 13.0, 9.0)


def test_pairs_become_one_until_a_bucket_is_as_wide_as_the_span_allows(buckets: PriceBuckets) -> None:
    widths = set()
    for at in range(3 * BUCKETS):
        put(buckets, 100.0, 100.0 + at % 7, 100.0 - at % 5, START_S + 3.0 * at)
        widths.add(buckets.bucket_s.item(SLOT))
    assert widths == {NARROWEST_S * 2**halved for halved in range(6)}
    assert buckets.start_s[SLOT] == START_S
    assert buckets.start_s[0] != buckets.start_s[0], "no other slot is touched"
    kept = buckets.take_out(SLOT, -math.inf)
    assert [each.at_s for each in kept[1:]] == [START_S + 3.0 * at for at in range(2 * BUCKETS, 3 * BUCKETS)]


def test_a_gap_stays_to_be_seen_and_one_before_the_first_price_is_none(buckets: PriceBuckets) -> None:
    buckets.put_one(SLOT, 10.0, START_S)
    buckets.begin_gap(np.array([0, SLOT]), np.full(2, START_S))
    assert math.isnan(buckets.start_s[0])
    buckets.put_one(SLOT, 11.0, START_S + NARROWEST_S)
    past = buckets.read(SLOT, np.array([0.0, 1.0, 2.0, 3.0]))
    np.testing.assert_equal(past.last, [10.0, math.nan, 11.0])
    assert [(each.last, each.is_torn) for each in buckets.take_out(SLOT, -math.inf)] == [(10.0, False), (11.0, True)]


def test_a_wider_span_keeps_what_there_is_and_a_narrower_one_names_what_is_too_wide(buckets: PriceBuckets) -> None:
    for at in range(BUCKETS + 50):
        buckets.put_one(SLOT, float(at), START_S + 3.0 * at)
    assert buckets.set_span(86_400.0) == []
    assert buckets.start_s[SLOT] == START_S + 150.0, "the ring is no ring any more"
    buckets.put_one(SLOT, 7.0, START_S + 4000.0)
    assert buckets.bucket_s[SLOT] > 3.0
    assert buckets.set_span(SPAN_S) == [SLOT]


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.1, 2.0, 40.0]), st.none() | st.integers(-3, 9)), max_size=20),
    st.sampled_from([0.0, 3.0, 60.0]),
)
def test_what_is_taken_out_and_put_back_is_the_same_from_there_on(
    what: list[tuple[float, int | None]], since_s: float
) -> None:
    buckets, now_s = made(), START_S
    buckets.put_one(SLOT, 1.0, now_s)
    for wait_s, price in what:
        now_s += wait_s
        if price is None:
            buckets.begin_gap(np.array([SLOT]), np.array([now_s]))
        else:
            buckets.put_one(SLOT, float(price), now_s)
    kept = buckets.take_out(SLOT, -math.inf)
    buckets.put_back(SLOT, kept)
    assert buckets.take_out(SLOT, -math.inf) == kept
    assert math.isnan(buckets.start_s[SLOT]), "nothing is left"
    buckets.put_back(SLOT, kept)
    later = buckets.take_out(SLOT, START_S + since_s)
    ended = [each for each in kept if each.at_s >= START_S + since_s]
    assert later[len(later) - len(ended) :] == ended
    assert all(each.last != GAP or each.is_torn for each in kept)


def test_more_room_keeps_what_is_there(buckets: PriceBuckets) -> None:
    buckets.put_one(SLOT, 10.0, START_S)
    buckets.make_room(100)
    assert set(read(buckets, 4).last) == {10.0}
    buckets.put_one(99, 11.0, START_S)
    assert set(read(buckets, 4, slot=99).last) == {11.0}

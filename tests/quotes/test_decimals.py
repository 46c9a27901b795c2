"""How many decimals a row is shown with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.quotes.decimals import WATCHED, LearntDecimals, needed, of_tick_size


def learnt(*texts: str) -> LearntDecimals:
    decimals = LearntDecimals(1)
    for text in texts:
        decimals.learn(0, number(text))
    return decimals


def shown(*texts: str) -> int:
    return learnt(*texts).shown.item(0)


@pytest.mark.parametrize(
    ("noisy", "meant"),
    [
        ("101.30000000000001", 1),
        ("101.29999999999998", 1),
        ("0.30000000000000004", 1),
        ("101.30000305175781", 1),  # 101.3 as a 32-bit float
        ("178.4600000000157", 2),
        ("-101.30000000000001", 1),
        ("60412.18000001", 8),  # as the feed wrote it
        ("0.00001234", 8),
        ("0.000000000012", 12),
        ("117204.55", 2),
    ],
)
def test_float_noise_needs_no_more_than_what_was_meant(noisy: str, meant: int) -> None:
    assert needed(number(noisy)) == meant


@given(st.floats(1e-4, 1e9), st.integers(0, 6))
def test_a_sum_of_floats_needs_the_decimals_of_its_parts(value: float, decimals: int) -> None:
    part = round(value, decimals)
    noisy = repr(part + 0.1 - 0.1)
    assert needed(number(noisy)) <= max(decimals, 1) or "e" in noisy or len(repr(part)) > 13


@pytest.mark.parametrize(
    ("text", "decimals"),
    [
        *(("60000.12000000", 2), ("0.00001234", 8), ("0.00001230", 7), ("-3.50000000", 1), ("7.00000000", 0)),
        *(("130.50", 2), ("1.1234500", 7), ("1E-10", 10)),
    ],
)
def test_noughts_that_fill_up_every_price_are_no_decimals(text: str, decimals: int) -> None:
    assert needed(number(text)) == decimals


def test_a_row_is_as_wide_as_its_prices_at_once() -> None:
    assert shown("178") == 0
    assert shown("178", "178.4") == 1
    assert shown("178", "178.4", "178.46") == 2


def test_a_lone_number_with_more_decimals_widens_its_row_for_a_while_only() -> None:
    usual = ["178.46"] * 20
    assert shown(*usual, "178.463333") == 6
    assert shown(*usual, "178.463333", *["178.46"] * (WATCHED - 1)) == 6
    assert shown(*usual, "178.463333", *["178.46"] * WATCHED) == 2
    assert shown("178.463333", *["178.46"] * WATCHED) == 2, "be it the first"


def test_what_comes_now_and_again_stays() -> None:
    assert shown(*["178.46"] * 20, *["178.4655", *["178.46"] * 30] * 9) == 4


def test_a_tick_size_fixes_the_decimals_whatever_comes() -> None:
    decimals = learnt("178.4655")
    assert decimals.fix(0, 2)
    assert not decimals.learn(0, number("178.46551"))
    assert decimals.shown.item(0) == 2
    decimals.fix(0, None)
    assert decimals.learn(0, number("178.46551"))
    assert decimals.shown.item(0) == 5


@pytest.mark.parametrize(
    ("text", "decimals"),
    [("0.01", 2), ("0.01000000", 2), ("1e-8", 8), ("0.25", 2), ("5", 0), ("10", 0), ("1", 0), ("0.5", 1)],
)
def test_a_tick_size_says_how_many_decimals_prices_have(text: str, decimals: int) -> None:
    assert of_tick_size(number(text)) == decimals


@pytest.mark.parametrize("tick_size", [UNKNOWN, number("0"), number("-0.01")])
def test_what_is_no_step_fixes_nothing(tick_size: Number) -> None:
    assert of_tick_size(tick_size) is None


texts = st.from_regex(r"-?[0-9]{1,7}(\.[0-9]{1,12})?", fullmatch=True)


@given(st.lists(st.tuples(st.integers(0, 2), texts.map(number)), min_size=1, max_size=90))
def test_taken_together_or_one_by_one_it_comes_out_the_same(said: list[tuple[int, Number]]) -> None:
    one, all_ = LearntDecimals(3), LearntDecimals(3)
    for slot, each in said:
        one.learn(slot, each)
    all_.learn_all(np.array([slot for slot, _ in said]), [each for _, each in said])
    newest = dict(said)
    for slot, each in newest.items():
        assert one.shown[slot] >= needed(each), "nothing of a price is cut off"
        assert all_.shown[slot] >= needed(each)


@given(st.lists(st.decimals(-(10**6), 10**6, places=2), min_size=70, max_size=80), st.data())
def test_one_noisy_number_among_many_changes_nothing(prices: list[object], data: st.DataObject) -> None:
    said = [f"{price:.2f}" for price in prices]
    at = data.draw(st.integers(0, len(said)))
    assert shown(*said[:at], "101.30000000000001", *said[at:]) == 2

"""Values as a trader reads them."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.ui.table import numbers

prices = st.floats(min_value=1e-6, max_value=1e9)
decimals = st.integers(0, 8)


@given(prices, decimals)
def test_a_price_reads_back_as_its_value(value: float, digits: int) -> None:
    text = numbers.price(value, digits)
    assert float(text.replace(",", "")) == pytest.approx(value, rel=1e-12, abs=0.51 * 10**-digits)
    assert len(text.partition(".")[2]) == digits


@given(st.floats(-1e9, 1e9), decimals)
def test_a_change_has_a_sign_unless_nothing_is_left_of_it(value: float, digits: int) -> None:
    text = numbers.change(value, digits)
    plain = text.replace(",", "").replace(numbers.MINUS, "-")
    assert "-" not in text
    assert text[0] in "+" + numbers.MINUS or float(plain) == 0
    assert float(plain) == pytest.approx(value, rel=1e-12, abs=0.51 * 10**-digits)


@given(st.floats(allow_nan=True, allow_infinity=True), st.integers(-5, 400))
def test_no_value_of_a_feed_can_break_a_text(value: float, digits: int) -> None:
    for text in (
        numbers.price(value, digits),
        numbers.change(value, digits),
        numbers.percent(value),
        numbers.size(abs(value), digits),
        numbers.time_of_day(value),
        numbers.zone(value),
        numbers.age(value),
        numbers.span(value),
    ):
        assert isinstance(text, str)
        assert "nan" not in text
        assert "inf" not in text


@given(st.floats(min_value=0, max_value=1e18), decimals)
def test_a_size_takes_at_most_seven_characters(value: float, digits: int) -> None:
    assert len(numbers.size(value, digits)) <= 7


def test_examples_of_the_look() -> None:
    assert numbers.price(117204.55, 2) == "117,204.55"
    assert numbers.price(1.16427, 5) == "1.16427"
    assert numbers.change(-1755.55, 2) == "−1,755.55"
    assert numbers.change(3.21, 2) == "+3.21"
    assert numbers.change(-0.001, 2) == "0.00"
    assert numbers.percent(-0.738) == "−0.74"
    assert numbers.size(1200, 0) == "1,200"
    assert numbers.size(0.0412, 8) == "0.0412"
    assert numbers.size(1.85, 4) == "1.85"
    assert numbers.size(1_234_567, 0) == "1.23M"
    assert numbers.size(999_999.7, 1) == "1M"
    assert numbers.size(0.00001, 8) == "<.0001"
    assert numbers.size(0, 2) == "0"
    assert numbers.age(29.9) == "29 s"
    assert numbers.age(125) == "2 m"
    assert numbers.age(7300) == "2 h"
    assert numbers.span(42) == "00:42"
    assert numbers.span(3725) == "1:02:05"


def test_unknown_is_two_hyphens_and_never_zero() -> None:
    for text in (numbers.price(math.nan, 2), numbers.change(math.nan, 2), numbers.size(math.nan, 0)):
        assert text == "--"
    assert numbers.time_of_day(math.nan) == numbers.time_of_day_ms(math.nan) == "--"


def test_a_price_of_another_day_has_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 25, 9, 30, tzinfo=UTC).timestamp()
    hour = 3600.0
    assert numbers.time_or_day(now - 5, now) == numbers.time_of_day(now - 5)
    assert numbers.time_or_day(now - 48 * hour, now) == "23 Nov"
    midnight = now - now % 86400 + 0.5 * hour  # half past midnight, where local time is UTC
    assert numbers.time_or_day(midnight - 0.9 * hour, midnight) == numbers.time_of_day(midnight - 0.9 * hour)
    assert numbers.time_or_day(math.nan, now) == "--"
    assert numbers.time_or_day(now, math.nan) == numbers.time_of_day(now)
    assert numbers.time_or_day(-1e18, now) == "--"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1.23e22, 2, "1.23e22"),
        (-4e15, 0, "−4e15"),
        (1.23456e-13, 12, "1.23456e−13"),
        (123_456_789_012_345.67, 2, "123,456,789,012,345.67"),
        (0.000000000012, 12, "1.2e−11"),
        (0.000012, 6, "0.000012"),
        (0.0, 12, "0.000000000000"),
    ],
)
def test_a_price_never_shows_digits_that_are_made_up_or_cut_off(value: float, decimals: int, text: str) -> None:
    assert numbers.price(value, decimals) == text


def test_a_change_of_next_to_nothing_is_not_cut_to_zeros() -> None:
    assert numbers.change(-1e-12, 12) == "−1e−12"
    assert numbers.change(3e-13, 12) == "+3e−13"


LETTERS = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


def meant(text: str) -> float:
    """What a reader takes it for."""
    bare = text.replace(numbers.MINUS, "-").replace(",", "")
    return float(bare[:-1]) * LETTERS[bare[-1]] if bare[-1] in LETTERS else float(bare)


@given(st.floats(-1e18, 1e18), st.integers(0, 9))
def test_a_number_said_shorter_is_right_as_far_as_it_goes(value: float, decimals: int) -> None:
    *shorter, last = numbers.shorter(numbers.price(value, decimals))
    assert last == numbers.NO_ROOM
    whole = meant(numbers.price(value, decimals))
    for left, text in enumerate(reversed(shorter)):
        assert meant(text) == pytest.approx(whole, rel=0.51 * 10.0**-left, abs=1e-300)
        assert "…" not in text
    assert len(shorter[-1]) <= 7


def test_the_forms_of_a_number_that_has_no_room() -> None:
    assert list(numbers.shorter("1,893,633,277.12"))[1:] == [
        *("1.8936333B", "1.893633B", "1.89363B", "1.8936B", "1.894B", "1.89B", "1.9B", "2B", "#")
    ]
    assert list(numbers.shorter("−0.000000000123"))[-2:] == ["−1e−10", "#"]
    assert "+12.35" in list(numbers.shorter("+12.3456"))
    assert list(numbers.shorter("1.23M")) == ["#"]

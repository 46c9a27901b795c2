"""Numbers as feeds write them: value, decimals and text of anything that JSON can hold, and nothing raises."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quotedesk.market.number import LONGEST, MOST_DECIMALS, UNKNOWN, Number, number, of_float, plain

texts = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.decimals(-(10**7), 10**7, places=4).map(str),
    st.from_regex(r"[+-]?[0-9]{0,20}\.?[0-9]{0,20}([eE][+-]?[0-9]{1,25})?", fullmatch=True),
    st.from_regex(r" ?[+-]?(0|[1-9][0-9]{0,9})(\.[0-9]{1,15})? ?", fullmatch=True),
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(), texts, st.binary(), st.just(10**500)
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)


@given(texts)
@example("1e-999999")
@example("0e999999")
@example("1e-99999999999999999999")
@example("0e99999999999999999999")
@example("1e-" + "9" * 5000)
@example(".")
@example("1.")
@example(".5")
def test_a_number_in_text_is_what_decimal_reads_and_gives_the_text_back(text: str) -> None:
    found = number(text)
    try:
        exact = Decimal(text.strip())
    except ArithmeticError:  # no number, or an exponent beyond all use
        assert found is UNKNOWN
        return
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)
    if len(text) > LONGEST or math.isinf(float(exact)) or abs(exact.adjusted()) > 10**6 + LONGEST:
        assert found is UNKNOWN
    elif found.is_known:
        assert (found.value, found.text) == (float(exact), text.strip())
        assert found.decimals == min(max(-exponent, 0), MOST_DECIMALS)
        assert found.exact == exact
    else:
        assert "e" in text.lower(), "only an exponent can be too much for what is a number"
        assert abs(int(text.lower().partition("e")[2])) > 999_999


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(5e-324)
@example(1e22)
@example(1.5e-7)
@example(-0.0)
def test_a_json_float_is_its_shortest_text_without_an_exponent(value: float) -> None:
    found = number(value)
    if not found.is_known:
        assert value != 0
        assert abs(math.log10(abs(value))) > LONGEST - 20, "only what takes more than 64 characters is unknown"
        return
    assert (found.value, found.exact) == (value, Decimal(repr(value)))
    assert "e" not in found.text.lower()
    assert not found.text.endswith(".0"), "178.0 says nothing of decimals"
    assert number(found.text) == found


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_kept_to_the_last_digit_without_an_exponent(value: Decimal) -> None:
    found = number(value)
    if found.is_known:
        assert found.exact == value
        assert "e" not in found.text.lower()
    else:
        assert abs(value.adjusted()) > LONGEST or len(format(value, "f")) > LONGEST


@given(st.integers(-(10**62), 10**62))
def test_a_whole_number_has_no_decimals_and_every_digit(value: int) -> None:
    assert number(value) == number(str(value)) == Number(float(value), 0, str(value))


@given(scalars)
def test_whatever_comes_it_is_a_finite_number_or_unknown_and_nothing_raises(value: Any) -> None:
    check(number(value))


@given(json_values)
def test_so_it_is_with_every_value_of_json_read_in_any_way(value: Any) -> None:
    for read in (json.loads, lambda text: json.loads(text, parse_float=Decimal)):
        check(number(read(json.dumps(value))))


def check(found: Number) -> None:
    if found.is_known:
        assert math.isfinite(found.value)
        assert 0 <= found.decimals <= MOST_DECIMALS
        assert 0 < len(found.text) <= LONGEST
        assert found.text.isascii()
        assert float(found.text) == float(found.exact) == found.value
    else:
        assert found is UNKNOWN, "one value stands for all that is not known"


@pytest.mark.parametrize(
    ("said", "value", "decimals", "text"),
    [
        ("651.12", 651.12, 2, "651.12"),
        ("178.00", 178.0, 2, "178.00"),
        ("0.00000123", 0.00000123, 8, "0.00000123"),
        ("300", 300.0, 0, "300"),
        ("007", 7.0, 0, "007"),
        ("-37.63", -37.63, 2, "-37.63"),
        ("1e-7", 1e-7, 7, "1e-7"),
        ("1.50e3", 1500.0, 0, "1.50e3"),
        ("1.2345E2", 123.45, 2, "1.2345E2"),
        ("0." + "1" * 30, 0.1111111111111111, 12, "0." + "1" * 30),
        (" 1.5 ", 1.5, 1, "1.5"),
        ("+1.5", 1.5, 1, "+1.5"),
        ("-0.0", 0.0, 1, "-0.0"),
        ("0", 0.0, 0, "0"),
        (178.0, 178.0, 0, "178"),
        (178.25, 178.25, 2, "178.25"),
        (1.5e-7, 1.5e-7, 8, "0.00000015"),
        (1e22, 1e22, 0, "10000000000000000000000"),
        (300, 300.0, 0, "300"),
        (-5, -5.0, 0, "-5"),
        (Decimal("178.50"), 178.5, 2, "178.50"),
        (Decimal("1.5E+3"), 1500.0, 0, "1500"),
        (Decimal("0.1000000000000000055511151231257827"), 0.1, 12, "0.1000000000000000055511151231257827"),
    ],
)
def test_a_number_keeps_the_decimals_and_the_text_that_the_feed_wrote(
    said: object, value: float, decimals: int, text: str
) -> None:
    assert number(said) == Number(value, decimals, text)


NO_NUMBERS: list[Any] = [None, True, False, 10**400, 10**5000, math.inf, -math.inf, math.nan, b"1", [1], {"a": 1}]
NO_NUMBERS += ["", " ", "-", ".", "abc", "NaN", "nan", "Infinity", "-inf", "1e999", "1_000", "0x10", "1,5", "1.5.5"]
NO_NUMBERS += ["1e", "e5", "1 5", "\u0661\u0662", "\uff11", "1\u00a0", "\u22121", "1\x00", "9" * 5000, "0." + "0" * 99]
NO_NUMBERS += ["1e-1000000", "0e1000000", Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1e999999999")]


@pytest.mark.parametrize("place", range(len(NO_NUMBERS)))
def test_what_is_no_finite_number_is_unknown(place: int) -> None:
    assert number(NO_NUMBERS[place]) is UNKNOWN


def test_the_unknown_is_nan_without_text_and_has_no_exact_value() -> None:
    assert math.isnan(UNKNOWN.value)
    assert (UNKNOWN.decimals, UNKNOWN.text, UNKNOWN.is_known) == (0, "", False)
    with pytest.raises(ValueError, match="unknown"):
        _ = UNKNOWN.exact


def test_zero_is_known() -> None:
    assert number("0").is_known
    assert number(0.0) == Number(0.0, 0, "0")


@given(st.floats(), st.integers(0, MOST_DECIMALS))
def test_a_value_that_no_feed_wrote_has_so_many_decimals(value: float, decimals: int) -> None:
    made = of_float(value, decimals)
    if math.isfinite(value):
        assert (made.value, made.decimals, made.text) == (value, decimals, f"{value:.{decimals}f}")
    else:
        assert made is UNKNOWN


@pytest.mark.parametrize("value", [math.inf, math.nan, 1e70, 1e-70, Decimal("NaN"), Decimal("1e999999")])
def test_what_cannot_be_written_out_raises(value: Any) -> None:
    with pytest.raises(ValueError, match="written out"):
        plain(value)

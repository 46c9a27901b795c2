"""Amounts in the hands of people, brokers and spreadsheets."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.formats.amounts import Amount, AmountError, DecimalSign, decimal_sign, is_ambiguous, read

POINT, COMMA = DecimalSign.POINT, DecimalSign.COMMA


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("1,234.50", "1234.50", ""),
        ("(50)", "-50", ""),
        ("($50.25)", "-50.25", ""),
        ("50-", "-50", ""),
        ("-$50", "-50", ""),
        ("$-50", "-50", ""),
        ("−12.5", "-12.5", ""),
        ("+5", "5", ""),
        ("1'200", "1200", ""),
        ("1 200.5", "1200.5", ""),
        ("1\u00a0200", "1200", ""),
        ("1,00,000", "100000", ""),
        ("€ 12", "12", "EUR"),
        ("12 EUR", "12", "EUR"),
        ("HK$88", "88", "HKD"),
        ("USDT 5", "5", "USDT"),
        ("¥100", "100", ""),
        ('="100"', "100", ""),
        ("'100", "100", ""),
        ("1e3", "1000", ""),
        ("１００", "100", ""),
        (".5", "0.5", ""),
        ("5.", "5", ""),
    ],
)
def test_what_is_read_with_a_decimal_point(text: str, value: str, currency: str) -> None:
    assert read(text) == Amount(Decimal(value), currency)


@pytest.mark.parametrize(
    ("text", "value"), [("1.234,50", "1234.50"), ("(5)", "-5"), ("1 200,5", "1200.5"), ("12,5 €", "12.5")]
)
def test_what_is_read_with_a_decimal_comma(text: str, value: str) -> None:
    amount = read(text, COMMA)
    assert amount is not None
    assert amount.value == Decimal(value)


@pytest.mark.parametrize("text", ["", " ", "-", "--", "n/a", "N/A", "NaN", "#N/A", "—"])
def test_what_says_that_nothing_is_known(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "12%",
        "1.5K",
        "1,2,3",
        "117,2 00",
        "1 2 3",
        "12 34",
        "1.2.3",
        "()",
        "--5",
        "12:30",
        "0x10",
        "1_000",
        "5 5.5.5",
        "9" * 80,
        "٣",
        "$",
        "EUR",
    ],
)
def test_what_is_no_amount_is_said_to_be_none(text: str) -> None:
    with pytest.raises(AmountError):
        read(text)


@given(st.decimals(-(10**12), 10**12, places=3), st.sampled_from(DecimalSign), st.booleans())
def test_an_amount_written_in_either_way_is_read_as_itself(
    value: Decimal, sign: DecimalSign, is_bracketed: bool
) -> None:
    text = f"{abs(value):,f}"
    if sign is COMMA:
        text = text.translate(str.maketrans(",.", ".,"))
    text = f"({text})" if value < 0 and is_bracketed else f"-{text}" if value < 0 else text
    amount = read(text, sign)
    assert amount is not None
    assert amount.value == value


@given(st.text(max_size=80))
def test_any_text_is_an_amount_or_none_or_said_to_be_none(text: str) -> None:
    for sign in DecimalSign:
        try:
            amount = read(text, sign)
        except AmountError:
            continue
        assert amount is None or amount.value.is_finite()
    is_ambiguous(text)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1,234.50", "5"], POINT),
        (["1.234,50"], COMMA),
        (["182,35"], COMMA),
        (["182.35", "1,234"], POINT),
        (["1.234.567"], COMMA),
        (["1,234,567"], POINT),
        (["0.125"], POINT),
        (["0,125"], COMMA),
        (["1234.567"], POINT),
        (["100", "5"], POINT),
        (["1,234"], None),
        (["1.234"], None),
        (["", "n/a", "x"], POINT),
    ],
)
def test_which_sign_a_table_has_for_its_decimal_point(texts: list[str], expected: DecimalSign | None) -> None:
    assert decimal_sign(texts) is expected


def test_semicolons_speak_for_the_comma_where_nothing_else_does() -> None:
    assert decimal_sign(["1,234"], is_semicolon=True) is COMMA
    assert decimal_sign(["1,234.5"], is_semicolon=True) is POINT
    assert decimal_sign(["100"], is_semicolon=True) is POINT

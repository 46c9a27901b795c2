"""Numbers in every form that JSON has for them, times, and candles in any order."""

import math

import msgspec
import pytest

from quotedesk.codec import raw_fields
from quotedesk.market.number import UNKNOWN


class Line(msgspec.Struct):
    a: msgspec.Raw = raw_fields.ABSENT
    b: msgspec.Raw = raw_fields.ABSENT


decode = msgspec.json.Decoder(Line).decode
rows = msgspec.json.Decoder(list[list[msgspec.Raw]]).decode


def field(text: str) -> msgspec.Raw:
    return decode(f'{{"a": {text}}}'.encode()).a


@pytest.mark.parametrize(
    ("sent", "text", "decimals"),
    [
        ("1.50", "1.50", 2),
        ('"1.50"', "1.50", 2),
        ("105944.20", "105944.20", 2),
        ("1e-7", "0.0000001", 7),
        ('"1e-7"', "1e-7", 7),
        ("0.123456789", "0.123456789", 9),
        ("178.0", "178", 0),
        ("-3.25", "-3.25", 2),
        (" 5 ", "5", 0),
        ("12345678901234567890123456", "12345678901234567890123456", 0),
    ],
)
def test_a_number_keeps_its_digits_in_whatever_form_it_comes(sent: str, text: str, decimals: int) -> None:
    found = raw_fields.said(field(sent))
    assert found is not None
    assert (found.text, found.decimals) == (text, decimals)


@pytest.mark.parametrize("sent", ["null", '""', '"abc"', "true", "[1.5]", '{"x":1}', '"NaN"', "1e999999999", "9" * 70])
def test_what_is_no_number_is_unknown(sent: str) -> None:
    assert raw_fields.said(field(sent)) is UNKNOWN
    assert raw_fields.last(field(sent)) is None, "a last price that cannot be read says nothing"


def test_an_absent_field_says_nothing() -> None:
    assert raw_fields.said(raw_fields.ABSENT) is None
    assert raw_fields.price(raw_fields.ABSENT) is None
    assert raw_fields.side(raw_fields.ABSENT, raw_fields.ABSENT) == (None, None)


@pytest.mark.parametrize("sent", ["0", '"0.00000000"', "null", "-0.0"])
def test_a_side_without_a_price_is_empty_and_so_is_its_size(sent: str) -> None:
    assert raw_fields.side(field(sent), field("3")) == (UNKNOWN, UNKNOWN)


def test_a_size_is_not_negative_and_may_be_nothing() -> None:
    assert raw_fields.amount(field("-1")) is UNKNOWN
    nothing = raw_fields.amount(field('"0.000"'))
    assert nothing is not None
    assert nothing.value == 0


def test_a_tick_size_loses_its_noughts() -> None:
    assert raw_fields.tick_size(field('"0.01000000"')).text == "0.01"
    assert raw_fields.tick_size(field('"10.0"')).text == "10"
    assert raw_fields.tick_size(field('"-1"')) is raw_fields.tick_size(raw_fields.ABSENT) is UNKNOWN


def test_times_come_in_milliseconds_as_a_number_or_as_text_and_what_is_none_is_unknown() -> None:
    for sent in ("1672515782136", '"1672515782136"'):
        assert raw_fields.milliseconds(field(sent)) == 1672515782.136
    for sent in ("0", "null"):
        assert math.isnan(raw_fields.milliseconds(field(sent)))


def test_candles_are_sorted_each_start_once_and_the_impossible_are_left_out() -> None:
    page = raw_fields.candles(
        rows(b'[[1700000060,"2","3","1","2","5"],[1700000000,"1","2","1","2","4"],[1700000060,"2","4","1","3","6"],'
             b'[1700000120,"9","3","1","2","5"],["x","1","1","1","1","1"],[5]]'),
        unit_s=1.0,
        volume_at=5,
        goes_on=True,
    )  # fmt: skip
    assert [each.start_utc_s for each in page.items] == [1700000000.0, 1700000060.0]
    assert [each.close.text for each in page.items] == ["2", "3"]
    assert [each.is_final for each in page.items] == [True, False]
    assert page.fault == "3 of the candles cannot be read"

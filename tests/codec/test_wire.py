"""Reading what JSON dialects send: numbers in every form, times, frames that are none, candles in any order."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec import wire
from quotedesk.codec.base import Unreadable
from quotedesk.market.number import UNKNOWN


class Line(msgspec.Struct):
    a: msgspec.Raw = wire.ABSENT
    b: msgspec.Raw = wire.ABSENT


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
    found = wire.said(field(sent))
    assert found is not None
    assert (found.text, found.decimals) == (text, decimals)


@pytest.mark.parametrize("sent", ["null", '""', '"abc"', "true", "[1.5]", '{"x":1}', '"NaN"', "1e999999999", "9" * 70])
def test_what_is_no_number_is_unknown(sent: str) -> None:
    assert wire.said(field(sent)) is UNKNOWN
    assert wire.last(field(sent)) is None, "a last price that cannot be read says nothing"


def test_an_absent_field_says_nothing() -> None:
    assert wire.said(wire.ABSENT) is None
    assert wire.price(wire.ABSENT) is None
    assert wire.side(wire.ABSENT, wire.ABSENT) == (None, None)


@pytest.mark.parametrize("sent", ["0", '"0.00000000"', "null", "-0.0"])
def test_a_side_without_a_price_is_empty_and_so_is_its_size(sent: str) -> None:
    assert wire.side(field(sent), field("3")) == (UNKNOWN, UNKNOWN)


def test_a_size_is_not_negative_and_may_be_nothing() -> None:
    assert wire.amount(field("-1")) is UNKNOWN
    nothing = wire.amount(field('"0.000"'))
    assert nothing is not None
    assert nothing.value == 0


def test_a_tick_size_loses_its_noughts() -> None:
    assert wire.tick_size(field('"0.01000000"')).text == "0.01"
    assert wire.tick_size(field('"10.0"')).text == "10"
    assert wire.tick_size(field('"-1"')) is wire.tick_size(wire.ABSENT) is UNKNOWN


def test_times_come_in_milliseconds_or_as_text_with_any_number_of_digits() -> None:
    assert wire.milliseconds(field("1672515782136")) == wire.milliseconds(field('"1672515782136"')) == 1672515782.136
    assert wire.instant("2023-01-01T00:00:00.5Z") == 1672531200.5
    assert wire.instant("2023-01-01T00:00:00.123456789Z") == 1672531200.123456


@pytest.mark.parametrize("stamp", [None, "", "yesterday", "1970-01-01T00:00:00Z", "9" * 100, 5])
def test_what_is_no_time_is_unknown(stamp: object) -> None:
    assert math.isnan(wire.instant(stamp))
    assert math.isnan(wire.milliseconds(field("0")))
    assert math.isnan(wire.milliseconds(field("null")))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"7", "not an object"),
        (b"[1]", "wrong types"),
        (b'{"x":' + b"[" * 100_000, "nested too deep"),
        (b" " * (wire.LONGEST_FRAME + 1), "too long"),
    ],
)
def test_a_frame_that_cannot_be_read_is_told_by_its_kind(data: bytes, reason: str) -> None:
    found = wire.read(decode, data)
    assert isinstance(found, Unreadable)
    assert found.reason == reason
    assert len(found.excerpt) <= 120


@pytest.mark.parametrize("data", [b"", b"<html><title>Log in</title>", b'{"a":1', b"[]", b'{"x":' + b"[" * 100_000])
def test_an_answer_over_http_that_cannot_be_read_is_one_line(data: bytes) -> None:
    told = wire.read_page(decode, data, "The list")
    assert isinstance(told, str)
    assert told.startswith("The list is ")
    assert told.isprintable()


@given(st.binary(max_size=80))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    wire.read(decode, data)
    wire.read_page(decode, data, "It")


def test_candles_are_sorted_each_start_once_and_the_impossible_are_left_out() -> None:
    page = wire.candles(
        rows(b'[[1700000060,"2","3","1","2","5"],[1700000000,"1","2","1","2","4"],[1700000060,"2","4","1","3","6"],'
             b'[1700000120,"9","3","1","2","5"],["x","1","1","1","1","1"],[5]]'),
        unit_s=1.0,
        volume_at=5,
        goes_on=True,
    )  # fmt: skip
    assert [each.start_utc_s for each in page.items] == [1700000000.0, 1700000060.0]
    assert [each.close.text for each in page.items] == ["2", "3"]
    assert [each.is_final for each in page.items] == [True, False]
    assert page.fault == "3 candles could not be read"


def test_symbols_that_cannot_be_written_are_named() -> None:
    assert wire.left_out([]) == ""
    assert wire.left_out(["币安人生USDT"]) == "1 symbol cannot be written here: 币安人生USDT"
    assert wire.left_out(list("äöüßéñ"), 2).endswith(", ...; 2 lines of it could not be read")
    assert not wire.is_code("币安人生USDT")
    assert wire.is_code("BTC/USDT")


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("BTC-USDT", True),
        ("no instId:BTC-USDT.", True),
        ("no [BTC-USDT]", True),
        ("BTC-USDT-SWAP", False),
        ("WBTC-USDT", False),
        ("BTC-USDT-SWAP, BTC-USDT", True),
        ("", False),
    ],
)
def test_a_text_names_a_symbol_where_it_stands_alone(text: str, is_named: bool) -> None:
    assert wire.names(text, "BTC-USDT") is is_named

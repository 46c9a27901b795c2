"""Frames and answers that are none, symbols, and what servers say."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec import raw_fields, reading
from quotedesk.codec.base import Unreadable


class Line(msgspec.Struct):
    a: msgspec.Raw = raw_fields.ABSENT
    b: msgspec.Raw = raw_fields.ABSENT


decode = msgspec.json.Decoder(Line).decode


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<html>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"7", "not an object"),
        (b"[1]", "wrong types"),
        (b'{"x":' + b"[" * 100_000, "nested too deep"),
        (b" " * (reading.LONGEST_FRAME + 1), "too long"),
    ],
)
def test_a_frame_that_cannot_be_read_is_told_by_its_kind(data: bytes, reason: str) -> None:
    found = reading.read(decode, data)
    assert isinstance(found, Unreadable)
    assert found.reason == reason
    assert len(found.excerpt) <= 120


@pytest.mark.parametrize("data", [b"", b"<html><title>Log in</title>", b'{"a":1', b"[]", b'{"x":' + b"[" * 100_000])
def test_an_answer_over_http_that_cannot_be_read_is_one_line(data: bytes) -> None:
    told = reading.read_page(decode, data, "The list")
    assert isinstance(told, str)
    assert told.startswith("The list is ")
    assert told.isprintable()


@given(st.binary(max_size=80))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    reading.read(decode, data)
    reading.read_page(decode, data, "It")


def test_symbols_that_cannot_be_written_are_named() -> None:
    assert reading.left_out([]) == ""
    assert reading.left_out(["币安人生USDT"]) == "1 symbol cannot be written here: 币安人生USDT"
    assert reading.left_out(list("äöüßéñ"), 2).endswith(", ...; 2 lines of it could not be read")
    assert not reading.is_code("币安人生USDT")
    assert reading.is_code("BTC/USDT")


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
    assert reading.names(text, "BTC-USDT") is is_named


def test_a_time_has_any_number_of_digits() -> None:
    assert reading.instant("2023-01-01T00:00:00.5Z") == 1672531200.5
    assert reading.instant("2023-01-01T00:00:00.123456789Z") == 1672531200.123456


@pytest.mark.parametrize("stamp", [None, "", "yesterday", "1970-01-01T00:00:00Z", "9" * 100, 5])
def test_what_is_no_time_is_unknown(stamp: object) -> None:
    assert math.isnan(reading.instant(stamp))

"""What codecs share where they read."""

import math
from decimal import Decimal

import pytest

from quotedesk.codec import plain_json
from quotedesk.codec.base import Unreadable
from quotedesk.codec.plain_json import frame_of, iso, iso_utc_s, ms_utc_s, page_of, s_utc_s, side, whole, words_of
from quotedesk.market.number import UNKNOWN, number


@pytest.mark.parametrize(
    "value", ["", "now", "1970-01-01T00:00:00Z", "2026-13-01T00:00:00Z", 5, None, [], {}, "2" * 99]
)
def test_what_is_no_time_is_unknown(value: object) -> None:
    assert math.isnan(iso_utc_s(value))


@pytest.mark.parametrize("value", ["1597026383085", 1597026383085, 1597026383085.0, Decimal("1597026383085")])
def test_milliseconds_are_text_or_numbers(value: object) -> None:
    assert ms_utc_s(value) == 1597026383.085


@pytest.mark.parametrize("value", ["", "x", "-1", 0, None, [], True, 10**30, math.nan, "1" * 80])
def test_milliseconds_that_are_none_are_unknown(value: object) -> None:
    assert math.isnan(ms_utc_s(value))
    assert math.isnan(s_utc_s(value))


def test_a_time_is_written_as_servers_read_it() -> None:
    assert iso(1783780200.9) == "2026-07-11T14:30:00Z"
    assert iso_utc_s(iso(1783780200)) == 1783780200


def test_a_number_of_json_keeps_its_digits_and_one_without_end_is_none() -> None:
    assert frame_of(b"0.1000000000000000055") == Decimal("0.1000000000000000055")
    assert number(frame_of(b"1e99999999999999999999")) is UNKNOWN
    assert number(frame_of(b"1e400")) is UNKNOWN


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" ", "empty"),
        (b"{", "not JSON"),
        (b"[" * 99999, "nested too deep"),
        (b" " * 1_100_000, "too long"),
    ],
    ids=["empty", "blank", "cut", "deep", "long"],
)
def test_a_frame_that_is_none_is_named_by_its_kind(data: bytes, reason: str) -> None:
    found = frame_of(data)
    assert isinstance(found, Unreadable)
    assert found.reason == reason
    assert len(found.excerpt) <= 120


def test_a_page_that_is_none_says_why() -> None:
    assert page_of(b"  <!doctype html>")[1] == "a web page came instead of data"
    assert page_of(b"")[1] == "the answer is empty"
    assert page_of(b'[{"id":"BT')[1] == "the answer is no JSON, or not whole"
    assert page_of(b"[]") == ([], "")


def test_words_are_one_line_that_can_do_nothing() -> None:
    assert words_of("a\n\x1b[31mb\u202e c") == "a [31mb c"
    assert words_of("abc " * 5000) == ("abc " * 50).strip()
    assert words_of(7) == "7"
    assert words_of(True) == words_of(None) == words_of({"a": 1}) == ""


@pytest.mark.parametrize("blanks", [1, 150, 190, 199, 780, 795])
def test_words_are_never_cut_within_a_secret(blanks: int) -> None:
    for filling in (" ", "a ", "\n"):
        said = words_of(filling * blanks + "S3CRET-TOKEN" + " and more" * 400)
        assert "S3CRET-TOKEN" in said or "S3" not in said


def test_a_whole_number_is_no_truth_and_no_fraction() -> None:
    assert [whole(each) for each in (7, "7", "-7", 7.0, True, None, "７", "9" * 41)] == [
        7,
        7,
        None,
        None,
        None,
        None,
        None,
        None,
    ]


def test_a_side_is_spoken_of_or_not() -> None:
    assert side({}, "b", "B") == (None, None)
    assert side({"b": "1.50"}, "b", "B") == (number("1.50"), UNKNOWN)
    assert side({"b": "1.50", "B": 0}, "b", "B") == (number("1.50"), number(0))
    assert side({"b": None, "B": 4}, "b", "B") == (UNKNOWN, UNKNOWN)


def test_a_candle_cannot_close_above_its_high() -> None:
    good = plain_json.candle_of(1e9, ("2", "3", "1", "2"), None, is_final=True)
    assert good
    assert good.volume is UNKNOWN
    for prices in (("2", "3", "1", "4"), ("2", "3", "1", None), ("2", "3", "1", "x")):
        assert plain_json.candle_of(1e9, prices, 1, is_final=True) is None
    assert plain_json.candle_of(math.nan, ("2", "3", "1", "2"), 1, is_final=True) is None

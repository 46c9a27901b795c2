"""Bytes become text, or are refused with a reason; text becomes pieces."""

import codecs
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.formats.base import NotAListError, Symbol, decoded, symbol, tokens

TEXT = "NASDAQ:AAPL,###Öl & Gas\r\nHKEX:700\n"


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
        TEXT.encode("cp1252"),
    ],
)
def test_a_text_in_any_usual_encoding_is_read(data: bytes) -> None:
    assert decoded(data) == TEXT


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bytes(range(256)) * 20, "not a text file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(200), "not a text file"),
        (b"PK\x03\x04" + bytes(range(32)) * 9, "not a text file"),
        (b"; expert\nLots=0.1\nMagic=77\nTrail=3\n", "file of settings"),
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(NotAListError, match=why):
        decoded(data)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_text_or_refused(data: bytes) -> None:
    with contextlib.suppress(NotAListError):
        assert isinstance(decoded(data), str)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("A,B\n C ,,\n\nD,", [(1, "A"), (1, "B"), (2, "C"), (4, "D")]),
        ("A,###Two words,B C", [(1, "A"), (1, "###Two words"), (1, "B"), (1, "C")]),
        ("A;B\tC\r\nD", [(1, "A"), (1, "B"), (1, "C"), (2, "D")]),
        (" , \n", []),
    ],
)
def test_pieces_know_their_line_and_section_names_keep_their_blanks(text: str, pieces: list) -> None:
    assert list(tokens(text, r";\s")) == pieces


def test_an_exchange_stands_before_a_colon() -> None:
    assert symbol(3, "NASDAQ: AAPL") == Symbol(3, "NASDAQ: AAPL", "AAPL", "NASDAQ")
    assert symbol(3, "AAPL") == Symbol(3, "AAPL", "AAPL")
    assert symbol(3, ":AAPL") == Symbol(3, ":AAPL", ":AAPL")
    assert symbol(3, "AAPL:") == Symbol(3, "AAPL:", "AAPL:")

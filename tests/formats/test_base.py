"""Lines come in parts and lose nothing; pieces are read as they are meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.formats.base import LONGEST_LINE, LONGEST_PIECE, Line, Symbol, bare, cleaned, lines, shortened, symbol


@given(st.lists(st.text("a\r\n ,", max_size=8), max_size=8))
def test_the_lines_of_a_text_do_not_depend_on_how_it_is_parted(parts: list[str]) -> None:
    text = "".join(parts)
    expected = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    told = [line for line in lines(parts) if line is not None]
    assert told == [Line(number, each) for number, each in enumerate(expected, 1) if each]


def test_after_each_part_there_is_a_moment_to_breathe() -> None:
    assert list(lines(["A\n\n", "B"])) == [Line(1, "A"), None, None, Line(3, "B")]


@pytest.mark.parametrize("text", ["x" * 100_000, "AAPL,MSFT;" * 10_000, " " * 100_000, "AAPL " * 20_000 + "\nB"])
def test_a_very_long_line_comes_in_parts_between_its_pieces(text: str) -> None:
    told = [line for line in lines([text]) if line is not None]
    assert "".join(line.text for line in told if line.number == 1) == text.partition("\n")[0]
    assert max(len(line.text) for line in told) <= LONGEST_LINE
    assert all(not line.text.startswith(("APL", "PL", "SFT")) for line in told)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ＡＡＰＬ", "AAPL"),
        ("\ufeffAA\u200bPL\u00ad", "AAPL"),
        ("\u202aMSFT\u202c", "MSFT"),
        ("\u00a0KO\u3000", "KO"),
        ("BRK\u2011B", "BRK-B"),
        ('="600519"', "600519"),
        ('=""0700.HK""', "0700.HK"),
        ("'000858", "000858"),
        ('"AAPL"', "AAPL"),
        ("“AAPL”", "AAPL"),
        ("^GSPC", "^GSPC"),
        ('"', '"'),
        ("", ""),
    ],
)
def test_a_piece_is_what_is_meant_by_it(text: str, meant: str) -> None:
    assert bare(text) == meant


@given(st.text(max_size=40))
def test_what_is_meant_is_meant_for_good(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)
    assert len(shortened(text * 30)) <= LONGEST_PIECE + 1


def test_an_exchange_stands_before_a_colon() -> None:
    assert symbol(3, "NASDAQ: AAPL") == Symbol(3, "NASDAQ: AAPL", "AAPL", "NASDAQ")
    assert symbol(3, "AAPL") == Symbol(3, "AAPL", "AAPL")
    assert symbol(3, ":AAPL") == Symbol(3, ":AAPL", ":AAPL")
    assert symbol(3, "AAPL:") == Symbol(3, "AAPL:", "AAPL:")

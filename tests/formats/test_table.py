"""Tables with a symbol column."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.formats import table
from quotedesk.formats.base import Aside, Label, Named, Symbol


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("Symbol,Last\nAAPL.US,1\n\nV.US,2\n", [("AAPL.US", ""), ("V.US", "")]),
        ('"Ticker";"Exchange"\r\n"AAPL";"NASDAQ"\r\n', [("AAPL", "NASDAQ")]),
        ("Name\tSYMBOL\nApple\tNASDAQ:AAPL\n", [("AAPL", "NASDAQ")]),
        ("No.|Code\n1|700.HK\n", [("700.HK", "")]),
        ("My list\nSymbol,x\nA,1\n", [("A", "")]),
        ('Symbol,Name\nA,"two\nlines"\nB,x\n', [("A", ""), ("B", "")]),
        ("AAPL,NASDAQ,STOCK,USD,0.01,Apple\n", [("AAPL", "NASDAQ")]),
        ("Name,Symbol (NYSE),Last\nVisa,V,1\n", [("V", "")]),
        ("Watchlist mine\n\n\nSymbol,Last,Net Chng\nAAPL,1,2\n", [("AAPL", "")]),
        ("Symbol\nA\nB\n", [("A", ""), ("B", "")]),
    ],
)
def test_the_symbol_column_is_found_whatever_parts_the_cells(text: str, symbols: list) -> None:
    assert table.looks_so(text)
    assert [(each.ticker, each.venue) for each in table.read(text) if isinstance(each, Symbol)] == symbols


def test_lines_are_told_by_number_and_what_is_no_symbol_is_named() -> None:
    text = 'Symbol,Name\nA,"two\nlines"\n,total\nB,x\n'
    assert list(table.read(text)) == [
        Aside(1, "Symbol,Name", "the header"),
        Symbol(2, "A", "A"),
        Aside(4, ",total", "a line without a symbol"),
        Symbol(5, "B", "B"),
    ]


def test_a_section_column_begins_a_section_where_it_changes() -> None:
    labels = [each.name for each in table.read("Symbol,Group\nA,x\nB,x\nC,\nD,y\nE,x\n") if isinstance(each, Label)]
    assert labels == ["x", "y", "x"]


@pytest.mark.parametrize("text", ["", "A,B,C\n", "Name,Price\nApple,1\n", "Symbol"])
def test_a_text_without_a_symbol_column_is_no_table(text: str) -> None:
    assert not table.looks_so(text)
    assert list(table.read(text)) == []


@given(st.text(min_size=1, max_size=12))
def test_no_cell_is_a_formula_and_numbers_stay_numbers(text: str) -> None:
    row = Named("A.US", "NASDAQ", "A", {"Note": text, "Chg": "\N{MINUS SIGN}1.25"})
    _, (code, note, change) = csv.reader(io.StringIO(table.write([row]), newline=""))
    assert (code, change) == ("A.US", "-1.25")
    bare = text.replace("\N{MINUS SIGN}", "-")
    if re.fullmatch(r"[+-]?[0-9.,]+%?", bare):
        assert note == bare
    else:
        assert note == (f"'{text}" if re.match(r"'*[=+\-@\t\r]", text) else text)


def test_guards_are_taken_off_again() -> None:
    rows = [Named("-A", "QUOTEDESK", "-A", is_clear=False), "=1+1"]
    text = table.write(rows)
    assert [each for each in table.read(text) if not isinstance(each, Aside)] == [
        Symbol(2, "QUOTEDESK:-A", "-A", "QUOTEDESK"),
        Label(3, "###=1+1", "=1+1"),
    ]

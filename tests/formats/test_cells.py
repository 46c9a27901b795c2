"""Cells of a line, and lines that a quoted cell joins."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.formats.base import Line
from quotedesk.formats.cells import records, split


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a,b", ["a", "b"]),
        ('"a,b",c', ["a,b", "c"]),
        ('"a ""b""",c', ['a "b"', "c"]),
        (' "a" ,b', ["a", "b"]),
        ('MSFT,"Microsoft', ["MSFT", '"Microsoft']),
        ('5" pipe,x', ['5" pipe', "x"]),
        ('="0700.HK",Tencent', ['="0700.HK"', "Tencent"]),
        ("", [""]),
        (",", ["", ""]),
    ],
)
def test_a_line_is_parted_and_a_quote_that_stays_open_is_a_sign(text: str, cells: list[str]) -> None:
    assert split(text, ",") == cells


@given(st.lists(st.text('ab ,;"', max_size=6), min_size=2, max_size=5))
def test_what_a_spreadsheet_writes_is_read(cells: list[str]) -> None:
    from io import StringIO

    file = StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="").writerow(cells)
    assert split(file.getvalue(), ",") == cells


def joined(text: str, columns: int = 2) -> list[tuple[int, str]]:
    source = (Line(number, each) for number, each in enumerate(text.split("\n"), 1))
    return [(line.number, line.text) for line in records(source, ",", columns) if line is not None]


def test_a_quoted_cell_may_hold_the_ends_of_lines() -> None:
    assert joined('A,"two\nlines"\nB,x') == [(1, 'A,"two\nlines"'), (3, "B,x")]
    assert joined('"a\n\nb",x\ny,z') == [(1, '"a\n\nb",x'), (4, "y,z")]


@pytest.mark.parametrize(
    "text",
    [
        'AAPL,Apple\nMSFT,"Microsoft\nNVDA,Nvidia\nTSLA,Tesla',
        'MSFT,"Microsoft\nNVDA,"Nvidia\nTSLA,Tesla',
        'MSFT,"Microsoft\nNVDA,"Nvidia"\nTSLA,Tesla',
        'MSFT,"Micro" soft"\nNVDA,Nvidia',
        '"AAPL,x\nKO,y\nPEP,z',
    ],
)
def test_a_quote_that_nobody_closes_costs_no_line(text: str) -> None:
    assert [line for _, line in joined(text)] == text.split("\n")


@given(st.lists(st.text('aB,"" ', max_size=10), max_size=12), st.integers(1, 4))
def test_no_line_is_lost(texts: list[str], columns: int) -> None:
    told = joined("\n".join(texts), columns)
    assert "\n".join(line for _, line in told) == "\n".join(texts)
    assert [number for number, _ in told] == sorted({number for number, _ in told})

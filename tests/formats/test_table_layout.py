"""Where a table has what: see test_table for what is read by it."""

import pytest

from quotedesk.formats import table_layout
from quotedesk.formats.base import Line, NothingKnown
from quotedesk.formats.table_layout import Layout


def layout_of(text: str) -> Layout | None:
    lines = [Line(number, line) for number, line in enumerate(text.splitlines(), 1)]
    return table_layout.layout(lines, NothingKnown())


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("Symbol,Last\nAAPL.US,1\nV.US,2\n", Layout(",", 2, 1, 0, has_digits=True)),
        ("Saved today\nName;Exchange;Ticker\nApple;NASDAQ;AAPL\n", Layout(";", 3, 2, 2, 1, has_digits=True)),
        ("Apple,AAPL,190\nCoca-Cola,KO,60\n", Layout(",", 3, 0, 1)),
        ("600519,贵州茅台,1500.00\n000858,五粮液,130.10\n", Layout(",", 3, 0, 0, has_digits=True)),
        ("KO 60.10\nPEP 150.20 +1%\n", Layout(" ", 2, 0, 0)),
        ("Name,Price\nApple,190\nMicrosoft,400\n", Layout(",", 2, 1)),
    ],
)
def test_columns_are_found_by_titles_and_by_values(text: str, layout: Layout) -> None:
    assert layout_of(text) == layout


def test_where_two_columns_may_hold_the_symbols_it_says_so() -> None:
    found = layout_of("Apple,AAPL,MSFT,1\nCoca,KO,PEP,2\nVisa,V,MA,3\n")
    assert found is not None
    assert "which of the columns" in found.doubt


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A,B,C\n",
        "AAPL,MSFT\nKO,PEP\n",
        "NYSE:V;NASDAQ:AAPL\n",
        "Tech,AAPL,MSFT\nBanks,JPM,BAC\n",
        "AAPL MSFT\nKO PEP\n",
    ],
)
def test_a_list_is_no_table(text: str) -> None:
    assert layout_of(text) is None

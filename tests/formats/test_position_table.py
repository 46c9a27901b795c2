"""Tables of positions as they come: which column is which, and that no line is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.formats.amounts import DecimalSign
from quotedesk.formats.base import NothingKnown, Symbol
from quotedesk.formats.position_table import Holding, look


def read(text: str) -> list[Holding]:
    return list(look(text, NothingKnown()).holdings())


def cells(text: str) -> list[tuple[str, str, str, str]]:
    """Ticker, quantity, cost and total of the lines that have a symbol."""
    return [
        (symbols[0].ticker, each.quantity, each.cost, each.total)
        for each in read(text)
        if (symbols := [one for one in each.entries if isinstance(one, Symbol)])
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Symbol,Quantity,Average cost\nAAPL.US,100,182.35\n", [("AAPL.US", "100", "182.35", "")]),
        ("Average cost,Symbol,Qty\n1.5,KO.US,7\n", [("KO.US", "7", "1.5", "")]),
        ("Symbol;Stück;Einstandskurs\nBMW.DE;1.200;182,35\n", [("BMW.DE", "1.200", "182,35", "")]),
        ("股票代码,数量,成本价\n600519,100,1680.5\n", [("600519", "100", "1680.5", "")]),
        ('Symbol,Qty,Cost Basis\nAAPL,"1,000","$150,000.00"\n', [("AAPL", "1,000", "", "$150,000.00")]),
        ("AAPL.US,100,182.35\nNVDA.US,5,10\n", [("AAPL.US", "100", "182.35", ""), ("NVDA.US", "5", "10", "")]),
        ("AAPL.US 100 182.35\nNVDA.US -5 10\n", [("AAPL.US", "100", "182.35", ""), ("NVDA.US", "-5", "10", "")]),
        ("AAPL.US\t100\t$182.35\nNVDA.US\t5\t$10\n", [("AAPL.US", "100", "$182.35", ""), ("NVDA.US", "5", "$10", "")]),
        ("AAPL.US;100;182,35\nNVDA.US;5;10,5", [("AAPL.US", "100", "182,35", ""), ("NVDA.US", "5", "10,5", "")]),
        ("AAPL.US,100\nNVDA.US,5\n", [("AAPL.US", "100", "", ""), ("NVDA.US", "5", "", "")]),
    ],
)
def test_the_columns_are_found(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    assert cells(text) == expected


@pytest.mark.parametrize(
    "text", ["", "\n\n", "hello world", "AAPL,MSFT", "Symbol,Last\nAAPL,190\n", "Symbol,Name\nKO,Coca\n"]
)
def test_what_is_no_table_of_positions_says_why(text: str) -> None:
    table = look(text, NothingKnown())
    assert table.fault
    assert list(table.holdings()) == []


def test_a_column_of_prices_is_never_taken_for_quantities() -> None:
    assert look("Symbol,Last\nAAPL,190\n", NothingKnown()).fault == "No column of it is called Quantity"


def test_a_short_side_and_a_currency_are_columns_of_their_own() -> None:
    (_, first, second) = read("Symbol,Side,Qty,Avg price,Currency\nKO,Short,5,3,usd\nPEP,Long,5,3,EUR\n")
    assert (first.is_short, first.currency) == (True, "USD")
    assert (second.is_short, second.currency) == (False, "EUR")


def test_an_amount_with_a_comma_and_no_quotes_is_noticed() -> None:
    (_, line) = read("Symbol,Qty,Avg cost\nAAPL,1,234,50\n")
    assert line.fault == "it has 4 cells where the table has 3"


def test_the_decimal_point_is_that_of_the_whole_table() -> None:
    assert look("Symbol;Qty;Avg cost\nKO;1.200;60,1\n", NothingKnown()).sign is DecimalSign.COMMA
    assert look('Symbol,Qty,Avg cost\nKO,"1,200",60.1\n', NothingKnown()).sign is DecimalSign.POINT
    assert look('Symbol,Qty,Avg cost\nKO,"1,200",60\n', NothingKnown()).sign is None


@given(st.lists(st.text(alphabet="AB1,.;\"'()-€ $\t", max_size=20), max_size=12))
def test_every_line_is_told_of(lines: list[str]) -> None:
    text = "Symbol,Quantity,Average cost\nAAPL.US,100,182.35\n" + "\n".join(lines)
    table = look(text, NothingKnown())
    if table.fault:
        return
    told = "\n".join(each.text for each in table.holdings())
    for line in filter(str.strip, lines):
        assert line.strip()[:1] in told

"""TWS's list files."""

import pytest

from quotedesk.formats import tws
from quotedesk.formats.base import Aside, Label, Named, Symbol


@pytest.mark.parametrize(
    ("line", "ticker", "venue"),
    [
        ("DES,AAPL,STK,SMART,,,,", "AAPL", "SMART"),
        ("DES,AAPL,STK,SMART/NASDAQ", "AAPL", "NASDAQ"),
        ("DES,BRK B,STK,SMART/NYSE,,,,", "BRK.B", "NYSE"),
        ("des,700,stk,SEHK,,,,", "700", "SEHK"),
        ("DES,EUR.USD,CASH,IDEALPRO,,,,", "EURUSD", "IDEALPRO"),
        ("DES,EUR,CASH,IDEALPRO,,,,", "EURUSD", "IDEALPRO"),
        ("SYM,AAPL,NASDAQ", "AAPL", "NASDAQ"),
        ("SYM,AAPL", "AAPL", "SMART"),
        ('DES,"AAPL",STK,SMART', "AAPL", "SMART"),
        ("SYM,silver,QUOTEDESK", "silver", "QUOTEDESK"),
    ],
)
def test_lines_with_an_instrument_are_read(line: str, ticker: str, venue: str) -> None:
    assert list(tws.read(f"\n{line}\r\n")) == [Symbol(2, line, ticker, venue)]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("CON,265598,SMART", "TWS's own number"),
        ("DES,ES,FUT,GLOBEX,202612,,,50", "a future"),
        ("DES,AAPL,OPT,SMART,20261218,200,C,100", "an option"),
        ("DES,AAPL,STK,SMART,202612", "STK"),
        ("DES,,,", "no kind"),
    ],
)
def test_what_the_feed_cannot_have_says_why(line: str, why: str) -> None:
    (entry,) = tws.read(line)
    assert isinstance(entry, Symbol)
    assert why in entry.why_not
    assert entry.text == line


def test_other_lines_are_passed_over_and_named() -> None:
    assert list(tws.read("COLUMN,0,,\n,,,\nXYZ,1,2\n###Tech\n")) == [
        Aside(1, "COLUMN,0,,", "columns of TWS"),
        Aside(3, "XYZ,1,2", "a kind of line that is not known"),
        Label(4, "###Tech", "Tech"),
    ]


def test_it_is_written_as_tws_has_it() -> None:
    rows = [
        Named("BRK.B.US", "NYSE", "BRK.B"),
        "Metals",
        Named("700.HK", "HKEX", "700"),
        Named("EURUSD", "FX", "EURUSD"),
        Named("GOLD", "TVC", "GOLD"),
    ]
    assert tws.write(rows).splitlines() == [
        "DES,BRK B,STK,SMART/NYSE,,,,",
        "###Metals",
        "DES,700,STK,SEHK,,,,",
        "DES,EUR.USD,CASH,IDEALPRO,,,,",
        "SYM,GOLD,QUOTEDESK",
    ]

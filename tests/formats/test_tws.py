"""TWS's list files."""

import pytest

from quotedesk.formats import tws
from quotedesk.formats.base import Aside, Line, Named, Symbol


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
        ('DES,"AAPL",STK,SMART', "AAPL", "SMART"),
        ('"DES","BRK B","STK","NYSE"', "BRK.B", "NYSE"),
        ('"DES,AAPL,STK,SMART,,,,"', "AAPL", "SMART"),
        ("ＤＥＳ,AAPL,STK,SMART", "AAPL", "SMART"),
        ("SYM,silver,QUOTEDESK", "silver", "QUOTEDESK"),
    ],
)
def test_lines_with_an_instrument_are_read(line: str, ticker: str, venue: str) -> None:
    assert tws.entry(Line(2, line)) == Symbol(2, line, ticker, venue)


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
    entry = tws.entry(Line(1, line))
    assert isinstance(entry, Symbol)
    assert why in entry.why_not
    assert entry.text == line


@pytest.mark.parametrize("line", ["SYM,DES,CON", "DES,ALB", "CON,AAPL", "SYM", "DESK,A,STK", "AAPL", "SYM,AAPL", ""])
def test_tickers_that_are_called_like_its_lines_are_none(line: str) -> None:
    assert tws.entry(Line(1, line)) is None


def test_lines_about_columns_are_passed_over() -> None:
    assert tws.entry(Line(1, "COLUMN,0,,")) == Aside(1, "COLUMN,0,,", "columns of TWS")


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

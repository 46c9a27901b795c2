"""Plain text."""

from quotedesk.formats import plain
from quotedesk.formats.base import Aside, Label, Named, Symbol


def test_pieces_stand_between_anything_usual_and_comments_are_passed_over() -> None:
    text = "AAPL.US, V.US;700.HK\n### My own\nEURUSD # cheap now\nBINANCE:BTCUSDT\tx\n// all"
    assert list(plain.read(text)) == [
        Symbol(1, "AAPL.US", "AAPL.US"),
        Symbol(1, "V.US", "V.US"),
        Symbol(1, "700.HK", "700.HK"),
        Label(2, "### My own", "My own"),
        Symbol(3, "EURUSD", "EURUSD"),
        Aside(3, "#", "a comment"),
        Aside(3, "cheap", "a comment"),
        Aside(3, "now", "a comment"),
        Symbol(4, "BINANCE:BTCUSDT", "BTCUSDT", "BINANCE"),
        Symbol(4, "x", "x"),
        Aside(5, "//", "a comment"),
        Aside(5, "all", "a comment"),
    ]


def test_codes_are_written_a_line_each_and_one_that_would_be_read_otherwise_is_marked() -> None:
    rows = [Named("AAPL.US", "NASDAQ", "AAPL"), "Metals", Named("x@y", "QUOTEDESK", "x@y", is_clear=False)]
    assert plain.write(rows) == "AAPL.US\n###Metals\nQUOTEDESK:x@y\n"

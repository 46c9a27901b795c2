"""TradingView's list files."""

import pytest

from quotedesk.formats import tradingview
from quotedesk.formats.base import Aside, Label, Named, Symbol


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "NASDAQ:AAPL,###Crypto,BINANCE:BTCUSDT",
            [
                Symbol(1, "NASDAQ:AAPL", "AAPL", "NASDAQ"),
                Label(1, "###Crypto", "Crypto"),
                Symbol(1, "BINANCE:BTCUSDT", "BTCUSDT", "BINANCE"),
            ],
        ),
        ("### Two words \r\n aapl ,\r\n", [Label(1, "### Two words", "Two words"), Symbol(2, "aapl", "aapl")]),
        ("###\nNYSE:BRK.B", [Label(1, "###", ""), Symbol(2, "NYSE:BRK.B", "BRK.B", "NYSE")]),
        ("# mine\nNYSE:V", [Aside(1, "# mine", "a comment"), Symbol(2, "NYSE:V", "V", "NYSE")]),
        ("", []),
    ],
)
def test_it_is_read(text: str, read: list) -> None:
    assert list(tradingview.read(text)) == read


def test_it_is_written_a_row_a_line() -> None:
    rows = [Named("AAPL.US", "NASDAQ", "AAPL"), "Crypto", Named("BTCUSDT", "BINANCE", "BTCUSDT")]
    assert tradingview.write(rows) == "NASDAQ:AAPL\n###Crypto\nBINANCE:BTCUSDT\n"

"""Symbols in web addresses. Nothing is fetched."""

import pytest

from quotedesk.formats import web_address
from quotedesk.formats.base import Symbol


@pytest.mark.parametrize(
    ("text", "ticker", "venue"),
    [
        ("https://www.tradingview.com/symbols/NASDAQ-AAPL/", "AAPL", "NASDAQ"),
        ("https://www.tradingview.com/chart/?symbol=NASDAQ%3AAAPL", "AAPL", "NASDAQ"),
        ("https://www.tradingview.com/symbols/BTCUSDT/?exchange=BINANCE", "BTCUSDT", ""),
        ("https://finance.yahoo.com/quote/AAPL?p=AAPL", "AAPL", ""),
        ("https://finance.yahoo.com/quote/0700.HK/", "0700.HK", ""),
        ("https://finance.yahoo.com/quote/600519.SS", "600519.SS", ""),
        ("https://finance.yahoo.com/quote/EURUSD=X/", "EURUSD=X", ""),
        ("https://finance.yahoo.com/quote/BTC-USD", "BTC-USD", ""),
        ("https://www.google.com/finance/quote/AAPL:NASDAQ", "AAPL", "NASDAQ"),
        ("HTTPS://stocktwits.com/symbol/NVDA", "NVDA", ""),
    ],
)
def test_a_symbol_is_found(text: str, ticker: str, venue: str) -> None:
    assert web_address.is_one(text)
    assert web_address.entry(1, text) == Symbol(1, text, ticker, venue)


@pytest.mark.parametrize("text", ["https://example.com/my-list.txt", "http://[bad", "https://", "http://x/quote"])
def test_an_address_without_one_says_that_nothing_is_fetched(text: str) -> None:
    entry = web_address.entry(1, text)
    assert isinstance(entry, Symbol)
    assert "nothing is fetched" in entry.why_not

"""TradingView's list files are written as it reads them; how they are read is tested in test_pieces."""

from quotedesk.formats import tradingview
from quotedesk.formats.base import Named


def test_it_is_written_a_row_a_line() -> None:
    rows = [Named("AAPL.US", "NASDAQ", "AAPL"), "Crypto", Named("BTCUSDT", "BINANCE", "BTCUSDT")]
    assert tradingview.write(rows) == "NASDAQ:AAPL\n###Crypto\nBINANCE:BTCUSDT\n"

"""US shares in the spellings of others."""

import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.us_shares import UsShareSymbology
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.symbology import OURS, UnknownMarketError

symbology = UsShareSymbology({"AAPL": "NASDAQ:AAPL", "BINANCE/BTCUSDT": "BINANCE:BTCUSDT"})


@pytest.mark.parametrize(
    ("venue", "ticker", "code"),
    [
        *(("NASDAQ", "AAPL", "AAPL"), ("nyse", "xyz", "XYZ"), ("", "AAPL", "AAPL"), ("IEX", "GME", "GME")),
        *(("NYSE", "BRK-B", "BRK.B"), ("", "BRK/B", "BRK.B"), ("", "BRK B", "BRK.B"), ("NYSE", "BRK.B", "BRK.B")),
        *(("BINANCE", "BTCUSDT", "BINANCE/BTCUSDT"), (OURS, "X/Y", "X/Y"), ("", "BINANCE/BTCUSDT", "BINANCE/BTCUSDT")),
    ],
)
def test_a_ticker_of_a_us_exchange_is_the_code(venue: str, ticker: str, code: str) -> None:
    assert symbology.code(venue, ticker) == code


def test_another_market_is_none_of_this_feed() -> None:
    with pytest.raises(UnknownMarketError):
        symbology.code("HKEX", "700")
    with pytest.raises(BadSymbolError):
        symbology.code("NASDAQ", "A B C")


def test_what_is_known_leads_there_and_back() -> None:
    assert symbology.listed("AAPL") == ("NASDAQ", "AAPL")
    assert symbology.code(*symbology.listed("GME")) == "GME"


def test_both_feeds_of_us_shares_have_it() -> None:
    for name in ("alpaca", "finnhub"):
        assert FEEDS[name].provider.symbology({}).code("NYSE", "BRK-B") == "BRK.B"

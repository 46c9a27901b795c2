"""How other programs name what a feed calls by a code: by an exchange and a ticker, as in NASDAQ:AAPL.

Which code that is only the provider knows: see Symbology. What exchanges are called is common knowledge.
"""

from collections.abc import Mapping
from typing import Protocol

from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code

OURS = "QUOTEDESK"  # an exchange of that name means: exactly this code
# As TradingView, Yahoo, TWS and MIC lists write them.
STOCK_EXCHANGES = frozenset(
    {
        *("NASDAQ", "NYSE", "AMEX", "ARCA", "NYSEARCA", "NYSEMKT", "BATS", "CBOE", "IEX", "ISLAND", "SMART", "US"),
        *("PINK", "OTC", "OTCMKTS", "NASDAQGS", "NASDAQGM", "NASDAQCM", "NMS", "NYQ", "XNAS", "XNYS"),
        *("HKEX", "SEHK", "HKG", "HKSE", "XHKG", "HK"),
        *("SSE", "SEHKNTL", "SHA", "SHH", "XSHG", "SH", "SS"),
        *("SZSE", "SEHKSZSE", "SHE", "SHZ", "XSHE", "SZ"),
    }
)
PAIR_VENUES = frozenset(
    {
        *("FX", "FX_IDC", "OANDA", "FOREXCOM", "FXCM", "SAXO", "PEPPERSTONE", "ICMARKETS", "CAPITALCOM", "EIGHTCAP"),
        *("IDEALPRO", "FOREX", "CURRENCY", "CCY"),
        *("BINANCE", "BINANCEUS", "BYBIT", "OKX", "COINBASE", "KRAKEN", "BITSTAMP", "BITFINEX", "KUCOIN", "GATEIO"),
        *("MEXC", "BITGET", "HTX", "CRYPTO", "PAXOS", "ZEROHASH", "TVC", "CRYPTOCAP", "INDEX"),
    }
)


def is_exchange(name: str) -> bool:
    """Is it the name of an exchange, a dealer or a venue of pairs, in any case of letters?"""
    return name.upper() in STOCK_EXCHANGES or name.upper() in PAIR_VENUES or name.upper() == OURS


class UnknownMarketError(BadSymbolError):
    """A symbol of a market that the feed does not have."""


class Symbology(Protocol):
    """Both ways, for one provider."""

    def code(self, venue: str, ticker: str) -> str:
        """The provider's code for a ticker at an exchange ("" where nobody says at which).

        Raises UnknownMarketError where the provider has no such market, BadSymbolError where that cannot be a code.
        """

    def listed(self, code: str) -> tuple[str, str]:
        """(exchange, ticker) under which others are likely to know a code; `code` leads back from it."""

    def is_guess(self, code: str) -> bool:
        """Is the exchange that `listed` gives one of several that it may be?"""


class PlainSymbology:
    """The symbology of a provider whose codes are the tickers themselves.

    `listed`: code -> EXCHANGE:TICKER, where that is known.
    """

    def __init__(self, listed: Mapping[str, str] | None = None) -> None:
        self._listed = dict(listed or {})
        self._codes = {name: code for code, name in self._listed.items()}

    def code(self, venue: str, ticker: str) -> str:
        venue, ticker = venue.strip().upper(), ticker.strip()
        if venue and venue != OURS:
            if known := self._codes.get(f"{venue}:{ticker.upper()}"):
                return known
            raise UnknownMarketError(ticker, f"This feed has no market {venue[:20]}", "Add the symbol by its own code.")
        return check_code(ticker)

    def listed(self, code: str) -> tuple[str, str]:
        venue, colon, ticker = self._listed.get(code, "").partition(":")
        return (venue, ticker) if colon and self._codes.get(f"{venue}:{ticker}") == code else (OURS, code)

    def is_guess(self, code: str) -> bool:
        return False

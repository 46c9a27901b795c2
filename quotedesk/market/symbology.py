"""How other programs name what a feed calls by a code: by an exchange and a ticker, as in NASDAQ:AAPL.

Which code that is only the provider knows: see Symbology. What exchanges are called is common knowledge.
"""

from collections.abc import Mapping
from typing import Protocol

from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code

OURS = "QUOTEDESK"  # an exchange of that name means: exactly this code
# As TradingView, Yahoo, TWS and MIC lists write them.
US_EXCHANGES = frozenset(
    {
        *("NASDAQ", "NYSE", "AMEX", "ARCA", "NYSEARCA", "NYSEMKT", "BATS", "CBOE", "IEX", "ISLAND", "SMART", "US"),
        *("PINK", "OTC", "OTCMKTS", "NASDAQGS", "NASDAQGM", "NASDAQCM", "NMS", "NYQ", "XNAS", "XNYS"),
        *("NGM", "NCM", "ASE", "PCX", "BTS", "ARCX", "XASE", "BATX", "XCBO", "IEXG", "NASDAQOTH", "NYSEAMERICAN"),
    }
)
HONG_KONG = frozenset({"HKEX", "SEHK", "HKG", "HKSE", "XHKG", "HK"})
SHANGHAI = frozenset({"SSE", "SEHKNTL", "SHA", "SHH", "XSHG", "SH", "SS", "SHSE"})
SHENZHEN = frozenset({"SZSE", "SEHKSZSE", "SHE", "SHZ", "XSHE", "SZ"})
STOCK_EXCHANGES = US_EXCHANGES | HONG_KONG | SHANGHAI | SHENZHEN
PAIR_VENUES = frozenset(
    {
        *("FX", "FX_IDC", "OANDA", "FOREXCOM", "FXCM", "SAXO", "PEPPERSTONE", "ICMARKETS", "CAPITALCOM", "EIGHTCAP"),
        *("IDEALPRO", "FOREX", "CURRENCY", "CCY"),
        *("BINANCE", "BINANCEUS", "BYBIT", "OKX", "COINBASE", "KRAKEN", "BITSTAMP", "BITFINEX", "KUCOIN", "GATEIO"),
        *("MEXC", "BITGET", "HTX", "CRYPTO", "PAXOS", "ZEROHASH", "TVC", "CRYPTOCAP", "INDEX"),
    }
)
# Exchanges that are known to be ones, though no feed here has them: their names are no symbols.
OTHER_EXCHANGES = frozenset(
    {
        *("LSE", "XLON", "XETRA", "XETR", "FWB", "FRA", "TRADEGATE", "EURONEXT", "XPAR", "XAMS", "SIX", "XSWX"),
        *("EBS", "BME", "MIL", "XMIL", "OMX", "OMXSTO", "OMXCOP", "OMXHEX", "GPW", "WSE", "MOEX", "MISX", "RTS"),
        *("TSX", "TSXV", "TSE", "XTSE", "CSE", "NEO", "TYO", "JPX", "XTKS", "KRX", "KOSPI", "KOSDAQ", "XKRX", "XKOS"),
        *(
            "TWSE",
            "TPEX",
            "XTAI",
            "TWO",
            "NSE",
            "BSE",
            "XNSE",
            "XBOM",
            "ASX",
            "XASX",
            "NZX",
            "SGX",
            "XSES",
            "BMFBOVESPA",
        ),
        *("BOVESPA", "BMV", "JSE", "XJSE", "TASE", "TADAWUL", "BIST", "IDX", "SET", "HOSE", "BURSA", "MYX"),
        *("CME", "CME_MINI", "CBOT", "NYMEX", "COMEX", "ICE", "ICEUS", "ICEEUR", "EUREX", "GLOBEX", "SGX", "MCX"),
        *("BJSE", "BSE_CN", "XBSE", "BJ"),
    }
)
# In words, as tables say them; compared without case, blanks and signs.
_IN_WORDS = {
    **dict.fromkeys(("NEWYORKSTOCKEXCHANGE", "NYSEEURONEXT", "NEWYORK"), "NYSE"),
    **dict.fromkeys(("NASDAQSTOCKMARKET", "NASDAQGLOBALSELECT", "NASDAQGLOBALMARKET", "NASDAQCAPITALMARKET"), "NASDAQ"),
    **dict.fromkeys(("NASDAQNMS", "NASDAQGSMARKET", "NASDAQNGS", "NASDAQINC"), "NASDAQ"),
    **dict.fromkeys(("NYSEMKT", "NYSEAMEX", "AMERICANSTOCKEXCHANGE"), "AMEX"),
    **dict.fromkeys(("BATSGLOBALMARKETS", "CBOEBZX", "CBOEUS", "BZX"), "BATS"),
    **dict.fromkeys(("OTCMARKETS", "OTCPINK", "PINKSHEETS", "OTCQX", "OTCQB"), "OTC"),
    **dict.fromkeys(
        ("HONGKONG", "HONGKONGSTOCKEXCHANGE", "香港", "港股", "港交所", "港", "香港交易所", "香港证券交易所"), "HKEX"
    ),
    **dict.fromkeys(("SHANGHAI", "SHANGHAISTOCKEXCHANGE", "上海", "沪", "沪市", "上交所", "上证", "沪A"), "SSE"),
    **dict.fromkeys(("上海证券交易所", "上海證券交易所", "上海主板", "科创板", "滬", "滬市"), "SSE"),
    **dict.fromkeys(("SHENZHEN", "SHENZHENSTOCKEXCHANGE", "深圳", "深", "深市", "深交所", "深证", "深A"), "SZSE"),
    **dict.fromkeys(("深圳证券交易所", "深圳證券交易所", "深圳主板", "创业板", "中小板"), "SZSE"),
    **dict.fromkeys(("USA", "UNITEDSTATES", "美股", "美国", "美國"), "US"),
    **dict.fromkeys(("FOREIGNEXCHANGE", "外汇", "外匯"), "FX"),
    **dict.fromkeys(("CRYPTOCURRENCY", "加密货币"), "CRYPTO"),
}
# In NASDAQ Trader's files and on the tape.
_LETTERS = {
    **dict.fromkeys("QGSRT", "NASDAQ"),
    **{"N": "NYSE", "A": "AMEX", "P": "ARCA", "Z": "BATS", "V": "IEX"},
}


def is_exchange(name: str) -> bool:
    """Is it the name of an exchange, a dealer or a venue of pairs, in any case of letters?"""
    upper = name.upper()
    return upper in STOCK_EXCHANGES or upper in PAIR_VENUES or upper == OURS


def exchange_in_words(name: str) -> str:
    """The exchange that a cell of a table names, be it spelled out or by one letter; "" for none that is known."""
    upper = name.strip().upper()
    if is_exchange(upper) or upper in OTHER_EXCHANGES:
        return upper
    joined = "".join(filter(str.isalnum, upper))
    if is_exchange(joined) or joined in OTHER_EXCHANGES:
        return joined
    return _IN_WORDS.get(joined) or _LETTERS.get(upper, "")


class UnknownMarketError(BadSymbolError):
    """A symbol of a market that the feed does not have."""


class UnclearSymbolError(BadSymbolError):
    """A symbol that may be one or another, or none. `why` begins with "not sure"."""


class Symbology(Protocol):
    """Both ways, for one provider."""

    def code(self, venue: str, ticker: str) -> str:
        """The provider's code for a ticker at an exchange ("" where nobody says at which).

        Without an exchange the ticker may be spelled as other programs do it: 0700.HK, BRK-B, BTC-USD. Raises
        UnknownMarketError where the provider has no such market, UnclearSymbolError where it may be several codes,
        BadSymbolError where that cannot be a code.
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

"""AllTick's codes by the exchanges, tickers and spellings of others: NASDAQ:AAPL and $AAPL are `AAPL.US`.

Source: its code lists of 2026-07 (`TICKER.US`, class `BRK.B.US`, preferred `ABRpD.US`, `700.HK` without zeros in front,
six digits at Shanghai and Shenzhen, pairs bare, a few fixed words).
"""

import re
from collections.abc import Callable, Mapping

from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import ADVICE, check_code
from quotedesk.market.symbology import (
    HONG_KONG,
    OURS,
    PAIR_VENUES,
    SHANGHAI,
    SHENZHEN,
    US_EXCHANGES,
    UnclearSymbolError,
    UnknownMarketError,
)

_SUFFIXES = {
    **dict.fromkeys(US_EXCHANGES, ".US"),
    **dict.fromkeys(HONG_KONG, ".HK"),
    **dict.fromkeys(SHANGHAI, ".SH"),
    **dict.fromkeys(SHENZHEN, ".SZ"),
}
_LISTED = {".US": "NASDAQ", ".HK": "HKEX", ".SH": "SSE", ".SZ": "SZSE"}  # the first where there are several
_METALS = {"XAUUSD": "GOLD", "XAGUSD": "Silver", "XPTUSD": "Platinum", "XPDUSD": "Palladium"}
_WORDS = (  # of metals, energy and CFD indices
    *("GOLD", "Silver", "USOIL", "UKOIL", "NGAS", "COPPER", "Platinum", "Palladium", "Aluminum", "Nickel", "Lead"),
    *("Zinc", "US30", "US500", "NAS100", "HK50", "JPN225", "GER30", "UK100", "FRA40", "AUS200", "EUSTX50", "ESP35"),
    *("CHA50", "SMI", "SG20", "TWRIC", "ND25"),
)
_FIXED = {word.upper(): word for word in _WORDS}
_INDICES = {
    **dict.fromkeys(("SPX", "GSPC"), ".SPX.US"),
    **dict.fromkeys(("DJI", "DJIA"), ".DJI.US"),
    **dict.fromkeys(("IXIC", "COMP"), ".IXIC.US"),
    **{"HSI": "HSI.HK", "HSCEI": "HSCEI.HK", "HSCE": "HSCEI.HK", "HSTECH": "HSTECH.HK"},
}
_CURRENCIES = {
    *("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "NZD", "CAD", "CNH", "HKD", "SGD", "SEK", "NOK", "DKK", "TRY"),
    *("ZAR", "MXN", "PLN", "THB", "XAU", "XAG", "XPT", "XPD", "CNY", "KRW", "INR", "BRL", "RUB", "TWD", "HUF", "CZK"),
}
_COINS = {
    *("BTC", "ETH", "SOL", "XRP", "BNB", "DOGE", "ADA", "LTC", "DOT", "AVAX", "LINK", "TRX", "BCH", "MATIC", "SHIB"),
    *("UNI", "ATOM", "XLM", "ETC", "FIL", "APT", "ARB", "NEAR", "PEPE", "TON", "SUI", "AAVE", "ALGO", "EOS", "XMR"),
}
_DOLLARS = ("USDT", "USDC", "USD")
_OWN = re.compile(r"[A-Z][A-Z0-9]{0,5}\.(?:US|HK)|[1-9][0-9]{0,4}\.HK|[0-9]{6}\.S[HZ]")  # as the provider writes
_PERPETUAL = re.compile(r"\.P$|[-_.]?PERP(?:ETUAL)?$|-SWAP$")
_CLASS = re.compile(r"([A-Z]{1,5})[-/. ]([A-Z])")  # BRK-B, BRK/B, BRK B
_PREFERRED = re.compile(r"([A-Z]{1,5})(?:-P|/P|\.PR?|/PR| PR|\$|-|\^)([A-Z])|([A-Z]{1,5})p([A-Z])")
_WARRANT = re.compile(r"([A-Z]{1,5})(?:[-/. ]WT|[-/. ]WS|\+)")
_UNIT = re.compile(r"([A-Z]{1,5})(?:[-/. ]UN?|=)")
_STOCK = re.compile(r"[A-Z]{1,5}")
_BEFORE = re.compile(r"(US|HK|SH|SZ)\.(.+)|(SH|SZ)(\d{6})|(HK)(\d{5})")  # HK.00700, SH600519
_PAIR = re.compile(r"([A-Z0-9]{2,10})[-/_ .]([A-Z]{3,4})")
# Yahoo's and Reuters' endings of markets that the provider has not.
_ELSEWHERE = {
    *("L", "IL", "DE", "F", "BE", "MU", "DU", "HM", "SG", "PA", "AS", "BR", "LS", "IR", "MI", "MC", "SW", "VX", "VI"),
    *("ST", "CO", "HE", "OL", "IC", "WA", "PR", "BD", "AT", "IS", "TL", "RG", "VS", "ME", "MM", "TO", "NE", "CN"),
    *("T", "KS", "KQ", "TW", "TWO", "NS", "BO", "SI", "JK", "KL", "BK", "VN", "AX", "NZ", "SA", "MX", "BA", "SN"),
    *("JO", "TA", "SR", "QA", "CA", "BJ", "CR", "TYO", "LON", "ETR", "EPA", "TSE", "KRX", "NSE", "ASX"),
}
_DIGITS = re.compile(r"[0-9]+")
_DECIMALS = re.compile(r"[-+]?[0-9]*\.[0-9]+")
_AT_SHANGHAI = re.compile(r"(?:60[0135]|68[89]|900|5[0168][0-9])[0-9]{3}")
_AT_SHENZHEN = re.compile(r"(?:00[0-3]|30[0-2]|200|15[09]|16[0-9]|399)[0-9]{3}")
_AT_HONG_KONG = re.compile(r"0[0-9]{4}(?<!00000)")


class AllTickSymbology:
    """See Symbology. `listed` tells of well-known codes under which name others have them."""

    def __init__(self, listed: Mapping[str, str] | None = None) -> None:
        self._listed = dict(listed or {})
        self._codes = {name: code for code, name in self._listed.items()}
        self._folded = {code.upper(): code for code in self._listed}

    def code(self, venue: str, ticker: str) -> str:
        """The feed's code. Without an exchange the first of `_SPELLINGS` that takes the ticker says it.

        Raises UnknownMarketError where the feed has no such market, UnclearSymbolError where nobody says which of
        several it is, BadSymbolError where that cannot be a code.
        """
        if not venue and _OWN.fullmatch(ticker):
            return ticker
        venue, ticker = venue.strip().upper(), ticker.strip()
        if venue == OURS or (not venue and ticker in self._listed):
            return check_code(ticker)
        shown = ticker if any(map(str.isupper, ticker)) else ticker.upper()  # a list in lower case means no less
        if known := self._codes.get(f"{venue}:{shown.upper()}"):
            return known
        if not venue:
            return check_code(self._bare(ticker, shown))
        if venue in _SUFFIXES:
            return check_code(self._stock(venue, shown))
        if venue not in PAIR_VENUES:
            raise UnknownMarketError(ticker, f"This feed has no market {venue[:20]}", "Add the symbol by its own code.")
        if _PERPETUAL.search(shown):
            raise _no_perpetual(ticker)
        if "=" in shown:
            shown = _by_yahoo(self, shown) or shown
        return check_code(_INDICES.get(shown) or _pair(shown) or _FIXED.get(shown.upper(), shown))

    def listed(self, code: str) -> tuple[str, str]:
        """(exchange, ticker) under which others are likely to know a code; always such that `code` leads back."""
        for venue, ticker in self._guesses(code):
            try:
                if self.code(venue, ticker) == code:
                    return venue, ticker
            except BadSymbolError:
                continue
        return OURS, code

    def is_guess(self, code: str) -> bool:
        """Is the exchange that `listed` gives one of several that it may be?"""
        return code not in self._listed and code.endswith(".US")

    def _guesses(self, code: str) -> list[tuple[str, str]]:
        guesses = []
        if name := self._listed.get(code):
            venue, _, ticker = name.partition(":")
            guesses.append((venue, ticker))
        ticker, dot, ending = code.rpartition(".")
        if dot and ticker and (suffixed := _LISTED.get(f".{ending}")):
            guesses.append((suffixed, ticker))
        if len(code) == 6 and code[:3] in _CURRENCIES and code[3:] in _CURRENCIES:
            guesses.append(("FX", code))
        if code.endswith(("USDT", "USDC")):
            guesses.append(("BINANCE", code))
        return guesses

    def _bare(self, ticker: str, shown: str) -> str:
        """The code of a ticker of which nobody says the exchange; itself where no rule knows better."""
        upper = shown.upper()
        if known := self._folded.get(upper):
            return known
        if fixed := _FIXED.get(upper):
            return fixed
        for spelling in _SPELLINGS:
            if code := spelling(self, shown if spelling in _MINDING_CASE else upper):
                return code
        return ticker

    def _stock(self, venue: str, ticker: str) -> str:
        """The code of a ticker at a stock exchange, in the exchange's own spelling or with its ending."""
        suffix, upper = _SUFFIXES[venue], ticker.upper()
        stem, dot, ending = upper.rpartition(".")
        if dot and stem and _SUFFIXES.get(ending) == suffix:
            ticker = ticker[: len(stem)]
        if suffix == ".US":
            upper = ticker.upper()
            if index := _INDICES.get(upper.lstrip("^.")) if venue == "CBOE" or upper[:1] in "^." else None:
                return index
            if _DIGITS.fullmatch(ticker):
                raise BadSymbolError(ticker, f"“{ticker[:20]}” is a number", ADVICE)
            return (_share(ticker) or ticker) + suffix
        if _DIGITS.fullmatch(ticker):
            ticker = (ticker.lstrip("0") or ticker) if suffix == ".HK" else ticker.zfill(6)
        return ticker + suffix


def _with_ending(names: AllTickSymbology, ticker: str) -> str:
    """0700.HK, 600519.SS, 858.SZ, AAPL.US, ABRpD.US, AAPL.O."""
    stem, dot, ending = ticker.rpartition(".")
    if not dot or not stem:
        return ""
    if (ending := ending.upper()) in _SUFFIXES:
        return names._stock(ending, stem)
    if ending in ("O", "OQ", "N") and _STOCK.fullmatch(stem):  # Reuters
        return f"{stem}.US"
    return ""


def _with_market_before(names: AllTickSymbology, ticker: str) -> str:
    """HK.00700, US.AAPL, SH600519."""
    found = _BEFORE.fullmatch(ticker)
    if found is None:
        return ""
    market, stem = (part for part in found.groups() if part)
    return names.code(market, stem)


def _index(names: AllTickSymbology, ticker: str) -> str:
    """^GSPC, SPX."""
    if ticker in _INDICES:
        return _INDICES[ticker]
    if ticker[:1] not in ("^", ".") or len(ticker) == 1:
        return ""
    if index := _INDICES.get(ticker[1:]):
        return index
    if ticker[0] == "." and not ticker[1:].isalpha():
        return ""
    raise UnknownMarketError(ticker, f"This feed has no index {ticker[:20]}", "Add the symbol by its own code.")


def _by_yahoo(names: AllTickSymbology, ticker: str) -> str:
    """EURUSD=X, JPY=X; GC=F is a future."""
    stem, equals, kind = ticker.partition("=")
    if not equals or not stem:
        return ""
    if kind == "F":
        raise UnknownMarketError(ticker, "It is a future, which this feed has not", "Add the spot price instead.")
    if kind != "X":
        return ""
    return _pair(stem if len(stem) > 3 else f"USD{stem}") or stem


def _as_pair(names: AllTickSymbology, ticker: str) -> str:
    """EUR/USD, BTC-USD, BTC/USDT, XAUUSD; BTC alone may be the coin or a fund."""
    stem = _PERPETUAL.sub("", ticker)
    if stem != ticker and (stem in _COINS or _pair(stem)):
        raise _no_perpetual(ticker)
    if ticker in _COINS:
        why = f"not sure whether {ticker}USDT or {ticker}.US is meant"
        raise UnclearSymbolError(ticker, why, "Write it out.")
    return _pair(ticker)


def _preferred(names: AllTickSymbology, ticker: str) -> str:
    """ABR-PD, ABR/PRD and ABRpD; a class, a warrant or a unit: BRK-B."""
    share = _share(ticker)
    return f"{share}.US" if share else ""


def _elsewhere(names: AllTickSymbology, ticker: str) -> str:
    """SAP.DE, 7203.T are of markets that the feed has not."""
    stem, dot, ending = ticker.rpartition(".")
    if dot and stem and ending in _ELSEWHERE and (len(ending) > 1 or not _STOCK.fullmatch(stem) or ending in "LFT"):
        raise UnknownMarketError(ticker, f"This feed has no market .{ending}", "Add the symbol by its own code.")
    return ""


def _by_number(names: AllTickSymbology, ticker: str) -> str:
    """600519 is Shanghai's, 000858 Shenzhen's, 00700 Hong Kong's; other digits may be anyone's."""
    if _DECIMALS.fullmatch(ticker):
        raise BadSymbolError(ticker, f"“{ticker[:20]}” is a number", ADVICE)
    if not _DIGITS.fullmatch(ticker):
        return ""
    if _AT_SHANGHAI.fullmatch(ticker):
        return f"{ticker}.SH"
    if _AT_SHENZHEN.fullmatch(ticker):
        if f"{ticker}.SH" in names._listed and f"{ticker}.SZ" not in names._listed:
            why = f"not sure whether {ticker}.SZ or {ticker}.SH is meant"
            raise UnclearSymbolError(ticker, why, "Write it out.")
        return f"{ticker}.SZ"
    stem = ticker.lstrip("0")
    if _AT_HONG_KONG.fullmatch(ticker) or f"{stem}.HK" in names._listed:
        return f"{stem}.HK"
    raise UnclearSymbolError(ticker, f"not sure at which exchange {ticker[:20]} is", "Write it as in 700.HK.")


def _at_home(names: AllTickSymbology, ticker: str) -> str:
    """KO: one to five letters are a stock of the United States."""
    return f"{ticker}.US" if _STOCK.fullmatch(ticker) else ""


_MINDING_CASE = (_with_ending, _preferred)
# How others spell a symbol of which they say no exchange; the first that knows the ticker counts.
_SPELLINGS: tuple[Callable[[AllTickSymbology, str], str], ...] = (
    _with_market_before,
    _with_ending,
    _index,
    _by_yahoo,
    _as_pair,
    _elsewhere,
    _preferred,
    _by_number,
    _at_home,
)


def _share(ticker: str) -> str:
    """A share of some kind in the provider's spelling, without its ending; "" for a usual one or none."""
    if found := _WARRANT.fullmatch(ticker):
        return f"{found[1]}.WS"
    if found := _UNIT.fullmatch(ticker):
        return f"{found[1]}.U"
    if found := _CLASS.fullmatch(ticker):
        return f"{found[1]}.{found[2]}"
    if found := _PREFERRED.fullmatch(ticker):
        return f"{found[1] or found[3]}p{found[2] or found[4]}"
    return ""


def _pair(ticker: str) -> str:
    """A pair of currencies, metals or a coin as the provider spells it; "" for none. Coins in dollars are in USDT."""
    if found := _PAIR.fullmatch(ticker):
        base, quote = found.groups()
    else:
        quote = next((each for each in _DOLLARS if ticker.endswith(each)), ticker[3:])
        base = ticker.removesuffix(quote)
    if base in _CURRENCIES and quote in _CURRENCIES:
        return _METALS.get(base + quote, base + quote)
    if not re.fullmatch(r"[A-Z0-9]{2,10}", base) or base in _CURRENCIES:
        return ""
    if quote in ("USDT", "USDC"):
        return base + quote
    if quote == "USD" and (base in _COINS or found):
        return f"{base}USDT"
    if base in _COINS and quote in (*_CURRENCIES, "BTC", "ETH"):
        return base + quote
    return ""


def _no_perpetual(ticker: str) -> UnknownMarketError:
    return UnknownMarketError(ticker, "This feed has no perpetual contracts", "Add the spot pair instead.")

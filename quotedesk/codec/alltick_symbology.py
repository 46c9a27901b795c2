"""AllTick's codes by the exchanges and tickers of others: NASDAQ:AAPL is `AAPL.US`.

Source: its code lists of 2026-07 (`TICKER.US`, `700.HK` without zeros in front, pairs bare).
"""

import re
from collections.abc import Mapping

from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import check_code
from quotedesk.market.symbology import OURS, PAIR_VENUES, UnknownMarketError, is_exchange

_SUFFIXES = {
    **dict.fromkeys(
        ("NASDAQ", "NYSE", "AMEX", "ARCA", "NYSEARCA", "NYSEMKT", "BATS", "CBOE", "IEX", "ISLAND", "SMART", "US"), ".US"
    ),
    **dict.fromkeys(
        ("PINK", "OTC", "OTCMKTS", "NASDAQGS", "NASDAQGM", "NASDAQCM", "NMS", "NYQ", "XNAS", "XNYS"), ".US"
    ),
    **dict.fromkeys(("HKEX", "SEHK", "HKG", "HKSE", "XHKG", "HK"), ".HK"),
    **dict.fromkeys(("SSE", "SEHKNTL", "SHA", "SHH", "XSHG", "SH", "SS"), ".SH"),
    **dict.fromkeys(("SZSE", "SEHKSZSE", "SHE", "SHZ", "XSHE", "SZ"), ".SZ"),
}
_LISTED = {".US": "NASDAQ", ".HK": "HKEX", ".SH": "SSE", ".SZ": "SZSE"}  # the first where there are several
_SAME = {"XAUUSD": "GOLD", "XAGUSD": "Silver", "XPTUSD": "Platinum", "XPDUSD": "Palladium"}
_CURRENCIES = {
    *("USD", "EUR", "GBP", "JPY", "CHF", "AUD", "NZD", "CAD", "CNH", "HKD", "SGD", "SEK", "NOK", "DKK", "TRY"),
    *("ZAR", "MXN", "PLN", "THB", "XAU", "XAG"),
}
_PERPETUAL = re.compile(r"\.P$|PERP$")


class AllTickSymbology:
    """See Symbology. `listed` tells of well-known codes under which name others have them."""

    def __init__(self, listed: Mapping[str, str] | None = None) -> None:
        self._listed = dict(listed or {})
        self._codes = {name: code for code, name in self._listed.items()}

    def code(self, venue: str, ticker: str) -> str:
        """The feed's code, which may still be spelled otherwise. Without an exchange it is the ticker itself.

        Raises UnknownMarketError where the feed has no such market, BadSymbolError where that cannot be a code.
        """
        venue, ticker = venue.strip().upper(), ticker.strip()
        if venue == OURS:
            return check_code(ticker)
        shown = ticker if any(map(str.isupper, ticker)) else ticker.upper()  # a list in lower case means no less
        if known := self._codes.get(f"{venue}:{shown.upper()}"):
            return known
        if venue and not is_exchange(venue):
            raise UnknownMarketError(ticker, f"This feed has no market {venue[:20]}", "Add the symbol by its own code.")
        if venue in PAIR_VENUES and _PERPETUAL.search(shown):
            raise UnknownMarketError(ticker, "This feed has no perpetual contracts", "Add the spot pair instead.")
        if not venue:
            return check_code(_SAME.get(ticker.upper(), ticker))
        suffix = _SUFFIXES.get(venue, "")
        if suffix == ".HK":
            shown = shown.lstrip("0") or shown
        if not suffix:
            shown = _SAME.get(shown.replace("/", ""), shown.replace("/", "") if len(shown) == 7 else shown)
        return check_code(shown if suffix and shown.endswith(suffix) else shown + suffix)

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

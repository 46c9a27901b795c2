"""How others name US shares, for providers that call them by the ticker alone, a class after a dot: AAPL, BRK.B."""

import re

from quotedesk.market.instrument import check_code
from quotedesk.market.symbology import OURS, US_EXCHANGES, PlainSymbology

_CLASS = re.compile(r"([A-Z]{1,5})[-/. ]([A-Z])")


class UsShareSymbology(PlainSymbology):
    """NASDAQ:AAPL is AAPL, also of a ticker that no directory names; BRK-B, BRK/B and BRK B are BRK.B."""

    def code(self, venue: str, ticker: str) -> str:
        """See Symbology."""
        name = ticker.strip()
        if venue.strip().upper() in US_EXCHANGES:
            return check_code(_CLASS.sub(r"\1.\2", name.upper()))
        if venue.strip().upper() != OURS and _CLASS.fullmatch(name):
            name = _CLASS.sub(r"\1.\2", name)
        return super().code(venue, name)

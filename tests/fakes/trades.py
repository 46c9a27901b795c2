"""Trades as a feed would send them, from plain floats."""

import math

from quotedesk.market.number import of_float
from quotedesk.market.quote import Trade


def trade(
    code: str,
    price: float,
    decimals: int = 0,
    size: float = math.nan,
    size_decimals: int = 0,
    time_utc_s: float = math.nan,
    seq: int | None = None,
) -> Trade:
    """A trade whose numbers have so many decimals; NaN is unknown."""
    return Trade(code, of_float(price, decimals), of_float(size, size_decimals), time_utc_s, seq)

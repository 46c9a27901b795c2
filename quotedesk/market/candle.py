"""A candle: the prices of one symbol within a stretch of time."""

import msgspec

from quotedesk.market.number import UNKNOWN, Number


class Candle(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Prices of one bar.

    Attributes:
        start_utc_s: when the bar begins, seconds since 1970 UTC.
        open, high, low, close: known, finite.
        volume: of the bar; UNKNOWN where the feed does not say.
        is_final: no more trades can come into this bar.
    """

    start_utc_s: float
    open: Number
    high: Number
    low: Number
    close: Number
    volume: Number = UNKNOWN
    is_final: bool = True

    @property
    def is_possible(self) -> bool:
        """Are its numbers known, and do open and close lie between low and high?"""
        low, high = self.low.value, self.high.value
        return low <= self.open.value <= high and low <= self.close.value <= high  # NaN lies nowhere

"""When markets trade: weekly hours by market. A holiday is not known: it shows as a quiet market."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

_DAY_MIN = 24 * 60
_WEEK_MIN = 7 * _DAY_MIN


class MarketHours(msgspec.Struct, frozen=True):
    """One market.

    Attributes:
        name: as people know it.
        codes: whose symbols, whole.
        zone: of its clock.
        spans_min: (open, close) in minutes since Monday 00:00 there, closing after opening; the close may be in the
            next week.
    """

    name: str
    codes: re.Pattern[str]
    zone: ZoneInfo
    spans_min: tuple[tuple[int, int], ...]

    def is_open(self, utc_s: float) -> bool:
        """Does it trade then? True for a time that is none."""
        try:
            local = datetime.fromtimestamp(utc_s, UTC).astimezone(self.zone)
        except (ValueError, OverflowError, OSError):
            return True
        minute = local.weekday() * _DAY_MIN + local.hour * 60 + local.minute
        return any(first <= at < last for first, last in self.spans_min for at in (minute, minute + _WEEK_MIN))


class Hours:
    """The hours of all markets that are known."""

    def __init__(self, markets: Sequence[MarketHours] = ()) -> None:
        self._markets = tuple(markets)
        self._market_of: dict[str, MarketHours | None] = {}

    def market(self, code: str) -> MarketHours | None:
        """The market of a symbol; None where it is not known, or never closes."""
        if code not in self._market_of:
            found = (market for market in self._markets if market.codes.fullmatch(code))
            self._market_of[code] = next(found, None)
        return self._market_of[code]

    def is_open(self, code: str, utc_s: float) -> bool:
        """Is the symbol's market open then? True for one that is not known."""
        market = self.market(code)
        return market is None or market.is_open(utc_s)

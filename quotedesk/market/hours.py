"""When markets trade: weekly hours by market. A holiday is not known: it shows as a quiet market."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

_DAY_MIN = 24 * 60
_WEEK_MIN = 7 * _DAY_MIN
_DAY_S = 86_400.0
_LONGEST_REST_DAYS = 8


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

    def day_start(self, utc_s: float) -> float:
        """When the trading day began that a time lies in, UTC: at the day's first opening, by the market's own clock.

        Where a market trades round the clock, it opens each day at the time at which its week does. NaN for a time
        that is none.
        """
        try:
            today = datetime.fromtimestamp(utc_s, UTC).astimezone(self.zone).date()
            for day in (today - timedelta(days) for days in range(-1, _LONGEST_REST_DAYS)):
                minute = self._opening_min(day.weekday())
                if minute is not None:
                    opens = datetime.combine(day, time(minute // 60, minute % 60), self.zone).timestamp()
                    if opens <= utc_s:
                        return opens
        except (ValueError, OverflowError, OSError):
            pass
        return math.nan

    def _opening_min(self, weekday: int) -> int | None:
        """The first opening of a day of the week, in minutes since its midnight; None where it stays closed."""
        openings = [first % _DAY_MIN for first, _ in self.spans_min if first // _DAY_MIN == weekday]
        return min(openings, default=None)


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

    def day_start(self, code: str, utc_s: float) -> float:
        """When the symbol's trading day began, UTC; see MarketHours. At UTC's midnight where no market is known."""
        market = self.market(code)
        return utc_s // _DAY_S * _DAY_S if market is None else _day_start(market, utc_s // 60 * 60)


@lru_cache(maxsize=256)
def _day_start(market: MarketHours, utc_s: float) -> float:
    """By the minute: ten thousand rows of a market ask at once."""
    return market.day_start(utc_s)

"""When markets trade: weekly hours by market. A holiday is not known: it shows as a quiet market."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

_DAY_MIN = 24 * 60
_WEEK_MIN = 7 * _DAY_MIN
_DAY_S = 86_400.0
_JUST = 1e-3  # seconds of a session: its first moment is not the close before it
_LONGEST_REST_DAYS = 8
_A_MONDAY = date(1970, 1, 5).toordinal()


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

    def open_s(self, utc_s: float) -> float:
        """For how long the market has been open till then, seconds since a Monday long ago."""
        local = datetime.fromtimestamp(utc_s, UTC).astimezone(self.zone)
        weeks, weekday = divmod(local.toordinal() - _A_MONDAY, 7)
        now_min = weekday * _DAY_MIN + local.hour * 60 + local.minute + (local.second + local.microsecond / 1e6) / 60
        within_min = sum(max(0.0, min(now_min, closes) - opens) for opens, closes in self._week_min)
        return 60.0 * (weeks * self._open_min + within_min)

    def opened_at(self, open_s: float) -> float:
        """When it had been open for so long, UTC: the close, where that is one. The other way round than `open_s`."""
        weeks, left_s = divmod(open_s, 60.0 * self._open_min)
        if left_s == 0:
            weeks, left_s = weeks - 1, 60.0 * self._open_min
        minute = 0.0
        for opens, closes in self._week_min:
            minute = opens + min(left_s / 60, closes - opens)
            left_s -= 60.0 * (closes - opens)
            if left_s <= 0:
                break
        day, minute = divmod(minute, _DAY_MIN)
        midnight = datetime.fromordinal(_A_MONDAY + int(weeks) * 7 + int(day))
        seconds = timedelta(minutes=minute)  # by the clock on the wall
        return (midnight + seconds).replace(tzinfo=self.zone).timestamp()

    def opens_at(self, utc_s: float) -> float:
        """When it opens next, UTC: now, where it is open."""
        if self.is_open(utc_s):
            return utc_s
        return round(self.opened_at(self.open_s(utc_s) + _JUST) - _JUST, 3)

    @property
    def _open_min(self) -> int:
        """In a week."""
        return sum(closes - opens for opens, closes in self._week_min)

    @property
    def _week_min(self) -> tuple[tuple[int, int], ...]:
        return _within_week(self.spans_min)

    def _opening_min(self, weekday: int) -> int | None:
        """The first opening of a day of the week, in minutes since its midnight; None where it stays closed."""
        openings = [first % _DAY_MIN for first, _ in self.spans_min if first // _DAY_MIN == weekday]
        return min(openings, default=None)


@lru_cache(maxsize=64)
def _within_week(spans_min: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The same spans in order, one that goes on over the end of the week as two."""
    moved = [(opens - back, closes - back) for opens, closes in spans_min for back in (0, _WEEK_MIN)]
    cut = sorted((max(opens, 0), min(closes, _WEEK_MIN)) for opens, closes in moved)
    return tuple(each for each in cut if each[0] < each[1])


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

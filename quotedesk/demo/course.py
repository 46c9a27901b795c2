"""The course of made-up prices over all time: where a symbol is at a moment, and so candles of any length.

It is decided by (seed, code, time) alone: what pushes prices and what tells of their past need not know each other,
and a market has gone on when the program starts again. Time is that of the symbol's market: while it is closed the
price stays where it is, and there are no candles.
"""

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime

from quotedesk.demo.prices import PriceKind, hash_of, kind_of
from quotedesk.demo.tickers import MadeBar
from quotedesk.market.hours import Hours, MarketHours

MOST_BARS = 1_000
_DAY_MIN, _WEEK_MIN = 1_440, 10_080
_A_MONDAY = date(1970, 1, 5).toordinal()
# How far a price goes in a minute, as a share of it (one standard deviation).
_MINUTE = {"crypto": 6.6e-4, "stock": 8e-4, "metal": 2.7e-4, "index": 2.4e-4, "forex": 1.2e-4}
_SWAY = 0.8  # of that, the shortest swing
_SWINGS = 18  # each takes twice as long as the one before, the shortest a minute: the longest is half a year
_REST_S = 10 * 86_400  # so far back a market that rests is looked for
_STRIDE_S = 14_400
_LOOKS = 12  # at the price within a candle, at most
_MASK = (1 << 64) - 1


class PriceCourse:
    """The course of one symbol."""

    def __init__(self, seed: int, code: str, market: MarketHours | None) -> None:
        """`market`: by whose hours it trades; None: round the clock."""
        self.kind: PriceKind = kind_of(code)
        self._market = market
        self._per_week_min = sum(closes - opens for opens, closes in market.spans_min) if market else 0
        self._keys = [hash_of(f"{seed}/{code}/{swing}") for swing in range(_SWINGS)]
        self._sizes = [_SWAY * _MINUTE[self.kind.name] * 2 ** (swing / 2) for swing in range(_SWINGS)]
        self._cells = [(-1, 0.0, 0.0)] * _SWINGS  # of each swing the newest stretch: its number, begin and way

    def away(self, utc_s: float) -> float:
        """How far the price is from its level then, as a logarithm."""
        return self._away(self._minutes(utc_s))

    def bars(self, bar_s: int, count: int, end_s: float) -> list[MadeBar]:
        """The newest `count` candles that begin before a time, oldest first; the newest of all runs until then.

        Of days there are as many as the calendar has, less those at which the market is closed.
        """
        index = math.ceil(end_s / bar_s) - 1
        oldest = index - max(count, math.ceil(_REST_S / bar_s)) + 1
        stride = max(1, _STRIDE_S // bar_s)
        until = self._minutes(end_s)
        bars: list[MadeBar] = []
        while index >= oldest and len(bars) < count:
            if until == self._minutes((index - stride + 1) * bar_s):  # it was closed for all of that
                index -= stride
                continue
            since = self._minutes(index * bar_s)
            if since < until:
                bars.append(self._bar(index, bar_s, since, until))
            index, until = index - 1, since
        return bars[::-1]

    def _bar(self, index: int, bar_s: int, since: float, until: float) -> MadeBar:
        kind = self.kind
        looks = min(math.ceil(until - since), _LOOKS)
        step = (until - since) / looks
        too_short = max(0, math.ceil(math.log2(step)))  # swings that are over between two looks
        opened, closed = self._away(since), self._away(until)
        seen = [opened, closed, *(self._away(since + step * look, too_short) for look in range(1, looks))]
        key = self._keys[0] ^ bar_s
        between = _MINUTE[kind.name] * math.sqrt(step)  # what lies between two looks
        high = max(seen) + between * abs(_noise(key, 2 * index))
        low = min(seen) - between * abs(_noise(key, 2 * index + 1))
        first, most, least, last = (kind.on_grid(kind.level * math.exp(each)) for each in (opened, high, low, closed))
        volume = (until - since) * kind.minute_volume * math.exp(_noise(key, -index))
        size = f"{round(volume / kind.lot) * kind.lot:.{max(-round(math.log10(kind.lot)), 0)}f}" if kind.lot else ""
        return MadeBar(index * bar_s, first, most, least, last, size, f"{volume * kind.level:.2f}")

    def _away(self, minute: float, from_swing: int = 0) -> float:
        """At a minute of the market's own time; without the shortest swings."""
        total, cells = 0.0, self._cells
        for swing in range(from_swing, _SWINGS):
            at = minute / (1 << swing)
            cell = math.floor(at)
            known = cells[swing]
            if known[0] != cell:
                key = self._keys[swing]
                size = self._sizes[swing]
                begin = size * _noise(key, cell)
                known = cells[swing] = cell, begin, size * _noise(key, cell + 1) - begin
            total += known[1] + (at - cell) * known[2]
        return total

    def _minutes(self, utc_s: float) -> float:
        """For how long the market has been open till then, since a Monday long ago."""
        if self._market is None:
            return utc_s / 60
        local = datetime.fromtimestamp(utc_s, UTC).astimezone(self._market.zone)
        weeks, weekday = divmod(local.toordinal() - _A_MONDAY, 7)
        now = weekday * _DAY_MIN + local.hour * 60 + local.minute + (local.second + local.microsecond / 1e6) / 60
        spans = [(opens - back, closes - back) for opens, closes in self._market.spans_min for back in (0, _WEEK_MIN)]
        return weeks * self._per_week_min + sum(max(0.0, min(now, closes) - max(opens, 0)) for opens, closes in spans)


class DemoHistory:
    """The courses of all symbols, and what a server would answer who is asked for their candles."""

    def __init__(self, seed: int, hours: Hours) -> None:
        self._seed = seed
        self._hours = hours

    def course(self, code: str) -> PriceCourse:
        """The course of a symbol; a new one for each who follows it."""
        return PriceCourse(self._seed, code, self._hours.market(code))

    def drift(self, code: str, utc_s: Callable[[], float]) -> Callable[[], float]:
        """See prices.Walk: how far the symbol is from its level by a clock."""
        course = self.course(code)
        return lambda: course.away(utc_s())

    def answer(self, asked: Mapping[str, str], now_utc_s: float) -> bytes:
        """Candles as JSON: a list of [start, open, high, low, close, volume], oldest first."""
        end_s = float(asked["end"]) if "end" in asked else now_utc_s
        count = min(int(asked["count"]), MOST_BARS)
        bars = self.course(asked["code"]).bars(int(asked["bar_s"]), count, min(end_s, now_utc_s))
        return json.dumps([bar[:6] for bar in bars]).encode()


def _noise(key: int, index: int) -> float:
    """A number from -1 to 1, evenly, the same for the same two."""
    mixed = (key + index * 0x9E3779B97F4A7C15) & _MASK
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB & _MASK
    return (mixed ^ (mixed >> 31)) / (1 << 63) - 1

"""The course of made-up prices over all time: where a symbol is at a moment, and so candles of any length.

It is decided by (seed, code, time) alone: what pushes prices and what tells of their past need not know each other,
and a market has gone on when the program starts again. Made-up prices know no night: they move round the clock.
"""

import json
import math
from collections.abc import Callable, Mapping

from quotedesk.demo.prices import PriceKind, hash_of, kind_of
from quotedesk.demo.tickers import MadeBar

MOST_BARS = 1_000
# How far a price goes in a minute, as a share of it (one standard deviation).
_MINUTE = {"crypto": 6.6e-4, "stock": 8e-4, "metal": 2.7e-4, "index": 2.4e-4, "forex": 1.2e-4}
_SWAY = 0.8  # of that, the shortest swing
_SWINGS = 18  # each takes twice as long as the one before, the shortest a minute: the longest is half a year
_LOOKS = 12  # at the price within a candle, at most
_MASK = (1 << 64) - 1


class PriceCourse:
    """The course of one symbol."""

    def __init__(self, seed: int, code: str) -> None:
        self.kind: PriceKind = kind_of(code)
        self._keys = [hash_of(f"{seed}/{code}/{swing}") for swing in range(_SWINGS)]
        self._sizes = [_SWAY * _MINUTE[self.kind.name] * 2 ** (swing / 2) for swing in range(_SWINGS)]
        self._cells = [(-1, 0.0, 0.0)] * _SWINGS  # of each swing the newest stretch: its number, begin and way

    def away(self, utc_s: float) -> float:
        """How far the price is from its level then, as a logarithm."""
        return self._away(utc_s / 60)

    def bars(self, bar_s: int, count: int, end_s: float) -> list[MadeBar]:
        """The newest `count` candles that begin before a time, oldest first; the newest of all runs until then."""
        newest = math.ceil(end_s / bar_s) - 1
        indices = range(newest - count + 1, newest + 1)
        return [self._bar(index, bar_s, min((index + 1) * bar_s, end_s)) for index in indices]

    def _bar(self, index: int, bar_s: int, end_s: float) -> MadeBar:
        kind, since, until = self.kind, index * bar_s / 60, end_s / 60
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
        size = kind.amount(volume) if kind.lot else ""
        return MadeBar(index * bar_s, first, most, least, last, size, f"{volume * kind.level:.2f}")

    def _away(self, minute: float, from_swing: int = 0) -> float:
        """At a minute since 1970; without the shortest swings."""
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


class DemoHistory:
    """The courses of all symbols, and what a server would answer who is asked for their candles."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def course(self, code: str) -> PriceCourse:
        """The course of a symbol; a new one for each who follows it."""
        return PriceCourse(self._seed, code)

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

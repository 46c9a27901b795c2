"""What the demo feed says beside each trade: the best prices, and the symbol's day, which begins at UTC's midnight.

The day is that of the symbol's course, so that a row, its line and its chart tell of the same.
"""

import math
import random

from quotedesk.demo.course import DemoHistory
from quotedesk.demo.prices import MadeTrade, PriceKind, hashed

_DAY_S = 86_400
_SPREADS = {"metal": 8e-5, "index": 6e-5, "forex": 1.2e-5}  # shares of the price; of all else it is one step
_TRADES_A_MINUTE = 60.0, 120.0  # what has no sizes counts its trades


class DayQuotes:
    """Of all symbols of a server."""

    def __init__(self, seed: int, history: DemoHistory) -> None:
        self._history = history
        self._random = random.Random(seed)
        self._days: dict[str, _CourseDay] = {}

    def of(self, trade: MadeTrade, utc_s: float) -> dict[str, str]:
        """All that is known of a symbol as of its newest trade, but for the trade; numbers as texts."""
        day = self._days.get(trade.code)
        if day is None or not day.begin_s <= utc_s < day.begin_s + _DAY_S:
            day = self._days[trade.code] = _CourseDay(self._history, trade.code, utc_s)
        day.take(trade)
        return {**day.figures(), **self._sides(trade, day.kind)}

    def _sides(self, trade: MadeTrade, kind: PriceKind) -> dict[str, str]:
        last, tick = float(trade.price), kind.tick
        if kind.name in _SPREADS:
            half = max(round(kind.level * _SPREADS[kind.name] / 2 / tick), 1) * tick
            bid, ask = last - half, last + half
        else:  # a buyer paid the ask, a seller got the bid
            bid, ask = (last - tick, last) if trade.direction == 1 else (last, last + tick)
        found = {"bid": f"{max(bid, tick):.{kind.decimals}f}", "ask": f"{ask:.{kind.decimals}f}"}
        if kind.lot:
            found["bid_size"], found["ask_size"] = self._size(kind), self._size(kind)
        return found

    def _size(self, kind: PriceKind) -> str:
        return kind.amount(kind.minute_volume / 60 * math.exp(self._random.gauss(0.0, 0.8)))


class _CourseDay:
    """What has become of one symbol since midnight."""

    def __init__(self, history: DemoHistory, code: str, utc_s: float) -> None:
        self.begin_s = utc_s // _DAY_S * _DAY_S
        course = history.course(code)
        self.kind = course.kind
        before, today = course.bars(_DAY_S, 2, max(utc_s, self.begin_s + 1.0))
        self._fixed = {"prev_close": before.close, "open": today.open}
        self._high, self._low = float(today.high), float(today.low)
        self._turnover = float(today.turnover)
        self._volume = float(today.volume or (utc_s - self.begin_s) / 60 * hashed(code, *_TRADES_A_MINUTE))

    def take(self, trade: MadeTrade) -> None:
        price, size = float(trade.price), float(trade.size or 1)
        self._high, self._low = max(self._high, price), min(self._low, price)
        self._volume += size
        self._turnover += size * price

    def figures(self) -> dict[str, str]:
        kind = self.kind
        found = {
            **self._fixed,
            "high": f"{self._high:.{kind.decimals}f}",
            "low": f"{self._low:.{kind.decimals}f}",
            "volume": kind.amount(self._volume),
        }
        if kind.lot:
            found["turnover"] = f"{self._turnover:.2f}"
        return found

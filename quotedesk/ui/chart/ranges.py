"""How far back a chart reaches, and of which bars it is made."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_MOST_WANTED = 366  # bars: a year of days
_MINUTE_S = 60
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class ChartRange:
    """One choice.

    Attributes:
        name: as it is shown and kept.
        words: for menus and those who hear it.
        span_s: how far back.
        bar_s: length of a candle made of ticks; 0 where bars are as the feed has them.
        line_bar_s: the same for the line.
        days: it begins with the trading day, so many back; 0: `span_s` back.
    """

    name: str
    words: str
    span_s: int
    bar_s: int = 0
    line_bar_s: int = 0
    days: int = 0

    @property
    def is_live(self) -> bool:
        """Is it made of ticks as they come?"""
        return self.bar_s > 0


RANGES = (
    ChartRange("1m", "1 minute", 60, 1, 1),
    ChartRange("5m", "5 minutes", 300, 5, 1),
    ChartRange("30m", "30 minutes", 1800, _MINUTE_S, 5),
    ChartRange("1h", "1 hour", 3600, _MINUTE_S, 15),
    ChartRange("1D", "1 day", _DAY_S, days=1),
    ChartRange("5D", "5 days", 5 * _DAY_S, days=5),
    ChartRange("1M", "1 month", 31 * _DAY_S),
    ChartRange("1Y", "1 year", 366 * _DAY_S),
)
FIRST = RANGES[2]


def named(name: str) -> ChartRange:
    """The range of that name. Raises ValueError."""
    for each in RANGES:
        if each.name.lower() == name.lower() and (each.name == name or name not in ("1M", "1m")):
            return each
    raise ValueError(f"there is no range {name[:20]}; choose from {', '.join(each.name for each in RANGES)}")


def asked_bars(chosen: ChartRange, bars_s: Sequence[int], most: int) -> tuple[int, int]:
    """Which candles a feed is asked for: their length in seconds and how many; 0 where it has none that fit.

    As many as any range wants of that length, so that one answer is enough for all of them.
    bars_s: the lengths it has, rising; `most`: in one answer.
    """
    bar_s, count = _own_bars(chosen, bars_s, most)
    others = (_own_bars(each, bars_s, most) for each in RANGES)
    return bar_s, max([count, *(others_count for length_s, others_count in others if length_s == bar_s)])


def _own_bars(chosen: ChartRange, bars_s: Sequence[int], most: int) -> tuple[int, int]:
    if not bars_s or most < 2:
        return 0, 0
    if chosen.is_live:
        fits = chosen.bar_s in bars_s
        return (chosen.bar_s, min(most, chosen.span_s // chosen.bar_s + 5)) if fits else (0, 0)
    span_s = chosen.span_s * (7 / 5 if chosen.days > 1 else 1)  # over a weekend
    room = min(most, _MOST_WANTED)
    bar_s = next((each for each in bars_s if each >= _MINUTE_S and span_s / each <= room), 0)
    if not bar_s or bar_s > _DAY_S:
        bar_s = max((each for each in bars_s if each <= _DAY_S), default=0)
    return bar_s, min(math.ceil(span_s / bar_s) + 2, room) if bar_s else 0


def first_s(chosen: ChartRange, last_s: float, day_start: Callable[[float], float] | None) -> float:
    """When a range begins that ends at `last_s`; `day_start`: of the market's days, None where it has none."""
    if not chosen.days or day_start is None:
        return last_s - chosen.span_s
    begin_s = last_s
    for back in range(chosen.days):
        found = day_start(begin_s - (1 if back else 0))
        if not math.isfinite(found):
            return last_s - chosen.span_s
        begin_s = found
    return begin_s

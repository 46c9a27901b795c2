"""Bars in numpy columns: read out of candles in any order, made coarser, and put together from several sources."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from quotedesk.market.candle import Candle

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAY_S = 86_400
MOST_BARS = 100_000  # of one answer; the newest are kept
_CERTAIN = 12  # so many steps that are all multiples of one are no accident of a symbol that seldom trades
_NEAREST = 0.9  # of a bar: candles that stand closer are of another length. A day with 23 hours is a day.


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of one instrument, the oldest first, each start once. All columns are (bars,).

    Attributes:
        starts_s: seconds since 1970 UTC.
        opens, highs, lows, closes: finite.
        volumes: NaN unknown.
        partial: made of what we saw ourselves, or not over yet: no feed has confirmed it.
        torn: between the bar before and this one nothing is known, as the link was lost.
    """

    starts_s: Floats
    opens: Floats
    highs: Floats
    lows: Floats
    closes: Floats
    volumes: Floats
    partial: Bools
    torn: Bools

    def __len__(self) -> int:
        return len(self.starts_s)

    def at(self, places: "slice | Bools | NDArray[np.intp]") -> "Bars":
        """Some of them."""
        return Bars(*(getattr(self, each.name)[places] for each in fields(self)))

    def since(self, start_s: float) -> "Bars":
        """Those that begin then or later."""
        return self.at(slice(int(self.starts_s.searchsorted(start_s)), None))

    def before(self, start_s: float) -> "Bars":
        """Those that begin earlier."""
        return self.at(slice(0, int(self.starts_s.searchsorted(start_s))))


_NOTHING, _NEVER = np.zeros(0), np.zeros(0, np.bool_)
NO_BARS = Bars(_NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NEVER, _NEVER)


def of_candles(candles: Iterable[Candle], bar_s: float, now_utc_s: float) -> tuple[Bars, str]:
    """What a feed sent as candles of `bar_s`, and why some of it is left out ("" where all is well).

    Of two with one start the later one in the answer counts. What cannot be, what begins in the future, and candles
    of another length are left out.
    """
    found, faults = [], 0
    for each in candles:
        if each.is_possible and math.isfinite(each.start_utc_s) and each.start_utc_s <= now_utc_s:
            found.append(each)
        else:
            faults += 1
    words = f"{faults:,} candles cannot be" if faults else ""
    if not found:
        return NO_BARS, words
    starts = np.array([each.start_utc_s for each in found])
    newest = len(starts) - 1 - np.unique(starts[::-1], return_index=True)[1]  # the last of each start, by start
    kept = newest[-MOST_BARS:]
    starts = starts[kept]
    steps = np.diff(starts)
    if len(steps) and float(np.median(steps)) < _NEAREST * bar_s:
        return NO_BARS, f"they are of {float(np.median(steps)):.0f} s and not of {bar_s:.0f} s"
    if len(steps) >= _CERTAIN and (least_s := float(steps.min())) > 1.5 * bar_s and not np.mod(steps, least_s).any():
        return NO_BARS, f"they are of {least_s:.0f} s and not of {bar_s:.0f} s"
    if bar_s < DAY_S:
        phases, counts = np.unique(np.mod(starts, bar_s), return_counts=True)
        is_even = np.mod(starts, bar_s) == phases[counts.argmax()]
        if not is_even.all():
            words = f"{len(starts) - int(is_even.sum()):,} candles are of another length"
            kept, starts = kept[is_even], starts[is_even]
    chosen = [found[place] for place in kept.tolist()]
    prices = [(each.open.value, each.high.value, each.low.value, each.close.value) for each in chosen]
    opens, highs, lows, closes = np.array(prices).T
    volumes = np.array([each.volume.value for each in chosen])
    is_running = np.array([not each.is_final or each.start_utc_s + bar_s > now_utc_s for each in chosen])
    return Bars(starts, opens, highs, lows, closes, volumes, is_running, np.zeros(len(starts), np.bool_)), words


def gathered(bars: Bars, start_of: Callable[[Floats], Floats]) -> Bars:
    """Coarser bars; `start_of`: the starts of the bars that times fall into, rising with them."""
    if not len(bars):
        return bars
    starts = start_of(bars.starts_s)
    first = np.flatnonzero(np.concatenate(([True], starts[1:] != starts[:-1])))
    last = np.append(first[1:], len(starts)) - 1
    known = np.isfinite(bars.volumes)
    volumes = np.add.reduceat(np.where(known, bars.volumes, 0.0), first)
    return Bars(
        starts[first],
        bars.opens[first],
        np.maximum.reduceat(bars.highs, first),
        np.minimum.reduceat(bars.lows, first),
        bars.closes[last],
        np.where(np.logical_or.reduceat(known, first), volumes, math.nan),
        np.logical_or.reduceat(bars.partial, first),
        np.logical_or.reduceat(bars.torn, first),
    )


def evenly(bar_s: float, phase_s: float = 0.0) -> Callable[[Floats], Floats]:
    """For `gathered`: bars of one length, one of which starts at `phase_s`."""

    def start_of(times_s: Floats) -> Floats:
        result: Floats = np.floor((times_s - phase_s) / bar_s) * bar_s + phase_s
        return result

    return start_of


def daily(day_start: Callable[[float], float]) -> Callable[[Floats], Floats]:
    """For `gathered`: days of a market; `day_start`: when the day began that a time lies in."""

    def start_of(times_s: Floats) -> Floats:
        minutes, places = np.unique(times_s // 60, return_inverse=True)
        result: Floats = np.array([day_start(minute * 60.0) for minute in minutes.tolist()])[places]
        return np.where(np.isnan(result), times_s // DAY_S * DAY_S, result)

    return start_of


def merged(confirmed: Bars, own: Bars) -> Bars:
    """Both in one. Of two with one start the confirmed one counts; of one that is not over yet, all that is known.

    Where `own` begins after the last confirmed bar, with others missing between, it is torn.
    """
    if not len(confirmed) or not len(own):
        return own if len(own) else confirmed
    both: list[Bars] = [confirmed, own]
    starts = np.concatenate([each.starts_s for each in both])
    order = starts.argsort(kind="stable")  # of one start the confirmed one is first
    columns = [np.concatenate([getattr(each, field.name) for each in both])[order] for field in fields(Bars)]
    joined = Bars(*columns)
    repeats = np.concatenate(([False], joined.starts_s[1:] == joined.starts_s[:-1]))
    for place in np.flatnonzero(repeats).tolist():
        if joined.partial[place - 1]:
            _fill_in(joined, place - 1, place)
    return joined.at(~repeats)


def _fill_in(bars: Bars, kept: int, own: int) -> None:
    """A running bar as the feed told it, with what came since."""
    bars.highs[kept] = max(bars.highs[kept], bars.highs[own])
    bars.lows[kept] = min(bars.lows[kept], bars.lows[own])
    bars.closes[kept] = bars.closes[own]
    bars.volumes[kept] = np.fmax(bars.volumes[kept], bars.volumes[own])

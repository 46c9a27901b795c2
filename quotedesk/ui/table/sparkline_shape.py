"""The shape of a row's line: stretches, ranges, and the way to the newest step, which is all that most ticks move.

What makes the paths is loaded by `load`, after the first paint; until then rows have no line.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath

from quotedesk.market.states import RowState
from quotedesk.quotes.price_buckets import Past
from quotedesk.ui.table import qpath as paths

Floats = NDArray[np.float64]

STEP_PX = 2
_LEAST_RANGE = 0.0001  # of the price
_NEXT_TO_NOTHING = 1e-30  # a price of 0 has no such share
_SHORTEST_PX = 0.01  # of a needle: Qt leaves out a line to where it is already
_LEVEL_PX = 0.5  # what rises less between two steps is level: it would only blur the line
_DOT_PX = 0.9  # radius of a step alone between gaps

_to_path: paths.Drawn | None = None


def load() -> None:
    """Import what draws the lines. Takes a while."""
    global _to_path
    _to_path = paths.load()


def is_loaded() -> bool:
    """Is there what draws the lines?"""
    return _to_path is not None


def runs(values: Floats) -> list[tuple[int, int]]:
    """The stretches of known values as (first, beyond): a gap is never bridged."""
    known = np.concatenate([[False], np.isfinite(values), [False]])
    edges = np.flatnonzero(known[1:] != known[:-1])
    return [(int(first), int(beyond)) for first, beyond in edges.reshape(-1, 2)]


def bounds(low: float, high: float, base: float) -> tuple[float, float]:
    """The prices at the bottom and at the top: the values', and the base too unless that doubles the range."""
    size = max(abs(low), abs(high))
    least = size * _LEAST_RANGE if size > _NEXT_TO_NOTHING else 1.0
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    with_base = min(low, base), max(high, base)
    return with_base if with_base[1] - with_base[0] <= 2 * (high - low) else (low, high)


def stick_out(past: Past) -> NDArray[np.bool_]:
    """The steps that need a needle: an extreme is off the way from the last price before to the step's own."""
    before = np.concatenate((past.last[:1], past.last[:-1]))
    before = np.where(np.isnan(before), past.last, before)
    result: NDArray[np.bool_] = (past.high > np.maximum(before, past.last)) | (past.low < np.minimum(before, past.last))
    return result


def _dot(x: float, y: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(x, y), _DOT_PX, _DOT_PX)
    return path


def snapped(ys: Floats, pixel_px: float, top: float, bottom: float) -> Floats:
    """The same line with its level runs in the middle of pixels: between two of them a line is twice as thick."""
    level = np.abs(ys[1:] - ys[:-1]) < _LEVEL_PX  # never at a gap
    flat = np.concatenate((level, [False])) | np.concatenate(([False], level))
    middles = (np.floor(np.clip(ys, top, bottom - pixel_px) / pixel_px) + 0.5) * pixel_px
    result: Floats = np.where(flat, middles, ys)
    return result


@lru_cache(maxsize=8)
def _steps(count: int, width: float) -> Floats:
    """Where the steps stand, from 0 to `width`; the same for all rows."""
    return np.linspace(0, width, count)


class LinePoint(NamedTuple):
    """A step of a line.

    Attributes:
        x, y: where it is, in the line's own coordinates; y is NaN in a gap.
        price, high, low: its last price and its extremes; NaN in a gap.
        begin_s, end_s: the time it stands for, of a gap all of it, monotonic seconds; the newest one goes on.
        step_s: how long a step is.
    """

    x: float
    y: float
    price: float
    high: float
    low: float
    begin_s: float
    end_s: float
    step_s: float


@dataclass(slots=True)
class SparklineShape:
    """One row's line, kept between paints: all but the way to its newest step changes seldom.

    Attributes:
        past: what it shows.
        fresh_until_s, state: when to read it anew, and the row's state when it was read.
        pixel_px: the size of a device pixel.
        begin_s, step_s: when the first step begins, and how long each is, seconds.
        strokes, areas: a path per stretch, in the cell's own coordinates, without the way to the newest step.
        needles: upright lines, all in one path, but for the newest step's.
        way: the line to the newest step, and
        needle: that step's upright line.
        wedge: the area below the way.
        end_x, end_y: where the line ends; NaN where there is no line.
        base_y: where the base is.
    """

    past: Past
    fresh_until_s: float
    state: RowState
    pixel_px: float = 1.0
    begin_s: float = math.nan
    step_s: float = math.nan
    strokes: list[QPainterPath] = field(default_factory=list)
    areas: list[QPainterPath] = field(default_factory=list)
    needles: QPainterPath = field(default_factory=QPainterPath)
    way: QLineF = field(default_factory=QLineF)
    needle: QLineF = field(default_factory=QLineF)
    wedge: QPainterPath = field(default_factory=QPainterPath)
    end_x: float = math.nan
    end_y: float = math.nan
    base_y: float = 0.0
    _key: tuple[float, float, float, float] | None = None  # what the shapes were made for, as in `shape`
    _last: float = math.nan  # the newest value when they were made, or moved
    _newest: tuple[float, float, float] = (math.nan, math.nan, math.nan)  # last, high and low of the newest step
    _low: float = 0.0  # the prices at the bottom and at the top
    _high: float = 0.0
    _start: tuple[float, float] = (0.0, 0.0)  # where the way begins; its y is NaN where it is level

    def __post_init__(self) -> None:
        # Of Python's kind: an element of an array costs as much as all the rest of a move.
        self._newest = (self.past.last.item(-1), self.past.high.item(-1), self.past.low.item(-1))

    def tick(self, price: float) -> None:
        """The newest price is this one."""
        last, high, low = self._newest
        if price != last:
            self._newest = price, max(price, high), min(price, low)

    def point_at(self, x: float) -> LinePoint | None:
        """The step that is nearest to an x; None where there is no line."""
        if self._key is None or math.isnan(self.end_x):
            return None
        width, top, bottom, _ = self._key
        last, steps = self.past.last, len(self.past.last)
        at = min(max(round(x / width * (steps - 1)), 0), steps - 1)
        first = beyond = at
        price, high, low = last.item(at), self.past.high.item(at), self.past.low.item(at)
        if at == steps - 1:
            price, high, low = self._newest
        if math.isnan(price):
            while first > 0 and math.isnan(last.item(first - 1)):
                first -= 1
            while beyond < steps - 1 and math.isnan(last.item(beyond + 1)):
                beyond += 1
        y = bottom - (price - self._low) * (bottom - top) / (self._high - self._low)
        y = min(max(y, top), bottom) if y == y else y
        begin_s = self.begin_s + first * self.step_s
        end_s = self.begin_s + (beyond + 1) * self.step_s if beyond < steps - 1 else math.inf
        return LinePoint(at * width / (steps - 1), y, price, high, low, begin_s, end_s, self.step_s)

    def shape(self, width: float, top: float, bottom: float, base: float) -> bool:
        """Make the shapes, unless they are there: `width` pixels wide, prices from `top` to `bottom`.

        True where more is another than the way to the newest step.
        """
        key, last = (width, top, bottom, base), self._newest[0]
        if self._key == key and (last == self._last or math.isnan(last) or self._moved(last)):
            return False
        self._key, self._last = key, last
        self.strokes, self.areas = [], []
        self.end_x = self.end_y = math.nan
        past = self.past
        past.last[-1], past.high[-1], past.low[-1] = self._newest
        low, high = past.low.min().item(), past.high.max().item()
        stretches = [(0, len(past.last))]
        if math.isnan(low):
            stretches = runs(past.last)
            if not stretches:
                return True
            low, high = float(np.nanmin(past.low)), float(np.nanmax(past.high))
        self._low, self._high = low, high = bounds(low, high, base)
        scale = (bottom - top) / (high - low)
        xs = _steps(len(past.last), width)
        exact = (bottom + low * scale) - past.last * scale
        self.base_y = math.floor(min(max(bottom - (base - low) * scale, top), bottom))
        newest, beyond = stretches[-1]
        ys = exact.copy()
        ys[: beyond - 1] = snapped(exact[: beyond - 1], self.pixel_px, top, bottom)  # the newest one moves yet
        if beyond - newest > 2:  # else the way to the newest step is all of it
            stretches[-1] = (newest, beyond - 1)
        else:
            del stretches[-1]
        to_path = _to_path
        assert to_path is not None
        for first, end in stretches:
            if end - first == 1:
                y = min(max(ys.item(first), top + _DOT_PX), bottom - _DOT_PX)
                self.strokes.append(_dot(xs.item(first), y))
                continue
            stroke = to_path(xs[first:end], ys[first:end])
            self.strokes.append(stroke)
            # The range is not in the area: filling it would cost ten times as much.
            area = QPainterPath(stroke)
            area.lineTo(stroke.currentPosition().x(), bottom)
            area.lineTo(stroke.elementAt(0).x, bottom)
            area.closeSubpath()
            self.areas.append(area)
        x, y = xs.item(beyond - 1), exact.item(beyond - 1)
        if beyond - newest > 1:
            self._start, self.end_x = (xs.item(beyond - 2), ys.item(beyond - 2)), x
        else:  # a lone step is as wide as a step
            self._start, self.end_x = (x - STEP_PX / 2, math.nan), x
        tops = bottom - (past.high - low) * scale
        bottoms = np.maximum(bottom - (past.low - low) * scale, tops + _SHORTEST_PX)
        self._end_at(y, tops.item(beyond - 1), bottoms.item(beyond - 1), bottom)
        sticking = stick_out(past)
        sticking[beyond - 1] = False
        self.needles = QPainterPath()
        shown = sticking.nonzero()[0]
        if len(shown):
            for x, y, to_y in zip(xs[shown].tolist(), tops[shown].tolist(), bottoms[shown].tolist(), strict=True):
                self.needles.moveTo(x, y)
                self.needles.lineTo(x, to_y)
        return True

    def _moved(self, last: float) -> bool:
        """Move the way to the newest step, if the scale has room for it. That is most ticks."""
        if math.isnan(self._last) or not self._low <= last <= self._high:
            return False
        assert self._key is not None
        _, top, bottom, _ = self._key
        scale = (bottom - top) / (self._high - self._low)
        _, high, low = self._newest
        needle_y = bottom - (high - self._low) * scale
        needle_to_y = max(bottom - (low - self._low) * scale, needle_y + _SHORTEST_PX)
        self._end_at(bottom - (last - self._low) * scale, needle_y, needle_to_y, bottom)
        self._last = last
        return True

    def _end_at(self, y: float, needle_y: float, needle_to_y: float, bottom: float) -> None:
        """Lead the way to the newest step to `y`, with a needle from `needle_y` down to `needle_to_y`."""
        x, (from_x, from_y) = self.end_x, self._start
        if abs(y - from_y) < _LEVEL_PX:
            y = from_y
        self.end_y, to_x = y, x
        if math.isnan(from_y):
            from_y, to_x = y, x + STEP_PX / 2
        self.way = QLineF(from_x, from_y, to_x, y)
        self.needle = QLineF(x, needle_y, x, needle_to_y)
        wedge = self.wedge = QPainterPath()
        wedge.moveTo(from_x, from_y)
        wedge.lineTo(to_x, y)
        wedge.lineTo(to_x, bottom)
        wedge.lineTo(from_x, bottom)

"""The shape of a row's line: stretches, needles, and the way to the newest step, which is all that most ticks move.

What makes the paths is loaded by `load`, after the first paint; until then rows have no line.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath, QPixmap

from quotedesk.market.states import RowState
from quotedesk.quotes.history import Past
from quotedesk.ui.table import qpath as paths

Floats = NDArray[np.float64]

STEP_PX = 2
_LEAST_RANGE = 0.0001  # of the price
_SHORTEST_PX = 0.01  # of a needle: Qt leaves out a line to where it is already

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
    least = abs(high) * _LEAST_RANGE
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


def _stroke(xs: Floats, ys: Floats) -> QPainterPath:
    """The path of one stretch; a lone step is as wide as a step."""
    assert _to_path is not None
    if len(xs) == 1:
        xs, ys = np.array([xs[0] - STEP_PX / 2, xs[0] + STEP_PX / 2]), np.repeat(ys, 2)
    return _to_path(xs, ys)


def _wedge(start: QPointF, end: QPointF, bottom: float) -> QPainterPath:
    """The area below a line, down to `bottom`."""
    path = QPainterPath(start)
    path.lineTo(end)
    path.lineTo(end.x(), bottom)
    path.lineTo(start.x(), bottom)
    return path


@lru_cache(maxsize=8)
def _steps(count: int, width: float) -> Floats:
    """Where the steps stand, from 0 to `width`; the same for all rows."""
    return np.linspace(0, width, count)


@dataclass(slots=True)
class SparklineShape:
    """One row's line, kept between paints: all but the way to its newest step changes seldom, and is a picture.

    Attributes:
        past: what it shows.
        fresh_until_s, state: when to read it anew, and the row's state when it was read.
        strokes, areas: a path per stretch, in the cell's own coordinates, without the way to the newest step.
        needles: upright lines, all in one path, but for the newest step's.
        start, end, needle, wedge: the way to the newest step, its needle, and the area below it.
        mark: where the line ends; None where there is no line.
        base_y: where the base is.
        pictures: all but the way to the newest step, by the colours that it is drawn in.
    """

    past: Past
    fresh_until_s: float
    state: RowState
    strokes: list[QPainterPath] = field(default_factory=list)
    areas: list[QPainterPath] = field(default_factory=list)
    needles: QPainterPath = field(default_factory=QPainterPath)
    start: QPointF = field(default_factory=QPointF)
    end: QPointF = field(default_factory=QPointF)
    needle: QLineF = field(default_factory=QLineF)
    wedge: QPainterPath = field(default_factory=QPainterPath)
    mark: QPointF | None = None
    base_y: float = 0.0
    pictures: dict[tuple[int, float, bool], QPixmap] = field(default_factory=dict)
    _key: tuple[float, float, float, float] | None = None  # what the shapes were made for, as in `shape`
    _last: float = math.nan  # the newest value when they were made, or moved
    _low: float = 0.0  # the prices at the bottom and at the top
    _high: float = 0.0

    def shape(self, width: float, top: float, bottom: float, base: float) -> None:
        """Make the shapes, unless they are there: `width` pixels wide, prices from `top` to `bottom`."""
        key, last = (width, top, bottom, base), float(self.past.last[-1])
        if self._key == key and (last == self._last or math.isnan(last) or self._moved(last)):
            return
        self._key, self._last = key, last
        self.strokes, self.areas, self.mark, self.pictures = [], [], None, {}
        past = self.past
        low, high = float(past.low.min()), float(past.high.max())
        stretches = [(0, len(past.last))]
        if math.isnan(low):
            stretches = runs(past.last)
            if not stretches:
                return
            low, high = float(np.nanmin(past.low)), float(np.nanmax(past.high))
        self._low, self._high = low, high = bounds(low, high, base)
        scale = (bottom - top) / (high - low)
        xs, ys = _steps(len(past.last), width), (bottom + low * scale) - past.last * scale
        self.base_y = math.floor(min(max(bottom - (base - low) * scale, top), bottom))
        newest, beyond = stretches[-1]
        if beyond - newest > 2:  # else the way to the newest step is all of it
            stretches[-1] = (newest, beyond - 1)
        else:
            del stretches[-1]
        for first, end in stretches:
            stroke = _stroke(xs[first:end], ys[first:end])
            # The needles are not in the area: filling it would cost ten times as much.
            area = QPainterPath(stroke)
            area.lineTo(stroke.currentPosition().x(), bottom)
            area.lineTo(stroke.elementAt(0).x, bottom)
            area.closeSubpath()
            self.strokes.append(stroke)
            self.areas.append(area)
        x, y = float(xs[beyond - 1]), float(ys[beyond - 1])
        self.mark = QPointF(x, y)
        if beyond - newest > 1:
            self.start, self.end = QPointF(float(xs[beyond - 2]), float(ys[beyond - 2])), QPointF(x, y)
        else:  # a lone step is as wide as a step
            self.start, self.end = QPointF(x - STEP_PX / 2, y), QPointF(x + STEP_PX / 2, y)
        tops = bottom - (past.high - low) * scale
        bottoms = np.maximum(bottom - (past.low - low) * scale, tops + _SHORTEST_PX)
        self.needle = QLineF(x, float(tops[beyond - 1]), x, float(bottoms[beyond - 1]))
        self.wedge = _wedge(self.start, self.end, bottom)
        sticking = stick_out(past)
        sticking[beyond - 1] = False
        self.needles = QPainterPath()
        shown = sticking.nonzero()[0]
        for x, y, to_y in zip(xs[shown].tolist(), tops[shown].tolist(), bottoms[shown].tolist(), strict=True):
            self.needles.moveTo(x, y)
            self.needles.lineTo(x, to_y)

    def _moved(self, last: float) -> bool:
        """Move the way to the newest step, if the scale has room for it. That is most ticks."""
        if self.mark is None or math.isnan(self._last) or not self._low <= last <= self._high:
            return False
        assert self._key is not None
        _, top, bottom, _ = self._key
        scale = (bottom - top) / (self._high - self._low)
        y = bottom - (last - self._low) * scale
        if self.end.x() != self.mark.x():  # a lone step
            self.start.setY(y)
        self.end.setY(y)
        self.mark.setY(y)
        self.wedge = _wedge(self.start, self.end, bottom)
        high, low = (bottom - (float(each[-1]) - self._low) * scale for each in (self.past.high, self.past.low))
        self.needle.setLine(self.mark.x(), high, self.mark.x(), max(low, high + _SHORTEST_PX))
        self._last = last
        return True

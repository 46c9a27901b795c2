"""The Trend of a row: a line over its recent past, with gaps where the link was down.

It passes through each step's last price; where a step's highest or lowest price is off that way a needle reaches it, so
that no tick goes unseen.

What draws it is loaded by `load`, after the first paint; until then rows have no line.
"""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPainterPath, QPen, QPixmap

from quotedesk.feed.states import RowState
from quotedesk.store.history import SPAN_S, History, Past
from quotedesk.ui import paths
from quotedesk.ui.columns import Reading
from quotedesk.ui.marks import Marks
from quotedesk.ui.theme import LOOKS, Inks, Theme, faded

Floats = NDArray[np.float64]

LEFT_PX = 8
RIGHT_PX = 12
STEP_PX = 2
HATCH_PX = 5
_REREAD_S = 1.0  # at least, and a step: in between only the last value of a live line moves
_MOST_LINES = 256  # more than are ever in view
_SPILL_PX = 2  # of a line, over its first and last step
_LEAST_RANGE = 0.0001  # of the price
_SHORTEST_PX = 0.01  # of a needle: Qt leaves out a line to where it is already

_to_path: paths.Drawn | None = None


def load() -> None:
    """Import what draws the lines. Takes a while."""
    global _to_path
    _to_path = paths.load()


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


@dataclass(slots=True)
class _Line:
    """One row's line, kept between paints: all but the way to its newest step changes seldom, and is a picture.

    Attributes:
        past: what it shows.
        fresh_until_s, state: when to read it anew, and the row's state when it was read.
        key: what the shapes were made for: width, height, base; None before they are.
        last: the newest value when they were made, or moved.
        low, high: the prices at the bottom and at the top.
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
    key: tuple[float, float, float] | None = None
    last: float = math.nan
    low: float = 0.0
    high: float = 0.0
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


class Sparklines:
    """Paints lines; one at a time, each cheap."""

    def __init__(self, history: History, theme: Theme, marks: Marks, margin_px: float) -> None:
        self._history = history
        self._theme = theme
        self._marks = marks
        self._margin_px = margin_px
        self._lines: dict[int, _Line] = {}  # by slot, those read last at the end
        self._brushes: dict[tuple[int, float, float], QBrush] = {}
        self._pens: dict[int, QPen] = {}
        self._dots = QPixmap()
        self._xs: Floats = np.zeros(1)

    def paint(
        self,
        painter: QPainter,
        x: float,
        y: float,
        width: float,
        height: float,
        reading: Reading,
        inks: Inks,
        background: QColor,
    ) -> None:
        """Draw the line of a row in a cell at (x, y)."""
        steps = int(width - LEFT_PX - RIGHT_PX) // STEP_PX
        if _to_path is None or steps < 2 or math.isnan(reading.first_price):
            return
        line = self._line(reading, steps)
        self._shape(line, steps * STEP_PX, height, reading.first_price)
        if line.mark is None:
            return
        ink = inks.up if reading.change > 0 else inks.down if reading.change < 0 else inks.flat
        look = (ink.rgb(), inks.fill, reading.state is RowState.PARKED)
        brush = self._hatching(ink) if look[2] else self._brush(ink, inks.fill, height)
        picture = line.pictures.get(look)
        if picture is None:
            picture = line.pictures[look] = self._picture(line, steps * STEP_PX, height, brush, self._pen(ink))
        ratio = self._marks.ratio
        left, top = round((x + LEFT_PX) * ratio) / ratio, round(y * ratio) / ratio
        painter.drawPixmap(QPointF(left - _SPILL_PX, top), picture)
        painter.translate(left, top)
        painter.fillPath(line.wedge, brush)
        painter.setPen(self._pen(ink))
        painter.drawLine(line.needle)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawLine(line.start, line.end)
        if ratio > 1:
            painter.translate(0, 1 / ratio)
            painter.drawLine(line.start, line.end)
            painter.translate(0, -1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.translate(-left, -top)
        end, ink = ("end_stopped", self._theme.warn) if LOOKS[reading.state].stops else (inks.end, ink)
        self._marks.blit(painter, end, left + line.mark.x(), top + line.mark.y(), ink, background)

    def _picture(self, line: _Line, width: int, height: float, brush: QBrush, pen: QPen) -> QPixmap:
        """All but the way to the newest step, on nothing."""
        ratio = self._marks.ratio
        picture = QPixmap(math.ceil((width + 2 * _SPILL_PX) * ratio), math.ceil(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.translate(_SPILL_PX, 0)
        painter.drawPixmap(QPointF(0, line.base_y), self._dotted(width))
        # The stroke covers the area's edge, and smoothing a gradient's costs three times as much.
        for area in line.areas:
            painter.fillPath(area, brush)
        painter.setPen(pen)
        painter.drawPath(line.needles)  # upright: smoothing would only make them pale, and cost twice as much
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in line.strokes:
            painter.drawPath(stroke)
        if ratio > 1:  # two thin strokes cost a tenth of a thick one
            painter.translate(0, 1 / ratio)
            for stroke in line.strokes:
                painter.drawPath(stroke)
        painter.end()
        return picture

    def _line(self, reading: Reading, steps: int) -> _Line:
        line = self._lines.get(reading.slot)
        if line is not None and len(line.past.last) == steps and line.state is reading.state:
            is_fresh = reading.now_s < line.fresh_until_s
            if is_fresh and reading.state is RowState.LIVE:
                price = line.past.last[-1] = reading.price
                line.past.high[-1] = max(price, line.past.high[-1])
                line.past.low[-1] = min(price, line.past.low[-1])
            if is_fresh:
                return line
        past = self._history.window(reading.slot, reading.now_s, steps)
        step_s = min(reading.now_s - reading.first_s, SPAN_S) / steps
        line = _Line(past, reading.now_s + max(_REREAD_S, step_s), reading.state)
        self._lines.pop(reading.slot, None)
        if len(self._lines) >= _MOST_LINES:
            del self._lines[next(iter(self._lines))]
        self._lines[reading.slot] = line
        return line

    def _shape(self, line: _Line, width: float, height: float, base: float) -> None:
        """Make the shapes, in the cell's own coordinates, unless they are there."""
        key, last = (width, height, base), float(line.past.last[-1])
        if line.key == key and (last == line.last or math.isnan(last) or self._moved(line, last, height)):
            return
        line.key, line.last = key, last
        line.strokes, line.areas, line.mark, line.pictures = [], [], None, {}
        past = line.past
        low, high = float(past.low.min()), float(past.high.max())
        stretches = [(0, len(past.last))]
        if math.isnan(low):
            stretches = runs(past.last)
            if not stretches:
                return
            low, high = float(np.nanmin(past.low)), float(np.nanmax(past.high))
        line.low, line.high = low, high = bounds(low, high, base)
        top, bottom = self._margin_px, height - self._margin_px
        scale = (bottom - top) / (high - low)
        xs, ys = self._steps(len(past.last), width), (bottom + low * scale) - past.last * scale
        line.base_y = math.floor(min(max(bottom - (base - low) * scale, top), bottom))
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
            line.strokes.append(stroke)
            line.areas.append(area)
        x, y = float(xs[beyond - 1]), float(ys[beyond - 1])
        line.mark = QPointF(x, y)
        if beyond - newest > 1:
            line.start, line.end = QPointF(float(xs[beyond - 2]), float(ys[beyond - 2])), QPointF(x, y)
        else:  # a lone step is as wide as a step
            line.start, line.end = QPointF(x - STEP_PX / 2, y), QPointF(x + STEP_PX / 2, y)
        tops = bottom - (past.high - low) * scale
        bottoms = np.maximum(bottom - (past.low - low) * scale, tops + _SHORTEST_PX)
        line.needle = QLineF(x, float(tops[beyond - 1]), x, float(bottoms[beyond - 1]))
        line.wedge = _wedge(line.start, line.end, bottom)
        sticking = stick_out(past)
        sticking[beyond - 1] = False
        line.needles = QPainterPath()
        shown = sticking.nonzero()[0]
        for x, y, to_y in zip(xs[shown].tolist(), tops[shown].tolist(), bottoms[shown].tolist(), strict=True):
            line.needles.moveTo(x, y)
            line.needles.lineTo(x, to_y)

    def _moved(self, line: _Line, last: float, height: float) -> bool:
        """Move the way to the newest step, if the scale has room for it. That is most ticks."""
        if line.mark is None or math.isnan(line.last) or not line.low <= last <= line.high:
            return False
        top, bottom = self._margin_px, height - self._margin_px
        scale = (bottom - top) / (line.high - line.low)
        y = bottom - (last - line.low) * scale
        if line.end.x() != line.mark.x():  # a lone step
            line.start.setY(y)
        line.end.setY(y)
        line.mark.setY(y)
        line.wedge = _wedge(line.start, line.end, bottom)
        high, low = (bottom - (float(each[-1]) - line.low) * scale for each in (line.past.high, line.past.low))
        line.needle.setLine(line.mark.x(), high, line.mark.x(), max(low, high + _SHORTEST_PX))
        line.last = last
        return True

    def _steps(self, count: int, width: float) -> Floats:
        """Where the steps stand, from 0 to `width`; the same for all rows."""
        if len(self._xs) != count or self._xs[-1] != width:
            self._xs = np.linspace(0, width, count)
        return self._xs

    def _dotted(self, width: int) -> QPixmap:
        """The dotted line of a cell: 1 px on, 3 off."""
        if self._dots.deviceIndependentSize().width() != width:
            ratio = self._marks.ratio
            self._dots = QPixmap(math.ceil(width * ratio), math.ceil(ratio))
            self._dots.setDevicePixelRatio(ratio)
            self._dots.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._dots)
            for x in range(0, width, 4):
                painter.fillRect(x, 0, 1, 1, faded(self._theme.t3, 0.75))
            painter.end()
        return self._dots

    def _pen(self, ink: QColor) -> QPen:
        pen = self._pens.get(ink.rgb())
        if pen is None:
            pen = self._pens[ink.rgb()] = QPen(ink, 1)
            pen.setCosmetic(True)
        return pen

    def _hatching(self, ink: QColor) -> QBrush:
        """Slanted lines, HATCH_PX apart: nothing comes in here."""
        key = (ink.rgb(), -1.0, 0.0)
        brush = self._brushes.get(key)
        if brush is None:
            ratio = self._marks.ratio
            tile = QPixmap(math.ceil(HATCH_PX * ratio), math.ceil(HATCH_PX * ratio))
            tile.setDevicePixelRatio(ratio)
            tile.fill(Qt.GlobalColor.transparent)
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(faded(ink, 0.55), 1))
            for shift in (-HATCH_PX, 0, HATCH_PX):  # the neighbours' corners, too
                painter.drawLine(QPointF(shift, HATCH_PX), QPointF(shift + HATCH_PX, 0))
            painter.end()
            brush = self._brushes[key] = QBrush(tile)
        return brush

    def _brush(self, ink: QColor, fill: float, height: float) -> QBrush:
        key = (ink.rgb(), fill, height)
        brush = self._brushes.get(key)
        if brush is None:
            gradient = QLinearGradient(0, self._margin_px, 0, height - self._margin_px)
            gradient.setColorAt(0, faded(ink, self._theme.area_top * fill))
            gradient.setColorAt(1, faded(ink, self._theme.area_bottom * fill))
            brush = self._brushes[key] = QBrush(gradient)
        return brush

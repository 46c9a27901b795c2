"""The Trend of a row: a line over its recent past, with gaps where the link was down.

It passes through each step's last price; where a step's highest or lowest price is off that way a pale needle, as wide
as the step, reaches it: so no tick goes unseen, and none shouts.
"""

import math
from collections.abc import Collection

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPen, QPixmap

from quotedesk.market.states import RowState
from quotedesk.quotes.history import History
from quotedesk.ui.looks.glyphs import Glyphs
from quotedesk.ui.looks.theme import LOOKS, Colours, Theme, faded
from quotedesk.ui.table import sparkline_shape as line_shape
from quotedesk.ui.table.columns import RowSnapshot
from quotedesk.ui.table.sparkline_shape import STEP_PX, LinePoint, SparklineShape

LEFT_PX = 8
RIGHT_PX = 12
END_PX = 4  # of the mark at the end of a line, beyond it
HATCH_PX = 5
_REREAD_S = 1.0  # at least, and a step: in between only the last value of a live line moves
MOST_BYTES = 16 << 20  # of pictures: a window as large as a screen of twice as many pixels an inch takes 11 MB
MOST_LOOKS = 2  # in which a line's picture is kept: a row whose change is next to nothing goes to and fro
_SPILL_PX = 2  # of a line, over its first and last step
_RANGE = 0.25  # opacity of the range between a step's prices
_SMOOTH = QPainter.RenderHint.Antialiasing


_Look = tuple[int, float, bool]  # colour, how much of the area's, is it hatched?


class Sparklines:
    """Paints lines; one at a time, each cheap.

    All of a line but the way to its newest step is drawn once, and kept as a picture while its row can be seen.

    Attributes:
        pictures_bytes: the memory that pictures take, at most MOST_BYTES.
        allowance: so many lines more may be read and drawn anew, which takes some 0.3 ms each.
        waiting: slots whose line was not, for want of that; whoever sets `allowance` empties it and paints them later.
    """

    def __init__(self, history: History, theme: Theme, marks: Glyphs, margin_px: float) -> None:
        self._history = history
        self._theme = theme
        self._marks = marks
        self._margin_px = margin_px
        self.pictures_bytes = 0
        self.allowance = math.inf
        self.waiting: set[int] = set()
        self._seeds: dict[int, int] = {}  # slot -> as of its line
        self._lines: dict[int, SparklineShape] = {}  # by slot
        self._pictures: dict[int, dict[_Look, QPixmap]] = {}  # by slot, those drawn last at the end
        self._brushes: dict[tuple[int, float, float], QBrush] = {}
        self._pens: dict[int, tuple[QPen, QPen]] = {}
        self._dots = QPixmap()

    def keep_only(self, slots: Collection[int]) -> None:
        """Let the lines of other rows go: they cannot be seen."""
        for slot in self._lines.keys() - slots:
            del self._lines[slot]
            self._forget_pictures(slot)

    def point_at(self, slot: int, x: float) -> LinePoint | None:
        """The step of a row's line at an x of its cell, as it was painted last; its x is the cell's, too."""
        line = self._lines.get(slot)
        found = line.point_at(x - LEFT_PX) if line is not None else None
        if found is None:
            return None
        begin_s, end_s = (self._history.when_s(slot, each) for each in (found.begin_s, found.end_s))
        return found._replace(x=found.x + LEFT_PX, begin_s=begin_s, end_s=end_s)

    def paint(
        self,
        painter: QPainter,
        x: float,
        y: float,
        width: float,
        height: float,
        reading: RowSnapshot,
        colours: Colours,
        background: QColor,
    ) -> None:
        """Draw the line of a row in a cell at (x, y)."""
        steps = int(width - LEFT_PX - RIGHT_PX) // STEP_PX
        if not line_shape.is_loaded() or steps < 2 or math.isnan(reading.base):
            return
        line = self._line(reading, steps)
        if line is None:
            return
        if line.shape(steps * STEP_PX, self._margin_px, height - self._margin_px, reading.base):
            self._forget_pictures(reading.slot)
        if line.end_x != line.end_x:
            return
        change = reading.change
        colour = colours.up if change > 0 else colours.down if change < 0 else colours.flat
        is_parked = reading.state is RowState.PARKED
        (pen, pale), rgb = self._pens_of(colour)
        brush = self._hatching(colour) if is_parked else self._brush(colour, colours.fill, height)
        look = rgb, colours.fill, is_parked
        pictures = self._pictures.get(reading.slot)
        picture = pictures.get(look) if pictures else None
        if picture is None:
            picture = self._picture(line, steps * STEP_PX, height, brush, pen, pale)
            self._keep_picture(reading.slot, look, picture)
        ratio = self._marks.ratio
        left, top = round((x + LEFT_PX) * ratio) / ratio, round(y * ratio) / ratio
        if ratio == 1:  # whole numbers go to Qt in half the time
            painter.drawPixmap(int(left) - _SPILL_PX, int(top), picture)
        else:
            painter.drawPixmap(QPointF(left - _SPILL_PX, top), picture)
        painter.translate(left, top)
        painter.fillPath(line.wedge, brush)
        if line.needle.dy() > 1:
            painter.setPen(pale)
            painter.drawLine(line.needle)
        painter.setPen(pen)
        painter.setRenderHint(_SMOOTH)
        painter.drawLine(line.way)
        if ratio > 1:
            painter.translate(0, 1 / ratio)
            painter.drawLine(line.way)
            painter.translate(0, -1 / ratio)
        painter.setRenderHint(_SMOOTH, False)
        painter.translate(-left, -top)
        end, colour = ("end_stopped", self._theme.warn) if LOOKS[reading.state].stops else (colours.end, colour)
        self._marks.blit(painter, end, left + line.end_x, top + line.end_y, colour, background)

    def _picture(
        self, line: SparklineShape, width: int, height: float, brush: QBrush, pen: QPen, pale: QPen
    ) -> QPixmap:
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
        painter.setPen(pale)
        painter.drawPath(line.needles)  # upright: smoothing would only blur them, and cost twice as much
        painter.setPen(pen)
        painter.setRenderHint(_SMOOTH)
        for stroke in line.strokes:
            painter.drawPath(stroke)
        if ratio > 1:  # two thin strokes cost a tenth of a thick one
            painter.translate(0, 1 / ratio)
            for stroke in line.strokes:
                painter.drawPath(stroke)
        painter.end()
        return picture

    def _keep_picture(self, slot: int, look: _Look, picture: QPixmap) -> None:
        """Keep one more picture, as far as there is room for it."""
        pictures = self._pictures.setdefault(slot, {})
        if len(pictures) >= MOST_LOOKS:
            self.pictures_bytes -= _bytes_of(pictures.pop(next(iter(pictures))))
        if self.pictures_bytes + (more := _bytes_of(picture)) <= MOST_BYTES:
            pictures[look] = picture
            self.pictures_bytes += more

    def _forget_pictures(self, slot: int) -> None:
        self.pictures_bytes -= sum(map(_bytes_of, self._pictures.pop(slot, {}).values()))

    def _line(self, reading: RowSnapshot, steps: int) -> SparklineShape | None:
        """The row's line as it is now, or as it was where it has to wait; None where there was none."""
        line = self._lines.get(reading.slot)
        seeds = self._history.seeds.get(reading.slot, 0)
        if line is not None and (len(line.past.last) != steps or self._seeds.get(reading.slot, 0) != seeds):
            line = None
        if line is not None:
            if reading.state is RowState.LIVE is line.state:
                line.tick(reading.last)
            if line.state is reading.state and reading.now_s < line.fresh_until_s:
                return line
        if self.allowance <= 0:
            self.waiting.add(reading.slot)
            return line
        self.allowance -= 1
        past = self._history.window(reading.slot, reading.now_s, steps)
        begin_s, step_s = self._history.times(reading.slot, reading.now_s, steps)
        fresh_until_s = reading.now_s + (max(_REREAD_S, step_s) if step_s == step_s else _REREAD_S)
        line = SparklineShape(past, fresh_until_s, reading.state, 1 / self._marks.ratio)
        line.begin_s, line.step_s = begin_s, step_s
        self._lines[reading.slot] = line
        self._seeds[reading.slot] = seeds
        return line

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

    def _pens_of(self, colour: QColor) -> tuple[tuple[QPen, QPen], int]:
        """The pens of a colour, for the line and for ranges, and the colour as a number."""
        rgb = colour.rgb()
        pens = self._pens.get(rgb)
        if pens is None:
            line, pale = QPen(colour, 1), QPen(faded(colour, _RANGE), STEP_PX)
            line.setCosmetic(True)
            pale.setCapStyle(Qt.PenCapStyle.FlatCap)
            pens = self._pens[rgb] = line, pale
        return pens, rgb

    def _hatching(self, colour: QColor) -> QBrush:
        """Slanted lines, HATCH_PX apart: nothing comes in here."""
        key = (colour.rgb(), -1.0, 0.0)
        brush = self._brushes.get(key)
        if brush is None:
            ratio = self._marks.ratio
            tile = QPixmap(math.ceil(HATCH_PX * ratio), math.ceil(HATCH_PX * ratio))
            tile.setDevicePixelRatio(ratio)
            tile.fill(Qt.GlobalColor.transparent)
            painter = QPainter(tile)
            painter.setRenderHint(_SMOOTH)
            painter.setPen(QPen(faded(colour, 0.55), 1))
            for shift in (-HATCH_PX, 0, HATCH_PX):  # the neighbours' corners, too
                painter.drawLine(QPointF(shift, HATCH_PX), QPointF(shift + HATCH_PX, 0))
            painter.end()
            brush = self._brushes[key] = QBrush(tile)
        return brush

    def _brush(self, colour: QColor, fill: float, height: float) -> QBrush:
        key = (colour.rgb(), fill, height)
        brush = self._brushes.get(key)
        if brush is None:
            gradient = QLinearGradient(0, self._margin_px, 0, height - self._margin_px)
            gradient.setColorAt(0, faded(colour, self._theme.area_top * fill))
            gradient.setColorAt(1, faded(colour, self._theme.area_bottom * fill))
            brush = self._brushes[key] = QBrush(gradient)
        return brush


def _bytes_of(picture: QPixmap) -> int:
    return picture.width() * picture.height() * 4

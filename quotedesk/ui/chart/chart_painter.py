"""How a chart looks: onto a widget, a picture or an SVG file alike."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen, QPolygonF

from quotedesk.ui.chart import shapes
from quotedesk.ui.chart.alert_lines import MARKS_PX, AlertHand, AlertLinePainter, in_reach, mark_y
from quotedesk.ui.chart.axes import Axes, AxisPainter
from quotedesk.ui.chart.chart_content import ChartContent
from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.chart.chart_series import bounds
from quotedesk.ui.chart.shapes import Columns
from quotedesk.ui.chart.tags import TAG_PX, TagPainter, area_at, price_area
from quotedesk.ui.chart.word_places import WordPlaces
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import Theme, faded
from quotedesk.ui.table import numbers

Floats = NDArray[np.float64]

LEAST_AXIS_PX, TIME_PX = 64, 28
COMPARED = ("blue", "warn", "accent", "t2")  # colours of the lines that are compared
_TOP_PX = 8
_DAY_PX = 30  # the day's high and low are told where they are so far apart
_HAND_PX = 34  # from the top, where the crosshair's words stand
_PADDING = 0.07  # of the height, above and below
_VOLUME = 0.2  # of the height
_ON_TAG_DARK, _ON_TAG_LIGHT = QColor("#08130E"), QColor("#FFFFFF")


def base_text(frame: ChartFrame, shown: ChartContent) -> str:
    """What change counts from, in words; out of view, with an arrow to where it is."""
    return f"{frame.arrow_to(shown.base)} {shown.base_words} {numbers.price(shown.base, shown.decimals)}".lstrip()


class ChartPainter:
    """Paints in one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._label = look.font(12)
        self._metrics = QFontMetricsF(look.font(12, strong=True))
        self._label_metrics = QFontMetricsF(self._label)
        self._axes = AxisPainter(theme)
        self._tags = TagPainter(theme)
        self._alert_lines = AlertLinePainter(theme)

    def frame(
        self,
        width: float,
        height: float,
        left: float,
        right: float,
        shown: ChartContent,
        kept: ChartFrame | None = None,
    ) -> ChartFrame:
        """Where things lie. The scale of `kept` stays as long as what is in view fills it well."""
        frame = self._scaled(width, height, left, right, shown, kept)
        last = shown.last_shown(shown.series.axis.within(left, right).start)
        if not math.isfinite(last):
            return frame
        box = frame.box
        return replace(frame, tag_y=min(max(frame.y(last), box.top() + TAG_PX / 2), box.bottom() - TAG_PX / 2))

    def _scaled(
        self, width: float, height: float, left: float, right: float, shown: ChartContent, kept: ChartFrame | None
    ) -> ChartFrame:
        axis_px = self._axis_px(shown)
        box = QRectF(0, _TOP_PX, max(1.0, width - axis_px), max(1.0, height - _TOP_PX - TIME_PX))
        low, high = self._bounds(shown, left, right)
        if not math.isfinite(low):
            return ChartFrame(width, box, left, right, 0.0, 1.0)
        room = (high - low) * _PADDING
        below = room
        if shown.has_volume and not shown.in_percent and np.isfinite(shown.series.bars.volumes).any():
            below += (high - low) * _VOLUME
        fits = kept is not None and kept.low <= low - below / 3 and high + room / 3 <= kept.high
        if kept is not None and fits and kept.high - kept.low <= 1.5 * (high - low + room + below):
            return ChartFrame(width, box, left, right, kept.low, kept.high)
        return ChartFrame(width, box, left, right, low - below, high + room)

    def _axis_px(self, shown: ChartContent) -> float:
        """Room for the longest price at the axis."""
        if (shown.in_percent and not shown.levels) or not len(shown.series):
            return LEAST_AXIS_PX
        longest = numbers.price(float(shown.series.bars.highs.max()), shown.decimals)
        needs = self._metrics.horizontalAdvance("0" * len(longest)) + (MARKS_PX if shown.levels else 0)
        return max(LEAST_AXIS_PX, math.ceil(needs / 8) * 8 + 8)

    def _bounds(self, shown: ChartContent, left: float, right: float) -> tuple[float, float]:
        here = shown.series.axis.within(left, right)
        return bounds(shown.shown_values(here), 0.0 if shown.in_percent else shown.base)

    # What stays between two ticks

    def paint_ground(self, painter: QPainter, frame: ChartFrame, shown: ChartContent, *, whole: bool) -> Axes:
        """All but what says the last price, the axes' labels, and the newest bar unless `whole`; gives the axes."""
        theme, box = self.theme, frame.box
        painter.fillRect(QRectF(0, 0, frame.width, box.bottom() + TIME_PX), theme.table)
        if not len(shown.series):
            painter.setFont(self._label)
            painter.setPen(theme.t3)
            painter.drawText(box.adjusted(16, 0, -16, 0), Qt.AlignmentFlag.AlignCenter | _WRAPPED, shown.words)
            return Axes()
        here = shown.series.axis.within(frame.left, frame.right)
        columns = self._columns(frame, shown, here, whole)
        painter.save()
        painter.setClipRect(QRectF(0, 0, box.right(), box.bottom()))
        self._paint_closed_hours(painter, frame, shown, here)
        painter.restore()
        axes = self._axes.of(frame, shown)
        self._axes.paint_grid(painter, axes)
        painter.save()
        painter.setClipRect(QRectF(0, 0, box.right(), box.bottom() + 1))
        if shown.in_percent:
            self._paint_compared(painter, frame, shown, here)
        else:
            if shown.has_volume:
                self._paint_volume(painter, frame, self._columns(frame, shown, here, whole=True))
            if shown.as_line:
                self._paint_line(painter, frame, columns, shown)
            else:
                self._paint_candles(painter, frame, columns)
            self._paint_levels(painter, frame, shown)
        painter.restore()
        return axes

    def paint_labels(
        self, painter: QPainter, frame: ChartFrame, shown: ChartContent, axes: Axes, taken: Sequence[QRectF] = ()
    ) -> None:
        """What stands at the axes, but for what is `taken` or belongs to the last price and to alerts."""
        covered = [*taken, *self.alert_areas(frame, shown)]
        if math.isfinite(frame.tag_y):
            covered.append(price_area(frame, frame.tag_y))
        self._axes.paint_labels(painter, axes, covered)

    def alert_areas(self, frame: ChartFrame, shown: ChartContent) -> list[QRectF]:
        """Where the marks of alerts are, at the axis."""
        if not shown.levels or (priced := shown.priced(frame)) is None:
            return []
        return [area_at(priced, mark_y(each, priced)) for each in in_reach(shown.levels, priced)]

    def _columns(self, frame: ChartFrame, shown: ChartContent, here: slice, whole: bool) -> Columns:
        series = shown.series
        if not whole and here.stop == len(series):
            here = slice(here.start, here.stop - 1)
        return shapes.thinned(self._bars(frame, shown, here))

    @staticmethod
    def _bars(frame: ChartFrame, shown: ChartContent, here: slice) -> Columns:
        """Each where it is, be there several in a pixel."""
        series, bars = shown.series, shown.series.bars
        return Columns(
            frame.x_of(series.axis.xs[here]),
            bars.opens[here],
            bars.highs[here],
            bars.lows[here],
            bars.closes[here],
            bars.volumes[here],
            bars.partial[here],
            series.breaks[here],
            series.is_closed[here],
        )

    def _paint_closed_hours(self, painter: QPainter, frame: ChartFrame, shown: ChartContent, here: slice) -> None:
        """Bars of hours in which the market was closed, and what follows the newest one."""
        columns, half = self._columns(frame, shown, here, whole=True), frame.place_px / 2
        for first, last in shapes.spans(columns.is_closed):
            left, right = float(columns.xs[first]) - half, float(columns.xs[last]) + half
            if last == len(columns.xs) - 1 and here.stop == len(shown.series):
                right = frame.box.right()
            painter.fillRect(QRectF(left, 0, right - left, frame.box.bottom()), self.theme.window)

    def _paint_levels(self, painter: QPainter, frame: ChartFrame, shown: ChartContent) -> None:
        """What change counts from, and the day's high and low; their words come later, see `level_words`."""
        theme, box = self.theme, frame.box
        for _, price in _of_the_day(frame, shown):
            self._dotted(painter, frame.y(price), box, faded(theme.t3, 0.5))
        if frame.low < shown.base < frame.high:
            self._dotted(painter, frame.y(shown.base), box, faded(theme.t3, 0.75))

    def level_words(self, frame: ChartFrame, shown: ChartContent, places: WordPlaces) -> list[tuple[QRectF, str]]:
        """The words of what change counts from, at the left, and of the day's high and low, at the right."""
        if shown.in_percent or not len(shown.series):
            return []
        found, box = [], frame.box
        if math.isfinite(shown.base):
            y = min(max(frame.y(shown.base), box.top() + 1), box.bottom() - 2)
            text = base_text(frame, shown)
            found.append((places.place(4, self._label_metrics.horizontalAdvance(text), y), text))
        for words, price in _of_the_day(frame, shown):
            text = f"{words} {numbers.price(price, shown.decimals)}"
            width = self._label_metrics.horizontalAdvance(text)
            area = places.place(box.right() - 6 - width, width, frame.y(price), below=words == "Low")
            found.append((area, text))
        return found

    def places(self, frame: ChartFrame, shown: ChartContent) -> WordPlaces:
        """Where words may stand: off the lines of all levels, of the last price above all, and off the hand's words."""
        box = frame.box
        lines = [frame.y(shown.last_shown(shown.series.axis.within(frame.left, frame.right).start))]
        if not shown.in_percent:
            lines += [frame.y(price) for _, price in _of_the_day(frame, shown)]
            lines += [frame.y(shown.base)]
        if shown.levels and (priced := shown.priced(frame)) is not None:
            lines += [priced.y(each.price) for each in shown.levels]
        areas = [QRectF(0, y - 0.5, box.right(), 1) for y in lines if box.top() <= y <= box.bottom()]
        return WordPlaces(box, [*areas, QRectF(0, 0, box.right() / 2, _HAND_PX)])

    def _paint_words(self, painter: QPainter, words: Sequence[tuple[QRectF, str]]) -> None:
        """Beside levels, to be read over whatever is there."""
        painter.setFont(self._label)
        for area, text in words:
            painter.fillRect(area.adjusted(-2, 1, 2, -1), faded(self.theme.table, 0.8))
            painter.setPen(self.theme.t3)
            painter.drawText(area, _RIGHT, text)

    @staticmethod
    def _dotted(painter: QPainter, y: float, box: QRectF, colour: QColor) -> None:
        pen = QPen(colour, 1)
        pen.setDashPattern([1, 3])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawLine(QPointF(0, math.floor(y) + 0.5), QPointF(box.right(), math.floor(y) + 0.5))

    def _day_colour(self, shown: ChartContent) -> QColor:
        theme = self.theme
        if shown.is_believed:
            return theme.up if shown.rises else theme.down
        return theme.up_muted if shown.rises else theme.down_muted

    def _paint_line(self, painter: QPainter, frame: ChartFrame, columns: Columns, shown: ChartContent) -> None:
        colour, box = self._day_colour(shown), frame.box
        ys = frame.y_of(columns.closes)
        shade = QLinearGradient(0, box.top(), 0, box.bottom())
        shade.setColorAt(0, faded(colour, self.theme.area_top))
        shade.setColorAt(1, faded(colour, self.theme.area_bottom))
        for part in shapes.stretches(ys, columns.breaks):
            points = self._points(columns.xs[part], ys[part], frame)
            if len(points) == 1:
                points = [points[0] - QPointF(1, 0), points[0] + QPointF(1, 0)]
            if points[-1].x() - points[0].x() >= 1:  # else the pixel has its area already
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(shade)
                area = [QPointF(points[0].x(), box.bottom()), *points, QPointF(points[-1].x(), box.bottom())]
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # the line covers the area's edge
                painter.drawPolygon(QPolygonF(area))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            _stroke(painter, points, colour)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    @staticmethod
    def _points(xs: Floats, ys: Floats, frame: ChartFrame) -> list[QPointF]:
        if frame.place_px >= 1:
            xs, ys = shapes.held(xs, ys, frame.place_px)
        return list(map(QPointF, xs.tolist(), ys.tolist()))

    def _paint_candles(self, painter: QPainter, frame: ChartFrame, columns: Columns) -> None:
        theme = self.theme
        for candles, colour in zip(
            shapes.candles(columns, frame.y_of, frame.place_px), (theme.up, theme.down), strict=True
        ):
            painter.setPen(QPen(colour, 1))
            painter.drawLines(candles.wicks)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRects(candles.bodies)
            painter.setBrush(theme.table)
            painter.setPen(QPen(colour, 1))
            painter.drawRects([body.adjusted(0.5, 0.5, -0.5, -0.5) for body in candles.hollow])
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_volume(self, painter: QPainter, frame: ChartFrame, columns: Columns) -> None:
        box, theme = frame.box, self.theme
        height = box.height() * _VOLUME * 0.8
        painter.setPen(Qt.PenStyle.NoPen)
        for rects, colour in zip(
            shapes.volume_bars(columns, box.bottom(), height, frame.place_px), (theme.up, theme.down), strict=True
        ):
            painter.setBrush(faded(colour, 0.35))
            painter.drawRects(rects)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_compared(self, painter: QPainter, frame: ChartFrame, shown: ChartContent, here: slice) -> None:
        xs, breaks = frame.x_of(shown.series.axis.xs[here]), shown.series.breaks[here]
        lines = list(zip(shown.lines(here.start), self._line_colours(shown), strict=True))
        if not shown.as_line and (priced := shown.priced(frame)) is not None:
            self._paint_candles(painter, priced, self._columns(priced, shown, here, whole=True))
            del lines[-1]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (_, values), colour in lines:
            ys = frame.y_of(values[here])
            for part in shapes.stretches(ys, breaks):
                _stroke(painter, self._points(xs[part], ys[part], frame), colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._dotted(painter, frame.y(0.0), frame.box, faded(self.theme.t3, 0.75))

    def _line_colours(self, shown: ChartContent) -> Sequence[QColor]:
        """As `ChartContent.lines` has them."""
        others = [self.theme.colour(COMPARED[at % len(COMPARED)]) for at in range(len(shown.others))]
        return [*others, self._day_colour(shown)]

    def _paint_legend(self, painter: QPainter, frame: ChartFrame, shown: ChartContent, here: slice) -> None:
        """Whose lines they are, and how far each has come; the chart's own first."""
        y, lines = frame.box.top() + 2, list(zip(shown.lines(here.start), self._line_colours(shown), strict=True))
        painter.setFont(self._label)
        for (name, values), colour in [lines[-1], *lines[:-1]]:
            known = values[here][np.isfinite(values[here])]
            said = f"{name}  {numbers.percent(float(known[-1])) if len(known) else numbers.UNKNOWN} %"
            area = QRectF(8, y, self._label_metrics.horizontalAdvance(said), 17)
            painter.fillRect(area.adjusted(-4, 0, 4, 0), faded(self.theme.table, 0.85))
            painter.setPen(colour)
            painter.drawText(area.adjusted(0, 0, 8, 0), _LEFT, said)
            y += 17

    # What a tick changes

    def paint_alerts(
        self, painter: QPainter, frame: ChartFrame, shown: ChartContent, hand: AlertHand | None = None
    ) -> None:
        """The levels of alerts, at their prices also where the axis is in percent, and the words of all levels."""
        if not len(shown.series):
            return
        places = self.places(frame, shown)
        if shown.levels is not None and (priced := shown.priced(frame)) is not None:
            at_right = shown.in_percent  # at the left it says whose lines they are
            self._alert_lines.paint(
                painter, priced, shown.levels, shown.decimals, hand or AlertHand(), places, at_right=at_right
            )
        self._paint_words(painter, self.level_words(frame, shown, places))

    def paint_last(self, painter: QPainter, frame: ChartFrame, shown: ChartContent) -> None:
        """The newest candle, and the last price: a dashed line, a dot at the line's end, a tag at the axis."""
        if not len(shown.series):
            return
        box, colour = frame.box, self._day_colour(shown)
        here = shown.series.axis.within(frame.left, frame.right)
        last = shown.last_shown(here.start)
        if not math.isfinite(last):
            return  # a change in percent of 0
        y = frame.y(last)
        x = frame.x(float(shown.series.axis.xs[-1]))
        painter.save()
        painter.setClipRect(QRectF(0, 0, box.right(), box.bottom() + 1))
        if not shown.in_percent and x - frame.place_px < box.right():
            many = len(shown.series)
            if shown.as_line:
                self._paint_line(painter, frame, self._bars(frame, shown, slice(max(0, many - 2), many)), shown)
            else:
                self._paint_candles(painter, frame, self._columns(frame, shown, slice(many - 1, many), whole=True))
        if box.top() <= y <= box.bottom():
            pen = QPen(colour, 1)
            pen.setDashPattern([4, 3])
            painter.setPen(pen)
            painter.drawLine(QPointF(0, math.floor(y) + 0.5), QPointF(box.right(), math.floor(y) + 0.5))
            if shown.as_line and x <= box.right():
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawEllipse(QPointF(x, y), 3, 3)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.restore()
        ink = _ON_TAG_DARK if self.theme.table.lightness() < 128 else _ON_TAG_LIGHT
        text = f"{numbers.percent(last)} %" if shown.in_percent else numbers.price(last, shown.decimals)
        self._tags.price(painter, frame, y, text, colour, ink)
        if shown.in_percent:
            self._paint_legend(painter, frame, shown, here)


def _of_the_day(frame: ChartFrame, shown: ChartContent) -> list[tuple[str, float]]:
    """The day's high and low, as far as they are in view and apart: of a month's chart a day is a line."""
    if frame.y(shown.low) - frame.y(shown.high) < _DAY_PX:
        return []
    return [
        (words, price) for words, price in (("High", shown.high), ("Low", shown.low)) if frame.low < price < frame.high
    ]


def _stroke(painter: QPainter, points: Sequence[QPointF], colour: QColor) -> None:
    """A line one pixel wide: anything wider costs ten times as much, and two of these a fifth of one of two pixels."""
    pen = QPen(colour, 1)
    pen.setCosmetic(True)
    painter.setPen(pen)
    line = QPolygonF(points)
    painter.drawPolyline(line)
    if (ratio := painter.device().devicePixelRatio()) > 1:
        painter.drawPolyline(line.translated(0, 1 / ratio))


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignCenter
_WRAPPED = Qt.TextFlag.TextWordWrap

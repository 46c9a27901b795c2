"""How a chart looks: onto a widget, a picture or an SVG file alike."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen, QPolygonF

from quotedesk.ui.chart import labels, shapes
from quotedesk.ui.chart.alert_lines import BELL_PX, AlertHand, AlertLevel, AlertLinePainter
from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.chart.chart_series import ChartSeries, bounds
from quotedesk.ui.chart.comparison import in_percent
from quotedesk.ui.chart.shapes import Columns
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import Theme, faded
from quotedesk.ui.table import numbers

Floats = NDArray[np.float64]

LEAST_AXIS_PX, TIME_PX = 64, 28
COMPARED = ("blue", "warn", "accent", "t2")  # colours of the lines that are compared
_TOP_PX = 8
_PRICE_PX, _LABEL_PX = 36, 78  # between two labels, at least
_TAG_PX = 18
_PADDING = 0.07  # of the height, above and below
_VOLUME = 0.2  # of the height
_LONG_PRICE = 10_000  # from here on the axis has no decimals where its labels need none
_ON_TAG_DARK, _ON_TAG_LIGHT = QColor("#08130E"), QColor("#FFFFFF")


@dataclass(frozen=True, slots=True)
class Compared:
    """A line beside the chart's own.

    Attributes:
        name: of the instrument.
        values: what it closed at by the end of each of the chart's bars, (bars,); NaN unknown.
    """

    name: str
    values: Floats


@dataclass(frozen=True, slots=True)
class ChartContent:
    """What a chart shows at one moment.

    Attributes:
        name: of its instrument.
        decimals: of its prices.
        rises: the day's sign, which colours the line.
        base, base_words: what change counts from, NaN unknown, and how that is called.
        high, low: the day's; NaN unknown.
        others: what it is compared with.
        words: what stands in place of bars.
        is_believed: the last price is one of now.
        levels: prices at which alerts wait; None: nobody keeps alerts.
    """

    series: ChartSeries
    name: str
    decimals: int
    as_line: bool = True
    has_volume: bool = True
    rises: bool = True
    base: float = math.nan
    base_words: str = ""
    high: float = math.nan
    low: float = math.nan
    others: tuple[Compared, ...] = ()
    words: str = ""
    is_believed: bool = True
    levels: tuple[AlertLevel, ...] | None = None

    @property
    def last(self) -> float:
        """The newest bar's close; NaN where there is none."""
        return float(self.series.bars.closes[-1]) if len(self.series) else math.nan

    @property
    def in_percent(self) -> bool:
        """Are lines shown by their change?"""
        return bool(self.others)


class ChartPainter:
    """Paints in one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._small, self._strong, self._label = look.font(11), look.font(12, strong=True), look.font(12)
        self._metrics = QFontMetricsF(self._strong)
        self._small_metrics = QFontMetricsF(self._small)
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
        if shown.in_percent or not len(shown.series):
            return LEAST_AXIS_PX
        longest = numbers.price(float(shown.series.bars.highs.max()), shown.decimals)
        needs = self._metrics.horizontalAdvance("0" * len(longest)) + (BELL_PX if shown.levels else 0)
        return max(LEAST_AXIS_PX, math.ceil(needs / 8) * 8 + 8)

    def _bounds(self, shown: ChartContent, left: float, right: float) -> tuple[float, float]:
        here = shown.series.axis.within(left, right)
        if shown.in_percent:
            return bounds([line[here] for _, line in self._lines(shown, here.start)], 0.0)
        bars = shown.series.bars
        parts = [bars.closes[here]] if shown.as_line else [bars.highs[here], bars.lows[here]]
        return bounds(parts, shown.base)

    def _lines(self, shown: ChartContent, first: int) -> list[tuple[str, Floats]]:
        """All lines in percent: of what is compared, and at last the chart's own."""
        own = in_percent(shown.series.bars.closes, first)
        return [*((other.name, in_percent(other.values, first)) for other in shown.others), (shown.name, own)]

    # What stays between two ticks

    def paint_ground(self, painter: QPainter, frame: ChartFrame, shown: ChartContent, *, whole: bool) -> None:
        """All but what says the last price, and the newest bar unless `whole`."""
        theme, box = self.theme, frame.box
        painter.fillRect(QRectF(0, 0, frame.width, box.bottom() + TIME_PX), theme.table)
        if not len(shown.series):
            painter.setFont(self._label)
            painter.setPen(theme.t3)
            painter.drawText(box.adjusted(16, 0, -16, 0), Qt.AlignmentFlag.AlignCenter | _WRAPPED, shown.words)
            return
        here = shown.series.axis.within(frame.left, frame.right)
        columns = self._columns(frame, shown, here, whole)
        painter.save()
        painter.setClipRect(QRectF(0, 0, box.right(), box.bottom()))
        self._paint_closed_hours(painter, frame, columns)
        painter.restore()
        self._paint_axes(painter, frame, shown)
        painter.save()
        painter.setClipRect(QRectF(0, 0, box.right(), box.bottom() + 1))
        if shown.in_percent:
            self._paint_compared(painter, frame, shown, here)
        else:
            if shown.has_volume:
                self._paint_volume(painter, frame, self._columns(frame, shown, here, whole=True))
            self._paint_levels(painter, frame, shown)
            if shown.as_line:
                self._paint_line(painter, frame, columns, shown)
            else:
                self._paint_candles(painter, frame, columns)
        painter.restore()

    def _columns(self, frame: ChartFrame, shown: ChartContent, here: slice, whole: bool) -> Columns:
        series = shown.series
        if not whole and here.stop == len(series):
            here = slice(here.start, here.stop - 1)
        bars = series.bars
        return shapes.thinned(
            Columns(
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
        )

    def _paint_closed_hours(self, painter: QPainter, frame: ChartFrame, columns: Columns) -> None:
        half = frame.place_px / 2
        for first, last in shapes.spans(columns.is_closed):
            left, right = float(columns.xs[first]) - half, float(columns.xs[last]) + half
            painter.fillRect(QRectF(left, 0, right - left, frame.box.bottom()), self.theme.window)

    def _paint_axes(self, painter: QPainter, frame: ChartFrame, shown: ChartContent) -> None:
        theme, box = self.theme, frame.box
        painter.setFont(self._label)
        decimals = 2 if shown.in_percent else shown.decimals
        prices = labels.round_prices(frame.low, frame.high, max(2, int(box.height() / _PRICE_PX)))
        if len(prices) > 1 and prices[1] - prices[0] >= 1 and abs(prices[-1]) >= _LONG_PRICE:
            decimals = 0
        for price in prices:
            y = round(frame.y(price)) + 0.5
            painter.setPen(QPen(theme.line, 1))
            painter.drawLine(QPointF(0, y), QPointF(box.right(), y))
            painter.setPen(theme.t3)
            text = f"{numbers.percent(price)} %" if shown.in_percent else numbers.price(price, decimals)
            painter.drawText(QRectF(box.right() + 2, y - 9, frame.width - box.right() - 8, 18), _RIGHT, text)
        series = shown.series
        most = max(1, int(box.width() / _LABEL_PX))
        for place, text in labels.times_at(series.axis, frame.left, frame.right, most, series.zone):
            x = frame.x(place)
            if 0 <= x <= box.right():
                half = self._metrics.horizontalAdvance(text) / 2 + 2
                middle = min(max(x, half + 2), box.right() - 4)
                if not text[:1].isdigit() or ":" not in text:  # a new day
                    painter.setPen(QPen(theme.line, 1))
                    painter.drawLine(QPointF(round(x) + 0.5, 0), QPointF(round(x) + 0.5, box.bottom()))
                painter.setPen(theme.t3)
                painter.drawText(QRectF(middle - half, box.bottom() + 6, 2 * half, 18), _MIDDLE, text)

    def _paint_levels(self, painter: QPainter, frame: ChartFrame, shown: ChartContent) -> None:
        """What change counts from, at the edge where that is out of view, and the day's high and low."""
        theme, box = self.theme, frame.box
        painter.setFont(self._label)
        for price, words in ((shown.high, "High"), (shown.low, "Low")):
            if frame.low < price < frame.high:
                self._dotted(painter, frame.y(price), box, faded(theme.t3, 0.5))
                told = QRectF(4, frame.y(price) - 17 if words == "High" else frame.y(price) + 1, box.width() - 10, 16)
                painter.setPen(theme.t3)
                painter.drawText(told, _RIGHT, f"{words} {numbers.price(price, shown.decimals)}")
        if math.isfinite(shown.base):
            y = min(max(frame.y(shown.base), box.top() + 1), box.bottom() - 2)
            self._dotted(painter, y, box, faded(theme.t3, 0.75))
            painter.setPen(theme.t3)
            text = f"{shown.base_words} {numbers.price(shown.base, shown.decimals)}"
            above = y - 19 > box.top()
            painter.drawText(QRectF(4, y - 18 if above else y + 2, box.width(), 16), _LEFT, text)

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
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for part in shapes.stretches(ys, columns.breaks):
            points = self._points(columns.xs[part], ys[part], frame)
            if len(points) == 1:
                points = [points[0] - QPointF(1, 0), points[0] + QPointF(1, 0)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shade)
            area = [QPointF(points[0].x(), box.bottom()), *points, QPointF(points[-1].x(), box.bottom())]
            painter.drawPolygon(QPolygonF(area))
            painter.setPen(QPen(colour, 1.25))
            painter.drawPolyline(QPolygonF(points))
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
        lines = self._lines(shown, here.start)
        colours = [self.theme.colour(COMPARED[at % len(COMPARED)]) for at in range(len(lines) - 1)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for (_, values), colour in zip(lines, [*colours, self._day_colour(shown)], strict=True):
            ys = frame.y_of(values[here])
            painter.setPen(QPen(colour, 1.25))
            for part in shapes.stretches(ys, breaks):
                painter.drawPolyline(QPolygonF(self._points(xs[part], ys[part], frame)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        self._dotted(painter, frame.y(0.0), frame.box, faded(self.theme.t3, 0.75))
        y = frame.box.top() + 2
        painter.setFont(self._label)
        order = [len(lines) - 1, *range(len(lines) - 1)]
        for at in order:
            name, values = lines[at]
            known = values[here][np.isfinite(values[here])]
            painter.setPen([*colours, self._day_colour(shown)][at])
            said = numbers.percent(float(known[-1])) if len(known) else numbers.UNKNOWN
            painter.drawText(QRectF(8, y, frame.box.width() - 16, 16), _LEFT, f"{name}  {said} %")
            y += 17

    # What a tick changes

    def paint_alerts(
        self, painter: QPainter, frame: ChartFrame, shown: ChartContent, hand: AlertHand | None = None
    ) -> None:
        """The levels of alerts, which have prices, and so no place among lines in percent."""
        if shown.levels is not None and not shown.in_percent and len(shown.series):
            self._alert_lines.paint(painter, frame, shown.levels, shown.decimals, hand or AlertHand())

    def paint_last(self, painter: QPainter, frame: ChartFrame, shown: ChartContent) -> None:
        """The newest candle, and the last price: a dashed line, a dot at the line's end, a tag at the axis."""
        if not len(shown.series):
            return
        box, colour = frame.box, self._day_colour(shown)
        last = shown.last
        if shown.in_percent:
            here = shown.series.axis.within(frame.left, frame.right)
            last = float(self._lines(shown, here.start)[-1][1][-1])
        if not math.isfinite(last):
            return  # a change in percent of 0
        y = frame.y(last)
        x = frame.x(float(shown.series.axis.xs[-1]))
        painter.save()
        painter.setClipRect(QRectF(0, 0, box.right(), box.bottom() + 1))
        if not shown.in_percent and x - frame.place_px < box.right():
            many = len(shown.series)
            if shown.as_line:
                newest = self._columns(frame, shown, slice(max(0, many - 2), many), whole=True)
                self._paint_line(painter, frame, newest, shown)
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
        self._tag(painter, frame, y, text, colour, ink)

    def _tag(self, painter: QPainter, frame: ChartFrame, y: float, text: str, ground: QColor, ink: QColor) -> None:
        """A price at the axis."""
        box = frame.box
        y = min(max(y, box.top() + _TAG_PX / 2), box.bottom() - _TAG_PX / 2)
        area = QRectF(box.right() + 2, round(y) - _TAG_PX / 2, frame.width - box.right() - 5, _TAG_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, 3, 3)
        painter.setPen(ink)
        painter.setFont(self._strong if self._metrics.horizontalAdvance(text) < area.width() else self._small)
        painter.drawText(area, _MIDDLE, text)
        painter.restore()

    def paint_pointer(
        self, painter: QPainter, frame: ChartFrame, shown: ChartContent, at: int, y: float | None
    ) -> None:
        """The crosshair over a bar: at the height `y`, or (None) at the bar's close; with value and time."""
        theme, box, series = self.theme, frame.box, shown.series
        x = math.floor(frame.x(float(series.axis.xs[at]))) + 0.5
        on_line = y is None
        values = self._own_line(shown, frame)
        if y is None:
            if not math.isfinite(values[at]):
                return
            y = frame.y(float(values[at]))
        painter.setPen(QPen(theme.t3, 1))
        painter.drawLine(QLineF(x, 0, x, box.bottom()))
        painter.drawLine(QLineF(0, math.floor(y) + 0.5, box.right(), math.floor(y) + 0.5))
        if on_line:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.table, 1))
            painter.setBrush(theme.t1)
            painter.drawEllipse(QPointF(x, y), 4, 4)
            painter.restore()
        price = frame.price_at(y)
        text = f"{numbers.percent(price)} %" if shown.in_percent else numbers.price(price, shown.decimals)
        self._tag(painter, frame, y, text, theme.edge, theme.t1)
        self._time_tag(painter, frame, x, labels.pointed_at(float(series.bars.starts_s[at]), series.zone, series.bar_s))
        if not shown.in_percent:
            self._paint_words(painter, self.bar_words(shown, at), box.width())

    def _own_line(self, shown: ChartContent, frame: ChartFrame) -> Floats:
        if not shown.in_percent:
            return shown.series.bars.closes
        return self._lines(shown, shown.series.axis.within(frame.left, frame.right).start)[-1][1]

    def bar_words(self, shown: ChartContent, at: int) -> str:
        """A bar in words: open, high, low, close, volume, and whether it is partial."""
        bars, decimals = shown.series.bars, shown.decimals
        told = [
            f"{letter} {numbers.price(float(column[at]), decimals)}"
            for letter, column in (("O", bars.opens), ("H", bars.highs), ("L", bars.lows), ("C", bars.closes))
        ]
        if math.isfinite(bars.volumes[at]):
            told.append(f"V {numbers.size(float(bars.volumes[at]), 4)}")
        return "  ".join(told) + ("  partial" if bars.partial[at] else "")

    def _paint_words(self, painter: QPainter, text: str, room_px: float) -> None:
        """At the upper left, in two lines where one is too long."""
        lines, parts = [text], text.split("  ")
        if self._small_metrics.horizontalAdvance(text) + 8 > room_px:
            lines = ["  ".join(parts[:2]), "  ".join(parts[2:])]
        painter.save()
        painter.setFont(self._small)
        for number, line in enumerate(lines):
            width = self._small_metrics.horizontalAdvance(line)
            painter.fillRect(QRectF(2, 15 * number, width + 8, 15), faded(self.theme.table, 0.85))
            painter.setPen(self.theme.t2)
            painter.drawText(QRectF(6, 15 * number, width + 4, 15), _LEFT, line)
        painter.restore()

    def _time_tag(self, painter: QPainter, frame: ChartFrame, x: float, text: str) -> None:
        box = frame.box
        half = self._metrics.horizontalAdvance(text) / 2 + 7
        middle = min(max(x, half), box.right() - half)
        area = QRectF(middle - half, box.bottom() + 6, 2 * half, _TAG_PX)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.theme.edge)
        painter.drawRoundedRect(area, 3, 3)
        painter.setPen(self.theme.t1)
        painter.setFont(self._strong)
        painter.drawText(area, _MIDDLE, text)
        painter.restore()

    def paint_measure(self, painter: QPainter, frame: ChartFrame, begin: QPointF, end: QPointF, words: str) -> None:
        """What is being measured, from one point to another."""
        theme, area = self.theme, QRectF(begin, end).normalized()
        painter.save()
        painter.fillRect(area, faded(theme.accent, 0.16))
        painter.setPen(QPen(theme.accent, 1))
        painter.drawRect(area)
        painter.setFont(self._strong)
        width = self._metrics.horizontalAdvance(words) + 16
        left = min(max(area.center().x() - width / 2, 2.0), max(2.0, frame.box.right() - width))
        top = area.top() - 26 if area.top() > 34 else area.bottom() + 6
        told = QRectF(left, top, width, 20)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.edge, 1))
        painter.setBrush(theme.raised)
        painter.drawRoundedRect(told, look.CONTROL_RADIUS_PX, look.CONTROL_RADIUS_PX)
        painter.setPen(theme.t1)
        painter.drawText(told, _MIDDLE, words)
        painter.restore()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignCenter
_WRAPPED = Qt.TextFlag.TextWordWrap

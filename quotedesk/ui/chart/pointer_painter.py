"""How the hand on a chart looks: the crosshair with value and time, and what is being measured."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from quotedesk.ui.chart import labels
from quotedesk.ui.chart.chart_content import ChartContent
from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.chart.tags import TagPainter, price_area
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import Theme, faded
from quotedesk.ui.table import numbers

Floats = NDArray[np.float64]
_LINE_PX = 15


def bar_words(shown: ChartContent, at: int) -> str:
    """A bar in words: open, high, low, close, volume, and whether it is partial."""
    bars, decimals = shown.series.bars, shown.decimals
    told = [
        f"{letter} {numbers.price(float(column[at]), decimals)}"
        for letter, column in (("O", bars.opens), ("H", bars.highs), ("L", bars.lows), ("C", bars.closes))
    ]
    if math.isfinite(bars.volumes[at]):
        told.append(f"V {numbers.size(float(bars.volumes[at]), 4)}")
    return "  ".join(told) + ("  partial" if bars.partial[at] else "")


def wrapped(text: str, fits: Callable[[str], bool]) -> list[str]:
    """Words, with two blanks between them, in lines that fit; a word that is too long has one of its own."""
    lines: list[str] = []
    for word in text.split("  "):
        longer = f"{lines[-1]}  {word}" if lines else word
        if lines and fits(longer):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class PointerPainter:
    """Paints in one theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._tags = TagPainter(theme)
        self._small, self._strong = look.font(11), look.font(12, strong=True)
        self._metrics, self._small_metrics = QFontMetricsF(self._strong), QFontMetricsF(self._small)

    def tags(self, frame: ChartFrame, shown: ChartContent, at: int, y: float | None) -> list[QRectF]:
        """Where `paint_pointer` writes at the axes."""
        series = shown.series
        if y is None:
            y = frame.y(float(_own_line(shown, frame)[at]))
        if not math.isfinite(y):
            return []
        told = labels.pointed_at(float(series.bars.starts_s[at]), series.zone, series.bar_s)
        return [price_area(frame, y), self._tags.time_area(frame, frame.x(float(series.axis.xs[at])), told)]

    def paint_pointer(
        self, painter: QPainter, frame: ChartFrame, shown: ChartContent, at: int, y: float | None
    ) -> None:
        """The crosshair over a bar: at the height `y`, or (None) at the bar's close; with value and time."""
        theme, box, series = self.theme, frame.box, shown.series
        x = math.floor(frame.x(float(series.axis.xs[at]))) + 0.5
        on_line = y is None
        if y is None:
            y = frame.y(float(_own_line(shown, frame)[at]))
            if not math.isfinite(y):
                return
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
        self._tags.price(painter, frame, y, text, theme.edge, theme.t1)
        told = labels.pointed_at(float(series.bars.starts_s[at]), series.zone, series.bar_s)
        self._tags.time(painter, frame, x, told)
        if not shown.in_percent:
            self._paint_words(painter, bar_words(shown, at), box.width())

    def _paint_words(self, painter: QPainter, text: str, room_px: float) -> None:
        """At the upper left, in as many lines as keep it off the axis."""
        lines = wrapped(text, lambda line: self._small_metrics.horizontalAdvance(line) + 8 <= room_px)
        painter.save()
        painter.setFont(self._small)
        for number, line in enumerate(lines):
            width = self._small_metrics.horizontalAdvance(line)
            painter.fillRect(QRectF(2, _LINE_PX * number, width + 8, _LINE_PX), faded(self.theme.table, 0.85))
            painter.setPen(self.theme.t2)
            painter.drawText(QRectF(6, _LINE_PX * number, width + 4, _LINE_PX), _LEFT, line)
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
        painter.drawText(told, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()


def _own_line(shown: ChartContent, frame: ChartFrame) -> Floats:
    if not shown.in_percent:
        return shown.series.bars.closes
    return shown.lines(shown.series.axis.within(frame.left, frame.right).start)[-1][1]


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

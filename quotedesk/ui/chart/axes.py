"""The axes of a chart: its grid, and round prices and times, but for those in whose place something else stands."""

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from quotedesk.ui.chart import labels
from quotedesk.ui.chart.chart_content import ChartContent
from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import Theme
from quotedesk.ui.table import numbers

_PRICE_PX, _TIME_PX, _SECONDS_PX = 36, 50, 78  # between two labels, at least; of times with their seconds
_HALF_PX = 9  # of a label's height
_LETTERS_PX = 5  # half of what its letters take of that
_LONG_PRICE = 10_000  # from here on the axis has no decimals where its labels need none


@dataclass(frozen=True, slots=True)
class Axes:
    """What stands at the axes of one frame.

    Attributes:
        grid: lines.
        prices, times: labels with their places.
    """

    grid: tuple[QLineF, ...] = ()
    prices: tuple[tuple[QRectF, str], ...] = ()
    times: tuple[tuple[QRectF, str], ...] = ()


class AxisPainter:
    """Paints in one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._font = look.font(12)
        self._metrics = QFontMetricsF(self._font)

    def of(self, frame: ChartFrame, shown: ChartContent) -> Axes:
        """The axes of a frame."""
        box = frame.box
        decimals = 2 if shown.in_percent else shown.decimals
        most = max(2, int(box.height() / _PRICE_PX))
        round_prices = labels.round_prices(frame.low, frame.high, most, 10.0**-decimals)
        if len(round_prices) > 1 and round_prices[1] - round_prices[0] >= 1 and abs(round_prices[-1]) >= _LONG_PRICE:
            decimals = 0
        grid, prices = [], []
        times: list[tuple[QRectF, str]] = []
        for price in round_prices:
            y = round(frame.y(price)) + 0.5
            text = f"{numbers.percent(price)} %" if shown.in_percent else numbers.price(price, decimals)
            grid.append(QLineF(0, y, box.right(), y))
            area = QRectF(box.right() + 2, y - _HALF_PX, frame.width - box.right() - 8, 2 * _HALF_PX)
            prices.append((area, text))
        for place, text in self._times(frame, shown):
            x = frame.x(place)
            if 0 <= x <= box.right():
                if ":" not in text:  # a new day
                    grid.append(QLineF(round(x) + 0.5, 0, round(x) + 0.5, box.bottom()))
                half = self._metrics.horizontalAdvance(text) / 2 + 2
                middle = min(max(x, half + 2), box.right() - 4)
                _add_apart(times, QRectF(middle - half, box.bottom() + 6, 2 * half, 2 * _HALF_PX), text)
        return Axes(tuple(grid), tuple(prices), tuple(times))

    def paint_grid(self, painter: QPainter, axes: Axes) -> None:
        """The lines, which lie under all else."""
        painter.setPen(QPen(self._theme.line, 1))
        painter.drawLines(list(axes.grid))

    def paint_labels(self, painter: QPainter, axes: Axes, taken: Iterable[QRectF] = ()) -> None:
        """The labels, but for those that something hides, even in part."""
        covered = [area.adjusted(-1, -1, 1, 1) for area in taken]
        painter.setFont(self._font)
        painter.setPen(self._theme.t3)
        for found, flags in ((axes.prices, _RIGHT), (axes.times, Qt.AlignmentFlag.AlignCenter)):
            for area, text in found:
                letters = area.adjusted(0, _HALF_PX - _LETTERS_PX, 0, _LETTERS_PX - _HALF_PX)
                if not any(letters.intersects(each) for each in covered):
                    painter.drawText(area, flags, text)

    @staticmethod
    def _times(frame: ChartFrame, shown: ChartContent) -> list[tuple[float, str]]:
        """(place, label), as many as there is room for."""
        found: list[tuple[float, str]] = []
        xs = shown.series.axis.xs[shown.series.axis.within(frame.left, frame.right)]
        room_px = min(frame.box.width(), frame.x(float(xs[-1])) - frame.x(float(xs[0]))) if len(xs) else 0.0
        for apart_px in (_TIME_PX, _SECONDS_PX):
            most = max(1, int(room_px / apart_px))
            found = labels.times_at(shown.series.axis, frame.left, frame.right, most, shown.series.zone)
            if not any(text.count(":") == 2 for _, text in found):
                break
        return found


def _add_apart(times: list[tuple[QRectF, str]], area: QRectF, text: str) -> None:
    """Add a label right of all others, but of two that would touch only the one with a date, or the first."""
    if times and times[-1][0].right() > area.left():
        if ":" in text or ":" not in times[-1][1]:
            return
        times.pop()
    times.append((area, text))


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

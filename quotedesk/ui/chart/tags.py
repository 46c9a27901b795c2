"""Values at a chart's axes, on a ground of their own."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import Theme

TAG_PX = 18
_RADIUS_PX = 3


def price_area(frame: ChartFrame, y: float) -> QRectF:
    """Where a tag at the price axis is, whose middle is to be at a height."""
    y = min(max(y, frame.box.top() + TAG_PX / 2), frame.box.bottom() - TAG_PX / 2)
    return area_at(frame, y)


def area_at(frame: ChartFrame, y: float) -> QRectF:
    """The same, and be it out of the chart's box."""
    return QRectF(frame.box.right() + 2, round(y) - TAG_PX / 2, frame.width - frame.box.right() - 5, TAG_PX)


class TagPainter:
    """Paints in one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._small, self._strong = look.font(11), look.font(12, strong=True)
        self._metrics = QFontMetricsF(self._strong)

    def price(self, painter: QPainter, frame: ChartFrame, y: float, text: str, ground: QColor, ink: QColor) -> None:
        """At the price axis."""
        self._paint(painter, price_area(frame, y), text, ground, ink)

    def time(self, painter: QPainter, frame: ChartFrame, x: float, text: str) -> None:
        """At the time axis."""
        self._paint(painter, self.time_area(frame, x, text), text, self._theme.edge, self._theme.t1)

    def time_area(self, frame: ChartFrame, x: float, text: str) -> QRectF:
        """Where it is."""
        half = self._metrics.horizontalAdvance(text) / 2 + 7
        middle = min(max(x, half), frame.box.right() - half)
        return QRectF(middle - half, frame.box.bottom() + 6, 2 * half, TAG_PX)

    def _paint(self, painter: QPainter, area: QRectF, text: str, ground: QColor, ink: QColor) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(area, _RADIUS_PX, _RADIUS_PX)
        painter.setPen(ink)
        painter.setFont(self._strong if self._metrics.horizontalAdvance(text) < area.width() else self._small)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()

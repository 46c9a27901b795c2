"""Alert levels on a chart: how they look, and how the mouse moves them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QApplication

from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.chart.tags import TAG_PX, area_at
from quotedesk.ui.chart.word_places import WordPlaces
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.glyphs import SIDE_PX, Glyphs
from quotedesk.ui.looks.theme import Theme, faded
from quotedesk.ui.table import numbers

_REACH_PX = 5  # so near is on a line
_BELL_PX = 16  # beside the price at the axis
MARKS_PX = _BELL_PX + 10  # with an arrow to a price that is out of view


@dataclass(frozen=True, slots=True)
class AlertLevel:
    """A price at which an alert waits.

    Attributes:
        key: of the alert, for `Requests.alert_moved`.
        text: what it waits for, in words.
        is_armed: it fires when the price is reached; else it rests.
    """

    key: str
    price: float
    text: str
    is_armed: bool


def round_price(frame: ChartFrame, y: float, decimals: int) -> float:
    """The price at a height, with no more digits than a pixel can tell."""
    price_px = (frame.high - frame.low) / frame.box.height()
    digits = min(decimals, math.ceil(-math.log10(price_px))) if price_px > 0 else decimals
    return round(frame.price_at(y), digits)


def mark_y(level: AlertLevel, frame: ChartFrame) -> float:
    """Where its mark at the axis lies: on its line, or (out of view) at the edge; not over the last price."""
    box = frame.box
    y = min(max(frame.y(level.price), box.top() + TAG_PX / 2), box.bottom() - TAG_PX / 2)
    if abs(y - frame.tag_y) < TAG_PX:
        way = -1 if level.price >= frame.price_at(frame.tag_y) else 1
        if frame.tag_y + way * TAG_PX < TAG_PX / 2:  # there is no room above
            way = 1
        y = frame.tag_y + way * TAG_PX
    return y


def _distance(level: AlertLevel, frame: ChartFrame, at: QPointF) -> float:
    """From a point to the line, or at the axis to the mark; infinite where there is neither."""
    if at.x() > frame.box.right():
        return abs(mark_y(level, frame) - at.y())
    return abs(frame.y(level.price) - at.y()) if frame.low <= level.price <= frame.high else math.inf


def in_reach(levels: Sequence[AlertLevel], frame: ChartFrame) -> list[AlertLevel]:
    """Those that are shown: all in view, and of the others the nearest above and below, at the edges."""
    above = [each for each in levels if each.price > frame.high]
    below = [each for each in levels if each.price < frame.low]
    shown = [each for each in levels if frame.low <= each.price <= frame.high]
    if above:
        shown.append(min(above, key=lambda each: each.price))
    if below:
        shown.append(max(below, key=lambda each: each.price))
    return shown


class AlertHand:
    """What the mouse does with levels: it takes one, or a new one out of the axis, and lets it go at a price.

    Attributes:
        held: the level in the hand, where the hand is now; its key is "" where it is a new one. None: nothing.
    """

    def __init__(self) -> None:
        self.held: AlertLevel | None = None
        self._begin = QPointF()
        self._has_moved = False

    @staticmethod
    def level_at(levels: Sequence[AlertLevel], frame: ChartFrame, at: QPointF) -> AlertLevel | None:
        """The level whose line or mark is there."""
        shown = in_reach(levels, frame)
        nearest = min(shown, key=lambda each: _distance(each, frame, at), default=None)
        return nearest if nearest is not None and _distance(nearest, frame, at) <= _REACH_PX else None

    def take(self, levels: Sequence[AlertLevel], frame: ChartFrame, at: QPointF, decimals: int) -> bool:
        """The button went down. Is there a level to take, or the axis?"""
        self._begin, self._has_moved = at, False
        self.held = self.level_at(levels, frame, at)
        if self.held is None and at.x() > frame.box.right() and frame.box.top() <= at.y() <= frame.box.bottom():
            self.held = AlertLevel("", round_price(frame, at.y(), decimals), "New alert", is_armed=True)
        return self.held is not None

    def carry(self, frame: ChartFrame, at: QPointF, decimals: int) -> None:
        """The mouse moved with the button down."""
        if self.held is None:
            return
        moved = at - self._begin
        self._has_moved |= moved.manhattanLength() >= QApplication.startDragDistance()
        if self._has_moved:
            y = min(max(at.y(), frame.box.top()), frame.box.bottom())
            self.held = replace(self.held, price=round_price(frame, y, decimals))

    def let_go(self) -> AlertLevel | None:
        """The button came up. The level at its new price; None where it was not moved."""
        held, self.held = self.held, None
        return held if self._has_moved else None

    @property
    def is_shown(self) -> bool:
        """Is it a level on its way, and no mere press?"""
        return self.held is not None and self._has_moved


class AlertLinePainter:
    """Paints levels in one theme: a line, a bell and the price at the axis."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._small, self._label = look.font(11), look.font(12)
        self._metrics = QFontMetricsF(self._label)
        self._glyphs: Glyphs | None = None
        self._at_right = False
        self._places = WordPlaces(QRectF())

    def paint(
        self,
        painter: QPainter,
        frame: ChartFrame,
        levels: Sequence[AlertLevel],
        decimals: int,
        hand: AlertHand,
        places: WordPlaces,
        *,
        at_right: bool = False,
    ) -> None:
        """All of them, and at last the one in the hand; their words `at_right` where the left is another's place."""
        self._at_right, self._places = at_right, places
        moving = hand.held if hand.is_shown else None
        for each in in_reach(levels, frame):
            if moving is None or each.key != moving.key:
                self._paint_level(painter, frame, each, decimals, is_moving=False)
        if moving is not None:
            self._paint_level(painter, frame, moving, decimals, is_moving=True)

    def _paint_level(
        self, painter: QPainter, frame: ChartFrame, level: AlertLevel, decimals: int, *, is_moving: bool
    ) -> None:
        theme, box = self._theme, frame.box
        ink = theme.warn if level.is_armed else theme.t3
        if frame.low <= level.price <= frame.high:
            line_y = math.floor(frame.y(level.price)) + 0.5
            pen = QPen(ink if is_moving else faded(ink, 0.8), 1)
            if not level.is_armed:
                pen.setDashPattern([6, 4])
            painter.setPen(pen)
            painter.drawLine(QPointF(0, line_y), QPointF(box.right(), line_y))
            painter.setFont(self._small)
            metrics = QFontMetricsF(self._small)
            text = metrics.elidedText(level.text, Qt.TextElideMode.ElideRight, box.width() * 0.8)
            width = metrics.horizontalAdvance(text) + 4
            told = self._places.place(box.right() - width - 2 if self._at_right else 6, width, line_y)
            painter.fillRect(told.adjusted(-2, 0, 0, 0), faded(theme.table, 0.9))
            painter.setPen(theme.t2)
            painter.drawText(told, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        area = area_at(frame, mark_y(level, frame))
        painter.fillRect(area, theme.raised if is_moving else theme.table)
        arrow = frame.arrow_to(level.price)  # without it the price would be read as one of the axis
        price = arrow + numbers.price(level.price, decimals)
        if self._metrics.horizontalAdvance(price) + _RIGHT_PX > area.width():
            price = arrow  # a part of a price is another price
        painter.setFont(self._label)
        painter.setPen(ink)
        painter.drawText(area.adjusted(0, 0, -_RIGHT_PX, 0), _RIGHT, price)
        if self._metrics.horizontalAdvance(price) + _BELL_PX <= area.width():
            ratio = painter.device().devicePixelRatio()
            if self._glyphs is None or self._glyphs.ratio != ratio:
                self._glyphs = Glyphs(ratio)
            self._glyphs.blit(painter, "bell", area.left() + SIDE_PX / 2, area.center().y(), ink, theme.table)


_RIGHT_PX = 3
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

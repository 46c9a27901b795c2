"""The chart's own area: it paints what it is given, and takes the mouse and keys."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from quotedesk.market.instrument import Instrument
from quotedesk.ui.chart.alert_lines import AlertHand, round_price
from quotedesk.ui.chart.axes import Axes
from quotedesk.ui.chart.chart_content import ChartContent
from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.chart.chart_painter import ChartPainter
from quotedesk.ui.chart.chart_view import ChartView
from quotedesk.ui.chart.measure import Measured
from quotedesk.ui.chart.pointer_painter import PointerPainter, bar_words
from quotedesk.ui.exchange.row_drag import RowDrag
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.message import announce

_NOTCH = 120  # of a wheel, as Qt counts
_PAN_SHARE = 0.1  # of the width, for a key
_LEAST_PX = QSize(120, 44)


@dataclass(slots=True)
class _Drag:
    """What the pressed button does: it pans from a place, or measures from a point."""

    begin: QPointF
    last: QPointF
    measures: bool


class ChartPlot(QWidget):
    """One chart. What it shows is given whole; see `show_content`.

    Attributes:
        view: which part is in view.
        content: what it shows.
        measures: dragging measures, and does not pan.
        measured: what was measured last; None for nothing.

    Signals:
        dropped(instruments): rows were let go over it.
        moved(): another part is in view.
        alert_at(instrument, price): a new alert is wanted there.
        alert_moved(key, price): the level of an alert was dragged there.
        menu_asked(price, at): what can be done here? `price`: under the pointer, or of the bar of the crosshair; NaN
            where there is none. `at`: on screen.
    """

    dropped = Signal(object)
    moved = Signal()
    alert_at = Signal(object, float)
    alert_moved = Signal(str, float)
    menu_asked = Signal(float, QPoint)

    def __init__(self, appearance: Appearance, now_s: Callable[[], float], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = ChartView()
        self.content: ChartContent | None = None
        self.measures = False
        self.measured: Measured | None = None
        self._now_s = now_s
        self._appearance = appearance
        self._painter = ChartPainter(appearance.theme)
        self._pointer_painter = PointerPainter(appearance.theme)
        self._frame: ChartFrame | None = None
        self._version = 0
        self._ground: QPixmap | None = None
        self._axes = Axes()
        self._ground_key: object = None
        self._pointer: QPointF | None = None
        self._at = -1  # the bar under the crosshair, where keys put it
        self._drag: _Drag | None = None
        self._alert = AlertHand()
        self._measure: tuple[QPointF, QPointF] | None = None
        self._is_dropped_on = False
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(_LEAST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Chart")
        appearance.changed.connect(self._change_looks)

    def show_content(self, content: ChartContent, version: int) -> None:
        """Show this; while `version` stays, nothing but its newest bar is another than before."""
        is_other = self.content is None or content.series.instrument != self.content.series.instrument
        if version != self._version or self.content is None:
            self._keep_view(content, is_other=is_other)
        if is_other:
            self._measure = self.measured = None
            self._at = -1
            self._frame = None
            self._alert.held = None
        self.content, self._version = content, version
        self.update()

    def _keep_view(self, content: ChartContent, *, is_other: bool) -> None:
        before = self.content.series if self.content is not None else None
        after = content.series
        same = before is not None and not is_other and before.bar_s == after.bar_s
        if same and before is not None and len(before) and len(after) and not self.view.is_at_now:
            # Bars came before or left: what is in view stays.
            first_s = float(before.axis.starts_s[0])
            self.view.stay(after, after.axis.x_of(first_s))
        else:
            self.view.follow(after)

    # For actions

    def zoom(self, steps: float) -> None:
        """Nearer (above 0) or farther."""
        self.view.zoom(steps)
        self._look_again()

    def pan(self, screens: float) -> None:
        """Later (above 0) or earlier, in widths of the view."""
        self.view.pan(screens * self.view.width)
        self._look_again()

    def back_to_now(self) -> None:
        """The newest bar at the right, or where it is there already all of the range."""
        if self.content is not None:
            if self.view.is_at_now:
                self.view.fit(self.content.series)
            else:
                self.view.back_to_now()
            self._look_again()

    def fit(self) -> None:
        """All of the range."""
        if self.content is not None:
            self.view.fit(self.content.series)
            self._look_again()

    def draw(self, painter: QPainter, width: float, height: float) -> None:
        """Paint it whole, without the pointer, onto something of that size."""
        if self.content is None:
            return
        frame = self._painter.frame(width, height, self.view.left, self.view.right, self.content)
        axes = self._painter.paint_ground(painter, frame, self.content, whole=False)
        self._painter.paint_labels(painter, frame, self.content, axes)
        self._painter.paint_alerts(painter, frame, self.content)
        self._painter.paint_last(painter, frame, self.content)

    def words(self) -> str:
        """What the crosshair says, for those who hear it; "" without one."""
        if self.content is None or not 0 <= self._at < len(self.content.series):
            return ""
        return bar_words(self.content, self._at)

    @property
    def frame_now(self) -> ChartFrame | None:
        """Where things lie, as painted last."""
        return self._frame

    # QWidget

    def sizeHint(self) -> QSize:
        return QSize(336, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.content is None:
            painter.fillRect(self.rect(), self._appearance.theme.table)
            painter.end()
            return
        content, view = self.content, self.view
        frame = self._frame = self._painter.frame(
            self.width(), self.height(), view.left, view.right, content, self._frame
        )
        ratio = self.devicePixelRatioF()
        second = math.floor(self._now_s()) if content.has_volume or content.in_percent else 0
        full_key = (
            *(self._version, frame.box.width(), frame.box.height(), frame.left, frame.right, frame.low, frame.high),
            *(ratio, second, content.rises, content.base, content.high, content.low, content.is_believed),
        )
        if self._ground is None or full_key != self._ground_key:
            self._ground = QPixmap(self.size() * ratio)
            self._ground.setDevicePixelRatio(ratio)
            ground = QPainter(self._ground)
            self._axes = self._painter.paint_ground(ground, frame, content, whole=content.in_percent)
            ground.end()
            self._ground_key = full_key
        painter.drawPixmap(0, 0, self._ground)
        pointed = self._pointed(frame, content)
        taken = self._pointer_painter.tags(frame, content, *pointed) if pointed is not None else ()
        self._painter.paint_labels(painter, frame, content, self._axes, taken)
        self._painter.paint_alerts(painter, frame, content, self._alert)
        self._painter.paint_last(painter, frame, content)
        self._paint_hand(painter, frame, content, pointed)
        painter.end()

    def _pointed(self, frame: ChartFrame, content: ChartContent) -> tuple[int, float | None] | None:
        """The bar of the crosshair, and its height; None for that of the bar's close."""
        at, y = self._at, None
        if self._pointer is not None and frame.box.contains(self._pointer):
            at = content.series.axis.nearest(frame.place_at(self._pointer.x()))
            y = None if content.as_line or content.in_percent else self._pointer.y()
        if not 0 <= at < len(content.series) or self._drag is not None or self._alert.held is not None:
            return None
        return at, y

    def _paint_hand(
        self, painter: QPainter, frame: ChartFrame, content: ChartContent, pointed: tuple[int, float | None] | None
    ) -> None:
        """The crosshair, what is measured, and the ring of the keyboard."""
        if self._measure is not None and self.measured is not None:
            begin, end = self._measure
            self._pointer_painter.paint_measure(painter, frame, begin, end, self.measured.words(content.decimals))
        if pointed is not None:
            self._pointer_painter.paint_pointer(painter, frame, content, *pointed)
        if self.hasFocus() or self._is_dropped_on:
            painter.setPen(QPen(self._appearance.theme.accent, 1.5))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1.5, -1.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.content is not None and len(self.content.series):
            if self._takes_alert(event.position()):
                return
            measures = self.measures or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._drag = _Drag(event.position(), event.position(), measures)
            self._measure = self.measured = None
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        drag, frame, content = self._drag, self._frame, self.content
        if frame is not None and content is not None and drag is None:
            if (priced := self._priced) is not None:
                self._alert.carry(priced, event.position(), content.decimals)
            self._show_hand(event.position())
        if drag is not None and frame is not None:
            if drag.measures:
                self._measure = (drag.begin, event.position())
                self.measured = self._measured(frame, drag.begin, event.position())
            else:
                self.view.pan((drag.last.x() - event.position().x()) / frame.place_px)
                self.moved.emit()
            drag.last = event.position()
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._drag = None
            level = self._alert.let_go()
            if level is not None and level.key:
                self.alert_moved.emit(level.key, level.price)
            elif level is not None and self.content is not None:
                self.alert_at.emit(self.content.series.instrument, level.price)
            self._show_hand(event.position())
            self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(self._pointed_price(event), event.globalPos())
        event.accept()

    def _pointed_price(self, event: QContextMenuEvent) -> float:
        """Under the pointer, or for the keyboard where the crosshair is."""
        content, priced = self.content, self._priced
        if content is None or priced is None or not len(content.series):
            return math.nan
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            y = event.pos().y()
            within = priced.box.top() <= y <= priced.box.bottom()
            return round_price(priced, y, content.decimals) if within else math.nan
        closes = content.series.bars.closes
        return round(float(closes[self._at if 0 <= self._at < len(closes) else -1]), content.decimals)

    def _takes_alert(self, at: QPointF) -> bool:
        content, priced = self.content, self._priced
        if content is None or priced is None or content.levels is None:
            return False
        return self._alert.take(content.levels, priced, at, content.decimals)

    @property
    def _priced(self) -> ChartFrame | None:
        """Where things lie, by the chart's own prices; None where nothing has any."""
        return self.content.priced(self._frame) if self.content is not None and self._frame is not None else None

    def _show_hand(self, at: QPointF) -> None:
        """The pointer says what can be dragged."""
        content, priced = self.content, self._priced
        over = self._alert.held is not None
        if not over and priced is not None and content is not None and content.levels:
            over = self._alert.level_at(content.levels, priced, at) is not None
        self.setCursor(Qt.CursorShape.SizeVerCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def _measured(self, frame: ChartFrame, begin: QPointF, end: QPointF) -> Measured:
        assert self.content is not None
        axis = self.content.series.axis
        first, last = (axis.nearest(frame.place_at(point.x())) for point in (begin, end))
        seconds = float(axis.starts_s[last] - axis.starts_s[first]) if first >= 0 and last >= 0 else math.nan
        return Measured(frame.price_at(begin.y()), frame.price_at(end.y()), seconds, last - first)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned, frame = event.angleDelta(), self._frame
        if frame is None:
            return
        if turned.x() and abs(turned.x()) > abs(turned.y()):
            self.pan(-turned.x() / _NOTCH * _PAN_SHARE)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(-turned.y() / _NOTCH * _PAN_SHARE)
        else:
            anchor = None if self.view.is_at_now else frame.place_at(event.position().x())
            self.view.zoom(turned.y() / _NOTCH, anchor)
            self._look_again()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shifted = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            way = 1 if key == Qt.Key.Key_Right else -1
            if shifted:
                self.pan(way * _PAN_SHARE)
            else:
                self._step(way)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(1)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(-1)
        elif key == Qt.Key.Key_End:
            self.back_to_now()
        elif key == Qt.Key.Key_Home:
            self.fit()
        elif key == Qt.Key.Key_Escape and self._alert.held is not None:
            self._alert.held = None
            self.update()
        elif key == Qt.Key.Key_Escape and (self._at >= 0 or self._measure is not None):
            self._at, self._measure, self.measured = -1, None, None
            self.update()
        else:
            super().keyPressEvent(event)

    def _step(self, way: int) -> None:
        """Move the crosshair by a bar, and the view along with it."""
        if self.content is None or not len(self.content.series):
            return
        xs = self.content.series.axis.xs
        if not 0 <= self._at < len(xs):
            self._at = len(xs) - 1 if way < 0 else self.content.series.axis.nearest(self.view.left)
        else:
            self._at = min(max(self._at + way, 0), len(xs) - 1)
        self._pointer = None
        x = float(xs[self._at])
        if x < self.view.left:
            self.view.pan(x - self.view.left - 0.5)
        elif x > self.view.right:
            self.view.pan(x - self.view.right + 0.5)
        announce(self, self.words())
        self._look_again()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._instruments(event):
            self._is_dropped_on = True
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.update()

    def dragLeaveEvent(self, event: QEvent) -> None:
        self._is_dropped_on = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._is_dropped_on = False
        if found := self._instruments(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(found)
        self.update()

    @staticmethod
    def _instruments(event: QDropEvent) -> list[Instrument]:
        drag = RowDrag.carried(event)
        return [row for row in drag if isinstance(row, Instrument)]

    # Inside

    def _look_again(self) -> None:
        self.moved.emit()
        self.update()

    def _change_looks(self) -> None:
        self._painter = ChartPainter(self._appearance.theme)
        self._pointer_painter = PointerPainter(self._appearance.theme)
        self._ground = None
        self.update()

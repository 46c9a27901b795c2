"""What a row's line says under the pointer: a mark on the line, and its price and time; of a gap, that it is one."""

import math

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from quotedesk.lists.section import Section
from quotedesk.market.clock import Clock
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.word_panel import Word, WordPanel
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import TREND
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.sparkline_shape import LinePoint
from quotedesk.ui.table.view import TableView

_MARK_PX = 9
_AGAIN_MS = 250  # a line goes on under a pointer that rests
_MINUTE_S = 60.0
_MOST_DECIMALS = 12


class TrendTip(WordPanel):
    """Shown while the pointer is over a line of the table, without waiting.

    Attributes:
        mark: on the line, over the table.
    """

    def __init__(
        self, table: TableView, model: TableModel, clock: Clock, appearance: Appearance, parent: QWidget
    ) -> None:
        super().__init__(appearance, parent)
        self._panel = parent
        self._table = table
        self._model = model
        self._clock = clock
        self._at = QPoint()
        self.mark = _Mark(appearance, table.viewport())
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._look_again)
        table.viewport().installEventFilter(self)
        for moved in (table.verticalScrollBar().valueChanged, model.modelReset, model.rowsInserted, model.rowsRemoved):
            moved.connect(self.leave)
        model.layoutChanged.connect(self._look_again)  # a table sorts itself as prices move

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QMouseEvent) and kind == QEvent.Type.MouseMove:
            if event.buttons() == Qt.MouseButton.NoButton:
                self.look(event.position().toPoint())
            else:
                self.leave()
        elif kind in (QEvent.Type.Leave, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel):
            self.leave()
        return False

    def look(self, at: QPoint) -> None:
        """The pointer is there, in the table's viewport."""
        self._at = at
        table, row = self._table, self._table.rowAt(at.y())
        column = table.columnAt(at.x())
        point = None
        if row >= 0 and 0 <= column < len(self._model.columns) and self._model.columns[column] is TREND:
            is_label = isinstance(self._model.rows[row], Section)
            point = None if is_label else table.line_point(row, at.x())
        if point is None:
            self.leave()
            return
        self.say(self._told(point, self._model.reading(row).decimals))
        self.place(table.viewport().mapTo(self._panel, at))
        self.mark.show_at(QPointF(point.x, point.y))
        self._again.start()

    def _look_again(self) -> None:
        if self.isVisible():
            self.look(self._at)

    def leave(self) -> None:
        """The pointer is elsewhere."""
        if self.isVisible() or self.mark.isVisible():
            self.hide()
            self.mark.hide()
            self._again.stop()

    def _told(self, point: LinePoint, decimals: int) -> list[list[Word]]:
        decimals = min(decimals, _exact_decimals(point.price))
        begin, end = (self._time(time_s, point.step_s) for time_s in (point.begin_s, point.end_s))
        if math.isnan(point.price):
            return [[Word("No prices", "t1"), Word(f"{begin} to {end}", "t2")]]
        told = [[Word(numbers.price(point.price, decimals), "t1", is_strong=True, gap_px=10), Word(end, "t2")]]
        if point.high > point.price or point.low < point.price:
            low, high = (numbers.price(price, decimals) for price in (point.low, point.high))
            step_s = point.step_s
            within = f"{step_s:.0f} s" if step_s < _MINUTE_S else f"{step_s / _MINUTE_S:.0f} min"
            told.append([Word(f"{low} to {high} in {within}", "t3")])
        return told

    def _time(self, time_s: float, step_s: float) -> str:
        now_s = self._clock.now_s()
        utc_s, now_utc_s = self._clock.utc_s(min(time_s, now_s)), self._clock.utc_s(now_s)
        time_of_day = numbers.time_of_day(utc_s)
        if step_s >= _MINUTE_S:
            time_of_day = time_of_day[:5]
        is_today = numbers.date(utc_s) == numbers.date(now_utc_s)
        return time_of_day if is_today else f"{numbers.day(utc_s)} {time_of_day}"


def _exact_decimals(price: float) -> int:
    """How many decimals of a price are right, as a line keeps it: in 24 bits."""
    if not price or not math.isfinite(price):
        return _MOST_DECIMALS
    return max(0, math.floor(-math.log10(2.0 ** (math.frexp(price)[1] - 24))))


class _Mark(QWidget):
    """A dot on the line."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(_MARK_PX, _MARK_PX)
        self.hide()

    def show_at(self, place: QPointF) -> None:
        """There, with its middle; hidden where there is no price."""
        self.setVisible(place.y() == place.y())
        if place.y() == place.y():
            self.move(round(place.x() - _MARK_PX / 2), round(place.y() - _MARK_PX / 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.table)
        painter.setBrush(theme.t1)
        painter.drawEllipse(QPointF(_MARK_PX / 2, _MARK_PX / 2), 3.2, 3.2)
        painter.end()

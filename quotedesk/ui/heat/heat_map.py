"""The heat map: another view of the rows that a table shows. What is chosen here is chosen there."""

import math

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFontMetrics,
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from quotedesk.lists.section import Row, Section
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.ui.heat.areas import Area, turnovers
from quotedesk.ui.heat.scale import full_scale
from quotedesk.ui.heat.tile_painter import TilePainter
from quotedesk.ui.heat.tiles import Tile, TileLayout, laid_out
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.theme import LOOKS
from quotedesk.ui.message import announce
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import SYMBOL, percents
from quotedesk.ui.table.input import COMMAND_KEYS
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.paint_stats import PaintLog
from quotedesk.ui.table.row_order import NOBODY
from quotedesk.ui.table.row_text import still
from quotedesk.ui.table.selection import Selection
from quotedesk.ui.table.view import TableView

LEGEND_PX = 24
_SETTLES_S = 30.0  # so often at most tiles change their size by themselves, never under the hand
_CHANGES = 0.2  # and only where one would be so much larger or smaller
_AGEING = {state for state, each in LOOKS.items() if "{age}" in each.word}
_STEPS = {
    Qt.Key.Key_Left: QPoint(-1, 0),
    Qt.Key.Key_Right: QPoint(1, 0),
    Qt.Key.Key_Up: QPoint(0, -1),
    Qt.Key.Key_Down: QPoint(0, 1),
}
_SELECT = QItemSelectionModel.SelectionFlag


class HeatMap(QWidget):
    """Shows a table's model as tiles, in place of the table.

    Attributes:
        area: what the tiles' areas stand for.
        log: where paints are counted; None counts nothing.

    Signals:
        typed(str): text was typed.
        edit_requested(): Enter was pressed, or a tile was double-clicked.
        empty_clicked(): what is beside all tiles was clicked.
        drag_requested(): the chosen rows are pulled by the mouse.
        menu_requested(row, at): the menu of a row of the model, -1 for none, there on the screen.
        painted_first(): it is on screen for the first time.
    """

    typed = Signal(str)
    edit_requested = Signal()
    empty_clicked = Signal()
    drag_requested = Signal()
    menu_requested = Signal(int, QPoint)
    painted_first = Signal()

    def __init__(
        self,
        table: TableView,
        model: TableModel,
        selecting: Selection,
        clock: Clock,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.log: PaintLog | None = None
        self._area = Area.TURNOVER
        self._table = table
        self._model = model
        self._selecting = selecting
        self._clock = clock
        self._appearance = appearance
        self._layout: TileLayout | None = None  # None: to be made at the next look
        self._laid_out_s = -math.inf
        self._full = full_scale(())
        self._known = 0  # symbols whose turnover is known
        self._slots = model.quotes.slots(())  # of the tiles, as they are in the layout
        self._version = -1
        self._pressed_at: QPoint | None = None
        self._has_painted = False
        self._painter = TilePainter(appearance.theme, self.devicePixelRatioF())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.setMouseTracking(True)
        self.setAccessibleName("Heat map")
        for changed in (model.rowsInserted, model.rowsRemoved, model.layoutChanged, model.modelReset):
            changed.connect(self._lay_out_anew)
        table.selectionModel().selectionChanged.connect(lambda: self.update())
        table.selectionModel().currentChanged.connect(lambda: self.update())
        appearance.changed.connect(self._change_looks)

    @property
    def area(self) -> Area:
        return self._area

    @area.setter
    def area(self, area: Area) -> None:
        self._area = area
        self._lay_out_anew()

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """As they are on screen, in the list's order."""
        return self._laid_out().tiles

    @property
    def said(self) -> str:
        """What the tiles' areas stand for, in words, as the legend says."""
        if self._area is Area.EQUAL:
            return "Area: all alike"
        many = sum(isinstance(tile.row, Instrument) for tile in self.tiles)
        if not self._known:
            return "Area: all alike, as no turnover is known here"
        some = "" if self._known >= many else f", known of {self._known:,} of {many:,}"
        return f"Area: turnover, each in its own currency{some}"

    # Painted, for the repaint clock

    def repaint_news(self, now_s: float) -> bool:
        quotes = self._model.quotes
        tiles = self._laid_out().tiles
        version, self._version = self._version, quotes.version
        changed = np.flatnonzero(quotes.changed_since(self._slots, version)).tolist() if tiles else ()
        for at in changed:
            self.update(tiles[at].box)
        return quotes.version != version

    def ticks(self) -> int:
        return self._model.quotes.ticks

    def repaint_ages(self) -> None:
        layout = self._laid_out()
        for tile, state in zip(layout.tiles, self._model.quotes.state[self._slots].tolist(), strict=True):
            if state in _AGEING or isinstance(tile.row, Section):
                self.update(tile.box)
        for _, box in layout.headings:
            self.update(box)
        self._settle()

    def announce(self) -> None:
        """A screen reader is told of the tile where the keyboard is, when it moves."""

    def has_ages(self) -> bool:
        self._laid_out()
        states: set[int] = set(self._model.quotes.state[self._slots].tolist())
        return not states.isdisjoint(_AGEING)

    def next_flash_s(self) -> float | None:
        return None

    def forget(self) -> None:
        self._version = self._model.quotes.version

    # QWidget

    def sizeHint(self) -> QSize:
        return QSize(640, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out_anew()

    def paintEvent(self, event: QPaintEvent) -> None:
        started_s = self._clock.now_s()
        theme, region = self._appearance.theme, event.region()
        layout = self._laid_out()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.table)
        chosen, current = set(self._selecting.rows()), self._current()
        received: list[float] = []
        for tile in layout.tiles:
            if not region.intersects(tile.box):
                continue
            how = {"chosen": tile.row in chosen, "ringed": tile.row == current and self.hasFocus()}
            if isinstance(tile.row, Section):
                summary = self._model.summary_of(tile.row)
                self._painter.paint_folded(painter, tile.box, tile.row, summary, self._full, **how)
            else:
                reading = self._model.reader.read(tile.row)
                self._painter.paint(painter, tile.box, reading, self._full, **how)
        for section, box in layout.headings:
            if region.intersects(box):
                self._painter.paint_heading(painter, box, section, self._model.summary_of(section))
        if region.intersects(self._foot()):
            self._paint_legend(painter)
        painter.end()
        if self.log is not None:
            self.log.painted(started_s, self._clock.now_s(), received)
        if not self._has_painted:
            self._has_painted = True
            self.painted_first.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text, commands = event.text(), event.modifiers() & COMMAND_KEYS
        key = Qt.Key(event.key())
        tiles = self.tiles
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not commands:
            self.edit_requested.emit()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._table.selectAll()
        elif key in _STEPS and not commands and tiles:
            current = self._current()
            here = current if current is not None else tiles[0].row
            self._go_to(self._laid_out().beside(here, _STEPS[key]), event.modifiers())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and not commands and tiles:
            self._go_to(tiles[0 if key == Qt.Key.Key_Home else -1].row, event.modifiers())
        elif key == Qt.Key.Key_Menu or (
            key == Qt.Key.Key_F10 and event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        ):
            self._ask_for_menu(self._current(), None)
        elif text and text.isprintable() and text != " " and not commands:
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if event.commitString().strip():
            self.typed.emit(event.commitString())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        row = self._laid_out().at(place)
        self._pressed_at = None
        if row is None:
            if event.button() == Qt.MouseButton.LeftButton and not self._foot().contains(place):
                self.empty_clicked.emit()
            return
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at = place
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._choose(row, _SELECT.Toggle | _SELECT.Rows)
            elif row not in self._selecting.rows() or len(self._selecting.rows()) == 1:
                self._choose(row, _SELECT.ClearAndSelect | _SELECT.Rows)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        moved = event.position().toPoint() - self._pressed_at
        if moved.manhattanLength() >= QApplication.startDragDistance():
            self._pressed_at = None
            self.drag_requested.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._laid_out().at(event.position().toPoint())
        if self._pressed_at is not None and row is not None and not event.modifiers():
            self._choose(row, _SELECT.ClearAndSelect | _SELECT.Rows)  # of several that were chosen this one stays
        self._pressed_at = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._laid_out().at(event.position().toPoint()) is not None:
            self.edit_requested.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            self._ask_for_menu(self._laid_out().at(event.pos()), event.globalPos())
        else:
            self._ask_for_menu(self._current(), None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._speak()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event.pos())
            return True
        return super().event(event)

    # Inside

    def _laid_out(self) -> TileLayout:
        if self._layout is None:
            self._layout = self._made()
            self._laid_out_s = self._clock.now_s()
            self._slots = self._model.quotes.slots(
                tile.row if isinstance(tile.row, Instrument) else NOBODY for tile in self._layout.tiles
            )
            changes = percents(self._model.quotes, self._slots)
            self._full = full_scale(changes[~np.isnan(changes)].tolist())
        return self._layout

    def _made(self) -> TileLayout:
        """Where the tiles go now."""
        model = self._model
        rows = model.rows if model.is_filtered else model.order
        folded: set[int] = set() if model.is_filtered else model.watchlist.folded
        known: dict[Instrument, float] = {}
        if self._area is Area.TURNOVER:
            symbols = [row for row in rows if isinstance(row, Instrument)]
            found = turnovers(model.quotes, model.quotes.slots(symbols)).tolist()
            known = {each: value for each, value in zip(symbols, found, strict=True) if not math.isnan(value)}
        self._known = len(known)
        return laid_out(rows, known, folded, self.rect().adjusted(2, 2, -1, -LEGEND_PX))

    def _lay_out_anew(self) -> None:
        self._layout = None
        self.update()

    def _settle(self) -> None:
        """Let the tiles have the sizes of now, where nobody has the hand on them."""
        if self._area is not Area.TURNOVER or self._layout is None:
            return
        if self._clock.now_s() - self._laid_out_s < _SETTLES_S and self._known:
            return
        if self.underMouse() or QApplication.activePopupWidget() is not None:
            return
        known = self._known
        made = self._made()
        before = {tile.row: tile.box.width() * tile.box.height() for tile in self._layout.tiles}
        now = {tile.row: tile.box.width() * tile.box.height() for tile in made.tiles}
        if known != self._known or any(abs(now[row] - px) > _CHANGES * px for row, px in before.items() if row in now):
            self._lay_out_anew()
        else:
            self._laid_out_s = self._clock.now_s()

    def _foot(self) -> QRect:
        return QRect(0, self.height() - LEGEND_PX, self.width(), LEGEND_PX)

    def _paint_legend(self, painter: QPainter) -> None:
        """What area and colour stand for."""
        theme, foot = self._appearance.theme, self._foot()
        font = look.font(12)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(theme.t3)
        least, most = (f"{numbers.percent(sign * self._full)} %" for sign in (-1, 1))
        steps = self._painter.scale()
        right = foot.right() - 8
        wide = metrics.horizontalAdvance(least) + metrics.horizontalAdvance(most) + len(steps) * 18 + 16
        if wide < foot.width() - 16:
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(
                QRect(foot.left(), foot.top(), right - foot.left(), LEGEND_PX),
                Qt.AlignmentFlag.AlignRight | middle,
                most,
            )
            right -= metrics.horizontalAdvance(most) + 8
            for _, colour in reversed(steps):
                painter.fillRect(QRect(right - 18, foot.top() + 7, 18, LEGEND_PX - 14), colour)
                right -= 18
            right -= 8
            painter.drawText(
                QRect(foot.left(), foot.top(), right - foot.left(), LEGEND_PX),
                Qt.AlignmentFlag.AlignRight | middle,
                least,
            )
            right -= metrics.horizontalAdvance(least) + 16
        words = metrics.elidedText(self.said, Qt.TextElideMode.ElideRight, max(0, right - 8))
        painter.drawText(QRect(8, foot.top(), max(0, right - 8), LEGEND_PX), Qt.AlignmentFlag.AlignVCenter, words)

    def _current(self) -> Row | None:
        index = self._table.currentIndex()
        return self._model.rows[index.row()] if index.isValid() else None

    def _index(self, row: Row) -> QModelIndex:
        rows = self._model.rows
        return self._model.index(rows.index(row), SYMBOL) if row in rows else QModelIndex()

    def _choose(self, row: Row, how: QItemSelectionModel.SelectionFlag) -> None:
        index = self._index(row)
        if index.isValid():
            chosen = self._table.selectionModel()
            chosen.select(index, how)
            chosen.setCurrentIndex(index, _SELECT.NoUpdate)
            self._speak()

    def _go_to(self, row: Row, modifiers: Qt.KeyboardModifier) -> None:
        adds = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        self._choose(row, (_SELECT.Select if adds else _SELECT.ClearAndSelect) | _SELECT.Rows)

    def _ask_for_menu(self, row: Row | None, at: QPoint | None) -> None:
        index = self._index(row) if row is not None else QModelIndex()
        if at is None:
            box = next((tile.box for tile in self.tiles if tile.row == row), self.rect())
            at = self.mapToGlobal(box.topLeft() + QPoint(24, 24))
        if row is not None and row not in self._selecting.rows():
            self._choose(row, _SELECT.ClearAndSelect | _SELECT.Rows)
        self.menu_requested.emit(index.row(), at)

    def _show_tip(self, place: QPoint) -> None:
        row = self._laid_out().at(place)
        index = self._index(row) if row is not None else QModelIndex()
        text = str(index.data(Qt.ItemDataRole.ToolTipRole) or "") if index.isValid() else ""
        box = next((tile.box for tile in self.tiles if tile.row == row), QRect())
        QToolTip.showText(self.mapToGlobal(place), tips.as_shown(text), self, box)

    def _speak(self) -> None:
        """Tell a screen reader of the tile where the keyboard is."""
        row = self._current()
        if isinstance(row, Section):
            announce(self, str(self._index(row).data(Qt.ItemDataRole.AccessibleTextRole)))
        elif row is not None and self.hasFocus():
            reading = self._model.reader.read(row)
            change = numbers.percent(reading.percent)
            said = "change unknown" if change == numbers.UNKNOWN else f"{change} percent"
            announce(self, f"{reading.code}, {said}, {still(reading, others_tick=self._model.others_tick())}")

    def _change_looks(self) -> None:
        self._painter = TilePainter(self._appearance.theme, self.devicePixelRatioF())
        self.update()

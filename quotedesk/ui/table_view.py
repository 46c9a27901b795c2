"""The table: a QTableView that paints its rows itself, straight from the store, each in one call."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip, QWidget

from quotedesk.feed.states import RowState
from quotedesk.market.clock import Clock
from quotedesk.ui import theme as look
from quotedesk.ui import tips
from quotedesk.ui.alignment import Decimals, decimals_of
from quotedesk.ui.columns import COLUMNS, Reading
from quotedesk.ui.flash import Flashes
from quotedesk.ui.header import Header
from quotedesk.ui.overlay_scroll_bar import OverlayScrollBar
from quotedesk.ui.paint_stats import PaintLog
from quotedesk.ui.row_painter import Place, RowPainter, Setting
from quotedesk.ui.table_model import TableModel
from quotedesk.ui.theme import Theme

_COMMAND_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class TableView(QTableView):
    """Shows a TableModel.

    Attributes:
        log: where paints are counted; None counts nothing.

    Signals:
        typed(str): text was typed while the table had the keyboard.
        edit_requested(): Enter, F2's twin, was pressed on a row, or it was double-clicked.
        empty_clicked(): the space below the rows was clicked.
        painted_first(): rows (or an empty list) are on screen for the first time.
    """

    typed = Signal(str)
    edit_requested = Signal()
    empty_clicked = Signal()
    painted_first = Signal()

    def __init__(self, model: TableModel, clock: Clock, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.log: PaintLog | None = None
        self._rows = model
        self._quotes = model.quotes
        self._clock = clock
        self._theme = theme
        self._flashes = Flashes()
        self._version = -1  # of the quotes, when their news was last ordered to be painted
        self._owed: dict[int, float] = {}  # slot: receipt of the tick that waits to be painted
        self._noticed: dict[int, float] = {}  # slot: receipt of the newest tick that was ordered to be painted
        self._awake = False  # False: nobody looked for a while, so what is there is no news
        self._announced = -1
        self._hovered = -1
        self._has_painted = False
        self._painter = RowPainter(theme, self._quotes.history, self.devicePixelRatioF())
        self._set_up(model)

    def _set_up(self, model: TableModel) -> None:
        header = Header(self._painter, self)
        self.setHorizontalHeader(header)
        self.setModel(model)
        header.fit()
        header.sectionClicked.connect(model.turn_sorting)
        header.shown_sorting = lambda: model.sorted_by
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(look.ROW_PX)
        rows.setDefaultSectionSize(look.ROW_PX)
        rows.hide()
        self.setAccessibleName("Watchlist")
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(look.ROW_PX)
        self._overlay = OverlayScrollBar(self.verticalScrollBar(), self)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.selectionModel().currentChanged.connect(lambda: self.viewport().update())

    # Painted, for the repaint clock

    def repaint_news(self, now_s: float) -> bool:
        quotes, slots = self._quotes, self._rows.slots
        first, last = self._visible_rows()
        version, self._version = self._version, quotes.version
        self._align()
        if first > last:
            return quotes.version != version
        shown = slots[first : last + 1]
        changed = quotes.changed_since(shown, version)
        for offset in changed.nonzero()[0].tolist():
            row = first + offset
            reading = self._rows.reading(row)
            self._flashes.notice(reading)
            self._order(reading)
            self._update_row(row)
        self._awake = True
        turned = self._flashes.turned(now_s)
        if turned:
            for offset, slot in enumerate(shown.tolist()):
                if slot in turned:
                    self._update_row(first + offset)
        return quotes.version != version

    def repaint_ages(self) -> None:
        first, last = self._visible_rows()
        for row in range(first, last + 1):
            if self._quotes.state[self._rows.slots[row]] in (RowState.PENDING, RowState.QUIET):
                self._update_row(row)

    def has_ages(self) -> bool:
        first, last = self._visible_rows()
        states = self._quotes.state[self._rows.slots[first : last + 1]]
        return bool(((states == RowState.PENDING) | (states == RowState.QUIET)).any())

    def next_flash_s(self) -> float | None:
        return self._flashes.next_turn_s()

    def forget(self) -> None:
        self._awake = False
        self._flashes.forget()
        self._owed.clear()

    def announce(self) -> None:
        changed = self._quotes.changed_since(self._rows.slots, self._announced).nonzero()[0]
        self._announced = self._quotes.version
        if len(changed):
            self._rows.announce(int(changed[0]), int(changed[-1]))

    # QTableView

    def paintEvent(self, event: QPaintEvent) -> None:
        started_s = self._clock.now_s()
        if self._painter.marks.ratio != self.devicePixelRatioF():
            self._painter = RowPainter(self._theme, self._quotes.history, self.devicePixelRatioF())
            self._align(anew=True)
        painter = QPainter(self.viewport())
        region = event.region()
        width = self.viewport().width()
        places = self._places()
        focused = self.hasFocus()
        current = self.currentIndex()
        selection = self.selectionModel()
        received: list[float] = []
        first, last = self._visible_rows(region.boundingRect())
        for row in range(first, last + 1):
            top = self.rowViewportPosition(row)
            if not region.intersects(QRect(0, top, width, look.ROW_PX)):
                continue
            reading = self._rows.reading(row)
            setting = Setting(
                selected=selection.isRowSelected(row, QModelIndex()),
                hovered=row == self._hovered,
                focused=focused,
                current=current.column() if row == current.row() else -1,
                flash=self._flashes.strength(reading.slot, started_s) if reading.state is RowState.LIVE else 0.0,
            )
            self._painter.paint(painter, top, width, places, reading, setting)
            if reading.slot in self._owed:
                received.append(self._owed.pop(reading.slot))
        self._painter.finish(painter)
        below = len(self._rows.rows) * look.ROW_PX - self.verticalOffset()
        if below < self.viewport().height():
            painter.fillRect(0, below, width, self.viewport().height() - below, self._theme.table)
        painter.end()
        if self.log is not None:
            self.log.painted(started_s, self._clock.now_s(), received)
        if not self._has_painted:
            self._has_painted = True
            self.painted_first.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _COMMAND_KEYS:
            self.edit_requested.emit()
        elif text and text.isprintable() and text != " " and not event.modifiers() & _COMMAND_KEYS:
            self.typed.emit(text)
        else:
            super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End go to the first and last row: a list of symbols is read downwards."""
        ends = {
            QAbstractItemView.CursorAction.MoveHome: 0,
            QAbstractItemView.CursorAction.MoveEnd: self.model().rowCount() - 1,
        }
        if action in ends:
            return self.model().index(ends[action], max(0, self.currentIndex().column()))
        return super().moveCursor(action, modifiers)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        # Composed text (a dead key, an input method) starts the add line like a key does; a half-composed one waits.
        if event.commitString().strip():
            self.typed.emit(event.commitString())
        event.accept()

    def currentChanged(  # noqa: N802 (Qt's name)
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)  # which the base takes back: no cell is editable

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def keyboardSearch(self, search: str) -> None:
        """Letters start the add line; they never jump."""

    def dataChanged(  # noqa: N802 (Qt's name)
        self,
        topLeft: QModelIndex | QPersistentModelIndex,  # noqa: N803 (Qt's name)
        bottomRight: QModelIndex | QPersistentModelIndex,  # noqa: N803
        roles: object = (),
    ) -> None:
        # Painted already; the base would paint the range again, and is needed to tell assistive technology only.
        if QAccessible.isActive():
            super().dataChanged(topLeft, bottomRight, [])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if self.rowAt(event.position().toPoint().y()) < 0 and event.button() == Qt.MouseButton.LeftButton:
            self.empty_clicked.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        if self.rowAt(event.position().toPoint().y()) >= 0:
            self.edit_requested.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(event.position().toPoint().y()))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.indexAt(event.pos())
            text = index.data(Qt.ItemDataRole.ToolTipRole) if index.isValid() else ""
            QToolTip.showText(event.globalPos(), tips.as_shown(text), self.viewport(), self._row_rect(index.row()))
            return True
        return super().viewportEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:  # noqa: N802 (Qt's name)
        super().scrollContentsBy(dx, dy)
        self._hover(self.rowAt(self.viewport().mapFromGlobal(self.cursor().pos()).y()) if self.underMouse() else -1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._overlay.place()

    # Inside

    def _visible_rows(self, area: QRect | None = None) -> tuple[int, int]:
        """The first and the last row in (part of) the viewport; last < first where there are none."""
        area = self.viewport().rect() if area is None else area
        offset = self.verticalOffset()
        first = max(0, (offset + area.top()) // look.ROW_PX)
        last = min(len(self._rows.rows) - 1, (offset + area.bottom()) // look.ROW_PX)
        return first, last

    def _places(self) -> list[Place]:
        return [
            Place(column, self.columnViewportPosition(index), self.columnWidth(index))
            for index, column in enumerate(COLUMNS)
        ]

    def _row_rect(self, row: int) -> QRect:
        return QRect(0, self.rowViewportPosition(row), self.viewport().width(), look.ROW_PX)

    def _update_row(self, row: int) -> None:
        self.viewport().update(self._row_rect(row))

    def _order(self, reading: Reading) -> None:
        """Note that a tick is about to be painted, so that its age then can be told."""
        slot, received_s = reading.slot, reading.received_s
        if received_s == received_s and received_s != self._noticed.get(slot):
            self._noticed[slot] = received_s
            if self._awake:
                self._owed[slot] = received_s

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            before, self._hovered = self._hovered, row
            for changed in (before, row):
                if changed >= 0:
                    self._update_row(changed)

    def _align(self, anew: bool = False) -> None:
        """See where the decimal points stand; all rows move when that changes."""
        slots = self._rows.slots
        known = slots[self._quotes["price"][slots] > 0]
        decimals: Decimals = decimals_of(self._quotes["decimals"][known])
        if anew or decimals != self._painter.decimals:
            self._painter.decimals = decimals
            header = self.horizontalHeader()
            assert isinstance(header, Header)
            header.row_painter = self._painter
            header.viewport().update()
            self.viewport().update()

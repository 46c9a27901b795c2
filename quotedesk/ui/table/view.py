"""The table: a QTableView that paints its rows itself, straight from the store, each in one call."""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from quotedesk.lists.section import Section
from quotedesk.market.clock import Clock
from quotedesk.market.states import RowState
from quotedesk.quotes.arrays import Slots
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.overlay_scroll_bar import OverlayScrollBar
from quotedesk.ui.looks.theme import LOOKS
from quotedesk.ui.message import announce
from quotedesk.ui.table.alignment import Decimals, decimals_of
from quotedesk.ui.table.columns import LAST, STATE, SYMBOL, TREND, Column
from quotedesk.ui.table.flash import Flashes
from quotedesk.ui.table.header import Header
from quotedesk.ui.table.input import TableInput
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.paint_latency import PaintLatency
from quotedesk.ui.table.paint_stats import PaintLog
from quotedesk.ui.table.row_painter import Place, RowPainter, Setting, clear_px
from quotedesk.ui.table.row_text import still
from quotedesk.ui.table.section_summary import SectionSummary
from quotedesk.ui.table.sparkline_shape import LinePoint

_AGEING = {state for state, look in LOOKS.items() if "{age}" in look.word}  # they say for how long
_MOST_SPANS = 64
_MOST_NAMED = 3  # of what was refused; of more their number is told
_HELD_MS = 150  # from one look whether a mouse button is still down to the next
_LINES_AT_ONCE = 8  # in a paint, after rows were sorted: some 3 ms


_Spans = tuple[tuple[int, int], ...]  # left and right edges, pixels


class TableView(TableInput):
    """Shows a TableModel.

    Attributes:
        log: where paints are counted; None counts nothing.
        header: the columns' order and widths.

    Signals:
        painted_first(): rows (or an empty list) are on screen for the first time.
    """

    painted_first = Signal()

    def __init__(self, model: TableModel, clock: Clock, appearance: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.log: PaintLog | None = None
        self._rows = model
        self._quotes = model.quotes
        self._clock = clock
        self._appearance = appearance
        self._flashes = Flashes()
        self._version = -1  # of the quotes, when their news was last ordered to be painted
        self._owed = PaintLatency()
        self._ages: dict[int, str] = {}  # slot: for how long, as its row says
        self._announced = -1
        self._told: dict[Section, SectionSummary] = {}  # what the labels in view say
        self._refused: set[int] = set()  # the slots of the rows that were refused when rows were last told of
        self._aligned: Slots | None = None  # the rows whose decimal points were looked at
        self._columns: _Columns | None = None  # where they are; None: they moved
        self._spares_lines = False  # many came into view at once: their prices are painted first
        self._seen: tuple[Slots | None, int, int] = None, 0, -1  # the rows' slots, the first and the last in view
        self._has_painted = False
        self._widening = QTimer(self, singleShot=True, interval=0)  # not in a paint
        self._widening.timeout.connect(self._widen)
        self._painter = self._new_painter()
        self._set_up(model)
        appearance.changed.connect(self._change_looks)

    def _set_up(self, model: TableModel) -> None:
        header = self.header = Header(self._painter, self)
        self.setHorizontalHeader(header)
        self.setModel(model)
        header.show_columns(model.columns)
        header.sectionClicked.connect(model.turn_sorting)
        for moved in (header.sectionResized, header.sectionMoved, header.geometriesChanged):
            moved.connect(self._columns_moved)
        self.horizontalScrollBar().valueChanged.connect(self._columns_moved)
        header.shown_sorting = lambda: model.sorted_by
        header.titles = model.titles
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(1)
        rows.hide()
        self.setAccessibleName("Watchlist")
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._space_rows()  # after the scroll mode, which sets the bar's step anew
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # the panel has one at its foot
        self._overlay = OverlayScrollBar(self.verticalScrollBar(), self)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.selectionModel().currentChanged.connect(lambda: self.viewport().update())
        for changed in (model.rowsInserted, model.rowsRemoved, model.layoutChanged, model.modelReset):
            changed.connect(self._space_labels)
        model.modelReset.connect(self._show_columns)
        model.modelReset.connect(self._start_over)
        model.layoutChanged.connect(self._owed.drop)  # a row that moves out of view owes nothing
        model.layoutChanged.connect(self._spare_lines)

    # Painted, for the repaint clock

    def repaint_news(self, now_s: float) -> bool:
        quotes, slots = self._quotes, self._rows.slots
        first, last = self._visible_rows()
        if first <= last:
            quotes.settle(self._rows.slots[first : last + 1].tolist())  # which may show that they need more decimals
        version, self._version = self._version, quotes.version
        if quotes.decimals_version > version or slots is not self._aligned:
            self._align()
        if first > last:
            return quotes.version != version
        shown = slots[first : last + 1]
        places = quotes.changed_since(shown, version).nonzero()[0]
        changed = shown[places]
        rows, named = (first + places).tolist(), changed.tolist()
        received = quotes.received_s[changed].tolist()
        if self._appearance.motion:
            states, directions = quotes.state[changed].tolist(), quotes.last_prices.direction[changed].tolist()
            for slot, received_s, state, direction in zip(named, received, states, directions, strict=True):
                self._flashes.notice(slot, received_s, state, direction, now_s)
        overtaken = self._owed.look(zip(named, received, quotes.tick_count[changed].tolist(), strict=True))
        if self.log is not None:
            self.log.conflated += overtaken
        if quotes.state_version > version:
            for row in rows:
                self.update_row(row)
        else:
            self._update_cells(rows, self._columns_now().ticking)
        turned = self._flashes.turned(now_s).difference(named)
        if turned:
            rows = [first + at for at, slot in enumerate(shown.tolist()) if slot in turned]
            self._update_cells(rows, self._columns_now().price)
        return quotes.version != version

    def ticks(self) -> int:
        return self._quotes.ticks

    def repaint_ages(self) -> None:
        self.header.look()
        first, last = self._visible_rows()
        said = self._ages
        self._ages = {}
        aged = []
        for row in range(first, last + 1):
            slot = int(self._rows.slots[row])
            if self._quotes.state[slot] in _AGEING:
                word = self._ages[slot] = STATE.text(self._rows.reading(row))
                if self._quotes.state[slot] == RowState.PENDING:
                    self.update_row(row)  # what it waits for stands beside its symbol
                elif word != said.get(slot):  # in minutes after the first one
                    aged.append(row)
        self._update_cells(aged, self._columns_now().state)

    def has_ages(self) -> bool:
        first, last = self._visible_rows()
        states: set[int] = set(self._quotes.state[self._rows.slots[first : last + 1]].tolist())
        return not states.isdisjoint(_AGEING)

    def next_flash_s(self) -> float | None:
        return self._flashes.next_turn_s()

    def forget(self) -> None:
        self._flashes.forget()
        self._owed.forget()

    def announce(self) -> None:
        changed = self._quotes.changed_since(self._rows.slots, self._announced).nonzero()[0]
        self._announced = self._quotes.version
        if len(changed):
            self._rows.announce(int(changed[0]), int(changed[-1]))
        self._repaint_labels()
        if QAccessible.isActive():
            self._tell_refused()

    def _tell_refused(self) -> None:
        """Say what was refused since the last time. Of other states nothing is said: too many change by themselves."""
        rows = (self._quotes.state[self._rows.slots] == RowState.REFUSED).nonzero()[0].tolist()
        before, self._refused = self._refused, set(self._rows.slots[rows].tolist())
        new = [row for row in rows if int(self._rows.slots[row]) not in before]
        told = [f"{len(new):,} symbols refused"]
        if len(new) <= _MOST_NAMED:
            told = [f"{each.code} {still(each, others_tick=True)}" for each in map(self._rows.reading, new)]
        for words in told:
            announce(self, words, is_urgent=True)

    def line_point(self, row: int, x: int) -> LinePoint | None:
        """The step of a row's line under an x of the viewport, its place in the viewport; None where there is none."""
        left, slot = self.columnViewportPosition(self._rows.columns.index(TREND)), int(self._rows.slots[row])
        found = self._painter.lines.point_at(slot, x - left)
        return found._replace(x=found.x + left, y=found.y + self.rowViewportPosition(row)) if found else None

    def draw_all_lines(self) -> None:
        """Leave no line to a later paint: the next one is a picture to be kept."""
        self._spares_lines = False

    @property
    def rows_px(self) -> int:
        """The height of all rows."""
        return self.verticalHeader().length()

    # For drops

    def gap_at(self, y: int) -> int:
        """The row before which something dropped at y (in the viewport) belongs; their number: at the end."""
        row = self.rowAt(max(0, y))
        if row < 0:
            return len(self._rows.rows)
        return row + (y > self.rowViewportPosition(row) + self.rowHeight(row) / 2)

    def gap_y(self, at: int) -> int:
        """Where the upper edge of a row is in the viewport."""
        return self.rowViewportPosition(at) if at < len(self._rows.rows) else self.rows_px - self.verticalOffset()

    # QTableView

    def is_label(self, row: int) -> bool:
        return 0 <= row < len(self._rows.rows) and isinstance(self._rows.rows[row], Section)

    def paintEvent(self, event: QPaintEvent) -> None:
        started_s = self._clock.now_s()
        if self._painter.marks.ratio != self.devicePixelRatioF():
            self._painter = self._new_painter()
            self._align(anew=True)
        self._keep_lines()
        painter = QPainter(self.viewport())
        width = self.viewport().width()
        columns = self._columns_now()
        places = columns.places
        focused = self.hasFocus()
        current = self.currentIndex()
        current_row, current_column, hovered = current.row(), current.column(), self.hovered
        whole, parts = self._touched(event.region())
        rows = sorted(whole.union(parts))
        selected = self._selected(rows[0], rows[-1]) if rows else set()
        painted: list[int] = []
        lines = self._painter.lines
        lines.allowance = _LINES_AT_ONCE if self._spares_lines else math.inf
        bare: list[int] = []
        for row in rows:
            top = self.rowViewportPosition(row)
            ringed = self._rows.columns[current_column] if row == current_row else None
            setting = Setting(row in selected, row == hovered, focused, ringed)
            label = self._rows.rows[row]
            if isinstance(label, Section):
                now = self._told[label] = self._rows.summary_of(label)
                is_folded = label.key in self._rows.watchlist.folded
                self._painter.paint_label(painter, top, width, places, label, now, setting, is_folded=is_folded)
                continue
            reading = self._rows.reading(row)
            if reading.state is RowState.LIVE:
                setting.flash = self._flashes.strength(reading.slot, started_s)
            touched = columns.shown if row in whole else columns.overlapping(parts[row])
            self._painter.paint(painter, top, width, touched, reading, setting)
            painted.append(reading.slot)
            if reading.slot in lines.waiting:
                bare.append(row)
        self._painter.finish(painter)
        if self._painter.lacking and not self._widening.isActive():
            self._widening.start()
        lines.waiting.clear()
        self._spares_lines = bool(bare)
        self._update_cells(bare, columns.trend)  # in the next turn, after what waits to be read
        below = self.rows_px - self.verticalOffset()
        if below < self.viewport().height():
            painter.fillRect(0, below, width, self.viewport().height() - below, self._appearance.theme.table)
        painter.end()
        if self.log is not None:
            self.log.painted(started_s, self._clock.now_s(), self._owed.painted(painted))
        if not self._has_painted:
            self._has_painted = True
            self.painted_first.emit()

    def dataChanged(  # noqa: N802 (Qt's name)
        self,
        topLeft: QModelIndex | QPersistentModelIndex,  # noqa: N803 (Qt's name)
        bottomRight: QModelIndex | QPersistentModelIndex,  # noqa: N803
        roles: object = (),
    ) -> None:
        # Painted already; the base would paint the range again, and is needed to tell assistive technology only.
        if QAccessible.isActive():
            super().dataChanged(topLeft, bottomRight, [])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._columns_moved()
        self._overlay.place()

    # Inside

    def _repaint_labels(self) -> None:
        """Order the repaint of the labels in view whose symbols are together another than was painted."""
        first, last = self._visible_rows()
        told, self._told = self._told, {}
        for row in sorted(row for row in self._rows.labels() if first <= row <= last):
            label = self._rows.rows[row]
            if isinstance(label, Section):
                self._told[label] = self._rows.summary_of(label)
                if told.get(label) != self._told[label]:
                    self.viewport().update(
                        0, self.rowViewportPosition(row), self.viewport().width(), self.rowHeight(row)
                    )

    def _update_cells(self, rows: Iterable[int], span: tuple[int, int]) -> None:
        """Order the repaint of rows, but only between these x."""
        (left, right), update, top = span, self.viewport().update, self.rowViewportPosition
        width, height = right - left, self._row_px
        for row in rows:
            update(left, top(row), width, height)

    @property
    def _row_px(self) -> int:
        return self._appearance.density.row_px

    def _new_painter(self) -> RowPainter:
        looks = self._appearance
        return RowPainter(looks.theme, looks.density, self._quotes.history, self.devicePixelRatioF())

    def _start_over(self) -> None:
        """The rows are others than before: nothing of them is news."""
        self.forget()
        self._version = self._announced = self._quotes.version
        slots = self._rows.slots
        self._refused = set(slots[self._quotes.state[slots] == RowState.REFUSED].tolist())
        self._align(anew=True)

    def _space_rows(self) -> None:
        rows, bar = self.verticalHeader(), self.verticalScrollBar()
        at_top = bar.value() / rows.defaultSectionSize()
        rows.setDefaultSectionSize(self._row_px)
        bar.setSingleStep(self._row_px)
        bar.setValue(round(at_top * self._row_px))
        self._labelled: set[int] = set()
        self._space_labels()

    def _space_labels(self) -> None:
        """Give label rows their height, wherever they are now."""
        rows, labelled = self.verticalHeader(), self._rows.labels()
        for row in self._labelled | labelled:
            if row < rows.count():
                rows.resizeSection(row, self._appearance.density.section_px if row in labelled else self._row_px)
        self._labelled = labelled

    def _change_looks(self) -> None:
        self._painter = self._new_painter()
        self._space_rows()
        self._flashes.forget()
        self._align(anew=True)

    def _visible_rows(self, area: QRect | None = None) -> tuple[int, int]:
        """The first and the last row in (part of) the viewport; last < first where there are none."""
        area = self.viewport().rect() if area is None else area
        first, last = self.rowAt(max(0, area.top())), self.rowAt(area.bottom())
        if first < 0:
            return 0, -1
        return first, last if last >= 0 else len(self._rows.rows) - 1

    def _spare_lines(self) -> None:
        self._spares_lines = True

    def _keep_lines(self) -> None:
        """Of the rows that can be seen, and of no others: where hundreds come by, each is drawn when it comes."""
        seen = (self._rows.slots, *self._visible_rows())
        if seen[1:] != self._seen[1:] or seen[0] is not self._seen[0]:
            self._seen = seen
            slots, first, last = seen
            self._painter.lines.keep_only(set(slots[first : last + 1].tolist()))

    def _touched(self, region: QRegion) -> tuple[set[int], dict[int, _Spans]]:
        """The rows to be painted: whole ones, and those of which parts are (a tick, an age)."""
        whole, parts = set[int](), dict[int, _Spans]()
        beyond = len(self._rows.rows)
        for area in region:  # type: ignore[attr-defined]  # the stubs of PySide6 6.11 leave it out
            left, first, last = area.left(), self.rowAt(max(0, area.top())), self.rowAt(area.bottom())
            if first < 0:
                continue
            rows = range(first, last + 1 if last >= 0 else beyond)
            if left <= 0:
                whole.update(rows)
                continue
            span = ((left, area.right()),)
            for row in rows:
                parts[row] = parts[row] + span if row in parts else span
        return whole, parts

    def _selected(self, first: int, last: int) -> set[int]:
        """The selected rows among some, found at once: asking row by row costs as much as a row's background."""
        chosen = self.selectionModel()
        ranges = chosen.selection().toList() if chosen.hasSelection() else []
        return {row for each in ranges for row in range(max(first, each.top()), min(last, each.bottom()) + 1)}

    def _places(self) -> list[Place]:
        return [
            Place(column, self.columnViewportPosition(index), self.columnWidth(index))
            for index, column in enumerate(self._rows.columns)
        ]

    def _show_columns(self) -> None:
        self.header.show_columns(self._rows.columns, anew=True)
        self._columns_moved()

    def _widen(self) -> None:
        """Give what had no room some, once no mouse button is down."""
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._widening.start(_HELD_MS)
            return
        for column, by_px in self._painter.lacking.items():
            self.header.grow(column, by_px)
        self._painter.lacking.clear()
        self._widening.setInterval(0)

    def _columns_moved(self) -> None:
        self._columns = None

    def _columns_now(self) -> "_Columns":
        """Where the columns are; found out once, until they move."""
        if self._columns is None:
            self._columns = _Columns(self._places())
        return self._columns

    def _align(self, anew: bool = False) -> None:
        """See where the decimal points stand; all rows move when that changes."""
        slots = self._aligned = self._rows.slots
        known = slots[~np.isnan(self._quotes["last"][slots])]
        decimals: Decimals = decimals_of(self._quotes.price_decimals[known])
        if anew or decimals != self._painter.decimals:
            self._painter.decimals = decimals
            self.header.row_painter = self._painter
            self.header.viewport().update()
            self.viewport().update()


def _overlapping(places: Sequence[Place], spans: _Spans) -> list[Place]:
    return [
        each for each in places if any(each.left <= right and left < each.left + each.width for left, right in spans)
    ]


class _Columns:
    """Where the columns are in the viewport.

    Attributes:
        places: of each, from the left.
        shown: of those that the window has room for.
        ticking, price, state: between which x there is what a tick changes, what a flash does, what an age does;
        trend: and the line.
    """

    def __init__(self, places: Sequence[Place]) -> None:
        self.places = places
        self.shown = [place for place in places if place.width > 0]
        ticking = [each.column for each in places[SYMBOL + 1 :] if each.column is not STATE]
        self.ticking, self.price, self.state, self.trend = map(self._span, (ticking, (LAST,), (STATE,), (TREND,)))
        self._overlapping: dict[_Spans, list[Place]] = {}

    def overlapping(self, spans: _Spans) -> list[Place]:
        """The places of the columns that these touch."""
        found = self._overlapping.get(spans)  # they are mostly the same ones
        if found is None:
            if len(self._overlapping) >= _MOST_SPANS:
                self._overlapping.clear()
            found = self._overlapping[spans] = _overlapping(self.shown, spans)
        return found

    def _span(self, columns: Sequence[Column]) -> tuple[int, int]:
        """From the first of these columns on screen to the last; nothing where none is shown."""
        some = [place for place in self.shown if place.column in columns]
        if not some:
            return 1, 1
        left = max(1, min(place.left for place in some))  # from 0 on it would be all of a row
        # Without the last one's padding: over that lies the scroll bar, and painting it anew costs as much as two rows.
        return left, max(place.left + place.width - clear_px(place.column) for place in some)

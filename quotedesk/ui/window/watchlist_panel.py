"""The table with the add line at its foot: typing, adding, changing, moving, removing, and the focus after an edit."""

from collections.abc import Collection
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from quotedesk.formats import position_table
from quotedesk.lists.book import Book
from quotedesk.lists.currency import Currencies
from quotedesk.lists.edits import named
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.parsed_list import ParsedList
from quotedesk.lists.symbol_directory import Directories
from quotedesk.lists.unknown_code import agreed
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import shown
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.editing.add_line import IDLE_WIDTH_PX, OPEN_WIDTH_PX, AddLine
from quotedesk.ui.editing.cell_editing import CellEditing
from quotedesk.ui.editing.completion import Completion
from quotedesk.ui.editing.error_popup import ErrorPopup
from quotedesk.ui.editing.row_edits import RowEdits
from quotedesk.ui.editing.row_finder import RowFinder
from quotedesk.ui.editing.search_box import SearchBox
from quotedesk.ui.editing.standing import Standing
from quotedesk.ui.exchange.drop_target import DropTarget
from quotedesk.ui.exchange.mime_in import incoming
from quotedesk.ui.exchange.mime_out import data_of
from quotedesk.ui.exchange.row_drag import RowDrag
from quotedesk.ui.heat.heat_map import HeatMap
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.overlay_scroll_bar import OverlayScrollBar
from quotedesk.ui.looks.theme import HEADER_PX
from quotedesk.ui.message import Message, announce
from quotedesk.ui.table.column_fit import fitted
from quotedesk.ui.table.live_sort import LiveSort
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.position_columns import OwnColumns, chosen_by_hand
from quotedesk.ui.table.selection import Selection
from quotedesk.ui.table.status_tip import StatusTip
from quotedesk.ui.table.trend_tip import TrendTip
from quotedesk.ui.table.view import TableView
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.list_views import ListViews
from quotedesk.ui.window.positions_foot import FOOT_PX, PositionsFoot
from quotedesk.ui.window.start_panel import StartPanel


class WatchlistPanel(QWidget):
    """One watchlist to work on.

    Attributes:
        model, table, heat, add_line, search, editor, cell_editing, selecting, views, rows, finder, drag, reader, undo,
            start_panel: parts.
        currencies: knows those of rows.
        foot: the totals of what is held, below the rows.
        written_in: what is written in, and what lies beside it while somebody writes.

    Signals:
        files_brought(files): they are to be imported.
        text_brought(text, name): its symbols were added; where it came from, in words.
        noticed(message): something to tell: a plain line, or a Message.
        report_wanted(parsed): what became of each piece of a pasted or dropped text is to be shown.
        welcomed(): the user has begun; see `welcome`.
        heat_turned(on): tiles are shown in place of the table, or no longer.
    """

    noticed = Signal(object)
    files_brought = Signal(object)
    text_brought = Signal(str, str)
    report_wanted = Signal(object)
    welcomed = Signal()
    heat_turned = Signal(bool)

    def __init__(
        self,
        book: Book,
        undo: Undo,
        quotes: Quotes,
        clock: Clock,
        directories: Directories,
        appearance: Appearance,
    ) -> None:
        super().__init__()
        watchlist = book.open_lists[0]
        self._book = book
        book.listeners.append(self._marks_changed)
        self.reader = ListReader(watchlist, directories)
        self._appearance = appearance
        self._clock = clock
        self.undo = undo
        self.currencies = Currencies(directories, clock)
        self.model = TableModel(watchlist, quotes, clock, directories, self, OwnColumns(book, self.currencies))
        quotes.hold(book.held.positions, is_hidden=book.held.is_hidden)
        self.model.reader.flag_of, self.model.reader.note_of = book.flags.get, lambda one: book.notes.get(one, "")
        self.table = TableView(self.model, clock, appearance, self)
        self.foot = PositionsFoot(book, self.model, self.currencies, clock, appearance, self)
        self.start_panel = StartPanel(appearance, self)
        self._line_y = HEADER_PX  # of the add line
        self._is_new = False  # to its user: the start panel stands over the rows
        self._popup = ErrorPopup(appearance, self)
        self.add_line = AddLine(appearance, self._popup, self)
        self._across = OverlayScrollBar(self.table.horizontalScrollBar(), self)
        self.selecting = Selection(self.table, self.model, undo)
        self.heat = HeatMap(self.table, self.model, self.selecting, clock, appearance, self)
        self.heat.hide()
        self.heat.stackUnder(self.start_panel)
        self.views = ListViews(book, self.table, self.model, self.selecting)
        self.rows = RowEdits(undo, self.table, self.model, self.selecting)
        self.cell_editing = CellEditing(
            *(self.table, self.model, self.selecting, self.rows, self.reader, appearance, self)
        )
        self.editor = self.cell_editing.editor
        self.finder = RowFinder(self.add_line, self.table, self.model, self.selecting)
        self.drag = RowDrag(self.table, self.model, appearance)
        self._dropping = DropTarget(
            *(self, self.table, self.model, self.drag, self.reader.found, appearance), self._says_positions
        )
        self._search_popup = ErrorPopup(appearance, self)
        self.search = SearchBox(appearance, self._search_popup, self)
        self.reader.standing = Standing(book, self.model).of
        suggest = self.reader.suggestions
        self._typed, self._searched = (
            Completion(each, suggest, appearance, self) for each in (self.add_line, self.search.line)
        )
        self.written_in = (
            *(self.add_line, self._popup, self._typed, self.search, self._search_popup, self._searched),
            *(self.editor, self.cell_editing.popup, self.cell_editing.completion),
        )
        self.setTabOrder(self.table, self.add_line)
        for line, completion in ((self.add_line, self._typed), (self.search.line, self._searched)):
            enter = partial(self._enter, line, completion.taken)
            completion.clicked.connect(partial(self._enter_text_of, line, completion))
            line.entered.connect(enter)
            line.insisted.connect(partial(enter, insists=True))
        self.table.typed.connect(self.add_line.begin)
        self.add_line.cancelled.connect(self.table.setFocus)
        self.add_line.opened_or_closed.connect(self._lay_out)
        self.finder.changed.connect(self._lay_out)
        self.table.empty_clicked.connect(self.add_line.begin)
        self.start_panel.clicked.connect(self.add_line.begin)
        self.start_panel.ended.connect(self._end_welcome)
        self.add_line.cancelled.connect(self._end_welcome)
        self.table.edit_requested.connect(self.edit_current)
        self.heat.typed.connect(self.add_line.begin)
        self.heat.empty_clicked.connect(self.add_line.begin)
        self.heat.edit_requested.connect(self.edit_current)
        self.heat.drag_requested.connect(self._carry)
        for part in (self.rows, self.cell_editing):
            part.noticed.connect(self.noticed)
        self.table.drag_requested.connect(self._carry)
        self.table.header.fits = lambda wanted_px, room_px: fitted(wanted_px, room_px, chosen_by_hand(self.watchlist))
        self._dropping.rows_dropped.connect(self.rows.place)
        self._dropping.rows_brought.connect(
            lambda rows, source, at, copies: self.rows.take(rows, source, self.watchlist, at, copies)
        )
        self._dropping.rows_thrown_out.connect(self.rows.throw_out)
        self._dropping.files_dropped.connect(self.files_brought)
        self._dropping.text_dropped.connect(self.add)
        self._dropping.text_read.connect(
            lambda text, name: self.text_brought.emit(text, name or "the text that was dropped")
        )
        self._live_sort = LiveSort(self.table, self.model, lambda: self.is_busy)
        trend_tip = TrendTip(self.table, self.model, clock, appearance, self)
        self._status_tip = StatusTip(self.table, self.model, clock, appearance, self, trend_tip.isVisible)
        for changed in (undo.edited, self.model.rowsInserted, self.model.rowsRemoved, self.model.modelReset):
            changed.connect(self._rows_changed)
        self.foot.wanted_changed.connect(self._lay_out)
        appearance.changed.connect(self._change_looks)
        self.foot.look()

    @property
    def watchlist(self) -> Watchlist:
        """The list that is shown."""
        return self.model.watchlist

    def show_heat(self, on: bool) -> None:
        """Show the rows as tiles in place of the table, or the table again; the keyboard stays with the rows."""
        if on == self.heat.isVisibleTo(self):
            return
        has_keyboard = self.window().focusWidget() in (self.table, self.heat, None)
        self.editor.finish()
        self.heat.setVisible(on)
        # Whoever gives the keyboard to the rows gives it to what is shown.
        self.table.setFocusProxy(self.heat if on else None)  # type: ignore[arg-type]
        if has_keyboard:
            self.table.setFocus()
        self.table.setVisible(not on)
        self._across.is_wanted = not on
        self._lay_out()
        self.heat_turned.emit(on)

    def show_list(self, watchlist: Watchlist) -> None:
        """Show another list, as it was left when it was shown before."""
        self.editor.finish()
        self.add_line.finish()
        self.search.finish()
        self.finder.end()
        self.reader.watchlist = watchlist
        self.views.show(watchlist)

    def welcome(self) -> None:
        """Show the start panel over the rows, until the user has begun. The table keeps the keyboard."""
        self._is_new = True
        self.start_panel.raise_()
        self.add_line.raise_()
        self._lay_out()

    def release(self) -> None:
        """The window goes: follow nothing any more."""
        self.model.release()
        if self._marks_changed in self._book.listeners:
            self._book.listeners.remove(self._marks_changed)

    @property
    def is_busy(self) -> bool:
        """Is something under the hand that must not move: a text being written, a drag, an open menu?"""
        writes = any(each.hasFocus() and each.text() != "" for each in (self.add_line, self.search.line))
        writes = writes or self.editor.isVisible()
        return writes or self._dropping.is_under_way or QApplication.activePopupWidget() is not None

    def copy(self) -> None:
        """Put the selected rows on the clipboard, one a line."""
        if rows := self.selecting.rows():
            QGuiApplication.clipboard().setMimeData(data_of(rows, self.model))

    def paste(self) -> None:
        """Add the symbols on the clipboard; what is none is named, and costs the others nothing."""
        data = QGuiApplication.clipboard().mimeData()
        came = incoming(data, self.reader.found)
        if came.parsed is None:
            self.files_brought.emit(came.files)
        else:
            self.add(came.parsed)
            self.text_brought.emit(came.text, came.name or "the clipboard")

    def _says_positions(self, text: str) -> bool:
        """Does a title in it say how many are held?"""
        return position_table.look(text, self.reader).is_titled

    def add_section(self) -> None:
        """Put a label above the first chosen row, and let it be named."""
        self.rows.add_section()
        self.edit_current()

    def edit_current(self) -> None:
        """Open the editor over the current row's symbol, in the table."""
        self.show_heat(False)
        self.cell_editing.begin()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._status_tip.hide()  # what it was over is elsewhere, as where a banner came that says that all is offline
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_new:  # pressed in the table
            self._end_welcome()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._appearance.theme.table)
        painter.end()

    def _lay_out(self) -> None:
        """The add line right under the last row, at the foot where the rows do not all fit, or in the start panel."""
        density = self._appearance.density
        below = FOOT_PX if self.foot.is_wanted else 0
        self.foot.setVisible(below > 0)
        self.foot.setGeometry(0, self.height() - below, self.width(), below)
        foot = max(0, self.height() - density.add_row_px - below)
        self.table.setGeometry(0, 0, self.width(), foot)
        self.heat.setGeometry(self.table.geometry())
        has_heat = self.heat.isVisibleTo(self)
        if not self.finder.filters:  # what is typed in stays where it is while rows go and come
            self._line_y = min(HEADER_PX + self.table.rows_px, foot)
        y = foot if has_heat else min(self._line_y, foot)
        is_empty = not len(self.watchlist)
        starts = is_empty or self._is_new
        self.start_panel.setVisible(starts)
        self.add_line.is_prominent = starts
        if starts:
            self.start_panel.show_list(self.watchlist.name, is_first=self._is_new)
            self.start_panel.lay_out(self.rect().adjusted(0, HEADER_PX, 0, 0), not is_empty)
            self.add_line.setGeometry(self.start_panel.field())
        else:
            width = min(OPEN_WIDTH_PX if self.add_line.is_open else IDLE_WIDTH_PX, self.width() - 8)
            self.add_line.setGeometry(4, y + 4, width, density.row_px)
        self._across.place(below)
        self.search.lay_out(self.rect().adjusted(0, HEADER_PX, 0, 0))
        for popup, line in ((self._popup, self.add_line.geometry()), (self._search_popup, self.search.geometry())):
            below = line.bottom() + 5
            if below + popup.height() > self.height():
                below = line.top() - 4 - popup.height()
            popup.place(QPoint(line.left(), below))

    def find_symbols(self) -> None:
        """Open the search."""
        self._lay_out()
        self.search.begin()

    def _end_welcome(self) -> None:
        if self._is_new:
            self._is_new = False
            self.welcomed.emit()
            self._lay_out()
            self.table.setFocus()

    def _marks_changed(self) -> None:
        held = self._book.held
        self.model.quotes.hold(held.positions, is_hidden=held.is_hidden)
        self.model.look_at_formulas()
        self.foot.look()
        self._lay_out()
        self.table.viewport().update()

    def _rows_changed(self) -> None:
        self.foot.look()
        self._lay_out()
        self.cell_editing.place()

    def _change_looks(self) -> None:
        self._lay_out()
        self.cell_editing.place()
        self.update()

    # Adding

    def _carry(self) -> None:
        """Drag the chosen rows; where they go is a place among all."""
        self.finder.end()
        self.drag.carry(self.selecting.rows())

    def _enter_text_of(self, line: AddLine, completion: Completion) -> None:
        """A suggestion was clicked."""
        self._enter(line, completion.taken, line.text())

    def _enter(self, line: AddLine, chosen: Collection[str], text: str, *, insists: bool = False) -> None:
        """Add what is typed. What nobody knows stays in the line with the reason; entered once more it is agreed to."""
        self.finder.end()
        text, sure = agreed(text, line.faults)
        parsed = self.reader.typed(text, insists=insists, sure={*chosen, *sure})
        if parsed.new:
            self.rows.insert(parsed.new)
            announce(self.table, f"{named(parsed.new)} added")
        elif here := parsed.here:
            self.selecting.select([here[0]])
            what = shown(here[0], self.watchlist.feed) if len(here) == 1 else f"All {len(here)}"
            self.noticed.emit(f"{what} already in the list")
        if parsed.faults:
            line.keep(" ".join(parsed.bad), parsed.faults)
            self._lay_out()
        else:
            line.finish()
            self.search.finish()
            self._end_welcome()
            self.table.setFocus()

    def add(self, parsed: ParsedList, at: int | None = None) -> None:
        """Add what was pasted or dropped, and tell of it."""
        if parsed.rows:
            self.rows.insert(parsed.rows, at)
            self._end_welcome()
        self.tell_added(parsed, parsed.words)

    def tell_added(self, parsed: ParsedList, words: str) -> None:
        """Tell what came of a pasted or dropped text, once its rows are in a list; what is no symbol has a report."""
        details = (lambda: self.report_wanted.emit(parsed)) if parsed.bad or parsed.fault else None
        self.noticed.emit(Message(words, undoes=bool(parsed.rows), details=details))

"""The table with the add line at its foot: typing, adding, changing, moving, removing, and the focus after an edit."""

from collections.abc import Iterable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from quotedesk.feed.states import RowState
from quotedesk.market.clock import Clock
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, check_code
from quotedesk.store.catalogue import Catalogue
from quotedesk.store.edits import Arrange, Insert, Remove, Replace, Series, append, place, shift
from quotedesk.store.quotes import Quotes
from quotedesk.store.understanding import Reader, Understood
from quotedesk.store.watchlist import Watchlist
from quotedesk.ui.add_line import IDLE_WIDTH_PX, OPEN_WIDTH_PX, AddLine
from quotedesk.ui.appearance import Appearance
from quotedesk.ui.columns import STATE, SYMBOL
from quotedesk.ui.completion import Completion
from quotedesk.ui.dropping import Dropping
from quotedesk.ui.error_popup import ErrorPopup
from quotedesk.ui.proof_tip import ProofTip
from quotedesk.ui.row_drag import RowDrag
from quotedesk.ui.start_panel import StartPanel
from quotedesk.ui.symbol_editor import SymbolEditor
from quotedesk.ui.table_model import TableModel
from quotedesk.ui.table_view import TableView
from quotedesk.ui.theme import HEADER_PX
from quotedesk.ui.undo import Undo

_SELECT = QItemSelectionModel.SelectionFlag


class Desk(QWidget):
    """One watchlist to work on.

    Attributes:
        model, table, add_line, editor, undo: its parts.

    Signals:
        noticed(str): something to tell in passing, one plain line.
    """

    noticed = Signal(str)

    def __init__(
        self,
        watchlist: Watchlist,
        quotes: Quotes,
        clock: Clock,
        feed: str,
        catalogue: Catalogue,
        appearance: Appearance,
    ) -> None:
        super().__init__()
        self._watchlist = watchlist
        self._reader = Reader(feed, watchlist, catalogue)
        self._appearance = appearance
        self._clock = clock
        self._came: list[Instrument] = []  # rows of the edit that is being done
        self._gone_row = -1
        self.undo = Undo(watchlist, self)
        self.model = TableModel(watchlist, quotes, clock, catalogue, self)
        self.table = TableView(self.model, clock, appearance, self)
        self._start = StartPanel(appearance, self)
        self._popup = ErrorPopup(appearance, self)
        self.add_line = AddLine(appearance, self._popup, self)
        self._editor_popup = ErrorPopup(appearance, self)
        self.editor = SymbolEditor(appearance, self._editor_popup, self.table.viewport())
        self._drag = RowDrag(self.table, appearance)
        self._dropping = Dropping(self, self.table, self.model, self._drag, self._reader.found, appearance)
        suggest = self._reader.suggestions
        typed, edited = (Completion(each, suggest, appearance, self) for each in (self.add_line, self.editor))
        self.setFocusProxy(self.table)
        self.setTabOrder(self.table, self.add_line)
        typed.clicked.connect(lambda: self._enter(self.add_line.text()))
        edited.clicked.connect(lambda: self._replace(self.editor.text()))
        self.table.typed.connect(self.add_line.begin)
        self.add_line.entered.connect(self._enter)
        self.add_line.cancelled.connect(self.table.setFocus)
        self.add_line.opened_or_closed.connect(self._lay_out)
        self.table.empty_clicked.connect(self.add_line.begin)
        self.table.edit_requested.connect(self.edit_current)
        self.table.verticalScrollBar().valueChanged.connect(self._place_editor)
        self.editor.entered.connect(self._replace)
        self.editor.closed.connect(self.table.setFocus)
        self.model.layoutChanged.connect(self._place_editor)
        self.model.rowsInserted.connect(self._rows_came)
        self.model.rowsRemoved.connect(self._rows_went)
        self.table.drag_requested.connect(lambda: self._drag.carry(self.selected()))
        self._dropping.rows_dropped.connect(lambda rows, at: self._arrange(place(self.model.rows, rows, at)))
        self._dropping.rows_thrown_out.connect(lambda rows: self.undo.push(Remove(rows)))
        self._dropping.text_dropped.connect(self._add)
        self._proof_tip = ProofTip(appearance, self)
        self.table.tip_requested.connect(self._show_tip)
        self.table.tip_over.connect(self._proof_tip.hide)
        self.undo.about_to_edit.connect(self._begin_edit)
        self.undo.edited.connect(self._end_edit)
        appearance.changed.connect(self._change_looks)

    def show_list(self, feed: str, instruments: Iterable[Instrument]) -> None:
        """Another list takes the place of this one; there is no way back by undo."""
        self.editor.finish()
        self.add_line.finish()
        self._reader.feed = feed
        self._watchlist.remove(0, len(self._watchlist))
        self._watchlist.insert(0, list(instruments))
        self.undo.stack.clear()
        self.model.sort_by(None)
        self._lay_out()
        self.table.scrollToTop()

    @property
    def is_busy(self) -> bool:
        """Is something under the hand that must not move: a text being written, a drag?"""
        writes = (self.add_line.hasFocus() and self.add_line.text() != "") or self.editor.isVisible()
        return writes or self._dropping.is_under_way

    def remove_selected(self) -> None:
        """Take the selected rows out of the list."""
        if chosen := self.selected():
            self.undo.push(Remove(tuple(chosen)))

    def selected(self) -> list[Instrument]:
        """The selected rows, from the top."""
        return [self.model.rows[row] for row in sorted(i.row() for i in self.table.selectionModel().selectedRows())]

    def move_selected(self, step: int) -> None:
        """Move the selected rows one up (-1) or down (1)."""
        self._arrange(shift(self.model.rows, self.selected(), step))

    def copy_selected(self) -> None:
        """Put the selected symbols on the clipboard, one a line."""
        if codes := [instrument.code for instrument in self.selected()]:
            QGuiApplication.clipboard().setText("\n".join(codes))

    def paste(self) -> None:
        """Add the symbols on the clipboard; what is none is named, and costs the others nothing."""
        self._add(self._reader.found(QGuiApplication.clipboard().text()))

    def edit_current(self) -> None:
        """Open the editor over the current row's symbol."""
        index = self.table.currentIndex()
        if index.isValid():
            self.table.scrollTo(index)
            self.editor.begin(self.model.rows[index.row()])
            self._place_editor()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._appearance.theme.table)
        painter.end()

    def _lay_out(self) -> None:
        """The add line right under the last row, at the foot where the rows do not all fit, or in the start panel."""
        density = self._appearance.density
        foot = max(0, self.height() - density.add_row_px)
        self.table.setGeometry(0, 0, self.width(), foot)
        y = min(HEADER_PX + len(self._watchlist) * density.row_px, foot)
        is_empty = not len(self._watchlist)
        self._start.setVisible(is_empty)
        self.add_line.is_prominent = is_empty
        if is_empty:
            self._start.lay_out(self.rect().adjusted(0, HEADER_PX, 0, 0))
            self.add_line.setGeometry(self._start.field())
        else:
            width = min(OPEN_WIDTH_PX if self.add_line.is_open else IDLE_WIDTH_PX, self.width() - 8)
            self.add_line.setGeometry(4, y + 4, width, density.row_px)
        line = self.add_line.geometry()
        below = line.bottom() + 5
        if below + self._popup.height() > self.height():
            below = line.top() - 4 - self._popup.height()
        self._popup.place(QPoint(line.left(), below))

    def _show_tip(self, index: QModelIndex, at: QPoint) -> None:
        """Of a row's state the proof, of other cells a text."""
        proof, continuity = self.model.proof_of(self.model.rows[index.row()]) if index.isValid() else (None, None)
        if proof is None or index.column() != STATE:
            self.table.show_text_tip(index, at)
            return
        reading, clock = self.model.reading(index.row()), self._clock
        self._proof_tip.tell(reading, proof, continuity, self.model.offline_reason, self.model.others_tick(), clock)
        self._proof_tip.place(self.table.viewport().mapTo(self, at))

    def _change_looks(self) -> None:
        self._lay_out()
        self._place_editor()
        self.update()

    # Adding

    def _enter(self, text: str) -> None:
        understood = self._reader.typed(text)
        if understood.new:
            self._insert(understood.new)
        elif here := understood.here:
            self._select([here[0]])
            self.noticed.emit(f"{here[0].code if len(here) == 1 else f'All {len(here)}'} already in the list")
        if understood.fault:
            self.add_line.keep(" ".join(understood.bad), understood.fault)
            self._lay_out()
        else:
            self.add_line.finish()
            self.table.setFocus()

    def _add(self, understood: Understood, at: int | None = None) -> None:
        """Add what was pasted or dropped, and tell of it."""
        if understood.new:
            self._insert(understood.new, at)
        self.noticed.emit(understood.words)

    def _insert(self, new: tuple[Instrument, ...], at: int | None = None) -> None:
        """Put new symbols at the end, or before a row; in the order of a sorted table this then is the list's own."""
        if at is None:
            self.undo.push(append(self._watchlist, new))
        else:
            insert = Insert(tuple(enumerate(new, start=at)))
            is_sorted = self.model.sorted_by is not None
            self.undo.push(Series((Arrange(tuple(self.model.rows)), insert)) if is_sorted else insert)
            self.model.sort_by(None)
        self._select([new[0]])  # the first only: a Delete now must not take all of them

    def _arrange(self, edit: Arrange) -> None:
        """Move rows; the order that is shown becomes the list's own."""
        if edit.moved and edit.order != tuple(self.model.rows):
            self.undo.push(edit)
            self.model.sort_by(None)
            self.table.scrollTo(self.table.currentIndex())

    # Changing one

    def _replace(self, text: str) -> None:
        old = self.editor.instrument
        if old is None:
            return
        try:
            new = self._reader.meant(check_code(text))
        except BadSymbolError as fault:
            slot = self.model.quotes.slot(old)
            self.editor.refuse(fault, self.model.quotes.state[slot] == RowState.LIVE)
            self._place_editor()
            return
        self.editor.finish()
        if new == old:
            return
        if new in self._watchlist:
            self.noticed.emit(f"{new.code} already in the list")
        else:
            self.undo.push(Replace(old, new))
        self._select([new])

    def _place_editor(self) -> None:
        """Keep the editor over its cell, wherever that is now; without its row it closes."""
        if self.editor.instrument is None:
            return
        if self.editor.instrument not in self._watchlist:
            self.editor.finish()
            return
        index = self.model.index(self.model.rows.index(self.editor.instrument), SYMBOL)
        cell = self.table.visualRect(index)
        self.editor.setGeometry(cell.adjusted(2, 1, -2, -1))
        below = self.table.viewport().mapTo(self, cell.bottomLeft()) + QPoint(4, 4)
        if below.y() + self._editor_popup.height() > self.height():
            below.setY(below.y() - cell.height() - self._editor_popup.height() - 8)
        self._editor_popup.place(below)

    # After an edit

    def _begin_edit(self) -> None:
        self._came, self._gone_row = [], -1

    def _rows_came(self, parent: QModelIndex, first: int, last: int) -> None:
        self._came += self.model.rows[first : last + 1]

    def _rows_went(self, parent: QModelIndex, first: int, last: int) -> None:
        self._gone_row = first if self._gone_row < 0 else min(first, self._gone_row)

    def _end_edit(self) -> None:
        self._lay_out()
        self._place_editor()
        if self._came:
            self._select(self._came)
        elif self._gone_row >= 0 and len(self._watchlist):
            self._select([self.model.rows[min(self._gone_row, len(self.model.rows) - 1)]])

    def _select(self, instruments: list[Instrument]) -> None:
        """Select rows, make the first current and bring it into view."""
        rows = {instrument: row for row, instrument in enumerate(self.model.rows)}
        found = sorted(rows[instrument] for instrument in instruments)
        selection = QItemSelection()
        for row in found:
            selection.select(self.model.index(row, 0), self.model.index(row, self.model.columnCount() - 1))
        first = self.model.index(found[0], SYMBOL)
        model = self.table.selectionModel()
        model.setCurrentIndex(first, _SELECT.NoUpdate)
        model.select(selection, _SELECT.ClearAndSelect)
        self.table.scrollTo(self.model.index(found[-1], SYMBOL))
        self.table.scrollTo(first)

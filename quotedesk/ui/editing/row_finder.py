"""Finds rows by what is typed in the add line, jumps to the first and shows only those that match. Enter still adds."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QApplication

from quotedesk.lists.section import Row
from quotedesk.market.instrument import Instrument, last_piece, shown
from quotedesk.ui.editing.add_line import AddLine
from quotedesk.ui.message import announce
from quotedesk.ui.table.columns import SYMBOL
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.selection import Selection
from quotedesk.ui.table.view import TableView

FILTERS_FROM = 2  # so many characters; one alone only jumps, so that a list does not vanish at the first key
_HOME_REASONS = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)  # the user comes back


class RowFinder(QObject):
    """The search of one panel. Down and Up choose among what may be added; F3 goes to the first row that was found.

    Attributes:
        found: the rows that match what is typed, in their order; empty where all do or none.
        filters: only those are shown now.

    Signals:
        changed(): `filters` may be another.
    """

    changed = Signal()

    def __init__(self, line: AddLine, table: TableView, model: TableModel, selecting: Selection) -> None:
        super().__init__(line)
        self.found: list[Row] = []
        self.filters = False
        self._line = line
        self._table = table
        self._model = model
        self._selecting = selecting
        self._before: tuple[list[Row], int] | None = None  # chosen rows and scrolling when the search began
        self._leaving = QTimer(self, interval=QApplication.doubleClickInterval())
        self._leaving.timeout.connect(self._leave)
        line.textEdited.connect(self._look)
        line.textChanged.connect(self._text_changed)
        line.cancelled.connect(self.cancel)
        line.installEventFilter(self)
        model.modelReset.connect(self._watchlist_changed)

    def end(self) -> None:
        """Show all rows again; what is chosen stays so, and in view."""
        self._close()
        self._before = None

    def cancel(self) -> None:
        """Show all rows again as they were before."""
        before = self._before
        self.end()
        if before is not None:
            chosen, scrolled_px = before
            self._selecting.select(chosen)
            self._table.verticalScrollBar().setValue(scrolled_px)

    def go(self) -> None:
        """Leave the line for the first row that was found."""
        if not self.found:
            return
        row = self.found[0]
        self._line.finish()
        self.end()
        self._selecting.select([row])
        self._table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_F3:
            self.go()
            return True
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut and self.found:
            if event.reason() == Qt.FocusReason.MouseFocusReason:
                self._leaving.start()  # rows must not move while they are clicked
            elif event.reason() not in _HOME_REASONS:
                self.end()
        return False

    # Inside

    def _look(self, text: str) -> None:
        self._leaving.stop()
        piece = text.strip()
        found = self._matches(piece) if piece and piece == last_piece(text) else []
        if not found:
            self.cancel()
            return
        if self._before is None:
            self._before = self._selecting.rows(), self._table.verticalScrollBar().value()
        self._show(found, filters=len(piece) >= FILTERS_FROM)
        self._selecting.select(found[:1])

    def _matches(self, piece: str) -> list[Row]:
        """The rows that are meant by a half-typed text; none where that does not tell them from others."""
        start = piece.casefold()
        deep = len(start) >= FILTERS_FROM
        rows = [row for row in self._model.order if isinstance(row, Instrument)]
        found: list[Row] = []
        for row in rows:
            code = shown(row, self._model.watchlist.feed).casefold()
            if code.startswith(start) or (deep and (start in code or self._is_named(row, start))):
                found.append(row)
        return found if len(found) < len(rows) else []

    def _is_named(self, row: Instrument, start: str) -> bool:
        name = self._model.reader.directories.of(row.feed).name(row.code).casefold()
        return name.startswith(start) or f" {start}" in name

    def _show(self, found: list[Row], *, filters: bool) -> None:
        count = len(found)
        if count != len(self.found) and count:
            announce(self._line, f"{count:,} row{'s' * (count != 1)} match" + ("es" if count == 1 else ""))
        chosen = self._selecting.rows()
        self.found, was_filtering, self.filters = found, self.filters, filters
        self._line.show_hint(
            f"Enter adds, F3 goes to {'the row' if count == 1 else f'{count:,} rows'}" if found else ""
        )
        if filters or was_filtering:
            self.changed.emit()  # first, so that nothing moves that is written in
            self._model.show_only(frozenset(found) if filters else None)
            self._selecting.select(chosen)
            if not filters and (current := self._table.currentIndex()).isValid():
                self._table.scrollTo(self._model.index(current.row(), SYMBOL))
            self.changed.emit()

    def _text_changed(self, text: str) -> None:
        if not text:
            self._close()  # Esc may follow, and give back what was chosen

    def _close(self) -> None:
        self._leaving.stop()
        if self.found:
            self._show([], filters=False)

    def _watchlist_changed(self) -> None:
        """Another list is shown."""
        if self.found and not self._model.is_filtered:
            self.found, self.filters, self._before = [], False, None
            self._line.show_hint("")
            self.changed.emit()

    def _leave(self) -> None:
        if QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton and QApplication.activePopupWidget() is None:
            self.end()

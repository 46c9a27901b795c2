"""Changing one row where it stands: the editor over its symbol, and what comes of what is entered."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QWidget

from quotedesk.lists.edits import Replace
from quotedesk.lists.list_reader import ListReader, Suggestion
from quotedesk.lists.section import Row, Section, section_name
from quotedesk.lists.unknown_code import agreed
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.states import RowState
from quotedesk.ui.editing.completion import Completion
from quotedesk.ui.editing.error_popup import ErrorPopup
from quotedesk.ui.editing.row_edits import RowEdits
from quotedesk.ui.editing.symbol_editor import SymbolEditor, words
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.table.columns import SYMBOL
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.selection import Selection
from quotedesk.ui.table.view import TableView


class CellEditing(QObject):
    """Keeps the editor over its row, wherever that goes.

    Attributes:
        editor, popup, completion: its parts.

    Signals:
        noticed(str): something to tell.
    """

    noticed = Signal(object)

    def __init__(
        self,
        table: TableView,
        model: TableModel,
        selecting: Selection,
        rows: RowEdits,
        reader: ListReader,
        appearance: Appearance,
        panel: QWidget,
    ) -> None:
        super().__init__(panel)
        self._table = table
        self._model = model
        self._selecting = selecting
        self._rows = rows
        self._reader = reader
        self._panel = panel
        self.popup = ErrorPopup(appearance, panel)
        self.editor = SymbolEditor(appearance, self.popup, table.viewport())
        self.completion = Completion(self.editor, self._suggestions, appearance, panel)
        self.completion.clicked.connect(lambda: self._replace(self.editor.text()))
        self.editor.entered.connect(self._replace)
        self.editor.insisted.connect(partial(self._replace, insists=True))
        self.editor.closed.connect(table.setFocus)
        table.verticalScrollBar().valueChanged.connect(self.place)
        model.layoutChanged.connect(self.place)

    def begin(self) -> None:
        """Open the editor over the current row's symbol."""
        index = self._table.currentIndex()
        if index.isValid():
            self._table.scrollTo(index)
            self.editor.begin(self._model.rows[index.row()], self._model.watchlist.feed)
            self.place()

    def place(self) -> None:
        """Put the editor over its cell, wherever that is now; without its row it closes."""
        editor, popup, rows = self.editor, self.popup, self._model.rows
        if editor.row is None:
            return
        if editor.row not in rows:
            editor.finish()
            return
        cell = self._table.visualRect(self._model.index(rows.index(editor.row), SYMBOL))
        editor.setGeometry(cell.adjusted(2, 1, -2, -1))
        below = self._table.viewport().mapTo(self._panel, cell.bottomLeft()) + QPoint(4, 4)
        if below.y() + popup.height() > self._panel.height():
            below.setY(below.y() - cell.height() - popup.height() - 8)
        popup.place(below)

    def _suggestions(self, text: str) -> Sequence[Suggestion]:
        """The name of a section is none of a symbol."""
        return () if isinstance(self.editor.row, Section) else self._reader.suggestions(text)

    def _replace(self, text: str, *, insists: bool = False) -> None:
        old, watchlist = self.editor.row, self._model.watchlist
        if old is None:
            return
        if isinstance(old, Section):
            new: Row = Section(old.key, section_name(text))
        else:
            text, sure = agreed(text, self.editor.faults)
            is_sure = text in sure or text in self.completion.taken
            try:
                new = self._reader.meant(text) if is_sure else self._reader.judged(text, insists=insists)
            except BadSymbolError as fault:
                quotes = self._model.quotes
                self.editor.refuse(fault, quotes.state[quotes.slot(old)] == RowState.LIVE)
                self.place()
                return
        self.editor.finish()
        if new == old:
            return
        if new in watchlist:
            self.noticed.emit(f"{words(new, watchlist.feed)} already in the list")
        else:
            self._rows.push(Replace(old, new))
        self._selecting.select([new])

"""Edit > Positions: that of the row, tables of them, and the key that hides all amounts."""

import contextlib
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from quotedesk.config import foreign_list
from quotedesk.formats import encoding, position_table
from quotedesk.formats.base import NotAListError
from quotedesk.lists.book import Book
from quotedesk.lists.position_reader import PositionReader
from quotedesk.market.instrument import Instrument, shown
from quotedesk.ui.looks import folders
from quotedesk.ui.looks.actions import WHY_NOT, act
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.message import Level, Message
from quotedesk.ui.window.positions_dialog import PositionDialog
from quotedesk.ui.window.positions_edits import PositionEdits
from quotedesk.ui.window.positions_import import PositionsImport
from quotedesk.ui.window.watchlist_panel import WatchlistPanel

MOST_CHARACTERS = 2_000_000  # of a table that is looked at in one go
_READ = "Tables (*.csv *.txt *.tsv);;All files (*)"


class PositionsMenu(Menu):
    """Works on the desk of its window.

    Attributes:
        edit: the action that opens the position of the current row.
        hide_amounts: the action that hides all amounts, and shows them again.

    Signals:
        noticed(message): what came of it: a plain line, or a Message.
        arranged(): amounts are hidden or shown, totals are in another currency: no edit, but to be kept.
    """

    noticed = Signal(object)
    arranged = Signal()

    def __init__(
        self, book: Book, panel: WatchlistPanel, appearance: Appearance, parent: QMenu, window: QWidget
    ) -> None:
        super().__init__("P&ositions", parent)
        self._book = book
        self._panel = panel
        self._appearance = appearance
        self._window = window
        self._edits = PositionEdits(book, panel.undo, panel.model)
        self._folder = folders.documents()
        self.edit = act(self, "Posi&tion\N{HORIZONTAL ELLIPSIS}", "Ctrl+Shift+Q", self.edit_current)
        self.edit.setProperty(WHY_NOT, "choose a row first")
        self.hide_amounts = act(self, "&Hide amounts", "Ctrl+Alt+H", self._turn_hidden)
        self.hide_amounts.setCheckable(True)
        self.addSeparator()
        act(self, "&Import positions\N{HORIZONTAL ELLIPSIS}", "", self._ask_for_file)
        act(self, "Pa&ste positions", "", self.paste)
        book.listeners.append(self._check)
        panel.table.selectionModel().currentChanged.connect(self._check)
        panel.model.modelReset.connect(self._check)
        panel.foot.currency_chosen.connect(self._count_in)
        panel.text_brought.connect(self.offer)
        self._check()

    def release(self) -> None:
        """The window goes: follow nothing any more."""
        if self._check in self._book.listeners:
            self._book.listeners.remove(self._check)

    def edit_current(self) -> None:
        """Open the editor of the current row's position."""
        row = self._current
        if row is not None:
            name = shown(row, self._panel.watchlist.feed)
            then = self._panel.table.setFocus
            PositionDialog(row, name, self._edits, self._panel.currencies, self._window, then).open()

    def read(self, text: str, name: str) -> None:
        """Show what a table of positions means."""
        if len(text) > MOST_CHARACTERS:
            told = f"Nothing was imported. A table of positions has at most {MOST_CHARACTERS:,} characters."
            self.noticed.emit(Message(told, Level.ERROR))
            return
        reader = PositionReader(text, self._panel.reader, self._panel.currencies, self._book.held.positions)
        dialog = PositionsImport(name, reader, self._edits, self._appearance, self._window)
        dialog.taken.connect(self.noticed)
        dialog.open()

    def read_file(self, path: Path) -> None:
        """The same of a file."""
        try:
            self.read(_text_of(path), path.name)
        except NotAListError as fault:
            self.noticed.emit(Message(f"Nothing was imported. {fault}.", Level.ERROR))

    def offer(self, text: str, name: str) -> None:
        """The symbols of a text came into a list. Where it says how many are held, too, that can be taken."""
        if not text.strip() or len(text) > MOST_CHARACTERS:
            return
        table = position_table.look(text, self._panel.reader)
        if table.is_titled:
            read = partial(self.read, text, name)
            self.noticed.emit(Message("It says quantities, too", details=read, details_word="Positions"))

    def offer_file(self, path: Path) -> None:
        """The same of a file."""
        with contextlib.suppress(NotAListError):  # it is gone by now
            self.offer(_text_of(path), path.name)

    def paste(self) -> None:
        """The same of what is on the clipboard."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self.read(text, "the clipboard")
        else:
            self.noticed.emit("There is no text on the clipboard")

    # Inside

    @property
    def _current(self) -> Instrument | None:
        """The symbol with the focus ring; None where it is on none."""
        current, rows = self._panel.table.currentIndex(), self._panel.model.rows
        row = rows[current.row()] if 0 <= current.row() < len(rows) else None
        return row if isinstance(row, Instrument) else None

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self._window, "Import positions", self._folder, _READ)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, name: str) -> None:
        self._folder = str(Path(name).parent)
        self.read_file(Path(name))

    def _turn_hidden(self) -> None:
        self._edits.hide(not self._book.held.is_hidden)
        self.arranged.emit()

    def _count_in(self, currency: str) -> None:
        self._edits.count_in(currency)
        self.arranged.emit()

    def _check(self) -> None:
        self.hide_amounts.setChecked(self._book.held.is_hidden)
        self.edit.setEnabled(self._current is not None)


def _text_of(path: Path) -> str:
    """Raises NotAListError."""
    return encoding.decoded(foreign_list.read(path))

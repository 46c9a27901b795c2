"""The Edit menu: undo, rows, flags and notes. The context menus of rows offer what is for them as well."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import Mark, Note
from quotedesk.lists.saved import Flag
from quotedesk.market.instrument import Instrument
from quotedesk.ui.editing.note_editor import NoteEditor
from quotedesk.ui.looks.actions import PLAIN_WORDS, WHY_NOT, act
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.window.watchlist_panel import WatchlistPanel


class EditMenu(Menu):
    """Works on the desk of its window.

    Attributes:
        undo, redo, add, remove, edit, up, down, copy, paste, flag, note: actions, for buttons and other menus.
        colours: the menu of flags.
        below: other menus of what can be done with a row.
    """

    def __init__(self, book: Book, panel: WatchlistPanel, parent: QWidget) -> None:
        super().__init__("&Edit", parent)
        self.below: list[QMenu] = []
        self._book = book
        self._panel = panel
        stack = panel.undo.stack
        self.undo, self.redo = stack.createUndoAction(self, "&Undo"), stack.createRedoAction(self, "&Redo")
        for action, keys, words in ((self.undo, "Ctrl+Z", "Undo"), (self.redo, "Ctrl+Shift+Z", "Redo")):
            action.setProperty(PLAIN_WORDS, words)
            action.setProperty(WHY_NOT, f"nothing to {words.lower()}")
            action.setShortcut(QKeySequence(keys))
            self.addAction(action)
        self.addSeparator()
        self.add = act(self, "&Add symbols", "Ctrl+K", panel.find_symbols)
        self.copy = act(self, "&Copy symbols", "Ctrl+C", panel.copy)
        self.paste = act(self, "Pa&ste symbols", "Ctrl+V", panel.paste)
        self.addSeparator()
        self.edit = act(self, "&Edit symbol", "F2", panel.edit_current)
        self.up = act(self, "Move u&p", "Alt+Up", lambda: panel.rows.move_selected(-1))
        self.down = act(self, "Move &down", "Alt+Down", lambda: panel.rows.move_selected(1))
        self.flag = act(self, "&Flag", "Alt+Return", self._turn_flag)
        self.colours = self._make_colours()
        self.note = act(self, "&Note", "Ctrl+Shift+N", self._edit_note)
        self.addSeparator()
        self.remove = act(self, "Re&move", "Del", panel.rows.remove_selected)
        of_rows = [self.copy, self.edit, self.up, self.down, self.flag, self.note, self.remove]
        for action in (*of_rows, self.paste):
            # In the add line and the editor these keys are for the text.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            panel.table.addAction(action)
            panel.heat.addAction(action)
        of_rows.append(self.colours.menuAction())
        for action in of_rows:
            action.setProperty(WHY_NOT, "choose a row first")
        self._enable(of_rows)
        panel.table.selectionModel().selectionChanged.connect(lambda: self._enable(of_rows))
        panel.model.modelReset.connect(lambda: self._enable(of_rows))  # with which a selection goes without a word

    def add_below(self, menu: QMenu) -> None:
        """Another menu for the current row, here and in the rows' own menu."""
        self.below.append(menu)
        self.insertMenu(self.remove, menu)

    def _make_colours(self) -> QMenu:
        menu = Menu("F&lag colour", self)
        self.addMenu(menu)
        for number, flag in enumerate(Flag, start=1):
            act(menu, f"{flag.value.capitalize()} flag", f"Alt+{number}", partial(self._set_flag, flag))
        act(menu, "No flag", "Alt+0", lambda: self._set_flag(None))
        return menu

    def _enable(self, of_rows: list[QAction]) -> None:
        for action in of_rows:
            action.setEnabled(self._panel.table.selectionModel().hasSelection())

    def _chosen(self) -> list[Instrument]:
        return [row for row in self._panel.selecting.rows() if isinstance(row, Instrument)]

    def _turn_flag(self) -> None:
        """All flagged: take the flags; else flag those that are not."""
        chosen = self._chosen()
        bare = [each for each in chosen if each not in self._book.flags]
        flags: dict[Instrument, Flag | None] = dict.fromkeys(bare, Flag.VIOLET) if bare else dict.fromkeys(chosen)
        self._mark(flags)

    def _set_flag(self, flag: Flag | None) -> None:
        self._mark({each: flag for each in self._chosen() if self._book.flags.get(each) is not flag})

    def _mark(self, flags: dict[Instrument, Flag | None]) -> None:
        if flags:
            self._panel.undo.push(Mark(flags, self._panel.watchlist))

    def _edit_note(self) -> None:
        current = self._panel.table.currentIndex()
        row = self._panel.model.rows[current.row()] if current.isValid() else None
        if isinstance(row, Instrument):
            editor = NoteEditor(row.code, self._book.notes.get(row, ""), self._panel.window())
            editor.written.connect(lambda text: self._write(row, text))
            editor.open()

    def _write(self, instrument: Instrument, text: str) -> None:
        if text != self._book.notes.get(instrument, ""):
            self._panel.undo.push(Note(instrument, text, self._panel.watchlist))

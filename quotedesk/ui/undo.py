"""Undo and redo of edits, of all lists in one stack."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import BookEdit
from quotedesk.lists.watchlist import Watchlist

MOST = 1000  # the oldest go, so that a desk that is open all day does not grow


class Undo(QObject):
    """The edits of a book.

    Attributes:
        stack: Qt's stack, for its actions.
        active_window: the window that the user works in, which shows what an edit did; None: all do.
        watchlist: the list that the newest edit was of; None: of none in particular.
        is_elsewhere: what is being done comes from another desk.

    Signals:
        about_to_return(edit, words): an edit is about to be undone or redone, ahead of `about_to_edit`; `words` say in
            the past what happens: "Undone: remove NVDA.US".
        about_to_edit(): just before an edit is done, undone or redone.
        edited(): just after; exactly one per do, undo or redo.
    """

    about_to_return = Signal(object, str)
    about_to_edit = Signal()
    edited = Signal()

    def __init__(self, book: Book, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(MOST)
        self.active_window: QObject | None = None
        self.watchlist: Watchlist | None = None
        self.is_elsewhere = False
        self._book = book
        self._is_new = False  # what is done now is done for the first time

    def push(self, edit: BookEdit) -> None:
        """Do an edit, so that it can be undone."""
        self._is_new = True
        try:
            self.stack.push(_Command(edit, self))
        finally:
            self._is_new = False

    def return_to(self, edit: BookEdit, words: str) -> BookEdit:
        """Apply an edit that undoes or redoes one; as `apply`. For the commands of the stack."""
        if not self._is_new:
            self.about_to_return.emit(edit, words)
        return self.apply(edit)

    def apply(self, edit: BookEdit) -> BookEdit:
        """Apply an edit and tell; returns its inverse. For the commands of the stack."""
        self.about_to_edit.emit()
        inverse = edit.apply(self._book)
        self.watchlist = edit.watchlist
        self.edited.emit()
        return inverse

    def elsewhere(self, change: Callable[[], None]) -> None:
        """What another desk did: told like an edit of this one, and not to be undone here."""
        self.is_elsewhere = True
        try:
            self.about_to_edit.emit()
            change()
            self.watchlist = None
            self.edited.emit()
        finally:
            self.is_elsewhere = False


class _Command(QUndoCommand):
    """An edit on the stack."""

    def __init__(self, edit: BookEdit, undo: Undo) -> None:
        words = edit.words
        super().__init__(words.replace("&", "&&"))  # a list may be called P&L; in a menu that is a key
        self._words = words
        self._edit = edit
        self._undo = undo

    def redo(self) -> None:
        self._inverse = self._undo.return_to(self._edit, f"Redone: {self._words}")

    def undo(self) -> None:
        self._edit = self._undo.return_to(self._inverse, f"Undone: {self._words}")

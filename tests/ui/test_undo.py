"""Undo and redo of list edits."""

from collections.abc import Callable

from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from quotedesk.lists.book import Book
from quotedesk.lists.book_edits import On, RenameList
from quotedesk.lists.edits import Edit, Remove, append
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.ui.undo import MOST, Undo

A, B, C = (Instrument("demo", code) for code in "ABC")


def made(*instruments: Instrument) -> tuple[Undo, Watchlist, Callable[[Edit], None]]:
    """A stack, the only list of its book, and how to do an edit of that."""
    book = Book(instruments)
    undo, (watchlist,) = Undo(book), book.lists
    return undo, watchlist, lambda edit: undo.push(On(watchlist, edit))


def test_an_edit_is_done_undone_and_redone_with_one_signal_each(qtbot: QtBot) -> None:
    undo, watchlist, push = made(A)
    told = []
    undo.edited.connect(lambda: told.append(list(watchlist)))
    push(append(watchlist, [B, C]))
    undo.stack.undo()
    undo.stack.redo()
    assert told == [[A, B, C], [A], [A, B, C]]


def test_undoing_a_removal_puts_rows_back_where_they_were(qtbot: QtBot) -> None:
    undo, watchlist, push = made(A, B, C)
    push(Remove((A, C)))
    assert list(watchlist) == [B]
    undo.stack.undo()
    assert list(watchlist) == [A, B, C]


def test_the_menu_names_the_edit(qtbot: QtBot) -> None:
    undo, watchlist, push = made(A)
    push(append(watchlist, [B, C]))
    assert undo.stack.createUndoAction(undo, "Undo").text() == "Undo add 2 symbols"


def test_an_ampersand_in_a_name_is_one_in_the_menu_and_on_the_button(open_desk) -> None:
    desk = open_desk()
    desk.window.undo.push(RenameList(desk.watchlist, "P&L"))
    action = next(each for each in desk.window.edit_menu.actions() if each.text().startswith("&Undo"))
    assert action.text() == "&Undo rename list to P&&L", "two are one; one would be a key"
    names = [button.accessibleName() for button in desk.window.findChildren(QToolButton)]
    assert "Undo rename list to P&L" in names


def test_a_day_of_edits_takes_no_more_room_than_the_last_thousand(qtbot: QtBot) -> None:
    undo, watchlist, push = made(A)
    for _ in range(MOST):
        push(append(watchlist, [B]))
        push(Remove((B,)))
    assert undo.stack.count() == MOST
    for _ in range(MOST):
        undo.stack.undo()
    assert list(watchlist) == [A]


def test_what_is_undone_or_redone_is_told_ahead_and_what_is_done_for_the_first_time_is_not(qtbot: QtBot) -> None:
    undo, watchlist, push = made(A, B)
    told = []
    undo.about_to_return.connect(lambda edit, words: told.append((words, edit.watchlist, list(watchlist))))
    push(Remove((A,)))
    undo.stack.undo()
    undo.stack.redo()
    assert told == [("Undone: remove A", watchlist, [B]), ("Redone: remove A", watchlist, [A, B])]

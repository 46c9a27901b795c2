"""Which cell has the keyboard, as a screen reader is told; from outside: tests/desktop/test_screen_reader."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableWidget
from pytestqt.qtbot import QtBot

from quotedesk.market.states import RowState
from quotedesk.ui.table import view as view_module

NAME = QAccessible.Text.Name


@pytest.fixture
def reader() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def focused(desk) -> list[str]:
    """The names of the cells that say that they have the keyboard."""
    table = QAccessible.queryAccessibleInterface(desk.table)
    cells = map(table.child, range(table.childCount()))
    return [each.text(NAME) for each in cells if each is not None and each.state().focused]


def test_no_cell_has_the_keyboard_while_somebody_types_and_the_same_one_after(reader: None, open_desk) -> None:
    desk = open_desk()
    desk.select(2)
    desk.settle()
    assert focused(desk) == ["C.US"]
    desk.add_line.setFocus()
    desk.settle()
    assert (focused(desk), desk.current, desk.selected) == ([], "C.US", ["C.US"])
    QTest.keyClick(desk.add_line, Qt.Key.Key_Escape)
    desk.settle()
    assert (focused(desk), desk.current) == (["C.US"], "C.US")


def test_what_is_chosen_while_somebody_types_is_current_after(reader: None, open_desk) -> None:
    desk = open_desk()
    desk.select(2)
    desk.add_line.setFocus()
    desk.settle()
    desk.select(1)
    desk.settle()
    assert (focused(desk), desk.current) == ([], "B.US")
    desk.table.setFocus()
    desk.settle()
    assert focused(desk) == ["B.US"]
    QTest.keyClick(desk.table, Qt.Key.Key_Down)
    assert desk.current == "C.US"


def test_without_a_reader_qt_keeps_the_current_cell(open_desk) -> None:
    desk = open_desk()
    desk.select(2)
    desk.add_line.setFocus()
    desk.settle()
    assert desk.table.selectionModel().currentIndex().row() == 2


def test_qt_itself_still_needs_this(reader: None, qtbot: QtBot) -> None:
    """Where this fails, ui/table/spoken_focus can go."""
    table = QTableWidget(1, 1)
    qtbot.addWidget(table)
    table.setCurrentCell(0, 0)
    assert not table.hasFocus()
    spoken = QAccessible.queryAccessibleInterface(table)
    assert any(spoken.child(place).state().focused for place in range(spoken.childCount()))


def test_of_what_was_refused_each_is_told_once_and_of_many_their_number(reader: None, open_desk, monkeypatch) -> None:
    told = []
    monkeypatch.setattr(view_module, "announce", lambda about, text, *, is_urgent: told.append(text))
    desk = open_desk("A.US", "B.US", "C.US", "D.US", "E.US")
    desk.mark(RowState.REFUSED, "A.US", reason="no such code")
    for _ in range(2):
        desk.table.announce()
    assert told == ["A.US refused. no such code"]
    desk.mark(RowState.REFUSED, "B.US", "C.US", "D.US", "E.US")
    desk.table.announce()
    assert told[1:] == ["4 symbols refused"]

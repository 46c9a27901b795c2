"""Flags and notes; what else the menu does is tested where it happens."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from quotedesk.lists.edits import Insert
from quotedesk.lists.saved import Flag
from quotedesk.lists.section import new_section
from quotedesk.ui.editing.note_editor import NoteEditor

ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def flags(desk) -> dict[str, Flag]:
    return {each.code: flag for each, flag in desk.book.flags.items()}


def test_a_key_flags_the_chosen_rows_and_the_next_time_takes_the_flags(open_desk) -> None:
    desk = open_desk()
    desk.select(0, 2)
    QTest.keyClick(desk.table, Qt.Key.Key_Return, ALT)
    assert flags(desk) == {"A.US": Flag.VIOLET, "C.US": Flag.VIOLET}
    desk.select(0, 1)
    QTest.keyClick(desk.table, Qt.Key.Key_Return, ALT)
    assert set(flags(desk)) == {"A.US", "B.US", "C.US"}
    QTest.keyClick(desk.table, Qt.Key.Key_Return, ALT)
    assert set(flags(desk)) == {"C.US"}
    desk.undo.stack.undo()
    assert set(flags(desk)) == {"A.US", "B.US", "C.US"}


def test_each_colour_has_a_key_and_is_painted(open_desk) -> None:
    desk = open_desk("A.US")
    desk.select(0)
    seen = set()
    for number, flag in enumerate(Flag, start=1):
        QTest.keyClick(desk.table, Qt.Key(Qt.Key.Key_0 + number), ALT)
        assert flags(desk) == {"A.US": flag}
        desk.settle()
        seen.add(desk.image().pixelColor(10, 14).name())
    assert len(seen) == len(Flag)
    QTest.keyClick(desk.table, Qt.Key.Key_0, ALT)
    assert flags(desk) == {}


def test_a_label_has_no_flag_and_no_note(open_desk) -> None:
    desk = open_desk("A.US")
    desk.window.panel.rows.push(Insert(((0, new_section("x")),)))
    desk.select(0)
    QTest.keyClick(desk.table, Qt.Key.Key_Return, ALT)
    QTest.keyClick(desk.table, Qt.Key.Key_N, CTRL | SHIFT)
    assert flags(desk) == {}
    assert desk.window.findChild(NoteEditor) is None


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_a_note_is_written_shown_in_the_tooltip_as_plain_text_and_undone(open_desk) -> None:
    desk = open_desk("A.US")
    desk.select(0)
    QTest.keyClick(desk.table, Qt.Key.Key_N, CTRL | SHIFT)
    editor = desk.window.findChild(NoteEditor)
    QTest.keyClicks(editor.field, "<b>sell</b>")
    QTest.keyClick(editor.field, Qt.Key.Key_Return, CTRL)
    assert list(desk.book.notes.values()) == ["<b>sell</b>"]
    assert "Note: <b>sell</b>" in desk.table.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    desk.undo.stack.undo()
    assert desk.book.notes == {}


def test_another_list_has_no_row_chosen(open_desk) -> None:
    desk = open_desk()
    desk.select(0)
    assert desk.window.edit_menu.remove.isEnabled()
    QTest.keyClick(desk.window, Qt.Key.Key_T, CTRL)
    assert not desk.window.edit_menu.remove.isEnabled()

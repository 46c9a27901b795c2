"""The window for a note."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from quotedesk.ui.editing.note_editor import LONGEST, NoteEditor

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def opened(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)

    def make(text: str) -> tuple[NoteEditor, list[str]]:
        written: list[str] = []
        editor = NoteEditor("A.US", text, parent)
        editor.written.connect(written.append)
        editor.show()
        return editor, written

    yield make
    parent.close()


def test_ctrl_enter_keeps_it_and_enter_alone_is_a_new_line(opened) -> None:
    editor, written = opened("one")
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    QTest.keyClicks(editor.field, "two ")
    assert written == []
    QTest.keyClick(editor.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert written == ["one\ntwo"]


def test_esc_leaves_it_as_it_was(opened) -> None:
    editor, written = opened("one")
    QTest.keyClicks(editor.field, "x")
    QTest.keyClick(editor.field, Qt.Key.Key_Escape)
    assert written == []


def test_a_note_has_an_end(opened) -> None:
    editor, written = opened("x" * (LONGEST + 9))
    editor.accept()
    assert [len(each) for each in written] == [LONGEST]

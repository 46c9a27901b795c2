"""The window for a note."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from quotedesk.ui.note_editor import LONGEST, NoteEditor


def opened(qtbot, text: str) -> tuple[NoteEditor, list[str]]:
    parent, written = QWidget(), []
    qtbot.addWidget(parent)
    editor = NoteEditor("A.US", text, parent)
    editor.parent_kept = parent  # type: ignore[attr-defined]
    editor.written.connect(written.append)
    editor.show()
    return editor, written


def test_ctrl_enter_keeps_it_and_enter_alone_is_a_new_line(qtbot) -> None:
    editor, written = opened(qtbot, "one")
    QTest.keyClick(editor.field, Qt.Key.Key_Return)
    QTest.keyClicks(editor.field, "two ")
    assert written == []
    QTest.keyClick(editor.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert written == ["one\ntwo"]


def test_esc_leaves_it_as_it_was(qtbot) -> None:
    editor, written = opened(qtbot, "one")
    QTest.keyClicks(editor.field, "x")
    QTest.keyClick(editor.field, Qt.Key.Key_Escape)
    assert written == []


def test_a_note_has_an_end(qtbot) -> None:
    editor, written = opened(qtbot, "x" * (LONGEST + 9))
    editor.accept()
    assert [len(each) for each in written] == [LONGEST]

"""One row is changed where it stands."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from quotedesk.lists.edits import Remove
from quotedesk.market.instrument import Instrument
from quotedesk.ui.table.columns import COLUMNS, SYMBOL

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def editor_of(open_desk):
    """A desk whose editor is open on the second row."""
    desk = open_desk()
    desk.select(1)
    QTest.keyClick(desk.table, KEY.Key_F2)
    return desk, desk.table.window().panel.editor


@pytest.mark.parametrize("key", [KEY.Key_F2, KEY.Key_Return, KEY.Key_Enter])
def test_a_key_opens_the_editor_on_the_current_row(open_desk, key: KEY) -> None:
    desk = open_desk()
    desk.select(2)
    QTest.keyClick(desk.table, key)
    editor = desk.window.panel.editor
    assert editor.hasFocus()
    assert (editor.text(), editor.selectedText()) == ("C.US", "C.US")


def test_a_double_click_opens_it_too(open_desk) -> None:
    desk = open_desk()
    spot = desk.table.visualRect(desk.table.model().index(3, 2)).center()
    QTest.mouseDClick(desk.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseRelease(desk.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert desk.window.panel.editor.text() == "D.US"


def test_an_edited_symbol_takes_the_row_s_place_as_one_edit_with_one_undo(editor_of) -> None:
    desk, editor = editor_of
    QTest.keyClicks(editor, "nvda")
    QTest.keyClick(editor, KEY.Key_Return)
    assert desk.codes == ["A.US", "NVDA.US", "C.US", "D.US"]
    assert desk.selected == ["NVDA.US"]
    assert desk.table.hasFocus()
    assert desk.window.undo.stack.undoText() == "replace B.US by NVDA.US"
    QTest.keyClick(desk.window, KEY.Key_Z, CTRL)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_an_edited_row_may_go_over_to_another_feed_and_back(editor_of) -> None:
    desk, editor = editor_of
    QTest.keyClicks(editor, "B.US@other")
    QTest.keyClick(editor, KEY.Key_Return)
    assert desk.codes == ["A.US", "B.US@other", "C.US", "D.US"]
    QTest.keyClick(desk.table, KEY.Key_F2)
    assert editor.text() == "B.US@other"
    QTest.keyClicks(editor, "B.US")
    QTest.keyClick(editor, KEY.Key_Return, CTRL)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_a_bad_symbol_stays_in_the_editor_with_the_reason(editor_of) -> None:
    desk, editor = editor_of
    desk.tick("B.US", 1.0)
    QTest.keyClicks(editor, "NV;DA.US")
    QTest.keyClick(editor, KEY.Key_Return)
    assert editor.selectedText() == ";"
    title, advice = desk.window.panel.cell_editing.popup.words()
    assert title == "“;” cannot be part of a symbol"
    assert advice == "Use letters, digits and . - _ /, at most 32. Esc keeps B.US, still ticking."
    QTest.keyClick(editor, KEY.Key_Escape)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert desk.table.hasFocus()
    assert not desk.window.panel.cell_editing.popup.isVisible()


def test_a_symbol_that_is_here_already_selects_its_row(editor_of) -> None:
    desk, editor = editor_of
    QTest.keyClicks(editor, "D.US")
    QTest.keyClick(editor, KEY.Key_Return)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert desk.selected == ["D.US"]
    assert desk.window.undo.stack.count() == 0


def test_ticks_and_edits_elsewhere_leave_what_is_typed_alone(editor_of) -> None:
    desk, editor = editor_of
    QTest.keyClicks(editor, "NV")
    for price in (1.0, 2.0, 3.0):
        desk.clock.advance(1.1)
        desk.tick("B.US", price)
        desk.settle()
        desk.table.announce()
    desk.window.panel.rows.push(Remove((Instrument("demo", "A.US"),)))
    assert editor.text() == "NV"
    assert editor.isVisible()
    cell = desk.table.visualRect(desk.table.model().index(0, 0))
    assert cell.contains(editor.geometry())


def test_the_editor_goes_with_its_row(editor_of) -> None:
    desk, editor = editor_of
    desk.window.panel.rows.push(Remove((Instrument("demo", "B.US"),)))
    assert not editor.isVisible()


# Moving, the clipboard, empty space


def test_an_edited_row_is_not_replaced_by_rubbish_but_by_what_is_offered_or_insisted_on(editor_of) -> None:
    desk, editor = editor_of
    QTest.keyClicks(editor, "NVAD.US")
    QTest.keyClick(editor, KEY.Key_Return)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert desk.window.panel.cell_editing.popup.words()[0] == "NVAD.US: no such code. NVDA.US?"
    QTest.keyClick(editor, KEY.Key_Return)
    assert desk.codes == ["A.US", "NVDA.US", "C.US", "D.US"]
    QTest.keyClick(desk.table, KEY.Key_F2)
    QTest.keyClicks(editor, "what_ever")
    QTest.keyClick(editor, KEY.Key_Return, CTRL)
    assert desk.codes == ["A.US", "what_ever", "C.US", "D.US"]


def test_the_editor_goes_with_its_row_where_the_order_changes(editor_of) -> None:
    desk, editor = editor_of
    model = desk.table.model()
    model.sort_by(COLUMNS[SYMBOL], is_descending=True)
    assert model.rows.index(editor.row) == 2
    place = desk.table.visualRect(model.index(model.rows.index(editor.row), SYMBOL))
    assert place.contains(editor.geometry())

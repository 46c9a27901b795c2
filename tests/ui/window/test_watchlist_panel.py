"""Typing, adding, removing, and where the focus goes."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from quotedesk.lists.book_edits import SetFeed
from quotedesk.market.instrument import Instrument
from quotedesk.ui.looks import theme as look
from tests.ui.conftest import texts

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def type_in(desk, text: str, *, insists: bool = False) -> None:
    """Type with the table focused, then go on in the line, and press Enter, or Ctrl+Enter."""
    QTest.keyClicks(desk.table, text[:1])
    QTest.keyClicks(desk.add_line, text[1:])
    QTest.keyClick(desk.add_line, KEY.Key_Return, CTRL if insists else Qt.KeyboardModifier.NoModifier)


@pytest.mark.parametrize("first", ["N", "n", "7", ".", "_", "/", "-", "#"])
def test_any_printable_character_starts_the_line_with_that_very_text(open_desk, first: str) -> None:
    desk = open_desk()
    QTest.keyClicks(desk.table, first)
    assert desk.add_line.hasFocus()
    assert (desk.add_line.text(), desk.add_line.selectedText()) == (first, "")


@pytest.mark.parametrize("modifier", [CTRL, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.MetaModifier])
def test_a_character_with_a_command_key_starts_nothing(open_desk, modifier) -> None:
    desk = open_desk()
    QTest.keyClick(desk.table, KEY.Key_J, modifier)
    assert desk.table.hasFocus()
    assert desk.add_line.text() == ""


def test_space_and_the_keys_of_a_table_start_nothing(open_desk) -> None:
    desk = open_desk()
    for key in (KEY.Key_Space, KEY.Key_Escape, KEY.Key_Backspace, KEY.Key_Down):
        QTest.keyClick(desk.table, key)
    assert desk.table.hasFocus()


def test_composed_text_starts_the_line_too(open_desk) -> None:
    desk = open_desk()
    assert desk.table.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    event = QInputMethodEvent()
    event.setCommitString("É")
    QApplication.sendEvent(desk.table, event)
    assert desk.add_line.hasFocus()
    assert desk.add_line.text() == "É"


def test_input_methods_stay_enabled_when_the_current_row_changes(open_desk) -> None:
    desk = open_desk()
    QTest.keyClick(desk.table, KEY.Key_Down)
    desk.add_line.setFocus()
    desk.table.setFocus()
    assert desk.table.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_enter_adds_several_at_the_end_as_one_edit_and_goes_to_the_first(open_desk) -> None:
    desk = open_desk()
    edits = []
    desk.undo.edited.connect(lambda: edits.append(1))
    type_in(desk, "X.US, Y.US;Z.US W.US", insists=True)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US", "X.US", "Y.US", "Z.US", "W.US"]
    assert len(edits) == 1
    assert desk.selected == ["X.US"]
    assert desk.current == "X.US"
    assert desk.table.hasFocus()
    assert desk.add_line.text() == ""


def test_a_pasted_column_of_lines_is_a_list(open_desk) -> None:
    desk = open_desk()
    QGuiApplication.clipboard().setText("X.US\r\nY.US\n\tZ.US\n")
    desk.add_line.begin()
    desk.add_line.paste()
    QTest.keyClick(desk.add_line, KEY.Key_Return, CTRL)
    assert desk.codes[-3:] == ["X.US", "Y.US", "Z.US"]


def test_what_cannot_be_a_symbol_stays_with_the_reason_and_the_rest_is_added(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "X.US NV#DA OK.US <b>", insists=True)
    assert desk.codes[-2:] == ["X.US", "OK.US"]
    assert desk.add_line.text() == "NV#DA <b>"
    assert desk.add_line.selectedText() == "#"
    assert desk.add_line.hasFocus()
    popup = desk.window.panel._popup
    assert popup.isVisible()
    assert popup.words() == (
        "“#” cannot be part of a symbol",
        "Use letters, digits and . - _ /, at most 32. Esc cancels.",
    )
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in popup.findChildren(QLabel))


def told_at_the_line(desk) -> tuple[str, str]:
    popup = desk.window.panel._popup
    return popup.words() if popup.isVisible() else ("", "")


def test_text_that_nobody_knows_is_never_added_silently_and_entered_once_more_the_nearest_is(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "NVAD.US")
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert desk.add_line.text() == "NVAD.US"
    title, advice = told_at_the_line(desk)
    assert title == "NVAD.US: no such code. NVDA.US?"
    assert advice == "Enter takes NVDA.US, Ctrl+Enter adds NVAD.US as it is. Esc cancels."
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes[4:] == ["NVDA.US"]
    assert desk.add_line.text() == ""


def test_what_is_offered_can_be_clicked(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "NVAD.US")
    QTest.mouseClick(desk.window.panel._popup, Qt.MouseButton.LeftButton)
    assert desk.codes[4:] == ["NVDA.US"]
    assert told_at_the_line(desk) == ("", "")


def test_a_real_code_that_is_not_in_the_shipped_list_takes_a_second_enter(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "QCOM.US")
    assert desk.codes[4:] == []
    assert told_at_the_line(desk)[0] == "QCOM.US is not among the symbols of Demo feed that are known here"
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes[4:] == ["QCOM.US"]


def test_of_several_real_codes_all_that_a_second_enter_adds_are_named(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "QCOM.US what_ever zzzq foox")
    assert told_at_the_line(desk)[1] == "Enter once more adds QCOM.US, ZZZQ.US and FOOX.US. Esc cancels."
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes[4:] == ["QCOM.US", "ZZZQ.US", "FOOX.US"]
    assert desk.add_line.text() == "what_ever", "which is no code, and was not named"
    QTest.keyClick(desk.add_line, KEY.Key_Escape)
    type_in(desk, " ".join(f"{letter}QQZ.US" for letter in "ABCDEF"))
    assert told_at_the_line(desk)[1] == "Enter once more adds AQQZ.US, BQQZ.US, CQQZ.US and 3 more. Esc cancels."


def test_another_text_is_judged_anew(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "QCOM.US")
    QTest.keyClicks(desk.add_line, "QCOX.US")  # what is refused is selected
    assert told_at_the_line(desk) == ("", "")
    QTest.keyClick(desk.add_line, KEY.Key_Return)
    assert desk.codes[4:] == []


def test_of_several_the_known_are_added_and_the_unknown_stay_with_the_reason(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "nvda, QCOM.US silver what_ever")
    assert desk.codes[4:] == ["NVDA.US", "Silver"]
    assert desk.add_line.text() == "QCOM.US what_ever"
    assert desk.add_line.selectedText() == "QCOM.US"
    QTest.keyClick(desk.add_line, KEY.Key_Return, CTRL)
    assert desk.codes[4:] == ["NVDA.US", "Silver", "QCOM.US", "what_ever"]


def test_a_symbol_that_is_too_long_is_selected_whole(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "A" * 33)
    assert desk.add_line.selectedText() == "A" * 33


def test_the_reason_goes_when_the_text_is_mended_and_escape_drops_it(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "NV#DA")
    QTest.keyClicks(desk.add_line, "x")
    assert not desk.window.panel._popup.isVisible()
    assert desk.add_line.text() == "NVxDA"
    QTest.keyClick(desk.add_line, KEY.Key_Escape)
    assert desk.add_line.text() == ""
    assert desk.table.hasFocus()
    assert len(desk.codes) == 4


def test_a_duplicate_selects_the_row_that_is_there(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "C.US")
    assert len(desk.codes) == 4
    assert desk.selected == ["C.US"]
    assert desk.table.hasFocus()
    assert desk.messages == ["C.US already in the list"]
    assert not desk.window.undo.stack.canUndo()


def test_a_code_in_small_letters_is_the_row_that_is_there(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "c.us")
    assert len(desk.codes) == 4
    assert desk.selected == ["C.US"]


def test_nothing_but_separators_adds_nothing(open_desk) -> None:
    desk = open_desk()
    type_in(desk, ",; ,")
    assert len(desk.codes) == 4
    assert not desk.window.undo.stack.canUndo()


def test_delete_removes_the_selected_rows_and_selects_what_takes_their_place(open_desk) -> None:
    desk = open_desk()
    desk.select(1, 2)
    QTest.keyClick(desk.table, KEY.Key_Delete)
    assert desk.codes == ["A.US", "D.US"]
    assert desk.selected == ["D.US"]
    assert desk.current == "D.US"


def test_deleting_the_last_row_selects_the_one_before(open_desk) -> None:
    desk = open_desk()
    desk.select(3)
    QTest.keyClick(desk.table, KEY.Key_Delete)
    assert desk.current == "C.US"


def test_delete_without_a_selection_removes_nothing(open_desk) -> None:
    desk = open_desk()
    desk.table.clearSelection()
    QTest.keyClick(desk.table, KEY.Key_Delete)
    assert len(desk.codes) == 4


def test_delete_in_the_line_deletes_a_character(open_desk) -> None:
    desk = open_desk()
    desk.select(1)
    desk.add_line.begin("XY")
    desk.add_line.setCursorPosition(0)
    QTest.keyClick(desk.add_line, KEY.Key_Delete)
    assert desk.add_line.text() == "Y"
    assert len(desk.codes) == 4


def test_undo_and_redo_by_key_and_undo_selects_what_came_back(open_desk) -> None:
    desk = open_desk()
    desk.select(0, 2)
    QTest.keyClick(desk.table, KEY.Key_Delete)
    QTest.keyClick(desk.table, KEY.Key_Z, CTRL)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert desk.selected == ["A.US", "C.US"]
    QTest.keyClick(desk.table, KEY.Key_Z, CTRL | SHIFT)
    assert desk.codes == ["B.US", "D.US"]


def test_all_rows_can_be_removed_and_an_empty_list_says_what_to_do(open_desk) -> None:
    desk = open_desk()
    QTest.keyClick(desk.table, KEY.Key_A, CTRL)
    QTest.keyClick(desk.table, KEY.Key_Delete)
    assert desk.codes == []
    assert desk.window.start_panel.isVisible()
    type_in(desk, "X.US", insists=True)
    assert desk.codes == ["X.US"]
    assert not desk.window.start_panel.isVisible()


def test_the_line_stands_under_the_last_row_and_never_below_the_foot(open_desk) -> None:
    desk = open_desk()
    assert desk.add_line.y() == look.HEADER_PX + 4 * look.NORMAL.row_px + 4
    type_in(desk, " ".join(f"S{number}" for number in range(60)), insists=True)
    foot = desk.window.panel.height()
    assert desk.add_line.geometry().bottom() < foot
    assert desk.add_line.y() >= desk.table.geometry().bottom()
    first_new = desk.table.visualRect(desk.table.model().index(4, 0))
    assert desk.table.viewport().rect().contains(first_new)


def test_the_reason_is_to_be_seen_where_the_line_is_at_the_foot(open_desk) -> None:
    desk = open_desk(*(f"S{number}" for number in range(60)))
    type_in(desk, "a#b")
    popup = desk.window.panel._popup
    assert desk.window.panel.rect().contains(popup.geometry())
    assert not popup.geometry().intersects(desk.add_line.geometry())


def test_a_tick_never_disturbs_the_text_being_typed(open_desk) -> None:
    desk = open_desk()
    desk.tick("A.US", 10.0)
    QTest.keyClicks(desk.table, "N")
    QTest.keyClicks(desk.add_line, "VDA")
    desk.add_line.setSelection(1, 2)
    for step in range(20):
        desk.clock.advance(0.3)
        desk.tick("A.US", 10.0 + step)
        desk.table.announce()
        desk.settle()
    assert (desk.add_line.text(), desk.add_line.selectedText()) == ("NVDA", "VD")
    assert desk.add_line.hasFocus()


def test_a_click_on_a_row_takes_the_focus_and_selects_it(open_desk) -> None:
    desk = open_desk()
    desk.add_line.setFocus()
    QTest.mouseClick(
        desk.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, look.NORMAL.row_px + look.NORMAL.row_px // 2)
    )
    assert desk.selected == ["B.US"]
    assert desk.table.hasFocus()


def test_home_and_end_go_to_the_first_and_the_last_row(open_desk) -> None:
    desk = open_desk()
    QTest.keyClick(desk.table, KEY.Key_End)
    assert desk.selected == [desk.codes[-1]]
    QTest.keyClick(desk.table, KEY.Key_Home)
    assert desk.selected == [desk.codes[0]]
    QTest.keyClick(desk.table, KEY.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert desk.selected == desk.codes


def test_a_typed_symbol_takes_the_spelling_that_is_known(open_desk) -> None:
    desk = open_desk()
    type_in(desk, "nvda, SILVER, brk.b, abc")
    assert desk.codes[4:] == ["NVDA.US", "Silver", "BRK.B.US"]
    assert desk.add_line.text() == "abc"


def test_a_typed_symbol_may_say_its_feed_and_one_that_is_not_known_stays_with_those_there_are(open_desk) -> None:
    desk = open_desk("A.US")
    type_in(desk, "silver@other nvda@demo B.US@nowhere")
    assert desk.codes == ["A.US", "Silver@other", "NVDA.US"]
    assert [row.feed for row in desk.watchlist] == ["demo", "other", "demo"]
    assert (desk.add_line.text(), desk.add_line.selectedText()) == ("B.US@nowhere", "nowhere")
    assert "demo, alltick or other" in " ".join(label.text() for label in desk.window.findChildren(QLabel))


def test_the_same_code_of_two_feeds_is_two_rows_and_what_is_here_says_its_feed(open_desk) -> None:
    desk = open_desk("A.US")
    told = texts(desk.window.panel.noticed)
    type_in(desk, "A.US@other")
    type_in(desk, "A.US@other")
    assert desk.codes == ["A.US", "A.US@other"]
    assert told[-1] == "A.US@other already in the list"


def test_rows_keep_their_feed_in_a_list_of_another(open_desk) -> None:
    desk = open_desk("A.US", "B.US")
    first = desk.watchlist
    other = desk.window.list_menu.add("Other", [Instrument("other", "A.US")])
    assert other.feed == "demo", "the new list is of the shown one's feed"
    desk.undo.push(SetFeed(other, "other"))
    desk.window.panel.rows.take(first.instruments, first, other, 1, copies=True)
    assert desk.codes == ["A.US", "A.US@demo", "B.US@demo"]
    desk.window.panel.copy()
    assert QGuiApplication.clipboard().text().splitlines() == ["A.US@demo", "B.US@demo"]
    desk.window.list_menu.show_list(first)
    desk.window.panel.paste()
    assert desk.codes == ["A.US", "B.US"]


def test_another_spelling_of_a_row_that_is_here_selects_it(open_desk) -> None:
    desk = open_desk("A.US", "NVDA.US")
    type_in(desk, "nvda")
    assert desk.codes == ["A.US", "NVDA.US"]
    assert desk.selected == ["NVDA.US"]


def test_a_row_that_is_here_as_typed_is_meant_whatever_is_known(open_desk) -> None:
    desk = open_desk("nvda", "A.US")
    type_in(desk, "nvda")
    assert desk.codes == ["nvda", "A.US"]
    assert desk.selected == ["nvda"]


def test_selected_rows_move_by_one_and_stay_selected(open_desk) -> None:
    desk = open_desk()
    desk.select(1, 3)
    QTest.keyClick(desk.table, KEY.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert desk.codes == ["B.US", "A.US", "D.US", "C.US"]
    assert desk.selected == ["B.US", "D.US"]
    QTest.keyClick(desk.table, KEY.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert desk.codes == ["B.US", "D.US", "A.US", "C.US"]
    QTest.keyClick(desk.table, KEY.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert desk.window.undo.stack.count() == 2, "at the edge nothing moves, and nothing is there to undo"
    QTest.keyClick(desk.table, KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(desk.window, KEY.Key_Z, CTRL)
    assert desk.codes == ["B.US", "D.US", "A.US", "C.US"]
    assert desk.selected == ["B.US", "D.US"]


def test_copied_rows_are_text_one_symbol_a_line(open_desk) -> None:
    desk = open_desk()
    desk.select(2, 0)
    QTest.keyClick(desk.table, KEY.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "A.US\nC.US"


def test_pasted_symbols_go_to_the_end_as_one_edit_and_the_rest_is_named(open_desk) -> None:
    desk = open_desk()
    told = texts(desk.window.panel.noticed)
    QGuiApplication.clipboard().setText("E.US\tB.US;<b>x</b>\r\nF.US")
    QTest.keyClick(desk.table, KEY.Key_V, CTRL)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US", "E.US", "F.US"]
    assert desk.selected == ["E.US"]
    assert told == ["2 added, 1 already here, 1 not a symbol: <b>x</b>"]
    assert desk.window.undo.stack.count() == 1


@pytest.mark.parametrize("text", ["", "\n ;,", "§$%", "x" * 1_000_001])
def test_a_paste_that_holds_no_symbol_says_so_and_changes_nothing(open_desk, text: str) -> None:
    desk = open_desk()
    told = texts(desk.window.panel.noticed)
    QGuiApplication.clipboard().setText(text)
    QTest.keyClick(desk.table, KEY.Key_V, CTRL)
    assert len(desk.codes) == 4
    assert len(told) == 1
    assert len(told[0]) < 200


def test_a_click_below_the_rows_starts_the_line(open_desk) -> None:
    desk = open_desk()
    viewport = desk.table.viewport()
    spot = QPoint(viewport.width() // 2, viewport.height() - 3)
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
    assert desk.add_line.hasFocus()


# Sorting


def click(desk, column: int) -> None:
    header = desk.table.horizontalHeader()
    spot = QPoint(header.sectionViewportPosition(column) + 30, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def shown(desk) -> list[str]:
    model = desk.table.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


LAST = 2


@pytest.fixture
def priced(open_desk):
    """Four rows, B.US without a price; the values are such that their texts would sort otherwise."""
    desk = open_desk()
    for code, price in (("A.US", 100.0), ("C.US", 9.5), ("D.US", 20.0)):
        desk.tick(code, price)
    desk.settle()
    return desk


def test_a_header_click_sorts_the_largest_first_then_turns_then_gives_back_the_list(priced) -> None:
    click(priced, LAST)
    assert shown(priced) == ["A.US", "D.US", "C.US", "B.US"]
    click(priced, LAST)
    assert shown(priced) == ["C.US", "D.US", "A.US", "B.US"], "unknown is last either way"
    assert priced.codes == ["A.US", "B.US", "C.US", "D.US"], "the list itself is as it was"
    click(priced, LAST)
    assert shown(priced) == ["A.US", "B.US", "C.US", "D.US"]
    click(priced, 0)
    assert shown(priced) == ["A.US", "B.US", "C.US", "D.US"], "words begin at A"
    click(priced, LAST)
    assert shown(priced) == ["A.US", "D.US", "C.US", "B.US"], "another column starts anew"


def test_the_selection_goes_with_its_rows(priced) -> None:
    priced.select(0, 3)
    priced.window.sort("Last")
    rows = sorted(index.row() for index in priced.table.selectionModel().selectedRows())
    assert [shown(priced)[row] for row in rows] == ["D.US", "A.US"]


def test_a_new_row_has_no_price_yet_and_stands_at_the_end_of_a_sorted_table(priced) -> None:
    priced.window.sort("Last")
    priced.tick("C.US", 1000.0)
    priced.settle()
    type_in(priced, "E.US", insists=True)
    assert shown(priced) == ["D.US", "A.US", "C.US", "B.US", "E.US"]
    priced.select(0, 3)
    QTest.keyClick(priced.table, KEY.Key_Delete)
    assert shown(priced) == ["A.US", "C.US", "E.US"]
    assert priced.codes == ["A.US", "C.US", "E.US"]


def test_a_move_while_sorted_turns_sorting_off_and_moves_only_that_row_in_one_undo(priced) -> None:
    priced.window.sort("Last")
    priced.select(2)
    moved = shown(priced)[2]
    at = priced.codes.index(moved)
    QTest.keyClick(priced.table, KEY.Key_Up, Qt.KeyboardModifier.AltModifier)
    order = ["A.US", "B.US", "C.US", "D.US"]
    order.insert(max(0, at - 1), order.pop(at))
    assert shown(priced) == priced.codes == order
    QTest.keyClick(priced.window, KEY.Key_Z, CTRL)
    assert shown(priced) == priced.codes == ["A.US", "B.US", "C.US", "D.US"]


def test_an_edited_row_waits_at_the_end_of_a_sorted_table_and_keeps_its_place_in_the_list(priced) -> None:
    priced.window.sort("Last")
    priced.select(1)
    QTest.keyClick(priced.table, KEY.Key_F2)
    editor = priced.window.panel.editor
    assert editor.text() == "D.US"
    QTest.keyClicks(editor, "X.US")
    QTest.keyClick(editor, KEY.Key_Return, CTRL)
    assert shown(priced) == ["C.US", "A.US", "B.US", "X.US"]
    assert priced.codes == ["A.US", "B.US", "C.US", "X.US"]


def test_the_sorted_title_is_bright_and_has_a_triangle_that_turns(priced) -> None:
    header = priced.table.horizontalHeader()

    def bright() -> list[tuple[int, int]]:
        image = header.viewport().grab().toImage()
        left = header.sectionViewportPosition(LAST)
        return [
            (x, y)
            for x in range(left, left + header.sectionSize(LAST))
            for y in range(image.height())
            if image.pixelColor(x, y).lightness() > 200
        ]

    assert bright() == []
    click(priced, LAST)
    up = bright()
    click(priced, LAST)
    assert up
    assert bright()
    assert up != bright()

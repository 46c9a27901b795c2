"""Several lists in one window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from quotedesk.lists.edits import Insert
from quotedesk.lists.section import new_section
from quotedesk.market.instrument import Instrument
from quotedesk.ui.table.columns import sorting
from tests.ui.conftest import texts

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEY = Qt.Key


def names(desk) -> list[str]:
    tabs = desk.window.list_menu._strip.tabs
    return [tabs.list_at(place).name for place in range(tabs.count())]


def key(desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(desk.window.focusWidget() or desk.table, key, modifiers)


def all_lists(desk) -> dict:
    """The menu of all lists, as it is when it opens."""
    desk.lists.all.fill()
    return {action.text(): action for action in desk.lists.all.actions() if not action.isSeparator()}


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US")
    desk.lists = desk.window.list_menu
    desk.lists.add("Metals", [Instrument("demo", "GOLD")])
    desk.lists.add("Ideas", [])
    desk.lists.show_list(desk.book.lists[0])
    return desk


def test_a_new_list_is_shown_and_named_at_once(desk) -> None:
    key(desk, KEY.Key_T)
    editor = desk.lists._strip.editor
    assert editor.isVisible()
    assert editor.text() == "List"
    QTest.keyClicks(editor, "Oil, gas")
    QTest.keyClick(editor, KEY.Key_Return)
    assert names(desk) == ["Watchlist", "Oil; gas", "Metals", "Ideas"]
    assert desk.codes == []
    assert desk.table.hasFocus()
    desk.undo.stack.undo()
    desk.undo.stack.undo()
    assert names(desk) == ["Watchlist", "Metals", "Ideas"]
    assert desk.codes == ["A.US", "B.US"]


def test_a_name_that_is_taken_is_refused_with_a_word_and_esc_keeps_the_old_one(desk) -> None:
    told = texts(desk.lists.noticed)
    key(desk, KEY.Key_F2, SHIFT)
    editor = desk.lists._strip.editor
    QTest.keyClicks(editor, "Metals")
    QTest.keyClick(editor, KEY.Key_Return)
    assert told == ["There is a list Metals already. The name stays Watchlist."]
    key(desk, KEY.Key_F2, SHIFT)
    QTest.keyClicks(editor, "x")
    QTest.keyClick(editor, KEY.Key_Escape)
    assert names(desk) == ["Watchlist", "Metals", "Ideas"]


def test_keys_walk_through_the_lists_and_each_is_as_it_was_left(desk) -> None:
    desk.select(1)
    desk.window.sort("Symbol:desc")
    key(desk, KEY.Key_Tab)
    assert desk.window.watchlist.name == "Metals"
    assert desk.table.model().sorted_by is None
    key(desk, KEY.Key_Tab, CTRL | SHIFT)
    key(desk, KEY.Key_Tab, CTRL | SHIFT)
    assert desk.window.watchlist.name == "Ideas"
    key(desk, KEY.Key_1)
    assert desk.window.watchlist.name == "Watchlist"
    assert desk.table.model().sorted_by == sorting("Symbol:desc")
    assert [row.code for row in desk.window.panel.selecting.rows()] == ["B.US"]
    key(desk, KEY.Key_9)
    assert desk.window.watchlist.name == "Watchlist"


def test_a_list_is_duplicated_with_sections_of_its_own(desk) -> None:
    desk.window.panel.rows.push(Insert(((1, new_section("Later")),)))
    key(desk, KEY.Key_K, CTRL | SHIFT)
    assert names(desk) == ["Watchlist", "Watchlist 2", "Metals", "Ideas"]
    assert desk.codes == ["A.US", "Later", "B.US"]
    assert desk.watchlist[1] != desk.book.lists[0][1]


def test_a_deleted_list_comes_back_by_undo_with_its_place_and_rows(desk) -> None:
    key(desk, KEY.Key_2)
    key(desk, KEY.Key_Delete, CTRL | SHIFT)
    assert names(desk) == ["Watchlist", "Ideas"]
    assert desk.window.watchlist.name == "Watchlist"
    key(desk, KEY.Key_Z)
    assert names(desk) == ["Watchlist", "Metals", "Ideas"]
    assert desk.codes == ["GOLD"]
    for _ in range(4):
        desk.lists.delete()
    assert len(desk.book.lists) == 1
    assert not desk.lists._delete.isEnabled()


def test_a_closed_list_keeps_its_rows_and_is_opened_again_from_the_menu(desk) -> None:
    told = []
    desk.undo.edited.connect(lambda: told.append(desk.book.wanted()))
    key(desk, KEY.Key_2)
    key(desk, KEY.Key_W)
    assert names(desk) == ["Watchlist", "Ideas"]
    assert Instrument("demo", "GOLD") not in told[-1]
    assert desk.messages == ["Metals was closed. List > All lists has it."]
    entries = all_lists(desk)
    assert list(entries) == ["Watchlist\t2", "Ideas\t0", "Closed", "Metals\t1"]
    entries["Metals\t1"].trigger()
    assert names(desk) == ["Watchlist", "Metals", "Ideas"]
    assert desk.codes == ["GOLD"]
    assert Instrument("demo", "GOLD") in told[-1]
    assert [text for text, action in all_lists(desk).items() if action.isChecked()] == ["Metals\t1"]


def test_closing_is_undone_by_a_key_and_by_the_message_s_button(desk) -> None:
    desk.lists.show_list(desk.book.lists[1])
    for way in ("key", "button"):
        key(desk, KEY.Key_W)
        assert names(desk) == ["Watchlist", "Ideas"]
        if way == "key":
            key(desk, KEY.Key_Z)
        else:
            desk.window.toasts.shown[0].undo.click()
        assert names(desk) == ["Watchlist", "Metals", "Ideas"]
        assert desk.window.watchlist.name == "Metals"
        assert desk.messages == [], "what was undone is told no longer"


def test_the_list_that_was_closed_last_is_reopened_first(desk) -> None:
    for place in (1, 1):
        desk.lists.show_list(desk.book.open_lists[place])
        key(desk, KEY.Key_W)
    assert names(desk) == ["Watchlist"]
    key(desk, KEY.Key_T, CTRL | SHIFT)
    assert names(desk) == ["Watchlist", "Ideas"]
    key(desk, KEY.Key_T, CTRL | SHIFT)
    assert names(desk) == ["Watchlist", "Metals", "Ideas"]
    assert desk.window.watchlist.name == "Metals"


def test_lists_move_among_the_tabs(desk) -> None:
    key(desk, KEY.Key_PageDown, CTRL | SHIFT)
    assert names(desk) == ["Metals", "Watchlist", "Ideas"]
    key(desk, KEY.Key_PageUp, CTRL | SHIFT)
    key(desk, KEY.Key_PageUp, CTRL | SHIFT)
    assert names(desk) == ["Watchlist", "Metals", "Ideas"]
    desk.undo.stack.undo()
    desk.undo.stack.undo()
    assert names(desk) == ["Watchlist", "Metals", "Ideas"]


def test_an_undone_edit_of_another_list_is_shown(desk) -> None:
    desk.window.panel.rows.insert([Instrument("demo", "C.US")])
    key(desk, KEY.Key_3)
    key(desk, KEY.Key_Z)
    assert desk.window.watchlist.name == "Watchlist"
    assert desk.codes == ["A.US", "B.US"]
    assert desk.messages == ["In Watchlist. Undone: add C.US"]
    key(desk, KEY.Key_3)
    key(desk, KEY.Key_Z, CTRL | SHIFT)
    assert desk.codes == ["A.US", "B.US", "C.US"]


def test_a_list_is_shown_before_it_changes_by_an_undo_not_after(desk) -> None:
    desk.window.panel.rows.insert([Instrument("demo", "C.US")])
    key(desk, KEY.Key_3)
    seen = []
    desk.book.lists[0].listeners.append(lambda: seen.append(desk.window.watchlist.name))
    key(desk, KEY.Key_Z)
    assert seen == ["Watchlist"]


def test_an_undo_opens_the_closed_list_that_it_is_about(desk) -> None:
    desk.window.panel.rows.insert([Instrument("demo", "C.US")])
    desk.lists.show_list(desk.book.lists[1])
    desk.book.open(desk.book.lists[0], False)  # by whatever left no step of its own
    key(desk, KEY.Key_Z)
    assert names(desk) == ["Watchlist", "Metals", "Ideas"]
    assert desk.codes == ["A.US", "B.US"]


def test_rows_that_went_to_another_tab_come_back_in_sight(desk) -> None:
    desk.select(0)
    desk.window.panel.rows.take([desk.watchlist[0]], desk.watchlist, desk.book.lists[1], None, False)
    assert desk.codes == ["B.US"]
    key(desk, KEY.Key_3)
    key(desk, KEY.Key_Z)
    assert desk.window.watchlist.name == "Watchlist"
    assert desk.codes == ["A.US", "B.US"]


def test_sections_are_made_named_folded_and_unfolded_by_keys(desk) -> None:
    desk.select(1)
    key(desk, KEY.Key_G)
    editor = desk.window.panel.editor
    assert editor.isVisible()
    QTest.keyClicks(editor, "Later")
    QTest.keyClick(editor, KEY.Key_Return)
    assert desk.codes == ["A.US", "Later", "B.US"]
    assert desk.table.model().rowCount() == 3
    QTest.keyClick(desk.table, KEY.Key_Left)
    assert desk.table.model().rowCount() == 2
    QTest.keyClick(desk.table, KEY.Key_Right)
    assert desk.table.model().rowCount() == 3
    key(desk, KEY.Key_Left, CTRL | Qt.KeyboardModifier.AltModifier)
    assert desk.table.model().rowCount() == 2
    assert "2 waiting" in desk.window.status_bar.words(), "what is folded away is wanted still"
    key(desk, KEY.Key_Right, CTRL | Qt.KeyboardModifier.AltModifier)
    assert desk.table.model().rowCount() == 3


def test_the_shown_list_s_feed_is_chosen_by_key_and_by_menu_and_undone(desk) -> None:
    alt = CTRL | Qt.KeyboardModifier.AltModifier
    key(desk, KEY.Key_2, alt)
    assert list(desk.watchlist) == [Instrument("alltick", "A.US"), Instrument("alltick", "B.US")]
    key(desk, KEY.Key_2, alt)
    assert desk.undo.stack.undoText() == "set feed of Watchlist to alltick"
    choices = {action.text(): action for action in desk.lists._feeds.actions()}
    assert [text for text, action in choices.items() if action.isChecked()] == ["AllTick (alltick)"]
    choices["AllTick (alltick)"].trigger()
    assert choices["AllTick (alltick)"].isChecked(), "who clicks what is chosen takes nothing away"
    choices["Another feed (other)"].trigger()
    assert desk.watchlist.feed == "other"
    desk.undo.stack.undo()
    desk.undo.stack.undo()
    assert desk.watchlist.feed == "demo"
    assert [text for text, action in choices.items() if action.isChecked()] == ["Demo feed: made-up prices (demo)"]
    desk.undo.stack.redo()
    assert desk.watchlist.feed == "alltick"
    key(desk, KEY.Key_2)
    assert [text for text, action in choices.items() if action.isChecked()] == ["Demo feed: made-up prices (demo)"]


def test_new_lists_are_of_the_feed_that_was_set_for_them_and_a_copy_is_of_its_original_s(desk) -> None:
    desk.lists.set_feed("alltick")
    desk.lists.add_list()
    assert desk.watchlist.feed == "alltick", "as the one that was shown, where nothing is set"
    desk.lists.new_feed = "other"
    desk.lists.add_list()
    assert desk.watchlist.feed == "other"
    desk.lists.show_list(desk.book.lists[0])
    desk.lists.duplicate()
    assert desk.watchlist.feed == "alltick"


def test_tabs_say_the_feeds_only_where_there_are_several(desk) -> None:
    tabs = desk.lists._strip.tabs
    assert [tabs.tabToolTip(place) for place in range(3)] == ["", "", ""]
    assert tabs.accessibleTabName(0) == "Watchlist, 2 symbols"
    desk.window.panel.rows.insert([Instrument("other", "C.US")])
    demo = "Demo feed: made-up prices"
    assert [tabs.tabToolTip(place) for place in range(3)] == [f"{demo}, with rows of other", demo, demo]
    assert tabs.accessibleTabName(0) == f"Watchlist, 3 symbols, {demo}, with rows of other"
    desk.undo.stack.undo()
    assert tabs.tabToolTip(0) == ""
    desk.lists.set_feed("alltick")
    assert tabs.accessibleTabName(0) == "Watchlist, 2 symbols, AllTick"

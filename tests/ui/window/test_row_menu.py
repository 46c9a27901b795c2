"""The context menus of rows, sections and the place below them."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from quotedesk.lists.edits import Insert
from quotedesk.lists.section import new_section
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState

SHIFT = Qt.KeyboardModifier.ShiftModifier

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US")
    desk.window.panel.rows.push(Insert(((1, new_section("Later")),)))
    desk.menu_at = desk.window._row_menu.menu
    return desk


def entries(menu: QMenu) -> dict:
    return {action.text().replace("&", ""): action for action in menu.actions() if not action.isSeparator()}


def ask(desk, row: int, reason=QContextMenuEvent.Reason.Mouse) -> QMenu:
    """The menu that the mouse, or the Menu key, brings on a row."""
    at = desk.table.row_rect(row).center() if row >= 0 else QPoint(50, desk.table.viewport().height() - 5)
    viewport = desk.table.viewport()
    target = viewport if reason is QContextMenuEvent.Reason.Mouse else desk.table
    QApplication.sendEvent(target, QContextMenuEvent(reason, at, viewport.mapToGlobal(at)))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_a_row_s_menu_is_grouped_and_begins_with_what_is_harmless(desk) -> None:
    desk.select(0)
    words = list(entries(desk.menu_at(0)))
    assert words == [
        *("Edit symbol", "Flag", "Flag colour", "Note", "Position\N{HORIZONTAL ELLIPSIS}", "Open in"),
        "New alert\N{HORIZONTAL ELLIPSIS}",
        *("Move up", "Move down", "New section above"),
        *("Copy symbols", "Paste symbols"),
        "Remove",
    ]
    assert entries(desk.menu_at(0))["Remove"].shortcut().toString() == "Del", "it teaches its keys"


def test_a_section_s_menu_says_what_is_done_to_sections(desk) -> None:
    desk.select(1)
    words = list(entries(desk.menu_at(1)))
    assert words == [
        *("Rename section", "Fold", "Fold all sections", "Unfold all sections"),
        *("Move up", "Move down", "New section above"),
        *("Copy symbols", "Paste symbols"),
        "Remove section, keep its rows",
    ]
    entries(desk.menu_at(1))["Fold"].trigger()
    assert desk.table.model().rowCount() == 2
    entries(desk.menu_at(1))["Unfold"].trigger()
    assert desk.table.model().rowCount() == 3
    entries(desk.menu_at(1))["Rename section"].trigger()
    assert desk.window.panel.editor.isVisible()
    QTest.keyClick(desk.window.panel.editor, Qt.Key.Key_Escape)
    entries(desk.menu_at(1))["Remove section, keep its rows"].trigger()
    assert desk.codes == ["A.US", "B.US"]


def test_below_the_rows_things_come_in(desk) -> None:
    menu = ask(desk, -1)
    assert list(entries(menu)) == ["Add symbols", "Paste symbols", "New section"]
    menu.close()
    entries(desk.menu_at(-1))["Add symbols"].trigger()
    assert desk.window.panel.search.line.hasFocus()


def test_rows_go_to_another_list_by_the_menu(desk) -> None:
    desk.window.list_menu.add("P&L", [])
    desk.window.list_menu.show_list(desk.book.lists[0])
    desk.select(0)
    for words, left in (("Copy to list", ["A.US", "Later", "B.US"]), ("Move to list", ["Later", "B.US"])):
        (target,) = entries(desk.menu_at(0))[words].menu().actions()
        assert target.text() == "P&&L"
        target.trigger()
        assert desk.codes == left
        assert list(desk.book.lists[1]) == [Instrument("demo", "A.US")]
    desk.undo.stack.undo()
    assert desk.codes == ["A.US", "Later", "B.US"]


def test_a_refused_row_can_be_replaced_by_the_known_symbol_that_it_most_likely_is(open_desk) -> None:
    desk = open_desk("NVDX.US", "NVDB.US", "ZZZZ")
    menu_at = desk.window._row_menu.menu
    assert next(iter(entries(menu_at(0)))) == "Edit symbol", "it may be right"
    desk.mark(RowState.REFUSED, "NVDX.US", "ZZZZ", reason="code invalid")
    assert next(iter(entries(menu_at(2)))) == "Edit symbol", "like none"
    entries(menu_at(0))["Replace by NVDA.US"].trigger()
    assert desk.codes == ["NVDA.US", "NVDB.US", "ZZZZ"]
    desk.mark(RowState.REFUSED, "NVDB.US", reason="code invalid")
    assert next(iter(entries(menu_at(1)))) == "Edit symbol", "the one it is like is here"


def test_the_menu_is_of_the_row_under_the_pointer_or_of_all_that_are_chosen(desk) -> None:
    desk.select(0)
    ask(desk, 2).close()
    assert desk.selected == ["B.US"]
    desk.select(0, 2)
    ask(desk, 2).close()
    assert desk.selected == ["A.US", "B.US"]
    assert desk.current == "B.US"


@pytest.mark.parametrize("way", ["Menu", "Shift+F10"])
def test_the_keys_bring_the_menu_of_the_current_row_beside_it(desk, way: str) -> None:
    desk.select(1)
    if way == "Menu":
        menu = ask(desk, 1, QContextMenuEvent.Reason.Keyboard)
    else:
        QTest.keyClick(desk.table, Qt.Key.Key_F10, SHIFT)
        menu = QApplication.activePopupWidget()
    assert "Rename section" in entries(menu)
    row = desk.table.row_rect(1)
    assert abs(menu.pos().y() - desk.table.viewport().mapToGlobal(row.bottomLeft()).y()) < 6
    menu.close()

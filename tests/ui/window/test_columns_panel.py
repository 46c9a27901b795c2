"""The panel in which columns are chosen."""

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest

from quotedesk.ui.window.columns_panel import ColumnsPanel

KEY = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
CHECKED = Qt.CheckState.Checked

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US")
    desk.settle()
    QTest.keyClick(desk.table, KEY.Key_C, CTRL_SHIFT)
    (desk.panel,) = desk.window.findChildren(ColumnsPanel)
    return desk


def listed(desk, ticked: bool | None = None) -> list[str]:
    items = [desk.panel.columns.item(row) for row in range(desk.panel.columns.count())]
    return [each.text() for each in items if ticked is None or (each.checkState() == CHECKED) == ticked]


def test_those_that_are_shown_come_first_in_their_order_and_are_ticked(desk) -> None:
    order = desk.table.header.order()
    assert tuple(listed(desk)[: len(order)]) == order == tuple(listed(desk, ticked=True))
    assert "Volume" in listed(desk, ticked=False)
    assert desk.panel.windowTitle() == "Columns of Watchlist"


def test_a_column_for_which_the_window_is_too_narrow_says_so_and_the_panel_is_as_high_as_all(desk) -> None:
    desk.window.resize(560, 500)
    desk.settle()
    desk.panel.search.setText("volume")
    QTest.keyClick(desk.panel.search, KEY.Key_Return)
    assert "Size (no room in this window)" in listed(desk, ticked=True)
    assert "Last" in listed(desk, ticked=True)
    desk.window.resize(1200, 500)
    desk.settle()
    assert "Size" in listed(desk, ticked=True), "it follows the window"
    desk.panel.search.clear()
    last = desk.panel.columns.visualItemRect(desk.panel.columns.item(desk.panel.columns.count() - 1))
    room = desk.window.screen().availableSize().height()
    assert desk.panel.columns.viewport().rect().contains(last) or desk.panel.height() >= room - 120


def test_a_column_is_found_by_its_name_or_what_is_said_of_it_and_ticked_with_enter(desk) -> None:
    QTest.keyClicks(desk.panel.search, "vol")
    QTest.keyClick(desk.panel.search, KEY.Key_Return)
    assert desk.table.header.order()[-1] == "Volume"
    desk.panel.search.setText("somebody sells")
    seen = [row for row in range(desk.panel.columns.count()) if not desk.panel.columns.item(row).isHidden()]
    assert [desk.panel.columns.item(row).text() for row in seen] == ["Ask"]
    QTest.keyClick(desk.panel.search, KEY.Key_Return)
    assert desk.table.header.order()[-1] == "Ask"
    QTest.keyClick(desk.panel.search, KEY.Key_Return)
    assert "Ask" not in desk.table.header.order()


def test_by_keys_alone_a_column_is_ticked_and_moved(desk) -> None:
    QTest.keyClick(desk.panel.search, KEY.Key_Down)
    assert desk.panel.columns.currentItem().text() == "State"
    QTest.keyClick(desk.panel.columns, KEY.Key_Down, ALT)
    assert desk.table.header.order()[:3] == ("Symbol", "Last", "State")
    assert desk.panel.columns.currentItem().text() == "State", "it stays with what was moved"
    QTest.keyClick(desk.panel.columns, KEY.Key_Up, ALT)
    QTest.keyClick(desk.panel.columns, KEY.Key_Up, ALT)
    assert desk.table.header.order()[:3] == ("Symbol", "State", "Last")
    QTest.keyClick(desk.panel.columns, KEY.Key_Space)
    assert "State" not in desk.table.header.order()
    assert desk.panel.columns.currentItem().text() == "State"
    QTest.keyClick(desk.panel.columns, KEY.Key_Space)
    assert desk.table.header.order()[-1] == "State"


def test_a_drag_orders_the_columns_but_for_the_symbol(desk) -> None:
    model = desk.panel.columns.model()
    root = QModelIndex()
    assert model.moveRow(root, 5, root, 1)  # what a drop does
    assert desk.table.header.order()[:3] == ("Symbol", "Size", "State")
    assert model.moveRow(root, 3, root, 0)
    assert desk.table.header.order()[:3] == ("Symbol", "Last", "Size")
    assert listed(desk)[:3] == ["Symbol", "Last", "Size"]


def test_undo_and_another_list_are_seen_in_the_panel(desk) -> None:
    QTest.keyClicks(desk.panel.search, "turnover")
    QTest.keyClick(desk.panel.search, KEY.Key_Return)
    desk.panel.all_lists.click()
    desk.undo.stack.undo()
    assert "Turnover" not in listed(desk, ticked=True)
    desk.undo.stack.redo()
    desk.panel.reset.click()
    assert desk.table.header.order() == tuple(listed(desk, ticked=True))
    assert "Turnover" not in listed(desk, ticked=True)


def test_there_is_one_panel_and_it_can_be_opened_again(desk) -> None:
    QTest.keyClick(desk.table, KEY.Key_C, CTRL_SHIFT)
    assert len(desk.window.findChildren(ColumnsPanel)) == 1
    QTest.keyClick(desk.panel, KEY.Key_Escape)
    assert not desk.panel.isVisible()
    desk.window._header_menu._columns.choose()
    assert any(each.isVisible() for each in desk.window.findChildren(ColumnsPanel))

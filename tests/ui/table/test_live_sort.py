"""A sorted table stays sorted, but never moves under the hand."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

LAST = 2


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US", "C.US")
    for price, code in enumerate(("A.US", "B.US", "C.US"), start=1):
        desk.tick(code, float(price))
    desk.window.sort("Last:desc")
    desk.sorter = desk.window.panel._live_sort
    return desk


def shown(desk) -> list[str]:
    return [row.code for row in desk.table.model().rows]


def test_a_price_that_passes_another_moves_its_row(desk) -> None:
    assert shown(desk) == ["C.US", "B.US", "A.US"]
    desk.select(2)
    desk.tick("A.US", 9.0)
    desk.qtbot.waitUntil(lambda: shown(desk) == ["A.US", "C.US", "B.US"], timeout=2000)
    assert desk.table.currentIndex().row() == 0, "the chosen row is chosen still"
    assert desk.codes == ["A.US", "B.US", "C.US"]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_rows_stay_while_a_button_is_down_an_editor_is_open_a_drag_is_there_or_keys_move(desk, monkeypatch) -> None:
    desk.tick("A.US", 9.0)
    monkeypatch.setattr("quotedesk.ui.table.live_sort.QGuiApplication.mouseButtons", lambda: Qt.MouseButton.LeftButton)
    desk.sorter.look()
    monkeypatch.undo()
    desk.select(0)
    desk.window.panel.edit_current()
    desk.sorter.look()
    desk.window.panel.editor.finish()
    desk.window.panel._dropping._pointer = QPoint(1, 1)
    desk.sorter.look()
    desk.window.panel._dropping._pointer = None
    menu = QMenu(desk.window)
    menu.addAction("x")
    menu.popup(desk.window.mapToGlobal(QPoint(50, 50)))
    assert desk.window.panel.is_busy
    desk.sorter.look()
    menu.close()
    QTest.keyClick(desk.table, Qt.Key.Key_Down)
    desk.sorter.look()
    assert shown(desk) == ["C.US", "B.US", "A.US"]
    desk.qtbot.waitUntil(lambda: shown(desk) == ["A.US", "C.US", "B.US"], timeout=3000)


def test_nothing_is_sorted_where_nothing_changed_or_nobody_looks(desk, monkeypatch) -> None:
    desk.sorter.look()
    sorts = []
    monkeypatch.setattr(desk.table.model(), "sort_again", lambda: sorts.append(1))
    desk.sorter.look()
    assert sorts == []
    desk.window.hide()
    desk.tick("A.US", 9.0)
    desk.sorter.look()
    assert sorts == []
    desk.window.show()
    desk.sorter.look()
    assert sorts == [1]


def test_no_timer_runs_for_a_list_in_its_own_order_or_by_symbol(desk) -> None:
    assert desk.sorter._timer.isActive()
    desk.window.sort("")
    assert not desk.sorter._timer.isActive()
    desk.window.sort("Symbol")
    assert not desk.sorter._timer.isActive()

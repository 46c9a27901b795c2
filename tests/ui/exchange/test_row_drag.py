"""Rows taken by the mouse."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.fakes.pointer import move


@pytest.fixture
def carried(open_desk, monkeypatch):
    """A desk, and what each drag of it carried."""
    desk = open_desk()
    drags = []
    monkeypatch.setattr(desk.window.panel.drag, "carry", lambda rows: drags.append([each.code for each in rows]))
    return desk, drags


def pull(desk, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press on a row and pull it down."""
    viewport, y = desk.table.viewport(), 28 * row + 14
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, modifier, QPoint(60, y))
    for step in range(1, 4):
        move(viewport, QPoint(60, y + 12 * step), Qt.MouseButton.LeftButton)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, modifier, QPoint(60, y + 36))


def test_a_row_is_pulled_whether_it_was_selected_or_not(carried) -> None:
    desk, drags = carried
    desk.select(0)
    pull(desk, 0)
    pull(desk, 2)
    assert drags == [["A.US"], ["C.US"]]


def test_all_selected_rows_are_pulled_together(carried) -> None:
    desk, drags = carried
    desk.select(0, 3)
    pull(desk, 3)
    assert drags == [["A.US", "D.US"]]


def test_the_space_below_the_rows_cannot_be_pulled(carried) -> None:
    desk, drags = carried
    pull(desk, 6)
    assert drags == []


def test_nothing_is_no_drag(open_desk, monkeypatch) -> None:
    desk = open_desk()
    monkeypatch.setattr("quotedesk.ui.exchange.row_drag.QDrag", pytest.fail)
    desk.window.panel.drag.carry([])
    assert not desk.window.panel._dropping.strip.isVisible()


def test_a_drag_that_fails_is_over(open_desk, monkeypatch) -> None:
    desk = open_desk()
    drag = desk.window.panel.drag
    monkeypatch.setattr("quotedesk.ui.exchange.row_drag.QDrag.exec", lambda self, actions: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        drag.carry([*desk.watchlist][:1])
    assert drag.rows == ()
    assert not desk.window.panel._dropping.strip.isVisible()
    assert not desk.window.panel.is_busy

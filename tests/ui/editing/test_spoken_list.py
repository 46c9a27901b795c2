"""Suggestions as a screen reader finds them."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from quotedesk.ui.editing.completion import Completion
from quotedesk.ui.editing.spoken_list import SpokenList

NAME = QAccessible.Text.Name


@pytest.fixture
def reader() -> Iterator[None]:
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def items(spoken: SpokenList) -> list[tuple[str, int]]:
    """Each item's name, and is it the chosen one?"""
    found = QAccessible.queryAccessibleInterface(spoken)
    children = [found.child(place) for place in range(found.childCount())]
    return [(each.text(NAME), each.state().selected) for each in children if each.role() == QAccessible.Role.ListItem]


def test_suggestions_are_items_and_the_chosen_one_is_selected(reader: None, open_desk) -> None:
    desk = open_desk()
    desk.add_line.begin("n")
    popup = next(each for each in desk.window.findChildren(Completion) if each.isVisible())
    (spoken,) = popup.findChildren(SpokenList)
    names = [name for name, _ in items(spoken)]
    assert names == [", ".join(filter(None, (each.text, each.name))) for each in popup.shown]
    QTest.keyClick(desk.add_line, Qt.Key.Key_Down)
    assert items(spoken)[popup.chosen] == (names[popup.chosen], 1)
    assert sum(chosen for _, chosen in items(spoken)) == 1
    assert desk.add_line.hasFocus()


def test_it_lies_over_the_rows_and_hides_nothing(reader: None, qtbot: QtBot) -> None:
    painted = QWidget()
    qtbot.addWidget(painted)
    painted.setStyleSheet("QWidget { background: #123456 }")
    spoken = SpokenList(painted, 20, 4)
    spoken.show_rows(["one", "two"], 1)
    painted.resize(200, 48)
    with qtbot.waitExposed(painted):
        painted.show()
    assert painted.grab().toImage().pixelColor(100, 34) == QColor("#123456")
    rows = [QAccessible.queryAccessibleInterface(spoken).child(place).rect() for place in range(2)]
    corner = painted.mapToGlobal(QPoint(0, 0))
    assert [each.topLeft() - corner for each in rows] == [QPoint(4, 4), QPoint(4, 24)]
    assert all(each.height() <= 20 for each in rows)

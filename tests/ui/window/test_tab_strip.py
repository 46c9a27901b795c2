"""The tabs."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from quotedesk.market.instrument import Instrument
from tests.fakes.pointer import move

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US")
    desk.window.list_menu.add("Tom & <b>Jerry</b>", [Instrument("demo", "GOLD")])
    desk.window.list_menu.add("Ideas", [])
    desk.tabs = desk.window.list_menu._strip.tabs
    desk.settle()
    return desk


def center(desk, place: int) -> QPoint:
    return desk.tabs.tabRect(place).center()


def test_a_click_shows_the_list_and_the_count_follows(desk) -> None:
    QTest.mouseClick(desk.tabs, LEFT, NO, center(desk, 0))
    assert desk.window.watchlist.name == "Watchlist"
    assert desk.tabs.accessibleTabName(0) == "Watchlist, 2 symbols"
    desk.window.panel.rows.insert([Instrument("demo", "C.US")])
    assert desk.tabs.accessibleTabName(0) == "Watchlist, 3 symbols"


def test_a_name_is_shown_as_it_is_and_its_tab_is_wide_enough(desk) -> None:
    assert "&&" in desk.tabs.tabText(1)
    assert desk.tabs.list_at(1).name == "Tom & <b>Jerry</b>"
    assert desk.tabs.tabRect(1).width() > desk.tabs.tabRect(0).width()


def test_a_tab_that_is_pulled_is_one_edit(desk) -> None:
    edits = []
    desk.undo.edited.connect(lambda: edits.append(1))
    QTest.mousePress(desk.tabs, LEFT, NO, center(desk, 0))
    end = center(desk, 2) + QPoint(20, 0)
    for step in range(1, 9):
        move(desk.tabs, center(desk, 0) + (end - center(desk, 0)) * step / 8, LEFT)
    QTest.mouseRelease(desk.tabs, LEFT, NO, end)
    assert [each.name for each in desk.book.lists] == ["Tom & <b>Jerry</b>", "Ideas", "Watchlist"]
    assert edits == [1]
    desk.undo.stack.undo()
    assert [desk.tabs.list_at(place).name for place in range(3)] == ["Watchlist", "Tom & <b>Jerry</b>", "Ideas"]


def test_a_double_click_renames_and_a_click_elsewhere_gives_it_up(desk) -> None:
    QTest.mouseDClick(desk.tabs, LEFT, NO, center(desk, 2))
    QTest.mouseRelease(desk.tabs, LEFT, NO, center(desk, 2))
    editor = desk.window.list_menu._strip.editor
    assert editor.isVisible()
    QTest.keyClicks(editor, "other")
    desk.table.setFocus()
    assert not editor.isVisible()
    assert desk.book.lists[2].name == "Ideas"


def test_the_button_beside_them_makes_a_list(desk) -> None:
    QTest.mouseClick(desk.window.list_menu._strip.new, LEFT)
    assert len(desk.book.lists) == 4
    assert desk.window.list_menu._strip.editor.isVisible()


def test_the_chosen_tab_has_a_line_below_it_in_both_themes(desk) -> None:
    for _ in range(2):
        image = desk.tabs.grab().toImage()
        colours = [
            image.pixelColor(desk.tabs.tabRect(place).center().x(), desk.tabs.tabRect(place).bottom()).name()
            for place in range(3)
        ]
        accent = desk.window.appearance.theme.accent.name()
        assert [colour == accent for colour in colours] == [False, False, True]
        desk.window.view_menu.turn_theme.trigger()

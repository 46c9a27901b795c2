"""Every action by its name, by keys and by mouse."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest

from quotedesk.ui.looks.actions import groups_of
from quotedesk.ui.window.command_palette import MOST_SHOWN, ROW_PX, commands_of

KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def test_whatever_a_window_can_do_is_in_it_under_a_name_of_its_own(open_desk) -> None:
    desk = open_desk("A.US")
    commands = commands_of(desk.window.menuBar())
    there = {each.action for each in commands}
    actions = [each for each in desk.window.findChildren(QAction) if each.text() and each.menu() is None]
    assert [each.text() for each in actions if each.isVisible() and each not in there] == []
    named = [(each.words, each.where) for each in commands]
    assert len(set(named)) == len(named)


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US", "C.US")
    desk.box = desk.window.commands
    return desk


def begin(desk, text: str = "") -> None:
    QTest.keyClick(desk.table, KEY.Key_P, CTRL)
    assert desk.box.isVisible()
    assert desk.box.line.hasFocus()
    QTest.keyClicks(desk.box.line, text)


def words(desk) -> list[str]:
    return [each.words for each in desk.box.found]


def test_it_has_every_action_that_has_a_key_and_those_without(desk) -> None:
    begin(desk)
    told = {(each.keys, each.words) for each in desk.box.found}
    for title, keys in groups_of(desk.window.menuBar()):
        for key, said in keys:
            if key != "Ctrl+P" and not title.endswith("Sort by"):
                assert (key, said.replace("&", "")) in told
    assert len(desk.box.found) > 60
    assert "Last" in words(desk)
    assert "Bid size" not in words(desk), "the list does not show it"


def test_typing_finds_and_enter_does_it_and_the_keyboard_is_back(desk) -> None:
    desk.select(1)
    begin(desk, "remo")
    assert words(desk)[0] == "Remove"
    QTest.keyClick(desk.box.line, KEY.Key_Return)
    assert desk.codes == ["A.US", "C.US"]
    assert not desk.box.isVisible()
    assert desk.table.hasFocus()
    begin(desk, "undo")
    QTest.keyClick(desk.box.line, KEY.Key_Return)
    assert desk.codes == ["A.US", "B.US", "C.US"]


def test_words_in_any_order_menus_and_keys_are_found(desk) -> None:
    begin(desk, "columns choose")
    assert words(desk)[0] == "Choose columns"
    desk.box.line.setText("ctrl+shift+c")
    assert words(desk) == ["Choose columns"]
    desk.box.line.setText("sort last")
    assert (desk.box.found[0].words, desk.box.found[0].where) == ("Last", "View > Sort by")
    desk.box.line.setText("xyzzy")
    assert (desk.box.found, desk.box.chosen) == ([], -1)
    QTest.keyClick(desk.box.line, KEY.Key_Return)
    assert desk.box.isVisible(), "there is nothing to do"


def test_what_cannot_be_done_now_is_shown_with_the_reason_and_not_done(desk) -> None:
    desk.table.clearSelection()
    begin(desk, "remove")
    (remove,) = [each for each in desk.box.found if each.words == "Remove"]
    assert remove.why_not == "choose a row first"
    desk.box.line.setText("violet")
    assert desk.box.found[0].why_not == "choose a row first", "the menu that it is in cannot be opened"
    desk.box.line.setText("undo")
    assert desk.box.found[0].why_not == "nothing to undo"
    QTest.keyClick(desk.box.line, KEY.Key_Return)
    assert desk.box.isVisible()
    assert desk.codes == ["A.US", "B.US", "C.US"]


def test_what_can_be_done_comes_before_what_cannot_unless_that_is_called_just_so(desk) -> None:
    desk.select(1)
    begin(desk, "delete")
    assert words(desk)[:2] == ["Remove", "Delete list"]
    assert desk.box.found[1].why_not == "there is no other list"
    desk.table.clearSelection()
    desk.window.list_menu.add_list()
    desk.box.begin()
    desk.box.line.setText("remove")
    assert [(each.words, bool(each.why_not)) for each in desk.box.found[:2]] == [
        ("Remove", True),
        ("Delete list", False),
    ]
    desk.box.line.setText("delete")
    assert words(desk)[:2] == ["Delete list", "Remove"]


@pytest.mark.parametrize("sought", ["sound", "font", "language", "webhook", "pair"])
def test_words_of_what_is_set_lead_to_the_settings(desk, sought: str) -> None:
    begin(desk, sought)
    assert "Settings\N{HORIZONTAL ELLIPSIS}" in words(desk)[:4]


def test_arrows_choose_esc_closes_and_a_second_ctrl_p_begins_anew(desk) -> None:
    begin(desk)
    for _ in range(MOST_SHOWN + 3):
        QTest.keyClick(desk.box.line, KEY.Key_Down)
    assert desk.box.chosen == MOST_SHOWN + 3
    QTest.keyClick(desk.box.line, KEY.Key_PageUp)
    assert desk.box.chosen == 3
    for _ in range(9):
        QTest.keyClick(desk.box.line, KEY.Key_Up)
    assert desk.box.chosen == 0
    QTest.keyClicks(desk.box.line, "abc")
    desk.box.begin()
    assert desk.box.line.text() == ""
    QTest.keyClick(desk.box.line, KEY.Key_Escape)
    assert not desk.box.isVisible()
    assert desk.table.hasFocus()


def test_a_click_does_it_and_one_elsewhere_closes_the_box(desk) -> None:
    desk.select(0)
    begin(desk, "move down")
    assert words(desk)[0] == "Move down"
    first = QPoint(100, desk.box.line.height() + 12 + ROW_PX // 2)
    QTest.mouseClick(desk.box, LEFT, Qt.KeyboardModifier.NoModifier, first)
    assert desk.codes == ["B.US", "A.US", "C.US"]
    begin(desk)
    desk.add_line.setFocus()
    assert not desk.box.isVisible()
    assert desk.add_line.hasFocus()


def test_it_stays_within_a_small_window_and_paints(desk) -> None:
    desk.window.resize(480, 300)
    begin(desk)
    desk.settle()
    assert desk.box.parentWidget().rect().contains(desk.box.geometry().topLeft())
    assert desk.box.width() <= 480 - 16
    assert not desk.box.grab().isNull()
    desk.window.resize(900, 500)
    desk.settle()
    assert desk.box.width() == 600


def test_the_menus_are_read_anew_each_time(desk) -> None:
    before = len(commands_of(desk.window.menuBar()))
    desk.window.view_menu.addAction("A && B")
    begin(desk, "a & b")
    assert words(desk) == ["A & B"]
    assert len(commands_of(desk.window.menuBar())) == before + 1


def test_whatever_cannot_be_done_says_why(open_desk) -> None:
    desk = open_desk("A.US")
    bar = desk.window.menuBar()

    def mute() -> list[str]:
        return [each.words for each in commands_of(bar) if each.why_not == "not now"]

    assert mute() == []
    desk.table.clearSelection()
    desk.table.setCurrentIndex(desk.table.model().index(-1, -1))
    assert mute() == []
    desk.window.list_menu.add("Ideas", [])
    desk.window.list_menu.close_list()
    assert mute() == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("dark mode", "Dark"),
        ("theme", "Like the system"),
        ("remove", "Remove"),
        ("zoom", "Chart: zoom in"),
        ("shortcuts", "Keys"),
        ("preferences", "Settings\N{HORIZONTAL ELLIPSIS}"),
        ("exit", "Quit"),
        ("chart", "Chart"),
        ("graph", "Chart"),
        ("treemap", "Heat map"),
    ],
)
def test_it_is_found_by_what_else_people_call_it(desk, typed: str, words: str) -> None:
    desk.select(0)
    begin(desk, typed)
    assert desk.box.found[0].words == words


def test_what_is_called_so_comes_before_what_has_it_somewhere(desk) -> None:
    desk.select(0)
    begin(desk, "chart")
    assert not any("Link group" in each.words for each in desk.box.found[:15])
    desk.box.line.setText("color")
    assert all("Colours" in each.where or "colours" in each.words for each in desk.box.found[:5])

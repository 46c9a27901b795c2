"""The buttons at the end of the menu bar."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from quotedesk.config.settings import Shade
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.looks.theme import LIGHT
from quotedesk.ui.window.link_mark import LinkMark
from quotedesk.ui.window.tool_strip import ToolStrip
from tests.ui.looks.test_icons import colours


def buttons(desk) -> dict[str, QToolButton]:
    strip = desk.window.findChild(ToolStrip)
    return {button.accessibleName(): button for button in strip.findChildren(QToolButton)}


def test_a_button_does_what_its_action_does_and_is_only_live_when_that_is(open_desk) -> None:
    desk = open_desk()
    assert not buttons(desk)["Remove"].isEnabled()
    desk.select(1)
    QTest.mouseClick(buttons(desk)["Remove"], Qt.MouseButton.LeftButton)
    assert desk.codes == ["A.US", "C.US", "D.US"]
    QTest.mouseClick(buttons(desk)["Undo remove B.US"], Qt.MouseButton.LeftButton)
    assert desk.codes == ["A.US", "B.US", "C.US", "D.US"]
    assert "Add symbols" not in buttons(desk), "the plus beside the tabs is the only one"


def test_a_window_that_stays_on_top_has_a_pin_that_lets_it_go(open_desk) -> None:
    desk = open_desk()
    pin = buttons(desk)["Always on top"]
    assert not pin.isVisible()
    desk.window._shape.on_top.trigger()
    assert pin.isVisible()
    QTest.mouseClick(pin, Qt.MouseButton.LeftButton)
    assert not pin.isVisible()
    assert not desk.window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint


def test_every_button_has_an_icon_in_the_theme_s_colour_and_a_tip_with_its_key(open_desk) -> None:
    desk = open_desk()
    desk.window.appearance.choose(shade=Shade.LIGHT)
    found = {words: each for words, each in buttons(desk).items() if not isinstance(each, LinkMark)}
    assert len(found) >= 6
    for words, button in found.items():
        assert LIGHT.t2.name() in colours(button.icon()) or not button.isEnabled(), words
        if button.menu() is not None:
            assert button.toolTip() == words
            continue
        assert button.toolTip().startswith(f"{words} (")
        assert not button.toolTip().endswith("()"), "every button's action has a key"
        assert button.defaultAction().icon().isNull(), "menus stay words"


def test_a_click_on_the_search_field_opens_the_search(open_desk) -> None:
    desk = open_desk()
    search = desk.window.findChild(ToolStrip).search
    assert search.isVisible()
    QTest.mouseClick(search, Qt.MouseButton.LeftButton)
    assert desk.window.panel.search.line.hasFocus()


def test_buttons_open_what_chooses_columns_and_looks(open_desk) -> None:
    desk = open_desk()
    entries = {
        words: [action.text().replace("&", "") for action in button.menu().actions()]
        for words, button in buttons(desk).items()
        if button.menu() is not None
    }
    assert entries["Theme, colours and row height"] == ["Theme", "Colours", "Rows", "Flash where a price moved"]
    assert "Reset columns" in entries["Columns"]


@pytest.mark.parametrize(("width", "search", "spare"), [(1000, True, True), (700, False, True), (300, False, False)])
def test_in_a_narrow_window_what_menus_have_goes_first(open_desk, width: int, search: bool, spare: bool) -> None:
    desk = open_desk()
    desk.window.resize(width, 400)
    desk.settle()
    strip = desk.window.findChild(ToolStrip)
    assert strip.search.isVisible() == search
    found = buttons(desk)
    assert found["Remove"].isVisible() == spare
    assert found["Columns"].isVisible()
    assert strip.mapTo(desk.window, strip.rect().topRight()).x() <= width


def test_without_its_icon_a_button_shows_words(qtbot, open_desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Icons, "_file", lambda self, name: b"")
    desk = open_desk(show=False)
    button = buttons(desk)["Remove"]
    assert button.icon().isNull()
    assert button.text() == "Remove"

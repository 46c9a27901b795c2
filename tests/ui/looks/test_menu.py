"""Keys at the right edge of a menu."""

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMainWindow, QStyleOptionMenuItem
from pytestqt.qtbot import QtBot

from quotedesk.ui.looks.actions import act
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.looks.style import dress
from quotedesk.ui.looks.theme import DARK, LIGHT, Theme

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_keys_end_at_one_x_in_the_pale_ink_and_words_are_strong(qtbot: QtBot, theme: Theme) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    dress(window, theme)
    menu = Menu("&Edit", window)
    actions = [act(menu, "&Undo", "Ctrl+Z", lambda: None), act(menu, "&Redo all", "Ctrl+Shift+Z", lambda: None)]
    menu.popup(window.pos())
    qtbot.waitExposed(menu)
    image = menu.grab().toImage()
    ends = []
    for action in actions:
        rect = menu.actionGeometry(action)
        row = range(rect.top() + 4, rect.bottom() - 3)
        inked = [
            x
            for x in range(rect.left() + 4, rect.right() - 6)
            if any(abs(QColor(image.pixel(x, y)).lightness() - theme.raised.lightness()) > 40 for y in row)
        ]
        ends.append(inked[-1])
        key = [QColor(image.pixel(x, y)) for x in range(inked[-1] - 30, inked[-1] + 1) for y in row]
        word = [QColor(image.pixel(x, y)) for x in range(inked[0], inked[0] + 30) for y in row]

        def distance(colours: list[QColor]) -> int:
            return max(abs(colour.lightness() - theme.raised.lightness()) for colour in colours)

        assert distance(key) < distance(word) - 30
    assert abs(ends[0] - ends[1]) <= 2
    menu.close()


def test_what_qt_paints_has_no_keys_and_room_for_them_all_the_same(qtbot: QtBot) -> None:
    bare, keyed = Menu(), Menu()
    for menu in (bare, keyed):
        qtbot.addWidget(menu)
    act(bare, "Undo", "", lambda: None)
    action = act(keyed, "Undo", "Ctrl+Shift+Z", lambda: None)
    option = QStyleOptionMenuItem()
    keyed.initStyleOption(option, action)
    assert option.text == "Undo"
    assert keyed.sizeHint().width() > bare.sizeHint().width() + 40


def test_the_longest_words_stay_clear_of_the_longest_key(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    dress(window, DARK)
    menu = Menu("&File", window)
    action = act(menu, "Close window", "Ctrl+Shift+W", lambda: None)
    menu.popup(window.pos())
    qtbot.waitExposed(menu)
    image, rect = menu.grab().toImage(), menu.actionGeometry(action)
    row = range(rect.top() + 4, rect.bottom() - 3)
    middle = QColor(image.pixel(rect.left() + 8, rect.center().y())).lightness()
    inked = [
        any(abs(QColor(image.pixel(x, y)).lightness() - middle) > 40 for y in row)
        for x in range(rect.left() + 8, rect.right() - 8)
    ]
    clear = max(len(gap) for gap in "".join(" x"[each] for each in inked).strip().split("x"))
    assert clear >= 14
    menu.close()

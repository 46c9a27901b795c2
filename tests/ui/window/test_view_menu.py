"""How the desk looks, chosen by menu and by key."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest

from quotedesk.config.settings import Direction, Shade, Spacing

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def choices(menu, title: str) -> dict[str, QAction]:
    [below] = [each.menu() for each in menu.actions() if each.text().replace("&", "") == title]
    return {each.text().replace("&", ""): each for each in below.actions() if each.isCheckable()}


@pytest.mark.parametrize(
    ("title", "kind", "attribute"),
    [("Theme", Shade, "shade"), ("Colours", Direction, "direction"), ("Rows", Spacing, "spacing")],
)
def test_every_choice_is_in_the_menu_and_the_chosen_one_is_checked(open_desk, title: str, kind, attribute: str) -> None:
    desk = open_desk()
    looks = desk.window.appearance
    actions = choices(desk.window.view_menu, title)
    assert len(actions) == len(kind)
    for action, one in zip(actions.values(), kind, strict=True):
        action.trigger()
        assert getattr(looks, attribute) is one
        assert [each for each in actions.values() if each.isChecked()] == [action]


def test_keys_walk_through_the_choices(open_desk) -> None:
    desk = open_desk()
    looks = desk.window.appearance
    QTest.keyClick(desk.window, Qt.Key.Key_L, CTRL_SHIFT)
    assert looks.shade is Shade.LIGHT
    QTest.keyClick(desk.window, Qt.Key.Key_L, CTRL_SHIFT)
    assert looks.shade is Shade.DARK
    seen = set()
    for _ in Direction:
        QTest.keyClick(desk.window, Qt.Key.Key_U, CTRL_SHIFT)
        seen.add(looks.direction)
    assert seen == set(Direction)
    assert looks.direction is Direction.GREEN_UP
    QTest.keyClick(desk.window, Qt.Key.Key_H, CTRL_SHIFT)
    assert looks.spacing is Spacing.COMFORTABLE
    QTest.keyClick(desk.window, Qt.Key.Key_F, CTRL_SHIFT)
    assert not looks.motion

"""List > Feed."""

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from quotedesk.ui.window.feed_menu import FeedMenu


@pytest.fixture
def parent(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_each_feed_is_an_entry_with_its_code_and_a_key_and_the_list_s_own_is_checked(parent: QWidget) -> None:
    menu = FeedMenu({"demo": "Demo feed", "alltick": "A & B"}, parent)
    chosen: list[str] = []
    menu.chosen.connect(chosen.append)
    first, second = menu.actions()
    assert [first.text(), second.text()] == ["Demo feed (demo)", "A && B (alltick)"]
    assert [first.shortcut(), second.shortcut()] == [QKeySequence("Ctrl+Alt+1"), QKeySequence("Ctrl+Alt+2")]
    menu.show_feed("alltick")
    assert (first.isChecked(), second.isChecked()) == (False, True)
    assert chosen == []  # to show is not to choose
    first.trigger()
    assert chosen == ["demo"]
    menu.show_feed("no longer known")
    assert (first.isChecked(), second.isChecked()) == (False, False)


def test_the_first_nine_have_keys(parent: QWidget) -> None:
    menu = FeedMenu({f"f{number}": f"Feed {number}" for number in range(11)}, parent)
    assert [bool(action.shortcut().toString()) for action in menu.actions()] == [True] * 9 + [False] * 2

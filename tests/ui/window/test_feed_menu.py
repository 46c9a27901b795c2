"""View > Feed."""

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from quotedesk.ui.window.feed_menu import FeedMenu


@pytest.fixture
def parent(qtbot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def test_each_feed_is_an_entry_with_a_key_and_one_is_in_use(parent: QWidget) -> None:
    menu = FeedMenu({"demo": "Demo feed", "alltick": "AllTick"}, parent)
    chosen = []
    menu.chosen.connect(chosen.append)
    first, second = menu.actions()
    assert [first.shortcut(), second.shortcut()] == [QKeySequence("Ctrl+Alt+1"), QKeySequence("Ctrl+Alt+2")]
    menu.show_feed("alltick")
    assert (first.isChecked(), second.isChecked()) == (False, True)
    assert chosen == []  # to show is not to choose
    first.trigger()
    assert chosen == ["demo"]
    assert (first.isChecked(), second.isChecked()) == (True, False)


def test_it_says_where_each_key_comes_from(parent: QWidget) -> None:
    menu = FeedMenu({"demo": "Demo feed", "alltick": "AllTick"}, parent)
    menu.show_origins({"demo": "no key needed", "alltick": "no key yet"})
    menu.show_origins({"alltick": "key from the keyring"})
    assert [action.text() for action in menu.actions()] == [
        "Demo feed (no key needed)",
        "AllTick (key from the keyring)",
    ]

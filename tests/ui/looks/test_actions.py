"""Actions have a word and a key."""

from PySide6.QtWidgets import QMenu, QMenuBar

from quotedesk.ui.looks.actions import act, actions_of, keys_of


def test_an_action_does_what_it_says_and_its_key_is_found_in_submenus_too(qtbot) -> None:
    bar = QMenuBar()
    qtbot.addWidget(bar)
    menu = bar.addMenu("&File")
    done: list[str] = []
    act(menu, "&Quit", "Ctrl+Q", lambda: done.append("quit")).trigger()
    below = menu.addMenu("More")
    act(below, "&Deep", "F9", lambda: done.append("deep")).trigger()
    menu.addSeparator()
    menu.addAction("Without a key")
    assert done == ["quit", "deep"]
    assert keys_of(bar) == [("Ctrl+Q", "&Quit"), ("F9", "&Deep")]
    assert [each.text() for each in actions_of(bar) if each.text()] == ["&Quit", "&Deep", "Without a key"]
    assert isinstance(menu, QMenu)

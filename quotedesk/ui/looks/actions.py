"""Actions: a word in a menu, a key, and what they do."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar


def act(menu: QMenu, text: str, keys: str, does: Callable[[], object]) -> QAction:
    """A new action of the menu; `keys` as Qt spells them."""
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda: does())
    return action


def keys_of(menu: QMenu | QMenuBar) -> list[tuple[str, str]]:
    """(key, what it does) of all actions with a key, submenus' too."""
    found: list[tuple[str, str]] = []
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            found += keys_of(below)
        elif not action.shortcut().isEmpty():
            found.append((", ".join(keys.toString() for keys in action.shortcuts()), action.text()))
    return found

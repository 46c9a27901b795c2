"""Actions: a word in a menu, a key, and what they do."""

from collections.abc import Callable

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

PLAIN_WORDS = "plainWords"  # a property of actions whose text says more than what they do: "Undo move AMZN.US"

IS_HEADING = "isHeading"  # a property of what only looks like an action: the title of those below it

WHY_NOT = "whyNot"  # a property of actions that cannot be done at times: the reason, in words


def act(menu: QMenu, text: str, keys: str, does: Callable[[], object]) -> QAction:
    """A new action of the menu; `keys` as Qt spells them."""
    action = menu.addAction(text)
    action.setShortcut(QKeySequence(keys))
    action.triggered.connect(lambda: does())
    return action


def actions_of(menu: QMenu | QMenuBar) -> list[QAction]:
    """All actions, submenus' too, without those that open a menu."""
    found: list[QAction] = []
    for action in menu.actions():
        below = action.menu()
        found += actions_of(below) if isinstance(below, QMenu) else [action]
    return found


def keys_of(menu: QMenu | QMenuBar) -> list[tuple[str, str]]:
    """(key, what it does) of all actions with a key, submenus' too."""
    found: list[tuple[str, str]] = []
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            found += keys_of(below)
        elif not action.shortcut().isEmpty():
            words = action.property(PLAIN_WORDS) or action.text()
            found.append((", ".join(keys.toString() for keys in action.shortcuts()), words))
    return found


def groups_of(bar: QMenuBar) -> list[tuple[str, list[tuple[str, str]]]]:
    """(title, keys) of each menu of a bar; see `keys_of`."""
    menus = [(action.text(), action.menu()) for action in bar.actions()]
    return [(title, keys_of(menu)) for title, menu in menus if isinstance(menu, QMenu)]

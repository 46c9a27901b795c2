"""The View menu: how the desk looks. Each choice is an action with a key, or one of a set that a key walks through."""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from quotedesk.config.settings import Shade
from quotedesk.ui.looks.actions import act
from quotedesk.ui.looks.appearance import DIRECTIONS, SHADES, SPACINGS, Appearance
from quotedesk.ui.looks.menu import Menu

_Chosen = TypeVar("_Chosen", bound=Enum)


class ViewMenu(Menu):
    """Shows and changes an Appearance.

    Attributes:
        turn_theme: the action that turns dark into light and back.
        next_spacing: the action that takes the next row height.
        looks: what chooses the looks, for a button's menu.
    """

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__("&View", parent)
        self._appearance = appearance
        self._checks: list[Callable[[], None]] = []
        theme = self._choices("&Theme", SHADES, lambda: appearance.shade, lambda it: appearance.choose(shade=it))
        self.turn_theme = act(theme, "S&witch dark and light", "Ctrl+Shift+L", self._turn_theme)
        colours = self._choices(
            "&Colours", DIRECTIONS, lambda: appearance.direction, lambda it: appearance.choose(direction=it)
        )
        act(colours, "Ne&xt colours", "Ctrl+Shift+U", self._next_direction)
        rows = self._choices("&Rows", SPACINGS, lambda: appearance.spacing, lambda it: appearance.choose(spacing=it))
        self.next_spacing = act(rows, "Ne&xt row height", "Ctrl+Shift+H", self._next_spacing)
        motion = act(self, "&Flash where a price moved", "Ctrl+Shift+F", self._turn_motion)
        motion.setCheckable(True)
        self._checks.append(lambda: motion.setChecked(appearance.motion))
        self.looks = (theme.menuAction(), colours.menuAction(), rows.menuAction(), motion)
        appearance.changed.connect(self._check)
        self._check()

    def put_first(self, *actions: QAction) -> None:
        """Other actions, in a group before all."""
        first = self.insertSeparator(self.actions()[0])
        self.insertActions(first, actions)

    def _choices(
        self,
        title: str,
        names: dict[_Chosen, str],
        chosen: Callable[[], _Chosen],
        choose: Callable[[_Chosen], None],
    ) -> QMenu:
        """A submenu of which one is chosen."""
        menu = Menu(title, self)
        self.addMenu(menu)
        group = QActionGroup(menu)
        for one, name in names.items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.triggered.connect(lambda checked=False, one=one: choose(one))
            group.addAction(action)
            self._checks.append(lambda action=action, one=one: action.setChecked(chosen() is one))  # type: ignore[misc]
        menu.addSeparator()
        return menu

    def _check(self) -> None:
        for check in self._checks:
            check()

    def _turn_theme(self) -> None:
        self._appearance.choose(shade=Shade.LIGHT if self._appearance.is_dark else Shade.DARK)

    def _next_direction(self) -> None:
        self._appearance.choose(direction=_after(self._appearance.direction))

    def _next_spacing(self) -> None:
        self._appearance.choose(spacing=_after(self._appearance.spacing))

    def _turn_motion(self) -> None:
        self._appearance.choose(motion=not self._appearance.motion)


def _after(one: _Chosen) -> _Chosen:
    """The next of its kind; after the last comes the first."""
    kind = list(type(one))
    return kind[(kind.index(one) + 1) % len(kind)]

"""List > Feed: the shown list's own feed, which its bare codes are of."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from quotedesk.ui.looks.menu import Menu

_DIGITS = 9


class FeedMenu(Menu):
    """One entry a feed, of which one is checked; the first nine may have a key. `titles`: feed -> title.

    Signals:
        chosen(str): the user wants that feed.
    """

    chosen = Signal(str)

    def __init__(self, titles: Mapping[str, str], parent: QWidget, *, has_keys: bool = True) -> None:
        super().__init__("&Feed", parent)
        group = QActionGroup(self)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)  # a list may be of a feed unknown here
        self._actions: dict[str, QAction] = {}
        for number, (name, title) in enumerate(titles.items(), start=1):
            action = self._actions[name] = self.addAction(f"{title} ({name})".replace("&", "&&"))
            action.setCheckable(True)
            if has_keys and number <= _DIGITS:
                action.setShortcut(QKeySequence(f"Ctrl+Alt+{number}"))
            action.triggered.connect(lambda checked=False, name=name: self.chosen.emit(name))
            group.addAction(action)

    def show_feed(self, name: str) -> None:
        """The shown list is of that one."""
        for each, action in self._actions.items():
            action.setChecked(each == name)

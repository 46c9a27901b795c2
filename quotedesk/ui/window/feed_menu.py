"""View > Feed: where prices come from, and where each feed's key does."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget


class FeedMenu(QMenu):
    """One entry a feed, of which one is in use.

    Signals:
        chosen(str): the user wants that feed.
    """

    chosen = Signal(str)

    def __init__(self, titles: Mapping[str, str], parent: QWidget) -> None:
        super().__init__("Fee&d", parent)
        self._titles = titles
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for number, name in enumerate(titles, start=1):
            action = self._actions[name] = self.addAction(titles[name])
            action.setCheckable(True)
            action.setShortcut(QKeySequence(f"Ctrl+Alt+{number}"))
            action.triggered.connect(lambda checked=False, name=name: self.chosen.emit(name))
            self._group.addAction(action)

    def show_feed(self, name: str) -> None:
        """That one is in use."""
        self._actions[name].setChecked(True)

    def show_origins(self, origins: Mapping[str, str]) -> None:
        """Feed -> where its key comes from, in words."""
        for name, origin in origins.items():
            self._actions[name].setText(f"{self._titles[name]} ({origin})")

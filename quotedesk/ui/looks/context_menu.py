"""The menu of a place, brought by the right button or a key."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from quotedesk.ui.looks.menu import Menu


class ContextMenu(Menu):
    """Made for one place and one time: closing it deletes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(self, words: str, does: Callable[[], object], *, is_possible: bool = True) -> QAction:
        """One more action."""
        action = self.addAction(words)
        action.triggered.connect(lambda: does())
        action.setEnabled(is_possible)
        return action

    def borrow(self, menu: QMenu) -> None:
        """Show a menu that lives longer than this one.

        `addMenu` would make its action a child of this menu in PySide's eyes, and dead to us with it (6.11.3).
        """
        self.addAction(menu.menuAction())

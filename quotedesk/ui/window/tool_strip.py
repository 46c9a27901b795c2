"""The few buttons at the right end of the menu bar: what a hand on the mouse wants most."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import SIZE_PX, Icons


class ToolStrip(QWidget):
    """A button per action, with its icon; the tooltip has its word and key."""

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons = icons
        self._buttons: list[tuple[QToolButton, str]] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 1, 10, 1)
        self._line.setSpacing(2)
        appearance.changed.connect(self._colour)

    def add(self, action: QAction, icon: str, *, only_while_on: bool = False) -> None:
        """A button that does what the action does; `only_while_on`: it is there while the action is checked."""
        button = QToolButton(self)
        button.setIconSize(QSize(SIZE_PX, SIZE_PX))
        button.setAutoRaise(True)
        button.setDefaultAction(action)
        self._buttons.append((button, icon))
        self._line.addWidget(button)
        self._dress(button, icon)
        action.changed.connect(lambda: self._dress(button, icon))
        if only_while_on:
            button.setVisible(action.isChecked())
            action.toggled.connect(button.setVisible)

    def _colour(self) -> None:
        for button, icon in self._buttons:
            self._dress(button, icon)

    def _dress(self, button: QToolButton, icon: str) -> None:
        """The icon is the button's own, so that menus stay words; an action's change takes it away."""
        action = button.defaultAction()
        words = action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
        button.setIcon(self._icons.icon(icon, self._appearance.theme))
        button.setToolTip(f"{words} ({action.shortcut().toString()})")
        button.setAccessibleName(words)

"""The right end of the tab strip: the way to the search, and the few buttons that a hand on the mouse wants most."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import SIZE_PX, Icons
from quotedesk.ui.window.search_field import SearchField

_GAP_PX = 12
_SEARCH_FROM_PX = 860  # so wide a strip has room for the search field
_ALL_FROM_PX = 420  # and so wide a one for all buttons; what they do is in the menus as well


class ToolStrip(QWidget):
    """A button per action or menu, with its icon; the tooltip has its word and key.

    Attributes:
        search: the field that opens the search.
    """

    def __init__(self, appearance: Appearance, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self._icons = icons
        self._buttons: list[tuple[QToolButton, str]] = []
        self._spare: list[QToolButton] = []  # those that go first
        self._strip_px = _ALL_FROM_PX
        self._spare_parts: list[tuple[QWidget, Callable[[], bool]]] = []
        self.search = SearchField(appearance, icons, self)
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 1, 10, 1)
        self._line.setSpacing(2)
        self._line.addWidget(self.search)
        self._line.addSpacing(_GAP_PX)
        appearance.changed.connect(self._colour)

    def add(self, action: QAction, icon: str, *, only_while_on: bool = False, is_spare: bool = False) -> None:
        """A button that does what the action does.

        `only_while_on`: it is there while the action is checked; `is_spare`: while there is much room.
        """
        button = self._new_button(icon)
        button.setDefaultAction(action)
        self._dress(button, icon)
        action.changed.connect(lambda: self._dress(button, icon))
        if is_spare:
            self._spare.append(button)
        if only_while_on:
            button.setVisible(action.isChecked())
            action.toggled.connect(button.setVisible)

    def add_menu(self, menu: QMenu, icon: str, words: str) -> None:
        """A button that opens a menu."""
        button = self._new_button(icon)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        button.setText(words)  # seen without the icon only
        button.setToolTip(words)
        button.setAccessibleName(words)
        self._dress(button, icon)

    def add_part(self, part: QWidget, *, is_spare: Callable[[], bool]) -> None:
        """Another part, which is left out like a button where there is little room and `is_spare` says so."""
        self._spare_parts.append((part, is_spare))
        self._line.addWidget(part)

    def fit(self, strip_px: int) -> None:
        """Leave out what a strip of that width has no room for."""
        self._strip_px = strip_px
        self.search.setVisible(strip_px >= _SEARCH_FROM_PX)
        for button in self._spare:
            button.setVisible(strip_px >= _ALL_FROM_PX)
        for part, is_spare in self._spare_parts:
            part.setVisible(strip_px >= _ALL_FROM_PX or not is_spare())

    def fit_again(self) -> None:
        """A part is spare now, or is no longer."""
        self.fit(self._strip_px)

    def _new_button(self, icon: str) -> QToolButton:
        button = QToolButton(self)
        button.setIconSize(QSize(SIZE_PX, SIZE_PX))
        button.setAutoRaise(True)
        self._buttons.append((button, icon))
        self._line.addWidget(button)
        return button

    def _colour(self) -> None:
        for button, icon in self._buttons:
            self._dress(button, icon)

    def _dress(self, button: QToolButton, icon: str) -> None:
        """The icon is the button's own, so that menus stay words; an action's change takes it away."""
        button.setIcon(self._icons.icon(icon, self._appearance.theme))
        if action := button.defaultAction():
            words = action.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
            button.setToolTip(f"{words} ({action.shortcut().toString()})")
            button.setAccessibleName(words)

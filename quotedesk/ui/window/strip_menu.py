"""The menu of the mini strip: View > Mini strip in every window, and the strip's own."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from quotedesk.lists.book import Book
from quotedesk.ui.looks.actions import PLAIN_WORDS, WHY_NOT, act, actions_of
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.table.columns import COLUMNS, STATE, SYMBOL, Own
from quotedesk.ui.window import desktop_limits
from quotedesk.ui.window.docking import CORNERS
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.strip_choice import OPACITIES

_ALWAYS = (COLUMNS[SYMBOL].title, STATE.title)
_NOT_OPEN = "the mini strip is not open: Ctrl+M"


class StripMenu(Menu):
    """`own`: the columns of the user's formulas. In the strip itself it also leads back to the windows."""

    def __init__(
        self, book: Book, requests: Requests, own: Callable[[], Own], parent: QWidget, *, is_of_strip: bool = False
    ) -> None:
        super().__init__("&Mini strip", parent)
        self._book = book
        self._choice = choice = requests.strip
        self._requests = requests
        self._own = own
        self._is_of_strip = is_of_strip
        if is_of_strip:
            act(self, "&Back to the window", "Ctrl+M", self._go_back)
        else:
            self.open = self._check_action("&Mini strip", "Ctrl+M", choice.toggle)
        hide = act(self, "&Hide or show the strip", "F10", lambda: choice.hide(not choice.is_hidden))
        hide.setProperty(PLAIN_WORDS, "Hide or show the mini strip")
        self._filled: tuple[list[str], list[str]] = [], []
        self.addSeparator()
        first = len(self.actions())
        self._lists = self._sub("&List")
        self._columns = self._sub("&Columns")
        titles = self._check_action("Column &titles", "", lambda: choice.choose(has_titles=not choice.state.has_titles))
        titles.setProperty(PLAIN_WORDS, "Mini strip: column titles")
        self._titles = titles
        self._make_opacities()
        self._make_corners()
        if desktop_limits.is_wayland():
            by_hand = act(self, "&Keep it on top\N{HORIZONTAL ELLIPSIS}", "", self._tell_by_hand)
            by_hand.setProperty(PLAIN_WORDS, "Mini strip: keep it on top")
        self._of_open = self.actions()[first:]
        choice.changed.connect(self._check)
        book.listeners.append(self._fill)
        self._fill()

    def release(self) -> None:
        """The window goes: follow the book no longer."""
        if self._fill in self._book.listeners:
            self._book.listeners.remove(self._fill)
        self._choice.changed.disconnect(self._check)

    def all_actions(self) -> list[QAction]:
        """Those with a key, submenus' too."""
        return [each for each in actions_of(self) if not each.shortcut().isEmpty()]

    # Inside

    def _sub(self, title: str) -> Menu:
        menu = Menu(title, self)
        self.addMenu(menu)
        return menu

    def _check_action(self, words: str, keys: str, does: Callable[[], object]) -> QAction:
        action = act(self, words, keys, does)
        action.setCheckable(True)
        return action

    def _make_opacities(self) -> None:
        menu, group = self._sub("&Opacity"), QActionGroup(self)
        self._opacities: dict[int, QAction] = {}
        for percent in OPACITIES:
            action = act(menu, f"{percent} %", "", partial(self._choice.choose, opacity=percent))
            action.setCheckable(True)
            action.setProperty(PLAIN_WORDS, f"Mini strip: {percent} % opaque")
            group.addAction(action)
            self._opacities[percent] = action
        menu.addSeparator()
        turn = act(menu, "&Next", "Ctrl+Alt+B", self._choice.next_opacity)
        turn.setProperty(PLAIN_WORDS, "Mini strip: next opacity")
        if desktop_limits.is_wayland():
            for action in (*self._opacities.values(), turn):
                action.setEnabled(False)
                action.setProperty(WHY_NOT, "Qt cannot make a window see-through on Wayland")

    def _make_corners(self) -> None:
        menu = self._sub("&Dock at")
        self._corners: dict[tuple[str, ...], QAction] = {}
        for edges in CORNERS:
            across, down = edges
            action = act(menu, f"{down.capitalize()} {across}", "", partial(self._choice.choose, edges=edges))
            action.setCheckable(True)
            action.setProperty(PLAIN_WORDS, f"Mini strip: dock at the {down} {across}")
            self._corners[edges] = action
        menu.addSeparator()
        turn = act(menu, "&Next corner", "Ctrl+Alt+K", self._choice.next_corner)
        turn.setProperty(PLAIN_WORDS, "Mini strip: dock at the next corner")
        if desktop_limits.is_wayland():
            for action in (*self._corners.values(), turn):
                action.setEnabled(False)
                action.setProperty(WHY_NOT, desktop_limits.why_not_placed())

    def _fill(self) -> None:
        """The lists and the columns as they are now."""
        lists = [each.name for each in self._book.open_lists]
        columns = [*(each.title for each in COLUMNS), *self._own()]
        if (lists, columns) == self._filled:
            return
        self._filled = lists, columns
        self._lists.clear()
        for name in lists:
            self._named(self._lists, name, f"list {name}", partial(self._choice.choose, shown=name))
        self._columns.clear()
        for title in columns:
            does = partial(self._turn_column, title)
            action = self._named(self._columns, title, f"column {title}", does)
            if title in _ALWAYS:
                action.setEnabled(False)
                action.setProperty(WHY_NOT, "a price without these could mislead")
        self._check()

    def _named(self, menu: QMenu, name: str, words: str, does: Callable[[], object]) -> QAction:
        """An entry of a menu of names that users give."""
        action = act(menu, name.replace("&", "&&"), "", does)
        action.setCheckable(True)
        action.setData(name)
        action.setProperty(PLAIN_WORDS, f"Mini strip: {words.replace('&', '&&')}")
        return action

    def _turn_column(self, title: str) -> None:
        self._choice.show_column(title, title not in self._choice.state.columns)

    def _check(self) -> None:
        state = self._choice.state
        if not self._is_of_strip:
            self.open.setChecked(state.is_open and not self._choice.is_hidden)
        for each in self._of_open:
            each.setEnabled(state.is_open)
            each.setProperty(WHY_NOT, _NOT_OPEN)
        self._titles.setChecked(state.has_titles)
        here = state.shown if state.shown in self._filled[0] else self._filled[0][0]
        for action in self._lists.actions():
            action.setChecked(action.data() == here)
        for action in self._columns.actions():
            action.setChecked(action.data() in (*_ALWAYS, *state.columns))
        for percent, action in self._opacities.items():
            action.setChecked(percent == state.opacity)
        for edges, action in self._corners.items():
            action.setChecked(edges == state.edges)

    def _go_back(self) -> None:
        self._choice.choose(is_open=False)
        self._requests.front.emit(None, None)

    def _tell_by_hand(self) -> None:
        self._requests.told.emit(desktop_limits.why_not_on_top())

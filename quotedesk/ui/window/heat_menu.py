"""The heat map's place in the View menu: shown or not, and what its areas stand for."""

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from quotedesk.ui.heat.areas import Area
from quotedesk.ui.looks.actions import PLAIN_WORDS, WHY_NOT, act
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.window.watchlist_panel import WatchlistPanel

_NAMES = {Area.TURNOVER: "Area by &turnover", Area.EQUAL: "All tiles a&like"}


class HeatMenu(Menu):
    """The actions of one panel's heat map.

    Attributes:
        open: shows it, and the table again.
    """

    def __init__(self, panel: WatchlistPanel, parent: QMenu) -> None:
        super().__init__("Heat ma&p", parent)
        self._heat = panel.heat
        self._panel = panel
        self.open = act(self, "&Heat map", "Ctrl+Shift+G", lambda: panel.show_heat(self.open.isChecked()))
        self.open.setCheckable(True)
        self._next = act(self, "&Next tile size", "Ctrl+Alt+Shift+H", self._turn)
        self._next.setProperty(PLAIN_WORDS, "Heat map: next tile size")
        self.addSeparator()
        group = QActionGroup(self)
        self._areas: dict[Area, QAction] = {}
        for area, name in _NAMES.items():
            action = self._areas[area] = self.addAction(name)
            action.setCheckable(True)
            action.triggered.connect(lambda checked=False, area=area: self._choose(area))
            group.addAction(action)
        for each in (self._next, *self._areas.values()):
            each.setProperty(WHY_NOT, f"open the heat map first: {self.open.shortcut().toString()}")
        panel.heat_turned.connect(self._show)
        self._show(False)

    def state(self) -> str:
        """What tiles stand for; "" while there are none. For `restore`."""
        return self._heat.area.value if self.open.isChecked() else ""

    def restore(self, state: str) -> None:
        """Be as it was; what makes no sense leaves the table."""
        if state in {area.value for area in Area}:
            self._choose(Area(state))
            self._panel.show_heat(True)

    def _show(self, on: bool) -> None:
        self.open.setChecked(on)
        self._next.setEnabled(on)
        for area, action in self._areas.items():
            action.setEnabled(on)
            action.setChecked(area is self._heat.area)

    def _choose(self, area: Area) -> None:
        self._heat.area = area
        self._areas[area].setChecked(True)

    def _turn(self) -> None:
        self._choose(Area.EQUAL if self._heat.area is Area.TURNOVER else Area.TURNOVER)

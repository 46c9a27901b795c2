"""How a window is, as one value, to be kept and restored: place, size, columns, shown list, orders, always on top."""

import contextlib
from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QMenu, QWidget

from quotedesk.config.window_file import WindowState
from quotedesk.lists.book import Book
from quotedesk.ui.looks.actions import act
from quotedesk.ui.table.columns import SortOrder, sorting, sorting_text
from quotedesk.ui.window import desktop_limits
from quotedesk.ui.window.chart_pane import ChartPane
from quotedesk.ui.window.heat_menu import HeatMenu
from quotedesk.ui.window.link_groups import LinkPart
from quotedesk.ui.window.list_menu import ListMenu
from quotedesk.ui.window.watchlist_panel import WatchlistPanel

_ONCE_USUAL = ("Symbol", "State", "Last", "Chg", "Chg %", "Size", "Trend", "Time")


class WindowStateKeeper:
    """Saves and restores one window.

    Attributes:
        on_top: the action that keeps the window above others; it goes into `menu`. On Wayland, where a program may not,
            it tells how the desktop does.
    """

    def __init__(
        self,
        window: QWidget,
        book: Book,
        panel: WatchlistPanel,
        lists: ListMenu,
        menu: QMenu,
        chart: ChartPane,
        heat: HeatMenu,
        link: LinkPart,
        tell: Callable[[str], object],
    ) -> None:
        self._window = window
        self._book = book
        self._panel = panel
        self._lists = lists
        self._chart = chart
        self._heat = heat
        self._link = link
        self._tell = tell
        self._was_on_top = False
        if desktop_limits.is_wayland():
            self.on_top = act(menu, "&Always on top\N{HORIZONTAL ELLIPSIS}", "Ctrl+Alt+T", self._tell_by_hand)
        else:
            self.on_top = act(menu, "&Always on top", "Ctrl+Alt+T", lambda: self._keep_on_top(self.on_top.isChecked()))
            self.on_top.setCheckable(True)

    def state(self) -> WindowState:
        """How it is now."""
        header = self._panel.table.header
        return WindowState(
            geometry=bytes(self._window.saveGeometry().toBase64().data()).decode("ascii"),
            widths_px=header.widths_px(),
            shown=self._panel.watchlist.name,
            sorts={name: sorting_text(sorted_by) for name, sorted_by in self._panel.views.sortings().items()},
            on_top=self.on_top.isChecked() if self.on_top.isCheckable() else self._was_on_top,
            chart=self._chart.state(),
            heat=self._heat.state(),
            link=self._link.link,
        )

    def restore(self, state: WindowState) -> None:
        """Be as it was then; what makes no sense any more is left as it is. To be called before it is shown."""
        self._window.restoreGeometry(QByteArray.fromBase64(state.geometry.encode("ascii", "replace")))
        self._panel.table.header.set_widths(state.widths_px)
        self._chart.restore(state.chart)
        self._heat.restore(state.heat)
        self._give_columns(state.columns)
        self._was_on_top = state.on_top
        if self.on_top.isCheckable():
            self._keep_on_top(state.on_top)
        sortings: dict[str, SortOrder | None] = {}
        for name, text in state.sorts.items():
            with contextlib.suppress(ValueError):  # a column that is no more
                sortings[name] = sorting(text, self._panel.model.own()) if text else None
        self._panel.views.sort(sortings)
        shown = self._book.named(state.shown)
        if shown is not None and shown.is_open:
            self._lists.show_list(shown)
        self._link.choose(state.link)

    def _give_columns(self, names: tuple[str, ...]) -> None:
        """The order of the columns that a version before gave to all lists of a window; the usual one says nothing."""
        if names and names != _ONCE_USUAL:
            for each in self._book.lists:
                if not each.columns:
                    each.show_columns(names + tuple(name for name in _ONCE_USUAL if name not in names))

    def _tell_by_hand(self) -> None:
        self._tell(desktop_limits.why_not_on_top())

    def _keep_on_top(self, on: bool) -> None:
        is_shown = self._window.isVisible()
        self.on_top.setChecked(on)
        if on != bool(self._window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint):
            self._window.setWindowFlag(Qt.WindowType.WindowStaysOnTopHint, on)
            if is_shown:
                self._window.show()  # which changing a flag has undone

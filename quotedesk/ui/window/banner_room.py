"""When banners come and go: they change the room of the rows, and so never do under the hand."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from quotedesk.ui.alerts.alert_banner import AlertBanner
from quotedesk.ui.table.repaint import RepaintClock
from quotedesk.ui.window.banner import Banner
from quotedesk.ui.window.watchlist_panel import WatchlistPanel


class BannerRoom(QObject):
    """Shows the banners of a window that are wanted, and hides the others."""

    def __init__(
        self, banner: Banner, alert_banner: AlertBanner, panel: WatchlistPanel, repaint_clock: RepaintClock
    ) -> None:
        super().__init__(panel)
        self._banner = banner
        self._banners = banner, alert_banner
        self._panel = panel
        self._repaint_clock = repaint_clock
        panel.add_line.opened_or_closed.connect(self.look)
        repaint_clock.second.connect(self.second)

    def look(self) -> None:
        """Show or hide them, or look again in a second."""
        self._repaint_clock.counting = self._banner.counts
        window = self._panel.window()
        for banner in self._banners:
            wanted = banner.is_wanted
            if wanted == banner.isVisibleTo(window):
                continue
            if self._panel.is_busy or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
                self._repaint_clock.counting = True
                continue
            if not wanted and banner.isAncestorOf(window.focusWidget() or window):
                self._panel.table.setFocus()
            banner.setVisible(wanted)

    def second(self) -> None:
        """A second is over."""
        self._banner.count()
        self.look()

    def see_plan(self, slots: int | None) -> None:
        """The user has read what the plan carries, in whatever window."""
        self._banner.note_seen(slots)
        self.look()

"""What a window says of the feeds and their links: the banner, the status bar, and the window of the feeds."""

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from quotedesk.market.clock import Clock
from quotedesk.ui.dialogs.feeds_window import FeedsWindow
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.window.banner import Banner
from quotedesk.ui.window.feed_view import FeedView
from quotedesk.ui.window.link_text import overview
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.status_bar import StatusBar


class FeedStatus(QObject):
    """Shows a FeedView where a window has room for it.

    `titles`: of all feeds that are known.

    Attributes:
        banner, status_bar: its parts.
        view: the feeds as they are now.
    """

    def __init__(
        self, titles: Mapping[str, str], appearance: Appearance, clock: Clock, requests: Requests, window: QWidget
    ) -> None:
        super().__init__(window)
        self.view = FeedView()
        self._titles = titles
        self._appearance = appearance
        self._clock = clock
        self._requests = requests
        self._window = window
        self._shown_feed = ""
        self._feeds_window: FeedsWindow | None = None
        self.banner = Banner(appearance, clock, requests.plans_seen)
        self.banner.hide()
        self.banner.retry.clicked.connect(requests.retry)
        self.banner.token_wanted.connect(requests.token_of)
        self.banner.plan_seen.connect(requests.plan_seen)
        self.status_bar = StatusBar(appearance, clock, titles)
        self.status_bar.fetching_stopped.connect(requests.fetching_stopped)

    def show(self, view: FeedView) -> None:
        """The feeds are so now; lost links are for the banner, which does not show itself."""
        before, self.view = self.view, view
        if view.links != before.links:
            self.name(self._shown_feed)
            self.status_bar.show_links(view.links)
            self.banner.show_links(view.links)
        self.banner.show_plan(view.slots, view.parked)
        self.status_bar.show_plan(view.used, view.slots, view.parked)
        self.status_bar.show_fetching(view.fetching)
        self.status_bar.show_readers(*view.readers)
        if self._feeds_window is not None:
            self._feeds_window.show_feeds(overview(self._titles, view, self._clock))

    def name(self, feed: str) -> None:
        """Say in the status bar that the shown list has its prices of this feed, and through whom."""
        self._shown_feed = feed
        relay = next((link.through for link in self.view.links if link.feed == feed and link.through), "")
        title = self._titles.get(feed, feed)
        self.status_bar.show_feed(f"{title}, through the relay of {relay}" if relay else title)

    def open(self) -> None:
        """Show which feeds are known, where their keys come from, and how their links are."""
        if self._feeds_window is None:
            self._feeds_window = FeedsWindow(self._appearance, self._window)
            self._feeds_window.finished.connect(self._forget)
            self._feeds_window.show_feeds(overview(self._titles, self.view, self._clock))
            self._feeds_window.show()
        else:
            self._feeds_window.raise_()
            self._feeds_window.activateWindow()
        self._requests.origins.emit()

    def _forget(self) -> None:
        self._feeds_window = None

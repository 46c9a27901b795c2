"""What a window says of the feeds and their links: the banner, the status bar, and the window of the feeds."""

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from quotedesk.codec import BUILT_IN
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.clock import Clock
from quotedesk.ui.dialogs.feeds_window import FeedsWindow
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.window.banner import Banner
from quotedesk.ui.window.feed_view import FeedView
from quotedesk.ui.window.link_text import overview
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.status_bar import StatusBar

_MOST_NAMED = 3


def feeds_of(watchlist: Watchlist) -> list[str]:
    """Of which feeds the rows are: made-up prices first, then the list's own feed, then those of the most rows.

    The list's own where it has no rows.
    """
    counts = Counter(row.feed for row in watchlist.instruments)
    return sorted(counts, key=lambda feed: (feed != BUILT_IN, feed != watchlist.feed, -counts[feed])) or [
        watchlist.feed
    ]


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
        self._shown = Watchlist()
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
            self.name(self._shown)
            self.status_bar.show_links(view.links)
            self.banner.show_links(view.links)
        self.banner.show_plan(view.slots, view.parked)
        self.status_bar.show_plan(view.used, view.slots, view.parked)
        self.status_bar.show_fetching(view.fetching)
        self.status_bar.show_readers(*view.readers)
        if self._feeds_window is not None:
            self._feeds_window.show_feeds(overview(self._titles, view, self._clock))

    def name(self, watchlist: Watchlist) -> str:
        """Say in the status bar of which feeds the rows of the shown list are, and through whom; returns the feeds."""
        self._shown = watchlist
        feeds = feeds_of(watchlist)
        words = self._titles.get(feeds[0], feeds[0])
        if len(feeds) > _MOST_NAMED:
            words = f"{words} + {len(feeds) - 1} more feeds"
        else:
            words = " + ".join(self._titles.get(each, each) for each in feeds)
        relays = {link.feed: link.through for link in self.view.links if link.feed in feeds and link.through}
        partly = "partly " if len(relays) < len(feeds) else ""
        relay = next(iter(relays.values()), "")
        self.status_bar.show_feed(f"{words}, {partly}through the relay of {relay}" if relay else words)
        return words

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

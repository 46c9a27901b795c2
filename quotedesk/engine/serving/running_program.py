"""What a running program tells readers of itself."""

from collections.abc import Callable

from quotedesk.engine.feeds import Feeds
from quotedesk.engine.source import Sources
from quotedesk.market.instrument import Instrument


class RunningProgram:
    """See serving.ServedProgram. `default_feed` gives that of new lists, as it is now."""

    def __init__(self, feeds: Feeds, sources: Sources, default_feed: Callable[[], str]) -> None:
        self.default_feed = default_feed
        self._feeds = feeds
        self._sources = sources

    def base_of(self, feed: str) -> str | None:
        return self._sources.of(feed).base

    def is_recorded(self, feed: str) -> bool:
        return self._sources.of(feed).is_recorded

    def is_wanted(self, instrument: Instrument) -> bool:
        return self._feeds.is_wanted(instrument)

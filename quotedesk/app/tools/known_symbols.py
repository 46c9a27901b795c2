"""The symbols that are known of each feed: those that ship with the program, and those that were fetched."""

from quotedesk.app.prepared import Prepared
from quotedesk.app.process.faults import log
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.config import directory_file
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.lists.book import Book
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory


class KnownSymbols:
    """One for a run.

    Attributes:
        directories: as the windows search them.
        store: what was fetched.
    """

    def __init__(self, prepared: Prepared, book: Book) -> None:
        self._prepared = prepared
        self._told = ""
        self.store = DirectoryStore(prepared.profile.directories)
        self.directories = Directories(
            {name: prepared.sources.of(name).title for name in FEEDS},
            self._load,
            venues={name: feed.venue for name, feed in FEEDS.items()},
            others=[name for name, feed in FEEDS.items() if not feed.provider.needs_key and not feed.is_built_in],
            link_of=lambda one: f"{one.feed} {FEEDS[one.feed].provider.endpoint(one.code)}",
        )
        self.directories.in_use = lambda: dict.fromkeys(each.feed for each in book.wanted())

    def tell(self, windows: Windows) -> None:
        """A file of symbols that cannot be used is told once, whenever that is met. To be called now and then."""
        if (told := self.store.report) != self._told:
            self._told = told
            log.warning("%s", told)
            windows.show_notice(told, is_error=True)

    def close(self) -> None:
        """The run is over."""
        self.store.close()

    def _load(self, feed: str) -> SymbolDirectory:
        """Those of a feed, with how others call them."""
        directory, report = directory_file.directory_of(FEEDS[feed].provider, feed, self.store)
        self._prepared.report(report)
        return directory

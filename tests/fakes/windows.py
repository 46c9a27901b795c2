"""A window, with everything that it stands on, in one call."""

from collections.abc import Iterable, Mapping

from quotedesk.app.windows import Windows
from quotedesk.lists.book import Book
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.mini_strip import MiniStrip
from quotedesk.ui.window.window import Window

FEEDS = {"demo": "Demo feed", "alltick": "AllTick", "other": "Another feed"}


def windows_on(book: Book, quotes: Quotes, clock: Clock, feeds: Mapping[str, str] = FEEDS) -> Windows:
    """No window yet: `open` makes one. `feeds`: those that are known, name -> title."""
    looks, directories = Appearance(), Directories(feeds, lambda feed: SymbolDirectory())
    return Windows(
        Undo(book),
        lambda undo, requests: Window(book, undo, quotes, clock, directories, looks, requests),
        lambda undo, requests: MiniStrip(book, undo, quotes, clock, directories, looks, requests),
    )


def book_of(feed: str, codes: Iterable[str]) -> Book:
    """One list."""
    return Book(Instrument(feed, code) for code in codes)

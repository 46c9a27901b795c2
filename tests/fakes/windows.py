"""A window, with everything that it stands on, in one call."""

from collections.abc import Iterable

from quotedesk.app.windows import Windows
from quotedesk.lists.book import Book
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.window import Window


def windows_on(book: Book, quotes: Quotes, clock: Clock, feed: str, title: str = "A feed") -> Windows:
    """No window yet: `open` makes one."""
    looks = Appearance()
    return Windows(Undo(book), lambda undo: Window(book, undo, quotes, clock, feed, title, appearance=looks))


def book_of(feed: str, codes: Iterable[str]) -> Book:
    """One list."""
    return Book(Instrument(feed, code) for code in codes)

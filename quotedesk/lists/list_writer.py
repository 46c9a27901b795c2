"""How the symbols of a list are written for other programs, and for our own, so that each is read back as itself."""

import re
from collections.abc import Callable, Iterable, Mapping

from quotedesk.formats import titles
from quotedesk.formats.base import Named
from quotedesk.lists.list_reader import ListReader
from quotedesk.lists.section import Row, Section
from quotedesk.lists.symbol_directory import Directories
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.errors import BadSymbolError
from quotedesk.market.instrument import Instrument, shown
from quotedesk.market.symbology import OURS

# What no format takes for anything but a symbol: capitals and digits, a letter among them.
_USUAL_CODE = re.compile(r"(?=.*[A-Z])[A-Z0-9]+(?:[-._/][A-Z0-9]+)*")


class ListWriter:
    """Names the symbols of lists of one feed; those of other feeds say theirs, CODE@FEED."""

    def __init__(self, feed: str, directories: Directories) -> None:
        self._feed = feed
        self._directories = directories
        self._reader = ListReader(Watchlist(feed=feed), directories)

    def named(self, instrument: Instrument, figures: Mapping[str, str] = {}) -> Named:
        """A symbol as the formats write it."""
        text = shown(instrument, self._feed)
        venue, ticker = self._directories.of(instrument.feed).symbology.listed(instrument.code)
        is_usual = venue != OURS or _looks_usual(instrument.code)
        is_clear = is_usual and self._leads_back("", text, instrument)
        # Other programs have no feeds: only of the list's own may they say an exchange.
        if instrument.feed != self._feed or not self._leads_back(venue, ticker, instrument):
            venue, ticker = OURS, text
        return Named(text, venue, ticker, dict(figures), is_clear)

    def rows(
        self, rows: Iterable[Row], figures: Callable[[Instrument], Mapping[str, str]] = lambda instrument: {}
    ) -> list[Named | str]:
        """The rows of a list as the formats write them; a section by its name."""
        return [row.name if isinstance(row, Section) else self.named(row, figures(row)) for row in rows]

    def is_guess(self, instrument: Instrument) -> bool:
        """Is the exchange that others are told one of several that it may be?"""
        return instrument.feed == self._feed and self._directories.of(self._feed).symbology.is_guess(instrument.code)

    def _leads_back(self, venue: str, ticker: str, instrument: Instrument) -> bool:
        try:
            return self._reader.named(venue, ticker) == instrument
        except BadSymbolError:
            return False


def _looks_usual(code: str) -> bool:
    return _USUAL_CODE.fullmatch(code) is not None and not titles.is_symbol(code)

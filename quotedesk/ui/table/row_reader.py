"""All that is known of a row: its numbers, what it is called, what the user said about it, what its alerts do."""

import math
from collections.abc import Callable, Sequence

from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.lists.saved import Flag
from quotedesk.lists.symbol_directory import Directories
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument, shown
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import NAME, VENUE, Column, RowSnapshot, read
from quotedesk.ui.table.row_text import waits_for

_KNOWN_FOR_S = 60.0  # names and venues; a directory may be fetched anew


class RowReader:
    """Reads instruments as rows of one list.

    Attributes:
        feed: the list's own, which a code need not name.
        quotes: where the numbers are.
        directories: the known symbols of each feed, and how others call them.
        flag_of, note_of: what the user said about a symbol; None and "" for nothing.
        trace_of: what proves a row's subscription, and what became of its ticks; None where nothing is known.
        bell_of, rings, bells_of: of a row's alerts: its mark, whether one fired unseen, and what they do in words.
    """

    def __init__(self, quotes: Quotes, clock: Clock, directories: Directories) -> None:
        self.feed = ""
        self.quotes = quotes
        self.directories = directories
        self.flag_of: Callable[[Instrument], Flag | None] = lambda instrument: None
        self.note_of: Callable[[Instrument], str] = lambda instrument: ""
        self.trace_of: Callable[[Instrument], tuple[Trace | None, Continuity | None]] = lambda instrument: (None, None)
        self.bell_of: Callable[[Instrument], tuple[str, str] | None] = lambda instrument: None
        self.rings: Callable[[Instrument], bool] = lambda instrument: False
        self.bells_of: Callable[[Instrument], Sequence[str]] = lambda instrument: ()
        self._clock = clock
        self._known_as: dict[Instrument, tuple[str, str]] = {}
        self._known_as_s = -math.inf

    def read(self, instrument: Instrument) -> RowSnapshot:
        """An instrument's numbers now, and what the user said about it."""
        now_s = self._clock.now_s()
        if now_s - self._known_as_s > _KNOWN_FOR_S:
            self._known_as.clear()
            self._known_as_s = now_s
        name, venue = self._known_as.get(instrument) or self._look_up(instrument)
        reading = read(self.quotes, instrument, now_s, name, self._clock.utc_s(now_s))
        reading.code = shown(instrument, self.feed)
        reading.venue = venue
        reading.flag, reading.note = self.flag_of(instrument), self.note_of(instrument)
        reading.bell, reading.rings = self.bell_of(instrument), self.rings(instrument)
        if reading.state is RowState.PENDING and not reading.reason:
            reading.reason = waits_for(self.trace_of(instrument)[0], now_s - reading.since_s)
        return reading

    def words(self, column: Column, instrument: Instrument) -> str:
        """What a column of words says of a row, to be sorted by."""
        if column is NAME:
            return (self._known_as.get(instrument) or self._look_up(instrument))[0].casefold()
        if column is VENUE:
            return (self._known_as.get(instrument) or self._look_up(instrument))[1]
        return shown(instrument, self.feed)

    def _look_up(self, instrument: Instrument) -> tuple[str, str]:
        """What stands beside the symbol, and in Venue: its directory is on disk, and a row is painted often.

        Where the name alone misleads, venue and kind stand in its place: "Bybit perpetual on Tesla, not the share".
        """
        venue, listing = self.directories.described(instrument), self.directories.listing(instrument)
        name = "" if listing is None else venue if listing.note or not listing.name else listing.name
        self._known_as[instrument] = name, venue
        return name, venue

"""What the command line asked for, checked: the one value that main runs on."""

from pathlib import Path

from quotedesk.codec import MARKETS
from quotedesk.engine.options import SourceOptions
from quotedesk.market.instrument import Instrument


class Options(SourceOptions, frozen=True, kw_only=True):
    """A run of the program with a window.

    Attributes:
        feed: the feed's name; None for the one used last.
        profile: the folder with all state; None for the system's place.
        symbols: replace the rows of the feed's list; an instrument without a feed is of that feed. None leaves them.
        screenshot: where to save a picture of the window just before the end.
        quit_after_s: when to end by itself.
        stats: where to keep the figures.
        size_px: width and height of the window; None for the usual one.
        sort: COLUMN or COLUMN:desc; None for the order of the last run.
        chart: the chart to open: its instrument (of the list's feed where it says none) and range; None for as it was.
        record: a file to record the whole run to.
        is_tour: there is no screen and nothing else was asked for: print live figures, save a picture, end.
    """

    feed: str | None = None
    profile: Path | None = None
    symbols: tuple[Instrument, ...] | None = None
    screenshot: Path | None = None
    quit_after_s: float | None = None
    stats: Path | None = None
    size_px: tuple[int, int] | None = None
    sort: str | None = None
    chart: tuple[Instrument, str] | None = None
    record: Path | None = None
    is_tour: bool = False

    @property
    def says_what(self) -> bool:
        """Was it said what is to be shown, so that nobody need be asked? Servers in place of markets do not say it."""
        said = (self.feed, self.symbols, self.replay)
        is_served = bool(self.urls) and self.urls.keys().isdisjoint(MARKETS)
        return self.is_tour or is_served or bool(self.relay) or any(each is not None for each in said)

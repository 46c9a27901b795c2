"""What comes back at the next start: the windows as they were left, and each row's last price."""

import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt

from quotedesk.app.options import Options
from quotedesk.app.process.faults import log
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.config import prices_file, window_file
from quotedesk.config.kept_file import NewerFileError, UntouchedError
from quotedesk.config.paths import Profile
from quotedesk.config.prices_file import LastPrice
from quotedesk.config.window_file import DesktopState, WindowState
from quotedesk.engine.source import Sources
from quotedesk.lists.book import Book
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes

PRICES_EVERY_S = 60
MOST_WINDOWS = 16


class Restore:
    """Keeps both in the profile. A failure to write is told once, in the log: nothing of the user's is lost by it."""

    def __init__(self, profile: Profile, quotes: Quotes) -> None:
        self._profile = profile
        self._quotes = quotes
        self._kept: DesktopState | None = None  # None: the file is not to be touched
        self._unopened: tuple[WindowState, ...] = ()  # more than can be shown: kept as they are
        self._newer: set[str] = set()  # the feeds whose prices a newer program keeps
        self._failed = False

    def open_windows(self, windows: Windows, options: Options) -> str:
        """Let them be as they were left, but for what the options say. Returns a report ("" where all is well)."""
        try:
            kept, report = window_file.load(self._profile.window)
        except UntouchedError as fault:
            kept, report = DesktopState(), str(fault)
        else:
            self._kept = kept
        states, self._unopened = kept.windows[:MOST_WINDOWS], kept.windows[MOST_WINDOWS:]
        if self._unopened:
            many = f"{MOST_WINDOWS} of {MOST_WINDOWS + len(self._unopened)} windows"
            report = f"{report} {many} are open; the others are kept for a start with fewer.".strip()
        windows.requests.groups.restore(kept.group_symbols)
        for state in states:
            windows.open(state)
        windows.requests.strip.choose(kept.strip)
        first = windows.all[0]
        if options.size_px:
            first.setWindowState(Qt.WindowState.WindowNoState)
            first.resize(*options.size_px)
        if options.sort is not None:
            first.sort(options.sort)
        return report

    def recall_all(self, sources: Sources) -> list[str]:
        """Give all rows the prices they had, but those of a recording. Returns reports."""
        return [self.recall(feed) for feed in FEEDS if not sources.of(feed).is_recorded]

    def recall(self, feed: str) -> str:
        """Give the rows of a feed the prices they had. Returns a report ("" where all is well)."""
        try:
            prices, report = prices_file.load(self._profile.prices(feed))
        except NewerFileError as fault:
            self._newer.add(feed)
            return str(fault)
        for each in prices:
            time_utc_s = math.nan if each.time_utc_s is None else each.time_utc_s
            self._quotes.remember(Instrument(feed, each.code), each.price, each.decimals, time_utc_s)
        return report

    def keep_windows(self, windows: Windows) -> None:
        """Save how they are, if that is new."""
        if self._kept is None:
            return
        kept = DesktopState(
            windows.states() + self._unopened, windows.strip_state(), windows.requests.groups.symbols_to_keep()
        )
        if kept != self._kept:
            self._kept = kept
            self._try(lambda: window_file.save(self._profile.window, kept))

    def keep_all_prices(self, book: Book, sources: Sources) -> None:
        """Save the last price of each row, for the next run."""
        by_feed: dict[str, list[Instrument]] = {}
        for instrument in book.wanted():
            by_feed.setdefault(instrument.feed, []).append(instrument)
        for feed, instruments in by_feed.items():
            if feed in FEEDS and not sources.of(feed).is_recorded:
                self.keep_prices(feed, instruments)

    def keep_prices(self, feed: str, instruments: Iterable[Instrument]) -> None:
        """Save the last price of each row that has one."""
        if feed in self._newer:
            return
        quotes = self._quotes
        price, decimals, time = quotes["last"], quotes.price_decimals, quotes.time_utc_s
        prices = []
        for instrument in instruments:
            slot = self._quotes.slot(instrument)
            if math.isfinite(value := float(price[slot])):
                time_utc_s = float(time[slot])
                known = time_utc_s if math.isfinite(time_utc_s) else None
                prices.append(LastPrice(instrument.code, value, int(decimals[slot]), known))
        self._try(lambda: prices_file.save(self._profile.prices(feed), prices_file.encoded(prices)))

    def _try(self, save: Callable[[], None]) -> None:
        try:
            save()
        except OSError:
            if not self._failed:
                log.exception("the windows or the last prices could not be saved")
            self._failed = True

"""What comes back at the next start: the window as it was left, and each row's last price."""

import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt

from quotedesk.app.faults import log
from quotedesk.app.options import Options
from quotedesk.config import prices_file, window_file
from quotedesk.config.kept_file import NewerFileError
from quotedesk.config.paths import Profile
from quotedesk.config.prices_file import LastPrice
from quotedesk.config.window_file import WindowState
from quotedesk.market.instrument import Instrument
from quotedesk.store.quotes import Quotes
from quotedesk.ui.window import Window

PRICES_EVERY_S = 60
_SORT_AGAIN_S = 3  # after the start: by then most rows have a price to be sorted by


class Remembered:
    """Keeps both in the profile. A failure to write is told once, in the log: nothing of the user's is lost by it."""

    def __init__(self, profile: Profile, quotes: Quotes) -> None:
        self._profile = profile
        self._quotes = quotes
        self._kept: WindowState | None = None  # None: the file is a newer program's
        self._first_sort = ""  # the order at the start, by what was known then
        self._failed = False

    def open_window(self, window: Window, options: Options) -> str:
        """Let the window be as it was left, but for what the options say. Returns a report ("" where all is well)."""
        try:
            state, report = window_file.load(self._profile.window)
        except NewerFileError as fault:
            state, report = WindowState(), str(fault)
        else:
            self._kept = state
        window.restore(state)
        if options.size_px:
            window.setWindowState(Qt.WindowState.WindowNoState)
            window.resize(*options.size_px)
        if options.sort is not None:
            window.sort(options.sort)
        self._first_sort = window.state().sort
        return report

    def recall(self, feed: str) -> str:
        """Give the rows of a feed the prices they had. Returns a report ("" where all is well)."""
        prices, report = prices_file.load(self._profile.prices(feed))
        for each in prices:
            if math.isfinite(each.price):
                time_utc_s = math.nan if each.time_utc_s is None else each.time_utc_s
                self._quotes.remember(Instrument(feed, each.code), each.price, each.decimals, time_utc_s)
        return report

    def second(self, number: int, window: Window) -> None:
        """Once a second: keep the window as it is, if that is new."""
        if number == _SORT_AGAIN_S and window.state().sort == self._first_sort:
            window.sort_again()
        self.keep_window(window)

    def keep_window(self, window: Window) -> None:
        """Save how the window is, if that is new."""
        if self._kept is not None and (state := window.state()) != self._kept:
            self._kept = state
            self._try(lambda: window_file.save(self._profile.window, state))

    def keep_prices(self, feed: str, instruments: Iterable[Instrument]) -> None:
        """Save the last price of each row that has one."""
        price, decimals, time = (self._quotes[name] for name in ("price", "decimals", "time_utc_s"))
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
                log.exception("the window or the last prices could not be saved")
            self._failed = True

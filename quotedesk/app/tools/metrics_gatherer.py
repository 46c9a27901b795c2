"""The figures of a run, gathered from its parts."""

import asyncio

from PySide6.QtCore import Qt, QTimer

from quotedesk.app.tools import metrics as stats
from quotedesk.engine.feeds import Feeds
from quotedesk.lists.book import Book
from quotedesk.market.clock import Clock
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.window.window import Window

_PROBE_MS = 100


class MetricsGatherer:
    """To be made when the program starts: its age counts from the start of the process."""

    def __init__(self, clock: Clock, book: Book, quotes: Quotes, quoted: Clock | None = None) -> None:
        """`quoted`: by which quotes were received, where it is another: that of a recording."""
        self._clock = clock
        self._book = book
        self._quotes = quotes
        self._began_s = clock.now_s() - stats.process_age_s()
        self._lag = stats.Lag()
        self._texts = stats.QuoteTexts(quotes, quoted or clock)

    async def probe_lag(self) -> None:
        """Find out how late the loop is, until cancelled."""
        timer = QTimer(interval=_PROBE_MS, timerType=Qt.TimerType.PreciseTimer)  # a task that sleeps costs five times
        every_s = _PROBE_MS / 1000
        due_s = self._clock.now_s() + every_s

        def look() -> None:
            nonlocal due_s
            now_s = self._clock.now_s()
            late_s = now_s - due_s
            self._lag.add(late_s)
            # Qt stays with its beat, leaving out what it missed: else the look after a late one would seem early.
            due_s = min(due_s + every_s * (1 + max(0, late_s // every_s)), now_s + every_s)

        timer.timeout.connect(look)
        timer.start()
        try:
            await asyncio.Event().wait()
        finally:
            timer.stop()

    def gather(self, feeds: Feeds, window: Window, first_quote_s: float | None) -> stats.Stats:
        """All of them, as they are now; texts of quotes are those of the last `look_at_quotes`."""
        clock = window.repaint_clock
        return stats.gather(
            feeds.sessions,
            self._book.wanted([window.watchlist]),
            self._quotes,
            self._texts.made,
            window.watchlist.feed,
            clock.paint_stats(),
            clock.age_stats(),
            self._lag,
            stats.Startup(self._since_start_ms(window.first_paint_s), self._since_start_ms(first_quote_s)),
        )

    def look_at_quotes(self, *, all_of_them: bool = False) -> None:
        """Make the texts of quotes that changed, as many as do not hold up the loop, or all."""
        wanted = self._book.wanted()
        if all_of_them:
            self._texts.look(wanted, None)
        else:
            self._texts.look(wanted)

    def tour_line(self, feeds: Feeds) -> str:
        """A few in a line, for a user without a screen."""
        counts = [session.counts for session in feeds.sessions]
        wanted = self._book.wanted()
        states = [feeds.state_word(instrument) for instrument in wanted]
        first = wanted[0] if wanted else None
        shown = f"  {first.code} {self._quotes.number('last', self._quotes.slot(first)).text or '--'}" if first else ""
        return (
            f"{sum(word in ('live', 'quiet', 'closed') for word in states)} live of {len(states)} wanted  "
            f"{sum(each.applied.total() for each in counts)} ticks{shown}"
        )

    def _since_start_ms(self, at_s: float | None) -> float | None:
        return None if at_s is None else round((at_s - self._began_s) * 1000, 1)

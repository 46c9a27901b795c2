"""The figures of a run where they are read: the file of --stats, Diagnostics, a report of a problem, the tour."""

from collections.abc import Callable
from pathlib import Path

from quotedesk.app.process.faults import log
from quotedesk.app.tools import metrics
from quotedesk.app.tools.diagnostics import lines_of, link_line, trace_line
from quotedesk.app.tools.metrics_gatherer import MetricsGatherer
from quotedesk.app.windows import Windows
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.services import Services
from quotedesk.lists.book import Book
from quotedesk.market.instrument import shown

Line = tuple[str, str]  # name and value


class RunFigures:
    """One for a run, made when its feeds are. `file`: None where none is kept. `readers`: lines on who reads quotes."""

    def __init__(
        self,
        gatherer: MetricsGatherer,
        services: Services,
        feeds: Feeds,
        windows: Windows,
        book: Book,
        file: Path | None,
        readers: Callable[[], list[Line]],
    ) -> None:
        self._gatherer = gatherer
        self._services = services
        self._feeds = feeds
        self._windows = windows
        self._book = book
        self._file = file
        self._readers = readers
        self._fault = ""  # why the file could not be written the last time

    def keep(self, *, is_last: bool = False) -> None:
        """Write the file."""
        if self._file is not None:
            try:
                self._gatherer.look_at_quotes(all_of_them=is_last)
                window = self._windows.all[0]
                metrics.write(self._file, self._gatherer.gather(self._feeds, window, self._services.first_quote_s))
            except OSError as fault:
                if str(fault) != self._fault:  # told once, not each second
                    self._fault = str(fault)
                    log.warning("--stats: %s", fault)
            else:
                self._fault = ""

    def lines(self) -> list[Line]:
        """For Diagnostics."""
        feeds, own, clock = self._feeds, self._windows.front.watchlist.feed, self._services.clock
        now_s = clock.now_s()
        by_name = {shown(each, own): each for each in self._book.wanted()}

        def trace_of(name: str) -> str:
            row = by_name.get(name)
            return trace_line(feeds.state_word(row), *feeds.trace_of(row), now_s, clock) if row else ""

        trips_s = {each.status.name: each.round_trip.last_s for each in feeds.sessions}
        links = {
            each.status.name: link_line(each.status, each.outage_s, clock, each.quota.limit) for each in feeds.sessions
        }
        lines = lines_of(self._of_front(), feeds.messages.per_s, trips_s, feeds.addresses, trace_of, links)
        return [*lines, *self._readers()]

    def report_lines(self) -> list[Line]:
        """The same without the rows: what somebody watches is nobody's business."""
        figures = self._of_front()
        return [
            line for line in self.lines() if line[0] not in figures.symbols and line[0] not in figures.applied_by_code
        ]

    def tell(self, second: int) -> None:
        """Print a line of the tour."""
        print(f"{second:2d} s  {self._gatherer.tour_line(self._feeds)}", flush=True)

    def _of_front(self) -> metrics.Stats:
        return self._gatherer.gather(self._feeds, self._windows.front, self._services.first_quote_s)

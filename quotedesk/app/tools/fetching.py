"""What streams do not tell is asked for beside them; charts and trend lines reach back by it."""

from collections.abc import Callable, Sequence

from quotedesk.app.process.faults import log
from quotedesk.app.tools.known_symbols import KnownSymbols
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.config.paths import Profile
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.config.settings import SettingsFile, TrendSpan
from quotedesk.engine.reference_data import ReferenceData
from quotedesk.engine.services import Services
from quotedesk.engine.source import Sources
from quotedesk.market.hours import MarketHours
from quotedesk.market.instrument import Instrument
from quotedesk.net.http import HttpClient
from quotedesk.quotes.quotes import Quotes
from quotedesk.quotes.tick_bars import ChartedTicks
from quotedesk.ui.chart.alert_lines import AlertLevel
from quotedesk.ui.chart.chart_data import Charting


class Fetching:
    """One for a run. Without `begin`, as of a recording, nobody is asked, and charts show what ticked.

    `is_over`: nothing is asked for any more.
    """

    def __init__(
        self,
        services: Services,
        sources: Sources,
        quotes: Quotes,
        windows: Windows,
        settings: SettingsFile,
        is_over: Callable[[], bool],
    ) -> None:
        self._services = services
        self._sources = sources
        self._quotes = quotes
        self._windows = windows
        self._settings = settings
        self._is_over = is_over

    def begin(self, profile: Profile, known: KnownSymbols) -> None:
        """Ask from now on."""
        services = self._services
        store = ReferenceStore(profile.reference)
        reference = ReferenceData(services, self._sources.of, HttpClient(services.clock), known.store, store)
        services.reference = reference
        services.consumers.append(reference)
        known.directories.searched = reference.need_directories
        self._windows.requests.fetching_stopped.connect(reference.cancel)
        self._windows.requests.trend.connect(self._set_trend)
        self._set_span(self._settings.chosen.trend)

    def chart(self, levels: Callable[[Instrument], Sequence[AlertLevel]]) -> None:
        """Charts are told what ticks, and what feeds tell of the past. `levels`: the alerts that they show."""
        ticks = ChartedTicks(self._quotes, self._services.clock)
        self._services.consumers.append(ticks)
        self._windows.requests.candles.connect(self._ask_candles)
        self._windows.set_charting(Charting(ticks, self._candles_of, self._market_of, levels))

    def _candles_of(self, feed: str) -> tuple[Sequence[int], int]:
        source = self._sources.of(feed) if feed in FEEDS else None
        reference = source.reference if source is not None and not source.is_recorded else None
        return (reference.bars_s, reference.most_candles) if reference is not None else ((), 0)

    def _market_of(self, instrument: Instrument) -> MarketHours | None:
        return self._sources.of(instrument.feed).hours.market(instrument.code)

    def _ask_candles(self, instrument: Instrument, bar_s: int, count: int) -> None:
        if self._services.reference is not None and not self._is_over():
            self._services.reference.ask_candles(instrument, bar_s, count, self._windows.show_candles)

    def _set_trend(self, trend: TrendSpan) -> None:
        """The lines reach so far back, now and at the next start."""
        self._set_span(trend)
        self._windows.wake()
        try:
            self._settings.change(trend=trend)
        except OSError as fault:
            log.warning("the settings could not be saved: %s", fault)

    def _set_span(self, trend: TrendSpan) -> None:
        self._quotes.set_span(trend.seconds, self._services.clock.now_s())
        if self._services.reference is not None:
            self._services.reference.set_span(trend.seconds)

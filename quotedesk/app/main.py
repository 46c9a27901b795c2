"""Build everything, run the loop, stop it."""

import asyncio
import contextlib
import ctypes
import sys
from functools import partial

from quotedesk.app.prepared import Prepared
from quotedesk.app.process import loop
from quotedesk.app.process.desktop_notice import DesktopNotices
from quotedesk.app.process.faults import Faults, log
from quotedesk.app.process.notifier import Notifier
from quotedesk.app.restore import PRICES_EVERY_S, Restore
from quotedesk.app.tools import unattended
from quotedesk.app.tools.alerting import AlertDesk
from quotedesk.app.tools.bug_report import BugReports
from quotedesk.app.tools.diagnostics import Diagnostics
from quotedesk.app.tools.fetching import Fetching
from quotedesk.app.tools.flight_recorder import FlightRecorder
from quotedesk.app.tools.keeping import Keeping
from quotedesk.app.tools.known_symbols import KnownSymbols
from quotedesk.app.tools.metrics_gatherer import MetricsGatherer
from quotedesk.app.tools.opening import looks_of, open_windows
from quotedesk.app.tools.preferences import Preferences
from quotedesk.app.tools.relay_desk import RelayDesk
from quotedesk.app.tools.relay_settings import RelaySettings
from quotedesk.app.tools.replaying import Replaying
from quotedesk.app.tools.run_figures import RunFigures
from quotedesk.app.tools.serving import WindowServing
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.engine.clock import each_second
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.services import Services
from quotedesk.engine.signals import on_signals
from quotedesk.engine.source import key_origins
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import fields_in_use
from quotedesk.ui.table.formula_columns import FormulaColumns

BOOK_FIELDS = ("bid", "ask", "bid_size", "ask_size")
DESKTOP_ID = "io.github.quotedesk.quotedesk"  # as packaging/linux has it
_LAST_SAVE_S = 10.0  # for a disk that hangs
_FROZEN_S = 10  # by then what lives as long as the program is there
_ACTIVATION_AFTER_S = 0.3  # its library need not delay the first paint


class Program:
    """One run with a window.

    Attributes:
        book, quotes: what the user keeps, and what the feeds said.
        windows, feeds: there once `main` has begun.
        is_over: set it to end the run.
    """

    windows: Windows
    feeds: Feeds

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._options = options = prepared.options
        self._profile = prepared.profile
        self._sources = prepared.sources
        self._redactor = prepared.redactor
        self._faults = prepared.faults or Faults(prepared.redactor)
        self._settings = prepared.settings
        self._real = prepared.clock
        self._replaying: Replaying | None = None
        if options.replay is not None:
            self._replaying = Replaying(options.replay, self._real, options.replay_speed, loops=options.loops)
        self._clock = self._real if self._replaying is None else self._replaying.clock
        self.book = Book(prepared.lists.content)
        self._formula_columns = FormulaColumns(self.book)
        self._keeping = Keeping(prepared, self.book)
        self.quotes = Quotes()
        self._restore = Restore(self._profile, self.quotes)
        self._metrics = MetricsGatherer(self._real, self.book, self.quotes, self._clock)
        self._known = KnownSymbols(prepared, self.book)
        self.is_over = asyncio.Event()

    def run(self) -> int:
        """From the first widget to the last; returns the exit code."""
        loop.log_qt(self._options.command)
        app = loop.DeskApp(["quotedesk"])
        app.setApplicationName("quotedesk")
        app.setDesktopFileName(DESKTOP_ID)
        app.setQuitOnLastWindowClosed(False)
        if sys.platform == "win32":  # one button in the task bar, with our icon and not Python's
            ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(DESKTOP_ID)
        with loop.collecting_here(), asyncio.Runner(loop_factory=lambda: loop.DeskLoop(app)) as runner:
            try:
                return runner.run(self.main(app))
            finally:
                self._sources.stop()

    async def main(self, app: loop.DeskApp | None = None) -> int:
        """The run itself, in a loop that drives Qt; returns the exit code. Without `app` nothing outside ends it."""
        asyncio.get_running_loop().set_exception_handler(self._faults.of_loop)
        if app is not None:
            on_signals(self.is_over.set)
            app.request = self.is_over
        self._build()
        await self._begin()
        if app is not None:
            asyncio.get_running_loop().call_later(_ACTIVATION_AFTER_S, self._listen)
        await self.is_over.wait()
        unattended.save_picture(self._options, self.windows.front)
        await self._close()
        if app is not None:
            app.request = None
        return 0

    # -- built, begun, closed ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        """All parts, each after those that it needs. Nothing is on screen yet, and nobody is dialled."""
        self._looks = looks_of(self._prepared)
        self.windows = windows = open_windows(
            *(self._prepared, self._looks, self._restore, self.book, self.quotes, self._clock, self._known.directories)
        )
        windows.requests.quit.connect(self.is_over.set)
        self._faults.show = lambda line: windows.show_notice(line, is_error=True)
        self._tasks = Tasks(self._faults.report)
        self._keeping.begin(self._tasks, windows)
        self._build_engine()
        self._build_tools()

    def _build_engine(self) -> None:
        """What talks to the feeds."""
        options, settings, windows = self._options, self._settings, self.windows
        self._services = services = Services(
            *(self._clock, self._tasks, self.quotes, windows, self._redactor),
            plan=lambda feed: settings.chosen.plans.get(feed),  # how many symbols a connection may have
        )
        self._fetching = Fetching(services, self._sources, self.quotes, windows, settings, self.is_over.is_set)
        if self._replaying is None:
            self._fetching.begin(self._profile, self._known)
        else:
            services.frames = self._replaying.frames
        self._recorder = FlightRecorder(services, windows, settings, self._profile)
        if self._replaying is None:
            self._recorder.begin(options.record)
        self.feeds = feeds = Feeds(services, self._sources.of)
        if services.reference is not None:
            services.reference.listed = feeds.take_listed
        self._relay = RelayDesk(windows, self.book, self._profile, settings, self._redactor, options.command)
        address = settings.chosen.relay if options.relay is None else options.relay
        address = "" if self._replaying is not None else address
        named = options.symbols
        bare = [each.code for each in named or () if not (each.feed or options.feed)]
        self._relay.begin(feeds, self._tasks, self._clock, address, is_fresh=named is None, bare_codes=bare)
        windows.set_trace_of(feeds.trace_of)

    def _build_tools(self) -> None:
        """What stands around the windows, and their wires: what the user does reaches disk and feeds."""
        services, windows, feeds, tasks = self._services, self.windows, self.feeds, self._tasks
        settings, is_live = self._settings, self._replaying is None
        self._notices = notices = DesktopNotices(tasks, windows.front.icons.program, DESKTOP_ID, windows)
        self._alert_desk = alert_desk = AlertDesk(
            *(services, windows, settings, self._profile, self.book, self.quotes),
            lambda feed: self._sources.of(feed).hours,
            notices,
            silent=not is_live,
        )
        self._fetching.chart(alert_desk.levels)
        windows.edited.connect(self._edited)
        windows.shown_settled.connect(self._want)
        if is_live:
            windows.requests.retry.connect(feeds.retry_now)
        windows.requests.origins.connect(lambda: tasks.spawn(self._find_origins(), "key origins"))
        self._preferences = preferences = Preferences(
            settings, self._looks, windows, tasks, self._redactor, feeds, self._sources
        )
        preferences.serve_alerts = lambda part: alert_desk.outlets.serve(part, preferences.change)
        relay_settings = RelaySettings(self._relay, tasks, self._redactor)
        preferences.on_open.append(relay_settings.show_in)
        preferences.relay_wanted = relay_settings.ask_for_code
        self._relay.share_rules(alert_desk.engine.rules_changed, lambda: alert_desk.lines, alert_desk.take_lines)
        self._serve = WindowServing(
            *(services, windows, feeds, self._sources, settings, self._profile, self._known.directories, self._want)
        )
        self._serve.take_rules(self.quotes, self.book, alert_desk.engine)
        preferences.serve_readers = self._serve.attend
        self._figures = figures = RunFigures(
            *(self._metrics, services, feeds, windows, self.book, self._options.stats, self._serve.lines)
        )
        probe = None if self._options.stats else self._metrics.probe_lag  # with figures it runs anyway
        self._diagnostics = Diagnostics(windows, figures.lines, services.frames.frames, self._redactor, tasks, probe)
        crash = self._prepared.crash
        self._bug_reports = BugReports(windows, figures.report_lines, self._redactor, self._profile.log, crash)
        tells = lambda: settings.chosen.tells and is_live  # noqa: E731
        self._notifier = Notifier(windows, tells, self._clock, partial(notices.show, key="prices"))

    async def _begin(self) -> None:
        """The windows come on screen, the feeds are dialled."""
        windows, tasks, options = self.windows, self._tasks, self._options
        self._prepared.report(*self._restore.recall_all(self._sources))
        if options.chart is not None:
            windows.front.show_chart(*options.chart)
        windows.show()
        await self._alert_desk.begin()  # before the first price
        if self._replaying is not None:
            self._alert_desk.follow(self._replaying.replay)
            self._replaying.begin(self._services, self.feeds, windows, tasks, self._alert_desk.engine)
        if self._prepared.is_new and not options.says_what:
            windows.front.welcome()
        self._want()
        self._say_first()
        tasks.spawn(self._each_second(), "each second")
        if options.stats:
            tasks.spawn(self._metrics.probe_lag(), "lag probe")
        if (end_s := unattended.end_s(options)) is not None:
            asyncio.get_running_loop().call_later(end_s, self.is_over.set)
        else:
            self._bug_reports.offer()  # a run that ends by itself has nobody to read it

    async def _close(self) -> None:
        """Keep what is to be kept, hang up, let the windows go."""
        self._figures.keep(is_last=True)
        self._keep_windows()
        self._keep_prices()
        await self._serve.close()
        await self.feeds.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SAVE_S):
                await self._keeping.flush()
                await self._alert_desk.flush()
                await self._relay.flush()
        self._notices.close()
        await self._tasks.stop()
        await self._recorder.close()
        self._known.close()
        self._faults.show = None
        self.windows.close_all()

    # -- as it runs --------------------------------------------------------------------------------------------------

    def _edited(self) -> None:
        """Local state first, then disk, then the wire."""
        self._keeping.edited()
        asyncio.get_running_loop().call_soon(self._want)  # with ten thousand rows Qt has its turn first

    def _want(self) -> None:
        if self.is_over.is_set() or self._replaying is not None:
            return  # the feeds are being closed; or the recording says what was wanted
        in_use = fields_in_use(self.windows.shown, self._formula_columns(), self.windows.strip_columns())
        alerting = self._alert_desk.engine
        of_columns = {feed for feed, fields in in_use.items() if not fields.isdisjoint(BOOK_FIELDS)}
        self.feeds.want_books(of_columns | alerting.book_feeds() | self._serve.serving.alerts.book_feeds())
        wanted = list(dict.fromkeys([*alerting.wanted(), *self.book.wanted(self.windows.shown)]))
        self.feeds.want([*wanted, *self._serve.beside(wanted)])
        self.windows.requests.groups.keep_only(wanted)

    def _listen(self) -> None:
        """From now on another start on this profile shows this window, and another network is noticed."""
        from quotedesk.app.process.activation import Activation
        from quotedesk.app.process.network import Network

        if self._replaying is None:
            self._network = Network(self.windows)
            self._network.changed.connect(self.feeds.network_changed)
        self._activation = Activation(self._profile, self.windows)
        self._activation.requested.connect(self.windows.come_forward)
        if self._replaying is None:  # no other program is to take what was recorded for prices
            self._tasks.spawn(self._serve.begin(), "readers")

    async def _find_origins(self) -> None:
        self.windows.show_origins(await asyncio.to_thread(key_origins))

    def _say_first(self) -> None:
        """What the user should know from the start. To be called after the first wish."""
        for line in self._prepared.reports:
            self.windows.show_notice(line, is_error=True)
        for feed in dict.fromkeys(instrument.feed for instrument in self.book.wanted()):
            if feed in FEEDS and (caution := self._sources.of(feed).caution):
                log.warning("%s", caution)
                self.windows.show_notice(caution)

    async def _each_second(self) -> None:
        async for second in each_second(self._real):
            loop.collect()
            if second == _FROZEN_S:
                loop.freeze()
            if self._replaying is None:  # which has seconds of its own
                self.feeds.second()
                self._serve.serving.second()
                self._alert_desk.second()
            self._figures.keep()
            self._diagnostics.second()
            self._keep_windows()
            self._known.tell(self.windows)
            if second % PRICES_EVERY_S == 0:
                self._keep_prices()
            if self._options.is_tour:
                self._figures.tell(second)

    def _keep_windows(self) -> None:
        """Keep how the windows are, for the next run; a look at a recording touches nothing."""
        if self._replaying is None:
            self._restore.keep_windows(self.windows)

    def _keep_prices(self) -> None:
        """Keep the last price of each row, for the next run."""
        self._restore.keep_all_prices(self.book, self._sources)

"""Build everything, run the loop, stop it."""

import asyncio
import contextlib
import ctypes
import itertools
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QLocale

from quotedesk.app.kept_lists import KeptLists
from quotedesk.app.options import Options
from quotedesk.app.process import loop
from quotedesk.app.process.desktop_notice import DesktopNotices
from quotedesk.app.process.faults import Faults, log
from quotedesk.app.process.notifier import Notifier
from quotedesk.app.restore import PRICES_EVERY_S, Restore
from quotedesk.app.tools import metrics
from quotedesk.app.tools.alerting import AlertDesk
from quotedesk.app.tools.bug_report import BugReports
from quotedesk.app.tools.diagnostics import Diagnostics, lines_of, link_line, trace_line
from quotedesk.app.tools.flight_recorder import FlightRecorder
from quotedesk.app.tools.holdings import Holdings
from quotedesk.app.tools.metrics_gatherer import MetricsGatherer
from quotedesk.app.tools.preferences import Preferences
from quotedesk.app.tools.relay_desk import RelayDesk
from quotedesk.app.tools.replaying import Replaying
from quotedesk.app.tools.serving import WindowServing
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.config import directory_file, formulas_file
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.config.paths import Profile
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.config.settings import SettingsFile, TrendSpan
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.latest_writer import LatestWriter
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.reference_data import ReferenceData
from quotedesk.engine.services import Services
from quotedesk.engine.signals import on_signals
from quotedesk.engine.source import Source, Sources, key_origins
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.lists.saved import ColumnFormula, Content
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.hours import MarketHours
from quotedesk.market.instrument import Instrument, shown
from quotedesk.net.http import HttpClient
from quotedesk.quotes.quotes import Quotes
from quotedesk.quotes.tick_bars import ChartedTicks
from quotedesk.ui.chart.chart_data import Charting
from quotedesk.ui.looks.appearance import Appearance, usual_direction
from quotedesk.ui.table.columns import fields_in_use
from quotedesk.ui.table.formula_columns import FormulaColumns
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.window import Window

if TYPE_CHECKING:
    from quotedesk.ui.window.mini_strip import MiniStrip

BOOK_FIELDS = ("bid", "ask", "bid_size", "ask_size")
DESKTOP_ID = "io.github.quotedesk.quotedesk"  # as packaging/linux has it
TOUR_S = 20.0
SCREENSHOT_AFTER_S = 5.0
_LAST_SAVE_S = 10.0  # for a disk that hangs
_FROZEN_S = 10  # by then what lives as long as the program is there
_ACTIVATION_AFTER_S = 0.3  # its library need not delay the first paint


@dataclass(slots=True)
class Prepared:
    """What is there before the first widget.

    Attributes:
        feed: that of new lists.
        reports: what the user should know, line by line.
        crash: what the run before left, where it went wrong; else "".
        is_new: the profile was never used before.
    """

    options: Options
    profile: Profile
    feed: str
    lists: KeptLists
    sources: Sources
    settings: SettingsFile
    redactor: Redactor = field(default_factory=Redactor)
    faults: Faults | None = None
    reports: list[str] = field(default_factory=list)
    crash: str = ""
    is_new: bool = False
    clock: Clock = field(default_factory=SystemClock)


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
        self._options = prepared.options
        self._prepared = prepared
        self._profile = prepared.profile
        self._sources = prepared.sources
        self._redactor = prepared.redactor
        self._faults = prepared.faults or Faults(prepared.redactor)
        self._settings = prepared.settings
        self._reports = prepared.reports
        self._real = prepared.clock
        self._replaying: Replaying | None = None
        if (recording := prepared.options.replay) is not None:
            speed, loops = prepared.options.replay_speed, prepared.options.loops
            self._replaying = Replaying(recording, self._real, speed, loops=loops)
        self._clock = self._real if self._replaying is None else self._replaying.clock
        self.book = Book(prepared.lists.content)
        self._formula_columns = FormulaColumns(self.book)
        self._kept_formulas: tuple[ColumnFormula, ...] | None = None  # None: they are not kept
        self._load_formulas()
        self._holdings = Holdings(self.book, self._profile.positions, is_kept=self._keeps_edits)
        self._report(self._holdings.report)
        self.quotes = Quotes()
        self._restore = Restore(self._profile, self.quotes)
        self._metrics = MetricsGatherer(self._real, self.book, self.quotes, self._clock)
        self.directory_store = DirectoryStore(self._profile.directories)
        self._told_of_directories = ""
        self._directories = Directories(
            {name: self._sources.of(name).title for name in FEEDS},
            self._load_directory,
            venues={name: feed.venue for name, feed in FEEDS.items()},
            others=[name for name, feed in FEEDS.items() if not feed.provider.needs_key and not feed.is_built_in],
            link_of=lambda one: f"{one.feed} {FEEDS[one.feed].provider.endpoint(one.code)}",
        )
        self._directories.in_use = lambda: dict.fromkeys(each.feed for each in self.book.wanted())
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
        self.windows = windows = self._open_windows()
        windows.requests.quit.connect(self.is_over.set)
        self._faults.show = lambda line: windows.show_notice(line, is_error=True)
        self._tasks = tasks = Tasks(self._faults.report)
        self._writer = LatestWriter[Content](tasks, self._prepared.lists.keep, self._not_kept)
        self._formulas_writer = LatestWriter[tuple[ColumnFormula, ...]](
            tasks, partial(formulas_file.save, self._profile.formulas), partial(self._not_kept, what="formulas")
        )
        self._holdings.begin(tasks, partial(self._not_kept, what="positions"))
        self._services = services = Services(
            self._clock,
            tasks,
            self.quotes,
            windows,
            self._redactor,
            plan=self._plan,
        )
        if self._replaying is None:
            self._ask_by_http(services)
        else:
            services.frames = self._replaying.frames
        recorder = FlightRecorder(services, windows, self._settings, self._profile)
        if self._replaying is None:
            recorder.begin(self._options.record)
        self.feeds = feeds = Feeds(services, self._sources.of)
        relay = RelayDesk(windows, self.book, self._profile, self._settings, self._redactor, self._options.command)
        given = self._options.relay
        address = self._settings.chosen.relay if given is None else given
        is_fresh = self._options.symbols is None
        address = "" if self._replaying is not None else address
        relay.begin(feeds, tasks, self._clock, address, is_fresh=is_fresh)
        if services.reference is not None:
            services.reference.listed = feeds.take_listed
        notices = DesktopNotices(tasks, windows.front.icons.program, DESKTOP_ID, windows)
        self._alert_desk = alert_desk = AlertDesk(
            *(services, windows, self._settings, self._profile, self.book, self.quotes),
            lambda feed: self._sources.of(feed).hours,
            notices,
            silent=self._replaying is not None,
        )
        self._connect(feeds)
        self._preferences.on_open.append(relay.show_in)
        relay.share_rules(alert_desk.engine.rules_changed, lambda: alert_desk.lines, alert_desk.take_lines)
        self._serve = WindowServing(
            *(services, windows, feeds, self._sources, self._settings, self._profile, self._directories, self._want)
        )
        self._serve.take_rules(self.quotes, self.book, alert_desk.engine)
        self._preferences.serve_readers = self._serve.attend
        probe = self._metrics.probe_lag
        diagnostics = Diagnostics(
            windows,
            self._lines,
            services.frames.frames,
            self._redactor,
            tasks,
            None if self._options.stats else probe,
        )
        reports = BugReports(windows, self._report_lines, self._redactor, self._profile.log, self._prepared.crash)
        say = partial(notices.show, key="prices")
        tells = lambda: self._settings.chosen.tells and self._replaying is None  # noqa: E731
        self._notifier = Notifier(windows, tells, self._clock, say)
        self._recall_prices()
        if self._options.chart is not None:
            windows.front.show_chart(*self._options.chart)
        windows.show()
        await alert_desk.begin()  # before the first price
        if self._replaying is not None:
            alert_desk.follow(self._replaying.replay)
            self._replaying.begin(services, feeds, windows, tasks, alert_desk.engine)
        if self._prepared.is_new and not self._options.says_what:
            windows.front.welcome()
        self._want()
        self._say_first()
        if app is not None:
            asyncio.get_running_loop().call_later(_ACTIVATION_AFTER_S, self._listen)
        tasks.spawn(self._each_second(diagnostics), "each second")
        if self._options.stats:
            tasks.spawn(probe(), "lag probe")
        if (end_s := self._end_s()) is not None:
            asyncio.get_running_loop().call_later(end_s, self.is_over.set)
        else:
            reports.offer()  # a run that ends by itself has nobody to read it
        await self.is_over.wait()
        code = self._save_picture()
        self._keep_stats(is_last=True)
        self._keep_windows()
        self._keep_prices()
        await self._serve.close()
        await feeds.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SAVE_S):
                await self._writer.flush()
                await self._formulas_writer.flush()
                await alert_desk.flush()
                await self._holdings.flush()
                await relay.flush()
        notices.close()
        await tasks.stop()
        await recorder.close()
        self.directory_store.close()
        self._faults.show = None
        windows.close_all()
        if app is not None:
            app.request = None
        return code

    def _ask_by_http(self, services: Services) -> None:
        """What streams do not tell is asked for beside them."""
        http, store = HttpClient(self._clock), ReferenceStore(self._profile.reference)
        reference = ReferenceData(services, self._sources.of, http, self.directory_store, store)
        services.reference = reference
        services.consumers.append(reference)
        self._directories.searched = reference.need_directories
        self.windows.requests.fetching_stopped.connect(reference.cancel)
        self.windows.requests.trend.connect(self._set_trend)
        span_s = self._settings.chosen.trend.seconds
        self.quotes.set_span(span_s, self._clock.now_s())
        reference.set_span(span_s)

    def _chart(self) -> None:
        """Charts are told what ticks, and what feeds tell of the past."""
        services = self._services
        ticks = ChartedTicks(self.quotes, self._clock)
        services.consumers.append(ticks)

        def candles_of(feed: str) -> tuple[Sequence[int], int]:
            reference = FEEDS[feed].reference if feed in FEEDS and not self._sources.of(feed).is_recorded else None
            return (reference.bars_s, reference.most_candles) if reference is not None else ((), 0)

        def market_of(instrument: Instrument) -> MarketHours | None:
            return self._sources.of(instrument.feed).hours.market(instrument.code)

        def ask(instrument: Instrument, bar_s: int, count: int) -> None:
            if services.reference is not None and not self.is_over.is_set():
                services.reference.ask_candles(instrument, bar_s, count, self.windows.show_candles)

        self.windows.requests.candles.connect(ask)
        self.windows.set_charting(Charting(ticks, candles_of, market_of, self._alert_desk.levels))

    def _set_trend(self, span: TrendSpan) -> None:
        """The lines reach so far back, now and at the next start."""
        self.quotes.set_span(span.seconds, self._clock.now_s())
        if self._services.reference is not None:
            self._services.reference.set_span(span.seconds)
        self.windows.wake()
        try:
            self._settings.change(trend=span)
        except OSError as fault:
            log.warning("the settings could not be saved: %s", fault)

    def _open_windows(self) -> Windows:
        """The windows as the settings and the options want them, not shown yet."""
        if self._prepared.is_new:
            usual = usual_direction(QLocale.system().territory())
            self._settings.chosen = msgspec.structs.replace(self._settings.chosen, direction=usual)
        chosen = self._settings.chosen
        self._looks = Appearance(chosen.theme, chosen.direction, chosen.density, chosen.motion)
        windows = Windows(Undo(self.book), self._make_window, self._make_strip)
        reports = [self._restore.open_windows(windows, self._options)]
        if watchlist := self.book.named(self._prepared.lists.shown):
            windows.front.list_menu.show_list(watchlist)
        if missing := windows.front.icons.missing:
            reports.append(f"Icons could not be read: {', '.join(missing)}. Buttons show words.")
        self._report(*reports)
        windows.set_paint_rate(chosen.paints_per_s)
        windows.set_power_saving(chosen.saves_power)
        windows.set_new_feed(self._prepared.feed)
        return windows

    def _make_window(self, undo: Undo, requests: Requests) -> Window:
        return Window(self.book, undo, self.quotes, self._clock, self._directories, self._looks, requests)

    def _make_strip(self, undo: Undo, requests: Requests) -> "MiniStrip":
        from quotedesk.ui.window.mini_strip import MiniStrip  # the first paint need not wait for it

        return MiniStrip(self.book, undo, self.quotes, self._clock, self._directories, self._looks, requests)

    def _connect(self, feeds: Feeds) -> None:
        """What the user does reaches the feeds: local state first, then disk, then the wire."""
        windows = self.windows
        windows.set_trace_of(feeds.trace_of)
        self._chart()
        windows.edited.connect(self._edited)
        windows.shown_settled.connect(self._want)
        if self._replaying is None:
            windows.requests.retry.connect(feeds.retry_now)
        windows.requests.origins.connect(lambda: self._tasks.spawn(self._find_origins(), "key origins"))
        self._preferences = Preferences(
            self._settings, self._looks, windows, self._tasks, self._redactor, feeds, self._sources
        )
        change, outlets = self._preferences.change, self._alert_desk.outlets
        self._preferences.serve_alerts = lambda part: outlets.serve(part, change)

    def _edited(self) -> None:
        self._writer.keep(self.book.content())
        asyncio.get_running_loop().call_soon(self._want)  # with ten thousand rows Qt has its turn first
        if self._kept_formulas is not None and self.book.formulas != self._kept_formulas:
            self._kept_formulas = self.book.formulas
            self._formulas_writer.keep(self.book.formulas)
        self._holdings.edited()

    def _load_formulas(self) -> None:
        """The user's columns; where their file must not be written, and of a recording, nothing is kept."""
        formulas, report = formulas_file.load(self._profile.formulas)
        self._report(report)
        self.book.calculate(formulas)
        self._kept_formulas = formulas if not report and self._keeps_edits else None

    @property
    def _keeps_edits(self) -> bool:
        """Is this run more than a look at a recording?"""
        return self._replaying is None

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

    def _plan(self, feed: str) -> int | None:
        """How many symbols one connection of a feed may have, as the user set it."""
        return self._settings.chosen.plans.get(feed)

    def _load_directory(self, feed: str) -> SymbolDirectory:
        """The known symbols of a feed, with how others call them."""
        directory, report = directory_file.directory_of(FEEDS[feed].provider, feed, self.directory_store)
        self._report(report)
        return directory

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

    # -- what is told and kept ---------------------------------------------------------------------------------------

    def _report(self, *lines: str) -> None:
        """Something that the user should know, at the start."""
        for line in filter(None, lines):
            self._reports.append(line)
            log.warning("%s", line)

    def _say_first(self) -> None:
        """What the user should know from the start. To be called after the first wish."""
        for line in self._reports:
            self.windows.show_notice(line, is_error=True)
        feeds = dict.fromkeys(instrument.feed for instrument in self.book.wanted())
        for caution in filter(None, (source.caution for source in self._known_sources(feeds))):
            log.warning("%s", caution)
            self.windows.show_notice(caution)

    def _known_sources(self, feeds: Iterable[str]) -> list[Source]:
        return [self._sources.of(feed) for feed in feeds if feed in FEEDS]

    def _recall_prices(self) -> None:
        for feed in FEEDS:
            if not self._sources.of(feed).is_recorded:
                self._report(self._restore.recall(feed))

    def _keep_windows(self) -> None:
        """Keep how the windows are, for the next run; a look at a recording touches nothing."""
        if self._replaying is None:
            self._restore.keep_windows(self.windows)

    def _keep_prices(self) -> None:
        """Keep the last price of each row, for the next run."""
        by_feed: dict[str, list[Instrument]] = {}
        for instrument in self.book.wanted():
            by_feed.setdefault(instrument.feed, []).append(instrument)
        for source in self._known_sources(by_feed):
            if not source.is_recorded:
                self._restore.keep_prices(source.feed.name, by_feed[source.feed.name])

    def _not_kept(self, fault: OSError, what: str = "lists") -> None:
        log.error("the %s could not be saved", what, exc_info=fault)
        self.windows.show_notice(
            f"The {what} could not be saved ({fault.strerror}). They last until you quit; make room and edit one.",
            is_error=True,
        )

    # -- figures and pictures ----------------------------------------------------------------------------------------

    def _end_s(self) -> float | None:
        if self._options.is_tour:
            return TOUR_S
        if self._options.quit_after_s is None and self._options.screenshot:
            return SCREENSHOT_AFTER_S
        return self._options.quit_after_s

    async def _each_second(self, diagnostics: Diagnostics) -> None:
        began_s = self._real.now_s()
        for second in itertools.count(1):
            await asyncio.sleep(max(0.0, began_s + second - self._real.now_s()))
            loop.collect()
            if second == _FROZEN_S:
                loop.freeze()
            if self._replaying is None:  # which has seconds of its own
                self.feeds.second()
                self._serve.serving.second()
                self._alert_desk.second()
            self._keep_stats()
            diagnostics.second()
            self._keep_windows()
            self._tell_of_directories()
            if second % PRICES_EVERY_S == 0:
                self._keep_prices()
            if self._options.is_tour:
                print(f"{second:2d} s  {self._metrics.tour_line(self.feeds)}", flush=True)

    def _tell_of_directories(self) -> None:
        """A file of symbols that cannot be used is told once, whenever that is met."""
        if (told := self.directory_store.report) != self._told_of_directories:
            self._told_of_directories = told
            log.warning("%s", told)
            self.windows.show_notice(told, is_error=True)

    def _stats(self) -> metrics.Stats:
        return self._metrics.gather(self.feeds, self.windows.all[0], self._services.first_quote_s)

    def _lines(self) -> list[tuple[str, str]]:
        feeds, own = self.feeds, self.windows.front.watchlist.feed
        now_s = self._clock.now_s()
        by_name = {shown(each, own): each for each in self.book.wanted()}

        def trace_of(name: str) -> str:
            row = by_name.get(name)
            return trace_line(feeds.state_word(row), *feeds.trace_of(row), now_s, self._clock) if row else ""

        trips_s = {each.status.name: each.round_trip.last_s for each in feeds.sessions}
        links = {
            each.status.name: link_line(each.status, each.outage_s, self._clock, each.quota.limit)
            for each in feeds.sessions
        }
        stats = self._metrics.gather(feeds, self.windows.front, self._services.first_quote_s)
        lines = lines_of(stats, feeds.messages.per_s, trips_s, feeds.addresses, trace_of, links)
        return [*lines, *self._serve.lines()]

    def _report_lines(self) -> list[tuple[str, str]]:
        """The figures without the rows: what somebody watches is nobody's business."""
        figures = self._metrics.gather(self.feeds, self.windows.front, self._services.first_quote_s)
        return [
            line for line in self._lines() if line[0] not in figures.symbols and line[0] not in figures.applied_by_code
        ]

    def _keep_stats(self, *, is_last: bool = False) -> None:
        if self._options.stats:
            try:
                self._metrics.look_at_quotes(all_of_them=is_last)
                metrics.write(self._options.stats, self._stats())
            except OSError as fault:
                log.warning("--stats: %s", fault)

    def _save_picture(self) -> int:
        path = self._options.screenshot
        if self._options.is_tour:
            path = Path.cwd() / f"quotedesk-{datetime.now().astimezone():%Y%m%d-%H%M%S}.png"
        if path is None:
            return 0
        if not self.windows.front.picture().save(str(path), "PNG"):
            raise QuotedeskError(f"The picture could not be saved as {path}. May that folder be written to?")
        if self._options.is_tour:
            print(f"A picture of the window: {path}")
        return 0

"""Build everything, run the loop, stop it."""

import asyncio
import contextlib
import ctypes
import itertools
import sys
from datetime import datetime
from pathlib import Path

import msgspec
from PySide6.QtCore import QLocale

from quotedesk.app.process import loop
from quotedesk.app.process.faults import Faults, log
from quotedesk.app.process.notifier import Notifier
from quotedesk.app.restore import PRICES_EVERY_S, Restore
from quotedesk.app.tools import metrics as stats
from quotedesk.app.tools.bug_report import BugReports
from quotedesk.app.tools.diagnostics import Diagnostics, lines_of, link_line, trace_line
from quotedesk.app.tools.metrics_gatherer import MetricsGatherer
from quotedesk.app.tools.preferences import Preferences
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.config import directory_file as catalogue_file
from quotedesk.config import hours_file as sessions_file
from quotedesk.config.paths import Profile
from quotedesk.config.settings import SettingsFile
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.feed_runner import Controller
from quotedesk.engine.feeds import Desk, FeedInUse
from quotedesk.engine.latest_writer import LatestWriter
from quotedesk.engine.options import Options
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Source, key_origins
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.lists.saved import Content
from quotedesk.lists.symbol_directory import SymbolDirectory
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.appearance import Appearance, usual_direction
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.feed_menu import FeedMenu
from quotedesk.ui.window.window import Window

DESKTOP_ID = "io.github.quotedesk.quotedesk"  # as packaging/linux has it
TOUR_S = 20.0
SCREENSHOT_AFTER_S = 5.0
_LAST_SAVE_S = 10.0  # for a disk that hangs
_SETTLED_S = 10  # by then what lives as long as the program is there
_DOORBELL_AFTER_S = 0.3  # its library need not delay the first paint


class Program:
    """One run with a window."""

    def __init__(
        self,
        options: Options,
        profile: Profile,
        supply: Source,
        redactor: Redactor,
        faults: Faults,
        settings: SettingsFile,
        reports: list[str],
        crash: str = "",
        is_new: bool = False,
    ) -> None:
        self._options = options
        self._profile = profile
        self._first = supply
        self._in_use: FeedInUse | None = None
        self._crash = crash
        self._is_new = is_new
        self._redactor = redactor
        self._faults = faults
        self._settings = settings
        self._reports = reports
        self._clock = SystemClock()
        self._book = Book(supply.content)
        self._quotes = Quotes()
        self._remembered = Restore(profile, self._quotes)
        self._figures = MetricsGatherer(self._clock, self._book, self._quotes)

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
                return runner.run(self._main(app))
            finally:
                self._supply.stop()

    async def _main(self, app: loop.DeskApp) -> int:
        is_over = asyncio.Event()
        asyncio.get_running_loop().set_exception_handler(self._faults.of_loop)
        loop.on_signals(is_over.set)
        app.request = is_over
        self._windows = windows = self._open_windows()
        windows.closing.connect(is_over.set)
        self._faults.show = windows.show_notice
        self._tasks = tasks = Tasks(self._faults.report)
        self._keeper = LatestWriter[tuple[Source, Content]](
            tasks, lambda both: both[0].keep(both[1]), self._lists_not_kept
        )
        self._in_use = in_use = self._use_feed()
        probe = self._figures.probe_lag
        diagnostics = Diagnostics(
            windows,
            self._lines,
            lambda: in_use.controller.frames.frames(),
            self._redactor,
            tasks,
            None if self._options.stats else probe,
        )
        reports = BugReports(windows, self._report_lines, self._redactor, self._profile.log, self._crash)
        self._notifier = Notifier(windows, lambda: self._settings.chosen.tells)
        windows.show()
        self._say_first()
        if self._is_new and not self._options.says_what:
            windows.front.welcome()
        in_use.controller.start()
        asyncio.get_running_loop().call_later(_DOORBELL_AFTER_S, self._open_door)
        tasks.spawn(self._each_second(in_use, diagnostics), "each second")
        if self._options.stats:
            tasks.spawn(probe(), "lag probe")
        if (end_s := self._end_s()) is not None:
            asyncio.get_running_loop().call_later(end_s, is_over.set)
        else:
            reports.offer()  # a run that ends by itself has nobody to read it
        await is_over.wait()
        code = self._save_picture()
        self._keep_stats()
        self._remembered.keep_windows(windows)
        in_use.keep_prices()
        await in_use.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST_SAVE_S):
                await self._keeper.settle()
        await tasks.stop()
        self._faults.show = None
        windows.close_all()
        app.request = None
        return code

    def _open_windows(self) -> Windows:
        """The windows as the settings and the options want them, not shown yet."""
        names, listed, unnamed = catalogue_file.load()
        self._hours, unclosed = sessions_file.load()
        if self._is_new:
            usual = usual_direction(QLocale.system().territory())
            self._settings.chosen = msgspec.structs.replace(self._settings.chosen, direction=usual)
        chosen = self._settings.chosen
        self._looks = Appearance(chosen.theme, chosen.direction, chosen.density, chosen.motion)
        self._directory = SymbolDirectory(names, listed)
        windows = Windows(Undo(self._book), self._make_window)
        reports = [unnamed, unclosed, self._remembered.open_windows(windows, self._options)]
        if missing := windows.front.icons.missing:
            reports.append(f"Icons could not be read: {', '.join(missing)}. Buttons show words.")
        for told in filter(None, reports):
            self._reports.append(told)
            log.warning("%s", told)
        windows.set_paint_rate(chosen.paints_per_s)
        return windows

    def _make_window(self, undo: Undo) -> Window:
        supply = self._supply
        window = Window(
            self._book, undo, self._quotes, self._clock, supply.feed.name, supply.title, self._directory, self._looks
        )
        feeds = FeedMenu({feed.name: feed.title for feed in FEEDS.values()}, window)
        feeds.show_feed(supply.feed.name)
        feeds.aboutToShow.connect(lambda: self._tasks.spawn(self._find_origins(feeds), "key origins"))
        feeds.chosen.connect(lambda name: self._in_use.switch(FEEDS[name]) if self._in_use else None)
        window.view_menu.put_first(feeds)
        window.feed_shown.connect(feeds.show_feed)
        return window

    def _open_door(self) -> None:
        """From now on another start on this profile shows this window, and another network is noticed."""
        from quotedesk.app.process.activation import Activation
        from quotedesk.app.process.network import Network

        self._network = Network(self._windows)
        self._network.changed.connect(lambda: self._controller.network_changed())
        self._doorbell = Activation(self._profile, self._windows)
        self._doorbell.rung.connect(self._windows.come_forward)

    @property
    def _supply(self) -> Source:
        return self._in_use.supply if self._in_use else self._first

    @property
    def _controller(self) -> Controller:
        assert self._in_use
        return self._in_use.controller

    async def _find_origins(self, feeds: FeedMenu) -> None:
        feeds.show_origins(await asyncio.to_thread(key_origins))

    def _use_feed(self) -> FeedInUse:
        """The feed of the start, with what can change it."""
        windows = self._windows
        desk = Desk(
            self._book,
            self._quotes,
            windows,
            self._clock,
            self._tasks,
            self._hours,
            self._remembered,
            self._keep_lists,
            lambda: self._settings.chosen,
            lambda **changes: self._preferences.change(**changes),
        )
        in_use = FeedInUse(self._first, self._options, self._profile, self._redactor, desk)
        self._preferences = Preferences(self._settings, self._looks, windows, self._tasks, self._redactor, in_use)
        if told := in_use.recall():
            self._reports.append(told)
            log.warning("%s", told)
        return in_use

    # -- what is kept ------------------------------------------------------------------------------------------------

    def _say_first(self) -> None:
        """What the user should know before anything happens."""
        lines = list(self._reports)
        if caution := self._supply.caution:
            lines.append(caution)
            log.warning("%s", caution)
        if lines:
            self._windows.show_notice(" ".join(lines))

    def _keep_lists(self) -> None:
        self._keeper.keep((self._supply, self._book.content()))

    def _lists_not_kept(self, fault: OSError) -> None:
        log.error("the lists could not be saved", exc_info=fault)
        self._windows.show_notice(
            f"The lists could not be saved ({fault.strerror}). They last until you quit; make room and edit one."
        )

    # -- figures and pictures ----------------------------------------------------------------------------------------

    def _end_s(self) -> float | None:
        if self._options.is_tour:
            return TOUR_S
        if self._options.quit_after_s is None and self._options.screenshot:
            return SCREENSHOT_AFTER_S
        return self._options.quit_after_s

    async def _each_second(self, in_use: FeedInUse, diagnostics: Diagnostics) -> None:
        began_s = self._clock.now_s()
        for second in itertools.count(1):
            await asyncio.sleep(max(0.0, began_s + second - self._clock.now_s()))
            loop.collect()
            if second == _SETTLED_S:
                loop.settle()
            self._controller.second()
            self._keep_stats()
            diagnostics.second()
            self._remembered.keep_windows(self._windows)
            if second % PRICES_EVERY_S == 0:
                in_use.keep_prices()
            if self._options.is_tour:
                print(f"{second:2d} s  {self._figures.tour_line(self._controller)}", flush=True)

    def _stats(self) -> stats.Stats:
        return self._figures.gather(self._controller, self._windows.all[0])

    def _lines(self) -> list[tuple[str, str]]:
        controller = self._controller
        trips_s = {endpoint: session.round_trip.last_s for endpoint, session in controller.sessions.items()}
        now_s = self._clock.now_s()

        def trace_of(code: str) -> str:
            row = Instrument(self._supply.feed.name, code)
            return trace_line(controller.state_word(row), *controller.trace_of(row), now_s, self._clock)

        sessions = controller.sessions.items()
        links = {
            endpoint: link_line(each.status, each.outage_s, self._clock, each.quota.limit)
            for endpoint, each in sessions
        }
        return lines_of(self._stats(), controller.messages.per_s, trips_s, self._supply.addresses, trace_of, links)

    def _report_lines(self) -> list[tuple[str, str]]:
        """The figures without the rows: what somebody watches is nobody's business."""
        figures = self._stats()
        return [
            line for line in self._lines() if line[0] not in figures.symbols and line[0] not in figures.applied_by_code
        ]

    def _keep_stats(self) -> None:
        if self._options.stats:
            try:
                stats.write(self._options.stats, self._stats())
            except OSError as fault:
                log.warning("--stats: %s", fault)

    def _save_picture(self) -> int:
        path = self._options.screenshot
        if self._options.is_tour:
            path = Path.cwd() / f"quotedesk-{datetime.now().astimezone():%Y%m%d-%H%M%S}.png"
        if path is None:
            return 0
        if not self._windows.front.grab().save(str(path), "PNG"):
            raise QuotedeskError(f"The picture could not be saved as {path}. May that folder be written to?")
        if self._options.is_tour:
            print(f"A picture of the window: {path}")
        return 0

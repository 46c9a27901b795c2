"""The run of `quotedesk watch`: what is watched, the engine under it, signals, and an end without a traceback."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from quotedesk.alerts.rule import Operator
from quotedesk.codec import FEEDS
from quotedesk.config import settings
from quotedesk.config.paths import Profile
from quotedesk.config.settings import Direction
from quotedesk.engine import headless, signals
from quotedesk.engine.bare_codes import ask_feed
from quotedesk.engine.clock import SystemClock, each_second
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.headless import HeadlessRun
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.relay_source import RelaySource
from quotedesk.engine.services import Services
from quotedesk.engine.source import Sources
from quotedesk.engine.symbols import bare_code, rows_of, unique_instruments
from quotedesk.feed.frame_log import FrameLog
from quotedesk.market.clock import Clock
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.net.address import parse_overrides
from quotedesk.watch.joined import JoinedProgram, UtcClock, join
from quotedesk.watch.options import WatchOptions
from quotedesk.watch.outlet import Outlet
from quotedesk.watch.printer import JsonLines, Printer
from quotedesk.watch.table import NO_COLOURS, PlainLines, Table, TableLook, coloured, terminal_size

if TYPE_CHECKING:
    from quotedesk.engine.replay import Replay
    from quotedesk.watch.alerts import WatchAlerts
    from quotedesk.watch.csv_file import CsvFile

WatchDisplay: TypeAlias = "Printer | Table | CsvFile"
_PLAY_EVERY_S = 0.005
_RED, _GREEN, _BLUE, _YELLOW = 31, 32, 34, 33
_COLOURS = {
    Direction.GREEN_UP: (_GREEN, _RED),
    Direction.RED_UP: (_RED, _GREEN),
    Direction.BLUE_UP: (_BLUE, _YELLOW),
    Direction.RED_UP_BLUE_DOWN: (_RED, _BLUE),
}


def run(options: WatchOptions) -> int:
    """Watch until a signal, the end of the reader or of the time; returns the exit code.

    Raises QuotedeskError or OSError for what the user can mend.
    """
    headless.prepare()
    if options.csv is not None and not (folder := options.csv.absolute().parent).is_dir():
        raise QuotedeskError(f"--csv: there is no folder {folder} to write {options.csv.name} to.")
    if sys.stdout is None:
        raise QuotedeskError("There is no standard output to print to.")
    redactor = Redactor()
    relay = RelaySource(options.relay, redactor, options.command) if options.relay else None
    profile = Profile(options.profile)
    chosen = settings.glance(profile.settings)
    feed = options.feed or chosen.known_feed
    urls = parse_overrides(options.urls, feed)
    if relay is not None and not options.feed and (code := _bare(options)):
        feed = asyncio.run(ask_feed(relay, feed, code))
    _check_no_rule(options)
    instruments = unique_instruments(options.symbols, feed)
    reports: list[str] = []
    clock: Clock = SystemClock()
    frames, replay = FrameLog(), None
    if options.replay is not None:
        from quotedesk.engine.recorded import open_recorded
        from quotedesk.engine.replay import Replay

        recorded = open_recorded(options.replay)
        reports += [recorded.report] if recorded.report else []
        instruments = instruments or [Instrument(*each) for each in recorded.instruments() if each[0] in FEEDS]
        replay = Replay(recorded, clock, frames, options.replay_speed)
        clock = replay.clock
    if options.list_name is not None:
        from quotedesk.config import lists_file

        content, report = lists_file.load(profile, chosen.feed, FEEDS)
        reports += [report] if report else []
        rows = rows_of({each.name: each.instruments for each in content.lists}, options.list_name)
        instruments = list(dict.fromkeys([*instruments, *rows]))
    alerts = None
    if options.alerts:
        if not options.is_json:
            raise QuotedeskError("--alert prints lines for other programs: it needs --json.")
        from quotedesk.watch.alerts import WatchAlerts  # it brings a database

        alerts = WatchAlerts(options.alerts, feed, instruments, profile)
        reports += alerts.reports
        instruments = list(dict.fromkeys([*alerts.wanted, *instruments]))
    if not instruments:
        raise QuotedeskError(f"Name at least one symbol, or a list with --list. See: {options.command} watch --help")
    sources = Sources(profile, SourceOptions(command=options.command, urls=urls), redactor)
    try:
        look = _look(chosen.direction, os.environ)
        return asyncio.run(
            _WatchRun(
                *(options, feed, instruments, urls, sources, redactor, look, reports, profile),
                *(clock, frames, replay, alerts),
            ).main()
        )
    finally:
        signals.ignore()
        sources.stop()


class _WatchRun(HeadlessRun):
    """One run under a printer or a table: of the program that runs on the profile, else of an engine of its own."""

    def __init__(
        self,
        options: WatchOptions,
        feed: str,
        instruments: Sequence[Instrument],
        urls: Mapping[str, str],
        sources: Sources,
        redactor: Redactor,
        look: TableLook,
        reports: Sequence[str],
        profile: Profile,
        clock: Clock,
        frames: FrameLog,
        replay: "Replay | None",
        alerts: "WatchAlerts | None",
    ) -> None:
        super().__init__(options.command, redactor)
        self._options = options
        self._feed = feed
        self._instruments = instruments
        self._urls = urls
        self._sources = sources
        self._look = look
        self._reports = reports
        self._profile = profile
        self._clock = clock
        self._frames = frames
        self._replay = replay
        self._alerts = alerts
        self._refusal: QuotedeskError | None = None

    async def _run(self) -> None:
        """Raises OSError where standard output takes no more, QuotedeskError for what the user can mend."""
        loop = asyncio.get_running_loop()
        relay = self._options.relay  # whoever names one wants it, and not the program's
        is_own = relay or self._replay or self._options.record
        joined = None if is_own else await join(self._profile.socket, self._instruments, self._urls)
        sources = [self._sources.of(name) for name in dict.fromkeys(each.feed for each in self._instruments)]
        if joined is None and not relay and self._replay is None:
            for source in sources:
                source.hold_token()
                source.start()  # a server of ours gets ready
        outlet = Outlet(sys.stdout.fileno(), SystemClock())
        outlet.on_gone = self._is_over.set
        tasks = self._tasks
        display = self._display(outlet, UtcClock(self._clock) if joined else self._clock)
        services = Services(self._clock, tasks, None, display, self._redactor, self._frames, consumers=[display])
        if self._alerts is not None and joined is None:  # else the program that we join evaluates them
            self._alerts.begin(services, self._sources, outlet.put, is_kept=self._replay is None)
        feeds = None if joined else self._feeds(services)
        if feeds is not None and self._alerts is not None:
            feeds.want_books(self._alerts.alerting.book_feeds())
        try:
            for report in [*self._reports, *(source.caution for source in sources if source.caution)]:
                display.show_notice(report)
            if self._replay is not None:
                tasks.spawn(self._play(self._replay, outlet), "replay")
            elif feeds is not None:
                feeds.want(self._instruments)
                tasks.spawn(self._each_second(partial(self._second, feeds)), "each second")
            elif joined is not None:
                tasks.spawn(self._follow(joined, display, outlet), "joined program")
                tasks.spawn(self._each_second(display.wake), "each second")
            if self._options.for_s is not None:
                loop.call_later(self._options.for_s, self._is_over.set)
            await self._is_over.wait()
        finally:
            display.close()
            if joined is not None:
                joined.close()
            await asyncio.gather(outlet.close(), *([feeds.close()] if feeds else []))
            if self._alerts is not None and joined is None:
                await self._alerts.close()
            await tasks.stop()
            if services.recorder is not None:
                await asyncio.to_thread(services.recorder.close)
        if self._refusal:
            raise self._refusal
        if outlet.fault:
            raise outlet.fault

    def _feeds(self, services: Services) -> Feeds:
        """An engine of our own."""
        if self._options.record is not None:
            from quotedesk.engine.recorder import Recorder

            loop = asyncio.get_running_loop()

            def failed(words: str) -> None:
                loop.call_soon_threadsafe(self._tell, words)

            services.recorder = Recorder(self._options.record, None, self._clock, self._redactor, failed)
            services.consumers.append(services.recorder)
        if self._replay is None and any(
            not FEEDS[each.feed].is_built_in and FEEDS[each.feed].reference for each in self._instruments
        ):
            from quotedesk.config.reference_store import ReferenceStore
            from quotedesk.engine.reference_data import ReferenceData
            from quotedesk.net.http import HttpClient

            store = ReferenceStore(self._profile.reference)
            services.reference = ReferenceData(services, self._sources.of, HttpClient(self._clock), store=store)
            services.consumers.append(services.reference)
        feeds = Feeds(services, self._sources.of)
        if self._options.relay:
            feeds.use_relay(RelaySource(self._options.relay, self._redactor, self._options.command).find_target)
        if self._replay is not None:
            self._replay.attach(services, feeds)
            self._replay.each_second += [self._alerts.alerting.second] if self._alerts else []
        return feeds

    async def _follow(self, joined: JoinedProgram, display: WatchDisplay, outlet: Outlet) -> None:
        """Show what the program that we joined tells, as long as it runs."""

        def ended() -> None:
            self._tell("The quotedesk that runs on this profile, and that this watched, has ended.")
            self._is_over.set()

        joined.on_gone = ended
        joined.on_alert = lambda said: outlet.put([JsonLines().told_alert(said)])
        try:
            await joined.show(self._instruments, display)
            if self._options.alerts:
                await joined.watch_rules(self._options.alerts, self._feed)
        except QuotedeskError as fault:
            self._refusal = fault
            self._is_over.set()
        except OSError:  # it ended at just this moment
            ended()

    def _display(self, outlet: Outlet, clock: Clock) -> WatchDisplay:
        if self._options.csv is not None:
            from quotedesk.watch.csv_file import CsvFile

            return CsvFile(self._options.csv, self._instruments, clock, self._tell)
        if self._options.is_json:
            return Printer(JsonLines(), outlet, clock, self._instruments, self._tell)
        file = sys.stdout.fileno()
        if not os.isatty(file) or os.environ.get("TERM", "dumb") == "dumb" or sys.platform == "win32":
            return Printer(PlainLines(self._feed), outlet, clock, self._instruments, self._tell)
        table = Table(self._instruments, self._feed, outlet, clock, lambda: terminal_size(file), self._look)
        asyncio.get_running_loop().add_signal_handler(signal.SIGWINCH, table.wake)
        return table

    async def _play(self, replay: "Replay", outlet: Outlet) -> None:
        """Play to the end, at the pace of the reader: it gets every line."""
        told = replay.report
        while not replay.is_over:
            is_late = outlet.is_empty and replay.play_on()
            await asyncio.sleep(0.0 if is_late else _PLAY_EVERY_S)
        if replay.report != told:
            self._tell(replay.report)
        self._is_over.set()

    async def _each_second(self, act: Callable[[], None]) -> None:
        async for _ in each_second(self._clock):
            act()

    def _second(self, feeds: Feeds) -> None:
        feeds.second()
        if self._alerts is not None:
            self._alerts.alerting.second()


def _check_no_rule(options: WatchOptions) -> None:
    """Raises QuotedeskError where a rule stands among the symbols: its words would be waited for without end."""
    words = {each.value for each in Operator}
    if found := next((each for each in options.symbols if each in words), ""):
        raise QuotedeskError(f"“{found}” is a word of a rule, and no symbol. A rule is one text behind --alert.")


def _bare(options: WatchOptions) -> str:
    """The first code that names no feed, of the symbols or of the rules; "" where all do."""
    ruled = [line.split(maxsplit=1)[0] for line in options.alerts if line.strip()]
    return bare_code(options.symbols) or next((word for word in ruled if not set(word) & set('*:@"')), "")


def _look(direction: Direction, environment: Mapping[str, str]) -> TableLook:
    return NO_COLOURS if environment.get("NO_COLOR") else coloured(*_COLOURS[direction])

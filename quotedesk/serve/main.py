"""The run of `quotedesk serve`: the engine on a profile, read by other programs until a signal ends it."""

import asyncio
from collections.abc import Sequence

from quotedesk.codec import FEEDS
from quotedesk.config import formulas_file, lists_file, profile_lock, secrets, settings
from quotedesk.config.paths import Profile
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.engine import headless, signals
from quotedesk.engine.bare_codes import ask_feed
from quotedesk.engine.clock import SystemClock, each_second
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.flight_recording import MB, record
from quotedesk.engine.headless import HeadlessRun
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.reference_data import ReferenceData
from quotedesk.engine.relay_source import RelaySource
from quotedesk.engine.services import Services
from quotedesk.engine.serving.local_port import LocalPort
from quotedesk.engine.serving.reader_rules import ReaderRules
from quotedesk.engine.serving.running_program import RunningProgram
from quotedesk.engine.serving.serving import Serving
from quotedesk.engine.serving.web_port import HOST, WebPort
from quotedesk.engine.settling import Settling
from quotedesk.engine.source import Sources
from quotedesk.engine.symbols import bare_code, rows_of, unique_instruments
from quotedesk.lists.book import Book
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkStatus
from quotedesk.net.address import parse_overrides
from quotedesk.net.http import HttpClient
from quotedesk.quotes.quotes import Quotes
from quotedesk.serve.options import ServeOptions
from quotedesk.serve.rules import ServedRules

_SETTLED_S = 0.02


def run(options: ServeOptions) -> int:
    """Serve until a signal; returns the exit code. Raises QuotedeskError or OSError for what the user can mend."""
    headless.prepare()
    profile = Profile(options.profile)
    advice = f" and serves quotes there already, at {profile.socket}. Or name another folder with --profile."
    with profile_lock.hold(profile, advice):
        chosen = settings.glance(profile.settings)
        feed = options.feed or chosen.known_feed
        urls = parse_overrides(options.urls, feed)
        redactor = Redactor()
        relay = options.relay or chosen.relay
        if relay and not options.feed and (code := bare_code(options.symbols)):
            feed = asyncio.run(ask_feed(RelaySource(relay, redactor, options.command), feed, code))
        instruments = unique_instruments(options.symbols, feed)
        content, report = lists_file.load(profile, chosen.feed, FEEDS)
        reports = [report] if report else []
        if options.list_name is not None:
            rows = rows_of({each.name: each.instruments for each in content.lists}, options.list_name)
            instruments = list(dict.fromkeys([*instruments, *rows]))
        sources = Sources(profile, SourceOptions(command=options.command, urls=urls), redactor)
        try:
            book = Book(content)
            return asyncio.run(_ServeRun(options, profile, feed, instruments, sources, redactor, reports, book).main())
        finally:
            signals.ignore()
            sources.stop()


class _ServeRun(HeadlessRun):
    """One run of the engine under readers. It is the engine's display."""

    def __init__(
        self,
        options: ServeOptions,
        profile: Profile,
        feed: str,
        instruments: Sequence[Instrument],
        sources: Sources,
        redactor: Redactor,
        reports: Sequence[str],
        book: Book,
    ) -> None:
        super().__init__(options.command, redactor)
        self._options = options
        self._profile = profile
        self._feed = feed
        self._instruments = instruments
        self._sources = sources
        self._reports = reports
        self._book = book
        self._clock = SystemClock()
        self._serving: Serving

    async def _run(self) -> None:
        """Raises QuotedeskError where nobody could read."""
        tasks = self._tasks
        quotes = Quotes()
        chosen = settings.glance(self._profile.settings)
        services = Services(self._clock, tasks, quotes, self, self._redactor, plan=chosen.plans.get)
        recorder = None
        if chosen.recorder_mb:
            recorder = record(services, self._profile.recording, chosen.recorder_mb * MB, self.show_notice)
            for feed, symbols in chosen.plans.items():
                recorder.set_plan(feed, symbols)
        feeds = Feeds(services, self._sources.of)
        serving = self._serving = Serving(services, RunningProgram(feeds, self._sources, lambda: self._feed))
        store = ReferenceStore(self._profile.reference)
        services.reference = ReferenceData(services, self._sources.of, HttpClient(self._clock), store=store)
        services.consumers += [services.reference, serving]
        self._book.calculate(formulas_file.load(self._profile.formulas)[0])
        hours_of = lambda name: self._sources.of(name).hours  # noqa: E731
        kept = ServedRules(services, self._profile, self._book, hours_of, chosen, acts=self._options.acts)
        rules = kept.engine
        serving.alerts = ReaderRules(self._clock, hours_of, quotes, self._book, serving.show_alert, rules)

        def want() -> None:
            own = [*rules.wanted(), *self._instruments]
            if not self._is_over.is_set():  # else readers go since they are hung up on
                feeds.want_books(rules.book_feeds() | serving.alerts.book_feeds())
                feeds.want([*own, *serving.beside(own)])

        wish = Settling(_SETTLED_S, want)
        serving.on_wanted = wish.note
        port, web = LocalPort(serving, self._profile.socket), WebPort(serving, tasks)
        try:
            try:
                await port.open()
            except OSError as fault:
                raise QuotedeskError(f"Quotes cannot be served at {port.place}: {fault.strerror or fault}") from fault
            for report in self._reports:
                self.show_notice(report)
            await self._open_web(web)
            await kept.read()
            if address := self._options.relay or chosen.relay:
                feeds.use_relay(RelaySource(address, self._redactor, self._options.command).find_target)
            wish.note()
            tasks.spawn(self._each_second(feeds, kept), "each second")
            where = f" and ws://{HOST}:{web.port}" if web.port else ""
            print(f"Serving quotes at {port.place}{where}", flush=True)
            await self._is_over.wait()
        finally:
            self._is_over.set()
            port.close()
            await web.close()
            wish.cancel()
            await feeds.close()
            await kept.close()
            await tasks.stop()
            kept.let_go()
            if recorder is not None:
                await asyncio.to_thread(recorder.close)

    # The engine's Display

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        self._serving.show_links(links)

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        """Readers are told of each row."""

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        """Nobody looks."""

    def show_notice(self, text: str, *, is_error: bool = False) -> None:
        """A line on standard error."""
        self._tell(text)

    def show_fetching(self, words: str) -> None:
        """Nobody looks."""

    def wake(self) -> None:
        """Readers are told already."""

    # Inside

    async def _open_web(self, web: WebPort) -> None:
        """Over WebSocket as well, where that is asked for or switched on. Raises QuotedeskError."""
        chosen = settings.glance(self._profile.settings)
        number = self._options.web_port
        if number is None:
            if not chosen.serves_web:
                return
            number = chosen.web_port
        try:
            token = await asyncio.to_thread(secrets.key, secrets.SERVE)
        except secrets.NoKeyringError:
            token = None
        if not token:
            raise QuotedeskError(
                f"Readers by WebSocket need a token: set {secrets.variable(secrets.SERVE)} to one that nobody guesses, "
                "or switch that on in File > Settings, which makes one."
            )
        self._redactor.learn(token)
        try:
            await web.open(number, token, chosen.web_origins)
        except OSError as fault:
            raise QuotedeskError(f"Port {number} of {HOST} cannot be used: {fault.strerror or fault}") from fault

    async def _each_second(self, feeds: Feeds, kept: ServedRules) -> None:
        async for _ in each_second(self._clock):
            feeds.second()
            kept.second()
            self._serving.second()

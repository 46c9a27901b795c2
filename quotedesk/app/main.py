"""Build everything, run the loop, stop it. The only reader of the wall clock."""

import asyncio
import contextlib
import itertools
import os
import sys
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from quotedesk.app import loop, stats
from quotedesk.app.controller import Controller
from quotedesk.app.demo_process import DemoProcess
from quotedesk.app.diagnostics import Diagnostics, lines_of
from quotedesk.app.faults import Faults, log
from quotedesk.app.options import Options
from quotedesk.app.redactor import Redactor
from quotedesk.app.tasks import Tasks
from quotedesk.codec.base import Feed
from quotedesk.config import catalogue_file, secrets
from quotedesk.config.settings import SettingsFile
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.net.address import address, host_of, is_loopback
from quotedesk.net.client import DeniedError
from quotedesk.store.catalogue import Catalogue
from quotedesk.store.quotes import Quotes
from quotedesk.store.watchlist import Watchlist
from quotedesk.ui.appearance import Appearance
from quotedesk.ui.numbers import price
from quotedesk.ui.window import Window

TOUR_S = 20.0
SCREENSHOT_AFTER_S = 5.0
_LAG_PROBE_S = 0.1
_GOODBYE_S = 2.0


class SystemClock:
    """The system's clocks; see market.clock.Clock."""

    def now_s(self) -> float:
        return time.monotonic()

    def utc_s(self, at_s: float) -> float:
        return time.time() - (time.monotonic() - at_s)


class Program:
    """One run with a window."""

    def __init__(
        self,
        options: Options,
        feed: Feed,
        instruments: Iterable[Instrument],
        demo: DemoProcess | None,
        redactor: Redactor,
        faults: Faults,
        keep_list: Callable[[Iterable[Instrument]], None],
        settings: SettingsFile,
        reports: list[str],
    ) -> None:
        self._options = options
        self._feed = feed
        self._demo = demo
        self._redactor = redactor
        self._faults = faults
        self._keep = keep_list
        self._settings = settings
        self._reports = reports
        self._clock = SystemClock()
        self._began_s = self._clock.now_s() - stats.process_age_s()
        self._lag = stats.Lag()
        self._addresses: dict[str, str] = {}  # endpoint -> dialled last; without the key
        self._watchlist = Watchlist(instruments)
        self._quotes = Quotes()

    def run(self) -> int:
        """From the first widget to the last; returns the exit code."""
        qInstallMessageHandler(_qt_log(self._options.command))
        app = QApplication(["quotedesk"])
        app.setApplicationName("quotedesk")
        app.setQuitOnLastWindowClosed(False)
        with asyncio.Runner(loop_factory=lambda: loop.DeskLoop(app)) as runner:
            return runner.run(self._main(app))

    async def _main(self, app: QApplication) -> int:
        is_over = asyncio.Event()
        asyncio.get_running_loop().set_exception_handler(self._faults.of_loop)
        loop.on_signals(is_over.set)
        gate = loop.QuitGate(app, is_over)
        names, report = catalogue_file.load()
        if report:
            self._reports.append(report)
            log.warning("%s", report)
        catalogue = Catalogue(names)
        chosen = self._settings.chosen
        looks = Appearance(chosen.theme, chosen.direction, chosen.density, chosen.motion)
        window = Window(self._watchlist, self._quotes, self._clock, self._feed.name, self._title(), catalogue, looks)
        if window.icons.missing:
            self._reports.append(f"Icons could not be read: {', '.join(window.icons.missing)}. Buttons show words.")
            log.warning("%s", self._reports[-1])
        looks.changed.connect(lambda: self._keep_looks(window))
        window.closing.connect(is_over.set)
        self._faults.show = window.show_notice
        tasks = Tasks(self._faults.report)
        controller = Controller(
            self._feed,
            self._watchlist,
            self._quotes,
            window,
            self._clock,
            tasks,
            self._find_address,
            lambda: self._keep_list(window),
            self._key_advice(),
        )
        diagnostics = Diagnostics(
            window,
            lambda: self._figures(controller, window),
            lambda: controller.frames.frames(),
            self._redactor,
            tasks,
            None if self._options.stats else self._probe_lag,
        )
        if self._options.size_px:
            window.resize(*self._options.size_px)
        window.show()
        self._say_first(window)
        controller.start()
        tasks.spawn(self._each_second(controller, window, diagnostics), "each second")
        if self._options.stats:
            tasks.spawn(self._probe_lag(), "lag probe")
        if (end_s := self._end_s()) is not None:
            asyncio.get_running_loop().call_later(end_s, is_over.set)
        await is_over.wait()
        code = self._save_picture(window)
        self._keep_stats(controller, window)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE_S):
                await controller.close()
        await tasks.stop()
        self._faults.show = None
        window.allow_close()
        window.close()
        app.removeEventFilter(gate)
        return code

    def _title(self) -> str:
        if self._options.replay:
            return f"Replay of {self._options.replay.name}: recorded prices"
        if self._options.url:
            return f"{self._feed.title} at {host_of(self._options.url)}"
        return self._feed.title

    def _say_first(self, window: Window) -> None:
        """What the user should know before anything happens."""
        lines = list(self._reports)
        host = host_of(self._options.url or next(iter(self._feed.provider.endpoints.values())))
        if self._feed.caution and host.partition(":")[0].endswith(self._feed.provider.hosts):
            lines.append(self._feed.caution)
            log.warning("%s", self._feed.caution)
        if lines:
            window.show_notice(" ".join(lines))

    def _key_advice(self) -> str:
        provider = self._feed.provider.name
        return f"Set it with: {self._options.command} key set {provider}, or in {secrets.variable(provider)}"

    async def _find_address(self, endpoint: str) -> str:
        """The URL to dial, with the key as it is now."""
        provider = self._feed.provider
        base = await self._demo.find_url() if self._demo else self._options.url
        key = await self._find_key(base) if provider.needs_key else None
        self._addresses[endpoint] = address(provider.endpoints[endpoint], base, None)
        return address(provider.endpoints[endpoint], base, key)

    async def _find_key(self, base: str | None) -> str | None:
        provider = self._feed.provider
        is_optional = base is not None and is_loopback(base)
        try:
            key = await asyncio.to_thread(secrets.key, provider.name)
        except secrets.NoKeyringError as fault:
            if is_optional:
                return None
            raise DeniedError(f"{provider.title} needs a key, and there is no unlocked keyring here") from fault
        self._redactor.learn(key)
        if key is None and not is_optional:
            raise DeniedError(f"{provider.title} needs a key")
        return key

    def _keep_looks(self, window: Window) -> None:
        looks = window.appearance
        try:
            self._settings.change(
                theme=looks.shade, direction=looks.direction, density=looks.spacing, motion=looks.motion
            )
        except OSError as fault:
            log.exception("the settings could not be saved")
            window.show_notice(f"The settings could not be saved ({fault.strerror}). They last until you quit.")

    def _keep_list(self, window: Window) -> None:
        try:
            self._keep(self._watchlist)
        except OSError as fault:
            line = f"The list could not be saved ({fault.strerror}). It is kept until you quit; free space and edit it."
            log.exception("the list could not be saved")
            window.show_notice(line)

    # -- figures and pictures ----------------------------------------------------------------------------------------

    def _end_s(self) -> float | None:
        if self._options.is_tour:
            return TOUR_S
        if self._options.quit_after_s is None and self._options.screenshot:
            return SCREENSHOT_AFTER_S
        return self._options.quit_after_s

    async def _each_second(self, controller: Controller, window: Window, diagnostics: Diagnostics) -> None:
        began_s = self._clock.now_s()
        for second in itertools.count(1):
            await asyncio.sleep(max(0.0, began_s + second - self._clock.now_s()))
            controller.second()
            self._keep_stats(controller, window)
            diagnostics.second()
            if self._options.is_tour:
                self._print_figures(second, controller)

    async def _probe_lag(self) -> None:
        while True:
            due_s = self._clock.now_s() + _LAG_PROBE_S
            await asyncio.sleep(_LAG_PROBE_S)
            self._lag.add(self._clock.now_s() - due_s)

    def _stats(self, controller: Controller, window: Window) -> stats.Stats:
        clock = window.repaint_clock
        startup = stats.Startup(
            self._since_start_ms(window.first_paint_s), self._since_start_ms(controller.first_quote_s)
        )
        return stats.gather(
            controller.sessions.values(),
            self._watchlist,
            self._quotes,
            clock.paint_stats(),
            clock.age_stats(),
            self._lag,
            startup,
        )

    def _figures(self, controller: Controller, window: Window) -> list[tuple[str, str]]:
        sessions = controller.sessions.items()
        trips_s = {endpoint: session.round_trip.last_s for endpoint, session in sessions}
        return lines_of(self._stats(controller, window), controller.messages.per_s, trips_s, self._addresses)

    def _since_start_ms(self, at_s: float | None) -> float | None:
        return None if at_s is None else round((at_s - self._began_s) * 1000, 1)

    def _keep_stats(self, controller: Controller, window: Window) -> None:
        if self._options.stats:
            try:
                stats.write(self._options.stats, self._stats(controller, window))
            except OSError as fault:
                log.warning("--stats: %s", fault)

    def _print_figures(self, second: int, controller: Controller) -> None:
        """A line of live figures, for a user without a screen."""
        counts = [session.counts for session in controller.sessions.values()]
        states = [controller.state_word(instrument) for instrument in self._watchlist]
        first = self._watchlist[0] if len(self._watchlist) else None
        shown = ""
        if first:
            slot = self._quotes.slot(first)
            shown = f"  {first.code} {price(self._quotes['price'][slot], int(self._quotes['decimals'][slot]))}"
        print(
            f"{second:2d} s  {sum(word in ('live', 'quiet') for word in states)} live of {len(states)} wanted  "
            f"{sum(each.applied.total() for each in counts)} ticks{shown}",
            flush=True,
        )

    def _save_picture(self, window: Window) -> int:
        path = self._options.screenshot
        if self._options.is_tour:
            path = Path.cwd() / f"quotedesk-{datetime.now().astimezone():%Y%m%d-%H%M%S}.png"
        if path is None:
            return 0
        if not window.grab().save(str(path), "PNG"):
            raise QuotedeskError(f"The picture could not be saved as {path}. May that folder be written to?")
        if self._options.is_tour:
            print(f"A picture of the window: {path}")
        return 0


def _qt_log(command: str) -> Callable[[QtMsgType, object, str], None]:
    """Qt's own messages go to the log, a user can do nothing with them; but for the one after which Qt aborts."""

    def log_qt(kind: QtMsgType, context: object, text: str) -> None:
        log.log(30 if kind is not QtMsgType.QtDebugMsg else 10, "Qt: %s", text)
        if kind is QtMsgType.QtFatalMsg:
            if sys.stderr is not None:
                about_screen = "The screen cannot be used: DISPLAY, WAYLAND_DISPLAY or QT_QPA_PLATFORM is wrong."
                reason = about_screen if "platform plugin" in text else f"Qt gave up: {text.splitlines()[0]}"
                print(f"{command}: {reason} The log has more.", file=sys.stderr)
            os._exit(2)  # else it leaves a core dump

    return log_qt

"""Quotes of the running window for other programs: on the profile's socket, and over WebSocket where that is on."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from quotedesk.app.process.faults import log
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.config import secrets
from quotedesk.config.paths import Profile
from quotedesk.config.secrets import SERVE, NoKeyringError
from quotedesk.config.settings import SettingsFile
from quotedesk.engine.alerting import Alerting
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.services import Services
from quotedesk.engine.serving.local_port import LocalPort
from quotedesk.engine.serving.reader_rules import ReaderRules
from quotedesk.engine.serving.running_program import RunningProgram
from quotedesk.engine.serving.serving import Readers, Serving
from quotedesk.engine.settling import Settling
from quotedesk.engine.source import Sources
from quotedesk.lists.book import Book
from quotedesk.lists.symbol_directory import Directories
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes

if TYPE_CHECKING:
    from quotedesk.engine.serving.web_port import WebPort
    from quotedesk.ui.dialogs.serving_settings import ServingSettings

_WANTED_S = 0.05  # a thousand readers that come at once are one wish
_SHOWN_S = 0.2
_FOCUS_S = 0.1


class WindowServing:
    """One for a run. `want` is called when readers want something else than before.

    Attributes:
        serving: who reads what.
    """

    def __init__(
        self,
        services: Services,
        windows: Windows,
        feeds: Feeds,
        sources: Sources,
        settings: SettingsFile,
        profile: Profile,
        directories: Directories,
        want: Callable[[], None],
    ) -> None:
        self.serving = Serving(services, RunningProgram(feeds, sources, self._default_feed))
        self._windows = windows
        self._tasks = services.tasks
        self._clock = services.clock
        self._sources = sources
        self._redactor = services.redactor
        self._settings = settings
        self._directories = directories
        self._local = LocalPort(self.serving, profile.socket)
        self._web: WebPort | None = None
        self._dialog: ServingSettings | None = None
        self._more = 0  # symbols that readers want and no list has
        self._fault = ""  # why programs cannot connect to the socket
        self._is_over = False
        self._wish = Settling(_WANTED_S, want)
        self._shown = Settling(_SHOWN_S, self._show_readers)
        self._focus = Settling(_FOCUS_S, self._look_at_focus)
        self.serving.on_wanted = self._wish.note
        self.serving.on_readers = self._readers_changed
        windows.links_shown.connect(self.serving.show_links)
        services.consumers.append(self.serving)

    def take_rules(self, quotes: Quotes, book: Book, own: Alerting | None = None) -> None:
        """From now on readers' rules are evaluated, and they are told what the program's `own` rules say."""
        hours_of = lambda name: self._sources.of(name).hours  # noqa: E731
        self.serving.alerts = ReaderRules(self._clock, hours_of, quotes, book, self.serving.show_alert, own)

    def beside(self, own: Sequence[Instrument]) -> list[Instrument]:
        """What readers want more than the windows' `own`."""
        more = self.serving.beside(own)
        if len(more) != self._more:
            self._more = len(more)
            self._readers_changed()
        return more

    async def begin(self) -> None:
        """Let programs connect, as the settings say."""
        await self._open_local()
        await self._open_web()

    async def close(self) -> None:
        """Hang up on all readers: the program ends."""
        self._is_over = True
        self._local.close()
        if self._web is not None:
            await self._web.close()
        for each in (self._wish, self._shown, self._focus):
            each.cancel()

    def lines(self) -> list[tuple[str, str]]:
        """Who reads, for the diagnostics."""
        readers = self.serving.readers
        where = str(self._local.place) if self._local.is_open else self._fault or "nobody can connect"
        if self._web is not None and self._web.port:
            where += f", ws://127.0.0.1:{self._web.port}"
        told = f"{_told(readers)}, {self._more:,} more than the lists have, {readers.dropped:,} quotes dropped"
        return [("Readers", told), ("Readers connect at", where)]

    def attend(self, dialog: "ServingSettings") -> None:
        """Answer the settings about other programs, as long as that dialog is there."""
        self._dialog = dialog
        dialog.destroyed.connect(self._forget_dialog)
        dialog.changed.connect(self._choose)
        dialog.token_wanted.connect(lambda: self._tasks.spawn(self._copy_token(), "token of readers"))
        dialog.token_renewed.connect(lambda: self._tasks.spawn(self._renew_token(), "token of readers"))
        dialog.show_place(str(self._local.place) if self._local.is_open else "")
        if self._fault:
            dialog.show_answer(self._fault, False)

    # Readers

    def _readers_changed(self) -> None:
        if not self._is_over:
            self._shown.note()
            self._focus.note()

    def _show_readers(self) -> None:
        readers = self.serving.readers
        if not readers.names:
            self._windows.show_readers("", "")
            return
        more = _counted(self._more, "symbol") if self._more else "No symbol"
        lines = ("Other programs read quotes here", _told(readers), f"{more} more than your lists have; last in a plan")
        self._windows.show_readers(_words(readers), "\n".join(lines))

    def _look_at_focus(self) -> None:
        """Windows tell of many things that may change the current row: while somebody reads, it is looked at."""
        if not self.serving.readers.names:
            return
        self._focus.note()
        instrument = self._windows.front.current_instrument
        self.serving.show_focus(instrument, self._context(instrument) if instrument is not None else None)

    def _context(self, instrument: Instrument) -> Mapping[str, object]:
        """The instrument as FDC3 has it: https://fdc3.finos.org/docs/context/ref/Instrument."""
        if instrument.feed not in FEEDS:
            return {"type": "fdc3.instrument", "id": {"ticker": instrument.code}}
        directory = self._directories.of(instrument.feed)
        _, ticker = directory.symbology.listed(instrument.code)
        said: dict[str, object] = {"type": "fdc3.instrument", "id": {"ticker": ticker or instrument.code}}
        return {**said, "name": name} if (name := directory.name(instrument.code)) else said

    def _default_feed(self) -> str:
        return self._settings.chosen.known_feed

    # Where they connect

    async def _open_local(self) -> None:
        self._fault = ""
        if self._settings.chosen.serves and not self._is_over:
            try:
                await self._local.open()
            except OSError as fault:
                self._fault = f"Programs cannot connect to {self._local.place}: {fault.strerror or fault}."
                log.warning("%s", self._fault)
        else:
            self._local.close()
        if self._dialog is not None:
            self._dialog.show_place(str(self._local.place) if self._local.is_open else "")
            self._dialog.show_answer(self._fault, not self._fault)

    async def _open_web(self) -> None:
        chosen = self._settings.chosen
        if not chosen.serves_web or self._is_over:
            if self._web is not None:
                await self._web.close()
            return
        if self._web is None:
            from quotedesk.engine.serving.web_port import WebPort

            self._web = WebPort(self.serving, self._tasks)
        try:
            token = await asyncio.to_thread(_find_token)
            self._redactor.learn(token)
            await self._web.open(chosen.web_port, token, chosen.web_origins)
        except OSError as fault:
            why = fault.strerror or str(fault)
            words = f"Programs cannot connect to port {chosen.web_port} of 127.0.0.1: {why}. Choose another port."
            log.warning("%s", words)
            if self._dialog is not None:
                self._dialog.show_answer(words, False)
            else:
                self._windows.show_notice(words, is_error=True)
        else:
            if self._dialog is not None:
                self._dialog.show_answer(f"Programs with the token connect to ws://127.0.0.1:{self._web.port}.", True)

    def _choose(self, name: str, value: object) -> None:
        try:
            self._settings.change(**{name: value})
        except OSError as fault:
            words = f"The settings could not be saved ({fault.strerror}). They last until you quit."
            self._windows.show_notice(words, is_error=True)
        self._tasks.spawn(self._open_local() if name == "serves" else self._open_web(), "readers' settings")

    async def _copy_token(self) -> None:
        token = await asyncio.to_thread(_find_token)
        if self._dialog is not None:
            self._dialog.copy(token, "The token is copied.")

    async def _renew_token(self) -> None:
        if await asyncio.to_thread(_renew_token):
            await self._open_web()
            await self._copy_token()
        elif self._dialog is not None:
            words = f"The token is from {secrets.variable(SERVE)}: set another one there, and start again."
            self._dialog.show_answer(words, False)

    def _forget_dialog(self) -> None:
        self._dialog = None


def _find_token() -> str:
    """The token of readers; made, and kept where there is a keyring, when it is first asked for. May wait."""
    try:
        if kept := secrets.key(SERVE):
            return kept
    except NoKeyringError:
        pass
    return _make_token()


def _renew_token() -> bool:
    """Another one counts from now on; False where it is the environment's."""
    token = _make_token()
    try:
        return secrets.key(SERVE) == token
    except NoKeyringError:
        return False


def _make_token() -> str:
    token = token_urlsafe(32)
    try:
        secrets.keep_key(SERVE, token)
    except NoKeyringError:
        secrets.lend_key(SERVE, token)  # until the program ends
    return token


def _words(readers: Readers) -> str:
    """For the status bar: "2 readers, 5 symbols"; "" where nobody reads."""
    if not readers.names:
        return ""
    return f"{_counted(len(readers.names), 'reader')}, {_counted(readers.rows, 'symbol')}"


def _told(readers: Readers) -> str:
    """The same with their names, as they call themselves."""
    if not readers.names:
        return "none"
    names = Counter(name or "unnamed" for name in readers.names)
    told = ", ".join(f"{name} ({count:,})" if count > 1 else name for name, count in names.most_common(8))
    more = f" and {len(names) - 8:,} more" if len(names) > 8 else ""
    return f"{_words(readers)}: {told}{more}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"

"""What the user chooses: kept in the settings, and answered. The settings dialog and the first start end here."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

from quotedesk.app.process.faults import log
from quotedesk.app.process.sound import SOUNDS
from quotedesk.app.tools.first_start import FirstStart
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.codec.base import Feed
from quotedesk.config import secrets
from quotedesk.config.secrets import NoKeyringError
from quotedesk.config.settings import SettingsFile
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.net.address import address, is_loopback
from quotedesk.ui.looks.appearance import Appearance

if TYPE_CHECKING:
    from quotedesk.net.probe import Answered
    from quotedesk.ui.dialogs.alert_settings import AlertSettings
    from quotedesk.ui.dialogs.serving_settings import ServingSettings
    from quotedesk.ui.dialogs.settings_dialog import SettingsDialog

_WITH_KEY = "alltick"  # what "a token" on the start panel means


class Preferences:
    """Keeps and answers what the user chooses in one run.

    Attributes:
        on_open: each adds its own to a dialog that is opened.
        relay_wanted: called where the dialog is open for the sake of the relay.
        serve_readers: answers the part of the dialog about other programs.
        serve_alerts: answers the part of the dialog about alerts.
    """

    def __init__(
        self,
        settings: SettingsFile,
        looks: Appearance,
        windows: Windows,
        tasks: Tasks,
        redactor: Redactor,
        feeds: Feeds,
        sources: Sources,
    ) -> None:
        self._settings = settings
        self._looks = looks
        self._windows = windows
        self._tasks = tasks
        self._redactor = redactor
        self._feeds = feeds
        self._sources = sources
        self.on_open: list[Callable[[SettingsDialog], None]] = []
        self.relay_wanted: Callable[[], None] = lambda: None
        self.serve_readers: Callable[[ServingSettings], None] | None = None
        self.serve_alerts: Callable[[AlertSettings], None] | None = None
        self._dialog: SettingsDialog | None = None
        self._is_first_start = False  # the token is asked for on the start panel: the shown list is to have its prices
        looks.changed.connect(self._keep_looks)
        urls = windows.requests.urls
        urls.put(settings.chosen.open_in)
        urls.changed.connect(lambda: self.change(open_in=urls.templates))
        windows.requests.settings.connect(self.open)
        self._first = FirstStart(windows, tasks, sources, self._choose_feed)
        windows.requests.token.connect(self._ask_for_token)
        windows.requests.token_of.connect(self._ask_for_token_of)
        windows.requests.welcomed.connect(self.change)  # even with nothing changed: the next start is not the first

    def change(self, **changes: object) -> None:
        """Change settings by their names, and keep all."""
        try:
            self._settings.change(**changes)
        except OSError as fault:
            log.exception("the settings could not be saved")
            told = f"The settings could not be saved ({fault.strerror}). They last until you quit."
            self._windows.show_notice(told, is_error=True)

    def open(self) -> "SettingsDialog":
        """Show the settings."""
        from quotedesk.ui.dialogs.recorder_section import RecorderSection
        from quotedesk.ui.dialogs.settings_dialog import SettingsDialog  # the first paint need not wait for it
        from quotedesk.ui.dialogs.url_section import UrlSection

        if self._dialog is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()
            return self._dialog
        titles = {name: feed.title for name, feed in FEEDS.items()}
        providers = {name: feed.provider.title for name, feed in FEEDS.items() if feed.provider.needs_key}
        front = self._windows.front
        feed = front.watchlist.feed
        dialog = SettingsDialog(self._settings.chosen, feed, titles, providers, self._looks, front, SOUNDS)
        self._dialog = dialog
        dialog.finished.connect(self._closed)
        front.feed_shown.connect(dialog.show_feed)
        dialog.feed_chosen.connect(self._choose_feed)
        dialog.origin_wanted.connect(lambda name: self._spawn(self._tell_origin(FEEDS[name])))
        dialog.plan_set.connect(self._set_plan)
        dialog.key_tried.connect(lambda name, key: self._spawn(self._try(FEEDS[name], key)))
        dialog.key_given.connect(lambda name, key: self._spawn(self._keep(FEEDS[name], key)))
        dialog.key_lent.connect(lambda name, key: self._spawn(self._lend(FEEDS[name], key)))
        dialog.key_forgotten.connect(lambda name: self._spawn(self._forget(FEEDS[name])))
        dialog.paints_set.connect(self._set_paints)
        dialog.tells_set.connect(lambda on: self.change(tells=on))
        dialog.power_set.connect(self._set_power_saving)
        front.open_in.lend()
        dialog.add_section("Open a symbol elsewhere", "&URL templates", UrlSection(self._windows.requests.urls))
        recorder = RecorderSection(self._settings.chosen.recorder_mb)
        recorder.sized.connect(self._set_recorder)
        dialog.add_section("Flight recorder", "Messa&ges to keep", recorder)
        for add in self.on_open:
            add(dialog)
        self._spawn(self._tell_origin(FEEDS[dialog.edited.currentData()]))
        if self.serve_readers is not None:
            self.serve_readers(dialog.serving)
        if self.serve_alerts is not None:
            self.serve_alerts(dialog.alerts)
        dialog.show()
        return dialog

    # Inside

    def _ask_for_token_of(self, feed: str) -> None:
        dialog = self.open()
        if feed in FEEDS:
            dialog.ask_for_key(feed)
        else:  # the way to a relay
            self.relay_wanted()

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        self._tasks.spawn(work, "settings")

    def _closed(self) -> None:
        self._dialog = None
        self._is_first_start = False

    def _keep_looks(self) -> None:
        looks = self._looks
        self.change(theme=looks.shade, direction=looks.direction, density=looks.spacing, motion=looks.motion)

    def _choose_feed(self, name: str) -> None:
        """New lists are of that feed."""
        self.change(feed=name)
        self._windows.set_new_feed(name)

    def _ask_for_token(self) -> None:
        self._is_first_start = True
        self.open().ask_for_key(_WITH_KEY)

    def _set_plan(self, feed: str, symbols: int) -> None:
        plans = {name: size for name, size in self._settings.chosen.plans.items() if name != feed}
        self.change(plans=plans | ({feed: symbols} if symbols else {}))
        self._feeds.set_plan(feed, symbols or None)

    def _set_paints(self, rate: int) -> None:
        self.change(paints_per_s=rate)
        self._windows.set_paint_rate(rate)

    def _set_power_saving(self, on: bool) -> None:
        self.change(saves_power=on)
        self._windows.set_power_saving(on)

    def _set_recorder(self, size_mb: int) -> None:
        self.change(recorder_mb=size_mb)
        self._windows.requests.recorder_sized.emit(size_mb)

    def _answer(self, words: str, is_good: bool | None, details: str = "") -> None:
        if self._dialog is not None:
            self._dialog.show_answer(self._redactor.clean(words), is_good, self._redactor.clean(details))

    async def _tell_origin(self, feed: Feed) -> None:
        if feed.provider.needs_key:
            has_key, words = await asyncio.to_thread(secrets.look, feed.provider.name)
            if len(feed.provider.key_parts) > 1:
                words = f"{words}; paste {feed.provider.key_form}"
            if self._dialog is not None:
                self._dialog.show_origin(feed.name, words, has_key=has_key)

    async def _try(self, feed: Feed, key: str) -> None:
        """Ask the server, with this key or the one that is kept."""
        provider = feed.provider
        self._redactor.learn(key, *provider.secrets_in(key))
        if key and (fault := provider.fault_of(key)):
            self._answer(f"{fault}.", False)
            return
        self._answer("Asking the server\N{HORIZONTAL ELLIPSIS}", None)
        try:
            kept = await asyncio.to_thread(secrets.key, provider.name)
        except NoKeyringError:
            kept = None
        self._redactor.learn(kept, *provider.secrets_in(kept))
        if key in ("", kept) and kept and self._feeds.is_connected(provider.name):
            # Another connection with it might cost the one that is open.
            self._answer("This token is in use now: the server took it, and the connection is up.", True)
            return
        key = key or kept or ""
        url = self._sources.of(feed.name).base
        if not key and not (url and is_loopback(url)):
            self._answer("There is no token yet: paste it first.", False)
            return
        from quotedesk.net.probe import ask

        clock = SystemClock()
        in_url, greeted = (key or None, None) if provider.key_in_url else (None, key or None)
        target = address(next(iter(provider.endpoints.values())), url, in_url)
        answered = await ask(feed, target, clock.utc_s(clock.now_s()), greeted)
        self._answer(plainly(provider.title, answered), answered.is_taken, answered.told)

    async def _keep(self, feed: Feed, key: str) -> None:
        """Put it into the keyring, and use it."""
        provider = feed.provider
        self._redactor.learn(key, *provider.secrets_in(key))
        if fault := provider.fault_of(key):
            self._answer(f"{fault}; nothing was changed.", False)
            return
        self._answer("Putting it into the keyring\N{HORIZONTAL ELLIPSIS}", None)
        try:
            await asyncio.to_thread(secrets.keep_key, provider.name, key)
        except NoKeyringError as fault:
            self._answer(f"{fault} Or use the token until you quit.", False)
            if self._dialog is not None:
                self._dialog.offer_use(feed.name)
            return
        await self._given(feed, "The token is in the keyring.")

    async def _lend(self, feed: Feed, key: str) -> None:
        """Use it until the program ends."""
        self._redactor.learn(key, *feed.provider.secrets_in(key))
        if fault := feed.provider.fault_of(key):
            self._answer(f"{fault}; nothing was changed.", False)
            return
        secrets.lend_key(feed.provider.name, key)
        await self._given(feed, "The token is in use until you quit, and kept nowhere.")

    async def _given(self, feed: Feed, words: str) -> None:
        """There is a token now: use it."""
        if self._dialog is not None:
            self._dialog.key.clear()
        await self._tell_origin(feed)
        if any(link.feed == feed.name for link in self._feeds.links):
            self._answer(words, True)
            self._feeds.retry_now()
        elif self._is_first_start:
            self._answer(words, True)
            self._first.use(feed.name)
        else:
            self._answer(f"{words} List > Feed gives a list the prices of {feed.title}.", True)

    async def _forget(self, feed: Feed) -> None:
        self._answer("Looking into the keyring\N{HORIZONTAL ELLIPSIS}", None)
        try:
            was_there = await asyncio.to_thread(secrets.forget_key, feed.provider.name)
        except NoKeyringError as fault:
            self._answer(str(fault), False)
            return
        await self._tell_origin(feed)
        self._answer("The token is forgotten." if was_there else "There was none to forget.", True)


def plainly(provider: str, answered: "Answered") -> str:
    """What came of a test, in plain words; the server's own are for who looks closer."""
    code = answered.told.partition(":")[0] if answered.told.startswith("HTTP ") else ""
    if not answered.is_reached:
        return f"{provider} could not be reached: {answered.told.rstrip('.')}."
    if answered.is_taken:
        return f"{provider} took the token." if answered.has_answered else f"{provider} is there, but did not answer."
    if not answered.has_answered:
        return f"{provider} hung up: {answered.told.rstrip('.')}."
    if code and not code.startswith(("HTTP 401", "HTTP 403")):
        return f"{provider} could not test the token: it answered {code}."
    return f"{provider} refused the token{f' ({code})' if code else ''}."

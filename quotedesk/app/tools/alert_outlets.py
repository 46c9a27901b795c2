"""What an alert does outside the windows: notice, sound, window forward, program, webhook; and their tests."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence

from quotedesk.app.process.desktop_notice import DesktopNotices
from quotedesk.app.process.faults import log
from quotedesk.app.process.sound import NO_SOUND, Sounds
from quotedesk.app.windows import Windows
from quotedesk.config import secrets
from quotedesk.config.secrets import NoKeyringError
from quotedesk.config.settings import SettingsFile
from quotedesk.engine.alert_actions import Burst, payload
from quotedesk.engine.alert_programs import PAUSE_S, WEBHOOK, Alarm, AlertPrograms, as_notice
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.tasks import Tasks
from quotedesk.market.clock import Clock
from quotedesk.net.webhook import fault_of
from quotedesk.ui.dialogs.alert_settings import AlertSettings

_TEST = {"type": "alert", "kind": "test", "rule": "TEST@demo last crosses-up 1", "symbol": "TEST", "feed": "demo"}
_TEST_WORDS = "A test of quotedesk's alerts"


class AlertOutlets:
    """Passes alerts on as the settings allow. What comes close together is one notice, one run, one post.

    Attributes:
        notices, sounds: what shows and plays them.
    """

    def __init__(
        self,
        settings: SettingsFile,
        windows: Windows,
        tasks: Tasks,
        clock: Clock,
        redactor: Redactor,
        notices: DesktopNotices,
        sounds: Sounds,
    ) -> None:
        self._settings = settings
        self._windows = windows
        self._tasks = tasks
        self._redactor = redactor
        self.notices = notices
        self.sounds = sounds
        self._part: AlertSettings | None = None  # of the settings dialog, while that is open
        self._programs = AlertPrograms(lambda: settings.chosen, tasks, clock, redactor, self._tell)
        self._to_show = Burst[Alarm](tasks, self._show, PAUSE_S, "notice of alerts")

    def pass_on(self, alerts: Sequence[Alarm]) -> None:
        """Do what these alerts want."""
        chosen = self._settings.chosen
        for sound in dict.fromkeys(each.sound or chosen.alert_sound for each in alerts):
            self.sounds.play(sound)  # the first that is one; it plays while the others come
        if chosen.alert_raises or any("raise" in each.does for each in alerts):
            self._windows.come_forward()
        if chosen.alert_notice:
            self._to_show.add(alerts)
        self._programs.pass_on(alerts)

    def prepare(self) -> None:
        """There are rules: the first alert is not to wait for the way to the desktop."""
        if self._settings.chosen.alert_notice:
            self.notices.prepare()

    def serve(self, part: AlertSettings, change: Callable[..., None]) -> None:
        """Answer the settings dialog while it is open; `change` keeps settings by their names."""
        self._part = part
        part.destroyed.connect(self._part_closed)
        part.changed.connect(lambda name, value: change(**{name: value}))
        part.tried.connect(self._try)
        part.show_no_sound(self.sounds.fault)
        part.webhook_given.connect(lambda address: self._spawn(self._keep(address)))
        part.webhook_forgotten.connect(lambda: self._spawn(self._forget()))
        self._spawn(self._tell_origin())

    # Inside

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        self._tasks.spawn(work, "alert settings")

    def _part_closed(self) -> None:
        self._part = None

    async def _show(self, alerts: Sequence[Alarm]) -> None:
        title, text = as_notice(alerts)
        self.notices.show(title, text, alerts[-1].key)

    def _tell(self, words: str) -> None:
        log.warning("%s", words)
        self._windows.show_notice(words, is_error=True)

    # Tests of the settings

    def _answer(self, words: str, is_good: bool | None) -> None:
        if self._part is not None:
            self._part.show_answer(self._redactor.clean(words), is_good)

    def _try(self, what: str) -> None:
        chosen = self._settings.chosen
        match what:
            case "notice":
                self.notices.show(
                    _TEST_WORDS,
                    "This is how a notice looks.",
                    answer=lambda fault: self._answer(fault or "The notice is on the desktop.", not fault),
                )
            case "sound" if chosen.alert_sound == NO_SOUND:
                self._answer("No sound is chosen.", True)
            case "sound":
                self._answer("", True)
                self.sounds.play(chosen.alert_sound, self._answer)
            case "raise":
                self._windows.come_forward()
            case "command":
                self._spawn(self._try_command())
            case "webhook":
                self._spawn(self._try_webhook())

    async def _try_command(self) -> None:
        self._answer("The program runs\N{HORIZONTAL ELLIPSIS}", None)
        fault = await self._programs.run(payload(_TEST_WORDS, [_TEST]))
        self._answer(f"{fault}." if fault else "The program ended well.", not fault)

    async def _try_webhook(self) -> None:
        self._answer("Posting\N{HORIZONTAL ELLIPSIS}", None)
        fault = await self._programs.post(payload(_TEST_WORDS, [_TEST]), ())
        self._answer(f"{fault}." if fault else "The webhook took it.", not fault)

    async def _keep(self, address: str) -> None:
        self._redactor.learn(address)
        if fault := fault_of(address, allows_private=self._settings.chosen.alert_private):
            self._answer(f"{fault}. Nothing was changed.", False)
            return
        try:
            await asyncio.to_thread(secrets.keep_key, WEBHOOK, address)
            words = "The address is in the keyring."
        except NoKeyringError:
            secrets.lend_key(WEBHOOK, address)
            words = (
                "There is no unlocked keyring: the address is in use until you quit. "
                f"The environment variable {secrets.variable(WEBHOOK)} holds it for longer."
            )
        if self._part is not None:
            self._part.webhook.clear()
        await self._tell_origin()
        self._answer(words, True)

    async def _forget(self) -> None:
        try:
            was_there = await asyncio.to_thread(secrets.forget_key, WEBHOOK)
        except NoKeyringError as fault:
            self._answer(str(fault), False)
            return
        await self._tell_origin()
        self._answer("The address is forgotten." if was_there else "There was none to forget.", True)

    async def _tell_origin(self) -> None:
        has_address, words = await asyncio.to_thread(secrets.look, WEBHOOK)
        if self._part is not None:
            self._part.show_origin(words.replace("token", "address"), has_address=has_address)

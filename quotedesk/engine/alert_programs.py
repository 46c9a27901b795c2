"""What alerts do beyond the screen, with a window or without: the user's command is run, the webhook is posted to."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

import msgspec

from quotedesk.config import secrets
from quotedesk.config.secrets import NoKeyringError
from quotedesk.config.settings import Settings
from quotedesk.engine.alert_actions import RETRIES_S, Burst, payload, post_webhook, run_command
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.tasks import Tasks
from quotedesk.market.clock import Clock

WEBHOOK = "webhook"  # as the keyring knows its address
PAUSE_S = 2.0  # what fires meanwhile is one notice, one run, one post
_MOST_LINES = 4  # of a notice


class Alarm(msgspec.Struct, frozen=True, gc=False):
    """An alert as it is passed on. Of a thousand at once few are put into words.

    Attributes:
        words: says it: a line, and what there is to know beside it.
        data: the alert for other programs, as `watch --json --alert` prints it.
        key: what a click on its notice opens.
        sound: by its name; "" for the usual one.
        does: what else its rule wants: "raise", "run", "post".
    """

    words: Callable[[], tuple[str, str]]
    data: Callable[[], Mapping[str, object]]
    key: str = ""
    sound: str = ""
    does: tuple[str, ...] = ()


class AlertPrograms:
    """Runs the command and posts, as the settings of the moment allow. What comes close together is one run, one post.

    `tell` gets what went wrong, in words without secrets.
    """

    def __init__(
        self,
        chosen: Callable[[], Settings],
        tasks: Tasks,
        clock: Clock,
        redactor: Redactor,
        tell: Callable[[str], None],
    ) -> None:
        self._chosen = chosen
        self._clock = clock
        self._redactor = redactor
        self._tell = tell
        self._to_run = Burst[Alarm](tasks, self._run, PAUSE_S, "command of alerts")
        self._to_post = Burst[Alarm](tasks, self._post, PAUSE_S, "webhook of alerts")

    def pass_on(self, alerts: Sequence[Alarm]) -> None:
        """Do what these alerts want."""
        chosen = self._chosen()
        if chosen.alert_runs:
            self._to_run.add([each for each in alerts if "run" in each.does])
        if chosen.alert_posts:
            self._to_post.add([each for each in alerts if "post" in each.does])

    async def run(self, said: bytes) -> str:
        """Run the command with this; returns what went wrong, "" for nothing."""
        return await run_command(self._chosen().alert_command, said)

    async def post(self, said: bytes, retries_s: Sequence[float] = RETRIES_S) -> str:
        """Post this to the webhook; returns what went wrong at last."""
        address, allows_private = await self._address(), self._chosen().alert_private
        return await post_webhook(address, said, self._clock, allows_private=allows_private, retries_s=retries_s)

    # Inside

    async def _run(self, alerts: Sequence[Alarm]) -> None:
        title, _ = as_notice(alerts)
        if fault := await self.run(payload(title, [each.data() for each in alerts])):
            self._tell(self._redactor.clean(f"The command of an alert failed: {fault}."))

    async def _post(self, alerts: Sequence[Alarm]) -> None:
        title, text = as_notice(alerts)
        if fault := await self.post(payload(f"{title}\n{text}".strip(), [each.data() for each in alerts])):
            self._tell(self._redactor.clean(f"The webhook of an alert failed: {fault}."))

    async def _address(self) -> str:
        try:
            address = await asyncio.to_thread(secrets.key, WEBHOOK) or ""
        except NoKeyringError:
            return ""
        self._redactor.learn(address)
        return address


def as_notice(alerts: Sequence[Alarm]) -> tuple[str, str]:
    """A title and a text for what fired together: one alert by itself, many by their count and the newest of them."""
    if len(alerts) == 1:
        return alerts[0].words()
    shown = [each.words()[0] for each in alerts[-_MOST_LINES:]]
    rest = len(alerts) - len(shown)
    return f"{len(alerts):,} alerts", "\n".join([*shown, *([f"and {rest:,} more, in the log"] if rest else [])])

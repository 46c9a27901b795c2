"""What alerts do outside the windows: only what is allowed, many at once as one, and each test says what came of it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtWidgets import QApplication, QFormLayout, QWidget

from quotedesk.app.process.sound import NO_SOUND
from quotedesk.app.tools import alert_outlets
from quotedesk.app.tools.alert_outlets import AlertOutlets
from quotedesk.config import secrets
from quotedesk.config.settings import Settings, SettingsFile
from quotedesk.engine import alert_programs
from quotedesk.engine.alert_programs import Alarm, as_notice
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.tasks import Tasks
from quotedesk.ui.dialogs.alert_settings import AlertSettings
from tests.fakes.clock import FakeClock
from tests.fakes.http_server import fake_http
from tests.fakes.waiting import until
from tests.net.test_client import no_proxies

pytestmark = pytest.mark.anyio
__all__ = ["no_proxies"]
KEEP = "import sys; open(sys.argv[1], 'ab').write(sys.stdin.buffer.read())"


class Quiet:
    """In the place of windows, notices and sounds."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.notices: list[tuple[str, str, str]] = []
        self.sounds: list[str] = []
        self.raised = 0
        self.fault = ""

    def show_notice(self, message: str, *, is_error: bool = False) -> None:
        self.told.append(message)

    def come_forward(self, token: str = "") -> None:
        self.raised += 1

    def show(self, title: str, text: str, key: str = "", answer: Callable[[str], None] | None = None) -> None:
        self.notices.append((title, text, key))
        if answer is not None:
            answer(self.fault)

    def play(self, name: str, answer: Callable[[str, bool], None] | None = None) -> None:
        self.sounds.append(name)
        if answer is not None:
            answer("Played by Null.", True)


class Outlets:
    def __init__(self, folder: Path) -> None:
        self.quiet = Quiet()
        self.failed: list[BaseException] = []
        self.tasks = Tasks(self.failed.append)
        self.settings = SettingsFile(folder / "settings.toml", Settings())
        self.redactor = Redactor()
        self.outlets = AlertOutlets(
            self.settings, self.quiet, self.tasks, FakeClock(), self.redactor, self.quiet, self.quiet
        )


@pytest.fixture
async def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_proxies: None) -> AsyncIterator[Outlets]:
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, getattr(NoKeyring(), name))
    monkeypatch.setattr(secrets, "_lent", {})
    for module in (alert_outlets, alert_programs):
        monkeypatch.setattr(module, "PAUSE_S", 0.05)
    made = Outlets(tmp_path)
    yield made
    await made.tasks.stop()
    assert made.failed == []


def alarm(what: str = "BTC rose to 5", sound: str = "", *does: str) -> Alarm:
    return Alarm(lambda: (what, "5.1 (4.9 before)"), lambda: {"rule": what}, f"key of {what}", sound, does)


async def test_a_notice_and_a_sound_are_usual_and_nothing_else_is(here: Outlets) -> None:
    here.outlets.pass_on([alarm("BTC rose to 5", "", "run", "post")])
    await until(lambda: here.quiet.notices)
    assert here.quiet.notices == [("BTC rose to 5", "5.1 (4.9 before)", "key of BTC rose to 5")]
    assert here.quiet.sounds == ["chime"]
    assert here.quiet.raised == 0
    here.settings.change(alert_notice=False, alert_sound="ping")
    here.outlets.pass_on([alarm("B", "", "raise"), alarm(sound="bell"), alarm(sound=NO_SOUND)])
    assert here.quiet.sounds == ["chime", "ping", "bell", NO_SOUND]
    assert here.quiet.raised == 1
    await asyncio.sleep(0.1)
    assert len(here.quiet.notices) == 1
    assert here.quiet.told == []


async def test_many_at_once_become_one_notice_with_a_count(here: Outlets) -> None:
    here.outlets.pass_on([alarm()])
    await until(lambda: here.quiet.notices)
    for number in range(300):
        here.outlets.pass_on([alarm(f"S{number}")])
    await until(lambda: len(here.quiet.notices) == 2)
    title, text, key = here.quiet.notices[1]
    assert title == "300 alerts"
    assert text.splitlines() == ["S296", "S297", "S298", "S299", "and 296 more, in the log"]
    assert key == "key of S299"
    assert as_notice([alarm("a"), alarm("b")]) == ("2 alerts", "a\nb")


async def test_the_program_of_rules_that_want_it_gets_all_of_them(here: Outlets, tmp_path: Path) -> None:
    got = tmp_path / "got"
    here.settings.change(alert_runs=True, alert_command=(sys.executable, "-c", KEEP, str(got)))
    here.outlets.pass_on([alarm("A", "", "run"), alarm("B"), alarm("C", "", "run")])
    await until(lambda: got.exists() and got.read_bytes().endswith(b"\n"))
    said = json.loads(got.read_bytes())
    assert [each["rule"] for each in said["alerts"]] == ["A", "C"]
    here.settings.change(alert_command=("/nowhere/at-all",))
    here.outlets.pass_on([alarm("D", "", "run")])
    await until(lambda: here.quiet.told)
    assert here.quiet.told == [
        "The command of an alert failed: at-all could not be started: No such file or directory."
    ]


async def test_the_webhook_gets_it_and_its_secret_is_told_nowhere(
    here: Outlets, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with fake_http() as there:
        monkeypatch.setenv("QUOTEDESK_WEBHOOK_TOKEN", f"{there.url}/s3cr3t-path")
        here.settings.change(alert_posts=True, alert_private=True)
        here.outlets.pass_on([alarm("A", "", "post"), alarm("B")])
        await until(lambda: there.asked)
        assert json.loads(there.asked[0].body)["alerts"] == [{"rule": "A"}]
        here.settings.change(alert_private=False)
        await asyncio.sleep(0.1)
        here.outlets.pass_on([alarm("C", "", "post")])
        await until(lambda: here.quiet.told)
        assert len(there.asked) == 1
    assert "https" in here.quiet.told[0]
    assert "s3cr3t" not in here.quiet.told[0] + caplog.text


class Dialog:
    """The part of the settings dialog, and what it showed."""

    def __init__(self, here: Outlets) -> None:
        self.home = QWidget()
        form = QFormLayout(self.home)
        self.part = AlertSettings(here.settings.chosen, ("chime", "none"), form, self.home)
        here.outlets.serve(self.part, here.settings.change)

    @property
    def answer(self) -> str:
        return self.part.answer.text()


async def test_each_thing_can_be_tried(here: Outlets, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = Dialog(here)
    part = dialog.part
    part.tests["notice"].click()
    assert dialog.answer == "The notice is on the desktop."
    here.quiet.fault = "no desktop"
    part.tests["notice"].click()
    assert dialog.answer == "no desktop"
    part.tests["sound"].click()
    assert dialog.answer == "Played by Null."
    part.tests["raise"].click()
    assert (here.quiet.sounds, here.quiet.raised) == (["chime"], 1)
    assert not part.tests["command"].isEnabled()
    part.command.setText(f"{sys.executable} -c 'import sys; sys.exit(\"spilt\")'")
    part.command.editingFinished.emit()
    part.tests["command"].click()
    await until(lambda: "ended with code 1: spilt" in dialog.answer)
    assert not part.tests["webhook"].isEnabled()
    async with fake_http() as there:
        part.private.click()
        part.webhook.setText(f"{there.url}/hook")
        part.keep.click()
        await until(lambda: "in use until you quit" in dialog.answer)
        assert part.webhook.text() == ""
        assert part.webhook.placeholderText() == "address in use until you quit"
        part.tests["webhook"].click()
        await until(lambda: dialog.answer == "The webhook took it.")
        assert json.loads(there.asked[0].body)["alerts"][0]["kind"] == "test"
    part.webhook.setText("ftp://x")
    part.keep.click()
    await until(lambda: "Nothing was changed" in dialog.answer)
    part.forget.click()
    await until(lambda: dialog.answer == "The address is forgotten.")
    assert here.settings.chosen.alert_private
    dialog.home.deleteLater()

"""The settings dialog and the first start, answered: keyring, servers, feeds, files."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from websockets.asyncio.server import serve

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.tools.preferences import Preferences, plainly
from quotedesk.codec import FEEDS
from quotedesk.config import secrets, settings
from quotedesk.config.paths import Profile
from quotedesk.config.secrets import NoKeyringError
from quotedesk.config.settings import Settings, SettingsFile, Shade
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.url_template import UrlTemplate
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.net.probe import Answered
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.dialogs.url_section import UrlSection
from tests.fakes.clock import FakeClock
from tests.fakes.dialect_servers import AlpacaServer
from tests.fakes.windows import book_of, windows_on

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]
PATIENCE_S = 20.0
KEY = "s3cr3t-T0KEN"


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


class Ring:
    """A keyring."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.keys: dict[str, str] = {}
        self.lent: dict[str, str] = {}
        self.is_locked = False
        monkeypatch.setattr(secrets, "key", self.key)
        monkeypatch.setattr(secrets, "keep_key", self.keep)
        monkeypatch.setattr(secrets, "forget_key", self.forget)
        monkeypatch.setattr(secrets, "lend_key", self.lent.__setitem__)
        monkeypatch.setattr(
            secrets, "origin", lambda provider: "in the ring" if provider in self.keys else "no token yet"
        )

    def _open(self, provider: str) -> None:
        if self.is_locked:
            raise NoKeyringError(provider)

    def key(self, provider: str) -> str | None:
        self._open(provider)
        return self.keys.get(provider)

    def keep(self, provider: str, text: str) -> None:
        self._open(provider)
        self.keys[provider] = text

    def forget(self, provider: str) -> bool:
        self._open(provider)
        return self.keys.pop(provider, None) is not None


class FakeFeeds:
    """The feeds of a run: which links are up, and what they are told."""

    def __init__(self, *connected: str) -> None:
        self.links = tuple(LinkStatus(feed, feed, LinkState.UP) for feed in connected)
        self.told: list[tuple[str, Any]] = []

    def is_connected(self, provider: str) -> bool:
        return any(FEEDS[link.feed].provider.name == provider for link in self.links)

    def retry_now(self) -> None:
        self.told.append(("retry", None))

    def set_plan(self, feed: str, symbols: int | None) -> None:
        self.told.append(("plan", (feed, symbols)))


class Stage:
    """A window with preferences."""

    def __init__(self, folder: Path, shown: str, feeds: FakeFeeds, url: str | None) -> None:
        self.path = folder / "settings.toml"
        self.feeds = feeds
        self.book = book_of(shown, ["A.US"])
        self.windows = windows_on(self.book, Quotes(), FakeClock())
        self.window = self.windows.open()
        self.window.show()
        self.faults: list[BaseException] = []
        self.tasks = Tasks(self.faults.append)
        self.redactor = Redactor()
        self.preferences = Preferences(
            SettingsFile(self.path, Settings()),
            self.window.appearance,
            self.windows,
            self.tasks,
            self.redactor,
            feeds,
            Sources(Profile(folder), SourceOptions(urls={shown: url} if url else {}), self.redactor),
        )

    @property
    def dialog(self) -> Any:
        return self.preferences._dialog

    @property
    def answer(self) -> str:
        labels = self.dialog.findChildren(QLabel)
        return next(label.text() for label in labels if label.accessibleName() == "Answer of the server")

    async def answered(self, but: str = "\N{HORIZONTAL ELLIPSIS}") -> str:
        async with asyncio.timeout(PATIENCE_S):
            while not self.answer or self.answer.endswith(but):
                await asyncio.sleep(0.01)
        return self.answer

    async def until(self, what: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not what():
                await asyncio.sleep(0.01)

    def kept(self) -> Settings:
        chosen, report = settings.load(self.path)
        assert report == ""
        return chosen


@asynccontextmanager
async def stage(
    tmp_path: Path, shown: str = "demo", *, feeds: FakeFeeds | None = None, url: str | None = None
) -> AsyncIterator[Stage]:
    here = Stage(tmp_path, shown, feeds or FakeFeeds(), url)
    try:
        yield here
    finally:
        if here.dialog:
            here.dialog.close()
        await here.tasks.stop()
        here.window.allow_close()
        here.window.close()
        here.window.deleteLater()
    assert here.faults == []


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    return Ring(monkeypatch)


async def test_a_token_that_is_kept_is_in_the_keyring_only_and_its_feed_is_used(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path) as here:
        here.window.start_panel.token_wanted.emit()
        assert here.dialog.focusWidget() is here.dialog.key
        here.dialog.key.setText(KEY)
        here.dialog.keep.click()
        assert await here.answered() == "The token is in the keyring."
        assert ring.keys == {"alltick": KEY}
        assert here.dialog.key.text() == ""
        assert here.window.watchlist.feed == "alltick"
        assert here.kept().feed == "alltick"
        assert here.feeds.told == []
        assert not any(KEY in path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file())
        assert here.redactor.clean(KEY) == "***"


async def test_another_token_for_a_feed_in_use_is_tried_at_once(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path, "alltick", feeds=FakeFeeds("alltick")) as here:
        here.preferences.open()
        here.dialog.key.setText(KEY)
        here.dialog.keep.click()
        await here.answered()
        assert here.feeds.told == [("retry", None)]


async def test_without_a_keyring_it_says_what_to_do_and_the_token_stays_to_be_seen(tmp_path: Path, ring: Ring) -> None:
    ring.is_locked = True
    async with stage(tmp_path, "alltick") as here:
        here.preferences.open()
        here.dialog.key.setText(KEY)
        here.dialog.keep.click()
        assert "QUOTEDESK_ALLTICK_TOKEN" in await here.answered()
        assert here.dialog.key.text() == KEY
        assert here.feeds.told == []


async def test_without_a_keyring_a_token_can_be_used_until_the_end_of_the_run(tmp_path: Path, ring: Ring) -> None:
    ring.is_locked = True
    async with stage(tmp_path, "alltick", feeds=FakeFeeds("alltick")) as here:
        here.preferences.open()
        assert not here.dialog.use.isVisible()
        here.dialog.key.setText(KEY)
        here.dialog.keep.click()
        assert "until you quit" in await here.answered()
        assert here.dialog.use.isVisible()
        here.dialog.show_answer("", True)
        here.dialog.use.click()
        assert await here.answered() == "The token is in use until you quit, and kept nowhere."
        assert ring.lent == {"alltick": KEY}
        assert here.feeds.told == [("retry", None)]
        assert here.dialog.key.text() == ""
        assert here.redactor.clean(KEY) == "***"
        assert not any(KEY in path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file())


async def test_a_token_is_forgotten(tmp_path: Path, ring: Ring) -> None:
    ring.keys["alltick"] = KEY
    async with stage(tmp_path, "alltick") as here:
        here.preferences.open()
        await here.until(here.dialog.forget.isEnabled)
        here.dialog.forget.click()
        assert await here.answered() == "The token is forgotten."
        assert ring.keys == {}
        await here.until(lambda: not here.dialog.forget.isEnabled())


async def test_a_test_ends_in_plain_words_with_the_servers_own_behind_them_and_without_the_token(
    tmp_path: Path, ring: Ring
) -> None:
    async def refuse(socket: Any, request: Any) -> Any:
        return socket.respond(401, f'{{"msg":"token invalid","yours":"{KEY}"}}')

    async def handle(socket: Any) -> None:
        await socket.wait_closed()

    async with serve(handle, "127.0.0.1", 0, process_request=refuse) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with stage(tmp_path, "alltick", url=url) as here:
            here.preferences.open()
            here.dialog.key.setText(KEY)
            here.dialog.test.click()
            assert await here.answered() == "AllTick refused the token (HTTP 401 (Unauthorized))."
            label = next(each for each in here.dialog.findChildren(QLabel) if each.text() == here.answer)
            assert label.toolTip() == 'HTTP 401 (Unauthorized): {"msg":"token invalid","yours":"***"}'
            assert here.dialog.focusWidget() is not here.dialog.plan, "the keyboard stays where it was"
            assert ring.keys == {}, "a test keeps nothing"


async def test_the_token_in_use_is_not_dialled_a_second_time(tmp_path: Path, ring: Ring) -> None:
    ring.keys["alltick"] = KEY
    async with stage(tmp_path, "alltick", feeds=FakeFeeds("alltick"), url="ws://127.0.0.1:9") as here:
        here.preferences.open()
        await here.until(here.dialog.test.isEnabled)
        here.dialog.test.click()
        assert "in use now" in await here.answered()


async def test_without_any_token_there_is_nothing_to_test(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path, "alltick") as here:
        here.preferences.open()
        assert not here.dialog.test.isEnabled()
        here.dialog.key.setText("two words")
        here.dialog.test.click()
        assert "no blanks" in await here.answered()


async def test_a_key_of_two_parts_is_told_how_it_is_pasted_and_kept_whole_or_not_at_all(
    tmp_path: Path, ring: Ring
) -> None:
    async with stage(tmp_path, "alpaca") as here:
        here.preferences.open()
        async with asyncio.timeout(PATIENCE_S):
            while "KEY_ID:SECRET_KEY" not in here.dialog.key.placeholderText():
                await asyncio.sleep(0.01)
        here.dialog.key.setText(KEY)
        here.dialog.keep.click()
        assert "written KEY_ID:SECRET_KEY; nothing was changed" in await here.answered()
        assert ring.keys == {}
        here.dialog.show_answer("", True)
        here.dialog.key.setText(f"PK-of-mine:{KEY}")
        here.dialog.keep.click()
        assert "in the keyring" in await here.answered()
        assert ring.keys == {"alpaca": f"PK-of-mine:{KEY}"}
        assert here.redactor.clean(f"PK-of-mine and {KEY}") == "*** and ***"


async def test_a_test_logs_in_where_the_key_is_no_part_of_the_address(tmp_path: Path, ring: Ring) -> None:
    async with AlpacaServer(key="PK-of-mine", secret=KEY, echoes=True) as server:
        async with stage(tmp_path, "alpaca", url=server.url) as here:
            here.preferences.open()
            for pasted, words in ((f"PK-of-mine:{KEY}", "Alpaca took the token."), ("PK-of-mine:wrong", "refused")):
                here.dialog.show_answer("", True)
                here.dialog.key.setText(pasted)
                here.dialog.test.click()
                assert words in await here.answered()
                label = next(each for each in here.dialog.findChildren(QLabel) if each.text() == here.answer)
                assert "PK-of-mine" not in label.toolTip()
        assert server.logins == 2
        assert server.breaches == []  # the address held no key


async def test_what_is_chosen_is_kept_and_done(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path, "alltick") as here:
        here.preferences.open()
        here.window.appearance.choose(shade=Shade.LIGHT)
        here.dialog.plan_set.emit("alltick", 5)
        here.dialog.paints_set.emit(15)
        here.dialog.tells_set.emit(False)
        here.dialog.power_set.emit(True)
        here.dialog.feed_chosen.emit("alltick_action")
        kept = here.kept()
        assert (kept.theme, kept.plans, kept.paints_per_s, kept.tells) == (Shade.LIGHT, {"alltick": 5}, 15, False)
        assert (kept.saves_power, kept.feed) == (True, "alltick_action")
        assert here.window.repaint_clock.saves_power
        assert here.window.list_menu.new_feed == "alltick_action"
        assert here.window.watchlist.feed == "alltick", "the list that is shown stays what it is"
        assert here.window.repaint_clock._pause_s >= 1 / 15
        assert here.feeds.told == [("plan", ("alltick", 5))]
        here.dialog.plan_set.emit("alltick", 0)
        assert here.kept().plans == {}


async def test_the_origin_of_the_token_that_is_shown_is_told_whichever_that_is(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path) as here:
        here.preferences.open()
        assert here.dialog.edited.currentData() == "demo"
        here.window.list_menu.set_feed("alltick")
        assert here.dialog.edited.currentData() == "alltick"
        async with asyncio.timeout(PATIENCE_S):
            while here.dialog.key.placeholderText() != "no token yet":
                await asyncio.sleep(0.01)


async def test_demo_on_the_start_panel_makes_the_shown_list_one_of_the_demo_feed(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path, "alltick") as here:
        here.window.start_panel.demo_wanted.emit()
        assert here.window.watchlist.feed == "demo"
        assert here.kept().feed == "demo"
        here.window.undo.stack.undo()
        assert here.window.watchlist.feed == "alltick"


async def test_the_banner_leads_to_the_token_of_its_feed(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path) as here:
        here.windows.requests.token_of.emit("alltick")
        assert here.dialog.edited.currentData() == "alltick"
        assert here.dialog.focusWidget() is here.dialog.key


async def test_the_dialog_is_opened_once(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path) as here:
        here.windows.requests.settings.emit()
        first = here.dialog
        here.windows.requests.settings.emit()
        assert here.dialog is first
        first.close()
        assert here.dialog is None


async def test_who_has_begun_is_not_welcomed_again(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path) as here:
        here.window.welcome()
        assert not here.path.exists()
        here.window.start_panel.end.click()
        assert here.path.exists()


async def test_settings_that_cannot_be_saved_are_told_of(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path / "nowhere") as here:
        here.preferences.change(tells=False)
        (toast,) = here.window.toasts.shown
        assert "could not be saved" in toast.message.text
        assert toast.message.is_error


@pytest.mark.parametrize(
    ("answered", "words"),
    [
        (Answered(True, True, 'It answered: {"ret":200}'), "AllTick took the token."),
        (Answered(True, True, "It is there", has_answered=False), "AllTick is there, but did not answer."),
        (Answered(True, False, 'It answered: {"ret":401}'), "AllTick refused the token."),
        (Answered(True, False, "HTTP 401: on request"), "AllTick refused the token (HTTP 401)."),
        (Answered(True, False, "HTTP 502"), "AllTick could not test the token: it answered HTTP 502."),
        (Answered(True, False, "closed with 1008", has_answered=False), "AllTick hung up: closed with 1008."),
        (Answered(False, False, "no such host"), "AllTick could not be reached: no such host."),
    ],
)
def test_every_end_of_a_test_has_plain_words(answered: Answered, words: str) -> None:
    assert plainly("AllTick", answered) == words


async def test_url_templates_are_written_in_the_settings_and_kept(tmp_path: Path, ring: Ring) -> None:
    async with stage(tmp_path) as here:
        here.window.table.selectRow(0)
        here.preferences.open()
        section = here.dialog.findChild(UrlSection)
        written = section.write(None)
        written.name.setText("Charts")
        written.url.setText("https://example.com/{ticker}")
        assert written.told.text() == "https://example.com/A.US", "of the current row"
        written.keep.click()
        assert here.kept().open_in == (UrlTemplate("Charts", "https://example.com/{ticker}"),)
        assert here.windows.requests.urls.templates == here.kept().open_in

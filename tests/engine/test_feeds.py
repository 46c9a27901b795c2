"""The feed in use. What a user sees of changing it is in tests/desktop/test_feed.py."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.restore import Restore
from quotedesk.codec import FEEDS
from quotedesk.config import hours_file as sessions_file
from quotedesk.config.paths import Profile
from quotedesk.config.settings import Settings
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.engine.feeds import Desk, FeedInUse
from quotedesk.engine.options import Options
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Source
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.quotes.quotes import Quotes
from tests.fakes.windows import windows_on

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]
PATIENCE_S = 10.0


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


class SystemClock:
    def now_s(self) -> float:
        return asyncio.get_running_loop().time()

    def utc_s(self, at_s: float) -> float:
        return 1_764_000_000.0 + at_s


class Stage:
    """A window on a feed."""

    def __init__(self, folder: Path, url: str) -> None:
        profile, options = (
            Profile(folder),
            Options(profile=folder, feed="demo", url=url, symbols=("A.US", "B.US")),
        )
        profile.make()
        self.supply = Source(FEEDS["demo"], profile, options, Redactor())
        book, quotes, clock = Book(self.supply.content), Quotes(), SystemClock()
        self.book = book
        self.windows = windows_on(book, quotes, clock, "demo")
        self.window = self.windows.open()
        self.window.show()
        self.faults: list[BaseException] = []
        self.tasks = Tasks(self.faults.append)
        self.changed: dict[str, object] = {}
        desk = Desk(
            book,
            quotes,
            self.windows,
            clock,
            self.tasks,
            sessions_file.load()[0],
            Restore(profile, quotes),
            lambda: None,
            Settings,
            lambda **changes: self.changed.update(changes),
        )
        self.in_use = FeedInUse(self.supply, options, profile, Redactor(), desk)

    async def until(self, what: Any) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not what():
                await asyncio.sleep(0.01)


@asynccontextmanager
async def stage(folder: Path, url: str) -> AsyncIterator[Stage]:
    here = Stage(folder, url)
    here.in_use.controller.start()
    try:
        yield here
    finally:
        await here.in_use.close()
        await here.tasks.stop()
        here.window.allow_close()
        here.window.close()
        here.window.deleteLater()
    assert here.faults == []


async def test_it_knows_if_it_is_connected_and_where(tmp_path: Path) -> None:
    async with DemoServer(ServerOptions()) as server, stage(tmp_path, server.url) as here:
        assert not here.in_use.is_connected()
        await here.until(here.in_use.is_connected)
        assert here.in_use.url == server.url


async def test_a_plan_counts_at_once_on_the_open_connection(tmp_path: Path) -> None:
    async with DemoServer(ServerOptions()) as server, stage(tmp_path, server.url) as here:
        session = lambda: here.in_use.controller.sessions["demo"]  # noqa: E731
        await here.until(lambda: here.in_use.is_connected() and all(map(session().is_live, ("A.US", "B.US"))))
        here.in_use.set_plan("alltick", 1)
        assert session().parked == frozenset()
        here.in_use.set_plan("demo", 1)
        assert set(session().parked) == {"B.US"}
        here.in_use.set_plan("demo", None)
        await here.until(lambda: not session().parked and session().is_live("B.US"))
        assert session().counts.opened == 1


async def test_another_feed_takes_its_own_list_and_the_first_server_is_not_its(tmp_path: Path) -> None:
    async with DemoServer(ServerOptions()) as server, stage(tmp_path, server.url) as here:
        await here.until(here.in_use.is_connected)
        here.in_use.switch(FEEDS["alltick"])
        await here.until(lambda: here.in_use.feed.name == "alltick")
        assert here.in_use.url is None
        assert here.changed == {"feed": "alltick"}
        assert {row.feed for row in here.book.lists[0].instruments} == {"alltick"}


async def test_a_feed_that_cannot_be_used_changes_nothing(tmp_path: Path) -> None:
    async with DemoServer(ServerOptions()) as server, stage(tmp_path, server.url) as here:
        Profile(tmp_path).lists("alltick").write_text("format = 99\n")
        here.in_use.switch(FEEDS["alltick"])
        await here.until(lambda: "cannot be used" in here.window.status_bar.notice.full)
        assert here.in_use.feed.name == "demo"
        assert here.changed == {}
        assert Profile(tmp_path).lists("alltick").read_text() == "format = 99\n"

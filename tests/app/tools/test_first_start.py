"""The cards of the first start, answered: by servers of the venues' own dialects, and by none."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.tools import first_start
from quotedesk.app.tools.first_start import FirstStart
from quotedesk.codec import FEEDS, MARKETS
from quotedesk.config.lists_file import starter
from quotedesk.config.paths import Profile
from quotedesk.demo.server import ServerOptions
from quotedesk.demo.venue_server import VenueServer
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]
PATIENCE_S = 20.0
NOBODY = "ws://127.0.0.1:9"


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


class Stage:
    """A first start on a list."""

    def __init__(self, folder: Path, urls: dict[str, str], codes: list[str]) -> None:
        self.book = book_of("demo", codes)
        self.windows = windows_on(self.book, Quotes(), FakeClock())
        self.window = self.windows.open()
        self.window.show()
        self.faults: list[BaseException] = []
        self.chosen: list[str] = []
        self.tasks = Tasks(self.faults.append)
        sources = Sources(Profile(folder), SourceOptions(urls=urls), Redactor())
        self.first = FirstStart(self.windows, self.tasks, sources, self.chosen.append)

    @property
    def rows(self) -> list[str]:
        return [f"{row.code}@{row.feed}" for row in self.window.watchlist if isinstance(row, Instrument)]

    @property
    def said(self) -> str:
        return str(self.window.start_panel.answer.full)

    @property
    def told(self) -> list[str]:
        return [message.text for _, message in self.window.toasts.told]

    async def until(self, what: Callable[[], Any]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not what():
                await asyncio.sleep(0.02)


@asynccontextmanager
async def stage(
    folder: Path, *faults: tuple[str, str], there: tuple[str, ...] = MARKETS, codes: list[str] | None = None
) -> AsyncIterator[tuple[Stage, dict[str, VenueServer]]]:
    """Servers of these markets, with faults; the others are nowhere."""
    async with AsyncExitStack() as stack:
        servers: dict[str, VenueServer] = {}
        for name in there:
            wrong = tuple(words for feed, words in faults if feed == name)
            options = ServerOptions(dialect=name, faults=wrong, log=folder / f"{name}.jsonl")
            servers[name] = await stack.enter_async_context(VenueServer(options))
        urls = {name: servers[name].url if name in servers else NOBODY for name in MARKETS}
        here = Stage(folder, urls, starter("alltick") if codes is None else codes)
        try:
            yield here, servers
            assert here.faults == []
        finally:
            await here.tasks.stop()
            here.window.allow_close()
            here.window.close()
            here.window.deleteLater()


def dials(folder: Path) -> int:
    return sum((folder / f"{name}.jsonl").read_text().count('"open"') for name in MARKETS)


@pytest.mark.parametrize("name", MARKETS)
async def test_the_one_that_answers_gives_the_list_ten_of_its_symbols_and_undo_takes_them_back(
    tmp_path: Path, name: str
) -> None:
    async with stage(tmp_path, there=(name,)) as (here, _):
        before = here.rows
        here.windows.requests.markets.emit()
        assert here.said == "Asking Binance, Kraken, Coinbase and Bybit\N{HORIZONTAL ELLIPSIS}"
        await here.until(lambda: here.window.watchlist.feed == name)
        assert here.rows == [f"{code}@{name}" for code in starter(name)]
        assert len(here.rows) == 10
        assert here.chosen == [name]
        assert here.window.start_panel.markets.isChecked()
        await here.until(lambda: here.told)
        assert here.said.startswith(f"{FEEDS[name].provider.title} answered first; not ")
        here.windows.undo.stack.undo()
        assert (here.rows, here.window.watchlist.feed) == (before, "demo")


async def test_who_refuses_is_told_in_its_own_words_and_another_is_taken(tmp_path: Path) -> None:
    faults = (("binance", "http 451"), ("bybit", "http 403"), ("kraken", "half_open"))
    async with stage(tmp_path, *faults) as (here, _):
        here.windows.requests.markets.emit()
        await here.until(lambda: here.window.watchlist.feed == "coinbase")
        await here.until(lambda: here.told)
        (told,) = here.told
        for name, status in (("binance", 451), ("bybit", 403)):
            assert FEEDS[name].provider.refusals[status] in told


async def test_nothing_is_dialled_before_the_card_is_clicked_and_each_once_after(tmp_path: Path) -> None:
    async with stage(tmp_path) as (here, _):
        here.window.welcome()
        here.windows.requests.demo.emit()
        await asyncio.sleep(0)
        assert dials(tmp_path) == 0
        here.windows.requests.markets.emit()
        here.windows.requests.markets.emit()
        await here.until(lambda: here.window.watchlist.feed in MARKETS)
        assert 1 <= dials(tmp_path) <= len(MARKETS)


async def test_without_a_network_the_demo_feed_goes_on_and_the_reason_is_told(tmp_path: Path) -> None:
    async with stage(tmp_path, there=()) as (here, _):
        before = here.rows
        here.windows.requests.markets.emit()
        await here.until(lambda: here.told)
        (told,) = here.told
        assert told.startswith("No market can be reached: connection refused")
        assert told.endswith(" The demo feed goes on.")
        assert here.said == "No market answered: the demo feed goes on."
        assert (here.rows, here.window.watchlist.feed, here.chosen) == (before, "demo", [])
        assert here.window.start_panel.demo.isChecked()


async def test_where_all_refuse_each_is_told(tmp_path: Path) -> None:
    async with stage(tmp_path, *((name, "http 451") for name in MARKETS)) as (here, _):
        here.windows.requests.markets.emit()
        await here.until(lambda: here.told)
        (told,) = here.told
        assert told.startswith("No market lets us in. ")
        assert all(FEEDS[name].provider.refusals[451] in told for name in MARKETS)


async def test_one_that_says_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_start, "_PATIENCE_S", 0.3)
    async with stage(tmp_path, ("kraken", "half_open"), there=("kraken",)) as (here, _):
        here.windows.requests.markets.emit()
        await here.until(lambda: here.told)
        assert "no answer within 0 s" in here.told[0]


async def test_another_choice_ends_the_search(tmp_path: Path) -> None:
    async with stage(tmp_path, ("kraken", "half_open"), there=("kraken",)) as (here, _):
        here.windows.requests.markets.emit()
        await asyncio.sleep(0.05)
        here.windows.requests.demo.emit()
        await here.until(lambda: len(here.tasks._tasks) == 0)
        assert (here.told, here.chosen) == ([], ["demo"])
        assert not here.said.startswith("Asking")


async def test_rows_that_somebody_chose_are_left_and_the_market_gets_a_list_of_its_own(tmp_path: Path) -> None:
    async with stage(tmp_path, there=("kraken",), codes=["NVDA.US"]) as (here, _):
        mine = here.window.watchlist
        here.windows.requests.markets.emit()
        await here.until(lambda: here.window.watchlist is not mine)
        assert here.window.watchlist.feed == "kraken"
        assert len(here.rows) == 10
        assert [row.code for row in mine.instruments] == ["NVDA.US"]


async def test_from_a_market_back_to_the_demo_feed_its_own_symbols_come_back(tmp_path: Path) -> None:
    async with stage(tmp_path, there=("kraken",)) as (here, _):
        before = here.rows
        here.windows.requests.markets.emit()
        await here.until(lambda: here.window.watchlist.feed == "kraken")
        here.windows.requests.demo.emit()
        assert here.rows == before


def test_each_market_starts_with_ten_symbols_that_its_directory_ships() -> None:
    for name in MARKETS:
        codes = starter(FEEDS[name].provider.resources)
        assert len(set(codes)) == 10

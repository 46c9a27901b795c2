"""Whole programs on one relay: prices through it and lists that follow."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.codec.relay_requests import RelayedFeed
from quotedesk.codec.relay_wire import RelayedQuote, RelayedStatus
from quotedesk.config import secrets
from quotedesk.lists.saved import Flag
from quotedesk.market.instrument import Instrument
from quotedesk.ui.dialogs.versions_dialog import VersionsDialog
from tests.fakes.certificate import self_signed
from tests.fakes.program import ProgramAtWork, instruments, program_at_work
from tests.fakes.relay_end import quote, state
from tests.fakes.relay_server import FakeRelay, fake_relay

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


@pytest.fixture
async def relay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeRelay]:
    async with fake_relay(self_signed(tmp_path)) as here:
        key = here.key().text
        monkeypatch.setattr(secrets, "key", lambda provider: key)
        yield here


def codes(program: ProgramAtWork) -> list[str]:
    return [row.code for row in program.window.watchlist.instruments]


async def test_an_edit_on_one_desk_shows_on_the_other_and_undo_is_each_desks_own(relay, tmp_path):
    address = relay.url
    async with AsyncExitStack() as running:
        one = await running.enter_async_context(
            program_at_work(tmp_path / "one", relay=address, symbols=instruments("NVDA.US GOLD"))
        )
        await one.until(lambda: "list Watchlist" in relay.lists.entries)  # of two new desks the first one counts
        two = await running.enter_async_context(program_at_work(tmp_path / "two", relay=address))
        await two.until(lambda: codes(two) == ["NVDA.US", "GOLD"])
        two.window.panel.selecting.select([Instrument("demo", "NVDA.US")])
        one.type("EURUSD")
        await two.until(lambda: codes(two) == ["NVDA.US", "GOLD", "EURUSD"])
        assert two.window.panel.selecting.rows() == [Instrument("demo", "NVDA.US")], "nothing moves under the hand"
        one.program.book.mark({Instrument("demo", "GOLD"): Flag.RED})
        await two.until(lambda: two.program.book.flags == {Instrument("demo", "GOLD"): Flag.RED})
        assert not two.windows.undo.stack.canUndo(), "what the other did is not undone here"
        one.windows.undo.stack.undo()
        await two.until(lambda: codes(two) == ["NVDA.US", "GOLD"])


async def test_an_earlier_version_of_a_list_is_brought_back_as_one_edit(relay, tmp_path):
    async with program_at_work(tmp_path / "one", relay=relay.url, symbols=instruments("NVDA.US GOLD")) as one:
        await one.until(lambda: len(relay.lists.history.get("list Watchlist", ())) == 1)
        one.type("EURUSD")
        await one.until(lambda: len(relay.lists.history["list Watchlist"]) == 2)
        one.windows.requests.versions.emit()
        dialog = one.window.findChild(VersionsDialog)
        await one.until(lambda: dialog.listed.count() == 2)
        lines = [dialog.listed.item(number).text() for number in range(2)]
        assert "3 rows" in lines[0]
        assert "by desk1" in lines[0]
        assert "2 rows" in lines[1]
        dialog.listed.setCurrentRow(1)
        dialog.bring_back.click()
        assert codes(one) == ["NVDA.US", "GOLD"]
        one.windows.undo.stack.undo()
        assert codes(one) == ["NVDA.US", "GOLD", "EURUSD"]


async def test_a_list_that_nobody_edited_gives_way_to_the_persons_even_where_settings_were_chosen(relay, tmp_path):
    async with program_at_work(tmp_path / "one", relay=relay.url, symbols=instruments("NVDA.US")) as one:
        await one.until(lambda: "list Watchlist" in relay.lists.entries)
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "settings.toml").write_text('format = 1\ntheme = "dark"\n')
    async with program_at_work(tmp_path / "two", relay=relay.url) as two:
        await two.until(lambda: codes(two) == ["NVDA.US"])


async def test_without_a_relay_versions_say_why_not(tmp_path):
    async with program_at_work(tmp_path / "one", symbols=instruments("NVDA.US@alltick")) as one:
        one.windows.requests.versions.emit()
        assert "The relay keeps the versions of lists, and none is in use" in one.told()


async def test_prices_come_through_the_relay_and_the_window_says_so(relay, tmp_path):
    async with program_at_work(tmp_path / "one", relay=relay.url, symbols=instruments("NVDA.US")) as one:
        await one.until(lambda: relay.ends and relay.ends[-1].lasts)
        await relay.say(quote("demo", "NVDA.US", RelayedQuote(1, "5")), state("demo", "NVDA.US", RelayedStatus("live")))
        await one.live("NVDA.US")
        assert one.program.feeds.runners == {}
        relay.cut()
        await one.until(lambda: one.are("offline", "NVDA.US"))
        relay.is_away = False
        await one.live("NVDA.US")


async def test_a_first_list_of_made_up_prices_gets_a_feed_of_the_relay_s_and_stays_unedited(relay, tmp_path):
    relay.feeds[:] = [RelayedFeed("kraken", "Kraken spot"), RelayedFeed("alltick", "AllTick")]
    async with program_at_work(tmp_path / "one", relay=relay.url) as one:
        await one.until(lambda: one.window.watchlist.feed == "kraken")
        assert all(row.feed == "kraken" for row in one.window.watchlist.instruments)
        assert "BTC/USD" in codes(one)
        assert not one.windows.undo.stack.canUndo()
        assert one.program._settings.chosen.feed == "kraken", "and new lists"
        assert not relay.lists.entries, "it is no edit"
    async with program_at_work(tmp_path / "one", relay=relay.url) as one:
        await one.until(lambda: one.program.feeds.relay.session.is_bound and one.program._relay._sync._is_bound)
        assert not relay.lists.entries, "nor at the next start"
        one.window.panel.selecting.select([Instrument("kraken", "BTC/USD")])
        one.press(Qt.Key.Key_Delete)
        await one.until(lambda: "list Watchlist" in relay.lists.entries)
    relay.lists.entries.clear()
    async with program_at_work(tmp_path / "two", relay=relay.url, symbols=instruments("NVDA.US")) as two:
        await two.until(lambda: relay.lists.entries)
        assert codes(two) == ["NVDA.US"], "what the user named stays"


async def test_codes_of_the_start_that_name_no_feed_are_of_the_relay_s_only_one(relay, tmp_path):
    relay.feeds[:] = [RelayedFeed("alltick", "AllTick")]
    symbols = instruments("GOLD BTC-USD@coinbase")
    async with program_at_work(tmp_path / "one", relay=relay.url, symbols=symbols) as one:
        placed = [Instrument("alltick", "GOLD"), Instrument("coinbase", "BTC-USD")]
        await one.until(lambda: list(one.window.watchlist) == placed)
        assert one.window.watchlist.feed == "alltick", "what is typed next is of it, too"
        assert not one.windows.undo.stack.canUndo()
        await one.until(lambda: "list Watchlist" in relay.lists.entries)
        assert b"GOLD" in bytes(relay.lists.entries["list Watchlist"].content)
    relay.lists.entries.clear()
    relay.feeds[:] = [RelayedFeed("alltick", "AllTick"), RelayedFeed("kraken", "Kraken spot")]
    async with program_at_work(tmp_path / "two", relay=relay.url, symbols=symbols) as two:
        await two.until(lambda: "The relay has alltick, kraken, and this list is of demo" in two.told())
        assert codes(two) == ["GOLD", "BTC-USD"]
    async with program_at_work(tmp_path / "three", relay=relay.url, symbols=symbols, feed="demo") as three:
        await three.until(lambda: three.program._relay._sync._is_bound)
        assert three.window.watchlist.feed == "demo", "the user said so"


async def test_two_new_desks_at_once_do_not_merge_their_first_lists(relay, tmp_path):
    async with AsyncExitStack() as running:
        desks = [
            await running.enter_async_context(program_at_work(tmp_path / name, relay=relay.url))
            for name in ("one", "two")
        ]
        first = codes(desks[0])
        for desk in desks:
            await desk.until(lambda desk=desk: desk.program.feeds.relay.session.is_bound)
        desks[0].type("EURUSD")
        await desks[1].until(lambda: codes(desks[1]) == codes(desks[0]))
        assert codes(desks[1]) == [*first, "EURUSD"]
        assert len(relay.lists.history["list Watchlist"]) == 1, "it was put when it was edited, and no sooner"

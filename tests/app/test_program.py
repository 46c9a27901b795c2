"""The whole program in this process, off screen, on servers whose logs are the witnesses."""

import contextlib
import json
import shutil
import sqlite3
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.config import alerts_file
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.config.formulas_file import EXAMPLES
from quotedesk.config.settings import Settings, load, save
from quotedesk.lists.book_edits import Mark, Note, SetColumns, SetFormulas, SetPositions, Together
from quotedesk.lists.saved import ColumnFormula, Flag
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import Listing
from quotedesk.market.position import Position
from quotedesk.market.states import RowState
from quotedesk.ui.dialogs.settings_dialog import SettingsDialog
from tests.fakes.made_recording import MadeRecording
from tests.fakes.program import ProgramAtWork, instruments, program_at_work, servers

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]
PROFILES = Path(__file__).parents[1] / "frames/profiles"


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


def kept(here: ProgramAtWork) -> list[tuple[str, str, list[Any]]]:
    """The lists on disk: name, feed and rows; none before the first edit."""
    path = here.profile.lists_file
    lists = tomllib.loads(path.read_text())["lists"] if path.exists() else []
    return [(each["name"], each["feed"], each["rows"]) for each in lists]


async def test_a_first_start_paints_its_list_welcomes_and_runs_a_server_of_its_own(tmp_path: Path) -> None:
    async with program_at_work(tmp_path / "profile") as here:
        await here.until(lambda: len(here.states()) == 10 and "live" in here.states().values())
        window = here.window
        assert window.first_paint_s is not None
        assert window.start_panel.isVisibleTo(window)
        assert "Watchlist" in window.windowTitle()
        figures = here.stats()
        assert figures["connections"] == {"demo": 1}
        assert figures["startup_ms"]["first_paint"] < figures["startup_ms"]["first_quote"]
        assert await here.end() == 0


async def test_an_edit_is_saved_and_asked_for_and_all_comes_back_at_the_next_start(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}}
        async with program_at_work(tmp_path / "profile", symbols=instruments("A.US,B.US"), **start) as here:
            await here.live("A.US B.US")
            here.type("GOLD")
            await here.live("A.US B.US GOLD")
            rows = ["demo:A.US", "demo:B.US", "demo:GOLD"]
            await here.until(lambda: kept(here) == [("Watchlist", "demo", rows)])
            here.press(Qt.Key.Key_Delete)  # the newest row is the current one
            await here.live("A.US B.US")
            here.window.undo.stack.undo()
            await here.until(lambda: list(here.states()) == ["A.US", "B.US", "GOLD"])
            here.window.resize(711, 433)
            second = here.windows.open()
            second.show()
            await here.until(lambda: len(here.windows.all) == 2)
            await server.act("stall")
            await here.end()
            last = {code: quote["last"] for code, quote in here.stats()["quotes"].items()}
        assert server.opened() == 1, "one connection for both windows"
        await server.stop()
        async with program_at_work(tmp_path / "profile", **start) as again:
            await again.until(again.states)
            assert [list(each.panel.model.rows) for each in again.windows.all] == [
                list(instruments("A.US@demo,B.US@demo,GOLD@demo"))
            ] * 2
            assert (again.windows.all[0].width(), again.windows.all[0].height()) == (711, 433)
            quotes = again.program.quotes
            texts = {row.code: quotes.number("last", quotes.slot(row)).text for row in again.window.watchlist}
            assert texts == last
            assert set(again.states().values()) == {"offline"}
            assert again.stats()["quotes"] == {code: {} for code in last}, "a price of yesterday is no quote"


async def test_the_quotes_of_the_figures_are_what_the_servers_sent_last(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo", "alltick") as (demo, alltick):
        urls = {"demo": demo.url, "alltick": alltick.url}
        symbols = instruments("A.US,EURUSD@alltick,GOLD,GOLD@alltick")
        async with program_at_work(tmp_path / "profile", urls=urls, symbols=symbols) as here:
            await here.live("A.US EURUSD@alltick GOLD GOLD@alltick")
            await here.until(lambda: len(demo.ticks()) > 30 and len(alltick.ticks()) > 30)
            for each in (demo, alltick):
                await each.act("stall")
            sent = {f"{code}": count for code, count in demo.sent().items()}
            sent |= {f"{code}@alltick": count for code, count in alltick.sent().items()}
            await here.until(lambda: here.stats()["applied_by_code"] == sent)
            assert await here.end() == 0
            figures = here.stats()
        assert list(figures["quotes"]) == list(figures["symbols"]) == ["A.US", "EURUSD@alltick", "GOLD", "GOLD@alltick"]
        for name, quote in figures["quotes"].items():
            code, _, feed = name.partition("@")
            ticks = [line for line in (alltick if feed else demo).ticks() if line["code"] == code]
            assert (quote["symbol"], quote["feed"]) == (code, feed or "demo")
            assert quote["last"] == ticks[-1]["price"]
            assert quote.get("size", "") == ticks[-1]["volume"]
            assert quote["base"] == "first_seen"
            decimals = len(quote["last"].partition(".")[2])
            change = float(ticks[-1]["price"]) - float(ticks[0]["price"])
            assert quote["change"] == f"{change:z.{decimals}f}"
            assert quote["received"] > "2000"


async def test_a_bad_symbol_stays_in_the_line_and_a_duplicate_selects_its_row(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo", unknown=frozenset({"APPL.US"})) as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("A.US,B.US,C.US")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("A.US B.US C.US")
            here.type("NV:DA,D.US")
            assert here.window.add_line.text() == "NV:DA"
            await here.live("A.US B.US C.US D.US")
            here.type("A.US")
            here.press(Qt.Key.Key_Delete)  # the duplicate's row is the current one now
            await here.live("B.US C.US D.US")
            here.type("E.US@nasdaq")
            assert here.window.add_line.text() == "E.US@nasdaq"
            here.type("APPL.US")
            await here.until(lambda: here.states().get("APPL.US") == "refused")
            assert here.states()["B.US"] in ("live", "quiet")
        assert kept(here) == [("Watchlist", "demo", [f"demo:{code}" for code in ("B.US", "C.US", "D.US", "APPL.US")])]


async def test_a_row_is_edited_moved_copied_and_pasted_by_keys(tmp_path: Path) -> None:
    alt, ctrl = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("A.US,B.US,C.US")}
        async with program_at_work(tmp_path / "p", **start) as here:

            def codes() -> list[str]:
                return [row.code for row in here.window.watchlist.instruments]

            await here.live("A.US B.US C.US")
            for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_F2):
                here.press(key)
            editor = here.window.panel.editor
            editor.selectAll()
            QTest.keyClicks(editor, "nvda")
            here.press(Qt.Key.Key_Return, editor)
            await here.until(lambda: list(here.states()) == ["A.US", "NVDA.US", "C.US"])
            here.press(Qt.Key.Key_Up, modifier=alt)
            here.press(Qt.Key.Key_C, modifier=ctrl)
            here.press(Qt.Key.Key_Delete)
            assert codes() == ["A.US", "C.US"]
            here.press(Qt.Key.Key_V, modifier=ctrl)
            assert codes() == ["A.US", "C.US", "NVDA.US"]
            for _ in range(4):
                here.press(Qt.Key.Key_Z, modifier=ctrl)
            await here.until(lambda: list(here.states()) == ["A.US", "B.US", "C.US"])
            await here.until(lambda: set(here.states().values()) <= {"live", "quiet"})
        assert kept(here) == [("Watchlist", "demo", ["demo:A.US", "demo:B.US", "demo:C.US"])]
        said = [line["frame"] for line in server.log() if line["event"] == "in"]
        dropped = {code for frame in said if frame["action"] == "unsubscribe" for code in frame["code"]}
        assert dropped <= {"B.US", "NVDA.US"}, "rows that stay are never touched"
        assert server.opened() == 1


async def test_a_feed_that_was_asked_for_opens_its_last_list_or_a_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    async with servers(tmp_path, "demo", "alltick") as (demo, alltick):
        urls = {"demo": demo.url, "alltick": alltick.url}
        async with program_at_work(folder, urls=urls, symbols=instruments("A.US")) as here:
            await here.live("A.US")
            here.window.list_menu.add("Metals", list(instruments("GOLD@demo")))
            here.window.list_menu.show_list(_list(here, "Watchlist"))
            await here.until(lambda: len(kept(here)) == 2)
        async with program_at_work(folder, urls=urls, feed="alltick") as here:
            assert (here.window.watchlist.name, here.window.watchlist.feed) == ("Watchlist 2", "alltick")
            assert "AllTick" in here.window.windowTitle()
            assert len(here.window.watchlist) == 10
            here.window.list_menu.show_list(_list(here, "Metals"))
            await here.until(lambda: here.states().get("A.US") == "live" and "GOLD@alltick" in here.states())
        async with program_at_work(folder, urls=urls, feed="alltick", symbols=instruments("B.US,A.US@demo")) as here:
            assert here.window.watchlist.name == "Watchlist 2"
            await here.until(lambda: list(here.states()) == ["B.US", "A.US@demo", "GOLD@demo"])
        async with program_at_work(folder, urls=urls) as here:
            assert here.window.watchlist.name == "Watchlist 2", "as it was left"
        async with program_at_work(folder, urls=urls, feed="demo") as here:
            assert here.window.watchlist.feed == "demo"


def _list(here: ProgramAtWork, name: str) -> Any:
    found = here.program.book.named(name)
    assert found
    return found


async def test_while_one_feed_is_away_the_other_loses_nothing_and_its_rows_stay_bright(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo", "alltick") as (demo, alltick):
        urls = {"demo": demo.url, "alltick": alltick.url}
        symbols = instruments("EURUSD,GBPUSD,A.US@demo,GOLD@demo")
        async with program_at_work(tmp_path / "p", urls=urls, feed="alltick", symbols=symbols) as here:
            rows = "EURUSD GBPUSD A.US@demo GOLD@demo"
            await here.live(rows)
            await demo.stop()
            window = here.window
            await here.until(lambda: window.banner.isVisibleTo(window))
            assert "demo" in window.banner.words()[1]
            assert "alltick" not in window.banner.words()[1]
            assert {name: lamp.accessibleName() for name, lamp in window.status_bar.lamps.items()} == {
                "alltick other": "alltick other: Connected",
                "demo": "demo: Offline",
            }
            away = {"A.US@demo", "GOLD@demo"}
            await here.until(lambda: {name for name, state in here.states().items() if state == "offline"} == away)
            assert {name: state for name, state in here.states().items() if name not in away} == dict.fromkeys(
                ["EURUSD", "GBPUSD"], "live"
            )
            before = len(alltick.ticks())
            await here.until(lambda: len(alltick.ticks()) > before + 20)
            await demo.start()
            await here.live(rows)
            await here.until(lambda: not window.banner.isVisibleTo(window))
            for each in (demo, alltick):
                await each.act("stall")
            await here.until(lambda: _counts(here, "") == alltick.sent())
            assert alltick.opened() == 1
            assert here.stats()["connections"] == {"other": 1, "demo@demo": 2}
            assert here.stats()["quotes_dropped"] == {}
            gaps = {name: each["gaps"] for name, each in here.stats()["continuity"].items()}
            assert gaps == {"EURUSD": 0, "GBPUSD": 0, "A.US@demo": 1, "GOLD@demo": 1}


def _counts(here: ProgramAtWork, feed: str) -> dict[str, int]:
    """Code -> how many updates of a feed were applied, "" for that of the shown list."""
    counts = here.stats()["applied_by_code"]
    return {name.partition("@")[0]: count for name, count in counts.items() if name.partition("@")[2] == feed}


async def test_the_feed_of_a_list_is_changed_and_undone_and_its_rows_follow(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo", "alltick") as (demo, alltick):
        urls = {"demo": demo.url, "alltick": alltick.url}
        async with program_at_work(tmp_path / "p", urls=urls, symbols=instruments("EURUSD,USDJPY@alltick")) as here:
            await here.live("EURUSD USDJPY@alltick")
            here.type("GBPUSD")
            await here.live("EURUSD USDJPY@alltick GBPUSD")
            here.window.list_menu.set_feed("alltick")
            await here.live("EURUSD USDJPY GBPUSD")
            await here.until(lambda: kept(here)[0][1:] == ("alltick", _texts("EURUSD", "USDJPY", "GBPUSD")))
            await here.until(lambda: set(here.window.status_bar.lamps) >= {"alltick other"})
            here.window.undo.stack.undo()
            await here.live("EURUSD USDJPY@alltick GBPUSD")
            here.window.undo.stack.undo()
            await here.live("EURUSD USDJPY@alltick")
            here.window.undo.stack.redo()
            here.window.undo.stack.redo()
            await here.live("EURUSD USDJPY GBPUSD")
            assert demo.opened() == alltick.opened() == 1
        assert [line for each in (demo, alltick) for line in each.log() if line["event"] == "breach"] == []


def _texts(*codes: str) -> list[str]:
    return [f"alltick:{code}" for code in codes]


async def test_saving_power_is_shown_while_it_is_on(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("A.US")}
        (tmp_path / "p").mkdir()
        save(tmp_path / "p/settings.toml", Settings(saves_power=True))
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("A.US")
            assert "Saving power" in here.window.status_bar.words()
            here.windows.requests.settings.emit()
            (dialog,) = here.window.findChildren(SettingsDialog)
            dialog.power_set.emit(False)
            assert "Saving power" not in here.window.status_bar.words()
            assert not load(tmp_path / "p/settings.toml")[0].saves_power


async def test_closing_the_last_window_says_goodbye_to_every_server(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo", "alltick") as (demo, alltick):
        urls = {"demo": demo.url, "alltick": alltick.url}
        async with program_at_work(tmp_path / "p", urls=urls, symbols=instruments("A.US,EURUSD@alltick")) as here:
            await here.live("A.US EURUSD@alltick")
            here.window.close()
            assert await here.ended() == 0
        for server in (demo, alltick):
            assert [line["code"] for line in server.log() if line["event"] == "close"] == [1001]
        assert json.loads((tmp_path / "p/prices/demo.json").read_text())["prices"][0][0] == "A.US"
        assert json.loads((tmp_path / "p/prices/alltick.json").read_text())["prices"][0][0] == "EURUSD"


@pytest.mark.parametrize("format", [1, 2, 3])
async def test_a_profile_of_every_version_is_taken_over_and_its_rows_live(format: int, tmp_path: Path) -> None:
    shutil.copytree(PROFILES / f"format-{format}", tmp_path / "p")
    async with servers(tmp_path, "demo", "alltick") as (demo, alltick):
        urls = {"demo": demo.url, "alltick": alltick.url}
        async with program_at_work(tmp_path / "p", urls=urls) as here:
            await here.until(lambda: here.states() and set(here.states().values()) <= {"live", "quiet", "refused"})
            assert here.states()


async def test_rows_of_a_feed_that_is_not_known_stay_and_say_so(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    rows = '["gone:OLD.US", "demo:A.US"]'
    (tmp_path / "p/lists.toml").write_text(f'format = 3\n[[lists]]\nname = "L"\nfeed = "gone"\nrows = {rows}\n')
    async with (
        servers(tmp_path, "demo") as (server,),
        program_at_work(tmp_path / "p", urls={"demo": server.url}) as here,
    ):
        await here.until(lambda: here.states() == {"OLD.US": "refused", "A.US@demo": "live"})
        quotes = here.program.quotes
        slot = quotes.slot(Instrument("gone", "OLD.US"))
        assert RowState(int(quotes.state[slot])) is RowState.REFUSED
        assert "There is no feed gone" in quotes.reason(slot)
        assert "its 1 symbol stays in the lists, without prices" in here.told()
        here.type("B.US@demo")
        await here.until(lambda: here.states().get("B.US@demo") == "live")
        here.window.list_menu.set_feed("demo")
        await here.live("OLD.US A.US B.US")
        here.window.undo.stack.undo()
        await here.until(lambda: here.states() == {"OLD.US": "refused", "A.US@demo": "live", "B.US@demo": "live"})


async def test_a_recording_says_that_it_is_one_and_saves_nothing(tmp_path: Path) -> None:
    trades = tmp_path / "trades.csv"
    lines = [f"A.US,{1_786_310_000_000 + 20 * i},t{i},{100 + i / 100:.2f},1,Buy" for i in range(500)]
    trades.write_text("symbol,ts_ms,trade_id,price,size,side\n" + "\n".join(lines) + "\n")
    async with program_at_work(tmp_path / "p", replay=trades) as here:
        await here.live("A.US")
        title = "Replay of trades.csv: recorded prices"
        assert title in here.window.windowTitle()
        assert title in here.window.status_bar.words()
        here.type("B.US")
        await here.until(lambda: "B.US" in here.states())
        await here.end()
        assert here.stats()["quotes"]["A.US"]["time"].startswith("2026-08-")
    assert kept(here) == []
    assert list((tmp_path / "p/prices").iterdir()) == []


async def test_two_dialects_of_one_token_in_a_list_are_told_of_and_the_first_goes_on(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    save(tmp_path / "p/settings.toml", Settings(feed="gone"))
    async with servers(tmp_path, "alltick") as (server,):
        urls = {"alltick": server.url, "alltick_action": server.url}
        symbols = instruments("EURUSD@alltick,GBPUSD@alltick_action")
        async with program_at_work(tmp_path / "p", urls=urls, symbols=symbols) as here:
            await here.until(lambda: here.states() == {"EURUSD@alltick": "live", "GBPUSD@alltick_action": "refused"})
            told = here.told()
            assert "one connection for a token, and alltick uses it" in told
            assert "gone" in told, "what there is to tell of the settings is not lost by it"
            here.press(Qt.Key.Key_Home)
            here.press(Qt.Key.Key_Delete)
            await here.live("GBPUSD@alltick_action")
            here.window.undo.stack.undo()
            await here.until(lambda: here.states() == {"EURUSD@alltick": "refused", "GBPUSD@alltick_action": "live"})
        assert [line for line in server.log() if line["event"] == "breach"] == []


async def test_lists_that_cannot_be_saved_are_told_of_and_last_until_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("A.US")}
        async with program_at_work(tmp_path / "p", errors=["the lists could not be saved"], **start) as here:
            await here.live("A.US")
            monkeypatch.setattr("quotedesk.config.lists_file.save", full)
            here.type("B.US")
            await here.live("A.US B.US")
            assert "No space left on device" in here.told()


async def test_flags_and_notes_are_of_a_symbol_of_one_feed_and_come_back(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo", "alltick") as (demo, alltick):
        urls = {"demo": demo.url, "alltick": alltick.url}
        ours, theirs = instruments("GOLD@demo,GOLD@alltick")
        async with program_at_work(tmp_path / "p", urls=urls, symbols=(ours, theirs)) as here:
            await here.live("GOLD GOLD@alltick")
            here.windows.undo.push(Mark({theirs: Flag.RED}))
            here.windows.undo.push(Note(ours, "ours"))
            await here.until(lambda: "[notes]" in here.profile.lists_file.read_text())
        async with program_at_work(tmp_path / "p", urls=urls) as here:
            assert here.program.book.flags == {theirs: Flag.RED}
            assert here.program.book.notes == {ours: "ours"}


async def test_formulas_are_kept_and_come_back_and_what_they_need_is_asked_for(tmp_path: Path) -> None:
    mine = ColumnFormula("Mine", "last * 2", 1)
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("GOLD")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("GOLD")
            assert here.program.book.formulas == EXAMPLES
            assert not here.profile.formulas.exists(), "nothing was changed"
            shown = here.window.watchlist
            formulas = SetFormulas((mine,), "formula Mine")
            here.windows.undo.push(Together((formulas, SetColumns(shown, ("Symbol", "Mine"))), "formula Mine"))
            await here.until(here.profile.formulas.exists)
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("GOLD")
            assert here.program.book.formulas == (mine,)
            model = here.window.panel.model
            (row,) = model.rows
            value = 2 * float(here.program.quotes["last"][model.slots[0]])
            assert model.columns[1].text(model.read(row)) == f"{value:,.1f}"


async def test_formulas_that_cannot_be_read_are_told_of_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/formulas.toml").write_text("format = 99\n")
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("GOLD")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("GOLD")
            assert "formulas.toml was written by a newer quotedesk" in here.told()
            here.windows.undo.push(SetFormulas((ColumnFormula("Mine", "last"),), "formula Mine"))
            here.type("A.US")
            await here.live("GOLD A.US")
    assert (tmp_path / "p/formulas.toml").read_text() == "format = 99\n"


async def test_positions_are_kept_and_come_back_in_all_windows_and_are_in_no_report(tmp_path: Path) -> None:
    gold, euro = instruments("GOLD@demo,EURUSD@demo")
    many, cost = "77123456", "9876.54321"
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("GOLD,EURUSD")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("GOLD EURUSD")
            assert not here.profile.positions.exists(), "nothing was changed"
            here.windows.undo.push(SetPositions({euro: Position(Decimal(many), Decimal(cost))}))
            await here.until(here.profile.positions.exists)
            second = here.windows.open()
            feet = [each.panel.foot for each in here.windows.all]
            await here.until(lambda: all("P/L" in foot.said for foot in feet))
            await here.until(lambda: feet[0].said == feet[1].said)
            second.positions_menu.hide_amounts.trigger()
            await here.until(lambda: "is_hidden = true" in here.profile.positions.read_text())
            assert [foot.said.startswith("Amounts hidden") for foot in feet] == [True, True]
            second.positions_menu.hide_amounts.trigger()
            here.windows.undo.push(SetPositions({gold: Position(Decimal(many), Decimal(cost))}))
            await here.until(lambda: "GOLD" in here.profile.positions.read_text())
            report = "\n".join(f"{name} {value}" for name, value in here.program._report_lines())
            figures = "\n".join(f"{name} {value}" for name, value in here.program._lines())
            log = here.profile.log.read_text() if here.profile.log.exists() else ""
            for told in (report, figures, json.dumps(here.stats()), log, here.profile.lists_file.read_text()):
                assert not any(secret in told.replace(",", "") for secret in (many, cost))
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("GOLD EURUSD")
            held = Position(Decimal(many), Decimal(cost))
            assert here.program.book.held.positions == {euro: held, gold: held}
            assert not here.program.book.held.is_hidden


async def test_positions_that_cannot_be_read_are_set_aside_and_told_of(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/positions.toml").write_text("what is this")
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("GOLD")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("GOLD")
            assert "positions.toml.unreadable-1" in here.told()
    assert (tmp_path / "p/positions.toml.unreadable-1").read_text() == "what is this"


async def test_what_only_a_closed_list_has_is_asked_for_no_more(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("A.US,GOLD")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("A.US GOLD")
            metals = here.window.list_menu.add("Metals", list(instruments("GOLD@demo,SILVER@demo")))
            await here.live("GOLD SILVER A.US")
            here.window.list_menu.show_list(_list(here, "Watchlist"))
            here.window.list_menu.show_list(metals)
            here.window.list_menu.close_list()
            await here.live("A.US GOLD")
            assert "Metals" in [name for name, _, _ in kept(here)], "closed is not deleted"
        last = [line["frame"] for line in server.log() if line["event"] == "in" and "SILVER" in str(line["frame"])][-1]
        assert "unsubscribe" in str(last)


async def test_without_a_token_the_banner_says_where_to_set_one_and_its_button_tries_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUOTEDESK_ALLTICK_TOKEN", raising=False)
    monkeypatch.setattr("quotedesk.engine.source.is_loopback", lambda url: False)  # there no token is needed
    async with servers(tmp_path, "alltick") as (server,):
        start: dict[str, Any] = {"urls": {"alltick": server.url}, "symbols": instruments("EURUSD@alltick")}
        async with program_at_work(tmp_path / "p", **start) as here:
            window = here.window
            await here.until(lambda: window.banner.isVisibleTo(window))
            words = " ".join(window.banner.words())
            assert "Set it in File > Settings" in words
            assert "token set alltick, or in QUOTEDESK_ALLTICK_TOKEN" in words
            assert server.opened() == 0
            monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", "T0KEN-of-mine")
            window.banner.retry.click()
            await here.live("EURUSD@alltick")
            await here.until(lambda: not window.banner.isVisibleTo(window))


async def test_the_last_fetched_symbols_are_found_at_once_and_only_they_are_codes(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "p/symbols.sqlite")
    (tmp_path / "p").mkdir()
    store.replace("demo", [Listing(code="ZZTOP.US", name="Zenith Top"), Listing(code="A.US")], 1.0)
    store.close()
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("A.US")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("A.US")
            line = here.window.add_line
            line.begin()
            QTest.keyClicks(line, "zen")
            here.press(Qt.Key.Key_Return, line)
            await here.live("A.US ZZTOP.US")
            QTest.keyClicks(line, "AMZN.US")  # ships, but the feed's own list has it not
            for _ in range(2):
                here.press(Qt.Key.Key_Return, line)
            assert line.text() == "AMZN.US"
            here.press(Qt.Key.Key_Return, line, Qt.KeyboardModifier.ControlModifier)
            await here.live("A.US ZZTOP.US AMZN.US")


def newer_symbols() -> bytes:
    """The file of symbols of a quotedesk that is yet to come."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE what_ever (x)")
        connection.execute("PRAGMA user_version = 99")
        return connection.serialize()


@pytest.mark.parametrize("content", [b"no database at all", newer_symbols()], ids=["broken", "newer"])
async def test_symbols_that_cannot_be_read_are_told_of_and_the_program_goes_on(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/symbols.sqlite").write_bytes(content)
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}, "symbols": instruments("A.US")}
        async with program_at_work(tmp_path / "p", **start) as here:
            await here.live("A.US")
            await here.until(lambda: "symbols.sqlite" in here.told())
            here.type("GOLD")
            await here.live("A.US GOLD")
    assert any(each.read_bytes() == content for each in (tmp_path / "p").glob("symbols.sqlite*"))


async def test_a_symbol_with_an_alert_is_subscribed_before_all_rows_and_keeps_that_over_a_restart(
    tmp_path: Path,
) -> None:
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"urls": {"demo": server.url}}
        profile = tmp_path / "profile"
        profile.mkdir()
        save(profile / "settings.toml", Settings(plans={"demo": 1}, alert_sound="none"))
        async with program_at_work(profile, symbols=instruments("A.US,B.US,BTCUSDT"), **start) as here:
            await here.until(lambda: here.states() == {"A.US": "live", "B.US": "parked", "BTCUSDT": "parked"})
            here.window.panel.selecting.select(list(instruments("BTCUSDT@demo")))
            bell_of = here.window.panel.model.bell_of
            (row,) = instruments("BTCUSDT@demo")
            alerts = here.program._alert_desk.alerts
            alerts.add(alerts.read("BTCUSDT last >= 0.01 outside-hours", "demo"))
            await here.until(lambda: here.states() == {"A.US": "parked", "B.US": "parked", "BTCUSDT": "live"})
            assert bell_of(row) is not None
            here.window.undo.stack.undo()
            await here.until(lambda: here.states() == {"A.US": "live", "B.US": "parked", "BTCUSDT": "parked"})
            here.window.undo.stack.redo()
            await here.end()
        async with program_at_work(profile, **start) as again:
            await again.until(lambda: again.states() == {"A.US": "parked", "B.US": "parked", "BTCUSDT": "live"})


async def test_a_recording_fires_the_rules_of_the_profile_and_does_nothing_outside(tmp_path: Path) -> None:
    profile, ran = tmp_path / "profile", tmp_path / "ran"
    profile.mkdir()
    save(profile / "settings.toml", Settings(alert_runs=True, alert_command=("touch", str(ran)), alert_sound="none"))
    rule = "BTCUSDT@demo last crosses-up 60000 repeat 1s do run"
    alerts_file.save(profile / "alerts.toml", (rule,))
    with MadeRecording(tmp_path / "tape.recording", ["BTCUSDT"]) as tape:
        for price in (59_990, 60_010, 59_900, 60_020):
            tape.tick("BTCUSDT", price, after_s=5.0)
    async with program_at_work(profile, replay=tmp_path / "tape.recording", replay_speed=20.0) as here:
        desk = here.program._alert_desk
        await here.until(lambda: len(desk.engine.log) == 2)
        assert [each.value.text for each in desk.engine.log] == ["60020", "60010"]
        assert here.window.alert_menu.banner.isVisible()
        here.windows.requests.replay_sought.emit(here.program._replaying.replay.begin_utc_s)
        await here.until(lambda: desk.alerts.unseen == ())
        here.windows.requests.replay_searched.emit()
        await here.until(lambda: desk.alerts.unseen)
        assert [each.value.text for each in desk.alerts.unseen] == ["60010"], "it stands where the first fired"
        assert not here.program._replaying.replay.is_playing
        await here.end()
    assert not ran.exists()
    assert not (profile / "alerts.sqlite").exists()

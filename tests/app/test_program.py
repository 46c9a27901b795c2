"""The whole program in this process, off screen, on servers whose logs are the witnesses."""

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.config import alerts_file
from quotedesk.config.settings import Settings, save
from quotedesk.lists.book_edits import Mark, Note
from quotedesk.lists.saved import Flag
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
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
                "alltick other": "AllTick other: Connected",
                "demo": "Demo: Offline",
            }
            away = {"A.US@demo", "GOLD@demo"}
            await here.until(lambda: {name for name, state in here.states().items() if state == "offline"} == away)
            bright = dict.fromkeys(["EURUSD", "GBPUSD"], "live")
            await here.until(lambda: {n: state for n, state in here.states().items() if n not in away} == bright)
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
            bell_of = here.window.panel.model.reader.bell_of
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

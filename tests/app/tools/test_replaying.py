"""A recording in the program: it is played, paused, stepped and sought, marked everywhere, and leaves no trace."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.config import alerts_file
from quotedesk.market.instrument import Instrument
from quotedesk.ui.window.replay_bar import ReplayBar
from tests.fakes.made_recording import BEGIN_UTC_S, MadeRecording
from tests.fakes.program import ProgramAtWork, program_at_work

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]
CODES = ["BTCUSDT", "ETHUSDT"]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "made.qdrec"
    with MadeRecording(path, CODES) as tape:
        for at in range(100):
            tape.tick("BTCUSDT", 100 + at)
        tape.lost(20.0)
        for at in range(100):
            tape.tick("ETHUSDT", 200 + at)
        tape.tick("BTCUSDT", 300)
    return path


def bar(here: ProgramAtWork) -> ReplayBar:
    found = here.window.replay_bar
    assert found is not None
    return found


def last(here: ProgramAtWork, code: str) -> str:
    quotes = here.program.quotes
    return quotes.number("last", quotes.slot(Instrument("demo", code))).text


def files(folder: Path) -> list[str]:
    return sorted(
        str(each.relative_to(folder)) for each in folder.rglob("*") if each.is_file() and "log" not in str(each)
    )


async def test_it_is_marked_moved_by_its_bar_and_touches_nothing(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dialled(*_: object) -> None:
        raise AssertionError("something was dialled")

    monkeypatch.setattr("quotedesk.net.client.dial", dialled)
    monkeypatch.setattr("quotedesk.net.http.HttpClient.fetch", dialled)
    async with program_at_work(tmp_path / "p", replay=path, replay_speed=1.0) as here:
        before = files(tmp_path / "p")
        await here.until(lambda: here.window.replay_bar is not None)
        assert here.window.windowTitle().startswith("REPLAY")
        assert bar(here).words()[0] == "REPLAY"
        bar(here).play.click()
        assert bar(here).play.text() == "Play"
        while last(here, "BTCUSDT") != "102":
            bar(here).step.click()
        bar(here).step.click()
        assert last(here, "BTCUSDT") == "103"
        here.window.requests.replay_sought.emit(BEGIN_UTC_S + 130.0)
        await here.until(lambda: last(here, "ETHUSDT") not in ("", "200"))
        assert last(here, "BTCUSDT") == "199", "what it knew then"
        await here.until(lambda: here.states() == {"BTCUSDT": "pending", "ETHUSDT": "live"})
        here.window.requests.replay_sought.emit(BEGIN_UTC_S + 10.0)
        await here.until(lambda: last(here, "ETHUSDT") == "")
        assert last(here, "BTCUSDT") == "108"
        here.windows.open().show()
        assert all(each.replay_bar is not None for each in here.windows.all)
        assert all(each.windowTitle().startswith("REPLAY") for each in here.windows.all)
        bar(here).menu.speeds.actions()[6].trigger()
        assert bar(here).speed.text() == "100×"
        bar(here).play.click()
        await here.until(lambda: last(here, "BTCUSDT") == "300")
        await here.until(lambda: bar(here).play.text() == "Play")
        assert here.window.undo.stack.isClean()
        here.type("NVDA.US")
        await here.end()
        assert files(tmp_path / "p") == before, "neither lists nor windows, prices or recordings are kept"


async def test_twice_the_same_file_gives_the_same_figures(path: Path, tmp_path: Path) -> None:
    ends, logs = [], []
    for run in range(2):
        (tmp_path / f"p{run}").mkdir()
        alerts_file.save(tmp_path / f"p{run}/alerts.toml", ("* last crosses-up 250 repeat 1s", "* last new-high"))
        speed = 1_000.0 if run else float("inf")
        async with program_at_work(tmp_path / f"p{run}", replay=path, replay_speed=speed) as here:
            await here.until(lambda: last(here, "BTCUSDT") == "300")
            await asyncio.sleep(0.05 * run)
            await here.end()
            ends.append({name: here.stats()[name] for name in ("symbols", "quotes", "applied_by_code", "continuity")})
            logs.append(repr(list(here.program._alert_desk.engine.log)))
    assert ends[0] == ends[1]
    assert logs[0] == logs[1]
    assert logs[0].count("Firing(") >= 3
    assert ends[0]["applied_by_code"] == {"BTCUSDT": 101, "ETHUSDT": 100}


async def test_it_goes_on_to_the_next_alert_and_stands_there_and_does_nothing_outside(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def done(*_: object) -> None:
        raise AssertionError("an alert of a recording did something outside the windows")

    monkeypatch.setattr("quotedesk.app.tools.alert_outlets.AlertOutlets.pass_on", done)
    async with program_at_work(tmp_path / "p", replay=path) as here:
        await here.until(lambda: here.window.replay_bar is not None)
        engine = here.program._alert_desk.engine
        rules, faults = engine.read(["BTCUSDT@demo last crosses-up 150", "ETHUSDT@demo last crosses-up 250"], "")
        assert faults == []
        engine.set_rules(rules)
        bar(here).alert.click()
        await here.until(lambda: bar(here).play.text() == "Play")
        assert (last(here, "BTCUSDT"), last(here, "ETHUSDT")) == ("150", "")
        assert bar(here).speed.text() == "1×"
        bar(here).alert.click()
        await here.until(lambda: last(here, "ETHUSDT") == "250")
        await here.until(lambda: bar(here).play.text() == "Play")
        assert [each.value.text for each in engine.log] == ["250", "150"]
        before = files(tmp_path / "p")
        here.window.requests.replay_sought.emit(BEGIN_UTC_S + 100.0)
        await here.until(lambda: last(here, "ETHUSDT") == "")
        assert [each.value.text for each in engine.log] == ["150"], "on the way nothing fires; the other is yet to come"
        await here.end()
        assert files(tmp_path / "p") == before


async def test_at_its_end_it_begins_again_where_that_is_wanted(path: Path, tmp_path: Path) -> None:
    async with program_at_work(tmp_path / "p", replay=path, replay_speed=1_000.0, loops=True) as here:
        await here.until(lambda: last(here, "BTCUSDT") == "300")
        await here.until(lambda: last(here, "BTCUSDT") == "150" or last(here, "ETHUSDT") == "")

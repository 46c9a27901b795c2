"""What is edited is on disk, and comes back; what cannot be kept is told."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.config.formulas_file import EXAMPLES
from quotedesk.lists.book_edits import SetColumns, SetFormulas, SetPositions, Together
from quotedesk.lists.saved import ColumnFormula
from quotedesk.market.position import Position
from tests.fakes.program import instruments, program_at_work, servers

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


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
            assert model.columns[1].text(model.reader.read(row)) == f"{value:,.1f}"


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
            report = "\n".join(f"{name} {value}" for name, value in here.program._figures.report_lines())
            figures = "\n".join(f"{name} {value}" for name, value in here.program._figures.lines())
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

"""The figures of a run are what the servers sent."""

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.app.tools.run_figures import RunFigures
from tests.fakes.program import instruments, program_at_work, servers

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


def test_a_file_that_cannot_be_written_later_is_told_once_until_it_can_be(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Gatherer:
        look_at_quotes = staticmethod(lambda all_of_them: None)
        gather = staticmethod(lambda *_: {"frames": 1})

    folder = tmp_path / "folder"
    parts: Any = SimpleNamespace(all=[None], first_quote_s=None)
    figures = RunFigures(Gatherer(), parts, parts, parts, parts, folder / "s.json", list)  # type: ignore[arg-type]
    for counts in (1, 2):
        for _ in range(3):
            figures.keep()
        assert [each.message.partition(":")[0] for each in caplog.records] == ["--stats"] * counts
        folder.mkdir()
        figures.keep()
        assert (folder / "s.json").exists()
        shutil.rmtree(folder)


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

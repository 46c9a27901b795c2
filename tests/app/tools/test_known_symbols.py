"""The symbols of a feed that were fetched are found, and a file of them that cannot be used stops nothing."""

import contextlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.app.process.loop import DeskLoop
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.market.listing import Listing
from tests.fakes.program import instruments, program_at_work, servers

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


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

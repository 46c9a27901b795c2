"""The running window read by other programs: off screen, on servers whose logs are the witnesses."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from quotedesk.app.process.loop import DeskLoop
from quotedesk.config import secrets
from quotedesk.config.secrets import NoKeyringError
from quotedesk.engine.serving import rpc
from tests.fakes.program import ProgramAtWork, instruments, program_at_work, servers

pytestmark = [pytest.mark.anyio, pytest.mark.qt_log_ignore("This plugin does not support")]
PATIENCE_S = 20.0


@pytest.fixture
def anyio_backend(qapp: QApplication) -> tuple[str, dict[str, Any]]:
    qapp.setQuitOnLastWindowClosed(False)  # as the program does; else the loop ends with the window
    return "asyncio", {"loop_factory": lambda: DeskLoop(qapp)}


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(provider: str, text: str) -> None:
        raise NoKeyringError(provider)

    monkeypatch.setattr(secrets, "keep_key", locked)
    monkeypatch.setattr(secrets, "_lent", {})
    monkeypatch.setattr(secrets, "key", lambda provider: secrets._lent.get(provider))


class DeskReader:
    """A reader in the program's own loop."""

    def __init__(self, lines: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.told: list[dict[str, Any]] = []
        self._lines, self._writer = lines, writer
        self._call_id = 0

    async def line(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            line = await self._lines.readline()
        read: dict[str, Any] = json.loads(line)
        return read

    async def ask(self, method: str, **params: object) -> Any:
        self._call_id += 1
        self._writer.write(rpc.request(self._call_id, method, params))
        while "id" not in (line := await self.line()):
            self.told.append(line)
        return line.get("result", line.get("error"))

    async def until(self, method: str, **params: object) -> dict[str, Any]:
        """Read on up to a notification that says this; returns all that it says."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                line = await self.line()
                self.told.append(line)
                if line["method"] == method and params.items() <= line["params"].items():
                    said: dict[str, Any] = line["params"]
                    return said

    def close(self) -> None:
        self._writer.close()


@asynccontextmanager
async def reader_of(here: ProgramAtWork) -> AsyncIterator[DeskReader]:
    reader = DeskReader(*await asyncio.open_unix_connection(str(here.profile.socket)))
    try:
        yield reader
    finally:
        reader.close()


async def test_readers_share_the_windows_connection_are_shown_and_end_with_it(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"symbols": instruments("A.US,B.US"), "urls": {"demo": server.url}}
        async with program_at_work(tmp_path / "profile", **start) as here:
            await here.live("A.US B.US")
            await here.program._serve.begin()
            async with reader_of(here) as reader, reader_of(here) as other:
                await reader.ask("initialize", client="a script")
                [row, new] = (await reader.ask("quotes.subscribe", symbols=["A.US", "C.US"]))["quotes"]
                assert (row["state"], row["source"], new["state"]) == ("live", "stream", "pending")
                await reader.until("quote", symbol="C.US", seq=1)
                await other.ask("quotes.subscribe", symbols=["A.US"])
                status = here.window.status_bar
                await here.until(lambda: status.readers.text() == "2 readers, 2 symbols")
                assert status.readers.isVisibleTo(status)
                assert "a script" in status.readers.toolTip()
                lines = dict(here.program._figures.lines())
                assert "a script" in lines["Readers"]
                assert "1 more than the lists have" in lines["Readers"]
                assert "1 symbol more than your lists have" in status.readers.toolTip()
                assert lines["Readers connect at"] == str(here.profile.socket)
                if not any(each["method"] == "focus" for each in reader.told):
                    await reader.until("focus")
                assert next(each["params"]["symbol"] for each in reader.told if each["method"] == "focus") == "A.US"
                here.press(Qt.Key.Key_Down)
                assert (await reader.until("focus", symbol="B.US"))["fdc3"] == {
                    "type": "fdc3.instrument",
                    "id": {"ticker": "B"},
                }
                reader.close()
                await here.until(lambda: status.readers.text() == "1 reader, 1 symbol")
                assert here.program.book.wanted() == list(instruments("A.US@demo,B.US@demo"))
                await here.end()
                async with asyncio.timeout(PATIENCE_S):
                    assert b"focus" in await other._lines.read(), "to its end"
            assert not here.profile.socket.exists()
        assert server.opened() == 1


async def test_a_rows_rule_of_a_reader_and_a_row_that_goes_while_it_is_read(tmp_path: Path) -> None:
    async with servers(tmp_path, "demo") as (server,):
        start: dict[str, Any] = {"symbols": instruments("BTCUSDT,B.US"), "urls": {"demo": server.url}}
        async with program_at_work(tmp_path / "profile", **start) as here:
            await here.live("BTCUSDT B.US")
            await here.program._serve.begin()
            async with reader_of(here) as reader:
                await reader.ask("quotes.subscribe", symbols=["BTCUSDT"])
                rule = "BTCUSDT last >= 0.01 repeat 1s"
                await reader.ask("alerts.watch", rules=[rule, "list:Watchlist last >= 0.02"])
                alerts = [each["params"] for each in reader.told if each["method"] == "alert"]
                assert [(each["rule"], each["symbol"], each["kind"], each["watched"]) for each in alerts] == [
                    (rule, "BTCUSDT", "already", True),
                    ("list:Watchlist last >= 0.02", "BTCUSDT", "already", True),
                    ("list:Watchlist last >= 0.02", "B.US", "already", True),
                ][: len(alerts)]
                assert alerts
                for key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Delete):
                    here.press(key)
                await here.live("B.US")
                seq = (await reader.until("quote", symbol="BTCUSDT"))["seq"]
                await reader.until("quote", symbol="BTCUSDT", seq=seq + 1)
        assert server.opened() == 1


async def test_what_is_chosen_in_the_settings_counts_at_once(tmp_path: Path) -> None:
    async with program_at_work(tmp_path / "profile", symbols=instruments("A.US")) as here:
        serve = here.program._serve
        await serve.begin()
        dialog = here.program._preferences.open()
        part = dialog.serving
        assert part.place.text() == str(here.profile.socket)
        part.serves.click()
        await here.until(lambda: not here.profile.socket.exists())
        assert part.place.text() == ""
        part.serves.click()
        await here.until(here.profile.socket.exists)
        part.web.click()
        await here.until(lambda: serve._web is not None and serve._web.port)
        assert serve._web is not None
        url = f"ws://127.0.0.1:{serve._web.port}/"
        await here.until(lambda: url.rstrip("/") in part.answer.text())
        part.copy_token.click()
        token = await here.until(lambda: secrets._lent.get("serve"))
        await here.until(lambda: QGuiApplication.clipboard().text() == token)
        async with connect(f"{url}?token={token}", proxy=None) as web:
            await web.send(rpc.request(1, "quotes.snapshot", {"symbols": ["A.US"]}).decode())
            assert json.loads(await web.recv())["result"]["quotes"][0]["symbol"] == "A.US"
            assert f"ws://127.0.0.1:{serve._web.port}" in dict(serve.lines())["Readers connect at"]
        part.new_token.click()
        await here.until(lambda: secrets._lent.get("serve") not in (None, token))
        await here.until(lambda: QGuiApplication.clipboard().text() == secrets._lent["serve"])
        with pytest.raises(InvalidStatus):
            await connect(f"{url}?token={token}", proxy=None)
        assert token not in here.told()
        busy = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
        part.port.setValue(busy.sockets[0].getsockname()[1])
        part.port.editingFinished.emit()
        await here.until(lambda: "Choose another port" in part.answer.text())
        busy.close()
        part.web.click()
        await here.until(lambda: not serve._web.port)
        dialog.close()
        await here.until(lambda: serve._dialog is None)


async def test_a_place_that_cannot_be_used_is_said_where_one_looks(tmp_path: Path) -> None:
    async with program_at_work(tmp_path / "profile", symbols=instruments("A.US")) as here:
        here.profile.socket.write_text("mine")
        await here.program._serve.begin()
        assert "cannot connect" in dict(here.program._serve.lines())["Readers connect at"]
        part = here.program._preferences.open().serving
        assert str(here.profile.socket) in part.answer.text()
        assert here.profile.socket.read_text() == "mine"

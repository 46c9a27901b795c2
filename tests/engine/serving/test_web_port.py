"""Readers over WebSocket: who may, who may not, and that they are served as on the socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidStatus

from quotedesk.engine.serving import rpc, serving
from quotedesk.engine.serving.line_splitter import LONGEST
from quotedesk.engine.serving.reader_session import MOST_UNREADABLE
from quotedesk.engine.serving.web_port import WebPort
from quotedesk.engine.tasks import Tasks
from tests.fakes.served import ServedStore

pytestmark = pytest.mark.anyio
TOKEN = "s3cret-of-mine"
PAGE = "https://addin.example"
PATIENCE_S = 20.0


@asynccontextmanager
async def port_of(store: ServedStore) -> AsyncIterator[WebPort]:
    faults: list[BaseException] = []
    tasks = Tasks(faults.append)
    port = WebPort(store.serving, tasks)
    await port.open(0, TOKEN, [PAGE])
    try:
        yield port
    finally:
        await port.close()
        await tasks.stop()
    assert faults == []
    assert store.serving.readers.names == ()


def dial(port: WebPort, path: str = "/", **headers: str) -> connect:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return connect(f"ws://127.0.0.1:{port.port}{path}", additional_headers=named, proxy=None, max_size=None)


def welcome(port: WebPort) -> connect:
    return dial(port, Authorization=f"Bearer {TOKEN}")


async def ask(reader: ClientConnection, method: str, **params: object) -> Any:
    await reader.send(rpc.request(1, method, params), text=True)
    while "id" not in (told := json.loads(await reader.recv())):
        pass
    return told.get("result", told.get("error"))


async def get(port: WebPort, path: str, headers: Mapping[str, str]) -> tuple[int, str]:
    """Status, and all that was said."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port.port)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
    said = (await reader.read()).decode()
    writer.close()
    return int(said.split()[1]), said


async def test_it_is_asked_and_told_as_on_the_socket() -> None:
    store = ServedStore()
    async with port_of(store) as port:
        for reader in (welcome(port), dial(port, f"/?token={TOKEN}"), dial(port, f"/?token={TOKEN}", Origin=PAGE)):
            async with reader as there:
                await ask(there, "quotes.subscribe", symbols=["A"])
                store.trade(("A", "1.5"))
                assert json.loads(await there.recv())["params"]["last"] == "1.5"
        async with asyncio.timeout(PATIENCE_S):
            while store.serving.wanted:
                await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {}, 401),
        ("/", {"Authorization": "Bearer wrong"}, 401),
        ("/", {"Authorization": f"Bearer {TOKEN}x"}, 401),
        ("/?token=", {}, 401),
        (f"/?token={TOKEN}&token={TOKEN}", {}, 401),
        (f"/?token={TOKEN}", {"Origin": "https://elsewhere.example"}, 403),
        (f"/?token={TOKEN}", {"Origin": "null"}, 403),
        (f"/else?token={TOKEN}", {}, 404),
    ],
)
async def test_who_may_not_is_told_by_a_status(path: str, headers: dict[str, str], status: int) -> None:
    async with port_of(ServedStore()) as port:
        with pytest.raises(InvalidStatus) as told:
            await dial(port, path, **headers)
        assert told.value.response.status_code == status


async def test_a_name_that_was_bound_anew_to_this_machine_gets_nothing_not_even_its_health() -> None:
    async with port_of(ServedStore()) as port:
        for path in ("/health", f"/?token={TOKEN}"):
            for host in (f"evil.example:{port.port}", "127.0.0.1", ""):
                assert (await get(port, path, {"Host": host}))[0] == 421


async def test_its_health_may_be_asked_for_by_listed_pages_and_by_programs() -> None:
    async with port_of(ServedStore()) as port:
        here = {"Host": f"localhost:{port.port}"}
        status, said = await get(port, "/health", {**here, "Origin": PAGE})
        assert status == 200
        assert f"Access-Control-Allow-Origin: {PAGE}" in said
        assert json.loads(said.partition("\r\n\r\n")[2])["status"] == "ok"
        status, said = await get(port, "/health", here)
        assert (status, "Access-Control" in said) == (200, False)
        assert (await get(port, "/health", {**here, "Origin": "https://elsewhere.example"}))[0] == 403


async def test_one_that_never_reads_gets_the_newest_when_it_does() -> None:
    store = ServedStore()
    codes = [f"S{n}" for n in range(50)]
    async with port_of(store) as port, welcome(port) as reader:
        await ask(reader, "quotes.subscribe", symbols=codes)
        for n in range(400):
            store.trade(*((code, f"{n}.5") for code in codes))
            await asyncio.sleep(0)
        stood = dict.fromkeys(codes, 0)
        while any(count < 400 for count in stood.values()):
            params = json.loads(await reader.recv())["params"]
            stood[params["symbol"]] += 1 + params.get("dropped", 0)
        assert set(stood.values()) == {400}
        assert store.serving.readers.dropped > 0


async def test_garbage_is_answered_and_then_hung_up_on_and_a_message_too_long_at_once() -> None:
    async with port_of(ServedStore()) as port:
        async with welcome(port) as reader:
            answers = 0
            with suppress(ConnectionClosed):
                while answers < 100:
                    await reader.send("what?\nwhat?")
                    assert json.loads(await reader.recv())["error"]["code"] == rpc.UNREADABLE
                    answers += 1
            assert answers == MOST_UNREADABLE
            assert reader.close_code == 1002
        async with welcome(port) as reader:
            await reader.send("x" * (LONGEST + 1))
            with pytest.raises(ConnectionClosedError):
                await reader.recv()


async def test_it_can_be_opened_anew_with_another_token_and_too_many_are_turned_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "MOST_READERS", 1)
    async with port_of(ServedStore()) as port:
        async with welcome(port), welcome(port) as second:
            with pytest.raises(ConnectionClosedError) as ended:
                await second.recv()
            assert ended.value.rcvd is not None
            assert ended.value.rcvd.code == 1013
        await port.open(0, "another", [])
        with pytest.raises(InvalidStatus):
            await welcome(port)
        with pytest.raises(InvalidStatus):
            await dial(port, "/?token=another", Origin=PAGE)
        async with dial(port, "/?token=another"):
            pass

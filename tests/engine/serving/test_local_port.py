"""Readers on a real socket: slow ones, silent ones, a thousand of them, and the end of both sides."""

import asyncio
import json
import resource
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from quotedesk.engine.serving import rpc, serving
from quotedesk.engine.serving.local_port import LocalPort
from tests.fakes.served import ServedStore

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="there it is a pipe, which was not tried"),
]
PATIENCE_S = 20.0


@asynccontextmanager
async def port_of(store: ServedStore, folder: Path) -> AsyncIterator[LocalPort]:
    port = LocalPort(store.serving, folder / "serve.sock")
    await port.open()
    await port.open()
    try:
        yield port
    finally:
        port.close()
        await until(lambda: not store.serving.readers.names)


async def until(what: Any) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not what():
            await asyncio.sleep(0.005)


class Client:
    """A client with asyncio's streams."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def of(cls, port: LocalPort) -> "Client":
        return cls(*await asyncio.open_unix_connection(str(port.place)))

    async def line(self) -> Any:
        async with asyncio.timeout(PATIENCE_S):
            return json.loads(await self.reader.readline())

    async def ask(self, method: str, **params: object) -> Any:
        self.writer.write(rpc.request(1, method, params))
        while "id" not in (line := await self.line()):
            pass
        return line

    async def close(self) -> None:
        self.writer.close()
        await self.writer.wait_closed()


async def test_it_is_asked_and_told_and_left(tmp_path: Path) -> None:
    store = ServedStore()
    async with port_of(store, tmp_path) as port:
        client = await Client.of(port)
        assert (await client.ask("quotes.subscribe", symbols=["A"]))["result"]["quotes"][0]["state"] == "pending"
        store.trade(("A", "1.5"))
        assert (await client.line())["params"]["last"] == "1.5"
        client.writer.write(b"{")
        await client.close()
        await until(lambda: store.serving.wanted == [])
    assert not port.is_open


async def test_what_was_asked_before_the_end_of_the_input_is_answered(tmp_path: Path) -> None:
    async with port_of(ServedStore(), tmp_path) as port:
        client = await Client.of(port)
        client.writer.write(rpc.request(1, "quotes.snapshot", {"symbols": ["A"]}) * 3)
        client.writer.write_eof()
        async with asyncio.timeout(PATIENCE_S):
            assert (await client.reader.read()).count(b"\n") == 3
        await client.close()


async def test_one_that_speaks_something_else_is_told_and_hung_up_on(tmp_path: Path) -> None:
    async with port_of(ServedStore(), tmp_path) as port:
        client = await Client.of(port)
        client.writer.write(b"GET / HTTP/1.1\r\n" * 50)
        async with asyncio.timeout(PATIENCE_S):
            told = await client.reader.read()
        assert all(json.loads(line)["error"]["code"] == rpc.UNREADABLE for line in told.splitlines())
        await client.close()


async def test_one_that_never_reads_keeps_nobody_waiting_and_gets_the_newest_when_it_does(tmp_path: Path) -> None:
    store = ServedStore()
    codes = [f"S{n}" for n in range(50)]
    async with port_of(store, tmp_path) as port:
        stuck, quick = await Client.of(port), await Client.of(port)
        for each in (stuck, quick):
            await each.ask("quotes.subscribe", symbols=codes)
        seen = 0
        for n in range(200):  # some 4 MB for each
            store.trade(*((code, f"{n}.5") for code in codes))
            for _ in codes:
                line = await quick.line()
                assert (line["params"]["last"], "dropped" in line["params"]) == (f"{n}.5", False)
                seen += 1
        assert seen == 200 * len(codes)
        stood = dict.fromkeys(codes, 0)
        while any(count < 200 for count in stood.values()):
            params = (await stuck.line())["params"]
            stood[params["symbol"]] += 1 + params.get("dropped", 0)
            newest = params["last"]
        assert newest == "199.5"
        assert set(stood.values()) == {200}
        assert store.serving.readers.dropped > 50 * 100
        for each in (stuck, quick):
            await each.close()


async def test_one_that_asks_and_never_reads_is_read_no_further(tmp_path: Path) -> None:
    store = ServedStore()
    store.want(*(await asyncio.to_thread(_instruments)))
    async with port_of(store, tmp_path) as port:
        client = await Client.of(port)
        asked = rpc.request(1, "quotes.snapshot", {"symbols": [f"S{n}" for n in range(500)]})
        sent = 0
        client.writer.transport.set_write_buffer_limits(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                while sent < 2_000:
                    client.writer.write(asked)
                    await client.writer.drain()
                    sent += 1
        assert sent < 500
        client.writer.transport.abort()


async def test_a_thousand_are_served_and_the_next_is_turned_away(tmp_path: Path) -> None:
    store = ServedStore()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        async with port_of(store, tmp_path) as port:
            if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 2 * serving.MOST_READERS + 100:
                pytest.skip("the system gives a process too few files")
            with ExitStack() as held:
                for _ in range(serving.MOST_READERS):
                    one = held.enter_context(socket.socket(socket.AF_UNIX))
                    one.connect(str(port.place))
                    one.send(rpc.request(1, "quotes.subscribe", {"symbols": ["A"]}))
                await until(lambda: len(store.serving.readers.names) == serving.MOST_READERS)
                late = await Client.of(port)
                assert (await late.line())["error"]["code"] == rpc.TOO_MUCH
                await late.close()
                [row] = [store.serving._row(each) for each in store.serving.wanted]
                await until(lambda: row is not None and len(row.readers) == serving.MOST_READERS)
                store.trade(("A", "7"))
                one.settimeout(PATIENCE_S)
                told = b""
                while told.count(b"\n") < 2:
                    told += one.recv(65_536)
                assert json.loads(told.splitlines()[1])["params"]["last"] == "7"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def _instruments() -> list[Any]:
    from quotedesk.market.instrument import Instrument

    return [Instrument("demo", f"S{n}") for n in range(500)]

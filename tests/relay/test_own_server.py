"""The relay's own server: back where it was, elsewhere where that is taken, and only those let in who may be."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.market.errors import QuotedeskError
from quotedesk.relay.desks import Desks
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.licence import Licence
from quotedesk.relay.own_server import OwnServer
from tests.fakes.clock import FakeClock
from tests.fakes.nats_servers import client_of, require_server
from tests.fakes.waiting import until


def made(path: Path, told: list[str], listen: str = "", feed: str = "demo") -> OwnServer:
    folder = RelayFolder(path)
    folder.make()
    folder.fingerprint()
    desks = Desks(folder.desks)
    licence = Licence(folder.licence, [FEEDS[feed]])
    return OwnServer(
        folder,
        listen,
        desks,
        licence,
        FakeClock(),
        pairing_keys=lambda: (),
        gone=lambda *said: None,
        died=lambda: told.append("it died"),
        tell=told.append,
    )


@asynccontextmanager
async def running(server: OwnServer) -> AsyncIterator[OwnServer]:
    """The system account's client is up as well."""
    require_server()
    await server.start()
    server.is_up.set()
    run = asyncio.create_task(server.system.client.run())
    try:
        await server.system.is_up.wait()
        yield server
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)
        server.process.stop()


def test_it_keeps_its_ports_and_goes_elsewhere_where_they_are_taken(tmp_path: Path) -> None:
    async def run() -> None:
        async with running(made(tmp_path, [])) as server:
            first = server.address
        async with running(made(tmp_path, [])) as server:
            assert server.address == first
        with socket.socket() as taken:
            taken.bind(first)
            taken.listen()
            async with running(made(tmp_path, [])) as server:
                assert server.address[0] == "127.0.0.1"
                assert server.address != first

    asyncio.run(run())


def test_it_is_started_again_where_it_died(tmp_path: Path) -> None:
    async def run() -> None:
        told: list[str] = []
        async with running(made(tmp_path, told)) as server:
            before = server.address
            assert server.process._process
            server.process._process.kill()
            await until(lambda: not server.process.is_running)
            found = await server.find()
            assert found.port == server.process.own_port
            assert server.address == before
            assert told == ["it died", "nats-server ended; it is started again."]

    asyncio.run(run())


def test_a_new_desk_is_let_in_and_one_too_many_is_told(tmp_path: Path) -> None:
    async def run() -> None:
        told: list[str] = []
        async with running(made(tmp_path, told, feed="kraken")) as server:
            seeds = [new_seed(bytes([number]) * 32) for number in range(1, 5)]
            for seed in seeds:
                server._desks.add("x", "me", public_key(seed), "2026-11-29")
            await server.let_in()
            for seed in seeds[:3]:
                async with client_of(server.process.own_port, seed, "d/s"):
                    pass
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.5), client_of(server.process.own_port, seeds[3], "d/s"):
                    pass
            assert told[0].startswith("Not all desks may connect: 4 keys of one person are more than Kraken's")
            await server.let_in()
            assert len(told) == 1

    asyncio.run(run())


@pytest.mark.parametrize("listen", ["8447", "x:y", "x:99999", ":1", "0.0.0.0:"])
def test_where_it_cannot_listen_is_told(tmp_path: Path, listen: str) -> None:
    with pytest.raises(QuotedeskError, match="HOST:PORT"):
        made(tmp_path, [], listen)

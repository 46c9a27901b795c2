"""What a real server tells its system account."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.net.nats_client import NatsFaultError, NatsServer
from quotedesk.relay.desks import DeskKey
from quotedesk.relay.system_events import SystemEvents
from tests.fakes.nats_servers import HOST, SYSTEM, client_of, relay_server
from tests.fakes.waiting import until

SEED = new_seed(b"d" * 32)


def test_it_tells_who_is_gone_takes_a_new_configuration_and_says_its_figures(tmp_path: Path) -> None:
    async def run() -> None:
        gone: list[tuple[str, str, str]] = []
        desks = (DeskKey("d1", "laptop", "me", public_key(SEED)),)
        async with relay_server(tmp_path, desks) as server:

            async def find() -> NatsServer:
                return NatsServer(HOST, server.own_port, SYSTEM)

            events = SystemEvents(find, lambda *said: gone.append(said))
            running = asyncio.create_task(events.client.run())
            await events.is_up.wait()
            async with client_of(server.own_port, SEED, "d1/s1"):
                pass
            await until(lambda: gone)
            assert gone[0][:2] == (public_key(SEED), "d1/s1")
            await events.look()
            assert events.figures.mem > 1_000_000

            async with client_of(server.own_port, SEED, "d1/s2") as desk:
                without = msgspec.structs.replace(server._settings(), desks=())
                server._settings = lambda: without
                server.write_config()
                await events.reload()
                await until(lambda: not desk.is_up)  # its key is gone
            server._config.write_text("accounts {")
            with pytest.raises(NatsFaultError, match="does not take its new configuration"):
                await events.reload()
            assert server.is_running
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())

"""What a real server tells its system account."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from quotedesk.codec.nkeys import new_seed, public_key
from quotedesk.net.nats_client import NatsClient, NatsFaultError, NatsServer
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


MOST = 2


def test_a_key_has_no_more_connections_than_it_may_also_after_the_system_connection_was_away(tmp_path: Path) -> None:
    async def run() -> None:
        gone: list[tuple[str, str, str]] = []
        desks = (DeskKey("d1", "laptop", "me", public_key(SEED)),)
        async with relay_server(tmp_path, desks) as server, AsyncExitStack() as stack:
            port = server.own_port

            async def dialled(name: str) -> NatsClient:
                """A desk that does not dial again, once it is let in or was kicked."""
                addresses = [NatsServer(HOST, port, SEED)]

                async def find() -> NatsServer:
                    return addresses.pop() if addresses else await asyncio.Future()

                client, ends = NatsClient(name, find), list[str]()
                client.on_down = ends.append
                run = asyncio.create_task(client.run())
                stack.callback(run.cancel)
                await until(lambda: client.is_up or ends)
                return client

            async def find() -> NatsServer:
                return NatsServer(HOST, port, SYSTEM)

            before = [await dialled(f"d1/before{number}") for number in range(MOST + 1)]
            events = SystemEvents(find, lambda *said: gone.append(said), lambda key: MOST)
            running = asyncio.create_task(events.client.run())
            await until(lambda: gone)
            assert [each.is_up for each in before] == [True, True, False], "the newest is gone"
            await dialled("d1/more")
            await until(lambda: len(gone) == 2)
            assert gone[1] == (public_key(SEED), "d1/more", "Kicked")

            held = asyncio.Event()

            async def find_later() -> NatsServer:
                await held.wait()
                return await find()

            events.client._find_server = find_later
            for each in (events.client, before[0]):
                assert each._wire
                assert each._wire.transport
                each._wire.transport.abort()
                await until(lambda each=each: not each.is_up)
            while_away = [await dialled(f"d1/away{number}") for number in range(3)]
            held.set()
            await until(lambda: len(gone) == 4)
            assert [each.is_up for each in while_away] == [True, False, False]
            assert before[1].is_up
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())

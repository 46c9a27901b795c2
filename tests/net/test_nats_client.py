"""The client of the relay, against a real server."""

import asyncio
import itertools
from pathlib import Path

import pytest

from quotedesk.codec.nats import Delivery
from quotedesk.net.nats_client import REDIAL_S, NatsClient, NatsFaultError, NatsServer
from tests.fakes.nats_servers import ADMIN, HOST, RELAY, client_of, relay_server
from tests.fakes.waiting import until


def test_it_subscribes_publishes_asks_and_comes_back(tmp_path: Path) -> None:
    async def run() -> None:
        async with relay_server(tmp_path) as server, client_of(server.own_port, RELAY, "other") as other:
            came: list[Delivery] = []
            ups: list[str] = []
            me = NatsClient("relay", lambda: _at(server.own_port))
            me.on_up = lambda: ups.append("up")
            me.on_down = ups.append
            me.subscribe("a.*.c", came.append)
            me.subscribe("deep.>", came.append)
            running = asyncio.create_task(me.run())
            await until(lambda: ups == ["up"])
            for subject in ("a.b.c", "a.b", "deep.x.y", "a.c.c", "a.b.c"):
                other.publish(subject, subject.encode())
            await until(lambda: len(came) == 4)
            assert [each.subject for each in came] == ["a.b.c", "deep.x.y", "a.c.c", "a.b.c"]

            other.subscribe("ask", lambda asked: other.publish(asked.reply, asked.payload + b"!"))
            await other.request("$JS.API.INFO", b"")  # all before it was taken
            assert (await me.request("ask", b"hi")).payload == b"hi!"
            with pytest.raises(NatsFaultError, match="Nobody answers"):
                await me.request("nobody", b"")
            me.publish("a.b.c", bytes(2 << 20))  # the server would end the connection
            assert (await me.request("ask", b"hi")).payload == b"hi!"
            assert ups == ["up"]

            server.stop()
            await until(lambda: not me.is_up)
            with pytest.raises(NatsFaultError, match="no connection"):
                await me.request("ask", b"hi")
            me.publish("a.b.c", b"lost")
            await server.start()
            await until(lambda: ups.count("up") == 2)
            me.publish("deep.z", b"")  # no echo of what we say ourselves
            assert (await me.request("$JS.API.INFO", b"")).payload
            assert len(came) == 4
            running.cancel()

    async def _at(port: int) -> NatsServer:
        return NatsServer(HOST, port, RELAY)

    asyncio.run(run())


def test_a_key_that_is_not_taken_is_told_and_tried_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with relay_server(tmp_path) as server:
            seed = RELAY.replace("A", "B")  # no seed at all
            told: list[str] = []

            async def find() -> NatsServer:
                return NatsServer(HOST, server.own_port, seed if not told else "")

            client = NatsClient("x", find)
            client.on_down = told.append
            running = asyncio.create_task(client.run())
            await until(lambda: len(told) == 2)
            assert "nkey" in told[0]
            assert "Authorization Violation" in told[1]
            assert not client.is_up
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())


def test_what_a_user_may_not_do_is_complained_of_and_nothing_else_breaks(tmp_path: Path) -> None:
    async def run() -> None:
        async with relay_server(tmp_path) as server, client_of(server.own_port, ADMIN, "admin") as admin:
            admin.publish("q.demo.A", b"{}")
            admin.subscribe("want.>", lambda said: None)
            await until(lambda: "Permissions Violation" in admin.complaint)
            assert admin.is_up

    asyncio.run(run())


def test_a_server_that_lets_us_in_and_cuts_us_is_left_in_peace_after_the_first_try() -> None:
    async def run() -> None:
        now_s, came_s = asyncio.get_running_loop().time, []

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            came_s.append(now_s())
            writer.write(b"INFO {}\r\n")
            for _ in range(2):  # the second is after the subscriptions: the connection is up
                await reader.readuntil(b"PING\r\n")
                writer.write(b"PONG\r\n")
            await writer.drain()
            writer.close()

        listening = await asyncio.start_server(talk, HOST, 0)
        port = listening.sockets[0].getsockname()[1]

        async def find() -> NatsServer:
            return NatsServer(HOST, port)

        running = asyncio.create_task(NatsClient("x", find).run())
        await until(lambda: len(came_s) == 4)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        listening.close()
        waits_s = [later - earlier for earlier, later in itertools.pairwise(came_s)]
        assert waits_s[0] < REDIAL_S, "the next server of a cluster may be there"
        assert min(waits_s[1:]) >= REDIAL_S

    asyncio.run(run())


def test_what_is_no_nats_server_is_told(tmp_path: Path) -> None:
    async def run() -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"SSH-2.0-x\r\n")
            await writer.drain()
            await reader.read()
            writer.close()

        listening = await asyncio.start_server(talk, HOST, 0)
        port = listening.sockets[0].getsockname()[1]
        told: list[str] = []

        async def find() -> NatsServer:
            return NatsServer(HOST, port)

        client = NatsClient("x", find)
        client.on_down = told.append
        running = asyncio.create_task(client.run())
        await until(lambda: told)
        assert told[0] == "what came is no NATS"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        listening.close()

    asyncio.run(run())

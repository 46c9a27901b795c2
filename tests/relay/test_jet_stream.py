"""Streams on a real server: compare-and-set, history, keys that run out."""

import asyncio
from pathlib import Path

import pytest

from quotedesk.net.nats_client import NatsFaultError
from quotedesk.relay.jet_stream import JetStream, StaleError, StreamSettings
from tests.fakes.nats_servers import RELAY, client_of, relay_server


def test_it_stores_compares_and_reads_back(tmp_path: Path) -> None:
    async def run() -> None:
        async with relay_server(tmp_path) as server, client_of(server.own_port, RELAY) as client:
            stream = JetStream(client)
            settings = StreamSettings(name="KV_x", subjects=["$KV.x.>"], max_msgs_per_subject=3, allow_msg_ttl=True)
            await stream.ensure(settings)
            settings.max_msgs_per_subject = 300
            await stream.ensure(settings)  # brought to what it is to be
            assert await stream.newest("KV_x", "$KV.x.a") is None
            assert await stream.all_of("KV_x", "$KV.x.>") == []
            first = await stream.put("$KV.x.a", b"1", 0)
            with pytest.raises(StaleError):
                await stream.put("$KV.x.a", b"2", 0)
            second = await stream.put("$KV.x.a", b"2", first)
            await stream.put("$KV.x.b", b"3")
            newest = await stream.newest("KV_x", "$KV.x.a")
            assert newest is not None
            assert (newest.payload, newest.sequence, newest.subject) == (b"2", second, "$KV.x.a")
            assert newest.utc_s > 1_700_000_000
            assert [each.payload for each in await stream.all_of("KV_x", "$KV.x.a")] == [b"1", b"2"]
            for number in range(280):  # more than one batch
                await stream.put("$KV.x.many", str(number).encode())
            many = await stream.all_of("KV_x", "$KV.x.many")
            assert [int(each.payload) for each in many] == list(range(280))
            with pytest.raises(NatsFaultError):
                await stream.put("$KV.y.a", b"no stream takes it")

    asyncio.run(run())

"""Streams on a real server: compare-and-set, history, keys that run out."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from quotedesk.codec.nats import Delivery
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


class BusyClient:
    """A client of a cluster that elects: streams are there, and none is made or changed now."""

    def __init__(self, replicas: int) -> None:
        self.asked: list[int] = []
        self._replicas = replicas

    async def request(self, subject: str, payload: bytes, timeout_s: float = 5.0, headers: object = None) -> Delivery:
        if ".INFO." in subject:
            return Delivery(subject, "", msgspec.json.encode({"config": {"num_replicas": self._replicas}}))
        self.asked.append(msgspec.json.decode(payload)["num_replicas"])
        return Delivery(subject, "", b'{"error":{"err_code":10008,"description":"temporarily unavailable"}}')


@pytest.mark.parametrize(("replicas", "asked"), [(3, [3]), (1, [3, 1])])
def test_a_cluster_that_is_busy_loses_no_replica_by_it(replicas: int, asked: list[int]) -> None:
    client = BusyClient(replicas)
    settings = StreamSettings(name="KV_x", subjects=["$KV.x.>"], max_msgs_per_subject=3, num_replicas=3)
    with pytest.raises(NatsFaultError, match="temporarily unavailable"):
        asyncio.run(JetStream(client).ensure(settings))  # type: ignore[arg-type]
    assert client.asked == asked

"""A cluster of three NATS servers of which one is killed: the longest time without a quote at a desk.

Usage: python -m tests.bench.relay_cluster [--runs N] [--rows N] [--rate N] [--kill desk|relay|leader]. Prints JSON:
medians, and the most, in milliseconds. The desk is the engine with its own client, over TLS; relay and servers are
processes of their own, all on loopback. What is killed (-9): the desk's server, the relay's, or, of neither, the one
that leads the stream with the relay's key.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import tempfile
from pathlib import Path

import msgspec

from quotedesk.codec.nkeys import new_seed
from quotedesk.codec.relay_key import key_of
from quotedesk.engine.feeds import Feeds
from quotedesk.market.batch import Batch
from quotedesk.net.client import Target
from quotedesk.net.nats_client import NatsClient, NatsFaultError
from quotedesk.relay.identity import RelayFolder
from quotedesk.relay.leader import STREAM
from tests.bench.runs import feeder
from tests.fakes.engine import EngineAtWork, engine_at_work
from tests.fakes.nats_servers import HOST, NatsCluster, client_of, cluster
from tests.fakes.relay import RelayProcess

KILLS = ("desk", "relay", "leader")
DESK, RELAY, NEITHER = 0, 1, 2  # which server each is on
QUIET_S = 2.0  # measured before the kill
AFTER_S = {"desk": 3.0, "relay": 3.0, "leader": 15.0}  # and after it: the key of the relay runs out after 10 s


class Arrivals:
    """A consumer that keeps when quotes of the stream came, not last values that were asked for. The loop's clock."""

    def __init__(self, feeds: Feeds) -> None:
        self.times_s: list[float] = []
        self._feeds = feeds
        self._applied = 0

    def consume(self, batch: Batch) -> None:
        assert self._feeds.relay is not None
        applied = sum(sum(rows.counts.applied.values()) for rows in self._feeds.relay.rows)
        if applied > self._applied:
            self._applied = applied
            self.times_s.append(asyncio.get_running_loop().time())

    def longest_gap_ms(self, from_s: float, to_s: float) -> float:
        """Between two that came then."""
        times_s = [from_s, *(at_s for at_s in self.times_s if from_s <= at_s <= to_s), to_s]
        return 1000 * max(later - earlier for earlier, later in itertools.pairwise(times_s))


async def gap(kill: str, rows: int, rate: float) -> dict[str, float]:
    """One run: the longest gap before the kill, and with it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        identity = RelayFolder(folder / "identity")
        identity.make()
        key = key_of("anna", "anna", identity.fingerprint(), new_seed(bytes(32)))
        with cluster(folder, identity=identity) as servers, feeder(rate) as feed:
            urls = ",".join(f"nats://{HOST}:{servers.ports[place]}" for place in (RELAY, NEITHER, DESK))
            relay = RelayProcess(folder / "relay", "--nats", urls, "--url", f"demo={feed}")
            await asyncio.to_thread(relay.__enter__)
            try:
                if kill == "leader":
                    await led_by_neither(servers.ports[NEITHER])
                async with engine_at_work(folder / "desk") as desk:
                    target = Target(f"wss://{HOST}:{servers.doors[DESK]}", key.text, key.fingerprint)
                    return await measured(kill, rows, desk, target, servers)
            finally:
                await asyncio.to_thread(relay.close)


async def measured(kill: str, rows: int, desk: EngineAtWork, target: Target, servers: NatsCluster) -> dict[str, float]:
    """The desk wants its rows, all of them tick, a server is killed."""

    async def find() -> Target:
        return target

    loop, arrivals = asyncio.get_running_loop(), Arrivals(desk.feeds)
    desk.services.consumers[:] = [arrivals]
    desk.feeds.use_relay(find)
    desk.want(" ".join(f"S{number}.US" for number in range(rows)))
    await desk.until(lambda: len(arrivals.times_s) > 200, 30.0)
    began_s = loop.time()
    await asyncio.sleep(QUIET_S)
    killed_s = loop.time()
    servers.servers[{"desk": DESK, "relay": RELAY, "leader": NEITHER}[kill]].kill()
    await asyncio.sleep(AFTER_S[kill])
    return {
        "still_ms": arrivals.longest_gap_ms(began_s, killed_s),
        "gap_ms": arrivals.longest_gap_ms(killed_s, loop.time()),
    }


class _Cluster(msgspec.Struct):
    leader: str = ""


class _Stream(msgspec.Struct):
    cluster: _Cluster = msgspec.field(default_factory=_Cluster)


async def led_by_neither(port: int) -> None:
    """Wait until the relay keeps its key in the cluster, and move the lead to the server that nobody is on."""

    async def leader(client: NatsClient) -> str:
        try:
            said = await client.request(f"$JS.API.STREAM.INFO.{STREAM}", b"")
        except NatsFaultError:
            return ""
        return msgspec.json.decode(said.payload, type=_Stream).cluster.leader

    async with asyncio.timeout(30.0), client_of(port, "", "bench") as client:
        while (found := await leader(client)) != f"s{NEITHER}":
            if found:
                placed = msgspec.json.encode({"placement": {"preferred": f"s{NEITHER}"}})
                await client.request(f"$JS.API.STREAM.LEADER.STEPDOWN.{STREAM}", placed)
            await asyncio.sleep(0.2)


def run(kill: str, rows: int = 50, rate: float = 1_000.0) -> dict[str, float]:
    """One run's figures."""
    return asyncio.run(gap(kill, rows, rate))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kill", choices=KILLS, action="append")
    parser.add_argument("--rows", type=int, default=50)
    parser.add_argument("--rate", type=float, default=1_000.0)
    parser.add_argument("--runs", type=int, default=1)
    chosen = parser.parse_args()
    said = {}
    for kill in chosen.kill or KILLS:
        runs = [run(kill, chosen.rows, chosen.rate) for _ in range(chosen.runs)]
        for name in runs[0]:
            said[f"{kill}_{name}"] = round(statistics.median(each[name] for each in runs), 1)
        said[f"{kill}_gap_most_ms"] = round(max(each["gap_ms"] for each in runs), 1)
    print(json.dumps(said))


if __name__ == "__main__":
    main()

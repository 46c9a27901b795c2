"""Two relays of one account, on a real server."""

import asyncio
from pathlib import Path

import pytest

from quotedesk.net.nats_client import NatsFaultError
from quotedesk.relay import leader
from quotedesk.relay.jet_stream import JetStream
from quotedesk.relay.leader import Leader, LeaderKey
from tests.fakes.clock import RunningClock
from tests.fakes.nats_servers import RELAY, client_of, relay_server
from tests.fakes.waiting import until


def test_relays_take_turns_and_one_that_starts_again_goes_on_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "TTL_S", 3)
    monkeypatch.setattr(leader, "RENEW_S", 0.2)
    monkeypatch.setattr(leader, "WAIT_S", 0.05)

    async def run() -> None:
        async with relay_server(tmp_path) as server, client_of(server.own_port, RELAY) as client:
            made = [
                Leader(JetStream(client), LeaderKey(id, f"relay {id}"), RunningClock(), lambda: None)
                for id in ("a", "b", "a")
            ]
            first, second, again = made
            one = asyncio.create_task(first.run())
            await until(lambda: first.leads)
            two = asyncio.create_task(second.run())
            await until(lambda: second.other == "relay a")
            assert not second.leads

            one.cancel()  # killed, and started again on its profile
            three = asyncio.create_task(again.run())
            await until(lambda: again.leads, 2.0)  # before the key runs out
            assert not second.leads

            await asyncio.sleep(0)
            three.cancel()  # killed for good: the key runs out
            await until(lambda: second.leads)
            assert second.other == ""

            four = asyncio.create_task(again.run())
            again.leads = False
            await until(lambda: again.other == "relay b")
            await second.resign()
            two.cancel()
            await until(lambda: again.leads)
            four.cancel()
            await asyncio.gather(one, two, three, four, return_exceptions=True)

    asyncio.run(run())


def test_a_renewal_that_failed_is_tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "RENEW_S", 0.01)
    monkeypatch.setattr(leader, "WAIT_S", 0.01)

    class Electing:
        puts = 0

        async def ensure(self, settings: object) -> None: ...

        async def newest(self, stream: str, subject: str) -> None: ...

        async def put(self, *_: object) -> int:
            self.puts += 1
            if self.puts == 2:
                monkeypatch.setattr(leader, "RENEW_S", 100.0)
                raise NatsFaultError("no leader now")
            return self.puts

    async def run() -> None:
        stream = Electing()
        one = Leader(stream, LeaderKey("a", "a"), RunningClock(), lambda: None)  # type: ignore[arg-type]
        running = asyncio.create_task(one.run())
        await until(lambda: stream.puts == 3)
        assert one.leads
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())


def test_one_that_cannot_renew_leads_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leader, "TTL_S", 1)
    monkeypatch.setattr(leader, "RENEW_S", 0.05)

    async def run() -> None:
        async with relay_server(tmp_path) as server, client_of(server.own_port, RELAY) as client:
            told: list[bool] = []
            one = Leader(JetStream(client), LeaderKey("a", "a"), RunningClock(), lambda: told.append(one.leads))
            running = asyncio.create_task(one.run())
            await until(lambda: one.leads)
            server.stop()
            await until(lambda: not one.leads)
            assert told == [True, False]
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())

"""A relay in a process of its own, tried from outside: pairing, rights, quotes, kills, a plan that is too small."""

import asyncio
import os
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from quotedesk.codec.nkeys import new_seed
from quotedesk.codec.relay_requests import (
    MOST_SESSIONS,
    ListGetRequest,
    ListPutRequest,
    ListsAnswer,
    WantAnswer,
    WantRequest,
)
from quotedesk.codec.relay_wire import LinkBeat, read_beat
from quotedesk.relay.commands_wire import RelayState
from tests.fakes.relay import RelayDesk, RelayProcess, pair, until

A, B = "AAPL.US@demo", "NVDA.US@demo"


def test_a_desk_pairs_sees_quotes_and_is_revoked(tmp_path: Path) -> None:
    async def run() -> None:
        with RelayProcess(tmp_path) as relay:
            key = await pair(relay.first.address, relay.first.pair, "laptop")
            assert key.fingerprint == relay.first.fingerprint
            with pytest.raises(
                (ConnectionRefusedError, PermissionError),
                match=r"Authorization Violation|Authentication Failure|used already",
            ):
                await pair(relay.first.address, relay.first.pair, "thief")
            async with RelayDesk(relay.first.address, key) as desk:
                hello = await desk.hello()
                assert [feed.name for feed in hello.feeds] == ["demo"]
                await desk.subscribe("link.>")
                answer = await desk.want(A, B, "X@moon")
                assert [each.row for each in answer.parked] == ["X@moon"]
                await until(lambda: len(desk.quotes(A)) >= 3 and len(desk.quotes(B)) >= 3)
                quotes = desk.quotes(A)
                assert [each.n for each in quotes] == list(range(1, len(quotes) + 1))
                assert [each.state for each in desk.states(A)][-1] == "live"
                trace = desk.states(A)[-1].trace
                assert trace is not None
                assert trace.first_tick is not None
                last = await desk.last(A, B)
                assert [each.row for each in last.rows] == [A, B]
                await until(lambda: [each for each in beats(desk) if each.links and each.links[0].state == "up"])

                code, said, _ = relay.command("status")
                assert code == 0
                assert "desk laptop of me: 1 connected, 3 rows" in said or "1 connected, 2 rows" in said
                assert relay.command("revoke", "laptop")[:2] == (0, "No longer let in: laptop\n")
                await until(lambda: desk.closed and desk.closed.done())
            with pytest.raises(ConnectionRefusedError, match=r"Authorization Violation|Authentication Failure"):
                await RelayDesk(relay.first.address, key).connect()
            assert relay.command("revoke", "laptop")[0] == 2
            code, said, _ = relay.command("viewers")
            assert said.splitlines()[-1].endswith(",demo,1")
            assert relay.kill(signal.SIGTERM) == 0

    asyncio.run(run())


def test_strangers_get_nothing_and_desks_their_own_persons_lists_only(tmp_path: Path) -> None:
    async def run() -> None:
        with RelayProcess(tmp_path) as relay:
            address = relay.first.address
            anna = await pair(address, relay.first.pair)
            code, said, _ = relay.command("code", "--person", "bo")
            assert code == 0
            bo = await pair(address, said.split()[-1])
            assert bo.person == "bo"
            # Without a key, with a key that nobody knows, with a seed of somebody else's relay.
            for seed in (None, new_seed(b"x" * 32)):
                with pytest.raises(ConnectionRefusedError, match=r"Authorization Violation|Authentication Failure"):
                    await RelayDesk(address, None).connect("d1/s", seed)
            # Without TLS, and in plain NATS to the port for desks.
            host, _, port = address.rpartition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"CONNECT {}\r\nPING\r\n")
            assert b"INFO" not in await reader.read(500)
            writer.close()

            async with RelayDesk(address, anna) as mine, RelayDesk(address, bo) as theirs:
                put = ListPutRequest("list Metals", 0, msgspec.Raw(b'["A"]'))
                await mine.subscribe(f"changed.{mine.person}")
                answer = await mine.ask(f"lists.{mine.person}.{mine.desk}.put", put, ListsAnswer)
                assert answer.entries[0].revision
                await until(lambda: any(each.subject == f"changed.{mine.person}" for each in mine.said))
                got = await theirs.ask(f"lists.bo.{theirs.desk}.get", ListGetRequest(), ListsAnswer)
                assert got.entries == []
                for subject in (
                    f"lists.{mine.person}.{theirs.desk}.get",
                    f"lists.{mine.person}.{mine.desk}.get",
                    f"want.{mine.desk}",
                    "q.demo.AAPL=2EUS",
                    "link.demo",
                    "admin.code",
                    "pair",
                    "$JS.API.STREAM.LIST",
                    "$KV.lists.me.x",
                    "$SYS.REQ.SERVER.PING",
                ):
                    theirs.complaints.clear()
                    with pytest.raises(TimeoutError):
                        await theirs.ask_raw(subject, b"{}", 0.05)
                    assert any(f'Publish to "{subject}"' in each for each in theirs.complaints), subject
                for subject in (f"changed.{mine.person}", "want.>", "lists.>", f"_INBOX.{mine.desk}.>", ">", "$KV.>"):
                    theirs.complaints.clear()
                    await theirs.subscribe(subject)
                    await theirs.ping()
                    assert any("Permissions Violation for Subscription" in each for each in theirs.complaints), subject
                # A key is one desk's: two hundred connections with it are as many as a key bears.
                many = [
                    await theirs.ask(f"want.{theirs.desk}", WantRequest(f"s{n}", 1, [A]), WantAnswer) for n in range(20)
                ]
                assert sum(bool(each.fault) for each in many) == 12

    asyncio.run(run())


def test_relay_and_server_come_back_when_they_are_killed(tmp_path: Path) -> None:
    async def run() -> None:
        with RelayProcess(tmp_path) as relay:
            key = await pair(relay.first.address, relay.first.pair)
            address = relay.first.address
            async with AsyncExitStack() as stack:
                # As many as a key may have: who is back has a place beside what those before it wanted.
                desks = [await stack.enter_async_context(RelayDesk(address, key)) for _ in range(MOST_SESSIONS)]
                for desk in desks:
                    await desk.want(A)
                await until(lambda: desk.quotes(A))
                put = ListPutRequest("list Metals", 0, msgspec.Raw(b'["A"]'))
                await desk.ask(f"lists.{key.person}.{key.desk}.put", put, ListsAnswer)
                os.kill(relay.nats_pid, signal.SIGKILL)
                await until(lambda: desk.closed and desk.closed.done())
            last = desk.quotes(A)[-1].n
            killed_s = time.monotonic()
            again = await back(address, RelayDesk(address, key))
            assert time.monotonic() - killed_s < 6.0  # 0.2 s on a quiet machine
            await again.want(A, before=desks[0].session)
            await until(lambda: again.quotes(A))
            assert again.quotes(A)[0].n > last, "the row was never let go"
            async with AsyncExitStack() as stack:
                for old in desks[1:]:
                    desk = await stack.enter_async_context(RelayDesk(address, key))
                    assert not (await desk.want(A, before=old.session)).fault
                state = msgspec.json.decode(relay.command("status", "--json")[1], type=RelayState)
                assert [each.connections for each in state.desks] == [MOST_SESSIONS], "nobody counts twice"
            got = await again.ask(f"lists.{key.person}.{key.desk}.get", ListGetRequest(), ListsAnswer)
            assert [each.key for each in got.entries] == ["list Metals"]
            before = relay.first.address

            pid = relay.nats_pid
            assert relay.kill() == -signal.SIGKILL
            await until(lambda: again.closed and again.closed.done())  # the server went with it
            await again.close()
            await until(lambda: is_gone(pid))
            relay.start()
            assert relay.first.address == before  # it keeps its port and its key
            third = await back(relay.first.address, RelayDesk(relay.first.address, key))
            await third.want(A)
            await until(lambda: third.quotes(A))
            got = await third.ask(f"lists.{key.person}.{key.desk}.get", ListGetRequest(), ListsAnswer)
            assert [each.key for each in got.entries] == ["list Metals"]
            await third.close()
            assert relay.kill(signal.SIGTERM) == 0

    asyncio.run(run())


def test_a_small_plan_parks_everybodys_last_rows_and_says_by_how_many_desks(tmp_path: Path) -> None:
    async def run() -> None:
        (tmp_path / "profile").mkdir()
        (tmp_path / "profile" / "settings.toml").write_text("[plans]\ndemo = 2\n")
        with RelayProcess(tmp_path) as relay:
            first = await pair(relay.first.address, relay.first.pair)
            code = relay.command("code")[1].split()[-1]
            second = await pair(relay.first.address, code)
            async with RelayDesk(relay.first.address, first) as one, RelayDesk(relay.first.address, second) as two:
                await one.want("AAPL.US@demo", "MSFT.US@demo")
                await two.want("NVDA.US@demo", "TSLA.US@demo")
                await until(lambda: one.quotes("AAPL.US@demo") and two.quotes("NVDA.US@demo"))
                await until(lambda: [each for each in two.states("TSLA.US@demo") if each.state == "parked"])
                await until(lambda: [each for each in one.states("MSFT.US@demo") if each.state == "parked"])
                assert "2 desks share this plan" in two.states("TSLA.US@demo")[-1].reason
                assert not [each for each in one.states("AAPL.US@demo") if each.state == "parked"]

    asyncio.run(run())


def test_what_cannot_run_is_told_in_one_line(tmp_path: Path) -> None:
    relay = RelayProcess(tmp_path)
    assert relay.command("status")[0] == 2
    assert "No relay ever ran" in relay.command("code")[2]
    for words, why in (
        (["--listen", "nonsense"], "--listen: give it as HOST:PORT"),
        (["--listen", "203.0.113.7:9999"], "nats-server did not start"),
        (["--creds", "x"], "--nats URL"),
        (["--nats", "http://x"], "tls://HOST:PORT"),
        (["--feed", "moon"], "choose from"),
    ):
        code, out, err = relay.command(*words)
        assert (code, out) == (2, ""), words
        assert why in err
        assert err.count("\n") == 1
    with relay:
        code, _, err = relay.command()
        assert code == 3
        assert "runs on" in err


def test_whoever_starts_it_learns_that_a_token_is_missing(tmp_path: Path) -> None:
    with RelayProcess(tmp_path, "--url", "demo=ws://127.0.0.1:9", feed="alltick") as relay:
        assert relay.process is not None
        assert relay.process.stderr is not None
        line = relay.process.stderr.readline().decode()
    assert line.startswith("quotedesk relay: No token yet: AllTick needs one")
    assert "quotedesk token set alltick" in line
    assert "start the relay again" in line


def beats(desk: RelayDesk) -> list[LinkBeat]:
    read = [read_beat(each.payload) for each in desk.said if each.subject.startswith("link.")]
    return [each for each in read if isinstance(each, LinkBeat)]


async def back(address: str, desk: RelayDesk) -> RelayDesk:
    """Dial until it is taken."""
    while True:
        try:
            await desk.connect()
            return desk
        except (OSError, ConnectionRefusedError):
            await asyncio.sleep(0.05)


def is_gone(pid: int) -> bool:
    try:
        return "State:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True

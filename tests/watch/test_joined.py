"""A program that is joined: what it tells is shown as an engine's, and one that is not what was asked for is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from quotedesk.engine.serving.local_port import LocalPort
from quotedesk.market.batch import Batch
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.market.quote import Quote
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.net import local_socket
from quotedesk.watch import joined as room
from quotedesk.watch.joined import JoinedProgram, UtcClock, join, quote_of
from tests.fakes.clock import MONDAY_UTC_S, FakeClock
from tests.fakes.served import ServedStore

pytestmark = pytest.mark.anyio
A, B = Instrument("demo", "A"), Instrument("demo", "B")
PATIENCE_S = 20.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Shown:
    """A display that keeps what it is shown."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.links: tuple[LinkStatus, ...] = ()
        self.first: dict[Instrument, Number] = {}
        self.missed: list[tuple[Instrument, int]] = []

    def consume(self, batch: Batch) -> None:
        self.batches.append(batch)

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        self.links = links

    def count_from(self, instrument: Instrument, first: Number) -> None:
        self.first[instrument] = first

    def miss(self, instrument: Instrument, count: int) -> None:
        self.missed.append((instrument, count))

    def prices(self) -> list[tuple[str, str]]:
        return [
            (each.code, each.last.text)
            for batch in self.batches
            for each in batch.updates
            if isinstance(each, Quote) and each.last is not None
        ]


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[ServedStore, LocalPort]]:
    store = ServedStore()
    port = LocalPort(store.serving, folder / "serve.sock")
    await port.open()
    try:
        yield store, port
    finally:
        port.close()
        await until(lambda: not store.serving.readers.names)


async def until(what: Any) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not what():
            await asyncio.sleep(0.005)


async def joined_to(port: LocalPort) -> JoinedProgram:
    program = await join(port.place, [A], {})
    assert program is not None
    return program


async def test_what_it_tells_is_shown_with_its_times_and_from_its_base(tmp_path: Path) -> None:
    async with serving(tmp_path) as (store, port):
        store.want(A)
        store.trade(("A", "1.0"), ("A", "1.5"))
        store.stand("A", RowState.QUIET, "no tick for 10 s")
        store.serving.show_links((LinkStatus("demo", "demo", LinkState.UP), LinkStatus("kraken", "spot", LinkState.UP)))
        program, shown = await joined_to(port), Shown()
        await program.show([A, B], shown)
        assert shown.prices() == [("A", "1.5")]
        assert shown.first[A] == number("1.0")
        assert [each.name for each in shown.links] == ["demo"]
        way = LinkStatus("relay", "relay", LinkState.WAITING, reason="cut")
        store.serving.show_links((way, LinkStatus("demo", "demo", LinkState.DENIED, through="hut")))
        await until(lambda: {each.name: each.through for each in shown.links} == {"demo": "hut", "relay": ""})
        states = [status for batch in shown.batches for status in batch.statuses]
        assert [(each.code, each.state, each.reason) for each in states] == [
            ("A", RowState.QUIET, "no tick for 10 s"),
            ("B", RowState.PENDING, ""),
        ]
        store.clock.advance(1)
        store.trade(("B", "7"))
        await until(lambda: len(shown.prices()) == 2)
        assert shown.batches[-1].received_s == MONDAY_UTC_S + store.clock.now_s()
        program.close()
        await until(lambda: not store.serving.wanted)


async def test_what_was_dropped_there_is_told_on(tmp_path: Path) -> None:
    async with serving(tmp_path) as (store, port):
        program, shown = await joined_to(port), Shown()
        await program.show([A], shown)
        [session] = store.serving._readers
        session.fall_behind(on=True)
        store.trade(*[("A", f"{n}") for n in range(1, 6)])
        session.fall_behind(on=False)
        store.serving._readers[session]()
        await until(lambda: shown.prices())
        assert (shown.prices(), shown.missed) == ([("A", "5")], [(A, 4)])
        program.close()


async def test_its_end_is_told_once_and_leaving_is_no_end(tmp_path: Path) -> None:
    ends: list[str] = []
    async with serving(tmp_path) as (_, port):
        program, other = await joined_to(port), await joined_to(port)
        program.on_gone = lambda: ends.append("program")
        other.on_gone = lambda: ends.append("other")
        other.close()
        port.close()
        await until(lambda: ends)
        assert ends == ["program"]
        with pytest.raises(ConnectionResetError):
            await program.ask("quotes.snapshot", {})


async def test_a_refusal_is_told_in_its_words(tmp_path: Path) -> None:
    async with serving(tmp_path) as (_, port):
        program = await joined_to(port)
        with pytest.raises(QuotedeskError, match="no rules"):
            await program.watch_rules(["A last >= 1"], "demo")
        program.close()


async def test_what_does_not_fit_is_not_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await join(tmp_path / "serve.sock", [A], {}) is None
    async with serving(tmp_path) as (store, port):
        store.program.bases["demo"] = "ws://127.0.0.1:1"
        assert await join(port.place, [A], {"demo": "ws://127.0.0.1:2"}) is None
        assert await join(port.place, [Instrument("nowhere", "A")], {}) is None
        for urls in ({}, {"demo": "ws://127.0.0.1:1"}, {"kraken": "ws://127.0.0.1:2"}):
            program = await join(port.place, [A], urls)
            assert program is not None
            program.close()
        assert await join(port.place, [A] * 10_001, {}) is None
        store.program.recorded.add("demo")
        assert await join(port.place, [A], {}) is None, "what is asked for is live"
        store.program.recorded.clear()
        monkeypatch.setattr(room, "PROTOCOL", 2)
        assert await join(port.place, [A], {}) is None


@pytest.mark.parametrize("said", [b"", b"what?\n" * 10, b'{"jsonrpc":"2.0","id":1,"result":[]}\n', b"\xff" * 100_000])
async def test_one_that_does_not_answer_or_says_nonsense_is_left(
    tmp_path: Path, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_PATIENCE_S", 0.2)

    class Mute(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            transport.write(said)

    listener = await local_socket.listen(tmp_path / "serve.sock", Mute)
    assert await join(tmp_path / "serve.sock", [A], {}) is None
    listener.close()


def test_a_quote_is_all_that_is_told_and_nothing_else() -> None:
    quote = quote_of({"symbol": "A", "last": "1.20", "size": "3", "time": "2025-11-24T16:00:00.250Z"})
    assert (quote.code, quote.last, quote.time_utc_s) == ("A", number("1.20"), MONDAY_UTC_S + 0.25)
    assert quote.bid == quote.prev_close == UNKNOWN
    assert quote_of({"last": "what", "time": "then"}).last == UNKNOWN


def test_its_clock_says_the_times_that_are_told() -> None:
    clock = UtcClock(FakeClock())
    assert clock.now_s() == clock.utc_s(clock.now_s()) == MONDAY_UTC_S + 1000

"""The relay's side to the providers: it wants, hangs up at once, and begins anew."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.relay_wire import quote_subject
from quotedesk.config.paths import Profile
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.market.instrument import Instrument
from quotedesk.relay.publisher import Publisher
from quotedesk.relay.upstream import Upstream
from quotedesk.relay.wishes import Wishes
from tests.fakes.clock import RunningClock
from tests.fakes.engine import HURRIED, hurried
from tests.fakes.strict_server import StrictServer
from tests.fakes.waiting import until

A = Instrument("demo", "AAPL.US")


class Heard:
    """Keeps what is said on each subject."""

    def __init__(self) -> None:
        self.said: dict[str, list[dict]] = {}

    def publish(self, subject: str, payload: bytes) -> None:
        self.said.setdefault(subject, []).append(msgspec.json.decode(payload))


class AtWork:
    """The parts of a relay that turn wishes into subscriptions, and no NATS."""

    def __init__(self, folder: Path, urls: Mapping[str, str], plans: Mapping[str, int]) -> None:
        self.faults: list[BaseException] = []
        self.tasks, self.heard, self.clock, redactor = Tasks(self.faults.append), Heard(), RunningClock(), Redactor()
        self.wishes = Wishes()
        self.publisher = Publisher(self.heard, self.wishes, self.clock, "r", "office", list(urls))
        sources = Sources(Profile(folder), SourceOptions(urls=urls), redactor)
        self.upstream = Upstream(self.publisher, sources.of, Profile(folder), plans, self.clock, self.tasks, redactor)
        self.publisher.sessions_of = self.upstream.sessions_of
        self.wishes.may_linger = self.upstream.may_linger

    async def stop(self) -> None:
        await self.upstream.hang_up()
        await self.tasks.stop()
        assert self.faults == []


def test_it_wants_hangs_up_at_once_and_begins_anew(tmp_path: Path) -> None:
    async def run() -> None:
        log = tmp_path / "log.jsonl"
        async with DemoServer(ServerOptions(log=log)) as server:
            relay = AtWork(tmp_path, {"demo": server.url}, {})
            upstream, heard = relay.upstream, relay.heard
            upstream.second()
            assert upstream.links == ()
            await upstream.hang_up()  # nothing is there
            for _ in range(2):
                heard.said.clear()
                upstream.want([A], ())
                await until(lambda: heard.said.get(quote_subject("demo", "AAPL.US")))
                upstream.second()
                assert [link.state.value for link in upstream.links] == ["up"]
                trace = upstream.trace_of(A)
                assert trace is not None
                assert trace.first_tick_s > 0
                (session,) = upstream.sessions_of("demo")
                assert session.wanted == ("AAPL.US",)
                await upstream.hang_up()
                assert upstream.links == ()
                assert upstream.trace_of(A) is None
                assert heard.said["link.demo"][-1]["links"] == [] if "links" in heard.said["link.demo"][-1] else True
            await relay.stop()

    asyncio.run(run())


@pytest.mark.parametrize("dialect", ["alltick", "alltick_action"])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_row_that_lingers_never_takes_the_place_of_one_that_is_wanted(
    dialect: str, is_known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The provider has room for three, and leaves out what is too much without a word."""
    monkeypatch.setitem(FEEDS, dialect, hurried(FEEDS[dialect]))
    monkeypatch.setenv("QUOTEDESK_ALLTICK_TOKEN", "token")

    async def run() -> None:
        async with StrictServer(replace(HURRIED, plan_limit=3)) as provider:
            relay = AtWork(tmp_path, {dialect: provider.url}, {dialect: 3} if is_known else {})

            def says(desk: str, generation: int, codes: str) -> None:
                rows = [Instrument(dialect, f"{code}.US") for code in codes]
                assert relay.wishes.say(desk, "s", generation, rows, relay.clock.now_s()) == ""
                relay.upstream.want(relay.wishes.merged(), ())

            def quotes(code: str) -> int:
                return len(relay.heard.said.get(quote_subject(dialect, f"{code}.US"), ()))

            def state(code: str) -> str:
                status = relay.publisher.status_of(Instrument(dialect, f"{code}.US"))
                return status.state if status else ""

            def used() -> tuple[int, int | None, int]:
                found = relay.publisher.plan_of(dialect)
                assert found is not None
                return found.used, found.slots, found.parked

            says("anna", 1, "AB")
            says("otto", 1, "C")
            await until(lambda: all(map(quotes, "ABC")))
            if is_known:
                says("anna", 2, "ABD")
                await until(lambda: state("D") == "parked")
                assert used() == (3, 3, 1)
            says("anna", 3, "BD")  # A lingers where it may, and D needs its place
            began_s = relay.clock.now_s()
            await until(lambda: quotes("D"))
            assert relay.clock.now_s() - began_s < 5.0, "a frame or two, each in its time"
            await until(lambda: [state(code) for code in "BCD"] == ["live"] * 3)
            assert used() == (3, 3 if is_known else None, 0), "what lingers is not counted"
            before = {code: quotes(code) for code in "BCD"}
            await until(lambda: all(quotes(code) > before[code] + 1 for code in "BCD"))
            lingers = dialect == "alltick" or is_known
            assert (relay.wishes.merged()[-1].code == "A.US") is lingers
            await relay.stop()
            assert [breach._asdict() for breach in provider.breaches] == []

    asyncio.run(run())

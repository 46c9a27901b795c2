"""The relay's side to the providers: it wants, hangs up at once, and begins anew."""

import asyncio
from pathlib import Path

import msgspec

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
from tests.fakes.relay import until

A = Instrument("demo", "AAPL.US")


class Heard:
    """Counts what is said on each subject."""

    def __init__(self) -> None:
        self.said: dict[str, list[dict]] = {}

    def publish(self, subject: str, payload: bytes) -> None:
        self.said.setdefault(subject, []).append(msgspec.json.decode(payload))


def test_it_wants_hangs_up_at_once_and_begins_anew(tmp_path: Path) -> None:
    async def run() -> None:
        log = tmp_path / "log.jsonl"
        async with DemoServer(ServerOptions(log=log)) as server:
            faults: list[BaseException] = []
            tasks, heard, clock, redactor = Tasks(faults.append), Heard(), RunningClock(), Redactor()
            profile = Profile(tmp_path)
            publisher = Publisher(heard, Wishes(), clock, "r", "office", ["demo"])
            sources = Sources(profile, SourceOptions(urls={"demo": server.url}), redactor)
            upstream = Upstream(publisher, sources.of, profile, {}, clock, tasks, redactor)
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
            await tasks.stop()
            assert faults == []

    asyncio.run(run())

"""What readers are told of a program: its servers, and what it wants."""

from collections.abc import Iterable
from pathlib import Path

from quotedesk.config.paths import Profile
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.services import Services
from quotedesk.engine.serving.running_program import RunningProgram
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.engine import FakeDisplay


class WantingFeeds(Feeds):
    """Feeds that want what they are told to, and dial nothing."""

    def want(self, instruments: Iterable[Instrument]) -> None:
        self._wanted = dict.fromkeys(instruments)


def test_it_tells_what_sources_and_feeds_are(tmp_path: Path) -> None:
    options = SourceOptions(urls={"demo": "ws://127.0.0.1:9"}, replay=tmp_path / "tape.csv")
    sources = Sources(Profile(tmp_path), options, Redactor())
    services = Services(FakeClock(), Tasks(lambda fault: None), Quotes(), FakeDisplay())
    feeds = WantingFeeds(services, sources.of)
    program = RunningProgram(feeds, sources, lambda: "kraken")
    feeds.want([Instrument("demo", "A")])
    assert (program.base_of("demo"), program.base_of("kraken")) == ("ws://127.0.0.1:9", None)
    assert (program.is_recorded("demo"), program.is_recorded("kraken")) == (True, True)
    assert program.default_feed() == "kraken"
    assert program.is_wanted(Instrument("demo", "A"))
    assert not program.is_wanted(Instrument("demo", "B"))

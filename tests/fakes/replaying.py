"""A recording played into an engine without a screen, by a clock of life that stands still: as fast as it goes."""

import math
from collections.abc import Callable
from pathlib import Path

from quotedesk.config.paths import Profile
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.recorded import open_recorded
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.replay import Replay
from quotedesk.engine.services import Services
from quotedesk.engine.source import Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.frame_log import FrameLog
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Trade
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.engine import FakeDisplay


class Player:
    """One replay, and all that came of it. Nothing of it needs a running loop.

    Attributes:
        real: the clock of life, that a test moves.
        batches: all that consumers got.
    """

    def __init__(self, path: Path, folder: Path, speed: float = math.inf) -> None:
        self.real = FakeClock()
        self.batches: list[Batch] = []
        self.display = FakeDisplay()
        self.quotes = Quotes()
        self.reader = open_recorded(path)
        self.replay = Replay(self.reader, self.real, frames := FrameLog(), speed)
        redactor = Redactor()
        sources = Sources(Profile(folder), SourceOptions(), redactor)
        self.services = Services(
            self.replay.clock, Tasks(self._failed), self.quotes, self.display, redactor, frames, consumers=[self]
        )
        self.feeds = Feeds(self.services, sources.of)
        self.replay.attach(self.services, self.feeds)

    def consume(self, batch: Batch) -> None:
        self.batches.append(batch)

    def play(self) -> "Player":
        """Play to the end."""
        while self.replay.play_on():
            pass
        assert self.replay.is_over
        return self

    def play_to(self, is_there: Callable[[], bool]) -> None:
        """Play until that is so after some record or timer, or to the end."""
        while not is_there() and (at_s := self.replay._due_s()) < math.inf:
            self.replay._do(at_s)

    @property
    def trades(self) -> list[tuple[str, str]]:
        """(code, price) of all that came."""
        return [(each.code, each.price.text) for batch in self.batches for each in batch.updates if type(each) is Trade]

    @property
    def gaps(self) -> list[tuple[str, ...]]:
        """Of each batch that has some."""
        return [batch.gaps for batch in self.batches if batch.gaps]

    def rows(self) -> dict[str, tuple[str, str, str]]:
        """Code -> last price, previous close, state, of all that was ever wanted."""
        rows = {}
        for feed, code in self.reader.instruments():
            slot = self.quotes.slot(Instrument(feed, code))
            last, close = (self.quotes.number(field, slot).text for field in ("last", "prev_close"))
            rows[code] = last, close, self.feeds.state_word(Instrument(feed, code))
        return rows

    def _failed(self, fault: BaseException) -> None:
        raise fault

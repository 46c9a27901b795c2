"""The real server, the real client and a real window in one loop, with short patience."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from quotedesk.app.process.loop import collect
from quotedesk.codec import FEEDS
from quotedesk.codec.base import Feed
from quotedesk.config.paths import Profile
from quotedesk.demo.server import DemoServer, ServerOptions
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.engine.tasks import Tasks
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import RunningClock
from tests.fakes.windows import book_of, windows_on

PATIENCE_S = 20.0
CODES = ("EURUSD", "GOLD", "BTCUSDT", "USDJPY")


def hurried(name: str) -> Feed:
    """A feed whose patience is short."""
    feed = FEEDS[name]
    quick: dict[str, float] = {"retry_min_s": 0.2, "answer_s": 0.6, "first_tick_s": 1.5}
    if feed.limits.replaces:  # its server closes a connection that asks more often than once a second
        quick |= {"beat_s": 2.5, "dead_after_s": 4.0}
    else:
        quick |= {"beat_s": 0.3, "dead_after_s": 1.2, "frame_gap_s": 0.05}
    return msgspec.structs.replace(feed, limits=msgspec.structs.replace(feed.limits, **quick))


class Stage:
    """A desk and its server."""

    def __init__(self, feed: Feed, server: DemoServer, profile: Path) -> None:
        self.feed, self.server = feed, server
        self.faults: list[BaseException] = []
        self.clock, self.quotes = RunningClock(), Quotes()
        self.book = book_of(feed.name, CODES)
        self.watchlist = self.book.lists[0]
        self.windows = windows_on(self.book, self.quotes, self.clock)
        self.window = self.windows.open()
        self.tasks = Tasks(self.faults.append)
        services = Services(self.clock, self.tasks, self.quotes, self.windows)
        source = Source(feed, Profile(profile), SourceOptions(urls={feed.name: server.url}), services.redactor)
        self.feeds = Feeds(services, {feed.name: source}.__getitem__)
        self.windows.edited.connect(self.want)
        self.windows.shown_settled.connect(self.want)
        self.windows.requests.retry.connect(self.feeds.retry_now)

    def want(self) -> None:
        """Ask for the rows of the lists as they are now."""
        self.feeds.want(self.book.wanted(self.windows.shown))

    @property
    def session(self) -> Any:
        (session,) = self.feeds.sessions
        return session

    def states(self) -> dict[str, RowState]:
        """As the user sees them."""
        return {each.code: RowState(int(self.quotes.state[self.quotes.slot(each)])) for each in self.watchlist}

    def ticks(self) -> dict[str, int]:
        return {code: self.session.counts.applied[code] for code in CODES}

    def price(self, code: str) -> float:
        return float(self.quotes["last"][self.quotes.slot(Instrument(self.feed.name, code))])

    async def until(self, what: Callable[[], Any], patience_s: float = PATIENCE_S) -> None:
        try:
            async with asyncio.timeout(patience_s):
                while not what():
                    self.feeds.second()
                    await asyncio.sleep(0.02)
        except TimeoutError:
            seen = (self.states(), self.session.status, self.session.counts, self.window.status_bar.words())
            raise AssertionError(f"waited {patience_s} s in vain: {seen}") from None

    async def rest(self, for_s: float) -> None:
        """Let the others have their turn."""
        collect()
        await asyncio.sleep(for_s)

    async def live(self, patience_s: float = PATIENCE_S) -> None:
        """All rows are live, and go on ticking."""
        await self.until(lambda: set(self.states().values()) == {RowState.LIVE}, patience_s)
        before = self.ticks()
        await self.until(lambda: all(self.ticks()[code] > before[code] for code in CODES), patience_s)

    async def offline(self) -> str:
        """All rows are offline; returns what the banner says."""
        await self.until(lambda: set(self.states().values()) == {RowState.OFFLINE})
        assert self.window.banner.isVisibleTo(self.window)
        _, reason, _ = self.window.banner.words()
        return str(reason)


@asynccontextmanager
async def stage(feed: str = "demo", *faults: str, live: bool = True, **options: Any) -> AsyncIterator[Stage]:
    with TemporaryDirectory() as profile:
        async with DemoServer(ServerOptions(faults=faults, **options), heartbeat_s=30.0) as server:
            here = Stage(hurried(feed), server, Path(profile))
            here.window.show()
            here.want()
            try:
                if live:
                    await here.live()
                yield here
                assert here.faults == []
            finally:
                await here.feeds.close()
                await here.tasks.stop()
                here.window.allow_close()
                here.window.close()
                here.window.deleteLater()

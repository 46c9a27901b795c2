"""The engine on real servers, without a screen: a display and a consumer that keep what they are given."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from quotedesk.codec.base import Feed
from quotedesk.config.paths import Profile
from quotedesk.engine.clock import SystemClock
from quotedesk.engine.feed_runner import FeedRunner
from quotedesk.engine.feeds import Feeds
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source, Sources
from quotedesk.engine.tasks import Tasks
from quotedesk.feed.pace import Pace
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument, split_feed
from quotedesk.market.quote import Update
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.quotes.quotes import Quotes
from tests.fakes.strict_server import Manner

PATIENCE_S = 20.0
# What a hurried feed keeps to, and a little more, as a busy machine is late.
HURRIED = Manner(frame_gap_s=0.03, token_gap_s=0.1, reconnect_gap_s=0.3, rate=40.0)


def hurried(feed: Feed, **limits: object) -> Feed:
    """The feed with short patience, for a server that is as quick as HURRIED."""
    short = {"frame_gap_s": 0.1, "link_gap_s": 0.25, "retry_min_s": 0.4, "answer_s": 0.6, "first_tick_s": 1.5}
    return msgspec.structs.replace(feed, limits=msgspec.structs.replace(feed.limits, **{**short, **limits}))


def instruments(text: str, feed: str = "demo") -> list[Instrument]:
    """ "A.US B.US@alltick" as instruments; bare codes are of `feed`."""
    return [Instrument(said or feed, code) for code, said in map(split_feed, text.split())]


class FakeDisplay:
    """A display that keeps what it is shown.

    Attributes:
        links: the newest.
        states: of each link by its name, all that were shown, each once in a row.
        reasons: the same, the words.
        plan, traffic: the newest; None before the first.
        notices: all.
        fetching: all that was said of what is being fetched.
        wakes: how often rows were said to have changed.
    """

    def __init__(self) -> None:
        self.links: tuple[LinkStatus, ...] = ()
        self.states: dict[str, list[LinkState]] = {}
        self.reasons: dict[str, list[str]] = {}
        self.plan: tuple[int, int | None, int] | None = None
        self.traffic: tuple[float, float] | None = None
        self.notices: list[str] = []
        self.fetching: list[str] = []
        self.wakes = 0

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        self.links = links
        for link in links:
            for kept, value in ((self.states, link.state), (self.reasons, link.reason)):
                shown: list[object] = kept.setdefault(link.name, [])  # type: ignore[attr-defined]
                if not shown or shown[-1] != value:
                    shown.append(value)

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        self.plan = (used, slots, parked)

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        self.traffic = (messages_per_s, round_trip_s)

    def show_notice(self, text: str, *, is_error: bool = False) -> None:
        self.notices.append(text)

    def show_fetching(self, words: str) -> None:
        self.fetching.append(words)

    def wake(self) -> None:
        self.wakes += 1


class FakeConsumer:
    """A consumer that keeps every batch."""

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def consume(self, batch: Batch) -> None:
        self.batches.append(batch)

    @property
    def updates(self) -> list[tuple[str, Update]]:
        """(feed, update), in order."""
        return [(batch.feed, update) for batch in self.batches for update in batch.updates]

    def seqs(self, feed: str) -> dict[str, list[int | None]]:
        """Code -> the numbers of its updates, in order."""
        found: dict[str, list[int | None]] = {}
        for name, update in self.updates:
            if name == feed:
                found.setdefault(update.code, []).append(update.seq)
        return found

    def counts(self) -> Counter[Instrument]:
        """How many updates of each."""
        return Counter(Instrument(feed, update.code) for feed, update in self.updates)


class EngineAtWork:
    """Services, sources and feeds of one run on a profile. `feeds` for all; `runner` makes one by itself.

    Attributes:
        faults: of tasks: none is expected.
        display, consumer: what they were told is kept.
    """

    def __init__(self, folder: Path, urls: Mapping[str, str], plans: Mapping[str, int], **options: object) -> None:
        self.faults: list[BaseException] = []
        self.clock = SystemClock()
        self.display = FakeDisplay()
        self.consumer = FakeConsumer()
        self.quotes = Quotes()
        self.tasks = Tasks(self.faults.append)
        self.redactor = Redactor()
        self.profile = Profile(folder)
        self.services = Services(
            self.clock,
            self.tasks,
            self.quotes,
            self.display,
            self.redactor,
            plan=plans.get,
            consumers=[self.consumer],
        )
        self.sources = Sources(self.profile, SourceOptions(urls=urls, **options), self.redactor)  # type: ignore[arg-type]
        self.feeds = Feeds(self.services, self.sources.of)
        self._runners: list[FeedRunner] = []

    def runner(self, name: str = "demo", source: Source | None = None) -> FeedRunner:
        """A runner of a feed that stands for itself."""
        source = source or self.sources.of(name)
        limits = source.feed.limits
        runner = FeedRunner(
            source,
            self.services,
            Pace(limits.frame_gap_s, limits.link_gap_s),
            lambda: self.display.show_links(runner.links),
        )
        self._runners.append(runner)
        return runner

    def want(self, text: str, runner: FeedRunner | None = None) -> None:
        """ "A.US B.US@alltick" and nothing else: of all feeds, or of one runner."""
        if runner is None:
            self.feeds.want(instruments(text))
            return
        rows = instruments(text, runner.source.feed.name)
        self.quotes.slots(rows)
        runner.want([row.code for row in rows])

    def slot(self, text: str) -> int:
        (instrument,) = instruments(text)
        return self.quotes.slot(instrument)

    def state(self, text: str) -> RowState:
        """A row's state, as the store has it."""
        return RowState(int(self.quotes.state[self.slot(text)]))

    def reason(self, text: str) -> str:
        return self.quotes.reason(self.slot(text))

    def are(self, state: RowState, text: str) -> bool:
        """Are these rows all in this state?"""
        return all(self.state(each) is state for each in text.split())

    def counts(self, text: str) -> list[int]:
        """How many updates came of each."""
        counts = self.consumer.counts()
        return [counts[each] for each in instruments(text)]

    async def until(self, what: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
        """Wait for it, in short looks."""
        try:
            async with asyncio.timeout(patience_s):
                while not what():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            seen = (self.display.links, self.display.notices[-5:], self.consumer.counts(), self.faults)
            raise AssertionError(f"waited {patience_s} s in vain: {seen}") from None

    async def live(self, text: str) -> None:
        """Wait until these rows are live, and tick on."""
        await self.until(lambda: self.are(RowState.LIVE, text))
        before = self.counts(text)
        await self.until(lambda: all(now > then for now, then in zip(self.counts(text), before, strict=True)))

    async def close(self) -> None:
        for runner in self._runners:
            await runner.close()
        await self.feeds.close()
        await self.tasks.stop()
        self.sources.stop()


@asynccontextmanager
async def engine_at_work(
    folder: Path,
    urls: Mapping[str, str] | None = None,
    wanted: str = "",
    *,
    plans: Mapping[str, int] | None = None,
    **options: object,
) -> AsyncIterator[EngineAtWork]:
    """An engine on servers (feed -> URL); `options`: see SourceOptions. At the end nothing of its has failed."""
    here = EngineAtWork(folder, urls or {}, plans or {}, **options)
    try:
        if wanted:
            here.want(wanted)
        yield here
        assert here.faults == []
    finally:
        await here.close()
    assert here.faults == []


def seqs_of(lines: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """(code, number) in the order in which a server sent them -> the numbers of each code."""
    found: dict[str, list[int]] = {}
    for code, seq in lines:
        found.setdefault(code, []).append(seq)
    return found

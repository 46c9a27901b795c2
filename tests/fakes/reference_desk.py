"""A feed's HTTP of which every part can be told to fail, and ReferenceData over it, under a clock that stands."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from quotedesk.codec.base import Budget, Page, Provider, Request
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.config.paths import Profile
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.reference_data import ReferenceData
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.engine.tasks import Tasks
from quotedesk.market.candle import Candle
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import Listing
from quotedesk.market.number import number
from quotedesk.market.quote import Condition, Quote
from quotedesk.net.http import Fetched
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.engine import FakeConsumer, FakeDisplay
from tests.fakes.kinds import plain


class FakeReference:
    """A feed's HTTP of which every part can be told to fail; answers are JSON lists of what they say."""

    base = "https://api.test"
    bars_s = (60, 300)
    most_candles = 500

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.pages = 2
        self.snapshot_most = 3
        self.conditions: dict[str, Condition] = {}

    def directory(self) -> Sequence[Request]:
        return (Request("/symbols", (("page", "1"),)),) if self.pages else ()

    def read_directory(self, data: bytes, asked: Request) -> Page[Listing]:
        said = json.loads(data)
        page = int(dict(asked.params)["page"])
        following = Request("/symbols", (("page", str(page + 1)),)) if page < self.pages else None
        listings = tuple(
            Listing(code=each, tick_size=number("0.0005"), condition=self.conditions.get(each, Condition.NORMAL))
            for each in said["codes"]
        )
        return Page(listings, following, said.get("fault", ""))

    def candles(self, code: str, bar_s: int, count: int, end_utc_s: float | None) -> Request | None:
        return Request("/candles", (("code", code), ("bar", str(bar_s)), ("count", str(count))), interface="candles")

    def read_candles(self, data: bytes, asked: Request) -> Page[Candle]:
        said = json.loads(data)
        bars = [
            Candle(start_utc_s=start, open=number(p), high=number(p + 1), low=number(p - 1), close=number(p))
            for start, p in said["bars"]
        ]
        return Page(tuple(bars), fault=said.get("fault", ""))

    def snapshot(self, codes: Sequence[str]) -> Request | None:
        if not self.snapshot_most:
            return None
        those = tuple(codes[: self.snapshot_most])
        return Request("/quotes", (("codes", ",".join(those)),), codes=those, interface="quotes")

    def read_snapshot(self, data: bytes, asked: Request) -> Page[Quote]:
        said = json.loads(data)
        quotes = [
            Quote(code=code, last=number(last), prev_close=number(close), time_utc_s=1.7e9)
            for code, last, close in said.get("quotes", [])
        ]
        return Page(tuple(quotes), fault=said.get("fault", ""))


class DirectoryOnly(FakeReference):
    """Lists symbols at a place of its own."""

    def __init__(self) -> None:
        super().__init__(Budget())
        self.pages = 1

    def directory(self) -> Sequence[Request]:
        return (Request("/others", (("page", "1"),)),)


class FakeFetcher:
    """In the HTTP client's place: keeps what it was asked, and answers as it is told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], float]] = []
        self.answer: Callable[[str, dict[str, str]], Fetched] = lambda path, params: Fetched(b"{}")
        self.resting_s = 0.0
        self.clock = FakeClock()

    async def fetch(
        self,
        url: str,
        *,
        key: str | None = None,
        key_headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        etag: str = "",
        refusals: Mapping[int, str] | None = None,
    ) -> Fetched:
        path, _, query = url.removeprefix("https://api.test").partition("?")
        params = dict(each.split("=") for each in query.split("&"))
        params = {name: value.replace("%2C", ",") for name, value in params.items()}
        self.asked.append((path, params, self.clock.now_s()))
        await asyncio.sleep(0)
        return self.answer(path, params)

    def rest_s(self, url: str) -> float:
        return self.resting_s

    def network_changed(self) -> None:
        self.resting_s = 0.0

    async def close(self) -> None: ...

    def of(self, path: str) -> list[str]:
        """The codes, or pages, that were asked for at a path."""
        return [next(iter(params.values())) for asked, params, _ in self.asked if asked == path]


class Desk:
    """ReferenceData under a clock that stands, with the feed `venue`, and `other` which has a directory alone."""

    def __init__(self, folder: Path, budget: Budget, *, is_kept: bool = False, has_quotes: bool = True) -> None:
        self.faults: list[BaseException] = []
        self.clock = FakeClock()
        self.http = FakeFetcher()
        self.http.clock = self.clock
        self.http.answer = self.answer
        self.reference = FakeReference(budget)
        plain_feed = plain("venue")
        feed = msgspec.structs.replace(plain_feed, reference=self.reference)
        self.provider: Provider = feed.provider
        self.display, self.consumer = FakeDisplay(), FakeConsumer()
        self.quotes = Quotes()
        tasks = Tasks(self.faults.append)
        self.services = Services(self.clock, tasks, self.quotes if has_quotes else None, self.display)
        other = msgspec.structs.replace(plain("other"), reference=DirectoryOnly())
        self.sources = sources = {
            each.name: Source(each, Profile(folder), SourceOptions(), Redactor()) for each in (feed, other)
        }
        self.directories = DirectoryStore(folder / "symbols.sqlite")
        store = ReferenceStore(folder / "fetched.sqlite") if is_kept else None

        def find_source(name: str) -> Source:
            return sources[name]

        self.data = ReferenceData(self.services, find_source, self.http, self.directories, store)  # type: ignore[arg-type]
        self.services.consumers += [self.data, self.consumer]

    def answer(self, path: str, params: dict[str, str]) -> Fetched:
        utc_s = self.clock.utc_s(self.clock.now_s())
        match path:
            case "/candles":
                bar_s = int(params["bar"])
                newest = utc_s // bar_s * bar_s
                said: object = {"bars": [(newest - bar_s * ago, 100 - ago) for ago in range(14, -1, -1)]}
            case "/quotes":
                said = {"quotes": [(code, 10, 9) for code in params["codes"].split(",")]}
            case _:
                said = {"codes": [f"S{params['page']}{n}" for n in range(3)]}
        return Fetched(json.dumps(said).encode())

    def want(self, text: str) -> None:
        rows = [Instrument("venue", code) for code in text.split()]
        self.quotes.slots(rows)
        self.data.want(rows)

    async def settle(self) -> None:
        """Let all happen that happens by itself."""
        await until(lambda: self.data.is_idle)

    async def later(self, seconds: float, step_s: float = 1.0) -> None:
        """So many seconds pass, one by one."""
        await self.settle()
        passed_s = 0.0
        while passed_s < seconds:
            self.clock.advance(step_s)
            passed_s += step_s
            self.data.second()
            await self.settle()

    def slot(self, code: str) -> int:
        return self.quotes.slot(Instrument("venue", code))

    def line(self, code: str) -> list[float]:
        return self.quotes.history.window(self.slot(code), self.clock.now_s(), 30).last.tolist()


async def until(what: Callable[[], object]) -> None:
    """Wait for what a thread does."""
    async with asyncio.timeout(10):
        while not what():
            await asyncio.sleep(0.001)


@asynccontextmanager
async def desk(folder: Path, budget: Budget | None = None, **how: bool) -> AsyncIterator[Desk]:
    here = Desk(folder, budget or Budget(), **how)
    try:
        yield here
    finally:
        await here.data.close()
        await here.services.tasks.stop()
    assert here.faults == []

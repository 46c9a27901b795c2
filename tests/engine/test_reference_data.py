"""What is missing is asked for in the order of the rows, within the budget, and what fails is told once."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from quotedesk.codec.base import Budget, Page, Provider, Request
from quotedesk.config.directory_store import DirectoryStore
from quotedesk.config.paths import Profile
from quotedesk.config.reference_store import ReferenceStore
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.reference.directories import DIRECTORY_S
from quotedesk.engine.reference.feed_context import STREAM_S
from quotedesk.engine.reference.snapshots import AWAITED_S
from quotedesk.engine.reference_data import ReferenceData
from quotedesk.engine.services import Services
from quotedesk.engine.source import Source
from quotedesk.engine.tasks import Tasks
from quotedesk.market.batch import Batch
from quotedesk.market.candle import Candle
from quotedesk.market.errors import QuotedeskError
from quotedesk.market.instrument import Instrument
from quotedesk.market.listing import Listing
from quotedesk.market.number import number
from quotedesk.market.quote import Condition, Quote, Status, Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.net.client import Target
from quotedesk.net.http import Fetched, HttpClient
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.engine import HURRIED, EngineAtWork, FakeConsumer, FakeDisplay, engine_at_work
from tests.fakes.http_server import Asked, FakeHttp, Said, fake_http
from tests.fakes.kinds import plain
from tests.fakes.strict_server import StrictServer

pytestmark = pytest.mark.anyio


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
                minute = utc_s // 60 * 60
                said: object = {"bars": [(minute - 60 * ago, 100 - ago) for ago in range(14, -1, -1)]}
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


async def test_lines_and_previous_closes_are_asked_for_in_the_order_of_the_rows(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0
        here.want("A B C D E")
        await here.settle()
        assert here.http.of("/candles") == ["A", "B", "C", "D", "E"]
        assert here.http.of("/quotes") == [], "the stream may say it"
        await here.later(STREAM_S + 1)
        assert here.http.of("/quotes") == ["A,B,C", "D,E"]
        assert here.quotes.base_of(here.slot("A"))[0] == "prev_close"
        assert here.line("E")[-1] == 100
        await here.later(60)
        assert len(here.http.asked) == 7, "once each"


async def test_what_http_says_makes_no_row_look_live(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.want("A")
        await here.later(STREAM_S + 1)
        slot, quotes = here.slot("A"), here.quotes
        assert quotes["last"][slot] == 10
        assert quotes.received_s[slot] != quotes.received_s[slot], "nothing was received"
        assert quotes.direction[slot] != quotes.direction[slot], "no arrow"
        assert (quotes.tick_count[slot], quotes.ticks) == (0, 0)
        assert quotes.state[slot] == RowState.PENDING
        assert here.services.first_quote_s is None
        assert here.consumer.updates == []
        here.services.take(Batch("venue", [Trade("A", number("11"))], here.clock.now_s()))
        assert quotes.direction[slot] != quotes.direction[slot], "the first live price has none before it"
        assert quotes["last"][slot] - quotes.base_of(slot)[1].value == 2
        here.data.ask_again([Instrument("venue", "A")])
        await here.later(1)
        assert quotes["last"][slot] == 11, "what is live is not overwritten"


async def test_what_the_stream_says_is_not_asked_for(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.want("A B")
        await here.settle()
        said = Quote(code="A", last=number("5"), open_24h=number("4"))
        here.services.take(Batch("venue", [said, Trade("B", number("1"))], here.clock.now_s()))
        await here.later(STREAM_S + 1)
        assert here.http.of("/quotes") == ["B"]


def awaits(here: Desk, code: str) -> bool:
    return here.quotes.is_base_awaited(here.slot(code))


def trade(here: Desk, *codes: str) -> None:
    here.services.take(Batch("venue", [Trade(code, number("12")) for code in codes], here.clock.now_s()))


async def test_change_is_unknown_while_what_it_counts_from_is_asked_for(tmp_path: Path) -> None:
    """Else it would count from the first price of the run for a moment, and then jump."""
    async with desk(tmp_path) as here:
        here.want("A B")
        await here.settle()
        trade(here, "A", "B")
        assert awaits(here, "A")
        assert not here.quotes.base_of(here.slot("A"))[1].is_known
        said = Quote(code="B", last=number("5"), open_24h=number("4"))
        here.services.take(Batch("venue", [said], here.clock.now_s()))
        assert here.quotes.base_of(here.slot("B")) == ("open_24h", number("4")), "the stream said it"
        await here.later(STREAM_S + 1)
        assert here.quotes.base_of(here.slot("A")) == ("prev_close", number("9"))
        here.want("A B C")
        await here.settle()
        assert [awaits(here, code) for code in "ABC"] == [False, False, True]


@pytest.mark.parametrize(
    "how", ["fails", "says nothing of it", "refuses", "is slow", "is stopped", "has no such thing"]
)
async def test_change_counts_from_the_first_price_where_http_does_not_say_what_else(tmp_path: Path, how: str) -> None:
    async with desk(tmp_path, Budget(((1, 1000.0),)) if how == "is slow" else None) as here:
        answers = {
            "fails": Fetched(fault="HTTP 500"),
            "says nothing of it": Fetched(b'{"quotes": []}'),
            "refuses": Fetched(b'{"quotes": [], "fault": "no"}'),
        }
        usual = here.http.answer
        here.http.answer = lambda path, params: (
            answers[how] if how in answers and path == "/quotes" else usual(path, params)
        )
        if how == "has no such thing":
            here.reference.snapshot_most = 0
        here.want("A")
        await here.settle()
        trade(here, "A")
        assert awaits(here, "A") is (how != "has no such thing")
        if how == "is stopped":
            here.data.cancel()
        elif how != "has no such thing":
            await here.later(AWAITED_S + 1)
        assert not awaits(here, "A")
        assert here.quotes.base_of(here.slot("A")) == ("first_seen", number("12"))
        assert here.display.wakes > 0


async def test_without_a_key_change_waits_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_key() -> Target:
        raise QuotedeskError("no key")

    async with desk(tmp_path) as here:
        monkeypatch.setattr(here.sources["venue"], "find_web", no_key)
        here.want("A")
        await here.later(1)
        trade(here, "A")
        assert here.quotes.base_of(here.slot("A"))[0] == "first_seen"
        assert not awaits(here, "A")
        here.want("A B")
        await here.settle()
        assert not awaits(here, "B")


async def test_a_server_that_fails_at_anything_is_waited_for_no_longer(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.http.answer = lambda path, params: Fetched(fault="HTTP 500")
        here.want("A")
        await here.settle()
        trade(here, "A")
        assert here.http.of("/candles"), "it was asked for the past of a line, and has failed"
        assert here.quotes.base_of(here.slot("A"))[0] == "first_seen"
        assert not awaits(here, "A")
        here.want("A B")
        await here.settle()
        assert not awaits(here, "B"), "nothing is asked for a while"


async def test_the_budget_is_kept_to_and_it_is_said_when_it_goes_on(tmp_path: Path) -> None:
    async with desk(tmp_path, Budget(((4, 60.0),), 10.0)) as here:
        here.reference.pages = 0
        here.want("A B C D E F")
        await here.later(150)
        assert here.http.of("/candles") == ["A", "B", "C", "D", "E", "F"], "and not more, in order"
        times_s = [at_s for _, _, at_s in here.http.asked]
        assert all(sum(begin <= at_s < begin + 60 for at_s in times_s) <= 4 for begin in times_s)
        candles_s = [at_s for path, _, at_s in here.http.asked if path == "/candles"]
        assert all(later - earlier >= 10 for earlier, later in itertools.pairwise(candles_s))
        said = here.display.fetching
        assert any(words.startswith("Fetching ") for words in said)
        assert any("missing; goes on in" in words for words in said), said
        assert said[-1] == ""


async def test_a_row_that_comes_to_the_top_is_asked_for_next(tmp_path: Path) -> None:
    async with desk(tmp_path, Budget((), 10.0)) as here:
        here.want("A B C D")
        await here.later(1)
        here.want("D C B A")
        await here.later(10)
        assert here.http.of("/candles") == ["A", "D"]
        here.want("B")
        await here.later(30)
        assert here.http.of("/candles") == ["A", "D", "B"], "what is not wanted any more is not asked for"


async def test_rows_that_are_refused_or_parked_wait(tmp_path: Path) -> None:
    async with desk(tmp_path, Budget((), 10.0)) as here:
        here.want("A B C")
        statuses = (RowStatus("B", RowState.REFUSED, 0.0, "no"), RowStatus("C", RowState.PARKED, 0.0, "plan"))
        here.services.take(Batch("venue", [], here.clock.now_s(), (), statuses))
        await here.later(40)
        assert here.http.of("/candles") == ["A"]
        assert here.http.of("/quotes") == ["A"]
        assert here.display.fetching[-1] == ""
        here.services.take(Batch("venue", [], here.clock.now_s(), (), (RowStatus("C", RowState.PENDING, 0.0, ""),)))
        await here.later(3)
        assert here.http.of("/candles") == ["A", "C"]


async def test_it_can_be_stopped_and_new_rows_are_asked_for(tmp_path: Path) -> None:
    async with desk(tmp_path, Budget((), 10.0)) as here:
        here.want("A B C D")
        await here.later(5)
        here.data.cancel()
        assert here.display.fetching[-1] == ""
        await here.later(60)
        assert here.http.of("/candles") == ["A"]
        here.want("A B C D E")
        await here.later(30)
        assert here.http.of("/candles") == ["A", "E"]


async def test_what_fails_is_told_once_and_tried_again_calmly(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0
        here.http.answer = lambda path, params: Fetched(fault="api.test gave no answer in time", rest_s=30.0)
        here.want("A B C")
        await here.later(200)
        assert here.display.notices == [
            "venue: the past of the line could not be fetched: api.test gave no answer in time."
        ]
        assert len(here.http.asked) <= 8
        here.http.answer = here.answer
        await here.later(200)
        assert {*here.http.of("/candles")} == {"A", "B", "C"}
        assert here.line("C")[-1] == 100
        assert here.display.fetching[-1] == ""


async def test_an_answer_with_an_error_inside_costs_one_row_and_not_the_others(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0

        def answer(path: str, params: dict[str, str]) -> Fetched:
            if "BAD" in next(iter(params.values())).split(","):
                return Fetched(b'{"fault": "code invalid", "bars": []}')
            return here.answer(path, params)

        here.http.answer = answer
        here.want("A BAD C")
        await here.later(120)
        assert here.line("C")[-1] == 100
        assert {name: here.quotes.base_of(here.slot(name))[0] for name in ("A", "BAD", "C")} == {
            "A": "prev_close",
            "BAD": "first_seen",
            "C": "prev_close",
        }
        assert len(here.display.notices) <= 2
        assert here.display.fetching[-1] == ""


async def test_what_fails_for_many_rows_among_good_ones_is_no_storm_of_notices(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0

        def answer(path: str, params: dict[str, str]) -> Fetched:
            if "BAD" in next(iter(params.values())):
                return Fetched(b'{"fault": "code invalid", "bars": []}')
            return here.answer(path, params)

        here.http.answer = answer
        here.want(" ".join(f"A{i} BAD{i}" for i in range(10)))
        await here.later(2000)
        assert here.line("A9")[-1] == 100
        assert 1 <= len(here.display.notices) <= 2, "one of each kind"


async def test_a_directory_is_fetched_page_by_page_and_kept_for_a_day(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.want("A")
        await here.later(4)
        assert here.http.of("/symbols") == ["1", "2"]
        await until(lambda: here.directories.listing("venue", "S22"))
        await here.later(60)
        assert here.http.of("/symbols") == ["1", "2"]
        first_utc_s = here.directories.fetched_utc_s("venue")
        await here.later(DIRECTORY_S, DIRECTORY_S / 4)
        await here.settle()
        assert here.http.of("/symbols") == ["1", "2", "1", "2"]
        await until(lambda: here.directories.fetched_utc_s("venue") != first_utc_s)  # a thread keeps it
    async with desk(tmp_path) as again:
        again.clock.utc_at_0_s += DIRECTORY_S + 100
        again.want("A")
        await again.later(4)
        assert again.http.of("/symbols") == [], "that of the day before is still good"


async def test_rows_have_the_decimals_that_the_directory_says(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.want("S11 OTHER")
        await here.later(4)
        await until(lambda: here.quotes.decimals_of("last", here.slot("S11")) == 4)
        assert here.quotes.decimals_of("last", here.slot("OTHER")) == 0


async def test_without_a_key_nothing_is_said_to_be_missing_and_with_one_it_is_fetched_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def find_web() -> Target:
        raise QuotedeskError("No token yet")

    async with desk(tmp_path) as here:
        with monkeypatch.context() as without:
            without.setattr(here.sources["venue"], "find_web", find_web)
            here.want("A B")
            await here.later(STREAM_S + 1)
            assert here.http.asked == []
            assert here.display.fetching[-1:] in ([], [""])
        here.data.retry_now()
        await here.later(1)
        assert here.http.of("/candles") == ["A", "B"]
        assert here.http.of("/quotes") == ["A,B"]


async def test_how_rows_trade_by_the_directory_is_told(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        told: list[tuple[str, list[Status]]] = []
        here.data.listed = lambda feed, conditions: told.append((feed, list(conditions)))
        here.reference.conditions["S11"] = Condition.CANCEL_ONLY
        here.want("S11 S12 OTHER")
        await here.later(4)
        await until(lambda: told)
        assert told[-1] == ("venue", [Status("S11", Condition.CANCEL_ONLY), Status("S12", Condition.NORMAL)])


async def test_a_directory_that_breaks_off_leaves_the_old_one(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.directories.replace("venue", [Listing(code="OLD")], 5.0, "https://api.test")
        here.http.answer = lambda path, params: (
            Fetched(fault="api.test broke off its answer") if params.get("page") == "2" else here.answer(path, params)
        )
        here.want("A")
        await here.later(10)
        assert here.directories.listing("venue", "OLD") is not None
        assert here.display.notices == ["venue: the symbols could not be fetched: api.test broke off its answer."]


async def test_a_search_fetches_directories_of_feeds_that_no_row_is_of(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.want("A")
        await here.later(3)
        here.data.need_directories(["venue", "other", "unheard-of"])
        here.data.need_directories(["other"])
        await here.later(3)
        assert here.http.of("/symbols") == ["1", "2"]
        assert here.http.of("/others") == ["1"]


async def test_nobody_is_asked_before_a_market_is_chosen(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.data.need_directories(["venue", "other"])
        await here.later(3)
        assert here.http.asked == []


async def test_a_feed_that_was_only_searched_fails_without_a_word(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.http.answer = lambda path, params: (
            Fetched(fault="api.test gave no answer in time") if path == "/others" else here.answer(path, params)
        )
        here.want("A")
        here.data.need_directories(["other"])
        await here.later(3)
        assert here.http.of("/others") == ["1"]
        assert here.display.notices == []


async def test_candles_are_kept_and_there_at_once_at_the_next_start(tmp_path: Path) -> None:
    async with desk(tmp_path, is_kept=True) as here:
        here.want("A")
        await here.later(2)
        store = here.data.store
        assert store is not None
        await until(lambda: store.candles("venue https://api.test", ["A"], 60, 0.0))
    async with desk(tmp_path, is_kept=True) as again:
        again.http.answer = lambda path, params: Fetched(fault="api.test cannot be reached", rest_s=600.0)
        again.clock.utc_at_0_s += 120
        again.want("A")
        await again.later(2)
        assert again.line("A")[-1] == 99, "the last whole minute of before"


async def test_a_spent_day_stays_spent_over_a_restart(tmp_path: Path) -> None:
    budget = Budget(((3, 86_400.0),))
    async with desk(tmp_path, budget, is_kept=True) as here:
        here.want("A B C D")
        await here.later(10)
        assert len(here.http.asked) == 3
    async with desk(tmp_path, budget, is_kept=True) as again:
        again.clock.utc_at_0_s += 3600
        again.want("A B C D")
        await again.later(10)
        assert again.http.asked == []
        assert "missing; goes on in 23 h" in again.display.fetching[-1]


async def test_lines_of_a_day_take_longer_bars(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        here.reference.pages = 0
        here.want("A")
        await here.later(1)
        here.data.set_span(86_400.0)
        await here.later(1)
        asked = [params for path, params, _ in here.http.asked if path == "/candles"]
        assert [(each["bar"], each["count"]) for each in asked] == [("60", "16"), ("300", "289")]


async def test_candles_from_the_future_are_left_out(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        utc_s = here.clock.utc_s(here.clock.now_s())
        said = {"bars": [(utc_s - 120, 5), (utc_s + 3600, 77)]}
        here.http.answer = lambda path, params: Fetched(json.dumps(said).encode())
        here.reference.pages = here.reference.snapshot_most = 0
        here.want("A")
        await here.later(1)
        assert 77.0 not in here.line("A")
        assert here.line("A")[-1] == 5


async def test_without_a_store_previous_closes_are_told_to_consumers(tmp_path: Path) -> None:
    async with desk(tmp_path, has_quotes=False) as here:
        here.want("A")
        await here.later(4)
        (seed,) = [each for batch in here.consumer.batches for each in batch.seeds]
        assert (seed.code, seed.prev_close and seed.prev_close.text) == ("A", "9")
        assert here.http.of("/candles") == []


# -- AllTick, over real sockets -------------------------------------------------------------------------------------


class Companions:
    """AllTick's HTTP beside its WebSocket, on one port."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.refuses = 0

    def answer(self, asked: Asked) -> Said:
        if asked.query.get("token") != self.token:
            return Said(b'{"msg":"token is required","ret":401}', status=401)
        if self.refuses:
            return Said(b'{"error_msg":"Too many requests"}', status=self.refuses)
        wish = json.loads(asked.body or asked.query["query"])
        assert set(wish) == {"trace", "data"}
        utc_s = int(time.time())
        match asked.path.rpartition("/")[2], asked.method:
            case "trade-tick", "GET":
                codes = [each["code"] for each in wish["data"]["symbol_list"]]
                said: object = {"tick_list": [{"code": code, "price": "99.5", "tick_time": "1"} for code in codes]}
            case "batch-kline", "POST":
                days = [self.bar(utc_s // 86_400 * 86_400, 99), self.bar(utc_s // 86_400 * 86_400 - 86_400, 80)]
                said = {
                    "kline_list": [{"code": each["code"], "kline_data": days} for each in wish["data"]["data_list"]]
                }
            case "kline", "GET":
                minute = utc_s // 60 * 60
                said = {"kline_list": [self.bar(minute - 60 * ago, 100 - ago) for ago in range(16)]}
            case _:
                return Said(status=404)
        return Said(json.dumps({"ret": 200, "msg": "ok", "trace": wish["trace"], "data": said}).encode())

    def bar(self, start_s: int, price: float) -> dict[str, str]:
        prices = {f"{name}_price": f"{price:.2f}" for name in ("open", "high", "low", "close")}
        return {"timestamp": str(start_s), **prices}


@asynccontextmanager
async def alltick_at_work(folder: Path, token: str) -> AsyncIterator[tuple[EngineAtWork, FakeHttp, Companions]]:
    companions = Companions(token)
    async with StrictServer(HURRIED) as sockets, fake_http(companions.answer) as there:
        there.sockets_at = sockets.port
        url = there.url.replace("http:", "ws:")
        async with engine_at_work(folder, {"alltick": url}) as engine:
            data = ReferenceData(engine.services, engine.sources.of, HttpClient(engine.clock))
            engine.services.reference = data
            engine.services.consumers.append(data)
            yield engine, there, companions
        assert sockets.breaches == []


@pytest.mark.usefixtures("hurry")
async def test_alltick_rows_know_their_past_and_their_previous_close(
    tmp_path: Path, token: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with alltick_at_work(tmp_path, token) as (engine, there, _):
        engine.want("AAPL.US@alltick")
        await engine.live("AAPL.US@alltick")
        slot, quotes = engine.slot("AAPL.US@alltick"), engine.quotes

        def look() -> bool:
            engine.feeds.second()
            return quotes.base_of(slot)[0] == "prev_close" and slot in quotes.history.seeds

        await engine.until(look)
        assert quotes.base_of(slot)[1].text == "80.00"
        past = quotes.history.window(slot, engine.clock.now_s(), 30).last
        assert {86.0, 95.0} <= {*past.tolist()}
        assert past[-1] == quotes["last"][slot].astype("float32")
        assert sorted(each.path.rpartition("/")[2] for each in there.asked) == ["batch-kline", "kline", "trade-tick"]
        assert engine.display.notices == []
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("websockets")]
    assert token not in "\n".join(said)


@pytest.mark.usefixtures("hurry")
async def test_alltick_prices_go_on_where_its_http_refuses(tmp_path: Path, token: str) -> None:
    async with alltick_at_work(tmp_path, token) as (engine, there, companions):
        companions.refuses = 429
        engine.want("AAPL.US@alltick MSFT.US@alltick")
        await engine.live("AAPL.US@alltick MSFT.US@alltick")
        for _ in range(20):
            engine.feeds.second()
            await asyncio.sleep(0.01)
        assert len(there.asked) == 1, "a server that refuses is left alone"
        (notice,) = engine.display.notices
        assert notice.endswith("answered HTTP 429 (Too Many Requests): it was asked too often.")
        assert token not in notice


class _Told:
    """What a chart is told: (code, bar_s, closes, fault); `kept`: the same, told before the last answer."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, int, int, str]] = []
        self.kept: list[tuple[str, int, int, str]] = []
        self.candles: list[Candle] = []

    def __call__(
        self, instrument: Instrument, bar_s: int, candles: Sequence[Candle], fault: str, is_last: bool
    ) -> None:
        (self.answers if is_last else self.kept).append((instrument.code, bar_s, len(candles), fault))
        self.candles = list(candles)


async def test_a_chart_gets_the_candles_that_it_asks_for_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        told = _Told()
        here.data.ask_candles(Instrument("venue", "Z"), 300, 90, told)
        here.data.ask_candles(Instrument("venue", "Z"), 300, 90, told)
        await here.later(2)
        assert told.answers == [("Z", 300, 15, "")]
        asked = [params for path, params, _ in here.http.asked if path == "/candles"]
        assert asked == [{"code": "Z", "bar": "300", "count": "90"}]


async def test_a_chart_goes_before_all_else_and_of_many_the_newest(tmp_path: Path) -> None:
    async with desk(tmp_path, Budget(((1, 10.0),))) as here:
        told = _Told()
        here.want("A B C")
        for number_ in range(20):
            here.data.ask_candles(Instrument("venue", f"Z{number_}"), 60, 90, told)
        await here.later(200)
        codes = [code for code, _, _, _ in told.answers]
        assert codes == [f"Z{number_}" for number_ in range(19, 11, -1)], "whoever went through the rows is at the last"


async def test_a_chart_is_told_where_there_are_none(tmp_path: Path) -> None:
    async with desk(tmp_path) as here:
        told = _Told()
        here.data.ask_candles(Instrument("venue", "Z"), 77, 90, told)
        here.data.ask_candles(Instrument("nobody", "Z"), 60, 90, told)
        here.http.answer = lambda path, params: Fetched(fault="it says no")
        here.data.ask_candles(Instrument("venue", "Y"), 60, 90, told)
        await here.later(2)
        assert told.answers == [
            ("Z", 77, 0, "the feed has no such candles"),
            ("Z", 60, 0, "the feed tells none"),
            ("Y", 60, 0, "the feed could not be asked"),
        ]


class _Candles(Desk):
    """Its server has a candle for each bar of all time."""

    def answer(self, path: str, params: dict[str, str]) -> Fetched:
        if path != "/candles":
            return super().answer(path, params)
        utc_s, bar_s = self.clock.utc_s(self.clock.now_s()), int(params["bar"])
        begin_s = utc_s // bar_s * bar_s
        bars = [(begin_s - bar_s * ago, (begin_s - bar_s * ago) // bar_s % 1000) for ago in range(int(params["count"]))]
        return Fetched(json.dumps({"bars": bars}).encode())

    def asked(self) -> list[tuple[str, int]]:
        return [(params["bar"], int(params["count"])) for path, params, _ in self.http.asked if path == "/candles"]


@asynccontextmanager
async def candle_desk(folder: Path, later_s: float = 0.0) -> AsyncIterator[_Candles]:
    here = _Candles(folder, Budget(), is_kept=True)
    here.reference.pages = here.reference.snapshot_most = 0
    here.clock.utc_at_0_s += later_s
    try:
        yield here
    finally:
        await here.data.close()
        await here.services.tasks.stop()
    assert here.faults == []


async def test_a_chart_opens_from_what_was_kept_and_asks_for_what_came_since(tmp_path: Path) -> None:
    z = Instrument("venue", "Z")
    async with candle_desk(tmp_path) as here:
        told = _Told()
        here.data.ask_candles(z, 300, 90, told)
        await here.later(2)
        assert (told.kept, told.answers) == ([], [("Z", 300, 90, "")])
        first = told.candles[0].start_utc_s
    async with candle_desk(tmp_path, 3000) as again:
        again.http.answer = lambda path, params: Fetched(fault="it is away", rest_s=30.0)
        told = _Told()
        again.data.ask_candles(z, 300, 90, told)
        await again.later(2)
        assert told.kept == [("Z", 300, 89, "")], "all that were final"
        assert told.answers == [("Z", 300, 0, "the feed could not be asked")]
        again.http.answer = again.answer
        again.data.retry_now()
        again.data.ask_candles(z, 300, 90, told)
        await again.later(2)
        assert again.asked()[-1] == ("300", 12), "ten bars passed"
        starts = [each.start_utc_s for each in told.candles]
        assert starts == [first + 300 * bar for bar in range(100)]
        many = len(again.http.asked)
        again.data.ask_candles(z, 300, 90, told)
        await again.later(2)
        assert len(again.http.asked) == many, "another window asks for the same"
        assert told.answers[-1] == ("Z", 300, 100, "")


async def test_a_line_and_a_chart_of_the_same_candles_make_one_request(tmp_path: Path) -> None:
    async with candle_desk(tmp_path) as here:
        told = _Told()
        here.quotes.slots([Instrument("venue", "A")])
        here.data.ask_candles(Instrument("venue", "A"), 60, 65, told)
        here.want("A")
        await here.later(5)
        assert here.asked() == [("60", 65)]
        assert len(told.candles) == 65
        assert here.line("A")[-1] == here.line("A")[-1], "the line is there"
        here.want("A B")
        await here.later(5)
        here.data.ask_candles(Instrument("venue", "B"), 60, 16, told)
        await here.later(5)
        assert here.asked() == [("60", 65), ("60", 16)]
        assert told.answers[-1] == ("B", 60, 16, "")

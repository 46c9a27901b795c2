"""What is missing is asked for within the budget, and how far it is is said; AllTick's over real sockets."""

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quotedesk.codec.base import Budget
from quotedesk.engine.reference_data import ReferenceData
from quotedesk.net.http import HttpClient
from tests.fakes.engine import HURRIED, EngineAtWork, engine_at_work
from tests.fakes.http_server import Asked, FakeHttp, Said, fake_http
from tests.fakes.reference_desk import desk
from tests.fakes.strict_server import StrictServer

pytestmark = pytest.mark.anyio


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
        assert any(words.startswith("Loading history: ") for words in said)
        assert any("missing, resumes in" in words for words in said), said
        assert said[-1] == ""


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

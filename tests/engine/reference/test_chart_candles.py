"""A chart gets what is known at once, and what is missing before all else."""

import asyncio
import json
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import msgspec
import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Budget
from quotedesk.config.paths import Profile
from quotedesk.engine.options import SourceOptions
from quotedesk.engine.redactor import Redactor
from quotedesk.engine.source import Source
from quotedesk.market.candle import Candle
from quotedesk.market.instrument import Instrument
from quotedesk.net.http import Fetched
from tests.fakes.reference_desk import Desk, desk

pytestmark = pytest.mark.anyio


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


# -- whose they are: the venues' own words, through the whole way

SYMBOLS = {"binance": "BTCUSDT ETHUSDT", "kraken": "BTC/USD ETH/USD", "okx": "BTC-USDT ETH-USDT",
           "coinbase": "BTC-USD ETH-USD", "bybit": "BTCUSDT ETHUSDT", "alltick": "BTCUSDT ETHUSDT",
           "alpaca": "AAPL MSFT"}  # fmt: skip
NAMED = ("kraken", "bybit", "alltick", "alpaca")  # their answers say of which symbol they are


def _answer(feed: str, code: str, starts: Sequence[int], price: int) -> bytes:
    """What a venue answers who is asked for candles."""
    p = str(price)
    match feed:
        case "binance":
            said: object = [[1000 * start, p, p, p, p, "1", 0, "1", 1, "1", "1", "0"] for start in starts]
        case "kraken":
            name = f"X{code.replace('BTC', 'XBT').replace('/', 'Z')}"
            said = {"error": [], "result": {name: [[start, p, p, p, p, p, "1", 1] for start in starts], "last": 1}}
        case "okx":
            said = {"code": "0", "msg": "", "data": [[str(1000 * s), p, p, p, p, "1", "1", "1", "1"] for s in starts]}
        case "coinbase":
            said = [[start, price, price, price, price, 1] for start in starts]
        case "bybit":
            rows = [[str(1000 * start), p, p, p, p, "1", "1"] for start in starts]
            said = {"retCode": 0, "retMsg": "OK", "result": {"symbol": code, "category": "linear", "list": rows}}
        case "alltick":
            names = ("open_price", "close_price", "high_price", "low_price", "volume", "turnover")
            rows = [{"timestamp": str(start)} | dict.fromkeys(names, p) for start in starts]
            said = {"ret": 200, "msg": "ok", "data": {"code": code, "kline_list": rows}}
        case _:
            when = [datetime.fromtimestamp(start, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for start in starts]
            said = {"bars": {code: [{"t": t} | dict.fromkeys("ohlc", price) | {"v": 1} for t in when]}}
    return json.dumps(said).encode()


class _Venue(Desk):
    """The desk, with the HTTP of a real feed in place of the made-up one's.

    Attributes:
        answers: what comes for a code.
        gates: code -> its answer waits for this.
    """

    def __init__(self, feed: str, folder: Path) -> None:
        super().__init__(folder, Budget(), is_kept=True)
        real = FEEDS[feed].reference
        assert real is not None
        self.feed, self.codes = feed, SYMBOLS[feed].split()
        self.answers: dict[str, bytes] = {}
        self.gates = {code: asyncio.Event() for code in self.codes}
        plain_feed = msgspec.structs.replace(self.sources["venue"].feed, reference=real)
        self.sources["venue"] = Source(plain_feed, Profile(folder), SourceOptions(), Redactor())
        self.http.fetch = self._fetch  # type: ignore[method-assign]

    async def _fetch(self, url: str, **how: object) -> Fetched:
        spelled = unquote(unquote(url)).replace("XBT", "BTC")
        (code,) = [each for each in self.codes if each in spelled]
        await self.gates[code].wait()
        return Fetched(self.answers[code])

    def minutes(self, bar_s: int = 60, count: int = 20) -> list[int]:
        newest = int(self.clock.utc_s(self.clock.now_s())) // bar_s * bar_s
        return [newest - bar_s * ago for ago in range(count - 1, -1, -1)]

    async def told(self) -> dict[str, tuple[list[float], str]]:
        """What charts of both symbols are told at last, the second asked for while the first is under way."""
        found: dict[str, tuple[list[float], str]] = {}

        def take(instrument: Instrument, bar_s: int, candles: Sequence[Candle], fault: str, is_last: bool) -> None:
            assert bar_s == 60
            if is_last:
                found[instrument.code] = [each.close.value for each in candles], fault

        first, second = self.codes
        self.data.ask_candles(Instrument("venue", first), 60, 20, take)
        await asyncio.sleep(0.02)
        self.data.ask_candles(Instrument("venue", second), 60, 20, take)
        self.gates[second].set()
        await asyncio.sleep(0.02)
        self.gates[first].set()  # late
        for _ in range(300):
            if len(found) == 2:
                break
            self.clock.advance(1)
            self.data.second()
            await asyncio.sleep(0.005)
        await self.data.close()
        return found


@pytest.mark.parametrize("feed", SYMBOLS)
async def test_a_late_answer_is_of_the_symbol_that_it_was_asked_for(feed: str, tmp_path: Path) -> None:
    here = _Venue(feed, tmp_path)
    here.answers = {code: _answer(feed, code, here.minutes(), 100 * at) for at, code in enumerate(here.codes, 1)}
    told = await here.told()
    assert told == {code: ([100.0 * at] * 20, "") for at, code in enumerate(here.codes, 1)}


@pytest.mark.parametrize("feed", NAMED)
async def test_an_answer_that_names_another_symbol_is_never_drawn(feed: str, tmp_path: Path) -> None:
    here = _Venue(feed, tmp_path)
    first, second = here.codes
    here.answers = {code: _answer(feed, second, here.minutes(), 200) for code in here.codes}
    told = await here.told()
    assert told[first][0] == []
    assert told[second] == ([200.0] * 20, "") or told[second][0] == [], "the feed may be left alone for a while"
    assert here.data.store is not None
    assert here.data.store.candles("venue https://api.test", [first], 60, -math.inf) == {}


@pytest.mark.parametrize("feed", SYMBOLS)
@pytest.mark.parametrize("bar_s", [1, 300])
async def test_an_answer_of_another_length_is_neither_drawn_nor_kept(feed: str, bar_s: int, tmp_path: Path) -> None:
    here = _Venue(feed, tmp_path)
    here.answers = {code: _answer(feed, code, here.minutes(bar_s), 7) for code in here.codes}
    told = await here.told()
    assert all(closes == [] for closes, _ in told.values())
    assert "the feed sent candles of another length" in {fault for _, fault in told.values()}

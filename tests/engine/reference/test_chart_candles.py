"""A chart gets what is known at once, and what is missing before all else."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from quotedesk.codec.base import Budget
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

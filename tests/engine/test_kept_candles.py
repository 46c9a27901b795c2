"""What is told of candles is what the server has, whole, however it was asked for and whatever was kept."""

import asyncio
import math
import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from quotedesk.config.reference_store import ReferenceStore
from quotedesk.engine.kept_candles import FRESH_S, MOST, KeptCandles
from quotedesk.market.candle import Candle
from quotedesk.market.number import number

pytestmark = pytest.mark.anyio
BAR_S = 60
BEGIN_S = 1_700_000_040.0


def made(start_utc_s: float, price: float = 10, *, is_final: bool = True) -> Candle:
    value = number(str(price))
    return Candle(start_utc_s=start_utc_s, open=value, high=value, low=value, close=value, is_final=is_final)


class Server:
    """Has a candle for each bar in which somebody traded; the newest goes on."""

    def __init__(self, silent: set[int]) -> None:
        self.silent = silent

    def candles(self, now_utc_s: float) -> list[Candle]:
        running = int((now_utc_s - BEGIN_S) // BAR_S)
        return [
            made(BEGIN_S + bar * BAR_S, bar, is_final=bar < running)
            for bar in range(-40, running + 1)
            if bar not in self.silent
        ]


STEP = some.tuples(
    some.integers(1, 60),  # bars that pass
    some.integers(2, 40),  # wanted
    some.sampled_from(["whole", "whole", "whole", "nothing", "partly", "restart"]),
)


@settings(max_examples=80, deadline=None)
@given(some.sets(some.integers(-40, 200), max_size=120), some.lists(STEP, min_size=1, max_size=8))
def test_what_is_told_has_no_hole_and_is_what_the_server_has(silent, steps) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_walk(Path(folder), silent, steps))


async def _walk(folder: Path, silent: set[int], steps: list[tuple[int, int, str]]) -> None:
    server, store = Server(silent), ReferenceStore(folder / "fetched.sqlite")
    kept = KeptCandles(store)
    kept.of_server("here")
    utc_s = BEGIN_S + 10
    for bars, count, how in steps:
        utc_s += bars * BAR_S * 0.7
        if how == "restart":
            store.close()
            store = ReferenceStore(folder / "fetched.sqlite")
            kept = KeptCandles(store)
            kept.of_server("here")
        truth = server.candles(utc_s)
        known = (await kept.recall(["A"], BAR_S)).get("A", [])
        assert_all_there(known, [each for each in truth if each.is_final], until_s=_end(known))
        missing = kept.missing("A", BAR_S, count, utc_s, utc_s)
        if not missing or how == "nothing":
            continue
        assert missing <= count
        answer = truth[-missing:]
        if how == "partly":
            answer = answer[::2]
        told = await kept.take("A", BAR_S, missing, answer[::-1] * 2, utc_s, utc_s, is_whole=how != "partly")
        if how != "partly":
            assert_all_there(told, truth, until_s=math.inf)
            wanted = [each.start_utc_s for each in truth if each.start_utc_s > utc_s - (count - 1) * BAR_S]
            assert wanted == [each.start_utc_s for each in told][-len(wanted) :] or not wanted
    store.close()


def _end(candles: list[Candle]) -> float:
    return candles[-1].start_utc_s if candles else -math.inf


def assert_all_there(told: list[Candle], truth: list[Candle], until_s: float) -> None:
    """From the first one told on, to one moment."""
    if told:
        those = [each for each in truth if told[0].start_utc_s <= each.start_utc_s <= until_s]
        finals = [each for each in told if each.is_final]
        assert [each.start_utc_s for each in told] in ([each.start_utc_s for each in those], _starts(those, told))
        assert {each.start_utc_s: each.close.value for each in finals}.items() <= {
            each.start_utc_s: each.close.value for each in those
        }.items()


def _starts(those: list[Candle], told: list[Candle]) -> list[float]:
    """With a running candle of an earlier answer at the end."""
    starts = [each.start_utc_s for each in those]
    return starts if told[-1].is_final or told[-1].start_utc_s in starts else [*starts, told[-1].start_utc_s]


async def test_a_second_wish_soon_after_the_answer_asks_for_nothing(tmp_path: Path) -> None:
    kept, utc_s = KeptCandles(ReferenceStore(tmp_path / "x.sqlite")), BEGIN_S + 30
    assert kept.missing("A", BAR_S, 20, 5.0, utc_s) == 20
    candles = Server(set()).candles(utc_s)[-20:]
    told = await kept.take("A", BAR_S, 20, candles, 5.0, utc_s, is_whole=True)
    assert told[-1] == candles[-1], "the one that goes on is there as well"
    assert kept.missing("A", BAR_S, 20, 5.0 + FRESH_S - 1, utc_s + FRESH_S - 1) == 0
    assert kept.missing("A", BAR_S, 40, 6.0, utc_s + 1) == 40, "older ones are missing"
    assert kept.missing("A", BAR_S, 20, 6.0 + FRESH_S, utc_s + FRESH_S) == 4
    assert kept.missing("A", BAR_S, 20, 6.0 + FRESH_S, utc_s - 86_400) == 20, "the clock was set back"
    kept.of_server("elsewhere")
    assert kept.missing("A", BAR_S, 20, 6.0, utc_s) == 20
    assert await kept.recall(["A"], BAR_S) == {}


async def test_a_hundred_thousand_in_any_order_twice_each_are_the_newest_in_order(tmp_path: Path) -> None:
    kept, many = KeptCandles(None), 100_000
    utc_s = BEGIN_S + many * BAR_S
    candles = [made(BEGIN_S + (bar * 7_919 % many) * BAR_S) for bar in range(many)]
    told = await kept.take("A", BAR_S, 500, candles + candles[:1000], 0.0, utc_s, is_whole=True)
    assert [each.start_utc_s for each in told] == [BEGIN_S + bar * BAR_S for bar in range(many - MOST, many)]


async def test_of_what_cannot_be_nothing_is_told_or_kept(tmp_path: Path) -> None:
    kept = KeptCandles(ReferenceStore(tmp_path / "x.sqlite"))
    upside_down = msgspec.structs.replace(made(BEGIN_S), high=number("1"), low=number("99"))
    future, nowhere = made(BEGIN_S + 1e6), made(math.nan)
    good = made(BEGIN_S - 60)
    told = await kept.take("A", BAR_S, 9, [future, upside_down, nowhere, good], 0.0, BEGIN_S + 30, is_whole=True)
    assert told == [good]
    assert await kept.take("B", BAR_S, 9, [], 0.0, BEGIN_S, is_whole=True) == []
    assert kept.missing("B", BAR_S, 9, 0.0, BEGIN_S) == 9

"""The course of made-up prices: the same whoever asks, of one piece over all lengths, and met by the live price."""

import json
import math
import time
from datetime import UTC, datetime
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.demo.course import DemoHistory, PriceCourse
from quotedesk.demo.prices import DemoMarket, Walk
from quotedesk.demo.tickers import MadeBar

SUNDAY = datetime(2026, 11, 29, 4, 0, tzinfo=UTC).timestamp()
TUESDAY = datetime(2026, 11, 24, 16, 7, 31, tzinfo=UTC).timestamp()
BARS_S = (60, 300, 900, 1800, 3600, 7200, 14_400, 86_400)
CODES = ("BTCUSDT", "NVDA.US", "700.HK", "GOLD", "EURUSD", "US500", "X")


def course(code: str, seed: int = 1) -> PriceCourse:
    return DemoHistory(seed).course(code)


def prices(bar: MadeBar) -> tuple[float, float, float, float]:
    return float(bar.open), float(bar.high), float(bar.low), float(bar.close)


@given(st.sampled_from(CODES), st.sampled_from(BARS_S), st.integers(1, 40), st.floats(SUNDAY - 2e7, SUNDAY))
@settings(max_examples=60)
def test_candles_can_be_are_whole_and_rising_and_the_same_for_all(
    code: str, bar_s: int, count: int, end_s: float
) -> None:
    bars = course(code).bars(bar_s, count, end_s)
    newest_s = (math.ceil(end_s / bar_s) - 1) * bar_s
    assert [bar.start_s for bar in bars] == [newest_s - back * bar_s for back in reversed(range(count))]
    for bar in bars:
        opened, high, low, closed = prices(bar)
        assert 0 < low <= min(opened, closed) <= max(opened, closed) <= high
    later = course(code).bars(bar_s, count + 3, end_s + bar_s)
    over = {bar for bar in bars[:-1] if bar.start_s >= later[0].start_s}
    assert over <= set(later), "what is over is the same whenever it is asked for"


@pytest.mark.parametrize("code", CODES)
def test_a_candle_begins_where_the_one_before_closed_and_long_ones_hold_the_short_ones(code: str) -> None:
    short, long = course(code).bars(300, 500, TUESDAY), course(code).bars(3600, 500, TUESDAY)
    for before, after in pairwise(short):
        assert after.open == before.close
    for bar in long[-5:]:
        within = [each for each in short if bar.start_s <= each.start_s < bar.start_s + 3600]
        if within:
            assert (bar.open, bar.close) == (within[0].open, within[-1].close)
            assert float(bar.high) == pytest.approx(max(float(each.high) for each in within), rel=4e-3)


@pytest.mark.parametrize("code", CODES)
def test_made_up_prices_move_round_the_clock(code: str) -> None:
    """Rows tick at night and on Sundays, so there are candles then; see also Source.hours."""
    minutes = course(code).bars(60, 30, SUNDAY)
    assert len({bar.close for bar in minutes}) > 10
    assert course(code).away(SUNDAY) != course(code).away(SUNDAY + 36_000)


def test_another_seed_and_another_symbol_go_another_way() -> None:
    assert course("BTCUSDT").bars(300, 5, TUESDAY) != course("BTCUSDT", 2).bars(300, 5, TUESDAY)
    ways = {course(code).away(TUESDAY) for code in CODES}
    assert len(ways) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_year_is_believable_and_made_at_once(code: str) -> None:
    began_s = time.process_time()
    days = course(code).bars(86_400, 366, TUESDAY)
    assert time.process_time() - began_s < 2.0
    level = course(code).kind.level
    closes = [float(bar.close) for bar in days]
    assert all(level / 2.5 < close < level * 2.5 for close in closes)
    assert max(closes) > 1.02 * min(closes)


@pytest.mark.parametrize("code", CODES)
def test_the_live_price_is_where_the_newest_candle_is(code: str) -> None:
    """What pushes prices, and what tells of the past, are not the same process."""
    now_s = TUESDAY
    market = DemoMarket(1, lambda each: DemoHistory(1).drift(each, lambda: now_s))
    for _ in range(60):
        trade, gap_s = market.step(code)
        now_s += gap_s
        close = float(course(code).bars(300, 1, now_s)[-1].close)
        far = {"crypto": 6e-3, "stock": 3e-3, "metal": 2e-3}.get(course(code).kind.name, 2e-3)
        assert float(trade.price) == pytest.approx(close, rel=far, abs=2 * course(code).kind.tick)


def test_an_answer_is_what_was_asked_for_and_never_of_the_future() -> None:
    history = DemoHistory(1)
    asked = {"code": "BTCUSDT", "bar_s": "300", "count": "3", "end": str(TUESDAY + 9e9)}
    rows = json.loads(history.answer(asked, TUESDAY))
    assert [row[0] for row in rows] == [math.floor(TUESDAY / 300) * 300 - 300 * back for back in (2, 1, 0)]
    assert json.loads(history.answer(asked | {"end": str(TUESDAY - 600)}, TUESDAY))[-1][0] < TUESDAY - 600
    assert [row[4] for row in rows] == [bar.close for bar in course("BTCUSDT").bars(300, 3, TUESDAY)]


@pytest.mark.parametrize("code", ["GOLD", "BTCUSDT", "NVDA.US", "EURUSD", "HSI.HK"])
def test_trades_go_as_far_as_the_candles_of_their_past(code: str) -> None:
    history, now_s = DemoHistory(1), 1.8e9
    walk = Walk(1, code, drift=history.drift(code, lambda: now_s))
    prices: dict[int, list[float]] = {}
    while now_s < 1.8e9 + 1_500:
        trade, gap_s = walk.step()
        prices.setdefault(int(now_s // 15), []).append(float(trade.price))
        now_s += gap_s
    went = mean(max(seen) - min(seen) for seen in prices.values() if len(seen) > 3)
    bars = history.course(code).bars(15, 100, now_s)
    assert 0.4 < went / mean(float(bar.high) - float(bar.low) for bar in bars) < 1.6

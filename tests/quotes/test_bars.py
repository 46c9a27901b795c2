"""Bars out of candles in any order, made coarser, and put together."""

import math
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from quotedesk.market.candle import Candle
from quotedesk.market.hours import MarketHours
from quotedesk.market.number import UNKNOWN, of_float
from quotedesk.quotes import bars as bars_of
from quotedesk.quotes.bars import DAY_S, NO_BARS, Bars, daily, evenly, gathered, merged, of_candles

NOW_S = 1_786_310_400.0  # a full minute


def candle(start_s: float, close: float = 10.0, *, volume: float = math.nan, is_final: bool = True) -> Candle:
    return Candle(
        start_utc_s=start_s,
        open=of_float(close - 1, 2),
        high=of_float(close + 2, 2),
        low=of_float(close - 2, 2),
        close=of_float(close, 2),
        volume=of_float(volume, 2) if volume == volume else UNKNOWN,
        is_final=is_final,
    )


def bars_at(*starts_s: float, price: float = 5.0, partial: bool = True, volume: float = 1.0) -> Bars:
    many = len(starts_s)
    column = np.full(many, price)
    flags = np.full(many, partial)
    return Bars(
        *(np.array(starts_s, float), column, column + 1, column - 1, column.copy(), np.full(many, volume)),
        *(flags, np.zeros(many, bool)),
    )


@given(
    some.lists(some.tuples(some.integers(1, 200), some.floats(1, 1e6)), max_size=60),
    some.randoms(use_true_random=False),
)
def test_candles_in_any_order_come_out_in_order_and_each_start_once_as_told_last(told, random) -> None:
    candles = [candle(NOW_S - 60 * minute, price) for minute, price in told]
    random.shuffle(candles)
    bars, words = of_candles(candles, 60, NOW_S)
    last = {each.start_utc_s: each.close.value for each in candles}
    assert bars.starts_s.tolist() == sorted(last)
    assert bars.closes.tolist() == [last[start] for start in sorted(last)]
    assert words == ""


def test_what_is_of_the_future_or_cannot_be_is_left_out_and_said() -> None:
    impossible = Candle(start_utc_s=NOW_S - 60, open=UNKNOWN, high=UNKNOWN, low=UNKNOWN, close=UNKNOWN)
    never = candle(math.nan)
    bars, words = of_candles([candle(NOW_S - 120), impossible, never, candle(NOW_S + 60)], 60, NOW_S)
    assert bars.starts_s.tolist() == [NOW_S - 120]
    assert words == "3 candles cannot be"


def test_candles_of_another_length_are_refused() -> None:
    minutes = [candle(NOW_S - 60 * minute) for minute in range(1, 90)]
    bars, words = of_candles(minutes, 300, NOW_S)
    assert bars is NO_BARS
    assert words == "they are of 60 s and not of 300 s"


def test_a_few_of_another_length_cost_the_others_nothing() -> None:
    right = [candle(NOW_S - 300 * bar) for bar in range(1, 50)]
    bars, words = of_candles([*right, candle(NOW_S - 310), candle(NOW_S - 911)], 300, NOW_S)
    assert len(bars) == 49
    assert words == "2 candles are of another length"


def test_days_of_23_and_25_hours_are_days() -> None:
    zone = ZoneInfo("America/New_York")
    days = [datetime(2026, 10, day, tzinfo=zone).timestamp() for day in range(20, 32)]
    days += [datetime(2026, 11, day, tzinfo=zone).timestamp() for day in range(1, 8)]  # the clock goes back on the 1st
    bars, words = of_candles([candle(day) for day in days], DAY_S, NOW_S + 400 * DAY_S)
    assert bars.starts_s.tolist() == days
    assert words == ""


def test_a_hundred_thousand_are_read_and_more_are_cut_to_the_newest() -> None:
    many = [candle(NOW_S - 60 * minute) for minute in range(1, bars_of.MOST_BARS + 11)]
    bars, _ = of_candles(many, 60, NOW_S)
    assert len(bars) == bars_of.MOST_BARS
    assert bars.starts_s[-1] == NOW_S - 60
    assert of_candles([], 60, NOW_S) == (NO_BARS, "")


def test_a_candle_that_is_not_over_is_partial_whatever_the_feed_says() -> None:
    bars, _ = of_candles([candle(NOW_S - 60), candle(NOW_S - 30 - 90), candle(NOW_S - 120, is_final=False)], 60, NOW_S)
    assert bars.partial.tolist() == [True, False]
    running, _ = of_candles([candle(NOW_S - 60)], 60, NOW_S - 1)
    assert running.partial.tolist() == [True]


@given(
    some.lists(some.integers(0, 5_000), min_size=1, max_size=80, unique=True),
    some.sampled_from([5, 15, 60, 300]),
    some.data(),
)
def test_coarser_bars_hold_what_the_fine_ones_held(starts, bar_s, data) -> None:
    starts = sorted(starts)
    price = data.draw(some.lists(some.floats(1, 100), min_size=len(starts), max_size=len(starts)))
    closes = np.array(price)
    fine = Bars(
        *(np.array(starts, float), closes - 0.5, closes + 1, closes - 1, closes, np.ones(len(starts))),
        *(np.ones(len(starts), bool), np.zeros(len(starts), bool)),
    )
    coarse = gathered(fine, evenly(bar_s))
    by_hand: dict[int, list[int]] = {}
    for place, start in enumerate(starts):
        by_hand.setdefault(start // bar_s * bar_s, []).append(place)
    assert coarse.starts_s.tolist() == list(by_hand)
    for bar, places in enumerate(by_hand.values()):
        assert coarse.opens[bar] == fine.opens[places[0]]
        assert coarse.closes[bar] == fine.closes[places[-1]]
        assert coarse.highs[bar] == max(fine.highs[places])
        assert coarse.lows[bar] == min(fine.lows[places])
        assert coarse.volumes[bar] == len(places)


def test_volume_that_nobody_told_stays_unknown() -> None:
    fine = bars_at(0, 1, 60, volume=math.nan)
    fine.volumes[0] = 3.0
    coarse = gathered(fine, evenly(60))
    assert coarse.volumes[0] == 3.0
    assert math.isnan(coarse.volumes[1])


def test_days_are_those_of_the_market_over_a_change_of_its_clock() -> None:
    hours_min = tuple((day * 1440 + 570, day * 1440 + 960) for day in range(5))
    market = MarketHours("US", re.compile(".*"), ZoneInfo("America/New_York"), hours_min)
    zone = market.zone
    times = [datetime(2026, 10, 30, 15, tzinfo=zone), datetime(2026, 11, 2, 9, 30, tzinfo=zone)]
    times += [datetime(2026, 11, 2, 15, 59, tzinfo=zone), datetime(2026, 11, 3, 9, 31, tzinfo=zone)]
    days = daily(market.day_start)(np.array([each.timestamp() for each in times]))
    opens = [datetime(2026, *day, 9, 30, tzinfo=zone).timestamp() for day in ((10, 30), (11, 2), (11, 2), (11, 3))]
    assert days.tolist() == opens


def test_a_confirmed_bar_takes_the_place_of_our_own() -> None:
    both = merged(bars_at(0, 60, partial=False, price=9.0), bars_at(60, 120))
    assert both.starts_s.tolist() == [0, 60, 120]
    assert both.closes.tolist() == [9.0, 9.0, 5.0]
    assert both.partial.tolist() == [False, False, True]


def test_a_running_bar_holds_what_the_feed_told_and_what_came_since() -> None:
    told, own = bars_at(60, partial=True, price=9.0, volume=7.0), bars_at(60, price=20.0, volume=2.0)
    both = merged(told, own)
    assert (both.opens[0], both.highs[0], both.lows[0], both.closes[0]) == (9.0, 21.0, 8.0, 20.0)
    assert both.volumes[0] == 7.0
    assert told.closes[0] == 9.0, "what was told is not changed"
    assert merged(NO_BARS, own) is own
    assert merged(told, NO_BARS) is told


def test_some_are_taken_by_their_starts() -> None:
    bars = bars_at(0, 60, 120)
    assert bars.since(60).starts_s.tolist() == [60, 120]
    assert bars.before(60).starts_s.tolist() == [0]


def test_longer_candles_than_were_asked_for_are_refused_and_a_symbol_that_seldom_trades_is_not() -> None:
    hours = [candle(NOW_S - 3600 * bar) for bar in range(1, 40)]
    bars, words = of_candles(hours, 60, NOW_S)
    assert bars is NO_BARS
    assert words == "they are of 3600 s and not of 60 s"
    seldom = [candle(NOW_S - 60 * minute) for minute in (3, 8, 12, 21, 30, 44, 47, 60, 66, 80, 99, 120, 141, 160, 190)]
    assert len(of_candles(seldom, 60, NOW_S)[0]) == len(seldom)

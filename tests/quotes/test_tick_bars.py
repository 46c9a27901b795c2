"""Bars of a second out of ticks."""

import csv
import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, number, of_float
from quotedesk.market.quote import Quote, Trade
from quotedesk.quotes.bars import evenly, gathered
from quotedesk.quotes.quotes import Quotes
from quotedesk.quotes.tick_bars import KEPT_S, MOST_CHARTED, ChartedTicks, TickBars
from tests.fakes.clock import FakeClock

A = Instrument("demo", "A")


@given(some.lists(some.tuples(some.floats(0, 120), some.floats(0.01, 1e5), some.floats(0.1, 9)), max_size=200))
def test_bars_are_what_a_reader_of_the_trades_finds(trades) -> None:
    trades.sort(key=lambda each: each[0])
    bars = TickBars()
    for time_s, price, size in trades:
        bars.push(1e9 + time_s, price, size)
    found = bars.bars()
    by_hand: dict[int, list[tuple[float, float]]] = {}
    for time_s, price, size in trades:
        by_hand.setdefault(math.floor(1e9 + time_s), []).append((price, size))
    assert found.starts_s.tolist() == list(by_hand)
    for bar, second in enumerate(by_hand.values()):
        prices = [price for price, _ in second]
        assert (found.opens[bar], found.closes[bar]) == (prices[0], prices[-1])
        assert (found.highs[bar], found.lows[bar]) == (max(prices), min(prices))
        assert found.volumes[bar] == pytest.approx(sum(size for _, size in second))
    assert found.partial.all()


def test_a_late_trade_changes_its_bars_extremes_and_volume_and_no_close() -> None:
    bars = TickBars()
    for time_s, price in ((100, 5.0), (101, 6.0), (103, 7.0), (101.5, 9.0), (102, 4.0), (50, 1.0), (103.2, 7.5)):
        bars.push(time_s, price, 1.0)
    found = bars.bars()
    assert found.starts_s.tolist() == [100, 101, 102, 103], "what is older than all is not known anyway"
    assert found.closes.tolist() == [5.0, 6.0, 4.0, 7.5]
    assert found.highs.tolist() == [5.0, 9.0, 4.0, 7.5]
    assert found.volumes.tolist() == [1, 2, 1, 2]


def test_what_is_no_number_changes_nothing() -> None:
    bars = TickBars()
    bars.push(100, math.nan, 1.0)
    bars.push(math.inf, 1.0, 1.0)
    bars.begin_gap()
    assert len(bars.bars()) == 0
    assert bars.version == 0


def test_a_lost_link_is_a_gap_before_the_next_bar() -> None:
    bars = TickBars()
    bars.push(100, 5.0, math.nan)
    bars.begin_gap()
    bars.push(130, 5.0, math.nan)
    bars.push(131, 5.0, math.nan)
    assert bars.bars().torn.tolist() == [False, True, False]
    assert np.isnan(bars.bars().volumes).all()


def test_memory_is_bounded() -> None:
    bars = TickBars()
    for second in range(3 * KEPT_S):
        bars.push(second, float(second), 1.0)
    found = bars.bars()
    assert len(found) == KEPT_S
    assert found.starts_s.tolist() == list(range(2 * KEPT_S, 3 * KEPT_S))
    assert found.closes[-1] == 3 * KEPT_S - 1


def charted() -> tuple[ChartedTicks, Quotes, FakeClock]:
    clock, quotes = FakeClock(), Quotes()
    return ChartedTicks(quotes, clock), quotes, clock


def batch(clock: FakeClock, *updates, gaps=()) -> Batch:
    return Batch("demo", list(updates), clock.now_s(), gaps)


def test_only_what_is_charted_is_kept() -> None:
    ticks, _, clock = charted()
    ticks.consume(batch(clock, Trade("A", of_float(1, 0))))
    bars = ticks.of(A)
    ticks.consume(batch(clock, Trade("A", of_float(2, 0), of_float(3, 0)), Trade("B", of_float(9, 0))))
    ticks.consume(batch(clock, Quote(code="A", last=of_float(4, 0)), Quote(code="A", bid=of_float(8, 0))))
    ticks.consume(Batch("other", [Trade("A", of_float(7, 0))], clock.now_s()))
    found = bars.bars()
    assert (found.opens[0], found.closes[0], found.highs[0], found.volumes[0]) == (2, 4, 4, 3)
    ticks.consume(batch(clock, Quote(code="A", last=UNKNOWN), gaps=("A",)))
    clock.advance(5)
    ticks.consume(batch(clock, Trade("A", of_float(1, 0))))
    assert bars.bars().torn.tolist() == [False, True]


def test_the_one_charted_longest_ago_gives_way() -> None:
    ticks, _, clock = charted()
    first = ticks.of(A)
    for number_ in range(MOST_CHARTED - 1):
        ticks.of(Instrument("demo", f"S{number_}"))
    assert ticks.of(A) is first
    ticks.of(Instrument("demo", "one more"))
    assert ticks.of(A) is first
    ticks.consume(batch(clock, Trade("S0", of_float(1, 0))))
    assert len(ticks.of(Instrument("demo", "S0")).bars()) == 0, "it was not kept any more"


def test_a_stamp_from_the_future_does_not_freeze_the_chart() -> None:
    ticks, _, clock = charted()
    bars = ticks.of(A)
    now_utc_s = clock.utc_s(clock.now_s())
    ticks.consume(batch(clock, Trade("A", of_float(1, 0), time_utc_s=now_utc_s + 1e6)))
    clock.advance(1)
    ticks.consume(batch(clock, Trade("A", of_float(2, 0), time_utc_s=math.nan)))
    assert bars.bars().starts_s.tolist() == [now_utc_s, now_utc_s + 1]


def test_a_row_that_was_watched_has_its_past_at_once() -> None:
    ticks, quotes, clock = charted()
    quotes.slot(A)
    for second in range(60):
        price = 100.0 + second
        quotes.apply(batch(clock, Trade("A", of_float(price, 2), UNKNOWN, clock.utc_s(clock.now_s()))))
        clock.advance(1)
    bars = ticks.of(A).bars()
    assert 55 <= len(bars) <= 61
    assert bars.closes[-1] == 159.0
    assert bars.lows.min() == 100.0
    assert (np.diff(bars.starts_s) > 0).all()
    assert abs(bars.starts_s[0] - clock.utc_s(1000.0)) <= 2
    assert bars.partial.all()


RECORDED = Path("/work/shared/recorded/trades")
# The night in which New York's clock goes back: 06:00 UTC on 1 November 2026.
CHANGE_UTC_S = datetime(2026, 11, 1, 6, tzinfo=UTC).timestamp()


@pytest.mark.skipif(not RECORDED.is_dir(), reason="needs the recorded trades")
@pytest.mark.parametrize("bar_s", [1, 5, 60])
@pytest.mark.parametrize("shifted", [False, True], ids=["as recorded", "over a change of clocks"])
@pytest.mark.parametrize("name", ["coinbase_trades_20260809.csv", "bybit_public_trades_20260809.csv"])
def test_a_chart_of_recorded_trades_is_what_the_file_says_bar_by_bar(name: str, shifted: bool, bar_s: int) -> None:
    with (RECORDED / name).open(newline="") as file:
        rows = list(csv.DictReader(file))
    column = "product_id" if "product_id" in rows[0] else "symbol"

    def time_us(row) -> int:
        if "ts_ms" in row:
            return int(row["ts_ms"]) * 1000
        since = datetime.fromisoformat(row["time"]) - datetime(1970, 1, 1, tzinfo=UTC)
        return since.days * 86_400_000_000 + since.seconds * 1_000_000 + since.microseconds

    rows.sort(key=time_us)
    middle_us = (time_us(rows[0]) + time_us(rows[-1])) // 2
    shift_us = int(CHANGE_UTC_S * 1e6) - middle_us if shifted else 0
    clock = FakeClock(0.0, (time_us(rows[-1]) + shift_us) / 1e6 + 1)
    ticks = ChartedTicks(Quotes(), clock)
    codes = {row[column] for row in rows}
    charts = {code: ticks.of(Instrument("demo", code)) for code in codes}
    for row in rows:
        trade = Trade(row[column], number(row["price"]), number(row["size"]), (time_us(row) + shift_us) / 1e6)
        ticks.consume(batch(clock, trade))
    for code, chart in charts.items():
        by_hand: dict[int, list[tuple[str, str]]] = {}
        for row in rows:
            if row[column] == code:
                second = (time_us(row) + shift_us) // 1_000_000
                by_hand.setdefault(second // bar_s * bar_s, []).append((row["price"], row["size"]))
        found = gathered(chart.bars(), evenly(bar_s))
        assert found.starts_s.tolist() == sorted(by_hand)
        for bar, start in enumerate(sorted(by_hand)):
            prices = [float(price) for price, _ in by_hand[start]]
            seen = (found.opens[bar], found.highs[bar], found.lows[bar], found.closes[bar])
            assert seen == (prices[0], max(prices), min(prices), prices[-1])
            assert found.volumes[bar] == pytest.approx(sum(float(size) for _, size in by_hand[start]))

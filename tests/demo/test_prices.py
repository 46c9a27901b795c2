"""Made-up prices: the same for the same seed, believable, and pushed in good order."""

import math
import random
import statistics
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.demo.prices import LATE_S, DemoMarket, MadeTrade, MadeUp, Walk, kind_of

CODES = st.text("ABCDUSDTHKEURp0123456789._-/", min_size=1, max_size=32)
FEW = st.sets(st.sampled_from(["EURUSD", "BTCUSDT", "NVDA.US", "GOLD", "X"]))


def steps(code: str, count: int, seed: int = 1) -> list[tuple[MadeTrade, float]]:
    walk = Walk(seed, code)
    return [walk.step() for _ in range(count)]


@given(st.integers(), CODES, st.lists(CODES, max_size=20))
@settings(max_examples=50)
def test_a_symbol_walks_the_same_path_whoever_else_is_watched(seed: int, code: str, others: list[str]) -> None:
    market = DemoMarket(seed)
    path = []
    for other in [*others, ""]:
        path.append(market.step(code))
        if other and other != code:
            market.step(other)
    assert path == steps(code, len(path), seed)


def test_the_path_is_the_same_in_every_process_and_another_for_another_seed() -> None:
    # Written down once: Python's own hash() of a text differs from process to process.
    assert [trade.price for trade, _ in steps("EURUSD", 4)] == ["1.16000", "1.15997", "1.15997", "1.15999"]
    assert steps("EURUSD", 20, seed=1) != steps("EURUSD", 20, seed=2)


@given(CODES)
@settings(max_examples=100)
def test_every_price_is_above_0_on_the_grid_and_near_its_level(code: str) -> None:
    kind = kind_of(code)
    for trade, gap_s in steps(code, 30):
        price = float(trade.price)
        assert price > 0
        assert len(trade.price.partition(".")[2]) == kind.decimals
        assert price / kind.tick == pytest.approx(round(price / kind.tick), abs=1e-3)
        assert price == pytest.approx(kind.level, rel=0.05, abs=2 * kind.tick)
        assert gap_s > 0


@pytest.mark.parametrize(
    ("code", "name", "level", "decimals"),
    [
        ("EURUSD", "forex", 1.16, 5),
        ("USDJPY", "forex", 147, 3),
        ("EURJPY", "forex", 170.5, 3),
        ("USDHKD", "forex", 7.82, 5),
        ("BTCUSDT", "crypto", 117_000, 2),
        ("BTC-USD", "crypto", 117_000, 2),
        ("ETH/USDC", "crypto", 4300, 2),
        ("SHIBUSDT", "crypto", 1.3e-5, 8),
        ("GOLD", "metal", 3400, 2),
        ("Silver", "metal", 38.2, 3),
        ("XAUEUR", "metal", 2931, 2),
        ("USOIL", "metal", 63.8, 2),
        ("NVDA.US", "stock", 178, 2),
        ("BRK.B.US", "stock", 478, 2),
        ("700.HK", "stock", 590, 2),
        (".DJI.US", "index", 44_900, 2),
        ("000001.SH", "index", 3690, 2),
        ("000001.SZ", "stock", 12.2, 2),
    ],
)
def test_a_known_code_trades_near_its_real_price(code: str, name: str, level: float, decimals: int) -> None:
    kind = kind_of(code)
    assert (kind.name, kind.decimals) == (name, decimals)
    assert kind.level == pytest.approx(level, rel=0.01)


def test_a_code_that_nobody_knows_has_a_level_of_its_own() -> None:
    levels = {kind_of(f"NOBODY{number}").level for number in range(100)}
    assert len(levels) == 100
    assert all(5 <= level <= 500 for level in levels)
    assert kind_of("NOBODY7").level == kind_of("NOBODY7").level
    assert kind_of("NOBODYUSDT").name == "crypto"


def test_crypto_swings_more_than_stocks_than_metals_than_forex() -> None:
    def swing(code: str) -> float:
        prices = [float(trade.price) for trade, _ in steps(code, 2000)]
        return statistics.stdev(math.log(after / before) for before, after in pairwise(prices))

    swings = [swing(code) for code in ("BTCUSDT", "600519.SH", "GOLD", "EURUSD")]
    assert swings == sorted(swings, reverse=True)
    assert swings[-1] > 0


def test_a_symbol_trades_1_to_3_times_a_second_in_bursts_and_some_have_quiet_spells() -> None:
    gaps = {f"{number}.HK": [gap_s for _, gap_s in steps(f"{number}.HK", 400)] for number in range(1, 101)}
    rates = {code: len(of_code) / sum(of_code) for code, of_code in gaps.items()}
    assert all(0.7 < rate < 4 for rate in rates.values())
    assert 1.5 < statistics.mean(rates.values()) < 2.5
    quiet = {code for code, of_code in gaps.items() if sum(gap_s > 8 for gap_s in of_code) > 1}
    assert 10 < len(quiet) < 60
    assert max(map(max, gaps.values())) <= 20
    assert all(min(sum(of_code[at : at + 5]) for at in range(300)) < 1 for of_code in gaps.values())


def test_sizes_suit_what_is_traded() -> None:
    def sizes(code: str) -> list[str]:
        return [trade.size for trade, _ in steps(code, 200)]

    assert set(sizes("EURUSD")) == {""}
    assert all(int(size) > 0 for size in sizes("AAPL.US"))
    assert all(int(size) % 100 == 0 for size in sizes("700.HK"))
    assert all(0 < float(size) < 50 for size in sizes("BTCUSDT"))
    assert all(int(size) > 0 for size in sizes("GOLD"))


def test_only_stocks_and_coins_tell_who_came() -> None:
    directions = {code: {trade.direction for trade, _ in steps(code, 50)} for code in ("NVDA.US", "BTCUSDT", "GOLD")}
    assert directions == {"NVDA.US": {1, 2}, "BTCUSDT": {1, 2}, "GOLD": {1}}


@given(st.integers(), st.lists(st.tuples(FEW, st.floats(0.05, 3.0)), min_size=1, max_size=12))
@settings(max_examples=60)
def test_what_is_held_comes_soon_and_what_is_dropped_ends_with_a_trade_or_two(
    seed: int, holds: list[tuple[set[str], float]]
) -> None:
    trades = MadeUp(DemoMarket(seed), random.Random(seed))
    now_s, held = 100.0, set()
    waiting_s: dict[str, float] = {}
    dropped: dict[str, tuple[float, int]] = {}
    for wanted, lasts_s in holds:
        for code in held - wanted:
            dropped[code] = (now_s, 0)
            waiting_s.pop(code, None)
        waiting_s |= dict.fromkeys(wanted - held, now_s)
        held = wanted
        trades.hold(wanted, now_s)
        until_s = now_s + lasts_s
        while trades.due_s <= until_s:
            now_s = max(now_s, trades.due_s)
            trade = trades.pop(now_s)
            if trade is None:
                continue
            if trade.code in held:
                assert now_s - waiting_s.pop(trade.code, now_s) <= 0.3
            else:
                since_s, count = dropped[trade.code]
                assert now_s - since_s <= LATE_S
                assert count < 2
                dropped[trade.code] = (since_s, count + 1)
        now_s = until_s
        assert all(until_s - since_s <= 0.3 for since_s in waiting_s.values())
    trades.hold((), now_s)
    while trades.due_s < math.inf:
        trades.pop(trades.due_s)
    assert trades.pop(math.inf) is None


def test_what_a_client_missed_while_it_did_not_read_is_not_made_up_for() -> None:
    trades = MadeUp(DemoMarket(1), random.Random(1))
    codes = [f"S{number}" for number in range(50)]
    trades.hold(codes, 0.0)
    burst = []
    while trade := trades.pop(60.0):
        burst.append(trade.code)
    assert sorted(burst) == sorted(codes)


def test_a_late_trade_that_is_too_late_does_not_come() -> None:
    trades = MadeUp(DemoMarket(1), random.Random(1))
    trades.hold(["A"], 0.0)
    trades.hold([], 1.0)
    assert trades.pop(1.0 + LATE_S + 0.01) is None
    assert trades.due_s == math.inf


def test_a_dropped_symbol_gets_a_late_trade_or_two() -> None:
    counts = set()
    for seed in range(20):
        trades = MadeUp(DemoMarket(1), random.Random(seed))
        trades.hold(["A"], 0.0)
        trades.hold([], 1.0)
        count = 0
        while trades.due_s < math.inf:
            count += trades.pop(trades.due_s) is not None
        counts.add(count)
    assert counts == {1, 2}

"""When rules fire: what a trader would call right, and a slow model that says the same."""

import math
import re
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.alerts.bell import BellState
from quotedesk.alerts.evaluator import KnownQuote
from quotedesk.alerts.firing import Firing
from quotedesk.alerts.rule import AlertRule, Frequency, Operator
from quotedesk.market.hours import Hours, MarketHours
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState, RowStatus
from tests.fakes.watcher import Watcher, X

# -- a crossing is a pair ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "prices", "fired"),
    [
        ("crosses-up", [99, 101], [("fired", "101", "99")]),
        ("crosses-up", [99, 100], [("fired", "100", "99")]),
        ("crosses-up", [99, "99.99", 98], []),
        ("crosses-up", [100, 101], [("already", "100", "")]),
        ("crosses-up", [101, 99], [("already", "101", "")]),
        ("crosses-down", [101, 100], [("fired", "100", "101")]),
        ("crosses-down", [101, 99], [("fired", "99", "101")]),
        ("crosses-down", [99, 101], [("already", "99", "")]),
        ("crosses", [99, 101], [("fired", "101", "99")]),
        ("crosses", [101, 99], [("fired", "99", "101")]),
        ("crosses", [100, 101, 102], []),
        (">=", [99, 100], [("fired", "100", "99")]),
        (">=", [101, 102], [("already", "101", "")]),
        ("<=", [101, 100], [("fired", "100", "101")]),
        ("<=", [99, 98], [("already", "99", "")]),
    ],
)
def test_a_pair_of_adjacent_prices_makes_a_rule_fire(
    operator: str, prices: list[object], fired: list[tuple[str, str, str]]
) -> None:
    watcher = Watcher(f"X last {operator} 100")
    watcher.prices(*prices)
    assert watcher.told == fired


def test_a_firing_tells_both_prices_and_all_times() -> None:
    watcher = Watcher("X last crosses-up 60000")
    watcher.prices("59990.0")
    before_utc_s = watcher.utc_s
    watcher.now_s += 2.5
    watcher.prices("60000.50")
    (firing,) = watcher.firings
    assert (firing.instrument, firing.field, firing.rule) == (X, "last", watcher.rules[0])
    assert (firing.value.text, firing.before.text) == ("60000.50", "59990.0")
    assert (firing.before_utc_s, firing.time_utc_s) == (before_utc_s, before_utc_s + 2.5)
    assert firing.received_utc_s == watcher.utc_s
    assert math.isnan(firing.since_utc_s)


def test_several_updates_of_one_read_are_all_seen() -> None:
    watcher = Watcher("X last crosses-up 100")
    watcher.take(*[Trade("X", number(price)) for price in ("99", "101", "99")])
    assert watcher.told == [("fired", "101", "99")]


def test_other_symbols_and_other_feeds_are_none_of_a_rules_business() -> None:
    watcher = Watcher("X last crosses 100")
    watcher.prices(99)
    watcher.prices(101, code="Y")
    watcher.take(Trade("X", number("101")), feed="coinbase")
    watcher.take(Trade("x", number("101")))
    assert watcher.told == []


def test_a_level_that_is_already_passed_is_said_once_and_the_rule_is_armed() -> None:
    watcher = Watcher("X last crosses-up 100")
    watcher.prices(105, 106, 105)
    assert watcher.clear() == [("already", "105", "")]
    assert watcher.bell().state is BellState.ARMED
    watcher.prices(99, 100)
    assert watcher.clear() == [("fired", "100", "99")]


def test_a_rule_made_on_a_live_row_knows_its_price_at_once() -> None:
    live = RowStatus("X", RowState.LIVE, 0.0)
    last = ["99"]

    def known(_: Instrument) -> KnownQuote:
        quote = Quote(code="X", last=number(last[0]), bid=number("98"), ask=number("100"))
        return KnownQuote(quote, 999.0, True, live)

    watcher = Watcher("X last >= 98", "X last crosses-up 100", known=known)
    assert watcher.clear() == [("already", "99", "")]
    watcher.prices(100)
    assert watcher.clear() == [("fired", "100", "99")]
    last[0] = "100"
    watcher.watch("X last crosses-up 100", "X last crosses-up 99", "X spread >= 2")
    assert set(watcher.clear()) == {("already", "100", ""), ("already", "2", "")}


def test_a_restored_or_seeded_price_is_no_price() -> None:
    quote = Quote(code="X", last=number("99"))
    watcher = Watcher("X last crosses 100", known=lambda _: KnownQuote(quote, math.nan, False))
    watcher.prices(101)
    assert watcher.told == []
    watcher.take(seeds=[Quote(code="X", last=number("99"))])
    watcher.prices(102)
    assert watcher.told == []


# -- gaps -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", ["cut", "halted", "parked", "refused", "offline", "withdrawn", "slept", "set back"])
def test_after_a_gap_the_first_price_only_sets_the_side(gap: str) -> None:
    watcher = Watcher("X last crosses-up 100 repeat 0s")
    watcher.prices(99)
    since_utc_s = watcher.utc_s
    if gap == "cut":
        watcher.gap()
    elif gap == "withdrawn":
        watcher.quote(last=None)
    elif gap == "slept":
        watcher.utc_at_0_s += 600
    elif gap == "set back":
        watcher.utc_at_0_s -= 600
    else:
        watcher.state(RowState[gap.upper()], "why")
        watcher.prices(101, 99, 101, 99)
        assert watcher.told == []
        watcher.state(RowState.LIVE)
    watcher.now_s += 13 * 60
    watcher.take(Trade("X", number("101")))
    assert watcher.clear() == [("crossed-offline", "101", "99")]
    firing = watcher.firings[-1]
    if gap not in ("slept", "set back"):
        assert (firing.since_utc_s, firing.until_utc_s) == (since_utc_s, watcher.utc_s)
    watcher.take(Trade("X", number("99")))
    watcher.take(Trade("X", number("100")))
    assert watcher.clear() == [("fired", "100", "99")]


def test_a_gap_in_which_nothing_was_passed_is_not_told() -> None:
    watcher = Watcher("X last crosses-up 100")
    watcher.prices(99)
    watcher.gap()
    watcher.prices(98)
    watcher.gap()
    watcher.prices("99.5")
    assert watcher.told == []


def test_a_gap_in_a_gap_is_one_gap() -> None:
    watcher = Watcher("X last crosses-up 100")
    watcher.prices(99)
    since_utc_s = watcher.utc_s
    watcher.gap()
    watcher.state(RowState.OFFLINE, "Connection lost")
    watcher.now_s += 60
    watcher.state(RowState.PENDING)
    watcher.gap()
    watcher.now_s += 60
    watcher.prices(101)
    (firing,) = watcher.firings
    assert (firing.since_utc_s, firing.reason) == (since_utc_s, "Connection lost")


def test_what_was_crossed_over_a_restart_is_told() -> None:
    before = Watcher("X last crosses-up 100", "X last crosses-down 90", "X last >= 98")
    before.prices(99)
    assert before.clear() == [("already", "99", "")]
    before.run(5)
    later = before.restarted(after_s=600.0)
    later.prices(99)
    assert later.clear() == []
    again = later.restarted(after_s=600.0)
    again.prices(101)
    assert again.clear() == [("crossed-offline", "101", "99")]
    (firing,) = again.firings
    assert firing.reason == "quotedesk was not running"
    assert firing.until_utc_s - firing.since_utc_s == pytest.approx(600.0)


def test_what_fired_stays_so_over_a_restart() -> None:
    watcher = Watcher("X last crosses-up 100", "X last crosses-up 100 repeat 15m")
    watcher.prices(99, 101, 98)
    assert len(watcher.clear()) == 2
    later = watcher.restarted(after_s=60.0)
    later.prices(98, 101)
    assert later.clear() == []
    assert [later.bell(at).state for at in (0, 1)] == [BellState.SPENT, BellState.COOLING]
    later.run(15 * 60)
    later.prices(99, 101)
    assert later.clear() == [("fired", "101", "99")]


def test_a_symbol_that_leaves_and_comes_back_has_a_gap() -> None:
    watcher = Watcher("* last crosses-up 100", instruments=(X,))
    watcher.prices(99)
    watcher.instruments = ()
    watcher.again()
    assert watcher.bell().state is BellState.NO_PRICE
    watcher.prices(101)
    watcher.instruments = (X,)
    watcher.again()
    watcher.prices(101)
    assert watcher.told == [("crossed-offline", "101", "99")]


def test_prices_that_a_server_sends_again_after_a_gap_count_for_nothing() -> None:
    watcher = Watcher("X last crosses-up 100 repeat 0s")
    utc_s = watcher.utc_s
    watcher.take(Trade("X", number("99"), time_utc_s=utc_s), Trade("X", number("101"), time_utc_s=utc_s + 1))
    assert watcher.clear() == [("fired", "101", "99")]
    watcher.gap()
    for price, time_utc_s in (("99", utc_s), ("99", utc_s), ("101", utc_s + 1), ("101", utc_s + 2)):
        watcher.take(Trade("X", number(price), time_utc_s=time_utc_s))
    assert watcher.told == []


def test_late_prices_count_for_nothing_until_the_clock_is_seen_to_be_set_back() -> None:
    watcher = Watcher("X last crosses 100 repeat 0s")
    utc_s = watcher.utc_s
    watcher.take(Trade("X", number("99"), time_utc_s=utc_s))
    watcher.take(Trade("X", number("101"), time_utc_s=utc_s - 60))
    watcher.take(Trade("X", number("99"), time_utc_s=utc_s + 1))
    assert watcher.told == []
    for second in range(8):
        watcher.now_s += 1
        watcher.take(Trade("X", number("101"), time_utc_s=utc_s - 3600 + second))
    assert watcher.clear() == [("crossed-offline", "101", "99")]
    watcher.take(Trade("X", number("99"), time_utc_s=utc_s - 3590))
    assert watcher.clear() == [("fired", "99", "101")]


# -- how often --------------------------------------------------------------------------------------------------------


def test_once_is_once() -> None:
    watcher = Watcher("X last crosses 100")
    watcher.prices(*[99, 101] * 50)
    assert watcher.told == [("fired", "101", "99")]
    assert watcher.bell().state is BellState.SPENT
    watcher.evaluator.renew(watcher.rules[0])
    watcher.prices(99)
    assert len(watcher.told) == 2


def test_200_oscillations_at_the_line_are_one_alarm() -> None:
    watcher = Watcher("X last crosses-up 100.00 repeat 0s")
    watcher.prices("99.80", *["100.00", "99.99"] * 200)
    assert watcher.told == [("fired", "100.00", "99.80")]
    watcher.prices("99.90")  # the band is 0.1 % of 100, which is more than two steps
    assert watcher.bell().state is BellState.ARMED
    watcher.prices("100.00")
    assert len(watcher.told) == 2


@pytest.mark.parametrize(
    ("band", "inside", "beyond"), [("band 5", "95.5", "95"), ("band 2%", "98.5", "98"), ("", "99.91", "99.9")]
)
def test_the_band_is_left_before_it_fires_again(band: str, inside: str, beyond: str) -> None:
    watcher = Watcher(f"X last crosses-up 100 repeat 0s {band}")
    watcher.prices(90, 100, inside)
    watcher.run(1)  # how fine its prices are is learnt meanwhile
    watcher.prices(101)
    assert len(watcher.clear()) == 1
    watcher.prices(beyond, 101)
    assert len(watcher.clear()) == 1


def test_two_steps_of_the_price_are_the_band_where_that_is_more() -> None:
    watcher = Watcher("X last crosses-up 0.50 repeat 0s")
    watcher.prices("0.45", "0.50", "0.49", "0.50")
    assert len(watcher.clear()) == 1
    watcher.prices("0.48", "0.50")
    assert len(watcher.clear()) == 1


def test_a_pause_and_the_way_back_are_both_waited_for_in_any_order() -> None:
    watcher = Watcher("X last crosses-up 100 repeat 15m")
    watcher.prices(98, 101, 98, 101)
    assert len(watcher.clear()) == 1
    assert (watcher.bell().state, watcher.bell().until_utc_s) == (BellState.COOLING, watcher.utc_s + 900)
    watcher.run(901)
    watcher.prices("99.99", 101)  # was beyond the band during the pause
    assert len(watcher.clear()) == 1
    watcher.run(901)
    assert watcher.bell().reason == "waits for a value beyond its band"
    watcher.prices("99.99", 101)
    assert watcher.clear() == []
    watcher.prices(99, 101)
    assert len(watcher.clear()) == 1


def test_crosses_is_armed_again_beyond_the_band_on_either_side() -> None:
    watcher = Watcher("X last crosses 100 repeat 0s band 1")
    watcher.prices(98, "100.5", "99.5", "100.5")
    assert watcher.clear() == [("fired", "100.5", "98")]
    watcher.prices(103, 100)
    assert watcher.clear() == [("fired", "100", "103")]


def test_daily_is_armed_again_at_the_turn_of_the_day() -> None:
    watcher = Watcher("X last crosses-up 100 daily")
    watcher.prices(99, 101, 90, 101)
    assert len(watcher.clear()) == 1
    assert watcher.bell().reason == "it fired today"
    watcher.run(8 * 3600 + 1)  # past midnight UTC
    assert watcher.bell().state is BellState.ARMED
    watcher.prices(99, 101, 99, 101)
    assert len(watcher.clear()) == 1


# -- for --------------------------------------------------------------------------------------------------------------


def test_a_condition_has_to_stay_true() -> None:
    watcher = Watcher("X last crosses-up 100 for 30s")
    watcher.prices(99, 101)
    watcher.run(29)
    watcher.prices(99)
    watcher.run(10)
    assert watcher.told == []
    watcher.prices(100)
    watcher.run(29)
    watcher.prices(105, 100)
    assert watcher.told == []
    watcher.run(1)
    assert watcher.told == [("fired", "100", "99")]


def test_a_condition_that_ends_from_the_very_level_ends() -> None:
    watcher = Watcher("X last >= 100 for 5s")
    watcher.prices(90, 100, "99.5")
    watcher.run(10)
    assert watcher.told == []


def test_a_hold_that_is_over_counts_though_the_next_price_ends_it() -> None:
    watcher = Watcher("X last crosses-up 100 for 30s")
    watcher.prices(99, 101)
    watcher.now_s += 31
    watcher.prices(99)
    assert watcher.told == [("fired", "101", "99")]


def test_a_gap_begins_a_hold_anew() -> None:
    watcher = Watcher("X last crosses-up 100 for 30s")
    watcher.prices(99, 101)
    watcher.run(20)
    watcher.gap()
    watcher.run(20)
    assert watcher.told == []
    watcher.prices(102)
    watcher.run(29)
    assert watcher.told == []
    watcher.run(1)
    assert watcher.told == [("fired", "101", "99")]


@pytest.mark.parametrize("operator", ["crosses-up", "crosses", ">="])
def test_a_restart_begins_a_hold_anew_as_any_gap(operator: str) -> None:
    watcher = Watcher(f"X last {operator} 100 for 30s", "X last >= 100 for 30s repeat 1m")
    watcher.prices(99, 101)
    watcher.run(20)
    later = watcher.restarted(after_s=60.0)
    later.run(40)
    assert later.told == [], "nobody knows what was meanwhile"
    later.prices(102)
    later.run(29)
    assert later.told == []
    later.run(1)
    assert later.told == [("fired", "101", "99")] * 2
    below = watcher.restarted(after_s=60.0)
    below.prices(99)
    below.run(60)
    assert below.told == []


def test_a_hold_goes_on_over_a_restart_where_the_last_trade_proves_it() -> None:
    watcher = Watcher("X last crosses-up 100 for 30s")
    watcher.prices(99, 101)
    last = Trade("X", number("101"), number("1"), watcher.utc_s)
    watcher.run(10)
    later = watcher.restarted(after_s=15.0)
    later.take(last)
    later.run(4)
    assert later.told == []
    twice = later.restarted(after_s=0.0)
    twice.take(last)
    twice.run(1)
    assert twice.told == [("fired", "101", "99")]
    long_after = watcher.restarted(after_s=600.0)
    long_after.take(last)
    assert long_after.told == [("crossed-offline", "101", "99")], "it was over before anybody could say so"
    assert long_after.firings[0].reason == "quotedesk was not running"
    long_after.prices(99, 102)
    long_after.run(30)
    assert long_after.told[1:] == [("fired", "102", "99")]


def test_at_least_holds_what_is_true_from_the_first() -> None:
    watcher = Watcher("X last >= 100 for 10s", "X last crosses-up 100 for 10s")
    watcher.prices(101)
    assert watcher.clear() == [("already", "101", "")]
    watcher.run(10)
    assert [(each.kind.value, each.rule) for each in watcher.firings[1:]] == [("already", watcher.rules[0])]


# -- jumps ------------------------------------------------------------------------------------------------------------


def test_one_wick_is_a_jump_and_changes_nothing() -> None:
    watcher = Watcher("X last crosses-down 90", "X last crosses-up 95")
    watcher.prices(94, 3, 94, 93)
    assert watcher.clear() == [("jump", "3", "94")]
    watcher.prices(89, 95)
    assert watcher.clear() == [("fired", "89", "93"), ("fired", "95", "89")]


def test_a_feed_that_flickers_says_it_once_a_minute() -> None:
    watcher = Watcher("X last crosses-down 90")
    watcher.prices(*[100, 3] * 30, every_s=1.0)
    assert watcher.told == [("jump", "3", "100")]
    watcher.prices(100, 3, every_s=1.0)
    assert len(watcher.told) == 2


def test_a_split_is_a_jump_for_what_is_calculated_too() -> None:
    watcher = Watcher("X change% <= -5 daily", "X spread_bp >= 500", "X change%/5m <= -5", "X volume crosses-up 5000")
    watcher.quote(last=100, prev_close=100, bid=99, ask=101, volume=1000)
    watcher.run(300)
    watcher.quote(last=101)
    watcher.quote(last=25, bid=24, ask=26, volume=9000)
    assert {(each.rule.field, each.kind.value, each.value.text) for each in watcher.firings} == {
        ("change%", "jump", "-75"),
        ("spread_bp", "jump", "800"),
        ("change%/5m", "jump", "-75"),
        ("volume", "fired", "9000"),
    }
    watcher.clear()
    watcher.quote(last=24)
    watcher.run(299)
    assert watcher.bell(2).state is BellState.NO_PRICE  # nothing is compared with a price before the split


def test_a_price_of_zero_is_a_jump() -> None:
    watcher = Watcher("X last crosses-down 100")
    watcher.take(Trade("X", number("120")), Trade("X", number("0")))
    assert watcher.told == [("jump", "0", "120")]


# -- hours, days, rest ------------------------------------------------------------------------------------------------


def test_a_snoozed_rule_rests_and_tells_afterwards_what_it_missed() -> None:
    watcher = Watcher("X last crosses-up 100")
    watcher.prices(99)
    watcher.evaluator.snooze(watcher.rules[0], watcher.utc_s + 60, watcher.now_s, watcher.utc_s)
    assert (watcher.bell().state, watcher.bell().until_utc_s) == (BellState.SNOOZED, watcher.utc_s + 60)
    watcher.prices(101)
    watcher.run(61)
    assert watcher.told == []
    watcher.prices(102)
    assert watcher.clear() == [("crossed-offline", "102", "99")]
    assert watcher.firings[-1].reason == "snoozed"


def test_a_snooze_with_no_price_in_it_is_no_gap() -> None:
    watcher = Watcher("X last crosses-up 100")
    watcher.prices(99)
    watcher.evaluator.snooze(watcher.rules[0], watcher.utc_s + 60, watcher.now_s, watcher.utc_s)
    watcher.run(61)
    watcher.prices(101)
    assert watcher.told == [("fired", "101", "99")]


def test_out_of_its_markets_hours_a_rule_says_until_when_it_rests() -> None:
    shop = MarketHours("Shop", re.compile("X"), ZoneInfo("Europe/Berlin"), ((0, 60),))  # Monday's first hour
    watcher = Watcher("X last >= 1", "X last >= 1 outside-hours", hours=Hours([shop]))
    watcher.run(1)
    rests, other = watcher.bell(0), watcher.bell(1)
    assert (rests.state, rests.reason) == (BellState.RESTING, "market opens Mon 00:00 (Berlin)")
    assert other.state is not BellState.RESTING


def test_a_rule_ends_with_its_last_day() -> None:
    watcher = Watcher("X last crosses-up 100 until 2025-11-24")
    watcher.prices(99)
    watcher.run(8 * 3600)
    assert (watcher.bell().state, watcher.bell().reason) == (BellState.SPENT, "its last day is over")
    watcher.prices(101)
    assert watcher.told == []


# -- other fields -----------------------------------------------------------------------------------------------------


def test_each_field_has_its_own_pairs() -> None:
    watcher = Watcher("X bid crosses-up 100", "X last crosses-up 100")
    watcher.quote(bid=99)
    watcher.quote(last=101)
    watcher.quote(bid=100)
    assert watcher.told == [("already", "101", ""), ("fired", "100", "99")]


def test_a_formula_is_looked_at_when_its_inputs_change() -> None:
    watcher = Watcher('X "last - prev_close" crosses 0 repeat 0s band 0', "X spread_bp >= 100")
    watcher.quote(last=101, prev_close=100, bid=100, ask=100.5)
    watcher.quote(last=99)
    watcher.quote(ask=102)
    watcher.quote(ask=None)
    watcher.quote(ask=100.5)
    assert watcher.told == [("fired", "-1", "1"), ("fired", "198.01980198", "49.875311721")]


def test_change_counts_from_what_the_feed_says_and_from_nothing_else() -> None:
    watcher = Watcher("X change% crosses-up 5 repeat 0s")
    watcher.prices(100, 106)
    assert watcher.told == []
    assert watcher.bell().state is BellState.NO_PRICE
    watcher.take(seeds=[Quote(code="X", prev_close=number("100"))])
    assert watcher.told == []
    watcher.prices(107)
    assert watcher.clear() == [("already", "7", "")]
    watcher.prices(104, 105)
    assert watcher.clear() == [("fired", "5", "4")]


def test_what_the_user_holds_is_an_input_and_an_edit_of_it_no_crossing() -> None:
    watcher = Watcher("X total_pl crosses 100 repeat 0s", "X position_value crosses-up 1200")
    watcher.prices(100)
    assert watcher.bell().state is BellState.NO_PRICE
    watcher.held = {"quantity": 10.0, "avg_cost": 95.0}
    watcher.again()
    watcher.prices(101)
    assert watcher.told == []
    watcher.held = {"quantity": 20.0, "avg_cost": 95.0}
    watcher.again()
    assert watcher.clear() == [("already", "2020", "")]
    watcher.prices("99.9")
    assert watcher.clear() == [("fired", "98", "120")]


def test_another_base_is_no_crossing() -> None:
    watcher = Watcher("X change% crosses 5 repeat 0s")
    watcher.quote(last=104, open=100)
    watcher.quote(prev_close=90)
    watcher.quote(last=105)
    assert watcher.told == []
    watcher.quote(last=94)
    assert [each[0] for each in watcher.told] == ["fired"]


def test_a_day_that_turns_takes_what_change_counts_from_along() -> None:
    watcher = Watcher("X change% crosses-up 5 daily")
    watcher.take(seeds=[Quote(code="X", prev_close=number("100"))])
    watcher.prices(104, 106)
    assert watcher.clear() == [("fired", "6", "4")]
    watcher.run(8 * 3600 + 1)  # past midnight UTC
    assert watcher.evaluator.ran_out == [X]
    watcher.prices(111)
    assert watcher.bell().state is BellState.NO_PRICE
    watcher.take(seeds=[Quote(code="X", prev_close=number("110"))])
    watcher.prices(114, 116)
    assert [each[0] for each in watcher.clear()] == ["fired"]


def test_a_change_in_a_while_needs_that_while() -> None:
    watcher = Watcher("X change%/5m >= 5 repeat 0s")
    watcher.prices(100)
    watcher.run(200)
    watcher.prices(106)
    assert watcher.bell().state is BellState.NO_PRICE
    watcher.run(99)
    watcher.prices(106)
    assert watcher.told == []
    watcher.run(1)
    watcher.prices(107)
    assert watcher.clear() == [("already", "7", "")]
    watcher.run(301)
    watcher.prices(108)  # from 107, five minutes ago
    assert watcher.told == []
    watcher.prices(113)
    assert [each[0] for each in watcher.clear()] == ["fired"]
    watcher.gap()
    watcher.prices(150)
    watcher.run(299)
    watcher.prices(160)
    assert watcher.clear() == []


def test_new_highs_are_those_of_the_day() -> None:
    watcher = Watcher("X last new-high repeat 0s", "X last new-low")
    watcher.quote(last=100, high=105, low=95)
    watcher.prices(104, 105, 96)
    assert watcher.told == []
    watcher.prices("105.5", "105.6", "105.55", "105.7")
    assert watcher.clear() == [("fired", "105.5", "96")]
    watcher.prices(105, 106, 94)
    assert watcher.clear() == [("fired", "106", "105"), ("fired", "94", "106")]


def test_the_first_price_of_a_day_is_no_new_high() -> None:
    watcher = Watcher("X last new-high daily")
    watcher.prices(100, 101)
    assert watcher.clear() == [("fired", "101", "100")]
    watcher.run(8 * 3600 + 60)
    watcher.prices(110)
    assert watcher.clear() == []
    watcher.prices(111)
    assert watcher.clear() == [("fired", "111", "110")]


def test_a_wrong_price_is_no_high_to_be_exceeded() -> None:
    watcher = Watcher("X last new-high")
    watcher.prices(100, 900, 101, 102)
    assert watcher.clear() == [("jump", "900", "100"), ("fired", "102", "101")]


def test_a_high_made_offline_is_told_as_such() -> None:
    watcher = Watcher("X last new-high")
    watcher.prices(100, 99)
    watcher.gap()
    watcher.quote(last=102, high=103)
    assert watcher.clear() == [("crossed-offline", "102", "99")]
    watcher.prices("102.5")
    assert watcher.clear() == []
    watcher.prices(104)
    assert watcher.clear() == [("fired", "104", "102.5")]


def test_silence_is_a_reason() -> None:
    watcher = Watcher("X age >= 30s repeat 0s")
    watcher.prices(100)
    watcher.run(29)
    watcher.quote(bid=99)
    watcher.run(29)
    assert watcher.told == []
    watcher.run(60)
    assert watcher.clear() == [("fired", "30.0", "")]
    watcher.prices(100)
    watcher.run(29)
    assert watcher.told == []
    watcher.run(2)
    assert watcher.clear() == [("fired", "30.0", "")]


def test_a_cut_link_is_silent_too_and_a_parked_symbol_is_not() -> None:
    watcher = Watcher("X age >= 30s repeat 0s")
    watcher.state(RowState.OFFLINE, "Connection lost")
    watcher.run(31)
    assert len(watcher.clear()) == 1
    parked = Watcher("X age >= 30s")
    parked.state(RowState.PARKED, "the plan has room for 5")
    parked.run(60)
    assert parked.told == []
    assert (parked.bell().state, parked.bell().reason) == (BellState.PARKED, "the plan has room for 5")


def test_an_edited_note_costs_a_rule_nothing() -> None:
    watcher = Watcher("X last crosses-up 100")
    watcher.prices(105)
    watcher.clear()
    watcher.prices(99, 101)
    assert len(watcher.clear()) == 1
    watcher.watch('X last crosses-up 100 note "sell"')
    assert watcher.bell().state is BellState.SPENT
    watcher.watch("X last crosses-up 102")
    watcher.prices(102)
    assert watcher.clear() == [("fired", "102", "101")]


def test_a_formula_that_is_gone_is_a_fault_and_one_that_is_edited_begins_anew() -> None:
    watcher = Watcher("X spread_bp crosses-up 100 repeat 0s")
    watcher.quote(bid=100, ask=100.5)
    watcher.formulas = {"spread_bp": "spread * 1000"}
    watcher.again()
    assert watcher.clear() == [("already", "500", "")]
    watcher.formulas = {}
    watcher.again()
    assert "spread_bp" in watcher.evaluator.faults[watcher.rules[0]]
    assert watcher.bell().state is BellState.NO_PRICE
    watcher.quote(ask=100.05)
    watcher.quote(ask=100.6)
    assert watcher.told == []


def test_ten_thousand_rules_are_told_apart() -> None:
    watcher = Watcher(*[f"X last crosses-up {level}" for level in range(10_001, 20_001)])
    watcher.prices(12_000, 12_003)
    assert [each[0] for each in watcher.clear()] == ["already"] * 2_000 + ["fired"] * 3
    watcher.prices(12_500)
    assert len(watcher.clear()) == 497


# -- the slow model ---------------------------------------------------------------------------------------------------


@dataclass
class SlowRule:
    """One rule that looks at each price, with nothing spared. Prices of one stretch only are pairs."""

    rule: AlertRule
    band: float
    told: list[tuple[str, float, float]] = field(default_factory=list)
    before: float = math.nan
    lost: float = math.nan  # the last price before the gap
    seen_any: bool = False
    phase: str = "armed"
    pause_until_s: float = -1.0
    was_back: bool = False
    hold: tuple[str, float, float, float] | None = None  # kind, pair, until when
    hold_sign: int = 0
    jump_told_s: float = -1e9

    def crosses(self, before: float, value: float) -> int:
        up = before < self.rule.level <= value
        down = before > self.rule.level >= value
        match self.rule.operator:
            case Operator.CROSSES:
                return int(up) - int(down)
            case Operator.CROSSES_UP | Operator.AT_LEAST:
                return int(up)
            case _:
                return -int(down)

    def is_true(self, value: float, sign: int) -> bool:
        return value >= self.rule.level if sign > 0 else value <= self.rule.level

    @property
    def side(self) -> int:
        if self.rule.operator is Operator.CROSSES:
            return 0
        return 1 if self.rule.operator in (Operator.CROSSES_UP, Operator.AT_LEAST) else -1

    def gap(self) -> None:
        if not math.isnan(self.before):
            self.lost = self.lost if not math.isnan(self.lost) else self.before
        self.before = math.nan
        if self.hold is not None:
            self.hold = (*self.hold[:3], math.inf)

    def restart(self) -> None:
        self.gap()
        self.jump_told_s = -1e9

    def passed(self, now_s: float) -> None:
        if self.phase == "holding" and self.hold is not None and now_s >= self.hold[3]:
            kind, before, value, _ = self.hold
            self.fire(kind, before, value, now_s)
        if self.phase == "cooling" and self.was_back and now_s >= self.pause_until_s:
            self.phase = "armed"

    def fire(self, kind: str, before: float, value: float, now_s: float) -> None:
        self.told.append((kind, before, value))
        if kind != "fired":
            self.phase = "armed"
        elif self.rule.frequency is Frequency.ONCE:
            self.phase = "spent"
        else:
            self.phase, self.was_back, self.pause_until_s = "cooling", False, now_s + self.rule.pause_s

    def price(self, value: float, now_s: float) -> None:
        level, rule = self.rule.level, self.rule
        if math.isnan(self.before):
            if self.phase == "armed":
                if not math.isnan(self.lost):
                    if self.crosses(self.lost, value):
                        self.told.append(("crossed-offline", self.lost, value))
                elif not self.seen_any and self.side and self.is_true(value, self.side):
                    if rule.hold_s and rule.operator in (Operator.AT_LEAST, Operator.AT_MOST):
                        self.phase, self.hold_sign = "holding", self.side
                        self.hold = ("already", math.nan, value, now_s + rule.hold_s)
                    else:
                        self.told.append(("already", math.nan, value))
            elif self.phase == "holding" and self.hold is not None:
                if self.is_true(value, self.hold_sign):
                    self.hold = (*self.hold[:3], now_s + rule.hold_s)
                else:
                    self.phase = "armed"
        else:
            self.passed(now_s)
            if self.phase == "holding" and not self.is_true(value, self.hold_sign):
                self.phase = "armed"
            sign = self.crosses(self.before, value)
            if sign and self.phase == "armed":
                if abs(value - self.before) > 0.4 * abs(self.before):
                    if now_s >= self.jump_told_s + 60:
                        self.jump_told_s = now_s
                        self.told.append(("jump", self.before, value))
                elif rule.hold_s:
                    self.phase, self.hold_sign = "holding", sign
                    self.hold = ("fired", self.before, value, now_s + rule.hold_s)
                else:
                    self.fire("fired", self.before, value, now_s)
        self.seen_any, self.lost, self.before = True, math.nan, value
        if self.phase == "cooling":
            below, above = value <= level - self.band, value >= level + self.band
            if below if self.side > 0 else above if self.side < 0 else below or above:
                self.was_back = True
            if self.was_back and now_s >= self.pause_until_s:
                self.phase = "armed"


LEVELS = st.integers(97, 103)
RULES = st.builds(
    "X last {} {}{} {} band {}".format,
    st.sampled_from(["crosses", "crosses-up", "crosses-down", ">=", "<="]),
    LEVELS,
    st.sampled_from(["", " for 1s", " for 3s"]),
    st.sampled_from(["once", "repeat 0s", "repeat 3s"]),
    st.sampled_from(["0", "1", "2.5"]),
)
EVENTS = st.one_of(
    st.integers(94, 106),
    st.integers(98, 102),
    st.integers(98, 102),
    st.just("second"),
    st.sampled_from(
        ["gap", "halted", "withdrawn", "slept", "restarted", "second", "third of a second", "wick", "doubled", "late"]
    ),
)


@given(rules=st.lists(RULES, min_size=1, max_size=6, unique=True), events=st.lists(EVENTS, max_size=60))
@settings(max_examples=300, deadline=None)
def test_the_slow_model_tells_the_same(rules: list[str], events: list[object]) -> None:
    watcher = Watcher(*rules)
    slow = [SlowRule(rule, float(rule.band or 0)) for rule in watcher.rules]
    price, firings, early_s = 100, list[Firing](), 0.0

    def now_s() -> float:
        return early_s + watcher.now_s

    for event in events:
        match event:
            case "gap":
                watcher.gap()
                for each in slow:
                    each.gap()
            case "halted":
                watcher.state(RowState.HALTED)
                watcher.prices(97, 103)
                watcher.state(RowState.LIVE)
                for each in slow:
                    each.gap()
            case "withdrawn":
                watcher.quote(last=None)
                for each in slow:
                    each.gap()
            case "slept":
                watcher.utc_at_0_s += 600
                watcher.run(1)
                for each in slow:
                    each.gap()
                    each.passed(now_s())
            case "restarted":
                firings += watcher.firings
                early_s += watcher.now_s
                watcher = watcher.restarted(after_s=60.0)
                for each in slow:
                    each.restart()
            case "second":
                watcher.run(1)
                for each in slow:
                    each.passed(now_s())
            case "third of a second":
                watcher.now_s += 1 / 3
            case "late":
                if watcher.told:  # else it is the first
                    watcher.take(Trade("X", number("103"), time_utc_s=watcher.utc_s - 10_000))
            case _:
                price = {"wick": 3, "doubled": price}.get(str(event), event)  # type: ignore[call-overload]
                watcher.prices(price)
                for each in slow:
                    each.price(float(price), now_s())
    for rule, each in zip(watcher.rules, slow, strict=True):
        found = [
            (firing.kind.value, firing.before.value, firing.value.value)
            for firing in [*firings, *watcher.firings]
            if firing.rule == rule
        ]
        assert repr(found) == repr(each.told), rule.text


@given(
    levels=st.lists(st.integers(90, 110), min_size=1, max_size=30, unique=True),
    prices=st.lists(st.one_of(st.integers(85, 115), st.none()), max_size=80),
)
@settings(max_examples=200, deadline=None)
def test_no_crossing_inside_a_stretch_is_missed_and_none_is_over_a_gap(
    levels: list[int], prices: list[int | None]
) -> None:
    watcher = Watcher(*[f"X last crosses {level} repeat 0s band 0" for level in levels])
    expected: set[tuple[int, int, int, int]] = set()
    before = None
    found: set[tuple[int, int, int, int]] = set()
    for at, price in enumerate(prices):
        watcher.firings.clear()
        if price is None:
            watcher.gap()
        else:
            watcher.prices(price)
            expected |= {
                (at, level, before, price)
                for level in levels
                if before is not None and (before < level <= price or before > level >= price)
            }
        found |= {
            (at, int(each.rule.level), int(each.before.value), int(each.value.value))
            for each in watcher.firings
            if each.kind.value == "fired"
        }
        before = price
    assert found == expected


@given(prices=st.lists(st.one_of(st.integers(90, 110), st.integers(90, 110), st.none()), max_size=60))
@settings(max_examples=100, deadline=None)
def test_each_new_high_and_low_fires_and_one_made_offline_is_told(prices: list[int | None]) -> None:
    watcher = Watcher("X last new-high repeat 0s band 0", "X last new-low repeat 0s band 0")
    expected: list[tuple[str, str, str]] = []
    before: int | None = None
    newest: int | None = None
    high = low = math.nan
    for price in prices:
        if price is None:
            watcher.gap()
            before = None
            continue
        watcher.prices(price)
        kind = "fired" if before is not None else "crossed-offline"
        expected += [(kind, str(price), str(newest))] * ((price > high) + (price < low))
        high, low = max(price, high), min(price, low)  # of NaN the first argument
        before = newest = price
    assert watcher.told == expected

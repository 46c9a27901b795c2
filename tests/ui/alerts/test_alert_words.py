"""What rules and bells say."""

import math

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.market.instrument import Instrument
from quotedesk.ui.alerts.alert_words import (
    MAIN,
    OFF_UTC_S,
    bell_word,
    bells_word,
    distance,
    level_label,
    short_text,
)
from quotedesk.ui.table.numbers import date, time_of_day
from tests.fakes.alerting import rule

AT = 1_764_000_067.0


def test_a_bell_says_until_when_and_why() -> None:
    until = time_of_day(AT)[:5]
    assert bell_word(Bell(BellState.ARMED), AT) == "Armed"
    assert bell_word(Bell(BellState.COOLING, "", AT), AT) == f"Cooling until {until}"
    assert bell_word(Bell(BellState.SNOOZED, "", AT + 90_000), AT).startswith(f"Snoozed until {date(AT + 90_000)}")
    assert bell_word(Bell(BellState.SNOOZED, "", OFF_UTC_S), AT) == "Switched off"
    assert bell_word(Bell(BellState.NO_PRICE, "the link is lost"), AT) == "No live price: the link is lost"


def test_a_rule_of_several_symbols_counts_its_bells() -> None:
    armed, refused, parked = Bell(BellState.ARMED), Bell(BellState.NO_PRICE, "x"), Bell(BellState.PARKED)
    assert bells_word([refused, *[armed] * 16], AT) == "Armed on 16; 1 without price"
    assert bells_word([refused], AT) == "No live price: x"
    cooling = Bell(BellState.COOLING, "", AT)
    assert bells_word([parked, cooling, refused, Bell(BellState.SPENT)], AT) == (
        "Cooling on 1; 1 without price; 1 parked; 1 over"
    )
    assert bells_word([cooling, cooling], AT) == bell_word(cooling, AT)
    assert bells_word([cooling, Bell(BellState.COOLING, "it fired today")], AT) == "Cooling"
    assert set(MAIN) == set(BellState)


def test_distance_is_from_now_to_the_level() -> None:
    up = rule("A.US last crosses-up 110")
    assert distance(up, 100.0, 2) == "10.00 (10.00 %) above"
    assert distance(up, 220.0, 2) == "110.00 (50.00 %) below"
    assert distance(up, 110.0, 2) == "at the level"
    assert distance(up, math.nan, 2) == ""
    assert distance(rule("A.US change% >= 3"), 1.0, 2) == "2.00 points above"
    assert distance(rule("A.US age >= 90s"), 30.0, 0) == "1 m left"
    assert distance(rule("A.US last new-high"), 30.0, 0) == ""


def test_a_line_on_a_chart_says_in_few_words_what_it_waits_for() -> None:
    texts = {
        "BTC-USD last crosses-up 60000 repeat 15m sound bell": "Rises to 60,000",
        "BTC-USD bid <= 4300.5": "Bid at most 4,300.5",
        'BTC-USD last crosses 60000 note "sell a third"': "sell a third",
    }
    assert {text: level_label(rule(text)) for text in texts} == texts


def test_a_rule_needs_no_symbol_beside_that_symbol() -> None:
    made = rule("A.US last crosses-up 110 daily")
    assert short_text(made, Instrument("demo", "A.US")) == "last crosses-up 110 daily"
    assert short_text(made, Instrument("demo", "B.US")) == made.text

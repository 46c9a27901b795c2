"""What alerts say: all that a trader asks, in one line, and no number that nobody knows."""

import math

import pytest

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.alerts.firing import FiringKind
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN
from quotedesk.ui.alerts.alert_words import OFF_UTC_S, bell_word, distance, said, short_text
from quotedesk.ui.table.numbers import date, time_of_day
from tests.fakes.alerting import firing, rule

AT = 1_764_000_067.0
CLOCK = time_of_day(AT)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("BTC-USD@coinbase last crosses-up 60000", f"BTC-USD@coinbase rose to 60,000 at {CLOCK}"),
        ("BTC-USD@coinbase bid crosses-down 60000.5", f"BTC-USD@coinbase bid fell to 60,000.5 at {CLOCK}"),
        ("NVDA.US change% >= 5", f"NVDA.US@demo change% is at least 5 % at {CLOCK}"),
        ("NVDA.US last new-high", f"NVDA.US@demo made a new high at {CLOCK}"),
        ("NVDA.US age >= 90s", f"NVDA.US@demo has had no price for 90s at {CLOCK}"),
    ],
)
def test_a_firing_says_what_reached_which_level_and_when(text: str, what: str) -> None:
    assert said(firing(text)).what == what
    assert said(firing(text)).more == "60,001.20 (59,998.40 before)"


def test_what_is_no_alarm_says_what_it_is() -> None:
    offline = firing(
        "A.US last crosses 5",
        kind=FiringKind.CROSSED_OFFLINE,
        since_utc_s=AT - 780,
        until_utc_s=AT,
        reason="the link was lost",
    )
    begin, end = time_of_day(AT - 780)[:5], CLOCK[:5]
    assert said(offline).what == f"A.US@demo crossed 5 while offline, {begin} to {end} (the link was lost)"
    days = firing("A.US last crosses 5", kind=FiringKind.CROSSED_OFFLINE, since_utc_s=AT - 200_000, until_utc_s=AT)
    assert f", {date(AT - 200_000)} " in said(days).what
    assert "beyond 5 already" in said(firing("A.US last crosses 5", kind=FiringKind.ALREADY)).what
    jump = firing("A.US last crosses 150", value="100", before="200", kind=FiringKind.JUMP)
    assert said(jump).what.startswith("A.US@demo jumped from 200 to 100 (\N{MINUS SIGN}50 %): a split")


def test_what_is_unknown_is_left_out_and_a_note_is_plain() -> None:
    bare = firing('A.US last crosses 5 note "sell <b>half</b>"', value="", before="", at_utc_s=math.nan)
    assert bare.value == UNKNOWN
    assert said(bare, "demo").whole == "A.US crossed 5: sell <b>half</b>"


def test_a_bell_says_until_when_and_why() -> None:
    until = time_of_day(AT)[:5]
    assert bell_word(Bell(BellState.ARMED), AT) == "Armed"
    assert bell_word(Bell(BellState.COOLING, "", AT), AT) == f"Cooling until {until}"
    assert bell_word(Bell(BellState.SNOOZED, "", AT + 90_000), AT).startswith(f"Snoozed until {date(AT + 90_000)}")
    assert bell_word(Bell(BellState.SNOOZED, "", OFF_UTC_S), AT) == "Switched off"
    assert bell_word(Bell(BellState.NO_PRICE, "the link is lost"), AT) == "No live price: the link is lost"


def test_distance_is_from_now_to_the_level() -> None:
    up = rule("A.US last crosses-up 110")
    assert distance(up, 100.0, 2) == "10.00 (10.00 %) above"
    assert distance(up, 220.0, 2) == "110.00 (50.00 %) below"
    assert distance(up, 110.0, 2) == "at the level"
    assert distance(up, math.nan, 2) == ""
    assert distance(rule("A.US change% >= 3"), 1.0, 2) == "2.00 points above"
    assert distance(rule("A.US age >= 90s"), 30.0, 0) == "1 m left"
    assert distance(rule("A.US last new-high"), 30.0, 0) == ""


def test_a_rule_needs_no_symbol_beside_that_symbol() -> None:
    made = rule("A.US last crosses-up 110 daily")
    assert short_text(made, Instrument("demo", "A.US")) == "last crosses-up 110 daily"
    assert short_text(made, Instrument("demo", "B.US")) == made.text

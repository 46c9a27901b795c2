"""What firings say: all that a trader asks, in one line, and no number that nobody knows or may be shown."""

import math

import pytest

from quotedesk.alerts.firing import FiringKind
from quotedesk.alerts.firing_words import said
from quotedesk.formats.written import HIDDEN, date, time_of_day
from quotedesk.market.number import UNKNOWN
from tests.fakes.alerting import firing

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
        since_utc_s=AT,
        until_utc_s=AT + 780,  # within a quarter of an hour: of no zone's midnight
        reason="the link was lost",
    )
    begin, end = CLOCK[:5], time_of_day(AT + 780)[:5]
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


@pytest.mark.parametrize("kind", FiringKind)
def test_no_amount_is_said_while_they_are_hidden(kind: FiringKind) -> None:
    fired = firing('A.US "total_pl - 7000" crosses 5000 band 250 note "sell"', kind=kind)
    told = said(fired, is_hidden=True)
    line = fired.rule.line(HIDDEN)
    for number in ("7000", "5000", "5,000", "250", "60", "59"):
        assert number not in told.whole.replace(CLOCK, "") + line
    assert told.more == "amounts are hidden \N{MIDDLE DOT} sell"
    assert line == f'A.US@demo "total_pl - {HIDDEN}" crosses {HIDDEN} band {HIDDEN} note "sell"'

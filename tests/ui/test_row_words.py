"""What a row's tooltip says."""

import math

import pytest

from quotedesk.feed.states import RowState
from quotedesk.market.instrument import Instrument
from quotedesk.market.tick import Tick
from quotedesk.store.quotes import Quotes
from quotedesk.ui.columns import Reading, read
from quotedesk.ui.row_words import still, tip
from tests.fakes.clock import FakeClock

GOLD = Instrument("demo", "GOLD")


def reading(state: RowState, now_s: float, words: str = "", ticked: bool = False, time_s: float = math.nan) -> Reading:
    quotes = Quotes()
    slots = quotes.slots([GOLD])
    if ticked:
        quotes.apply("demo", [Tick("GOLD", 10.0, 2, 3.0, 0, time_s)], 0.0)
    quotes.mark(slots, state, 0.0)
    quotes.say(int(slots[0]), words)
    return read(quotes, GOLD, now_s)


@pytest.mark.parametrize(
    ("state", "now_s", "words", "others", "said"),
    [
        (RowState.PENDING, 5, "", True, "waiting for the first tick"),
        (RowState.PENDING, 15, "", False, "no tick yet, 15 s after it was asked for"),
        (
            RowState.PENDING,
            15,
            "",
            True,
            "no tick yet, 15 s after it was asked for; others tick, so your plan may not include it",
        ),
        (RowState.LIVE, 1, "", True, "live"),
        (RowState.OFFLINE, 9, "", True, "offline. The link was cut."),
        (RowState.REFUSED, 9, "code <b>invalid</b>", True, "refused. code <b>invalid</b>"),
        (RowState.REFUSED, 9, "", True, "refused by the server"),
    ],
)
def test_a_still_row_says_why(state: RowState, now_s: float, words: str, others: bool, said: str) -> None:
    assert still(reading(state, now_s, words), "The link was cut.", others) == said


def test_a_quiet_row_says_how_old_its_tick_is_and_that_the_link_is_proven() -> None:
    said = still(reading(RowState.QUIET, 29, ticked=True), "", True)
    assert said == "quiet, last tick 29 s ago; the link is proven alive"


def test_the_tip_tells_the_base_of_the_change_and_the_zone_of_the_time() -> None:
    lines = tip(reading(RowState.LIVE, 5, ticked=True, time_s=1_764_000_000), FakeClock(), "", True).splitlines()
    assert lines[0] == "GOLD: live"
    assert lines[1].startswith("Chg counts from 10.00, the first price seen in this run, since ")
    assert lines[3].startswith("Exchange time: 2025-11-2")


def test_without_an_exchange_time_the_tip_says_so() -> None:
    assert "gives no exchange time" in tip(reading(RowState.LIVE, 5, ticked=True), FakeClock(), "", True)


def test_a_price_of_an_earlier_run_is_told_as_such() -> None:
    quotes = Quotes()
    quotes.remember(GOLD, 10.0, 2, 1_764_000_000.0)
    said = tip(read(quotes, GOLD, 5.0), FakeClock(), "", False)
    assert "The price is the last one of an earlier run, until a tick comes" in said
    assert "Chg counts" not in said
    assert "Exchange time: 2025-11-24" in said
    quotes.remember(GOLD, 10.0, 2, math.nan)
    assert "received at" not in tip(read(quotes, GOLD, 5.0), FakeClock(), "", False)

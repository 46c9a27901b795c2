"""What a row's tooltip says."""

import math

import pytest

from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.history import Bar
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import LAST, RowSnapshot, read
from quotedesk.ui.table.row_text import continued, proven, spoken, still, tip
from tests.fakes.clock import FakeClock

GOLD = Instrument("demo", "GOLD")


def reading(
    state: RowState, now_s: float, words: str = "", ticked: bool = False, time_s: float = math.nan
) -> RowSnapshot:
    quotes = Quotes()
    quotes.slot(GOLD)
    trades = [Trade("GOLD", number("10.00"), number("3"), time_s)] if ticked else []
    quotes.apply(Batch("demo", [*trades], 0.0, (), (RowStatus("GOLD", state, 0.0, words),)))
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
        (
            RowState.PENDING,
            15,
            "the newest price is none",
            False,
            "no tick yet, 15 s after it was asked for. The newest price is none",
        ),
        (RowState.PENDING, 15, "asked for, no answer yet", False, "no tick yet, 15 s after it was asked for"),
        (RowState.CLOSED, 9, "why", True, "closed: out of its market's hours. The last price stays. Why"),
        (RowState.LIVE, 1, "", True, "live"),
        (RowState.OFFLINE, 9, "The link was cut.", True, "offline. The link was cut."),
        (RowState.OFFLINE, 9, "", True, "offline"),
        (RowState.REFUSED, 9, "code <b>invalid</b>", True, "refused. code <b>invalid</b>"),
        (RowState.REFUSED, 9, "", True, "refused"),
        (RowState.PARKED, 9, "the plan has room for 5", True, "parked: the plan has room for 5"),
    ],
)
def test_a_still_row_says_why(state: RowState, now_s: float, words: str, others: bool, said: str) -> None:
    assert still(reading(state, now_s, words), others) == said


def test_a_quiet_row_says_how_old_its_tick_is_and_that_the_link_is_proven() -> None:
    said = still(reading(RowState.QUIET, 29, ticked=True), True)
    assert said == "quiet, last trade 29 s ago; the link is proven alive"


def test_the_tip_tells_the_base_of_the_change_and_the_zone_of_the_time() -> None:
    lines = tip(reading(RowState.LIVE, 5, ticked=True, time_s=1_764_000_000), FakeClock(), True).splitlines()
    assert lines[0] == "GOLD: live"
    assert lines[1].startswith("Chg counts from 10.00, the first price seen in this run, since ")
    assert lines[3].startswith("Exchange time: 2025-11-2")


def test_without_an_exchange_time_the_tip_says_so() -> None:
    assert "gives no exchange time" in tip(reading(RowState.LIVE, 5, ticked=True), FakeClock(), True)


def test_a_price_of_an_earlier_run_is_told_as_such() -> None:
    quotes = Quotes()
    quotes.remember(GOLD, 10.0, 2, 1_764_000_000.0)
    said = tip(read(quotes, GOLD, 5.0), FakeClock(), False)
    assert "The price is the last one of an earlier run, until one comes" in said
    assert "Chg counts" not in said
    assert "Exchange time: 2025-11-2" in said  # the 24th or 25th, by the zone
    quotes.remember(GOLD, 10.0, 2, math.nan)
    assert "received at" not in tip(read(quotes, GOLD, 5.0), FakeClock(), False)


@pytest.mark.parametrize(("bar_s", "length"), [(15.0, "15 s"), (60.0, "1 min"), (300.0, "5 min")])
def test_the_tip_tells_which_part_of_the_line_is_from_candles(bar_s: float, length: str) -> None:
    seen = reading(RowState.LIVE, 5, ticked=True)
    assert "candles" not in tip(seen, FakeClock(), True)
    seen.quotes.seed_past(GOLD, [Bar(-bar_s, bar_s, 1.0, 1.0, 1.0, 1.0)], 5.0)
    seen.quotes.set_span(86_400.0, 5.0)
    began = numbers.time_of_day(FakeClock().utc_s(0.0))
    said = f"The line is from candles of {length} until {began}, then from prices"
    assert said in tip(seen, FakeClock(), True).splitlines()


def test_the_tip_tells_each_step_of_the_proof() -> None:
    clock = FakeClock()
    trace = Trace(1000.0, 1000.057, 16, 1000.114, 1000.31)
    said = tip(reading(RowState.LIVE, 1001.0), clock, True, trace, Continuity(1234, 2, 1, 42.0)).splitlines()
    wanted, sent, acknowledged, first, continuity = said[-5:]
    assert wanted == f"Wanted {numbers.time_of_day_ms(clock.utc_s(1000.0))}"
    assert sent == "Sent +0.057 s: with 15 more in one request"
    assert acknowledged == "Acknowledged +0.114 s: proves the request, not each symbol"
    assert first == "First tick +0.310 s: proves the symbol"
    assert continuity == "1,234 ticks, 2 duplicates dropped, 1 gap, 00:42 in all"


def test_the_proof_ends_where_the_wire_is() -> None:
    clock = FakeClock()
    assert [step for step, _, _ in proven(Trace(1000.0), 1015.0, clock)] == ["Wanted"]
    assert proven(Trace(1000.0, 1000.0, 1), 1015.0, clock)[1:] == [
        ("Sent", "+0.000 s", ""),
        ("First tick", "none in 15 s so far", ""),
    ]


def test_a_gap_that_lasts_is_counted_while_it_does() -> None:
    assert continued(Continuity(5, 0, 0, 0.0, 990.0), 1000.0) == "5 ticks, 1 gap, 00:10 in all"
    assert continued(Continuity(5), 1000.0) == "5 ticks"
    assert continued(Continuity(5, 0, 2, 100.0), 1000.0) == "5 ticks, 2 gaps, 01:40 in all"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RowState.CLOSED, "closed: out of its market's hours. The last price stays"),
        (RowState.STALE, "stale, last trade 2 m ago: much longer than usual, and its market is open"),
    ],
)
def test_a_closed_and_a_stale_row_say_what_that_means(state: RowState, words: str) -> None:
    assert still(reading(state, 125, ticked=True), True) == words


def quoted(**said: str) -> Quotes:
    quotes = Quotes()
    quotes.slot(GOLD)
    numbers_said = {name: number(text) for name, text in said.items()}
    quotes.apply(Batch("demo", [Quote(code="GOLD", **numbers_said)], 0.0, (), (RowStatus("GOLD", RowState.LIVE, 0.0),)))
    return quotes


def told(quotes: Quotes) -> list[str]:
    return tip(read(quotes, GOLD, 2.0), FakeClock(), True).splitlines()


def test_a_base_is_told_with_its_day_and_who_said_so() -> None:
    quotes = quoted(last="10.00", prev_close="9.5")
    assert "Chg counts from 9.50, the previous close, by the feed" in told(quotes)
    quotes.set_prev_close(GOLD, number("9.40"), FakeClock().utc_s(-86_400.0), "AllTick's daily candles")
    day = numbers.date(FakeClock().utc_s(-86_400.0))
    assert f"Chg counts from 9.40, the previous close of {day}, by AllTick's daily candles" in told(quotes)
    window = told(quoted(last="10.00", open_24h="9.5"))
    assert any(line.startswith(f"Chg counts from 9.50, the price 24 hours ago: {day} ") for line in window)


def test_a_base_that_is_awaited_is_told_and_no_change_is_shown() -> None:
    quotes = quoted(last="10.00")
    quotes.await_bases([GOLD])
    assert any(line.startswith("Chg is not known until") for line in told(quotes))
    assert math.isnan(read(quotes, GOLD, 2.0).change)


def test_a_price_that_its_cell_rounds_is_told_as_the_feed_wrote_it() -> None:
    assert "The feed wrote 101.30000000000001" in told(quoted(last="101.30000000000001"))
    assert "The feed wrote 1.5e30" in told(quoted(last="1.5e30"))
    assert not [line for line in told(quoted(last="101.30")) if line.startswith("The feed wrote")]


def test_the_days_high_is_told_and_spoken() -> None:
    quotes = quoted(last="10.00", high="10.00", low="9.00")
    assert any("At the highest price of the day" in line for line in told(quotes))
    quotes.apply(Batch("demo", [Trade("GOLD", number("9.00"))], 1.0))
    assert spoken(read(quotes, GOLD, 2.0), LAST) == "9.00, down, the day's low"

"""When markets trade."""

import math
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.config import hours_file
from quotedesk.market.hours import Hours, MarketHours

LOADED, _ = hours_file.load("alltick")
DAY = 24 * 60
NEW_YORK = MarketHours(
    "US", re.compile(r".+\.US"), ZoneInfo("America/New_York"), tuple((d * DAY + 570, d * DAY + 960) for d in range(5))
)
SUNDAY_EVENING = MarketHours("FX", re.compile("EURUSD"), ZoneInfo("UTC"), ((6 * DAY + 22 * 60, 6 * DAY + 46 * 60),))


def utc_s(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2025-12-01 14:29:59", False),
        ("2025-12-01 14:30:00", True),
        ("2025-12-01 20:59:59", True),
        ("2025-12-01 21:00:00", False),
        ("2025-07-01 13:30:00", True),  # summer time there
        ("2025-07-01 20:00:00", False),
        ("2025-12-06 15:00:00", False),  # a Saturday
    ],
)
def test_a_market_opens_and_closes_by_its_own_clock(when: str, is_open: bool) -> None:
    assert NEW_YORK.is_open(utc_s(when)) is is_open


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2025-12-07 21:59:59", False),
        ("2025-12-07 22:00:00", True),  # Sunday evening
        ("2025-12-08 21:59:59", True),  # over the end of the week
        ("2025-12-08 22:00:00", False),
    ],
)
def test_a_session_may_last_into_the_next_week(when: str, is_open: bool) -> None:
    assert SUNDAY_EVENING.is_open(utc_s(when)) is is_open


def test_each_symbol_has_its_market_and_one_without_is_always_open() -> None:
    hours = Hours([NEW_YORK, SUNDAY_EVENING])
    saturday_s = utc_s("2025-12-06 15:00:00")
    assert [hours.is_open(code, saturday_s) for code in ("A.US", "EURUSD", "BTCUSDT")] == [False, False, True]
    assert hours.market("A.US") is NEW_YORK
    assert hours.market("BTCUSDT") is hours.market("EURUSDX") is None


@given(st.floats() | st.sampled_from([math.nan, math.inf, 1e300]))
def test_a_time_that_is_none_closes_nothing(time_s: float) -> None:
    assert NEW_YORK.is_open(time_s) in (True, False)
    assert NEW_YORK.is_open(math.nan)


@pytest.mark.parametrize(
    ("code", "at", "began"),
    [
        ("AAPL.US", "2026-11-24T15:00Z", "2026-11-24T14:30Z"),
        ("AAPL.US", "2026-11-24T14:29Z", "2026-11-23T14:30Z"),
        ("AAPL.US", "2026-11-29T12:00Z", "2026-11-27T14:30Z"),  # a Sunday
        ("AAPL.US", "2026-07-24T13:30Z", "2026-07-24T13:30Z"),  # summer time
        ("700.HK", "2026-11-24T06:00Z", "2026-11-24T01:30Z"),  # after the break
        ("EURUSD", "2026-11-25T21:59Z", "2026-11-24T22:00Z"),
        ("EURUSD", "2026-11-25T22:00Z", "2026-11-25T22:00Z"),
        ("BTCUSDT", "2026-11-25T22:00Z", "2026-11-25T00:00Z"),
    ],
)
def test_a_trading_day_begins_at_the_first_opening_of_the_day_by_the_markets_clock(
    code: str, at: str, began: str
) -> None:
    hours = hours_file.load("alltick")[0]
    assert hours.day_start(code, datetime.fromisoformat(at).timestamp()) == datetime.fromisoformat(began).timestamp()


def test_no_time_is_in_no_day() -> None:
    hours = hours_file.load("alltick")[0]
    assert math.isnan(hours.day_start("AAPL.US", 1e300))


@given(st.floats(1.6e9, 1.9e9), st.sampled_from(["NVDA.US", "700.HK", "600519.SH", "GOLD", "EURUSD"]))
@settings(max_examples=60)
def test_it_opens_next_at_the_end_of_its_rest(utc_s: float, code: str) -> None:
    market = LOADED.market(code)
    assert market is not None
    opens_s = market.opens_at(utc_s)
    assert market.is_open(opens_s)
    if market.is_open(utc_s):
        assert opens_s == utc_s
    else:
        assert opens_s % 60 == 0
        assert not market.is_open(opens_s - 1)
        assert not any(market.is_open(utc_s + (opens_s - utc_s) * part / 8) for part in range(8))


@given(st.floats(1.6e9, 1.9e9), st.sampled_from(["NVDA.US", "700.HK", "600519.SH", "GOLD", "EURUSD"]))
@settings(max_examples=100)
def test_a_markets_own_time_runs_while_it_is_open_and_leads_back(utc_s: float, code: str) -> None:
    market = LOADED.market(code)
    assert market is not None
    own_s = market.open_s(utc_s)
    later_s = market.open_s(utc_s + 60)
    if market.is_open(utc_s) and market.is_open(utc_s + 60):
        assert later_s - own_s == pytest.approx(60, abs=1e-3)
        assert market.opened_at(own_s) == pytest.approx(utc_s, abs=1e-3)
    elif not market.is_open(utc_s) and not market.is_open(utc_s + 60):
        assert later_s == own_s
        assert market.opened_at(own_s) <= utc_s + 1e-3, "when it closed"
    week_s = market.open_s(utc_s + 7 * 86_400) - own_s
    assert week_s == pytest.approx(60 * sum(closes - opens for opens, closes in market.spans_min), abs=3601), "DST"

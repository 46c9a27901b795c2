"""Hours and days by the clock of their zone, on the nights on which that is set as well."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from quotedesk.alerts.schedule import Schedule
from quotedesk.market.hours import Hours, MarketHours
from quotedesk.market.instrument import Instrument
from tests.fakes.watcher import X, rule_of

DAY = 24 * 60
NEW_YORK = MarketHours(
    "New York",
    re.compile(r".*\.US"),
    ZoneInfo("America/New_York"),
    tuple((day * DAY + 570, day * DAY + 960) for day in range(5)),
)
AAPL = Instrument("demo", "AAPL.US")
HOURS = Hours([NEW_YORK])


def at(text: str) -> Schedule:
    return Schedule(lambda feed: HOURS, datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("time", "is_in"),
    [
        ("2026-03-06T14:29", False),  # a Friday in winter
        ("2026-03-06T14:30", True),
        ("2026-03-06T20:59", True),
        ("2026-03-06T21:00", False),
        ("2026-03-09T13:29", False),  # the Monday after the clocks were set
        ("2026-03-09T13:30", True),
        ("2026-11-02T13:30", False),  # back in winter
        ("2026-11-02T14:30", True),
    ],
)
def test_between_is_by_the_wall_clock_of_its_zone(time: str, is_in: bool) -> None:
    rule = rule_of("X last >= 1 between 09:30-16:00 America/New_York")
    assert at(time).why_resting(rule, X) == ("" if is_in else "looked at between 09:30-16:00 America/New_York")
    plain = rule_of("AAPL.US last >= 1")
    assert (at(time).why_resting(plain, AAPL) == "") is is_in
    assert at(time).why_resting(rule_of("AAPL.US last >= 1 outside-hours"), AAPL) == ""


@pytest.mark.parametrize(
    ("time", "is_in"),
    [("2026-03-05T20:59", False), ("2026-03-05T21:00", True), ("2026-03-06T02:59", True), ("2026-03-06T03:00", False)],
)
def test_between_goes_over_midnight(time: str, is_in: bool) -> None:
    rule = rule_of("X last >= 1 between 22:00-04:00 Europe/Berlin")
    assert (at(time).why_resting(rule, X) == "") is is_in


@pytest.mark.parametrize(
    ("text", "last_moment", "after"),
    [
        ("X last >= 1 until 2026-03-06", "2026-03-06T23:59", "2026-03-07T00:00"),
        ("AAPL.US last >= 1 until 2026-03-06", "2026-03-07T04:59", "2026-03-07T05:00"),
        ("X last >= 1 until 2026-03-06 between 00:00-24:00 Asia/Tokyo", "2026-03-06T14:59", "2026-03-06T15:00"),
    ],
)
def test_the_last_day_ends_where_it_is_reckoned(text: str, last_moment: str, after: str) -> None:
    rule = rule_of(text)
    instrument = rule.scope.instrument
    assert instrument is not None
    assert not at(last_moment).is_over(rule, instrument)
    assert at(after).is_over(rule, instrument)


def test_days_turn_with_the_exchange() -> None:
    assert at("2026-03-09T13:30").day_start_s(AAPL) == datetime(2026, 3, 9, 13, 30, tzinfo=UTC).timestamp()
    assert at("2026-03-09T13:29").day_start_s(AAPL) == datetime(2026, 3, 6, 14, 30, tzinfo=UTC).timestamp()
    assert at("2026-03-09T13:29").day_start_s(X) == datetime(2026, 3, 9, tzinfo=UTC).timestamp()


def test_a_clock_beyond_all_calendars_is_no_fault() -> None:
    for utc_s in (-1e18, 1e18):
        schedule = Schedule(lambda feed: HOURS, utc_s)
        schedule.why_resting(rule_of("AAPL.US last >= 1 between 09:30-16:00 UTC"), AAPL)
        schedule.is_over(rule_of("X last >= 1 until 2026-03-06"), X)


@pytest.mark.parametrize(
    ("time", "opens"),
    [
        ("2026-11-29T07:00", "Mon 09:30 (New York)"),  # a Sunday
        ("2026-11-27T21:00", "Mon 09:30 (New York)"),
        ("2026-11-25T14:29", "Wed 09:30 (New York)"),
        ("2026-11-25T14:30", ""),
        ("2026-10-31T12:00", "Mon 09:30 (New York)"),  # the clocks are set in between
    ],
)
def test_a_closed_market_says_when_it_opens_by_its_own_clock(time: str, opens: str) -> None:
    assert at(time).opens(AAPL) == opens
    assert at(time).opens(Instrument("demo", "BTCUSDT")) == "", "it never closes"

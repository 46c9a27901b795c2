"""A trading day is over at the venue's turn, and what was of it with it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from quotedesk.codec import FEEDS
from quotedesk.config import hours_file
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Quote, Trade
from quotedesk.quotes.quotes import Quotes

APPLE, BITCOIN = Instrument("alltick", "AAPL.US"), Instrument("alltick", "BTCUSDT")
HOURS = hours_file.load(FEEDS["alltick"].provider.resources)[0]


def utc_s(text: str, zone: str = "America/New_York") -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


class Desk:
    """A store and the time: monotonic, which stands still while the computer sleeps, and UTC."""

    def __init__(self, at: str) -> None:
        self.quotes = Quotes()
        self.quotes.slots([APPLE, BITCOIN])
        self.now_s, self.utc_s = 100.0, utc_s(at)
        self.look()

    def look(self) -> list[Instrument]:
        return self.quotes.turn_days("alltick", self.now_s, self.utc_s, HOURS.day_start)

    def say(self, **said: str) -> None:
        numbers = {name: number(text) for name, text in said.items()}
        self.quotes.apply(Batch("alltick", [Quote(code="AAPL.US", **numbers)], self.now_s))

    def pass_until(self, at: str, sleeping: bool = False) -> list[Instrument]:
        later = utc_s(at)
        if not sleeping:
            self.now_s += later - self.utc_s
        self.utc_s = later
        return self.look()

    @property
    def base(self) -> str:
        return self.quotes.base_of(0)[1].text


@pytest.mark.parametrize("sleeping", [False, True])
def test_at_the_next_opening_yesterdays_close_counts_no_more(sleeping: bool) -> None:
    desk = Desk("2026-11-24 10:00")
    desk.say(last="105", prev_close="100", open="101", high="106", volume="7")
    assert desk.pass_until("2026-11-24 10:01") == []
    assert desk.pass_until("2026-11-25 09:29", sleeping) == []
    assert desk.base == "100", "in the night it is still what the last session counts from"
    assert desk.pass_until("2026-11-25 09:30", sleeping) == [APPLE]
    assert desk.quotes.base_of(0)[1] is UNKNOWN
    assert desk.quotes.base[0] != desk.quotes.base[0]
    assert desk.quotes.bases.is_awaited(0)
    assert [desk.quotes.number(name, 0).text for name in ("last", "high", "volume")] == ["105", "", ""]
    desk.say(prev_close="104.5")
    assert desk.base == "104.5"
    assert not desk.quotes.bases.is_awaited(0)
    assert desk.pass_until("2026-11-25 16:00") == []


def test_the_clock_is_the_venues_across_the_end_of_summer_time() -> None:
    desk = Desk("2026-10-30 10:00")  # Friday; 31 October to 1 November the clocks go back
    desk.say(last="5", prev_close="4")
    assert desk.pass_until("2026-11-02 09:29") == []
    assert desk.utc_s == datetime.fromisoformat("2026-11-02T14:29Z").timestamp()
    assert desk.pass_until("2026-11-02 09:30") == [APPLE]


def test_what_is_said_after_the_turn_is_of_the_new_day_though_the_computer_slept_over_it() -> None:
    desk = Desk("2026-11-24 10:00")
    desk.say(last="105", prev_close="100")
    desk.pass_until("2026-11-24 10:01")
    desk.utc_s = utc_s("2026-11-25 11:00")  # awake, and the feed was the first to speak
    desk.now_s += 1
    desk.say(prev_close="104.5")
    assert desk.look() == []
    assert desk.base == "104.5"


def test_a_close_that_was_fetched_says_when_it_was_and_from_whom_and_turns_as_well() -> None:
    desk = Desk("2026-11-24 10:00")
    close = utc_s("2026-11-23 16:00")
    desk.quotes.await_bases([APPLE])
    desk.quotes.apply(Batch("alltick", [Trade("AAPL.US", number("5"))], desk.now_s))
    assert desk.quotes.base_of(0) == ("first_seen", UNKNOWN), "`--` while it is being fetched"
    desk.quotes.set_prev_close(APPLE, number("4"), close, "AllTick's daily candles")
    assert desk.quotes.base_of(0) == ("prev_close", number("4"))
    assert desk.quotes.bases.moment_of(0) == (close, "AllTick's daily candles")
    assert desk.pass_until("2026-11-25 09:31") == [APPLE]
    assert desk.quotes.bases.moment_of(0)[1] == ""


def test_where_nobody_can_tell_the_first_price_counts() -> None:
    desk = Desk("2026-11-24 10:00")
    desk.quotes.await_bases([APPLE])
    desk.quotes.apply(Batch("alltick", [Trade("AAPL.US", number("5"))], desk.now_s))
    desk.quotes.await_bases([APPLE], on=False)
    assert desk.quotes.base_of(0) == ("first_seen", number("5"))
    assert desk.quotes.base[0] == 5.0


def test_a_window_of_24_hours_turns_with_no_day() -> None:
    desk = Desk("2026-11-24 10:00")
    desk.say(last="5", open_24h="4", high="6")
    desk.pass_until("2026-11-24 10:01")
    assert desk.pass_until("2026-11-26 10:00") == []
    assert (desk.base, desk.quotes.number("high", 0).text) == ("4", "6")

"""A line that reaches back a day or more goes by its market's clock: from the session's start, without nights."""

import math
from collections.abc import Collection
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from quotedesk.config import hours_file
from quotedesk.market.hours import MarketHours
from quotedesk.quotes.history import DAY_S, Bar, History
from quotedesk.quotes.price_buckets import SPAN_S
from quotedesk.quotes.session_clock import SessionLines

HOURS, _ = hours_file.load("alltick")
NEW_YORK = ZoneInfo("America/New_York")
AHEAD_S = 1.7e9  # UTC less monotonic
SHARE, COIN = 0, 1
SLOTS = {"NVDA.US": SHARE, "BTCUSDT": COIN}
STEPS = 40


def at(day: int, hour: int, minute: int = 0) -> float:
    """A time of New York in November 2026, monotonic."""
    return datetime(2026, 11, day, hour, minute, tzinfo=NEW_YORK).timestamp() - AHEAD_S


class Lines:
    """The lines of a share and of a coin, told what a clock tells."""

    def __init__(self, days: int) -> None:
        self.history = History()
        self.history.make_room(2)
        self.history.set_span(days * DAY_S if days else SPAN_S, 0.0)
        self.lines = SessionLines(self.history, HOURS.market)
        self.received_s = np.full(2, math.nan)

    def second(self, now_s: float) -> Collection[str]:
        return self.lines.second(SLOTS, self.received_s, now_s, now_s + AHEAD_S)

    def seed(self, begin_s: float, until_s: float) -> None:
        """A candle each half hour while New York is open: the price is the hours since the beginning."""
        market = HOURS.market("NVDA.US")
        assert market is not None
        starts = np.arange(begin_s, until_s, 1800.0)
        for slot in SLOTS.values():
            bars = [
                Bar(start, 1800.0, *[100 + (start - begin_s) / 3600] * 4)
                for start in starts.tolist()
                if slot == COIN or market.is_open(start + AHEAD_S)
            ]
            self.history.seed(slot, bars, math.nan, until_s)

    def began(self, slot: int, now_s: float) -> datetime:
        """When the line begins: what its first step says under the pointer."""
        begin_s, _ = self.history.times(slot, now_s, STEPS)
        return datetime.fromtimestamp(self.history.when_s(slot, begin_s + 1e-3) + AHEAD_S, UTC).astimezone(NEW_YORK)


def test_today_begins_with_the_session_and_round_the_clock_it_is_24_hours() -> None:
    here, now_s = Lines(1), at(24, 11, 30)
    assert here.second(now_s) == ["NVDA.US"], "its line is to be filled anew"
    here.seed(at(22, 0), now_s)
    began = here.began(SHARE, now_s)
    assert (began.day, began.hour, began.minute) == (24, 9, 30)
    assert here.history.reach_s(SHARE, now_s) == pytest.approx(2 * 3600)
    assert here.history.reach_s(COIN, now_s) == pytest.approx(DAY_S)
    last = here.history.window(SHARE, now_s, STEPS).last
    assert last[0] == pytest.approx(100 + 57.5, abs=0.5), "9:30 today"
    assert last[-1] == pytest.approx(100 + 59, abs=0.5)


def test_while_the_market_rests_it_is_the_last_session_and_stands_still() -> None:
    here = Lines(1)
    here.second(at(29, 5))
    here.seed(at(23, 0), at(29, 5))
    for now_s in (at(29, 5), at(29, 18)):  # a Sunday
        here.second(now_s)
        began = here.began(SHARE, now_s)
        assert (began.day, began.hour, began.minute) == (27, 9, 30), "Friday's"
        assert here.history.reach_s(SHARE, now_s) == pytest.approx(6.5 * 3600)
    known = here.history.window(SHARE, at(29, 18), STEPS).last
    assert len(set(known.tolist())) > 12, "the session, and no flat weekend"


def test_five_days_are_five_sessions_with_no_nights_between() -> None:
    here, now_s = Lines(5), at(24, 11, 30)  # Tuesday: since Wednesday of the week before
    here.second(now_s)
    here.seed(at(14, 0), now_s)
    began = here.began(SHARE, now_s)
    assert (began.day, began.hour, began.minute) == (18, 9, 30)
    assert here.history.reach_s(SHARE, now_s) == pytest.approx((4 * 6.5 + 2) * 3600)
    known = here.history.window(SHARE, now_s, STEPS).last
    assert not np.isnan(known).any(), "a night is no gap"
    flat = np.flatnonzero(np.diff(known) == 0)
    assert len(flat) == 0, "nor is it a flat stretch"
    jumps = np.flatnonzero(np.diff(known) > 10)
    assert len(jumps) == 4, "one step from each close to the next open"


def test_prices_go_on_where_the_candles_end_over_a_night() -> None:
    here, close_s = Lines(1), at(23, 15, 59)
    here.second(close_s)
    here.seed(at(22, 0), close_s)
    here.history.push_one(SHARE, 500.0, close_s)
    now_s = close_s
    while now_s < at(24, 9, 40):
        now_s += 60.0
        here.second(now_s)
    one = np.array([SHARE], np.intp)
    here.history.push(one, np.array([600.0]), np.array([601.0]), np.array([599.0]), now_s)
    assert here.began(SHARE, now_s).day == 24
    past = here.history.window(SHARE, now_s, STEPS)
    assert past.last[-1] == 600.0
    assert past.last[0] == 500.0, "what held when the session began"
    begin_s, step_s = here.history.times(SHARE, now_s, STEPS)
    assert here.history.when_s(SHARE, begin_s + STEPS * step_s) == pytest.approx(now_s, abs=61)


@pytest.mark.parametrize("until", [(8, 30), (11, 0)])
def test_where_the_feed_streams_what_comes_before_the_session_today_begins_with_that(until: tuple[int, int]) -> None:
    here, now_s = Lines(1), at(24, 3)
    here.second(now_s)
    here.seed(at(22, 0), now_s)
    while now_s < at(24, *until):
        now_s += 30
        if now_s >= at(24, 8):
            here.history.push_one(SHARE, 300 + (now_s - at(24, 8)) / 3600, now_s)
            here.received_s[SHARE] = now_s
        here.second(now_s)
    late_s = here.began(SHARE, now_s).timestamp() - AHEAD_S - at(24, 8)
    assert -61 <= late_s <= 61
    assert here.history.reach_s(SHARE, now_s) == pytest.approx(now_s - at(24, 8), abs=61)
    known = here.history.window(SHARE, now_s, STEPS).last
    assert known[-1] == pytest.approx(300 + (now_s - at(24, 8)) / 3600, abs=0.01)
    assert np.all(np.diff(known[1::4]) > 0), "early or in the session, time goes on evenly"
    begin_s, step_s = here.history.times(SHARE, now_s, STEPS)
    for step in (5, 20, 35):
        told_s = here.history.when_s(SHARE, begin_s + (step + 1) * step_s)
        assert known[step] == pytest.approx(300 + (told_s - at(24, 8)) / 3600, abs=0.2), "and is told rightly"


def test_a_break_at_noon_is_none_of_that() -> None:
    here, slots = Lines(1), {"700.HK": SHARE}
    began_s = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("Asia/Hong_Kong")).timestamp() - AHEAD_S
    for minute in range(240):  # 13:30
        now_s = began_s + 60.0 * minute
        here.history.push_one(SHARE, 600.0 + minute, now_s)
        here.received_s[SHARE] = now_s
        here.lines.second(slots, here.received_s, now_s, now_s + AHEAD_S)
    assert here.history.reach_s(SHARE, began_s + 240 * 60) == pytest.approx(3 * 3600, abs=61)


def test_prices_out_of_hours_that_are_not_before_a_session_move_the_newest_point_alone() -> None:
    here, now_s = Lines(1), at(29, 5)  # a Sunday
    here.second(now_s)
    here.seed(at(23, 0), now_s)
    for _ in range(60):
        now_s += 60
        here.history.push_one(SHARE, 999.0, now_s)
        here.received_s[SHARE] = now_s
        here.second(now_s)
    assert here.history.reach_s(SHARE, now_s) == pytest.approx(6.5 * 3600)
    known = here.history.window(SHARE, now_s, STEPS).last
    assert known[-1] == 999.0
    assert (known[:-2] < 400).all()


def test_lines_of_15_minutes_go_by_the_clock_on_the_wall_and_what_is_known_stays() -> None:
    here, now_s = Lines(1), at(24, 11, 30)
    here.second(now_s)
    here.history.push_one(SHARE, 7.0, now_s)
    here.history.push_one(SHARE, 8.0, now_s + 60)
    here.history.set_span(SPAN_S, now_s + 60)
    assert here.second(now_s + 60) == ["NVDA.US"]
    here.history.push_one(SHARE, 9.0, now_s + 120)
    assert here.history.when_s(SHARE, now_s) == now_s
    assert here.history.reach_s(SHARE, now_s + 120) == pytest.approx(120, abs=1)
    assert set(here.history.window(SHARE, now_s + 120, STEPS).last.tolist()) == {7.0, 8.0, 9.0}


def test_many_rows_change_a_few_at_a_time_the_first_ones_first() -> None:
    history = History()
    history.make_room(1000)
    history.set_span(DAY_S, 0.0)
    slots = {f"S{slot}.US": slot for slot in range(1000)}
    lines, received_s = SessionLines(history, HOURS.market), np.full(1000, math.nan)
    now_s, told = at(24, 11), list[str]()
    for wait_s in range(20):
        found = lines.second(slots, received_s, now_s + wait_s, now_s + wait_s + AHEAD_S)
        assert len(found) <= 200
        told += found
    assert told == list(slots)


def test_a_row_that_comes_later_and_a_feed_without_hours_are_no_trouble() -> None:
    here, now_s = Lines(1), at(24, 11)
    assert here.lines.second({"BTCUSDT": COIN}, here.received_s, now_s, now_s + AHEAD_S) == ()
    assert here.second(now_s + 1) == ["NVDA.US"]
    assert here.second(now_s + 2) == ()
    nobody: dict[str, MarketHours] = {}
    assert SessionLines(here.history, nobody.get).second(SLOTS, here.received_s, now_s, now_s + AHEAD_S) == ()

"""Which state a row is in, and since when. The whole conversation is in test_session."""

import math
import re
from zoneinfo import ZoneInfo

import pytest
from quotedesk.market.tick import Condition, Tick

from quotedesk.codec import FEEDS
from quotedesk.feed.full_list import FullList
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.market.hours import Hours, MarketHours
from quotedesk.market.states import LinkState, LinkStatus, RowState

UP = LinkStatus("stock", LinkState.UP)
LOST = LinkStatus("stock", LinkState.WAITING, 77.0, "gone")
MONDAY_NOON_UTC_S = 1_764_590_400.0  # 2025-12-01 12:00
NINE_TO_TEN = Hours([MarketHours("x", re.compile("X.*"), ZoneInfo("UTC"), ((9 * 60, 10 * 60),))])


class Desk:
    def __init__(self, wall_s: float = MONDAY_NOON_UTC_S) -> None:
        limits = FEEDS["alltick"].limits
        self.list = FullList(limits)
        self.rows = SymbolStatuses(self.list, NINE_TO_TEN)
        self.rows.wall_ahead_s = wall_s - 1000.0
        self.list.want(["A", "X"], 1000.0)
        self.rows.want(["A", "X"], 1000.0)
        self.list.take(1001.0)

    def tick(self, code: str, now_s: float, traded_utc_s: float = math.nan) -> None:
        tick = Tick(code, 1.0, time_utc_s=traded_utc_s)
        self.list.ticked(code, now_s)
        self.rows.ticked(tick, now_s)

    def state(self, code: str, now_s: float, status: LinkStatus = UP) -> tuple[RowState, float]:
        row = self.rows.row(code, now_s, status)
        return row.state, row.since_s


def test_a_row_waits_ticks_grows_quiet_and_stale() -> None:
    desk = Desk()
    assert desk.state("A", 1005.0) == (RowState.PENDING, 1000.0)
    desk.tick("A", 1010.0)
    assert desk.state("A", 1024.9) == (RowState.LIVE, 1010.0)
    assert desk.state("A", 1025.0) == (RowState.QUIET, 1010.0)
    assert desk.state("A", 1069.9) == (RowState.QUIET, 1010.0)
    assert desk.state("A", 1070.0) == (RowState.STALE, 1010.0)


def test_out_of_hours_a_quiet_row_is_closed_and_never_stale() -> None:
    desk = Desk()
    desk.tick("X", 1010.0)
    assert desk.state("X", 1020.0) == (RowState.LIVE, 1010.0), "who ticks is alive whatever the hours say"
    for now_s in (1025.0, 1070.0, 9000.0):
        assert desk.state("X", now_s) == (RowState.CLOSED, 1010.0)
    in_hours = Desk(MONDAY_NOON_UTC_S - 2.5 * 3600)
    in_hours.tick("X", 1010.0)
    assert in_hours.state("X", 1070.0)[0] is RowState.STALE


def test_the_age_of_a_quiet_row_is_that_of_its_trade() -> None:
    desk = Desk()
    desk.tick("A", 1010.0, MONDAY_NOON_UTC_S + 9)  # a second under way
    desk.tick("A", 1020.0, MONDAY_NOON_UTC_S + 13)  # six seconds late
    assert desk.state("A", 1050.0) == (RowState.QUIET, 1014.0)


def test_a_lost_link_wins_over_all_but_a_refusal_and_leaves_no_rhythm() -> None:
    desk = Desk()
    desk.tick("A", 1010.0)
    desk.list.refused["X"] = "no such code"
    desk.rows.lost(1020.0)
    assert desk.state("A", 1020.0, LOST) == (RowState.OFFLINE, 77.0)
    assert desk.state("X", 1020.0, LOST)[0] is RowState.REFUSED
    desk.list.lost()
    desk.rows.opened(1030.0)
    assert desk.state("A", 1031.0) == (RowState.PENDING, 1030.0)


@pytest.mark.parametrize("code", ["A", "nobody wants it"])
def test_a_row_without_a_wall_clock_is_open(code: str) -> None:
    desk = Desk()
    desk.rows.wall_ahead_s = math.nan
    desk.tick("A", 1010.0)
    assert desk.state(code, 1025.0)[0] in (RowState.QUIET, RowState.PENDING)


@pytest.mark.parametrize(
    ("told", "state", "words"),
    [
        ({"condition": Condition.HALTED}, RowState.HALTED, ""),
        ({"condition": Condition.LIMIT_UP, "delay_s": 900.0}, RowState.LIMIT_UP, ""),
        ({"condition": Condition.LIMIT_DOWN}, RowState.LIMIT_DOWN, ""),
        ({"delay_s": 900.0}, RowState.DELAYED, "15 min"),
    ],
)
def test_what_the_feed_says_of_trading_is_the_state_until_it_says_otherwise(told, state, words) -> None:
    desk = Desk()

    def tick(now_s: float, **more) -> bool:
        desk.list.ticked("A", now_s)
        return desk.rows.ticked(Tick("A", 1.0, **more), now_s)

    assert not tick(1003.0)
    assert desk.rows.is_live("A")
    assert tick(1004.0, **told), "that is news"
    assert not tick(1005.0, **told)
    assert not desk.rows.is_live("A")
    for now_s in (1005.0, 1500.0):
        row = desk.rows.row("A", now_s, UP)
        assert (row.state, row.words) == (state, words), "it wins over quiet and stale"
    assert desk.rows.row("A", 1500.0, LOST).state is RowState.OFFLINE
    assert tick(1501.0)
    assert desk.rows.row("A", 1501.0, UP).state is RowState.LIVE

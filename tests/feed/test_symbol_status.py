"""Which state a symbol is in, since when, and when that is told. The whole conversation is in test_session."""

import math
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest

from quotedesk.codec import FEEDS
from quotedesk.feed.full_list import FullList
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.market.hours import Hours, MarketHours
from quotedesk.market.number import number
from quotedesk.market.quote import Condition, Status, Trade
from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus

UP = LinkStatus("alltick", "stock", LinkState.UP)
LOST = LinkStatus("alltick", "stock", LinkState.WAITING, 77.0, "gone")
MONDAY_NOON_UTC_S = 1_764_590_400.0  # 2025-12-01 12:00
NINE_TO_TEN = Hours([MarketHours("x", re.compile("X.*"), ZoneInfo("UTC"), ((9 * 60, 10 * 60),))])


class Desk:
    def __init__(self, wall_s: float = MONDAY_NOON_UTC_S, codes: Sequence[str] = ("A", "X")) -> None:
        limits = FEEDS["alltick"].limits
        self.list = FullList(limits)
        self.listed: dict[str, Status] = {}
        self.statuses = SymbolStatuses(self.list, NINE_TO_TEN, self.listed)
        self.statuses.wall_ahead_s = wall_s - 1000.0
        self.list.want(codes, 1000.0)
        self.statuses.want(codes, 1000.0)
        self.list.take(1001.0)

    def tick(self, code: str, now_s: float, traded_utc_s: float = math.nan) -> None:
        self.list.ticked(code, now_s)
        self.statuses.updated(Trade(code, number("1"), time_utc_s=traded_utc_s), now_s)

    def state(self, code: str, now_s: float, status: LinkStatus = UP) -> tuple[RowState, float]:
        row = self.statuses.status(code, now_s, status)
        return row.state, row.since_s

    def told(self, now_s: float, link: LinkStatus = UP, most: int = 100) -> list[RowStatus]:
        return self.statuses.collect(now_s, link, most)[0]


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


def test_a_lost_link_wins_over_all_but_a_refusal_and_leaves_no_staleness() -> None:
    desk = Desk()
    desk.tick("A", 1010.0)
    desk.list.refused["X"] = "no such code"
    desk.statuses.lost(1020.0)
    assert desk.state("A", 1020.0, LOST) == (RowState.OFFLINE, 77.0)
    assert desk.state("X", 1020.0, LOST)[0] is RowState.REFUSED
    desk.list.lost()
    desk.statuses.opened(1030.0)
    assert desk.state("A", 1031.0) == (RowState.PENDING, 1030.0)


@pytest.mark.parametrize("code", ["A", "nobody wants it"])
def test_a_row_without_a_wall_clock_is_open(code: str) -> None:
    desk = Desk()
    desk.statuses.wall_ahead_s = math.nan
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
    desk.tick("A", 1003.0)
    desk.statuses.conditioned(Status("A", **told))
    for now_s in (1005.0, 1500.0):
        row = desk.statuses.status("A", now_s, UP)
        assert (row.state, row.reason) == (state, words), "it wins over quiet and stale"
    assert desk.statuses.status("A", 1500.0, LOST).state is RowState.OFFLINE
    desk.tick("A", 1501.0)
    assert desk.statuses.status("A", 1501.0, UP).state is state, "a trade alone takes nothing back"
    desk.statuses.conditioned(Status("A"))
    assert desk.statuses.status("A", 1501.0, UP).state is RowState.LIVE


def test_what_was_said_of_trading_before_the_first_update_counts_from_it() -> None:
    desk = Desk()
    desk.statuses.conditioned(Status("A", Condition.HALTED))
    assert desk.state("A", 1002.0)[0] is RowState.PENDING
    desk.tick("A", 1003.0)
    assert desk.state("A", 1003.0)[0] is RowState.HALTED


def test_a_delayed_symbol_that_is_quiet_out_of_hours_is_closed() -> None:
    desk = Desk()
    desk.tick("X", 1010.0)
    desk.statuses.conditioned(Status("X", delay_s=900.0))
    assert desk.state("X", 1011.0)[0] is RowState.DELAYED
    assert desk.state("X", 1030.0)[0] is RowState.CLOSED


@pytest.mark.parametrize("how", ["lost", "removed"])
def test_what_was_said_of_trading_goes_with_the_connection_and_with_the_symbol(how: str) -> None:
    desk = Desk()
    desk.tick("A", 1003.0)
    desk.statuses.conditioned(Status("A", Condition.HALTED))
    if how == "lost":
        desk.statuses.lost(1004.0)
        desk.statuses.opened(1005.0)
    else:
        desk.statuses.want(["X"], 1004.0)
        desk.statuses.want(["A", "X"], 1005.0)
    desk.tick("A", 1006.0)
    assert desk.state("A", 1006.0)[0] is RowState.LIVE


# -- what is told ------------------------------------------------------------------------------------------------------


def test_a_status_is_told_once_and_again_when_its_state_or_its_reason_changes() -> None:
    desk = Desk()
    assert [(each.code, each.state) for each in desk.told(1001.0)] == [("A", RowState.PENDING), ("X", RowState.PENDING)]
    assert not desk.statuses.is_due
    desk.tick("A", 1002.0)
    assert desk.told(1002.0) == [RowStatus("A", RowState.LIVE, 1002.0)]
    desk.tick("A", 1003.0)
    assert not desk.statuses.is_due, "a symbol that is live and ticks costs no look"
    desk.statuses.look_at_all(["A", "X"])
    assert desk.told(1004.0) == []
    desk.statuses.look_at_all(["A", "X"])
    assert [each.state for each in desk.told(1004.0, LOST)] == [RowState.OFFLINE] * 2
    other = LinkStatus("alltick", "stock", LinkState.WAITING, 77.0, "still gone")
    desk.statuses.look_at_all(["A", "X"])
    assert [each.reason for each in desk.told(1005.0, other)] == ["still gone"] * 2


def test_those_that_ticked_are_looked_at_first_and_no_more_than_asked_for_at_once() -> None:
    codes = [f"C{number}" for number in range(10)]
    desk = Desk(codes=codes)
    desk.tick("C9", 1002.0)
    assert [each.code for each in desk.told(1002.0, most=3)] == ["C9", "C0", "C1"]
    assert desk.statuses.is_due
    seen = [each.code for _ in range(4) for each in desk.told(1002.0, most=3)]
    assert seen == [f"C{number}" for number in range(2, 9)]
    assert not desk.statuses.is_due


def test_refused_and_parked_are_told_to_be_cut_off_once() -> None:
    desk = Desk()
    desk.told(1001.0)
    desk.list.refused["X"] = "no such code"
    desk.list.quota.set_to = 0
    desk.list.want(["A", "X"], 1001.0)
    desk.statuses.look_at_all(["A", "X"])
    statuses, cut = desk.statuses.collect(1002.0, UP, 100)
    assert {each.code: each.state for each in statuses} == {"A": RowState.PARKED, "X": RowState.REFUSED}
    assert sorted(cut) == ["A", "X"]
    desk.statuses.look_at_all(["A", "X"])
    assert desk.statuses.collect(1003.0, UP, 100) == ([], [])


def test_what_is_not_wanted_any_more_is_not_told_of_and_is_told_anew_when_it_comes_back() -> None:
    desk = Desk()
    desk.told(1001.0)
    desk.list.want(["X"], 1002.0)
    assert desk.statuses.want(["X"], 1002.0) == ("A",)
    desk.statuses.look_at_all(["A", "X"])
    assert desk.told(1002.0) == []
    desk.list.want(["A", "X"], 1003.0)
    assert desk.statuses.want(["A", "X"], 1003.0) == ()
    assert desk.told(1003.0) == [RowStatus("A", RowState.PENDING, 1003.0)]


def test_a_symbol_that_ticked_out_of_hours_is_not_called_closed() -> None:
    desk = Desk()
    for now_s in (1010.0, 1011.0, 1012.0):
        desk.tick("X", now_s)
    assert desk.state("X", 1030.0)[0] is RowState.QUIET, "its market's hours do not explain its silence"
    assert desk.state("X", 1100.0)[0] is RowState.STALE


def test_a_symbol_that_ticked_until_the_close_is_closed() -> None:
    desk = Desk(MONDAY_NOON_UTC_S - 2 * 3600 - 5)  # five seconds before ten
    for now_s in (1001.0, 1002.0, 1003.0):
        desk.tick("X", now_s)
    assert desk.state("X", 1030.0)[0] is RowState.CLOSED


@pytest.mark.parametrize(
    ("condition", "words", "reason"),
    [
        (Condition.CANCEL_ONLY, "", "Cancel only: orders can but be taken back"),
        (Condition.PRE_LAUNCH, "", "Not trading yet"),
        (Condition.MAINTENANCE, "all of Kraken", "Maintenance: all of Kraken"),
        (Condition.DELISTED, "", "Delisted"),
    ],
)
def test_a_symbol_that_may_never_tick_is_halted_and_says_why_before_any_update(condition, words, reason) -> None:
    desk = Desk()
    desk.statuses.conditioned(Status("A", condition, words=words))
    row = desk.statuses.status("A", 1002.0, UP)
    assert (row.state, row.reason, row.since_s) == (RowState.HALTED, reason, 1000.0)
    desk.tick("A", 1003.0)
    row = desk.statuses.status("A", 1003.0, UP)
    assert (row.state, row.reason) == (RowState.HALTED, reason)


def test_what_the_directory_says_counts_until_a_symbol_ticks_and_again_when_it_is_quiet() -> None:
    desk = Desk()
    desk.listed["A"] = Status("A", Condition.DELISTED)
    row = desk.statuses.status("A", 1002.0, UP)
    assert (row.state, row.reason) == (RowState.HALTED, "Delisted")
    desk.tick("A", 1010.0)
    assert desk.state("A", 1011.0)[0] is RowState.LIVE, "the directory is older than the tick"
    assert desk.state("A", 1030.0) == (RowState.HALTED, 1010.0)
    assert desk.state("A", 1030.0, LOST)[0] is RowState.OFFLINE
    del desk.listed["A"]
    assert desk.state("A", 1030.0)[0] is RowState.QUIET


def test_a_halt_may_have_the_feeds_own_words() -> None:
    desk = Desk()
    desk.tick("A", 1003.0)
    desk.statuses.conditioned(Status("A", Condition.HALTED, words="news pending"))
    assert desk.statuses.status("A", 1003.0, UP).reason == "news pending"


def test_the_statuses_of_another_connection_go_on_and_are_not_told_again() -> None:
    before, after = Desk(), Desk()
    for desk in (before, after):
        desk.tick("A", 1010.0)
    assert [row.state for row in before.told(1010.0)] == [RowState.LIVE, RowState.PENDING]
    after.statuses.follow(before.statuses)
    assert after.told(1011.0) == []

"""When a link is dialled, and what is told of it, through any history."""

import math
import random

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from quotedesk.feed.link import SLEPT_S, Link
from quotedesk.market.states import LinkState, LinkStatus

MIN_S, MOST_S = 2.0, 30.0


def made(state: LinkState = LinkState.OFF) -> tuple[Link, list[bool]]:
    told: list[bool] = []
    return Link(LinkStatus("demo", "demo", state), MIN_S, MOST_S, random.Random(1), told.append), told


@pytest.fixture
def link() -> Link:
    return made()[0]


class AnyHistory(RuleBasedStateMachine):
    """What a client and a user may do, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.link, self.told = made()
        self.now_s = 100.0
        self.was: LinkStatus = self.link.status
        self.lost_s: float | None = None
        self.ended_s = -math.inf

    @rule(seconds=st.sampled_from([0.125, 3.0, 60.0]))
    def time_passes(self, seconds: float) -> None:
        self.now_s += seconds

    @precondition(lambda self: self.link.status.state is LinkState.OFF)
    @rule()
    def begin(self) -> None:
        self.link.begin(self.now_s, "a pause")

    @precondition(lambda self: self.link.dial_at_s is not None and self.link.dial_at_s <= self.now_s)
    @rule()
    def dial(self) -> None:
        assert self.now_s >= self.ended_s + MIN_S
        self.link.dialling()
        assert self.link.is_tried

    @precondition(lambda self: self.link.status.state is LinkState.CONNECTING)
    @rule()
    def open(self) -> None:
        self.link.opened(self.now_s)
        if self.lost_s is not None:
            assert self.link.outage_s == self.now_s - self.lost_s, "from the first loss on, through all tries"
        self.lost_s = None

    @precondition(lambda self: self.link.is_tried)
    @rule(is_denied=st.booleans(), retry_after_s=st.sampled_from([0.0, 50.0]))
    def lose(self, is_denied: bool, retry_after_s: float) -> None:
        self.link.lost("cut", self.now_s, is_denied=is_denied, retry_after_s=retry_after_s)
        self.lost_s = self.now_s if self.lost_s is None else self.lost_s
        self.ended_s = self.now_s
        if is_denied:
            assert self.link.dial_at_s is None
        else:
            assert self.now_s + max(MIN_S, retry_after_s) <= self.link.dial_at_s
            assert self.link.dial_at_s <= self.now_s + max(MOST_S, retry_after_s)

    @rule()
    def retry_now(self) -> None:
        self.link.retry_now(self.now_s)

    @rule()
    def change_network(self) -> None:
        self.link.network_changed(self.now_s)

    @rule()
    def turn_off(self) -> None:
        self.link.off()
        self.lost_s = None

    @invariant()
    def the_wait_of_a_loss_is_never_less_than_the_least(self) -> None:
        if self.link.status.state is LinkState.WAITING:
            assert self.link.dial_at_s >= self.ended_s + MIN_S

    @invariant()
    def each_change_was_told_with_what_it_was_before(self) -> None:
        status = self.link.status
        if status.state is not self.was.state:
            assert self.told[-1] == (self.was.state is LinkState.UP)
        self.was = status

    @invariant()
    def it_has_been_lost_since_it_was(self) -> None:
        assert self.link.status.is_lost == (self.lost_s is not None) or self.link.status.reason == "a pause"
        if self.lost_s is not None:
            assert (self.link.status.since_s, self.link.status.reason) == (self.lost_s, "cut")


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


def test_through_all_tries_it_has_been_lost_since_the_first_and_for_the_last_reason(link):
    link.begin(100.0, "")
    for at_s, reason in ((100.0, "cut"), (110.0, "refused"), (120.0, "no answer")):
        link.dialling()
        link.lost(reason, at_s)
        assert (link.status.since_s, link.status.reason) == (100.0, reason)
        link.retry_now(at_s)
        assert link.dial_at_s == at_s + MIN_S
    link.dialling()
    link.opened(130.0)
    assert (link.outage_s, link.status.since_s, link.status.reason) == (30.0, 130.0, "")


def test_a_server_that_wants_to_be_left_alone_is_dialled_for_the_user_and_not_for_another_network(link):
    link.begin(100.0, "")
    link.lost("cut", 100.0, retry_after_s=60.0)
    link.network_changed(130.0)
    assert link.dial_at_s == 160.0
    link.retry_now(130.0)
    assert link.dial_at_s == 130.0


def test_another_server_is_dialled_at_once_and_a_closed_connection_may_move_that(link):
    link.begin(100.0, "")
    link.lost("cut", 100.0, is_at_once=True)
    assert link.dial_at_s == 100.0
    link.wait(102.0)
    assert link.dial_at_s == 102.0
    link.wait(101.0)
    assert link.dial_at_s == 102.0


def test_the_first_try_after_a_connection_that_just_ended_waits_and_says_why(link):
    link.ended(100.0)
    link.begin(101.0, "a pause")
    assert (link.status.reason, link.dial_at_s) == ("a pause", 100.0 + MIN_S)


def test_one_that_takes_a_lost_ones_place_has_been_lost_since_then():
    before, told = made(LinkState.CONNECTING)
    before.lost("cut", 100.0)
    after, told = made(LinkState.CONNECTING)
    after.follow(before)
    assert (after.status.since_s, after.status.reason, after.status.is_lost) == (100.0, "cut", True)
    after.opened(103.0)
    assert after.outage_s == 3.0
    after.follow(before)
    assert (after.status.since_s, told) == (103.0, [False, False, True]), "it is told of, and stays as it is"


def test_signs_of_life_and_names_outlast_a_connection_and_silence_does_not():
    link, told = made(LinkState.CONNECTING)
    link.opened(100.0)
    link.named("hut")
    link.proven(101.0)
    for _ in range(2):
        link.silent(100.0)
    assert told == [False, True], "a silence is told once"
    link.lost("cut", 110.0)
    status = link.status
    assert (status.proven_s, status.through, status.silent_since_s) == (101.0, "hut", None)


def test_a_sleep_is_seen_by_the_wall_clock(link):
    assert not link.has_slept(100.0, 1e9 + 100.0)
    assert not link.has_slept(200.0, 1e9 + 200.0 + SLEPT_S / 2)
    assert link.has_slept(201.0, 1e9 + 201.0 + 2 * SLEPT_S)
    assert not link.has_slept(202.0, 1e9 + 202.0), "a clock that is set back is no sleep"


def test_nothing_is_known_of_a_new_one(link):
    assert not link.is_up
    assert not link.is_tried
    assert link.dial_at_s is None
    assert math.isnan(link.outage_s)

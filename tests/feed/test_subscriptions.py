"""What both kinds of provider share; the conversation itself is proven in test_session."""

import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Answer, Verdict
from quotedesk.feed.full_list import FullList
from quotedesk.feed.incremental import Incremental
from quotedesk.feed.subscriptions import SETTLE_S, Subscriptions

NOW_S = 1000.0


@pytest.fixture(params=["alltick", "alltick_action"])
def listed(request: pytest.FixtureRequest) -> Subscriptions:
    limits = FEEDS[request.param].limits
    return (FullList if limits.replaces else Incremental)(limits)


def test_request_ids_fit_in_32_bits_start_over_at_1_and_do_not_repeat_before(listed: Subscriptions) -> None:
    assert [listed.next_request_id() for _ in range(3)] == [1, 2, 3]
    listed._requests = 2**31 - 3
    assert [listed.next_request_id() for _ in range(4)] == [2**31 - 2, 2**31 - 1, 1, 2]


def test_a_request_takes_the_next_id(listed: Subscriptions) -> None:
    listed.next_request_id()  # a heartbeat
    listed.want(["A"], NOW_S)
    assert listed.take(NOW_S + SETTLE_S).request_id == 2


def test_a_code_wanted_twice_is_asked_for_once_in_its_first_place(listed: Subscriptions) -> None:
    listed.want(["B", "A", "B"], NOW_S)
    assert listed.wanted == ("B", "A")
    change = listed.take(NOW_S + SETTLE_S)
    assert change.wanted == change.added == ("B", "A")
    assert change.dropped == ()


def test_a_change_is_due_50_ms_after_the_first_edit_and_not_put_off_by_more(listed: Subscriptions) -> None:
    listed.want(["A"], NOW_S)
    assert not listed.is_due(NOW_S)
    assert listed.deadline_s(NOW_S) == NOW_S + SETTLE_S
    for i in range(1, 5):
        listed.want(["A", *map(str, range(i))], NOW_S + i * 0.012)
    assert listed.is_due(NOW_S + SETTLE_S)


def test_asking_for_a_request_when_none_is_due_is_a_fault_of_ours(listed: Subscriptions) -> None:
    with pytest.raises(AssertionError):
        listed.take(NOW_S)
    assert not listed.is_due(NOW_S)


def test_a_tick_proves_nothing_before_the_code_was_asked_for(listed: Subscriptions) -> None:
    listed.want(["A"], NOW_S)
    listed.ticked("A", NOW_S)
    assert not listed.has_ticked("A")
    listed.take(NOW_S + SETTLE_S)
    listed.ticked("A", NOW_S + 1)
    assert listed.has_ticked("A")


def test_a_code_that_was_dropped_and_put_back_must_prove_itself_again(listed: Subscriptions) -> None:
    listed.want(["A", "B"], NOW_S)
    first = listed.take(NOW_S + SETTLE_S)
    listed.ticked("A", NOW_S + 1)
    listed.want(["B"], NOW_S + 2)
    listed.want(["B", "A"], NOW_S + 2)
    assert listed.has_ticked("A"), "nothing was sent: the wire still holds it"
    listed.answered(Answer(first.request_id if listed.limits.replaces else None, Verdict.OK), NOW_S + 3)
    listed.want(["B"], NOW_S + 4)
    listed.take(NOW_S + 5)
    listed.want(["B", "A"], NOW_S + 6)
    assert not listed.has_ticked("A")

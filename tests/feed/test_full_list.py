"""Whole lists: what test_session does not show, the answers that are neither yes nor no to a code."""

import pytest

from quotedesk.codec.alltick import FEED
from quotedesk.codec.base import Answer, Change, Verdict
from quotedesk.feed.full_list import FullList

NOW_S = 1000.0


def asked(*codes: str) -> tuple[FullList, Change]:
    """A list that went out at NOW_S, and its request."""
    listed = FullList(FEED.limits)
    listed.want(codes, NOW_S - 1)
    return listed, listed.take(NOW_S)


def later(listed: FullList, now_s: float) -> bool:
    """Is something due then?"""
    listed.elapsed(now_s)
    return listed.is_due(now_s)


def test_a_request_that_was_not_looked_at_goes_out_again_after_the_time_out() -> None:
    listed, change = asked("A", "B")
    listed.answered(Answer(change.request_id, Verdict.RATE, "too many requests"), NOW_S + 1)
    assert not later(listed, NOW_S + 4.9)
    assert later(listed, NOW_S + 5)
    again = listed.take(NOW_S + 5)
    assert again.wanted == change.wanted
    assert again.request_id > change.request_id
    assert listed.refused == {}


@pytest.mark.parametrize("verdict", [Verdict.FORM, Verdict.KEY])
def test_a_request_that_the_server_does_not_understand_is_not_repeated(verdict: Verdict) -> None:
    listed, change = asked("A")
    listed.answered(Answer(change.request_id, verdict, "request data param invalid"), NOW_S + 1)
    assert not any(later(listed, NOW_S + s) for s in range(1, 120))
    assert listed.refused == {}
    listed.want(["A", "B"], NOW_S + 200)
    assert later(listed, NOW_S + 201), "another list is another request"


def test_an_answer_without_a_number_is_for_the_open_request_and_for_none_after_it() -> None:
    listed, change = asked("X")
    listed.answered(Answer(change.request_id, Verdict.OK), NOW_S + 1)
    listed.answered(Answer(None, Verdict.CODE, "code invalid"), NOW_S + 2)
    assert listed.refused == {}
    listed, _ = asked("X")
    listed.answered(Answer(None, Verdict.CODE, "code invalid"), NOW_S + 1)
    assert listed.refused == {"X": "code invalid"}


def test_a_second_answer_to_the_same_request_changes_nothing() -> None:
    listed, change = asked("X")
    listed.answered(Answer(change.request_id, Verdict.OK), NOW_S + 1)
    listed.answered(Answer(change.request_id, Verdict.CODE, "code invalid"), NOW_S + 2)
    assert listed.refused == {}
    assert listed.is_wanted("X")


def test_an_answer_to_a_heartbeat_is_no_answer_to_a_list() -> None:
    listed, _ = asked("X")
    beat = listed.next_request_id()
    listed.answered(Answer(beat, Verdict.CODE, "code invalid"), NOW_S + 1)
    assert listed.refused == {}


def test_a_late_answer_to_the_first_of_two_equal_lists_is_as_good_as_one_to_the_second() -> None:
    listed, first = asked("A")
    assert later(listed, NOW_S + 5)
    listed.take(NOW_S + 5)
    listed.answered(Answer(first.request_id, Verdict.OK), NOW_S + 6)
    assert not later(listed, NOW_S + 11), "no third list for a missing answer"

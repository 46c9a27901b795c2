"""Whole lists: what test_session does not show, the answers that are neither yes nor no to a code."""

import msgspec
import pytest

from quotedesk.codec.alltick import FEED
from quotedesk.codec.base import Answer, Change, Proves, Verdict
from quotedesk.feed.full_list import FullList

NOW_S = 1000.0


def asked(*codes: str, **limits: object) -> tuple[FullList, Change]:
    """A list that went out at NOW_S, and its request."""
    listed = FullList(msgspec.structs.replace(FEED.limits, **limits))
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


def test_while_a_bad_code_is_looked_for_among_those_that_were_moved_down_and_parked_the_others_are_asked_for() -> None:
    listed, change = asked("X", "Y", most_codes=2)
    listed.answered(Answer(change.request_id, Verdict.CODE, "code invalid"), NOW_S + 1)
    listed.want(["A", "B", "X", "Y"], NOW_S + 2)
    assert listed.take(NOW_S + 3).wanted == ("A", "B")


def test_a_refusal_by_name_is_of_those_codes_alone_even_after_the_list_was_taken() -> None:
    listed, change = asked("A", "X", "Y", acknowledges=Proves.CODES)
    named = listed.answered(Answer(change.request_id, Verdict.OK, codes=("A",)), NOW_S + 1)
    assert named == {"A"}
    listed.answered(Answer(change.request_id, Verdict.CODE, "no such code", ("X", "Y", "Z")), NOW_S + 1)
    assert listed.refused == dict.fromkeys("XY", "no such code")
    assert listed.take(NOW_S + 2).wanted == ("A",)


def test_a_refusal_by_name_in_an_answer_to_another_list_hits_nobody() -> None:
    listed, change = asked("X")
    listed.answered(Answer(change.request_id + 7, Verdict.CODE, "no such code", ("X",)), NOW_S + 1)
    assert listed.refused == {}


def test_what_an_answered_list_does_not_have_is_refused_and_not_asked_for_again() -> None:
    listed, change = asked("A", "X", acknowledges=Proves.LIST)
    listed.answered(Answer(change.request_id, Verdict.OK, codes=("A",)), NOW_S + 1)
    assert listed.refused == {"X": "the server did not take it"}
    assert not any(later(listed, NOW_S + s) for s in range(1, 120)), "the server holds what is wanted"


def test_where_answers_prove_nothing_a_list_is_sent_once_and_once_more_for_silence() -> None:
    listed, change = asked("A", "B", acknowledges=Proves.NOTHING)
    due_s = []
    for second in range(1, 60):
        if later(listed, NOW_S + second):
            due_s.append(second)
            assert listed.take(NOW_S + second).wanted == change.wanted
    assert due_s == [FEED.limits.first_tick_s]


def test_a_list_that_was_refused_while_it_was_not_wanted_is_asked_for_when_it_is_wanted_again() -> None:
    listed, change = asked("A", "X")
    listed.want([], NOW_S + 1)
    listed.answered(Answer(change.request_id, Verdict.CODE, "code invalid"), NOW_S + 2)
    listed.want(["A", "X"], NOW_S + 3)
    assert listed.take(NOW_S + 4).wanted == ("A", "X")


def test_a_list_that_was_refused_after_its_codes_were_moved_down_and_parked_stops_nobody() -> None:
    listed, change = asked("X", "Y", most_codes=2)
    listed.want(["A", "B", "X", "Y"], NOW_S + 1)
    listed.answered(Answer(change.request_id, Verdict.CODE, "code invalid"), NOW_S + 2)
    assert listed.take(NOW_S + 3).wanted == ("A", "B")

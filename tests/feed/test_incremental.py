"""Differences: what test_session does not show, answers that are neither yes nor no, and refusals that hit nobody."""

import math

import msgspec

from quotedesk.codec.alltick_action import FEED
from quotedesk.codec.base import Answer, Change, Proves, Verdict
from quotedesk.feed.incremental import Incremental

NOW_S = 1000.0
REFUSED = Answer(None, Verdict.CODE, "code invalid")


def asked(*codes: str, **limits: object) -> tuple[Incremental, Change]:
    """Codes that were asked for at NOW_S, and their request."""
    listed = Incremental(msgspec.structs.replace(FEED.limits, **limits))
    listed.want(codes, NOW_S - 1)
    return listed, listed.take(NOW_S)


def test_a_refusal_of_codes_that_all_tick_hits_nobody() -> None:
    listed, _ = asked("A", "B")
    listed.ticked("A", NOW_S + 1)
    listed.ticked("B", NOW_S + 1)
    listed.answered(REFUSED, NOW_S + 2)
    assert listed.refused == {}
    assert not listed.is_due(NOW_S + 2)


def test_a_refusal_when_nothing_is_open_hits_nobody() -> None:
    listed, _ = asked("A")
    listed.answered(Answer(None, Verdict.OK), NOW_S + 1)
    listed.answered(REFUSED, NOW_S + 2)
    assert listed.refused == {}
    late, _ = asked("A")
    late.answered(REFUSED, NOW_S + FEED.limits.answer_s)
    assert late.refused == {}, "nobody can say what so late an answer is for"


def test_a_refused_code_is_not_unsubscribed_when_the_user_takes_it_out() -> None:
    listed, _ = asked("X")
    listed.answered(REFUSED, NOW_S + 1)
    assert listed.refused == {"X": "code invalid"}
    listed.want([], NOW_S + 2)
    assert not listed.is_due(NOW_S + 3)


def test_a_code_that_was_refused_is_asked_for_again_once_the_user_put_it_back() -> None:
    listed, _ = asked("X")
    listed.answered(REFUSED, NOW_S + 1)
    listed.want([], NOW_S + 2)
    listed.want(["X"], NOW_S + 3)
    assert listed.take(NOW_S + 4).added == ("X",)


def test_a_refusal_for_its_rate_neither_refuses_a_code_nor_closes_the_request() -> None:
    listed, _ = asked("X")
    listed.answered(Answer(None, Verdict.RATE, "too many requests"), NOW_S + 1)
    assert listed.refused == {}
    listed.answered(REFUSED, NOW_S + 2)
    assert listed.refused == {"X": "code invalid"}


def test_nothing_is_sent_again_for_a_missing_answer_only_once_for_silence() -> None:
    listed, _ = asked("A", "B")
    listed.ticked("A", NOW_S + 1)
    due_s = [s for s in range(60) if _take_if_due(listed, NOW_S + s) == ("B",)]
    assert due_s == [FEED.limits.first_tick_s]


def _take_if_due(listed: Incremental, now_s: float) -> tuple[str, ...] | None:
    listed.elapsed(now_s)
    return listed.take(now_s).added if listed.is_due(now_s) else None


def test_a_list_that_the_server_cleared_with_a_refusal_is_asked_for_again_in_as_many_requests_as_it_takes() -> None:
    listed, _ = asked("A", "B", "C", codes_per_frame=2)
    listed.take(NOW_S + 1)
    for code in "ABC":
        listed.ticked(code, NOW_S + 2)
    listed.answered(Answer(None, Verdict.OK), NOW_S + 2)
    listed.answered(Answer(None, Verdict.OK), NOW_S + 2)
    listed.want(["A", "B", "C", "X"], NOW_S + 3)
    listed.take(NOW_S + 4)
    listed.answered(REFUSED, NOW_S + 5)
    silent_s = NOW_S + 5 + FEED.limits.first_tick_s
    assert _take_if_due(listed, silent_s - 0.1) is None
    assert [_take_if_due(listed, silent_s), _take_if_due(listed, silent_s + 1)] == [("A", "B"), ("C",)]
    assert _take_if_due(listed, silent_s + 2) is None


def test_only_what_an_answer_names_is_acknowledged_or_refused() -> None:
    listed, _ = asked("A", "B", "X", acknowledges=Proves.CODES)
    assert listed.answered(Answer(None, Verdict.OK, codes=("A", "Z")), NOW_S + 1) == ["A"]
    assert listed.refused == {}
    assert listed.answered(Answer(None, Verdict.CODE, "no such code", ("X",)), NOW_S + 1) == ()
    assert listed.refused == {"X": "no such code"}
    assert [code for code in "ABX" if listed.is_wanted(code)] == ["A", "B"]


def test_a_refusal_by_name_of_what_nobody_wants_any_more_hits_nobody() -> None:
    listed, _ = asked("A", "X", acknowledges=Proves.CODES)
    listed.want(["A"], NOW_S + 1)
    listed.answered(Answer(None, Verdict.CODE, "no such code", ("X",)), NOW_S + 1)
    assert listed.refused == {}
    listed.answered(Answer(None, Verdict.OK, codes=("A",)), NOW_S + 1)
    assert not listed.is_due(NOW_S + 2), "it is not held, so there is nothing to drop"


def test_codes_that_are_too_many_by_name_are_parked_and_the_others_stay() -> None:
    listed, _ = asked("A", "B", "C", acknowledges=Proves.CODES)
    listed.answered(Answer(None, Verdict.OK, codes=("A", "B")), NOW_S + 1)
    listed.answered(Answer(None, Verdict.PLAN, "too many", ("C",)), NOW_S + 1)
    assert listed.parked == {"C"}
    assert listed.quota.limit == 2
    assert not listed.is_due(NOW_S + 60)


def test_what_a_full_list_does_not_have_is_refused_and_what_it_has_is_acknowledged() -> None:
    listed, _ = asked("A", "X", acknowledges=Proves.LIST)
    assert listed.answered(Answer(None, Verdict.OK, codes=("A",)), NOW_S + 1) == ["A"]
    assert listed.refused == {}, "an error for another may have taken it down"
    assert listed.take(NOW_S + 1).added == ("X",)
    listed.answered(Answer(None, Verdict.OK, codes=("A",)), NOW_S + 2)
    assert listed.refused == {"X": "the server did not take it"}
    assert not listed.is_due(NOW_S + 60)


def test_what_answers_name_is_held_though_an_error_that_named_nothing_came_first() -> None:
    listed, first = asked("A", "X", "B", acknowledges=Proves.CODES)
    listed.answered(Answer(None, Verdict.CODE, "no"), NOW_S + 1)
    listed.answered(Answer(first.request_id, Verdict.OK, codes=("A",)), NOW_S + 1)
    listed.answered(Answer(first.request_id, Verdict.OK, codes=("B",)), NOW_S + 1)
    assert listed.take(NOW_S + 2).added == ("X",)
    listed.answered(REFUSED, NOW_S + 3)
    assert listed.refused.keys() == {"X"}
    assert not listed.is_due(NOW_S + 5)


def test_where_nothing_is_left_out_a_refusal_does_not_make_what_is_held_be_asked_for_again() -> None:
    listed, _ = asked("A", leaves_out=False)
    listed.answered(Answer(None, Verdict.OK), NOW_S)
    listed.ticked("A", NOW_S)
    listed.want(["A", "X"], NOW_S + 1)
    assert listed.take(NOW_S + 2).added == ("X",)
    listed.answered(REFUSED, NOW_S + 3)
    assert listed.refused.keys() == {"X"}
    assert not listed.is_due(NOW_S + 60)


def test_a_full_list_tells_nothing_of_later_requests() -> None:
    listed, _ = asked("A", acknowledges=Proves.LIST)
    listed.want(["B"], NOW_S + 1)
    listed.ticked("A", NOW_S + 1)
    dropped = listed.take(NOW_S + 2)
    added = listed.take(NOW_S + 3)
    assert (dropped.dropped, added.added) == (("A",), ("B",))
    listed.answered(Answer(None, Verdict.OK, codes=("A",)), NOW_S + 4)
    assert listed.refused == {}
    assert not listed.is_due(NOW_S + 4), "A is dropped already"
    listed.answered(Answer(None, Verdict.OK, codes=()), NOW_S + 4)
    assert listed.answered(Answer(None, Verdict.OK, codes=("B",)), NOW_S + 4) == ["B"]


def test_what_a_full_list_has_though_nobody_asked_is_dropped() -> None:
    listed, _ = asked("A", acknowledges=Proves.LIST)
    listed.answered(Answer(None, Verdict.OK, codes=("A", "Z")), NOW_S + 1)
    assert listed.take(NOW_S + 2).dropped == ("Z",)


def test_a_full_list_that_has_a_refused_code_takes_its_refusal_back() -> None:
    listed, _ = asked("A", "B", acknowledges=Proves.LIST)
    for _ in range(2):
        listed.answered(Answer(None, Verdict.OK, codes=("A",)), NOW_S + 1)
        if listed.is_due(NOW_S + 1):
            listed.take(NOW_S + 1)
    assert listed.refused.keys() == {"B"}
    listed.answered(Answer(None, Verdict.OK, codes=("A", "B")), NOW_S + 2)
    assert listed.refused == {}
    assert listed.is_wanted("B")


def test_an_answer_by_id_is_to_that_request_however_late_it_is() -> None:
    listed, first = asked("X")
    listed.want(["X", "B"], NOW_S + 1)
    second = listed.take(NOW_S + 2)
    late_s = NOW_S + 2 + FEED.limits.answer_s
    assert listed.answered(Answer(second.request_id, Verdict.OK), late_s) == ("B",)
    listed.answered(Answer(first.request_id, Verdict.CODE, "code invalid"), late_s)
    assert listed.refused == {"X": "code invalid"}


def test_an_answer_by_id_tells_nothing_of_what_was_dropped_and_put_back_since() -> None:
    listed, first = asked("X")
    listed.elapsed(NOW_S + FEED.limits.answer_s)
    listed.want([], NOW_S + 6)
    assert listed.take(NOW_S + 7).dropped == ("X",)
    listed.want(["X"], NOW_S + 8)
    listed.take(NOW_S + 9)
    listed.answered(Answer(first.request_id, Verdict.CODE, "code invalid"), NOW_S + 10)
    assert listed.refused == {}


def test_what_is_in_question_counts_as_held_where_the_provider_documents_a_most() -> None:
    listed, _ = asked("A", "B", most_codes=2)
    listed.want(["C", "D"], NOW_S + 1)
    assert not listed.is_due(NOW_S + 2), "two more would be four"
    listed.answered(Answer(None, Verdict.OK), NOW_S + 3)
    assert listed.take(NOW_S + 3).dropped == ("A", "B")
    assert listed.take(NOW_S + 4).added == ("C", "D")


def test_each_of_two_answers_by_id_to_a_drop_and_an_add_of_one_code_settles_its_own() -> None:
    listed, first = asked("A", "B", acknowledges=Proves.CODES, leaves_out=False)
    for code in "AB":
        listed.answered(Answer(first.request_id, Verdict.OK, codes=(code,)), NOW_S)
    listed.want(["B"], NOW_S + 1)
    dropped = listed.take(NOW_S + 2)
    listed.want(["A", "B"], NOW_S + 2)
    added = listed.take(NOW_S + 3)
    listed.answered(Answer(dropped.request_id, Verdict.OK, codes=("A",)), NOW_S + 4)
    assert listed.answered(Answer(added.request_id, Verdict.OK, codes=("A",)), NOW_S + 4) == ["A"]
    assert not listed.is_due(NOW_S + 60), "A is subscribed"


def test_the_answer_to_an_unsubscribe_is_not_taken_for_one_to_the_subscribe_after_it() -> None:
    listed, _ = asked("X", acknowledges=Proves.CODES)
    named = Answer(None, Verdict.OK, codes=("X",))
    listed.answered(named, NOW_S + 1)
    listed.want([], NOW_S + 2)
    listed.take(NOW_S + 3)
    listed.want(["X"], NOW_S + 4)
    listed.take(NOW_S + 5)
    assert list(listed.answered(named, NOW_S + 6)) == [], "dropped"
    assert list(listed.answered(named, NOW_S + 6)) == ["X"], "and taken again"


def test_the_answer_to_a_request_in_several_frames_is_awaited_from_the_last_one_on() -> None:
    listed, _ = asked("X", "Y")
    listed.stamp(math.inf)
    listed.elapsed(NOW_S + 60)
    assert not listed.is_due(NOW_S + 60)
    listed.stamp(NOW_S + 61)
    listed.ticked("Y", NOW_S + 62)
    listed.answered(REFUSED, NOW_S + 63)
    assert listed.refused == {"X": "code invalid"}


def test_a_code_is_mute_that_was_asked_for_long_ago_and_never_ticked() -> None:
    listed, _ = asked("A", "X")
    listed.ticked("A", NOW_S + 1)
    long_s = 2 * FEED.limits.first_tick_s
    assert not listed.is_mute("X", NOW_S + long_s - 1)
    assert listed.is_mute("X", NOW_S + long_s)
    assert not listed.is_mute("A", NOW_S + long_s)
    listed.ticked("X", NOW_S + long_s)
    assert not listed.is_mute("X", NOW_S + 2 * long_s)


def test_what_was_acknowledged_is_not_asked_for_twice_where_nothing_is_left_out() -> None:
    for leaves_out, again in ((True, ("X",)), (False, None)):
        listed, change = asked("A", "X", leaves_out=leaves_out)
        listed.answered(Answer(change.request_id, Verdict.OK), NOW_S + 1)
        listed.ticked("A", NOW_S + 1)
        assert _take_if_due(listed, NOW_S + 1 + FEED.limits.first_tick_s) == again


def test_what_went_down_with_another_codes_refusal_is_asked_for_at_once_however_often() -> None:
    listed, first = asked("A", "X", "B", "Y")
    listed.answered(Answer(first.request_id, Verdict.CODE, "no X", ("X",), fails_all=True), NOW_S + 1)
    second = listed.take(NOW_S + 1)
    assert second.added == ("A", "B", "Y")
    listed.answered(Answer(second.request_id, Verdict.CODE, "no Y", ("Y",), fails_all=True), NOW_S + 2)
    assert listed.refused == {"X": "no X", "Y": "no Y"}
    third = listed.take(NOW_S + 2)
    assert third.added == ("A", "B")
    listed.ticked("A", NOW_S + 3)
    assert _take_if_due(listed, NOW_S + 2 + FEED.limits.first_tick_s) == ("B",), "silent: once more"


def test_a_refusal_by_the_name_of_another_request_is_looked_into_and_never_repeats_itself() -> None:
    listed, first = asked("A", "B")
    wrong = Answer(first.request_id, Verdict.CODE, "no Z", ("Z",), fails_all=True)
    listed.answered(wrong, NOW_S + 1)
    sizes = []
    while listed.is_due(NOW_S + 2) and len(sizes) < 10:
        sizes.append(len(listed.take(NOW_S + 2).added))
        listed.answered(msgspec.structs.replace(wrong, request_id=None), NOW_S + 2)
    assert len(sizes) < 6
    assert listed.refused.keys() == {"A", "B"}


def test_a_stray_that_nobody_asked_for_is_not_taken_back_and_one_that_was_dropped_is_once_more() -> None:
    listed, _ = asked("A", "B")
    listed.answered(Answer(None, Verdict.OK), NOW_S + 1)
    assert not listed.strayed("NaN", NOW_S + 2)
    assert not listed.is_due(NOW_S + 2)
    listed.want(["A"], NOW_S + 3)
    assert listed.take(NOW_S + 4).dropped == ("B",)
    assert listed.strayed("B", NOW_S + 60)
    assert listed.take(NOW_S + 60).dropped == ("B",)

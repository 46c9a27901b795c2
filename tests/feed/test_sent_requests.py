"""Which request an answer is to."""

import math

import msgspec
import pytest

from quotedesk.codec.alltick_action import FEED
from quotedesk.codec.base import Answer, Proves, Verdict
from quotedesk.feed.sent_requests import MOST_LATE, SentRequest, SentRequests

LIMITS = msgspec.structs.replace(FEED.limits, acknowledges=Proves.CODES)
ANSWER_S = LIMITS.answer_s


@pytest.fixture
def sent() -> SentRequests:
    return SentRequests(LIMITS)


def send(sent: SentRequests, request_id: int, codes: str, dropped: str = "", at_s: float = 0.0) -> SentRequest:
    request = SentRequest(request_id, tuple(codes), at_s, tuple(dropped))
    sent.add(request, codes or dropped)
    return request


def answer(request_id: int | None, codes: str = "") -> Answer:
    return Answer(request_id, Verdict.OK, codes=tuple(codes))


def test_an_answer_without_an_id_may_be_to_any_open_request_the_oldest_first(sent: SentRequests) -> None:
    first, second = send(sent, 1, "A"), send(sent, 2, "B")
    assert sent.candidates(answer(None)) == [first, second]
    assert sent.newest is second
    sent.close(first)
    assert sent.candidates(answer(None)) == [second]


def test_one_that_waited_long_enough_is_answered_by_its_id_alone(sent: SentRequests) -> None:
    first, second = send(sent, 1, "A"), send(sent, 2, "B", at_s=1.0)
    assert sent.elapsed(ANSWER_S - 0.1) == []
    assert sent.elapsed(ANSWER_S) == [first]
    assert sent.candidates(answer(None)) == [second]
    assert sent.candidates(answer(1)) == [first]
    sent.close(first)
    assert sent.candidates(answer(1)) == []


def test_no_more_than_some_are_kept_for_late_answers(sent: SentRequests) -> None:
    for number in range(MOST_LATE + 1):
        send(sent, number + 1, "A")
    sent.elapsed(ANSWER_S)
    assert sent.candidates(answer(1)) == []
    assert len(sent.candidates(answer(2))) == 1


def test_one_whose_frames_wait_is_not_late_nor_is_what_went_out_after_it(sent: SentRequests) -> None:
    send(sent, 1, "A", at_s=math.inf)
    send(sent, 2, "B")
    assert sent.elapsed(1_000.0) == []


def test_an_answer_tells_nothing_of_what_was_asked_anew_since(sent: SentRequests) -> None:
    first = send(sent, 1, "AB")
    send(sent, 2, "", dropped="A")
    send(sent, 3, "A")
    assert sent.candidates(answer(1)) == [first]
    assert (first.codes, first.is_part) == (("B",), True)


def test_to_ask_again_changes_nothing_that_an_answer_tells(sent: SentRequests) -> None:
    first = send(sent, 1, "A")
    sent.add(SentRequest(2, ("A",), 1.0), ())
    assert sent.candidates(answer(1)) == [first]
    assert (first.codes, first.is_part) == (("A",), False)


def test_codes_that_answers_name_are_settled_one_by_one(sent: SentRequests) -> None:
    send(sent, 1, "AB")
    drop = send(sent, 2, "", dropped="A")
    assert sent.settle(answer(1, "B")) == ["B"]
    assert sent.settle(answer(1, "A")) == [], "it was dropped since: that is no news"
    assert sent.open == [drop], "one that has nothing left to settle is open no more"
    assert sent.settle(answer(2, "A")) == []
    assert sent.open == []


def test_where_answers_have_no_id_a_drop_is_settled_before_what_was_asked_after_it(sent: SentRequests) -> None:
    send(sent, 1, "", dropped="A")
    again = send(sent, 2, "A")
    assert sent.settle(answer(None, "A")) == []
    assert sent.open == [again]
    assert sent.settle(answer(None, "A")) == ["A"]
    assert sent.settle(answer(None, "Z")) == ["Z"], "what was not asked for here is news as well"


def test_an_answer_that_names_all_settles_what_came_before_it(sent: SentRequests) -> None:
    send(sent, 1, "A")
    send(sent, 2, "B")
    third = send(sent, 3, "C")
    assert sent.settle_all(answer(2)) == {"C"}
    assert sent.open == [third]
    assert sent.settle_all(answer(None)) == set()
    assert sent.open == []
    assert sent.settle_all(answer(2)) == {"C"}, "a late one"
    assert sent.settle_all(answer(None)) == set()


def test_where_answers_prove_nothing_none_is_awaited() -> None:
    sent = SentRequests(msgspec.structs.replace(LIMITS, acknowledges=Proves.NOTHING))
    request = send(sent, 1, "A")
    assert sent.open == []
    assert sent.newest is request
    assert sent.has_asked("A")


def test_nothing_is_known_of_a_connection_before(sent: SentRequests) -> None:
    send(sent, 1, "A")
    sent.elapsed(ANSWER_S)
    send(sent, 2, "B")
    sent.lost()
    assert (sent.open, sent.newest, sent.has_asked("A")) == ([], None, False)
    assert sent.candidates(answer(1)) == []

"""Differences: what test_session does not show, answers that are neither yes nor no, and refusals that hit nobody."""

from quotedesk.codec.alltick_action import FEED
from quotedesk.codec.base import Answer, Change, Verdict
from quotedesk.feed.incremental import Incremental

NOW_S = 1000.0
REFUSED = Answer(None, Verdict.CODE, "code invalid")


def asked(*codes: str) -> tuple[Incremental, Change]:
    """Codes that were asked for at NOW_S, and their request."""
    listed = Incremental(FEED.limits)
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

"""When may the next frame go out?"""

import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.feed.pace import Pace

FRAME_GAP_S, LINK_GAP_S = 1.1, 3.0
NOW_S = 1000.0


@pytest.fixture
def pace() -> Pace:
    return Pace(FRAME_GAP_S, LINK_GAP_S)


class Line:
    """A connection that wants to say things, as a session does: a due heartbeat first, then the rest."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self.beats: list[float] = []  # due since
        self.frames: list[float] = []  # due since
        self.sent: list[tuple[float, bool, float]] = []  # when, is_beat, due since

    def ready_s(self) -> float:
        if self.beats:
            return self._pace.ready_s(self, self.beats[0], is_beat=True)
        if self.frames:
            return self._pace.ready_s(self, self.frames[0])
        self._pace.rest(self)
        return math.inf

    def send(self, now_s: float) -> None:
        is_beat = bool(self.beats)
        due_s = (self.beats or self.frames).pop(0)
        self._pace.sent(self, now_s)
        self.sent.append((now_s, is_beat, due_s))


def play(lines: Sequence[Line], requests: Sequence[tuple[float, int, bool]], until_s: float) -> None:
    """Let the requests (when, line, is_beat) come due; each line looks when it was told to, and sends when it may."""
    coming = sorted(requests)
    now_s = 0.0
    looks = 0
    while True:
        while coming and coming[0][0] <= now_s:
            due_s, place, is_beat = coming.pop(0)
            (lines[place].beats if is_beat else lines[place].frames).append(due_s)
        for line in lines:
            if line.ready_s() <= now_s:
                line.send(now_s)
        nexts = [ready_s for line in lines if (ready_s := line.ready_s()) < math.inf]
        now_s = max(min(nexts + [due_s for due_s, _, _ in coming[:1]], default=math.inf), now_s)
        looks += 1
        assert looks < 10_000, "time stands still"
        if now_s > until_s:
            return


def check_gaps(lines: Sequence[Line]) -> None:
    said = sorted((at_s, place) for place, line in enumerate(lines) for at_s, _, _ in line.sent)
    for (earlier_s, one), (later_s, other) in itertools.pairwise(said):
        assert later_s - earlier_s >= (FRAME_GAP_S if one == other else LINK_GAP_S) - 1e-9
    for line in lines:
        times_s = [at_s for at_s, _, _ in line.sent]
        for earlier_s, later_s in itertools.pairwise(times_s):
            assert later_s - earlier_s >= FRAME_GAP_S - 1e-9


requests = st.lists(st.tuples(st.floats(0, 60), st.integers(0, 2), st.booleans()), max_size=40)


@settings(max_examples=300, deadline=None)
@given(requests)
def test_frames_keep_their_gaps_and_all_go_out_whatever_is_asked(asked: list[tuple[float, int, bool]]) -> None:
    pace = Pace(FRAME_GAP_S, LINK_GAP_S)
    lines = [Line(pace) for _ in range(3)]
    play(lines, asked, until_s=60 + LINK_GAP_S * (len(asked) + 2))
    check_gaps(lines)
    assert sum(len(line.sent) for line in lines) == len(asked), "nobody starves"
    last_s = max((at_s for line in lines for at_s, _, _ in line.sent), default=0.0)
    assert last_s <= 60 + LINK_GAP_S * len(asked), "nor does the line stand still while somebody waits"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(0, 100), max_size=60), st.lists(st.floats(0, 100), max_size=5), st.floats(0, 10))
def test_two_lines_beat_in_time_and_the_quiet_one_gets_its_turn_however_busy_the_other_is(
    busy: list[float], quiet: list[float], shift_s: float
) -> None:
    pace = Pace(FRAME_GAP_S, LINK_GAP_S)
    lines = [Line(pace), Line(pace)]
    beats = [(10.0 * i + shift_s * place, place, True) for i in range(1, 10) for place in (0, 1)]
    asked = beats + [(at_s, 0, False) for at_s in busy] + [(at_s, 1, False) for at_s in quiet]
    play(lines, asked, until_s=600)
    check_gaps(lines)
    for line in lines:
        for at_s, is_beat, due_s in line.sent:
            if is_beat:
                assert at_s - due_s <= 2 * LINK_GAP_S + 1e-9, "behind one frame and the other line's beat at most"
    for place, (at_s, is_beat, due_s) in enumerate(lines[1].sent):
        if not is_beat:
            before_s = max([due_s, *(sent_s for sent_s, _, _ in lines[1].sent[:place])])
            assert at_s - before_s <= 5 * LINK_GAP_S + 1e-9, "a frame each, and both beats"


def test_the_first_frame_may_go_at_once(pace: Pace) -> None:
    assert pace.ready_s("a", NOW_S) <= NOW_S


def test_on_one_connection_the_gap_is_that_of_frames(pace: Pace) -> None:
    pace.sent("a", NOW_S)
    assert pace.ready_s("a", NOW_S) == pytest.approx(NOW_S + FRAME_GAP_S)


def test_on_two_connections_the_gap_is_that_of_links(pace: Pace) -> None:
    pace.sent("a", NOW_S)
    assert pace.ready_s("b", NOW_S) == pytest.approx(NOW_S + LINK_GAP_S)


def test_a_heartbeat_goes_before_frames_that_wait_longer(pace: Pace) -> None:
    pace.sent("c", NOW_S)
    pace.ready_s("a", NOW_S)
    beat_s = pace.ready_s("b", NOW_S + 2.0, is_beat=True)
    assert beat_s == pytest.approx(NOW_S + LINK_GAP_S)
    assert pace.ready_s("a", NOW_S) == pytest.approx(beat_s + LINK_GAP_S)


def test_whoever_waits_longer_goes_first(pace: Pace) -> None:
    pace.sent("c", NOW_S)
    pace.ready_s("late", NOW_S + 1.0)
    early_s = pace.ready_s("early", NOW_S + 0.5)
    assert pace.ready_s("late", NOW_S + 1.0) == pytest.approx(early_s + LINK_GAP_S)


def test_looking_again_does_not_lose_a_turn(pace: Pace) -> None:
    pace.sent("c", NOW_S)
    first = [pace.ready_s("a", NOW_S), pace.ready_s("b", NOW_S + 0.1)]
    assert [pace.ready_s("a", NOW_S), pace.ready_s("b", NOW_S + 0.1)] == first


def test_a_turn_that_is_given_up_holds_nobody(pace: Pace) -> None:
    pace.sent("c", NOW_S)
    pace.ready_s("a", NOW_S)
    behind_s = pace.ready_s("b", NOW_S + 1.0)
    pace.rest("a")
    assert pace.ready_s("b", NOW_S + 1.0) == pytest.approx(behind_s - LINK_GAP_S)
    pace.rest("never seen")


def test_a_frame_that_went_out_counts_even_after_its_connection_rests(pace: Pace) -> None:
    pace.sent("a", NOW_S)
    pace.rest("a")
    assert pace.ready_s("b", NOW_S) == pytest.approx(NOW_S + LINK_GAP_S)


@pytest.mark.parametrize(("is_beat", "since_s"), [(False, NOW_S), (True, NOW_S - 50)])
def test_a_connection_that_never_uses_its_turn_does_not_stop_the_others(
    pace: Pace, is_beat: bool, since_s: float
) -> None:
    now_s = NOW_S
    pace.sent("a", now_s)
    pace.ready_s("stuck", since_s, is_beat=is_beat)
    for _ in range(5):
        ready_s = pace.ready_s("a", now_s)
        assert ready_s <= now_s + 2 * LINK_GAP_S + 1e-9
        now_s = ready_s
        pace.sent("a", now_s)


def test_a_connection_that_is_gone_for_good_leaves_nothing_behind(pace: Pace) -> None:
    pace.sent("a", NOW_S)
    pace.ready_s("a", NOW_S)
    pace.leave("a")
    assert pace.ready_s("b", NOW_S) <= NOW_S
    assert pace.slack_s("b") == 0.0
    pace.leave("never seen")


def test_a_bucket_gives_so_many_frames_and_then_one_as_it_fills() -> None:
    pace = Pace(0.1, 0.1, (5, 7.5))
    now_s, sent = NOW_S, []
    for _ in range(9):
        now_s = max(now_s, pace.ready_s("a", now_s))
        pace.sent("a", now_s)
        sent.append(now_s - NOW_S)
    assert sent[:5] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    assert sent[5:] == pytest.approx([7.5, 15.0, 22.5, 30.0])
    pace.leave("a")
    assert pace.ready_s("a", now_s) <= now_s  # another connection has a bucket of its own


def test_a_heartbeat_waits_for_no_bucket_but_counts() -> None:
    pace = Pace(0.1, 0.1, (2, 7.5))
    for at_s in (NOW_S, NOW_S + 0.1):
        pace.sent("a", at_s)
    assert pace.ready_s("a", NOW_S + 1, is_beat=True) <= NOW_S + 1
    pace.sent("a", NOW_S + 1)
    assert pace.ready_s("a", NOW_S + 1) == pytest.approx(NOW_S + 15.0)

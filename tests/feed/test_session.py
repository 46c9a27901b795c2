"""The conversation, against a provider without a socket."""

import json
import math
import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from quotedesk.codec import FEEDS
from quotedesk.feed.events import Accepted, LinkChanged, Notice
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import Session
from quotedesk.market.states import LinkState, RowState
from tests.fakes.provider import FakeProvider

KINDS = {"alltick": True, "alltick_action": False, "demo": False}


class Desk:
    """A session, its provider and a clock that is turned by hand."""

    def __init__(self, feed: str = "alltick", *, pace: Pace | None = None, **manner) -> None:
        self.now_s = 1000.0
        self.feed = FEEDS[feed]
        limits = self.feed.limits
        self.session = Session(
            self.feed, "stock", pace or Pace(limits.frame_gap_s, limits.link_gap_s), random.Random(1)
        )
        self.provider = FakeProvider(KINDS[feed], **manner)
        self.accepted: list[str] = []
        self.notices: list[str] = []
        self.links: list[LinkState] = []
        self.answers_are_delivered = True
        self.pings_are_answered = True

    def want(self, *codes: str) -> None:
        self.session.want(codes, self.now_s)

    def open(self) -> None:
        self.session.dialling(self.now_s)
        self.session.opened(self.now_s)

    def receive(self, *frames: bytes) -> None:
        self.session.received(frames, self.now_s)

    def answer(self) -> None:
        answers, self.provider.answers[:] = list(self.provider.answers), []
        self.receive(*answers)

    def tick(self, *codes: str) -> None:
        self.receive(*self.provider.tick(codes or self.provider.served, self.now_s))
        self.pump()

    def pump(self) -> None:
        """Everything that is due now."""
        self.session.elapsed(self.now_s, self.now_s + 1e9)
        for frame in self.session.take_frames(self.now_s):
            self.provider.receive(frame, self.now_s)
        if self.session.take_ping(self.now_s) and self.pings_are_answered:
            self.session.proven(self.now_s)
        if self.answers_are_delivered and self.provider.answers:
            self.answer()
        for event in self.session.take_events():
            match event:
                case Accepted(ticks):
                    self.accepted += [tick.code for tick in ticks]
                case LinkChanged(status):
                    self.links.append(status.state)
                case Notice(text):
                    self.notices.append(text)

    def run(self, for_s: float) -> None:
        """Let time pass, looking only when the session asked to be looked at."""
        end_s = self.now_s + for_s
        self.pump()
        looks = 0
        while (deadline_s := self.session.deadline_s(self.now_s)) < end_s:
            assert deadline_s >= self.now_s - 1e-6 or self.session.take_frames(self.now_s), "a deadline in the past"
            self.now_s = max(deadline_s, self.now_s + 1e-4)
            self.pump()
            looks += 1
            assert looks < 200 + for_s * 20, "the session never rests"
        self.now_s = end_s
        self.pump()

    def sent(self) -> list[tuple[str, set[str]]]:
        """The requests, as (verb, codes)."""
        said = []
        for _, frame in self.provider.frames:
            if "action" in frame:
                said.append((frame["action"], set(frame["code"])))
            elif frame["cmd_id"] == 22004:
                said.append(("list", {symbol["code"] for symbol in frame["data"]["symbol_list"]}))
            elif frame["cmd_id"] == 22006:
                said.append(("cancel", set()))
        return said

    def state(self, code: str) -> RowState:
        return self.session.row(code, self.now_s).state


@pytest.fixture(params=KINDS)
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(request.param)


def started(desk: Desk, *codes: str) -> Desk:
    desk.want(*codes)
    desk.run(0.1)
    desk.open()
    desk.run(1.5)
    desk.tick()
    return desk


def test_the_wanted_codes_are_asked_for_once_the_link_is_up(desk: Desk) -> None:
    desk.want("A", "B")
    desk.run(1)
    assert desk.sent() == []
    desk.open()
    desk.run(1)
    assert [codes for _, codes in desk.sent()] == [{"A", "B"}]
    desk.tick()
    assert desk.accepted == ["A", "B"]
    assert desk.state("A") is RowState.LIVE


def test_edits_within_50_ms_become_one_change(desk: Desk) -> None:
    started(desk, "A")
    for codes in (("A", "B"), ("A", "B", "C"), ("A", "C", "D")):
        desk.want(*codes)
        desk.run(0.015)
    desk.run(3)
    assert desk.provider.held == {"A", "C", "D"}
    assert len(desk.sent()) == 2


def test_a_busy_connection_cannot_starve_another_and_more_edits_do_not_cost_a_turn() -> None:
    limits = FEEDS["alltick"].limits
    pace = Pace(limits.frame_gap_s, limits.link_gap_s)
    stock, other = (Desk("alltick", pace=pace) for _ in range(2))
    sent: list[Desk] = []
    for desk in (stock, other):
        started(desk, "A")
    both_s = max(stock.now_s, other.now_s)
    for tenth in range(200):
        for desk in (stock, other):
            desk.now_s = both_s + tenth / 10
            frames = len(desk.sent())
            if tenth % 3 == 0:
                desk.want("A", f"B{tenth}")
            desk.pump()
            sent += [desk] * (len(desk.sent()) - frames)
    assert sent.count(other) >= 2
    assert abs(sent.count(stock) - sent.count(other)) <= 1


def test_an_edit_that_is_taken_back_at_once_sends_nothing(desk: Desk) -> None:
    started(desk, "A")
    desk.want("A", "B")
    desk.want("A")
    desk.run(3)
    assert len(desk.sent()) == 1


def test_a_new_order_sends_nothing(desk: Desk) -> None:
    started(desk, "A", "B", "C")
    desk.want("C", "A", "B")
    desk.run(5)
    assert len(desk.sent()) == 1


def test_a_replacing_feed_sends_the_whole_list_and_cancels_the_last_one() -> None:
    desk = started(Desk("alltick"), "A", "B")
    desk.want("A", "B", "C")
    desk.run(3)
    desk.want("C", "B")
    desk.run(3)
    desk.want()
    desk.run(3)
    assert desk.sent() == [("list", {"A", "B"}), ("list", {"A", "B", "C"}), ("list", {"B", "C"}), ("cancel", set())]
    assert desk.session.counts.requests["cancel"] == 1


def test_an_adding_feed_sends_one_frame_per_verb_drops_first() -> None:
    desk = started(Desk("alltick_action"), "A", "B")
    desk.want("B", "C", "D")
    desk.run(4)
    assert desk.sent()[1:] == [("unsubscribe", {"A"}), ("subscribe", {"C", "D"})]
    desk.want()
    desk.run(4)
    assert desk.sent()[3:] == [("unsubscribe", {"B", "C", "D"})]
    assert desk.session.counts.requests == {"subscribe": 2, "unsubscribe": 2}


def test_ticks_of_a_removed_code_are_dropped_and_counted(desk: Desk) -> None:
    started(desk, "A", "B")
    desk.want("A")
    desk.tick("A", "B")
    assert desk.accepted == ["A", "B", "A"]
    assert desk.session.counts.dropped == {"unwanted": 1}


def test_the_same_tick_twice_and_an_older_one_are_dropped_and_counted(desk: Desk) -> None:
    started(desk, "A")
    [push] = desk.provider.tick(["A"], desk.now_s)
    [older] = desk.provider.tick(["A"], desk.now_s - 5)
    desk.receive(push, push, older)
    desk.pump()
    assert desk.session.counts.dropped == {"duplicate": 1, "older": 1}
    assert desk.session.counts.applied == {"A": 2}


def test_a_row_is_quiet_after_15_s_on_a_link_that_is_proven(desk: Desk) -> None:
    started(desk, "A")
    desk.run(14.9)
    assert desk.state("A") is RowState.LIVE
    desk.run(0.2)
    assert desk.state("A") is RowState.QUIET


def test_a_missing_answer_sends_an_unchanged_list_at_most_twice_again_and_once_for_silence() -> None:
    desk = Desk("alltick")
    desk.answers_are_delivered = False
    desk.want("A")
    desk.run(0.1)
    desk.open()
    # The heartbeats are answered, the subscriptions are not.
    for _ in range(120):
        desk.run(1)
        desk.receive(*[a for a in desk.provider.answers if b"22001" in a])
        desk.provider.answers.clear()
    assert len(desk.sent()) == 4
    assert desk.session.status.state is LinkState.UP
    assert desk.state("A") is RowState.PENDING


def test_ticks_of_all_new_codes_do_for_a_missing_answer() -> None:
    desk = Desk("alltick")
    desk.answers_are_delivered = False
    desk.want("A")
    desk.run(0.1)
    desk.open()
    desk.run(1)
    desk.tick()
    desk.run(9)
    assert len(desk.sent()) == 1


def test_a_silent_code_is_asked_for_once_more(desk: Desk) -> None:
    started(desk, "A")
    desk.want("A", "S")
    desk.run(2)
    for _ in range(60):
        desk.tick("A")
        desk.run(1)
    again = [codes for _, codes in desk.sent()[2:]]
    assert again == [{"A", "S"} if desk.feed.name == "alltick" else {"S"}]


@pytest.mark.parametrize("clears", [False, True])
@pytest.mark.parametrize("bad", [{"C"}, {"A", "D"}, {"A", "B", "C", "D", "E"}, {"B", "E"}])
def test_bad_codes_are_found_by_splitting_and_all_others_live(desk: Desk, bad: set[str], clears: bool) -> None:
    started(desk, "K", "L")
    desk.provider.bad, desk.provider.clears = frozenset(bad), clears
    desk.want("K", "L", "A", "B", "C", "D", "E")
    for _ in range(80):
        desk.run(0.5)
        desk.tick()
    assert {code for code in "KLABCDE" if desk.state(code) is RowState.REFUSED} == bad
    assert {code for code in "KLABCDE" if desk.state(code) is RowState.LIVE} == set("KLABCDE") - bad
    assert not desk.provider.breaches
    row = desk.session.row(min(bad), desk.now_s)
    assert row.words in ("code invalid", "no")


def test_one_bad_code_among_32_is_found_in_log2_n_requests() -> None:
    desk = started(Desk("alltick", bad=frozenset({"N13"})), "K")
    desk.want("K", *[f"N{i}" for i in range(32)])
    desk.run(30)
    assert desk.provider.held == {"K", *[f"N{i}" for i in range(32) if i != 13]}
    assert len(desk.sent()) <= 1 + 1 + 5 + 2


def test_a_refusal_stays_until_the_row_is_edited(desk: Desk) -> None:
    desk.provider.bad = frozenset({"X"})
    started(desk, "A", "X")
    desk.run(20)
    requests = len(desk.sent())
    desk.run(5)
    assert desk.state("X") is RowState.REFUSED
    desk.session.lost("cut", desk.now_s)
    assert desk.state("X") is RowState.REFUSED, "refused wins over offline"
    assert desk.state("A") is RowState.OFFLINE
    desk.run(70)
    desk.open()
    desk.run(20)
    assert all("X" not in codes for _, codes in desk.sent()[requests:])
    desk.want("A")
    desk.provider.bad = frozenset()
    desk.want("A", "X")
    desk.run(5)
    desk.tick()
    assert desk.state("X") is RowState.LIVE


def test_a_lost_link_makes_rows_offline_and_asks_for_all_again(desk: Desk) -> None:
    started(desk, "A", "B")
    desk.session.lost("The server closed the connection", desk.now_s)
    desk.provider.disconnect()
    assert desk.state("A") is RowState.OFFLINE
    status = desk.session.status
    assert status.state is LinkState.WAITING
    assert status.retry_at_s is not None
    assert status.retry_at_s >= desk.now_s + desk.feed.limits.retry_min_s
    lost_s = status.since_s
    desk.now_s = status.retry_at_s
    assert desk.session.dial_at_s is not None
    assert desk.session.dial_at_s <= desk.now_s
    desk.open()
    assert desk.session.outage_s == desk.now_s - lost_s
    assert desk.state("A") is RowState.PENDING
    desk.run(2)
    assert desk.provider.held == {"A", "B"}


def test_a_link_without_heartbeat_answers_is_lost_after_25_s(desk: Desk) -> None:
    started(desk, "A")
    opened_s = desk.now_s
    desk.answers_are_delivered = desk.pings_are_answered = False
    while desk.session.status.state is LinkState.UP:
        desk.tick("A")
        desk.run(0.5)
        assert desk.now_s < opened_s + 27
    assert desk.now_s >= opened_s + 23
    assert "heartbeat" in desk.session.status.reason


def test_heartbeats_go_out_every_10_s_and_before_other_frames() -> None:
    desk = started(Desk("alltick"), "A")
    opened_s = desk.provider.frames[0][0]
    for i in range(60):
        desk.want("A", f"B{i}")
        desk.run(1)
    beats = [at_s for at_s, frame in desk.provider.frames if frame["cmd_id"] == 22000]
    assert beats[0] == pytest.approx(opened_s + 10, abs=1.2)
    assert all(8.8 < b - a < 11.2 for a, b in pairwise(beats))
    assert not desk.provider.breaches


def test_two_connections_of_one_token_are_both_in_time_with_their_heartbeats() -> None:
    limits = FEEDS["alltick"].limits
    pace = Pace(limits.frame_gap_s, limits.link_gap_s)
    both = [started(Desk("alltick", pace=pace), "A") for _ in range(2)]
    opened_s = [desk.session.status.since_s for desk in both]
    for tenth in range(600):
        for desk in both:
            desk.now_s = 1002.0 + tenth / 10
            desk.pump()
    for desk, since_s in zip(both, opened_s, strict=True):
        beats = [at_s for at_s, frame in desk.provider.frames if frame["cmd_id"] == 22000]
        assert beats[0] - since_s < 10.3
        assert all(b - a < 10.3 for a, b in pairwise(beats))


def test_the_action_dialect_has_no_heartbeat_frame_and_pings_every_10_s() -> None:
    desk = started(Desk("alltick_action"), "A")
    desk.run(60)
    assert all("action" in frame for _, frame in desk.provider.frames)
    assert desk.session.status.state is LinkState.UP
    assert desk.session.status.proven_s == pytest.approx(desk.now_s, abs=10.1)


def test_the_round_trip_is_known_from_the_first_heartbeat_on_and_only_while_the_link_is_up() -> None:
    desk = started(Desk(), "A")
    assert math.isnan(desk.session.round_trip.last_s)
    desk.answers_are_delivered = False
    desk.run(10)
    [beat_s] = [at_s for at_s, frame in desk.provider.frames if frame["cmd_id"] == 22000]
    desk.now_s = beat_s + 2.25
    desk.answer()
    assert desk.session.round_trip.last_s == 2.25
    desk.session.lost("gone", desk.now_s)
    assert math.isnan(desk.session.round_trip.last_s)


def test_a_pong_counts_only_on_the_link_that_is_up() -> None:
    desk = started(Desk("alltick_action"), "A")
    desk.session.proven(desk.now_s, desk.now_s - 0.125)
    assert desk.session.round_trip.last_s == pytest.approx(0.125)
    desk.session.lost("gone", desk.now_s)
    desk.session.proven(desk.now_s, desk.now_s - 0.125)
    assert math.isnan(desk.session.round_trip.last_s)


def test_a_refused_key_stops_and_is_dialled_again_only_when_asked(desk: Desk) -> None:
    started(desk, "A")
    desk.receive(b'{"ret":401,"msg":"token invalid","cmd_id":0,"seq_id":0,"trace":"","data":{}}')
    desk.pump()
    assert desk.session.status.state is LinkState.DENIED
    assert "key" in desk.session.status.reason
    assert desk.session.dial_at_s is None
    desk.session.retry_now(desk.now_s)
    assert desk.session.dial_at_s == desk.now_s + desk.feed.limits.retry_min_s


def test_a_wall_clock_that_jumps_ahead_means_the_machine_slept(desk: Desk) -> None:
    started(desk, "A")
    desk.session.elapsed(desk.now_s, desk.now_s + 1e9 + 6)
    assert desk.session.status.state is LinkState.WAITING
    assert "asleep" in desk.session.status.reason


def test_another_network_is_a_reason_to_ask_at_once_whether_the_server_is_there(desk: Desk) -> None:
    started(desk, "A")
    desk.session.network_changed(desk.now_s)
    desk.run(5)
    assert desk.session.status.state is LinkState.UP, "it answered"
    desk.answers_are_delivered = desk.pings_are_answered = False
    desk.session.network_changed(desk.now_s)
    desk.run(9)
    assert desk.session.status.state is LinkState.WAITING
    assert desk.session.status.reason == "The network changed, and the server is silent"
    desk.now_s += desk.feed.limits.retry_min_s
    desk.session.network_changed(desk.now_s)
    assert desk.session.dial_at_s == desk.now_s, "another network is worth a try"


def test_an_endpoint_without_symbols_lets_its_connection_go_after_a_while(desk: Desk) -> None:
    started(desk, "A")
    desk.want()
    desk.run(30)
    assert desk.session.status.state is LinkState.UP
    desk.want("A")
    desk.run(40)
    desk.want()
    desk.run(60.5)
    assert desk.session.status.state is LinkState.OFF
    desk.want("B")
    assert desk.session.status.state is LinkState.WAITING, "not sooner than the provider allows"
    desk.want()
    desk.run(desk.feed.limits.retry_min_s)
    desk.want("B")
    assert desk.session.status.state is LinkState.CONNECTING


def test_a_late_answer_is_not_taken_for_the_answer_to_a_newer_list() -> None:
    desk = Desk("alltick")
    desk.answers_are_delivered = False
    desk.want("A")
    desk.run(0.1)
    desk.open()
    desk.run(1)
    [first] = desk.provider.answers
    desk.want("A", "B")
    desk.run(5.2)  # the first request timed out, the second is open
    assert desk.sent()[-1] == ("list", {"A", "B"})
    desk.receive(first.replace(b"200", b"600"))
    desk.run(0.5)
    assert desk.state("A") is desk.state("B") is RowState.PENDING


def test_garbage_is_counted_by_kind_and_breaks_nothing(desk: Desk) -> None:
    started(desk, "A")
    desk.receive(b"", b"\xff\x00", b"[1,2]", b'{"cmd_id":99}', b"{" * 10_000, b'{"cmd_id":99}')
    desk.tick("A")
    assert desk.accepted[-1] == "A"
    assert desk.session.counts.unreadable["unknown command"] == 2
    assert sum(desk.session.counts.unreadable.values()) == 6
    assert len(desk.notices) == len(desk.session.counts.unreadable)


POOL = [f"C{i}" for i in range(7)]


class AnySequence(RuleBasedStateMachine):
    """Edits, answers in any manner, ticks, cuts: the invariants hold, and in the end the server holds the list."""

    feed = "alltick"
    plan = 0
    says_plan = False
    is_prompt = False

    @initialize(
        bad=st.frozensets(st.sampled_from(POOL), max_size=3),
        clears=st.booleans(),
        first=st.lists(st.sampled_from(POOL)),
    )
    def start(self, bad: frozenset[str], clears: bool, first: list[str]) -> None:
        bad = bad if not self.plan else frozenset()
        self.desk = Desk(self.feed, bad=bad, clears=clears, plan=self.plan, says_plan=self.says_plan)
        self.desk.answers_are_delivered = self.is_prompt
        self.desk.want(*first)
        self.age = 0
        self.lost = 0

    @property
    def is_up(self) -> bool:
        return self.desk.session.status.state is LinkState.UP

    @precondition(lambda self: self.desk.session.dial_at_s is not None)
    @rule()
    def connect(self) -> None:
        self.desk.run(max(0.0, (self.desk.session.dial_at_s or 0.0) - self.desk.now_s) if self.waiting() else 0.0)
        self.desk.open()

    def waiting(self) -> bool:
        return self.desk.session.status.state is LinkState.WAITING

    @precondition(lambda self: self.is_up)
    @rule()
    def cut(self) -> None:
        self.desk.session.lost("cut", self.desk.now_s)
        self.desk.provider.disconnect()

    @rule(codes=st.lists(st.sampled_from(POOL)))
    def edit(self, codes: list[str]) -> None:
        self.desk.want(*codes)

    @rule(for_s=st.sampled_from([0.01, 0.06, 1.1, 3.0, 6.0, 12.0]))
    def wait(self, for_s: float) -> None:
        while for_s > 0:
            self.desk.run(min(for_s, 1.5))
            for_s -= 1.5
            self.beats()
            if not self.desk.feed.limits.replaces and self.is_up:
                # Answers without ids: beyond the 5 s that one is awaited nobody could say what it answers.
                self.age = self.age + 1 if self.desk.provider.answers else 0
                if self.age > 2:
                    self.answer()

    def beats(self) -> None:
        beats = [answer for answer in self.desk.provider.answers if b"22001" in answer]
        for beat in beats:
            self.desk.provider.answers.remove(beat)
        if self.is_up:
            self.desk.receive(*beats)

    @precondition(lambda self: self.is_up)
    @rule()
    def answer(self) -> None:
        self.desk.answer()

    @precondition(lambda self: self.is_up and self.desk.provider.answers)
    @rule(duplicate=st.booleans())
    def one_answer(self, duplicate: bool) -> None:
        answer = self.desk.provider.answers.pop(0)
        self.desk.receive(*[answer] * (2 if duplicate and self.desk.feed.limits.replaces else 1))

    # An unchanged list goes out again at most twice for missing answers: after that it is up to the user.
    @precondition(lambda self: self.desk.provider.answers and self.lost < 2)
    @rule(data=st.data())
    def lose_an_answer(self, data: st.DataObject) -> None:
        answers = self.desk.provider.answers
        place = data.draw(st.integers(0, len(answers) - 1))
        # Where answers carry no ids, a lost refusal leaves a client with nothing to go by but silence.
        if self.desk.feed.limits.replaces or b'"ret": 200' in answers[place]:
            del answers[place]
            self.lost += 1

    @precondition(lambda self: self.desk.provider.answers and self.desk.feed.limits.replaces)
    @rule()
    def turn_answers_round(self) -> None:
        self.desk.provider.answers.reverse()

    @precondition(lambda self: self.is_up)
    @rule()
    def ticks(self) -> None:
        self.desk.tick()

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "desk"):
            return
        desk = self.desk
        desk.pump()
        assert not desk.provider.breaches
        wanted = set(desk.session.wanted)
        refused = {code for code in wanted if desk.state(code) is RowState.REFUSED}
        assert refused <= desk.provider.bad, "a good code was refused"
        for event in desk.session.take_events():
            if isinstance(event, Accepted):
                assert {tick.code for tick in event.ticks} <= wanted - refused

    def teardown(self) -> None:
        if not hasattr(self, "desk"):
            return
        desk = self.desk
        desk.answers_are_delivered = True
        if desk.session.dial_at_s is not None:
            self.connect()
        for _ in range(150):
            desk.run(1)
            desk.tick()
        if self.plan:
            self.check_plan()
            return
        wanted = set(desk.session.wanted)
        good = wanted - desk.provider.bad
        if desk.provider.clears and not desk.feed.limits.replaces:
            # A code that never ticked is asked for once more, not after every refusal that may have emptied the list:
            # it may be missing on the server, and its row says so.
            good -= {code for code in good - desk.provider.held if desk.state(code) is RowState.PENDING}
        assert desk.provider.held == good
        assert {code for code in wanted if desk.state(code) is RowState.REFUSED} == wanted & desk.provider.bad
        assert {code for code in wanted if desk.state(code) is RowState.LIVE} == good
        sent = len(desk.sent())
        desk.run(30)
        assert len(desk.sent()) == sent, "a settled list is left alone"
        self.holds()

    def check_plan(self) -> None:
        desk, wanted = self.desk, self.desk.session.wanted
        states = [desk.state(code) for code in wanted]
        beyond = max(0, len(wanted) - self.plan)
        assert states == [RowState.LIVE] * (len(wanted) - beyond) + [RowState.PARKED] * beyond
        assert set(desk.provider.served) == set(wanted[: self.plan])
        sent = len(desk.sent())
        for _ in range(30):
            desk.run(1)
            desk.tick()
        assert len(desk.sent()) == sent, "a settled list is left alone"
        self.holds()


class AnySequenceAdding(AnySequence):
    feed = "demo"


class SmallPlan(AnySequence):
    plan = 3


class SmallPlanAdding(AnySequence):
    feed, plan = "demo", 3


class SaidPlan(AnySequence):
    plan, says_plan = 3, True


class SaidPlanAdding(AnySequence):
    feed, plan, says_plan = "demo", 3, True

    # Without ids, a refusal that comes late could be of any request: here the server is prompt.
    is_prompt = True


TestReplacing = AnySequence.TestCase
TestAdding = AnySequenceAdding.TestCase
TestSmallPlan = SmallPlan.TestCase
TestSmallPlanAdding = SmallPlanAdding.TestCase
TestSaidPlan = SaidPlan.TestCase
TestSaidPlanAdding = SaidPlanAdding.TestCase
TestReplacing.settings = TestAdding.settings = settings(
    max_examples=150, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestSmallPlan.settings = TestSmallPlanAdding.settings = TestSaidPlan.settings = TestSaidPlanAdding.settings = settings(
    TestReplacing.settings, max_examples=60
)


def test_the_frames_of_a_session_are_json_that_the_provider_reads(desk: Desk) -> None:
    started(desk, "A", "B-C/d_e.F")
    assert json.dumps(desk.provider.frames)

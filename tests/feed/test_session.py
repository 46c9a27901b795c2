"""The conversation, against a provider without a socket."""

import json
import math
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from quotedesk.codec import FEEDS
from quotedesk.feed.pace import Pace
from quotedesk.market.states import LinkState, RowState
from tests.fakes.conversation import KINDS, Conversation


@pytest.fixture(params=KINDS)
def talk(request: pytest.FixtureRequest) -> Conversation:
    return Conversation(request.param)


def started(talk: Conversation, *codes: str) -> Conversation:
    talk.want(*codes)
    talk.run(0.1)
    talk.open()
    talk.run(1.5)
    talk.tick()
    return talk


def test_the_wanted_codes_are_asked_for_once_the_link_is_up(talk: Conversation) -> None:
    talk.want("A", "B")
    talk.run(1)
    assert talk.sent() == []
    talk.open()
    talk.run(1)
    assert [codes for _, codes in talk.sent()] == [{"A", "B"}]
    talk.tick()
    assert talk.accepted == ["A", "B"]
    assert talk.state("A") is RowState.LIVE


def test_edits_within_50_ms_become_one_change(talk: Conversation) -> None:
    started(talk, "A")
    for codes in (("A", "B"), ("A", "B", "C"), ("A", "C", "D")):
        talk.want(*codes)
        talk.run(0.015)
    talk.run(3)
    assert talk.provider.held == {"A", "C", "D"}
    assert len(talk.sent()) == 2


def test_a_busy_connection_cannot_starve_another_and_more_edits_do_not_cost_a_turn() -> None:
    limits = FEEDS["alltick"].limits
    pace = Pace(limits.frame_gap_s, limits.link_gap_s)
    stock, other = (Conversation("alltick", pace=pace) for _ in range(2))
    sent: list[Conversation] = []
    for talk in (stock, other):
        started(talk, "A")
    both_s = max(stock.now_s, other.now_s)
    for tenth in range(200):
        for talk in (stock, other):
            talk.now_s = both_s + tenth / 10
            frames = len(talk.sent())
            if tenth % 3 == 0:
                talk.want("A", f"B{tenth}")
            talk.pump()
            sent += [talk] * (len(talk.sent()) - frames)
    assert sent.count(other) >= 2
    assert abs(sent.count(stock) - sent.count(other)) <= 1


def test_an_edit_that_is_taken_back_at_once_sends_nothing(talk: Conversation) -> None:
    started(talk, "A")
    talk.want("A", "B")
    talk.want("A")
    talk.run(3)
    assert len(talk.sent()) == 1


def test_a_new_order_sends_nothing(talk: Conversation) -> None:
    started(talk, "A", "B", "C")
    talk.want("C", "A", "B")
    talk.run(5)
    assert len(talk.sent()) == 1


def test_a_replacing_feed_sends_the_whole_list_and_cancels_the_last_one() -> None:
    talk = started(Conversation("alltick"), "A", "B")
    talk.want("A", "B", "C")
    talk.run(3)
    talk.want("C", "B")
    talk.run(3)
    talk.want()
    talk.run(3)
    assert talk.sent() == [("list", {"A", "B"}), ("list", {"A", "B", "C"}), ("list", {"B", "C"}), ("cancel", set())]
    assert talk.session.counts.requests["cancel"] == 1


def test_an_adding_feed_sends_one_frame_per_verb_drops_first() -> None:
    talk = started(Conversation("alltick_action"), "A", "B")
    talk.want("B", "C", "D")
    talk.run(4)
    assert talk.sent()[1:] == [("unsubscribe", {"A"}), ("subscribe", {"C", "D"})]
    talk.want()
    talk.run(4)
    assert talk.sent()[3:] == [("unsubscribe", {"B", "C", "D"})]
    assert talk.session.counts.requests == {"subscribe": 2, "unsubscribe": 2}


def test_ticks_of_a_removed_code_are_dropped_and_counted(talk: Conversation) -> None:
    started(talk, "A", "B")
    talk.want("A")
    talk.tick("A", "B")
    assert talk.accepted == ["A", "B", "A"]
    assert talk.session.counts.dropped == {"unwanted": 1}


def test_the_same_tick_twice_and_an_older_one_are_dropped_and_counted(talk: Conversation) -> None:
    started(talk, "A")
    [push] = talk.provider.tick(["A"], talk.now_s)
    [older] = talk.provider.tick(["A"], talk.now_s - 5)
    talk.receive(push, push, older)
    talk.pump()
    assert talk.session.counts.dropped == {"duplicate": 1, "older": 1}
    assert talk.session.counts.applied == {"A": 2}


def test_a_row_is_quiet_after_15_s_on_a_link_that_is_proven(talk: Conversation) -> None:
    started(talk, "A")
    talk.run(14.9)
    assert talk.state("A") is RowState.LIVE
    talk.run(0.2)
    assert talk.state("A") is RowState.QUIET


def test_a_missing_answer_sends_an_unchanged_list_at_most_twice_again_and_once_for_silence() -> None:
    talk = Conversation("alltick")
    talk.answers_are_delivered = False
    talk.want("A")
    talk.run(0.1)
    talk.open()
    # The heartbeats are answered, the subscriptions are not.
    for _ in range(120):
        talk.run(1)
        talk.receive(*[a for a in talk.provider.answers if b"22001" in a])
        talk.provider.answers.clear()
    assert len(talk.sent()) == 4
    assert talk.session.status.state is LinkState.UP
    assert talk.state("A") is RowState.PENDING


def test_ticks_of_all_new_codes_do_for_a_missing_answer() -> None:
    talk = Conversation("alltick")
    talk.answers_are_delivered = False
    talk.want("A")
    talk.run(0.1)
    talk.open()
    talk.run(1)
    talk.tick()
    talk.run(9)
    assert len(talk.sent()) == 1


def test_a_silent_code_is_asked_for_once_more(talk: Conversation) -> None:
    started(talk, "A")
    talk.want("A", "S")
    talk.run(2)
    for _ in range(60):
        talk.tick("A")
        talk.run(1)
    again = [codes for _, codes in talk.sent()[2:]]
    assert again == [{"A", "S"} if talk.feed.name == "alltick" else {"S"}]


@pytest.mark.parametrize("clears", [False, True])
@pytest.mark.parametrize("bad", [{"C"}, {"A", "D"}, {"A", "B", "C", "D", "E"}, {"B", "E"}])
def test_bad_codes_are_found_by_splitting_and_all_others_live(talk: Conversation, bad: set[str], clears: bool) -> None:
    started(talk, "K", "L")
    talk.provider.bad, talk.provider.clears = frozenset(bad), clears
    talk.want("K", "L", "A", "B", "C", "D", "E")
    for _ in range(80):
        talk.run(0.5)
        talk.tick()
    assert {code for code in "KLABCDE" if talk.state(code) is RowState.REFUSED} == bad
    assert {code for code in "KLABCDE" if talk.state(code) is RowState.LIVE} == set("KLABCDE") - bad
    assert not talk.provider.breaches
    row = talk.session.status_of(min(bad), talk.now_s)
    assert row.reason in ("code invalid", "no")


def test_one_bad_code_among_32_is_found_in_log2_n_requests() -> None:
    talk = started(Conversation("alltick", bad=frozenset({"N13"})), "K")
    talk.want("K", *[f"N{i}" for i in range(32)])
    talk.run(30)
    assert talk.provider.held == {"K", *[f"N{i}" for i in range(32) if i != 13]}
    assert len(talk.sent()) <= 1 + 1 + 5 + 2


def test_a_refusal_stays_until_the_row_is_edited(talk: Conversation) -> None:
    talk.provider.bad = frozenset({"X"})
    started(talk, "A", "X")
    talk.run(20)
    requests = len(talk.sent())
    talk.run(5)
    assert talk.state("X") is RowState.REFUSED
    talk.session.lost("cut", talk.now_s)
    assert talk.state("X") is RowState.REFUSED, "refused wins over offline"
    assert talk.state("A") is RowState.OFFLINE
    talk.run(70)
    talk.open()
    talk.run(20)
    assert all("X" not in codes for _, codes in talk.sent()[requests:])
    talk.want("A")
    talk.provider.bad = frozenset()
    talk.want("A", "X")
    talk.run(5)
    talk.tick()
    assert talk.state("X") is RowState.LIVE


def test_what_is_refused_or_parked_holds_no_place_of_the_plan() -> None:
    talk = started(Conversation("alltick"), "A", "B")
    assert talk.session.slots_used == 2
    talk.provider.bad = frozenset({"X"})
    talk.want("A", "B", "X")
    talk.run(10)
    assert talk.state("X") is RowState.REFUSED
    assert talk.session.slots_used == 2
    talk.session.set_plan(1)
    talk.want("A", "B", "X")
    talk.run(10)
    assert talk.session.parked == {"B"}
    assert talk.session.slots_used == 1


def test_a_lost_link_makes_rows_offline_and_asks_for_all_again(talk: Conversation) -> None:
    started(talk, "A", "B")
    talk.session.lost("The server closed the connection", talk.now_s)
    talk.provider.disconnect()
    assert talk.state("A") is RowState.OFFLINE
    status = talk.session.status
    assert status.state is LinkState.WAITING
    assert status.retry_at_s is not None
    assert status.retry_at_s >= talk.now_s + talk.feed.limits.retry_min_s
    lost_s = status.since_s
    talk.now_s = status.retry_at_s
    assert talk.session.dial_at_s is not None
    assert talk.session.dial_at_s <= talk.now_s
    talk.open()
    assert talk.session.outage_s == talk.now_s - lost_s
    assert talk.state("A") is RowState.PENDING
    talk.run(2)
    assert talk.provider.held == {"A", "B"}


def test_a_link_without_heartbeat_answers_is_lost_after_25_s(talk: Conversation) -> None:
    started(talk, "A")
    opened_s = talk.now_s
    talk.answers_are_delivered = talk.pings_are_answered = False
    while talk.session.status.state is LinkState.UP:
        talk.tick("A")
        talk.run(0.5)
        assert talk.now_s < opened_s + 27
    assert talk.now_s >= opened_s + 23
    assert "heartbeat" in talk.session.status.reason


def test_heartbeats_go_out_every_10_s_and_before_other_frames() -> None:
    talk = started(Conversation("alltick"), "A")
    opened_s = talk.provider.frames[0][0]
    for i in range(60):
        talk.want("A", f"B{i}")
        talk.run(1)
    beats = [at_s for at_s, frame in talk.provider.frames if frame["cmd_id"] == 22000]
    assert beats[0] == pytest.approx(opened_s + 10, abs=1.2)
    assert all(8.8 < b - a < 11.2 for a, b in pairwise(beats))
    assert not talk.provider.breaches


def test_two_connections_of_one_token_are_both_in_time_with_their_heartbeats() -> None:
    limits = FEEDS["alltick"].limits
    pace = Pace(limits.frame_gap_s, limits.link_gap_s)
    both = [started(Conversation("alltick", pace=pace), "A") for _ in range(2)]
    opened_s = [talk.session.status.since_s for talk in both]
    for tenth in range(600):
        for talk in both:
            talk.now_s = 1002.0 + tenth / 10
            talk.pump()
    for talk, since_s in zip(both, opened_s, strict=True):
        beats = [at_s for at_s, frame in talk.provider.frames if frame["cmd_id"] == 22000]
        assert beats[0] - since_s < 10.3
        assert all(b - a < 10.3 for a, b in pairwise(beats))


def test_the_action_dialect_has_no_heartbeat_frame_and_pings_every_10_s() -> None:
    talk = started(Conversation("alltick_action"), "A")
    talk.run(60)
    assert all("action" in frame for _, frame in talk.provider.frames)
    assert talk.session.status.state is LinkState.UP
    assert talk.session.status.proven_s == pytest.approx(talk.now_s, abs=10.1)


def test_the_round_trip_is_known_from_the_first_heartbeat_on_and_only_while_the_link_is_up() -> None:
    talk = started(Conversation(), "A")
    assert math.isnan(talk.session.round_trip.last_s)
    talk.answers_are_delivered = False
    talk.run(10)
    [beat_s] = [at_s for at_s, frame in talk.provider.frames if frame["cmd_id"] == 22000]
    talk.now_s = beat_s + 2.25
    talk.answer()
    assert talk.session.round_trip.last_s == 2.25
    talk.session.lost("gone", talk.now_s)
    assert math.isnan(talk.session.round_trip.last_s)


def test_a_pong_counts_only_on_the_link_that_is_up() -> None:
    talk = started(Conversation("alltick_action"), "A")
    talk.session.proven(talk.now_s, talk.now_s - 0.125)
    assert talk.session.round_trip.last_s == pytest.approx(0.125)
    talk.session.lost("gone", talk.now_s)
    talk.session.proven(talk.now_s, talk.now_s - 0.125)
    assert math.isnan(talk.session.round_trip.last_s)


def test_a_refused_key_stops_and_is_dialled_again_only_when_asked(talk: Conversation) -> None:
    started(talk, "A")
    talk.receive(b'{"ret":401,"msg":"token invalid","cmd_id":0,"seq_id":0,"trace":"","data":{}}')
    talk.pump()
    assert talk.session.status.state is LinkState.DENIED
    assert "refused the token" in talk.session.status.reason
    assert talk.session.dial_at_s is None
    talk.session.retry_now(talk.now_s)
    assert talk.session.dial_at_s == talk.now_s + talk.feed.limits.retry_min_s


def test_a_wall_clock_that_jumps_ahead_means_the_machine_slept(talk: Conversation) -> None:
    started(talk, "A")
    talk.session.elapsed(talk.now_s, talk.now_s + 1e9 + 6)
    assert talk.session.status.state is LinkState.WAITING
    assert "asleep" in talk.session.status.reason


def test_another_network_is_a_reason_to_ask_at_once_whether_the_server_is_there(talk: Conversation) -> None:
    started(talk, "A")
    talk.session.network_changed(talk.now_s)
    talk.run(5)
    assert talk.session.status.state is LinkState.UP, "it answered"
    talk.answers_are_delivered = talk.pings_are_answered = False
    talk.session.network_changed(talk.now_s)
    talk.run(9)
    assert talk.session.status.state is LinkState.WAITING
    assert talk.session.status.reason == "The network changed, and the server is silent"
    talk.now_s += talk.feed.limits.retry_min_s
    talk.session.network_changed(talk.now_s)
    assert talk.session.dial_at_s == talk.now_s, "another network is worth a try"


def test_an_endpoint_without_symbols_lets_its_connection_go_after_a_while(talk: Conversation) -> None:
    started(talk, "A")
    talk.want()
    talk.run(30)
    assert talk.session.status.state is LinkState.UP
    talk.want("A")
    talk.run(40)
    talk.want()
    talk.run(60.5)
    assert talk.session.status.state is LinkState.OFF
    talk.want("B")
    assert talk.session.status.state is LinkState.WAITING, "not sooner than the provider allows"
    talk.want()
    talk.run(talk.feed.limits.retry_min_s)
    talk.want("B")
    assert talk.session.status.state is LinkState.CONNECTING


def test_a_late_answer_is_not_taken_for_the_answer_to_a_newer_list() -> None:
    talk = Conversation("alltick")
    talk.answers_are_delivered = False
    talk.want("A")
    talk.run(0.1)
    talk.open()
    talk.run(1)
    [first] = talk.provider.answers
    talk.want("A", "B")
    talk.run(5.2)  # the first request timed out, the second is open
    assert talk.sent()[-1] == ("list", {"A", "B"})
    talk.receive(first.replace(b"200", b"600"))
    talk.run(0.5)
    assert talk.state("A") is talk.state("B") is RowState.PENDING


def test_garbage_is_counted_by_kind_and_breaks_nothing(talk: Conversation) -> None:
    started(talk, "A")
    talk.receive(b"", b"\xff\x00", b"[1,2]", b'{"cmd_id":99}', b"{" * 10_000, b'{"cmd_id":99}')
    talk.tick("A")
    assert talk.accepted[-1] == "A"
    assert talk.session.counts.unreadable["unknown command"] == 2
    assert sum(talk.session.counts.unreadable.values()) == 6
    assert len(talk.notices) == len(talk.session.counts.unreadable)


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
        self.talk = Conversation(self.feed, bad=bad, clears=clears, plan=self.plan, says_plan=self.says_plan)
        self.talk.answers_are_delivered = self.is_prompt
        self.talk.want(*first)
        self.age = 0
        self.lost = 0

    @property
    def is_up(self) -> bool:
        return self.talk.session.status.state is LinkState.UP

    @precondition(lambda self: self.talk.session.dial_at_s is not None)
    @rule()
    def connect(self) -> None:
        self.talk.run(max(0.0, (self.talk.session.dial_at_s or 0.0) - self.talk.now_s) if self.waiting() else 0.0)
        self.talk.open()

    def waiting(self) -> bool:
        return self.talk.session.status.state is LinkState.WAITING

    @precondition(lambda self: self.is_up)
    @rule()
    def cut(self) -> None:
        self.talk.session.lost("cut", self.talk.now_s)
        self.talk.provider.disconnect()

    @rule(codes=st.lists(st.sampled_from(POOL)))
    def edit(self, codes: list[str]) -> None:
        self.talk.want(*codes)

    @rule(for_s=st.sampled_from([0.01, 0.06, 1.1, 3.0, 6.0, 12.0]))
    def wait(self, for_s: float) -> None:
        while for_s > 0:
            self.talk.run(min(for_s, 1.5))
            for_s -= 1.5
            self.beats()
            if not self.talk.feed.limits.replaces and self.is_up:
                # Answers without ids: beyond the 5 s that one is awaited nobody could say what it answers.
                self.age = self.age + 1 if self.talk.provider.answers else 0
                if self.age > 2:
                    self.answer()

    def beats(self) -> None:
        beats = [answer for answer in self.talk.provider.answers if b"22001" in answer]
        for beat in beats:
            self.talk.provider.answers.remove(beat)
        if self.is_up:
            self.talk.receive(*beats)

    @precondition(lambda self: self.is_up)
    @rule()
    def answer(self) -> None:
        self.talk.answer()

    @precondition(lambda self: self.is_up and self.talk.provider.answers)
    @rule(duplicate=st.booleans())
    def one_answer(self, duplicate: bool) -> None:
        answer = self.talk.provider.answers.pop(0)
        self.talk.receive(*[answer] * (2 if duplicate and self.talk.feed.limits.replaces else 1))

    # An unchanged list goes out again at most twice for missing answers: after that it is up to the user.
    @precondition(lambda self: self.talk.provider.answers and self.lost < 2)
    @rule(data=st.data())
    def lose_an_answer(self, data: st.DataObject) -> None:
        answers = self.talk.provider.answers
        place = data.draw(st.integers(0, len(answers) - 1))
        # Where answers carry no ids, a lost refusal leaves a client with nothing to go by but silence.
        if self.talk.feed.limits.replaces or b'"ret": 200' in answers[place]:
            del answers[place]
            self.lost += 1

    @precondition(lambda self: self.talk.provider.answers and self.talk.feed.limits.replaces)
    @rule()
    def turn_answers_round(self) -> None:
        self.talk.provider.answers.reverse()

    @precondition(lambda self: self.is_up)
    @rule()
    def ticks(self) -> None:
        self.talk.tick()

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "talk"):
            return
        talk = self.talk
        talk.pump()
        assert not talk.provider.breaches
        wanted = set(talk.session.wanted)
        refused = {code for code in wanted if talk.state(code) is RowState.REFUSED}
        assert refused <= talk.provider.bad, "a good code was refused"
        assert talk.strays == [], "an update was taken that nobody wants"
        talk.session.second()
        talk.collect()
        assert {code: talk.states.get(code) for code in wanted} == {code: talk.state(code) for code in wanted}

    def teardown(self) -> None:
        if not hasattr(self, "talk"):
            return
        talk = self.talk
        talk.answers_are_delivered = True
        if talk.session.dial_at_s is not None:
            self.connect()
        for _ in range(150):
            talk.run(1)
            talk.tick()
        if self.plan:
            self.check_plan()
            return
        wanted = set(talk.session.wanted)
        good = wanted - talk.provider.bad
        if talk.provider.clears and not talk.feed.limits.replaces:
            # A code that never ticked is asked for once more, not after every refusal that may have emptied the list:
            # it may be missing on the server, and its row says so.
            good -= {code for code in good - talk.provider.held if talk.state(code) is RowState.PENDING}
        assert talk.provider.held == good
        assert {code for code in wanted if talk.state(code) is RowState.REFUSED} == wanted & talk.provider.bad
        assert {code for code in wanted if talk.state(code) is RowState.LIVE} == good
        sent = len(talk.sent())
        talk.run(30)
        assert len(talk.sent()) == sent, "a settled list is left alone"
        self.holds()

    def check_plan(self) -> None:
        talk, wanted = self.talk, self.talk.session.wanted
        states = [talk.state(code) for code in wanted]
        beyond = max(0, len(wanted) - self.plan)
        assert states == [RowState.LIVE] * (len(wanted) - beyond) + [RowState.PARKED] * beyond
        assert set(talk.provider.served) == set(wanted[: self.plan])
        sent = len(talk.sent())
        for _ in range(30):
            talk.run(1)
            talk.tick()
        assert len(talk.sent()) == sent, "a settled list is left alone"
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


def test_the_frames_of_a_session_are_json_that_the_provider_reads(talk: Conversation) -> None:
    started(talk, "A", "B-C/d_e.F")
    assert json.dumps(talk.provider.frames)

"""The conversation, against a provider without a socket."""

import json
import math
import random
import unittest
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Closing, Proves
from quotedesk.feed.events import RenewalDue
from quotedesk.feed.pace import Pace
from quotedesk.feed.session import STATUSES_AT_ONCE, Session
from quotedesk.market.quote import Condition
from quotedesk.market.states import LinkState, RowState
from tests.fakes.conversation import Conversation
from tests.fakes.kinds import KINDS, PlainCodec
from tests.fakes.provider import codes_of

OURS = ("alltick", "alltick_action", "demo")


@pytest.fixture(params=OURS)
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


def test_a_difference_whose_stamp_runs_back_is_not_lost_where_updates_come_in_order() -> None:
    feed = FEEDS["bybit"]
    session = Session(feed, "linear", Pace(0.0, 0.0), random.Random(1))
    session.want(["A"], 0.0)
    session.dialling(0.0)
    session.opened(0.0)
    push = '{"topic":"tickers.A","type":"%s","ts":17900000%s,"data":{"symbol":"A",%s}}'
    frames = [
        push % ("snapshot", "00200", '"lastPrice":"1","bid1Size":"2"'),
        push % ("delta", "00100", '"bid1Size":"3"'),
    ]
    session.received([frame.encode() for frame in frames], 1.0)
    [batch] = session.take_batches(1.0)
    assert [update.bid_size.text for update in batch.updates] == ["2", "3"]  # type: ignore[union-attr]


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


def test_where_all_rows_are_refused_nothing_is_dialled_until_there_is_another(talk: Conversation) -> None:
    talk.provider.bad = frozenset({"X"})
    started(talk, "X")
    talk.run(20)
    assert talk.state("X") is RowState.REFUSED
    talk.session.lost("cut, as nothing was subscribed", talk.now_s)
    talk.want("X")
    assert talk.session.status.state is LinkState.OFF
    assert talk.session.dial_at_s is None
    talk.want("X", "A")
    assert talk.session.dial_at_s is not None
    talk.run(70)
    talk.open()
    talk.run(5)
    talk.tick()
    assert talk.state("A") is RowState.LIVE


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
    before_s = talk.session.status.proven_s
    talk.session.lost("gone", talk.now_s)
    assert talk.session.status.proven_s == before_s, "a lost link says when the server last was there"


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


def push(code: str, seq: int, price: str, at_ms: int) -> bytes:
    data = {"code": code, "seq": str(seq), "tick_time": str(at_ms), "price": price, "volume": "1"}
    return json.dumps({"cmd_id": 22998, "data": data}).encode()


def test_a_price_that_cannot_be_shown_is_told_on_its_row_until_one_can(talk: Conversation) -> None:
    started(talk, "A", "B")
    talk.want("A", "B", "NEVER")
    talk.run(2)
    wall_ms = int((talk.now_s + 1e9) * 1000)
    for price in ("0", "-0.00", "NaN"):
        talk.receive(push("A", 100, price, wall_ms))
        talk.receive(push("NEVER", 100, price, wall_ms))
        talk.collect()
        for code in ("A", "NEVER"):
            assert "none that can be shown" in talk.session.status_of(code, talk.now_s).reason, (code, price)
        assert not talk.session.status_of("B", talk.now_s).reason
    talk.run(20)
    quiet = talk.session.status_of("A", talk.now_s)
    assert quiet.state is RowState.QUIET, "it is no tick"
    assert "none that can be shown" in quiet.reason
    wall_ms += 20_000
    talk.receive(push("A", 101, "5.00", wall_ms))
    talk.collect()
    assert talk.session.status_of("A", talk.now_s).reason == ""


def test_a_feed_that_turns_delayed_goes_on_and_says_so(talk: Conversation) -> None:
    started(talk, "A", "B")
    wall_ms = int((talk.now_s + 1e9) * 1000)
    for second in range(12):
        late_ms = 900_000 if 4 <= second < 8 else 0
        talk.receive(push("A", 100 + second, f"1{second}.00", wall_ms + second * 1000 - late_ms))
        talk.receive(push("B", 100 + second, f"1{second}.00", wall_ms + second * 1000))
        talk.run(1)
        talk.session.second(talk.now_s)
        talk.collect()
        status = talk.session.status_of("A", talk.now_s)
        assert status.state is RowState.LIVE
        assert ("15 min behind" in status.reason) == (5 <= second < 8), (second, status.reason)
        assert not talk.session.status_of("B", talk.now_s).reason


def test_a_stamp_from_the_future_is_not_believed_and_spoils_no_other_row(talk: Conversation) -> None:
    started(talk, "BAD", "STOPS")
    wall_ms = int((talk.now_s + 1e9) * 1000)
    for second in range(8):
        ahead_ms = 8 * 3_600_000 if second == 2 else 0
        talk.receive(push("BAD", 100 + second, f"1{second}.00", wall_ms + second * 1000 + ahead_ms))
        talk.receive(push("STOPS", 200 + second, "5.00", wall_ms + second * 1000))
        talk.run(1)
        talk.session.second(talk.now_s)
        talk.collect()
        status = talk.session.status_of("BAD", talk.now_s)
        assert status.state is RowState.LIVE
        assert ("8 h ahead" in status.reason) == (second == 2), "the row says so, until the stamp is right again"
    assert talk.accepted.count("BAD") == 9, "each was taken"
    talk.run(20)
    quiet = talk.session.status_of("STOPS", talk.now_s)
    assert quiet.state is RowState.QUIET
    assert talk.now_s - quiet.since_s < 30


def test_a_silent_link_says_since_when_and_speaks_again(talk: Conversation) -> None:
    started(talk, "A", "B")
    for _ in range(20):
        talk.run(1)
        talk.tick("A", "B")
    last_s = talk.now_s
    talk.run(14)
    talk.session.second(talk.now_s)
    assert talk.session.status.silent_since_s is None
    talk.run(2)
    talk.session.second(talk.now_s)
    assert talk.session.status.silent_since_s == last_s
    assert talk.session.status.state is LinkState.UP
    assert talk.state("A") is talk.state("B") is RowState.QUIET, "both at once"
    talk.run(60)
    assert talk.state("A") is talk.state("B") is RowState.STALE
    talk.tick("A")
    talk.session.second(talk.now_s)
    assert talk.session.status.silent_since_s is None


# -- kinds of provider -------------------------------------------------------------------------------------------------


def test_a_codec_is_made_anew_for_each_connection() -> None:
    made: list[PlainCodec] = []

    def make() -> PlainCodec:
        made.append(PlainCodec("codes"))
        return made[-1]

    feed = msgspec.structs.replace(KINDS["codes"].feed, codec=make)
    session = Session(feed, "stock", Pace(1.1, 3.1), random.Random(1))
    session.want(["A"], 1000.0)
    before = len(made)
    for number in range(3):
        session.dialling(1000.0 + 100 * number)
        session.opened(1000.0 + 100 * number)
        assert len(made) == before + number + 1
        session.elapsed(1001.0 + 100 * number, 1e9)
        session.take_frames(1001.0 + 100 * number)
        assert made[-1].requests == 1, "the newest speaks"
        session.lost("gone", 1002.0 + 100 * number)


@pytest.mark.parametrize("kind", ["login", "challenge"])
def test_the_greeting_comes_before_any_request_and_requests_wait_until_it_is_over(kind: str) -> None:
    talk = Conversation(kind)
    talk.answers_are_delivered = False
    talk.want("A", "B")
    talk.run(1)
    talk.open()
    talk.run(1)
    if kind == "challenge":
        assert talk.provider.frames == [], "the server speaks first"
        talk.answer()
        talk.run(1.2)
    assert talk.sent() == [("login", set())]
    talk.run(15)
    assert talk.sent() == [("login", set())], "not before the server is ready"
    assert talk.state("A") is RowState.PENDING
    talk.answer()
    talk.run(2)
    assert talk.sent() == [("login", set()), ("add", {"A", "B"})]
    assert talk.session.counts.requests == {"greeting": 1, "subscribe": 1}
    talk.session.lost("gone", talk.now_s)
    talk.provider.disconnect()
    talk.now_s += 30
    talk.open()
    talk.run(15)
    assert talk.sent()[2:] == ([("login", set())] if kind == "login" else []), "so it is on each connection"
    assert not talk.provider.breaches


def test_a_server_that_is_never_ready_is_a_lost_link_that_says_why() -> None:
    talk = Conversation("login")
    talk.answers_are_delivered = False
    talk.want("A")
    talk.run(1)
    talk.open()
    talk.run(24.9)
    assert talk.session.status.state is LinkState.UP
    talk.run(0.2)
    assert talk.session.status.state is LinkState.WAITING
    assert "greeting" in talk.session.status.reason


def test_a_login_that_is_refused_is_a_refused_key() -> None:
    talk = Conversation("login")
    talk.want("A")
    talk.run(1)
    talk.open("another key")
    talk.run(1)
    assert talk.session.status.state is LinkState.DENIED
    assert talk.sent() == [("login", set())]


def test_a_reply_goes_out_before_the_frames_of_a_change_that_wait_and_within_the_pace() -> None:
    talk = Conversation("one a frame")
    talk.want("A", "B", "C")
    talk.run(1)
    talk.open()
    talk.run(0.5)
    talk.receive(b'{"say": "hello"}')
    talk.run(5)
    assert talk.sent() == [("add", {"A"}), ("login", set()), ("add", {"B"}), ("add", {"C"})]
    assert talk.provider.breaches == []


def test_the_frames_of_a_change_are_paced_and_its_answer_is_awaited_from_the_last_one_on() -> None:
    codes = [f"C{number}" for number in range(8)]
    talk = Conversation("one a frame")
    talk.answers_are_delivered = False
    talk.want(*codes)
    talk.run(0.1)
    talk.open()
    talk.run(0.1)
    began_s = talk.now_s
    talk.run(8)
    assert [said for _, said in talk.sent()] == [{code} for code in codes]
    assert [at_s - began_s for at_s, _ in talk.provider.frames] == pytest.approx([1.1 * n for n in range(8)], abs=0.2)
    assert talk.session.counts.requests == {"subscribe": 8}
    last_s = talk.provider.frames[-1][0]
    talk.run(last_s + 9.9 - talk.now_s)
    assert len(talk.sent()) == 8, "nobody is asked again while frames of the change wait, nor too soon after it"
    talk.run(0.2)
    assert talk.sent()[8:] == [("add", {"C0"})], "only now silent for 10 s"
    assert talk.provider.breaches == []


def test_an_answer_that_comes_after_the_last_of_many_frames_is_not_too_late() -> None:
    feed = KINDS["one a frame"].feed
    limits = msgspec.structs.replace(feed.limits, acknowledges=Proves.REQUEST)
    session = Session(msgspec.structs.replace(feed, limits=limits), "stock", Pace(1.1, 3.1), random.Random(1))
    now_s, frames = 1000.0, 0

    def run(for_s: float) -> int:
        nonlocal now_s
        sent = 0
        for _ in range(round(for_s / 0.1)):
            now_s += 0.1
            session.elapsed(now_s, now_s + 1e9)
            sent += len(session.take_frames(now_s))
        return sent

    session.want([f"C{number}" for number in range(8)], now_s)
    session.dialling(now_s)
    session.opened(now_s)
    while frames < 8:
        frames += run(0.1)
    assert now_s > 1000.0 + 1.5 * limits.answer_s
    assert run(2.0) == 0
    session.received([b'{"say": "bad", "why": "no such code"}'], now_s)
    assert run(1.2) > 0, "the bad one is looked for at once"


class Ending(PlainCodec):
    """A server that announces its end: any frame that is not JSON."""

    def decode(self, data: bytes) -> Any:
        return (Closing("The server restarts"),) if data == b"bye" else super().decode(data)


def renewals(session: Session) -> list[str]:
    return [event.words for event in session.take_events() if isinstance(event, RenewalDue)]


def ending(**limits: Any) -> Conversation:
    talk = Conversation("codes")
    feed = KINDS["codes"].feed
    feed = msgspec.structs.replace(
        feed, codec=lambda: Ending("codes"), limits=msgspec.structs.replace(feed.limits, **limits)
    )
    talk.session = Session(feed, "stock", Pace(0.0, 0.0), random.Random(1))
    return talk


def test_an_end_that_is_announced_is_said_once_a_connection_and_the_link_stays_up() -> None:
    talk = ending()
    talk.want("A")
    talk.open()
    talk.receive(b"bye", b"bye")
    assert renewals(talk.session) == ["The server restarts"]
    assert talk.session.status.state is LinkState.UP
    talk.session.lost("gone", talk.now_s)
    talk.session.dialling(talk.now_s)
    talk.session.opened(talk.now_s)
    talk.receive(b"bye")
    assert renewals(talk.session) == ["The server restarts"]


def test_a_connection_that_is_as_old_as_the_provider_lets_it_become_is_to_be_renewed() -> None:
    talk = ending(renew_after_s=7200.0, dead_after_s=1e6)
    talk.want("A")
    talk.open()
    talk.session.take_events()
    talk.session.elapsed(talk.now_s, 1e9)
    assert talk.session.deadline_s(talk.now_s + 7199) <= talk.now_s + 7200
    talk.session.elapsed(talk.now_s + 7200, 1e9 + 7200)
    assert renewals(talk.session) == ["The connection is 2 h old"]
    talk.session.elapsed(talk.now_s + 7300, 1e9 + 7300)
    assert renewals(talk.session) == []


def test_a_successor_knows_what_was_refused_and_says_nothing_of_rows_before_it_takes_over() -> None:
    talk = Conversation("codes", bad={"X"})
    talk.want("A", "X")
    talk.open()
    talk.run(1.0)
    talk.tick()
    assert talk.state("X") is RowState.REFUSED
    before, after = talk.session, talk.session.successor()
    after.want(before.wanted, talk.now_s)
    after.dialling(talk.now_s)
    after.opened(talk.now_s)
    assert after.is_standby
    assert after.take_batches(talk.now_s) == []
    assert not after.is_behind
    assert not after.covers(before)
    talk.session = after
    talk.provider.connected()
    talk.run(4.0)  # the pace of two connections
    talk.tick()
    assert talk.sent()[-1] == ("add", {"A"}), "X is not asked for again"
    assert after.covers(before)
    after.take_over(before)
    assert (after.is_standby, before.is_standby) == (False, True)
    talk.collect()
    assert talk.state("A") is RowState.LIVE
    assert talk.state("X") is RowState.REFUSED
    assert after.counts is before.counts


def test_a_successor_that_is_on_its_way_when_the_link_is_lost_goes_on_where_that_one_ended() -> None:
    talk = Conversation("codes")
    talk.want("A")
    talk.open()
    talk.run(1.0)
    talk.tick()
    before, after = talk.session, talk.session.successor()
    after.want(before.wanted, talk.now_s)
    before.lost("The server closed the connection", talk.now_s + 1)
    after.take_over(before)
    assert after.status.is_lost
    assert after.status_of("A", talk.now_s + 1).state is RowState.OFFLINE
    assert after.status_of("A", talk.now_s + 1).reason == "The server closed the connection"
    after.opened(talk.now_s + 2)
    assert after.outage_s == 1.0


def test_frames_may_be_bytes_and_are_counted_like_any_other() -> None:
    talk = started(Conversation("one a frame"), "A")
    assert talk.kind_of_frames == [bytes]
    assert talk.accepted == ["A"]


@pytest.mark.parametrize("kind", ["two a frame", "codes, two a frame"])
def test_no_request_names_more_codes_than_the_provider_allows(kind: str) -> None:
    codes = [f"C{number}" for number in range(5)]
    talk = started(Conversation(kind), *codes)
    talk.run(4)
    talk.tick()
    talk.want("C4", "X")
    talk.run(6)
    talk.tick()
    sizes = [len(said) for _, said in talk.sent()]
    assert (max(sizes), len(sizes)) == (2, 3 + 2 + 1)
    assert talk.provider.held == {"C4", "X"}
    assert talk.provider.breaches == []


@pytest.mark.parametrize("kind", ["most 3", "most 3, set", "most 3, codes"])
def test_beyond_the_most_that_a_provider_documents_rows_are_parked_and_it_says_why(kind: str) -> None:
    talk = started(Conversation(kind), "A", "B", "C", "D", "E")
    assert talk.provider.held == {"A", "B", "C"}
    assert [talk.state(code) for code in "CDE"] == [RowState.LIVE, RowState.PARKED, RowState.PARKED]
    reason = talk.session.status_of("D", talk.now_s).reason
    assert reason.startswith("the provider serves at most 3 symbols on one connection"), reason
    assert talk.states["D"] is RowState.PARKED
    talk.want("A", "C", "D", "E")
    talk.run(4)
    talk.tick()
    assert [talk.state(code) for code in "ACDE"] == [RowState.LIVE] * 3 + [RowState.PARKED]
    assert talk.provider.breaches == []


@pytest.mark.parametrize("kind", ["codes", "list", "nothing", "ids", "set codes", "set list", "set nothing"])
def test_a_bad_code_is_refused_in_whatever_way_the_provider_says_it_and_the_others_live(kind: str) -> None:
    talk = Conversation(kind, bad=frozenset({"X", "Y"}))
    started(talk, "A", "X", "B", "Y")
    for _ in range(20):
        talk.run(1)
        talk.tick()
    assert {code: talk.state(code) for code in "AXBY"} == {
        **dict.fromkeys("AB", RowState.LIVE),
        **dict.fromkeys("XY", RowState.REFUSED),
    }
    assert talk.session.status_of("X", talk.now_s).reason in ("no such code", "the server did not take it")
    if talk.kind.takes_the_good:
        assert len(talk.sent()) <= 2, "nobody has to be looked for"
    assert talk.provider.breaches == []


@pytest.mark.parametrize("kind", ["codes", "list", "list with ids"])
def test_what_an_answer_names_is_proven_and_not_asked_for_again_for_its_silence(kind: str) -> None:
    talk = Conversation(kind)
    only_the_last_ticks(talk)
    assert talk.acknowledged() == {"S", "A"}
    assert talk.sent() == [("add", {"A", "S"})]


def only_the_last_ticks(talk: Conversation, for_s: int = 60) -> None:
    """S and A are wanted, and S is silent."""
    talk.want("S", "A")
    talk.run(0.1)
    talk.open()
    for _ in range(for_s):
        talk.run(1)
        talk.tick("A")


@pytest.mark.parametrize("kind", ["nothing", "mute", "set nothing"])
def test_where_answers_prove_nothing_none_is_awaited_and_a_silent_code_is_asked_for_once_more(kind: str) -> None:
    talk = Conversation(kind)
    only_the_last_ticks(talk)
    assert talk.acknowledged() == set()
    verb, again = ("set", {"S", "A"}) if kind == "set nothing" else ("add", {"S"})
    assert talk.sent() == [(verb, {"A", "S"}), (verb, again)]
    assert talk.state("S") is RowState.PENDING


@pytest.mark.parametrize("kind", ["demo", "codes", "list", "nothing"])
def test_a_symbol_that_the_server_holds_though_nobody_wants_it_is_dropped_once_it_shows(kind: str) -> None:
    talk = started(Conversation(kind), "A", "B")
    talk.want("A")
    talk.run(2)
    talk.provider.held.add("B")  # it lost the request
    talk.tick("A", "B")
    talk.run(2)
    assert talk.provider.held == {"A", "B"}, "so soon after the request it may be late"
    talk.run(2)
    talk.tick("A", "B")
    talk.run(2)
    assert talk.provider.held == {"A"}
    assert talk.accepted.count("B") == 1


@pytest.mark.parametrize("kind", ["nothing", "mute"])
def test_where_nothing_is_answered_a_symbol_goes_as_soon_as_the_pace_allows(kind: str) -> None:
    talk = Conversation(kind)
    talk.want("A", "B")
    talk.run(0.1)
    talk.open()
    talk.run(0.1)
    talk.want("A")
    talk.run(1.2)
    assert talk.sent() == [("add", {"A", "B"}), ("drop", {"B"})]


@pytest.mark.parametrize("kind", ["ids", "list with ids", "codes"])
def test_an_answer_that_says_what_it_is_to_is_not_taken_for_one_to_a_newer_request(kind: str) -> None:
    talk = Conversation(kind, bad=frozenset({"X"}))
    talk.answers_are_delivered = False
    talk.want("X")
    talk.run(0.1)
    talk.open()
    talk.run(1)
    [late] = talk.provider.answers
    talk.provider.answers.clear()
    talk.run(6)  # the first request timed out
    talk.want("X", "B")
    talk.run(1)
    talk.receive(late, late)
    talk.run(1)
    assert talk.state("B") is RowState.PENDING
    assert talk.acknowledged() == set()
    talk.answer()
    talk.tick("B")
    assert talk.state("B") is RowState.LIVE


# -- what is handed out ------------------------------------------------------------------------------------------------


def test_what_was_read_at_once_is_one_batch_with_the_time_of_its_reading(talk: Conversation) -> None:
    started(talk, "A", "B")
    times_s = [talk.now_s + 0.25, talk.now_s + 0.5]
    for at_s in times_s:
        talk.session.received(talk.provider.tick(["A", "B"], at_s), at_s)
        talk.session.received(talk.provider.tick(["A"], at_s), at_s)
    batches = talk.session.take_batches(talk.now_s + 9)
    assert [batch.received_s for batch in batches] == times_s
    assert [[update.code for update in batch.updates] for batch in batches] == [["A", "B", "A"]] * 2
    assert {batch.feed for batch in batches} == {talk.feed.name}
    assert talk.session.take_batches(talk.now_s + 9) == []


def test_statuses_come_with_the_newest_batch_and_alone_at_the_time_of_the_look() -> None:
    talk = Conversation()
    talk.want("A", "B")
    [batch] = talk.session.take_batches(talk.now_s)
    assert (batch.updates, batch.received_s) == ([], talk.now_s)
    assert [(each.code, each.state) for each in batch.statuses] == [("A", RowState.PENDING), ("B", RowState.PENDING)]
    started(talk, "A", "B")
    talk.session.received(talk.provider.tick(["A"], talk.now_s), talk.now_s)
    assert [batch.statuses for batch in talk.session.take_batches(talk.now_s)] == [()], "live, and ticking"
    talk.now_s += 20
    talk.session.second(talk.now_s)
    [batch] = talk.session.take_batches(talk.now_s)
    assert (batch.updates, batch.gaps) == ([], ())
    assert {each.code: each.state for each in batch.statuses} == {"A": RowState.QUIET, "B": RowState.QUIET}


def test_a_lost_link_is_a_gap_after_what_came_before_it_and_makes_rows_offline(talk: Conversation) -> None:
    started(talk, "A", "B")
    talk.session.received(talk.provider.tick(["A"], talk.now_s), talk.now_s)
    talk.session.lost("cut", talk.now_s)
    [batch] = talk.session.take_batches(talk.now_s)
    assert [update.code for update in batch.updates] == ["A"]
    assert set(batch.gaps) == {"A", "B"}
    assert {each.code: (each.state, each.reason) for each in batch.statuses} == dict.fromkeys(
        "AB", (RowState.OFFLINE, "cut")
    )


def test_what_comes_after_a_gap_is_another_batch(talk: Conversation) -> None:
    started(talk, "A", "B")
    talk.session.received(talk.provider.tick(["B"], talk.now_s), talk.now_s)
    talk.want("A")
    talk.want("A", "B")
    talk.session.received(talk.provider.tick(["B"], talk.now_s + 1), talk.now_s)
    before, after = talk.session.take_batches(talk.now_s)
    assert ([update.code for update in before.updates], before.gaps) == (["B"], ("B",))
    assert ([update.code for update in after.updates], after.gaps) == (["B"], ())


def test_what_is_read_after_the_link_was_given_up_is_not_taken(talk: Conversation) -> None:
    started(talk, "A")
    taken = len(talk.accepted)
    denied = b'{"ret":401,"msg":"token invalid","cmd_id":0,"seq_id":0,"trace":"","data":{}}'
    talk.receive(denied, *talk.provider.tick(["A"], talk.now_s))
    talk.receive(*talk.provider.tick(["A"], talk.now_s + 1))
    talk.collect()
    assert talk.session.status.state is LinkState.DENIED
    assert len(talk.accepted) == taken


def test_a_long_list_is_looked_at_by_and_by_and_what_ticked_first() -> None:
    codes = [f"C{number:04}" for number in range(2 * STATUSES_AT_ONCE + 50)]
    talk = Conversation()
    talk.want(*codes)
    counts = []
    while True:
        [batch] = talk.session.take_batches(talk.now_s)
        counts.append(len(batch.statuses))
        if not talk.session.is_behind:
            break
    assert counts == [STATUSES_AT_ONCE, STATUSES_AT_ONCE, 50]


@pytest.mark.parametrize("condition", [Condition.HALTED, Condition.LIMIT_DOWN])
def test_what_a_feed_says_of_trading_is_told_as_a_state_until_it_is_taken_back_or_the_connection_ends(
    condition: Condition,
) -> None:
    talk = started(Conversation("demo"), "A")
    [push] = talk.provider.tick(["A"], talk.now_s)
    talk.receive(push.replace(b'"price"', f'"status": "{condition.value}", "price"'.encode()))
    talk.collect()
    assert talk.states["A"] is talk.state("A") is RowState[condition.name]
    talk.tick("A")
    assert talk.states["A"] is RowState.LIVE
    [push] = talk.provider.tick(["A", "X"][1:], talk.now_s)
    talk.receive(push.replace(b'"price"', b'"status": "halted", "price"'))
    talk.collect()
    assert "X" not in talk.states, "nobody wants it"


POOL = [f"C{i}" for i in range(7)]
LISTS = st.lists(st.sampled_from(POOL), unique=True)
# What turns into one another with time alone is told once a second; everything else at once.
TICKED = {RowState.LIVE, RowState.QUIET, RowState.STALE, RowState.CLOSED}


class AnySequence(RuleBasedStateMachine):
    """Edits, answers in any manner, ticks, cuts: the invariants hold, and in the end the server holds the list."""

    kind = "alltick"
    plan = 0
    says_plan = False
    is_prompt = False

    @initialize(
        bad=st.frozensets(st.sampled_from(POOL), max_size=3),
        clears=st.booleans(),
        first=LISTS,
    )
    def start(self, bad: frozenset[str], clears: bool, first: list[str]) -> None:
        bad = bad if not self.plan else frozenset()
        clears = clears and not KINDS[self.kind].takes_the_good
        self.talk = Conversation(self.kind, bad=bad, clears=clears, plan=self.plan, says_plan=self.says_plan)
        self.talk.answers_are_delivered = self.is_prompt
        self.talk.want(*first)
        self.age = 0
        self.lost = 0
        self.is_late = self.is_given_up = False
        self.refused: set[str] = set()

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

    @rule(codes=LISTS)
    def edit(self, codes: list[str]) -> None:
        self.refused.intersection_update(codes)
        self.talk.want(*codes)

    @precondition(lambda self: self.is_up)
    @rule(codes=LISTS, for_s=st.sampled_from([1.2, 6.0]))
    def edit_while_the_server_is_slow(self, codes: list[str], for_s: float) -> None:
        self.edit(codes)
        self.wait(for_s)

    @rule(for_s=st.sampled_from([0.01, 0.06, 1.1, 3.0, 6.0, 12.0, 45.0]))
    def wait(self, for_s: float) -> None:
        self.is_late = self.is_late or for_s > 3
        self.is_given_up = self.is_given_up or for_s > 12
        while for_s > 0:
            self.talk.run(min(for_s, 1.5))
            for_s -= 1.5
            self.beats()
            if not self.talk.kind.is_clear and self.is_up:
                # Beyond the 5 s that one is awaited nobody could say what such an answer is to.
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
        is_twice = duplicate and self.talk.kind.is_clear and not is_greeting(answer)
        self.talk.receive(*[answer] * (2 if is_twice else 1))

    @property
    def may_lose(self) -> int:
        """For missing answers an unchanged list goes out again twice, a code once: after that it is up to the user."""
        return 2 if self.talk.feed.limits.replaces else 1

    @precondition(lambda self: self.talk.provider.answers and self.lost < self.may_lose)
    @rule(data=st.data())
    def lose_an_answer(self, data: st.DataObject) -> None:
        answers = self.talk.provider.answers
        place = data.draw(st.integers(0, len(answers) - 1))
        # Where nobody says what an answer is to, a lost refusal leaves a client with nothing to go by but silence.
        is_yes = b'"ret": 200' in answers[place] or b'"say": "ok"' in answers[place]
        if is_yes or (self.talk.kind.is_clear and not is_greeting(answers[place])):
            del answers[place]
            self.lost += 1
            self.talk.provider.is_lossy = True

    @precondition(lambda self: self.talk.provider.answers and self.talk.kind.is_clear)
    @rule()
    def turn_answers_round(self) -> None:
        self.talk.provider.answers.reverse()

    @precondition(lambda self: self.is_up)
    @rule()
    def ticks(self) -> None:
        talk = self.talk
        talk.accepted.clear()
        cut_off = {code for code in talk.session.wanted if talk.state(code) in (RowState.REFUSED, RowState.PARKED)}
        expected = [code for code in talk.provider.served if code in set(talk.session.wanted) - cut_off]
        talk.tick()
        if not self.says_plan:  # while its limit is searched for, those beyond the trial are let go
            assert [code for code in talk.accepted if code not in cut_off] == expected, "a wanted update was lost"

    @invariant()
    def holds(self) -> None:
        if not hasattr(self, "talk"):
            return
        talk = self.talk
        talk.pump()
        assert talk.provider.breaches == [], talk.provider.breaches
        wanted = set(talk.session.wanted)
        refused = {code for code in wanted if talk.state(code) is RowState.REFUSED}
        assert refused <= talk.provider.bad, "a good code was refused"
        assert talk.strays == [], "an update was taken that nobody wants"
        # Where each code has its own frame, some wait for the pacer while the answer comes.
        assert self.kind == "one a frame" or talk.retried == [], "a refused code was asked for again"
        # Without ids the next answer is taken for one that was lost, or is so late that it is not awaited any more.
        if talk.kind.has_ids or not (self.lost or self.is_late):
            assert talk.acknowledged() <= talk.provider.taken, "an answer to something else was believed"
        assert self.refused <= refused, "a refusal stays until the user takes the row out"
        self.refused = refused
        told = {code: talk.states.get(code) for code in wanted}
        now = {code: talk.state(code) for code in wanted}
        late = {code: state for code, state in told.items() if state is not now[code] and {state, now[code]} - TICKED}
        assert late == {}, f"{late} told, and now {now}"
        talk.session.second(talk.now_s)
        talk.collect()
        assert {code: talk.states.get(code) for code in wanted} == {code: talk.state(code) for code in wanted}

    def teardown(self) -> None:
        if not hasattr(self, "talk"):
            return
        talk = self.talk
        talk.answers_are_delivered = True
        if talk.session.dial_at_s is not None:
            self.connect()
        if self.is_given_up:  # no patient server: what was asked in vain is up to the user
            wanted = talk.session.wanted
            talk.want()
            talk.run(5)
            self.refused.clear()
            talk.provider.pardon()
            talk.want(*wanted)
            if talk.session.dial_at_s is not None:  # all had been refused
                self.connect()
        for _ in range(150):
            talk.run(1)
            talk.tick()
        if self.plan:
            self.check_plan()
            return
        wanted, bad = talk.session.wanted, talk.provider.bad
        refused = {code for code in wanted if talk.state(code) is RowState.REFUSED}
        left = [code for code in wanted if code not in refused]
        room = talk.feed.limits.most_codes or len(left)
        good, parked = set(left[:room]), set(left[room:])
        assert talk.kind.is_mute or good.isdisjoint(bad), "what is asked for and refused is known to be"
        good -= bad  # what a provider never speaks of may look like what its plan has no room for
        if talk.provider.clears and not talk.feed.limits.replaces:
            # A code that never ticked is asked for once more, not after every refusal that may have emptied the list:
            # it may be missing on the server, and its row says so.
            good -= {code for code in good - talk.provider.held if talk.state(code) is RowState.PENDING}
        assert talk.provider.held == good, "the server's list is what is wanted, less what is refused and parked"
        assert {code for code in left if talk.state(code) is RowState.PARKED} - (bad - parked) == parked
        assert {code for code in wanted if talk.state(code) is RowState.LIVE} == good
        sent = len(talk.sent())
        talk.run(30)
        assert len(talk.sent()) == sent, "a settled list is left alone"
        self.holds()

    def check_plan(self) -> None:
        talk, wanted = self.talk, self.talk.session.wanted
        states = [talk.state(code) for code in wanted]
        beyond = max(0, len(wanted) - self.plan)
        assert states == [RowState.LIVE] * (len(wanted) - beyond) + [RowState.PARKED] * beyond, states
        assert set(talk.provider.served) == set(wanted[: self.plan])
        sent = len(talk.sent())
        for _ in range(30):
            talk.run(1)
            talk.tick()
        assert len(talk.sent()) == sent, "a settled list is left alone"
        self.holds()


def is_greeting(answer: bytes) -> bool:
    return b'"hello"' in answer or b'"welcome"' in answer


def machine(kind: str, examples: int, **how: Any) -> type[unittest.TestCase]:
    """The test case of any sequence with a kind of provider; --soak tries twenty times as many."""
    examples *= max(1, settings().max_examples // 100)
    case: type[unittest.TestCase] = type(kind, (AnySequence,), {"kind": kind, **how}).TestCase
    case.settings = settings(  # type: ignore[attr-defined]
        max_examples=examples, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    return case


# Every kind of provider; those that the program has in more examples.
TestReplacing = machine("alltick", 50)
TestAdding = machine("demo", 50)
TestCodes = machine("codes", 30)
TestList = machine("list", 30)
TestListWithIds = machine("list with ids", 15)
TestIds = machine("ids", 30)
TestNothing = machine("nothing", 15)
TestMute = machine("mute", 15)
TestSetCodes = machine("set codes", 15)
TestSetList = machine("set list", 15)
TestSetNothing = machine("set nothing", 15)
TestTwoAFrame = machine("two a frame", 30)
TestCodesTwoAFrame = machine("codes, two a frame", 15)
TestOneAFrame = machine("one a frame", 15)
TestMost = machine("most 3", 15)
TestMostSet = machine("most 3, set", 15)
TestMostCodes = machine("most 3, codes", 15)
TestLogin = machine("login", 15)
TestChallenge = machine("challenge", 15)
# A plan that nobody told of: what is beyond never ticks, or is refused with 603. Without ids a refusal that comes late
# could be of any request: there the server is prompt.
TestSmallPlan = machine("alltick", 25, plan=3)
TestSmallPlanAdding = machine("demo", 25, plan=3)
TestSmallPlanCodes = machine("codes", 15, plan=3)
TestSmallPlanList = machine("list", 15, plan=3)
TestSmallPlanNothing = machine("nothing", 15, plan=3)
TestSmallPlanSetNothing = machine("set nothing", 15, plan=3)
TestSaidPlan = machine("alltick", 25, plan=3, says_plan=True)
TestSaidPlanAdding = machine("demo", 25, plan=3, says_plan=True, is_prompt=True)


def test_every_kind_of_provider_has_its_machine() -> None:
    machines = [case for name, case in globals().items() if name.startswith("Test")]
    assert {case.__name__.removesuffix(".TestCase") for case in machines} >= {*KINDS} - {"alltick_action"}


def test_the_frames_of_a_session_are_json_that_the_provider_reads(talk: Conversation) -> None:
    started(talk, "A", "B-C/d_e.F")
    assert [codes_of(frame) for _, frame in talk.provider.frames] == [["A", "B-C/d_e.F"]]

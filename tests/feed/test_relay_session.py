"""A desk's conversation with a relay, word by word."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotedesk.codec import FEEDS, nkeys
from quotedesk.codec.relay_key import RelayKey
from quotedesk.codec.relay_requests import LEASE_S, RelayedFeed
from quotedesk.codec.relay_wire import RelayedQuote, RelayedStatus
from quotedesk.feed.events import Notice
from quotedesk.feed.relay_session import CALM_S, DEAD_AFTER_S, RETRY_MIN_S, RETRY_MOST_S, RelaySession
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Trade
from quotedesk.market.states import NOT_TRUSTED, LinkState, RowState
from tests.fakes.relay_end import INFO, RelayEnd, beat, quote, said, state

KEY = RelayKey("desk1", "anna", "", nkeys.new_seed(bytes(32)))
INFO_OF_CLUSTER = INFO.replace(b"{", b'{"connect_urls":["10.0.0.1:8447","10.0.0.2:8447"],')
A, B, C = Instrument("demo", "A"), Instrument("alltick", ".DJI.US"), Instrument("demo", "C")


class Desk:
    """A session with the relay's end beside it; `pump` moves bytes until nobody says more."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.session = RelaySession(lambda feed: RelayedRows(FEEDS[feed], RoundTrip()), random.Random(1), "0.1")
        self.relay = RelayEnd()
        self.sent: list[bytes] = []

    def connect(self) -> "Desk":
        self.session.dialling(self.now_s)
        self.session.opened(self.now_s, KEY.text)
        self.hear(INFO)
        return self

    def hear(self, *data: bytes) -> None:
        self.session.received(data, self.now_s)
        self.pump()

    def pump(self) -> None:
        while frames := self.session.take_frames(self.now_s):
            self.sent += frames
            if answers := self.relay.hear(frames):
                self.session.received(answers, self.now_s)

    def want(self, *rows: Instrument) -> None:
        self.session.list.want(rows, self.now_s)
        self.pump()

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.session.elapsed(self.now_s, 1e9 + self.now_s)
        self.pump()

    def states(self) -> dict[str, RowState]:
        batches = self.session.list.take_batches(self.now_s)
        return {status.code: status.state for batch in batches for status in batch.statuses}

    def prices(self) -> list[str]:
        batches = self.session.list.take_batches(self.now_s)
        updates = [update for batch in batches for update in batch.updates]
        return [(each.price if isinstance(each, Trade) else each.last).text for each in updates]


@pytest.fixture
def desk() -> Desk:
    return Desk().connect()


def test_the_server_speaks_first_and_then_the_key_signs_its_nonce(desk):
    (said_,) = desk.relay.connects
    assert said_["nkey"] == nkeys.public_key(KEY.seed)
    assert said_["sig"] == nkeys.sign(KEY.seed, "abc")
    assert said_["name"].startswith("desk1/")
    assert KEY.seed.encode() not in b"".join(desk.sent)


def test_quotes_and_states_reach_their_rows(desk):
    desk.want(A, B)
    desk.hear(beat("demo"), quote("demo", "A", RelayedQuote(1, "5.25")), state("demo", "A", RelayedStatus("live")))
    batches = desk.session.list.take_batches(desk.now_s)
    assert [update.price.text for batch in batches for update in batch.updates] == ["5.25"]
    assert {s.code: s.state for b in batches for s in b.statuses} == {"A": RowState.LIVE, ".DJI.US": RowState.PENDING}


def test_a_relay_that_finds_the_line_slow_is_quoted():
    desk = Desk()
    desk.relay.is_slow_better = True
    desk.connect()
    told = [event.text for event in desk.session.take_events() if isinstance(event, Notice)]
    assert any("one value a second" in text for text in told)


def test_a_newer_relay_is_used_and_the_user_told_to_update():
    desk = Desk()
    desk.relay.wire = 2
    desk.connect()
    told = [event.text for event in desk.session.take_events() if isinstance(event, Notice)]
    assert any("newer than this desk" in text and "update quotedesk" in text for text in told)
    assert desk.session.is_bound


def test_a_desk_whose_list_is_not_taken_hangs_up_and_says_why(desk):
    desk.want(A)
    (reply,) = [reply for subject, reply, _ in desk.relay.published if subject == "want.desk1"][-1:]
    desk.hear(said(reply, b'{"generation":1,"fault":"8 connections have this key already"}'))
    assert desk.states() == {"A": RowState.OFFLINE}
    assert "8 connections have this key already" in desk.session.status.reason
    assert desk.session.dial_at_s >= desk.now_s + LEASE_S


def test_a_desk_with_a_key_of_too_many_connections_leaves_the_relay_in_peace_and_says_why(desk):
    desk.want(A)
    desk.session.lost("The server closed the connection (1011: Kicked)", desk.now_s)
    assert desk.states() == {"A": RowState.OFFLINE}
    assert desk.session.status.reason.startswith("The relay has too many connections with this key: give each desk")
    assert desk.session.dial_at_s >= desk.now_s + LEASE_S


def test_a_lost_relay_takes_rows_offline_with_the_reason_and_is_looked_for_every_second(desk):
    desk.want(A)
    desk.states()
    desk.session.lost("The connection broke off", desk.now_s)
    (status,) = [s for b in desk.session.list.take_batches(desk.now_s) for s in b.statuses]
    assert status.state is RowState.OFFLINE
    assert "broke off" in status.reason
    for _ in range(12):
        assert desk.session.dial_at_s - desk.now_s <= RETRY_MOST_S
        desk.now_s = desk.session.dial_at_s
        desk.session.dialling(desk.now_s)
        desk.session.lost("Cannot connect", desk.now_s)


def test_another_server_of_the_cluster_is_dialled_at_once_and_then_the_waits_grow(desk):
    desk.want(A)
    desk.hear(INFO_OF_CLUSTER)
    desk.session.lost("The connection broke off", desk.now_s)
    assert desk.session.dial_at_s == desk.now_s
    assert desk.session.servers.current == "10.0.0.2:8447"
    waits_s = []
    for _ in range(6):
        desk.now_s = desk.session.dial_at_s
        desk.session.dialling(desk.now_s)
        desk.session.lost("Cannot connect", desk.now_s)
        waits_s.append(desk.session.dial_at_s - desk.now_s)
    assert waits_s[0] == 0.0, "the round: another server, and the user's address"
    assert all(RETRY_MIN_S <= wait_s <= RETRY_MOST_S for wait_s in waits_s[1:])


def test_a_server_that_cuts_us_at_once_is_not_hammered_and_one_that_held_is_left_at_once(desk):
    desk.want(A)
    desk.hear(INFO_OF_CLUSTER)
    at_once = 0
    for _ in range(20):
        desk.session.lost("The connection broke off", desk.now_s)
        at_once += desk.session.dial_at_s == desk.now_s
        desk.connect()
        desk.hear(INFO_OF_CLUSTER)
    assert at_once == 2
    desk.wait(CALM_S)
    desk.hear(beat("demo"))
    desk.session.lost("The connection broke off", desk.now_s)
    assert desk.session.dial_at_s == desk.now_s


def test_a_known_relay_is_listened_to_in_the_first_frame_and_edits_meanwhile_count(desk):
    desk.want(A, B)
    desk.session.lost("gone", desk.now_s)
    desk.relay.subjects.clear()
    desk.session.dialling(desk.now_s)
    desk.session.opened(desk.now_s, KEY.text)
    desk.session.received([INFO], desk.now_s)
    (frame,) = desk.session.take_frames(desk.now_s)
    assert frame.index(b"CONNECT") < frame.index(b"hello.desk1") < frame.index(b"SUB q.demo.A")
    desk.session.list.want([B], desk.now_s)
    desk.session.received(desk.relay.hear([frame]), desk.now_s)
    desk.pump()
    assert desk.relay.wants[-1]["rows"] == [".DJI.US@alltick"]
    assert "q.demo.A" not in desk.relay.hears
    assert "q.alltick.=2EDJI=2EUS" in desk.relay.hears


def test_rows_are_back_with_the_answer_to_the_greeting_and_wait_for_no_beat(desk):
    desk.want(A, B)
    desk.hear(state("demo", "A", RelayedStatus("live")), state("alltick", ".DJI.US", RelayedStatus("live")))
    desk.session.lost("gone", desk.now_s)
    assert set(desk.states().values()) == {RowState.OFFLINE}
    desk.connect()
    assert desk.states() == {"A": RowState.LIVE, ".DJI.US": RowState.LIVE}


def test_a_refused_key_is_kept_from_the_other_servers(desk):
    desk.hear(INFO_OF_CLUSTER)
    for _ in range(2):
        desk.hear(b"-ERR 'Authorization Violation'\r\n")
        desk.connect() if desk.session.dial_at_s is not None else None
    assert desk.session.dial_at_s is None
    assert desk.session.servers.current == "", "the next key is for the address that the user gave"


def test_after_a_reconnect_all_is_said_again_and_asked_for(desk):
    desk.want(A, B)
    first = desk.relay.wants[-1]
    desk.session.lost("gone", desk.now_s)
    desk.relay.subjects.clear()
    desk.connect()
    assert desk.relay.wants[-1]["before"] == first["session"], "it is one desk, not two"
    assert {"q.demo.A", "q.alltick.=2EDJI=2EUS"} <= desk.relay.hears
    assert desk.relay.wants[-1]["rows"] == ["A@demo", ".DJI.US@alltick"]
    assert desk.relay.lasts[-1] == ["A@demo", ".DJI.US@alltick"]
    desk.want(A)
    assert "before" not in first | desk.relay.wants[-1]


def test_a_refused_key_is_tried_once_more_then_told_and_not_tried_again(desk):
    desk.hear(b"-ERR 'Authorization Violation'\r\n")
    assert desk.session.status.state is LinkState.WAITING
    desk.relay.hear = lambda frames: [b"-ERR 'Authorization Violation'\r\n"]  # type: ignore[method-assign]
    desk.connect()
    assert desk.session.status.state is LinkState.DENIED
    assert "Pair it again" in desk.session.status.reason
    assert desk.session.dial_at_s is None
    desk.session.retry_now(desk.now_s)
    assert desk.session.dial_at_s is not None


def test_another_certificate_is_told_and_dialled_again_only_on_another_network_or_by_the_user(desk):
    desk.want(A)
    reason = f"{NOT_TRUSTED}: hut:8447 is not the relay that this desk was paired with"
    for ask in (desk.session.network_changed, desk.session.retry_now):
        desk.session.lost(reason, desk.now_s, is_denied=True)
        assert (desk.session.status.state, desk.session.status.reason) == (LinkState.DENIED, reason)
        assert desk.session.status.lacking == NOT_TRUSTED
        assert desk.session.dial_at_s is None
        desk.now_s += 60.0
        ask(desk.now_s)
        assert desk.session.dial_at_s == desk.now_s
        desk.session.dialling(desk.now_s)
        assert desk.session.status.reason == reason, "until it is known better"
    assert desk.states() == {"A": RowState.OFFLINE}


def test_another_certificate_at_a_server_of_the_cluster_leads_back_to_the_user_s_address(desk):
    desk.hear(INFO_OF_CLUSTER)
    desk.session.lost("The connection broke off", desk.now_s)
    assert desk.session.servers.current
    desk.session.dialling(desk.now_s)
    desk.session.lost(f"{NOT_TRUSTED}: 10.0.0.2:8447 is not the relay", desk.now_s, is_denied=True)
    assert desk.session.status.state is LinkState.WAITING
    assert desk.session.servers.current == ""
    desk.session.dialling(desk.now_s)
    desk.session.lost(f"{NOT_TRUSTED}: hut:8447 is not the relay", desk.now_s, is_denied=True)
    assert desk.session.status.state is LinkState.DENIED


def test_a_server_without_its_relay_is_told_apart(desk):
    desk.session.lost("gone", desk.now_s)
    desk.relay.hear = lambda frames: [b"PONG\r\n"]  # type: ignore[method-assign]
    desk.connect()
    (_, _, reply) = next(
        line.split() for line in b"".join(desk.sent).split(b"\r\n")[::-1] if line.startswith(b"PUB h")
    )[:3]
    status = b"NATS/1.0 503\r\n\r\n"
    desk.hear(b"HMSG %b 1 %d %d\r\n%b\r\n" % (reply, len(status), len(status), status))
    assert desk.session.status.state is LinkState.WAITING
    assert "the relay is not" in desk.session.status.reason


def test_a_relay_that_takes_over_after_the_greeting_is_greeted_when_it_is_heard():
    desk = Desk()
    desk.want(A)
    desk.session.dialling(desk.now_s)
    desk.session.opened(desk.now_s, KEY.text)
    desk.session.received([INFO], desk.now_s)
    desk.session.take_frames(desk.now_s)  # nobody answers: of two relays the one that led has just gone
    desk.hear(beat("demo"))
    assert desk.relay.wants == [], "it was greeted a moment ago"
    desk.now_s += 1.0
    desk.hear(beat("demo"))
    assert desk.relay.wants[-1]["rows"] == ["A@demo"]


def test_silence_is_a_dead_link_and_sleep_is_one(desk):
    desk.relay.hear = lambda frames: []  # type: ignore[method-assign]
    desk.wait(DEAD_AFTER_S)
    assert desk.session.status.state is LinkState.WAITING
    desk.now_s += 10
    other = Desk().connect()
    other.wait(1.0)
    other.session.elapsed(other.now_s, 1e9 + other.now_s + 60)
    assert other.session.status.reason == "Relay: the computer was asleep"


def test_the_feeds_of_the_relay_are_known_by_its_greeting():
    desk = Desk()
    assert desk.session.feeds is None
    desk.relay.feeds = [RelayedFeed("alltick", "AllTick")]
    desk.connect()
    assert desk.session.feeds == {"alltick": "AllTick"}


def test_a_greeting_counts_once_and_says_which_run_it_is_of(desk):
    """Without feeds at its relay a desk dials the providers itself."""
    fresh = Desk()
    fresh.connect()
    reply = fresh.relay.published[0][1]
    assert reply.startswith("_INBOX.desk1.")
    for answer in (b"{}", b'{"run":"other"}'):
        fresh.hear(said(reply, answer))
    assert fresh.session.feeds == {"demo": "Demo feed", "alltick": "AllTick"}
    silent = Desk()
    silent.relay.hear = lambda frames: [b"PONG\r\n"] if b"PING" in frames[0] else []
    silent.connect()
    (reply,) = re.findall(r"PUB hello\.desk1 (\S+)", b"".join(silent.sent).decode())
    silent.hear(said(reply, b"{}"))
    assert silent.session.feeds is None


def test_what_cannot_be_read_is_counted_and_told_once(desk):
    desk.want(A)
    desk.session.take_events()
    subjects = ["q.demo.A", "s.demo.A", "link.demo", "link.moon", "changed.anna", desk.relay.published[-1][1]]
    desk.hear(*(said(subject, b"{") for subject in subjects))
    told = [event.text for event in desk.session.take_events() if isinstance(event, Notice)]
    assert told == ["Ignored a message (not of the relay's form); more like it are only counted"]
    assert desk.session.list.rows["demo"].counts.unreadable.total() == len(subjects)


def test_lists_of_the_person_are_asked_for_and_heard_of(desk):
    answers: list[bytes] = []
    desk.session.ask("get", b"{}", lambda data, now_s: answers.append(data), desk.now_s)
    desk.pump()
    subject, reply, _ = desk.relay.published[-1]
    assert subject == "lists.anna.desk1.get"
    desk.hear(said(reply, b'{"more":true}'), said(reply, b"{}"))
    assert answers[-2:] == [b'{"more":true}', b"{}"], "an answer may come in parts"
    desk.hear(said("changed.anna", b'{"key":"list X","revision":4}'))
    assert [entry.key for entry in desk.session.take_changed()] == ["list X"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=60), max_size=12))
def test_nothing_that_a_server_says_raises(frames):
    desk = Desk().connect()
    desk.want(A)
    subjects = [b"q.demo.A", b"s.demo.A", b"link.demo", b"changed.anna", desk.relay.published[-1][1].encode(), b"x"]
    for at, data in enumerate(frames):
        subject = subjects[at % len(subjects)]
        desk.hear(b"MSG %b 1 %d\r\n%b\r\n" % (subject, len(data), data))
    desk.hear(*frames)
    desk.session.list.take_batches(desk.now_s)

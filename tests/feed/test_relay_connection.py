"""What a desk says on one connection to a relay's server, and whom its answers reach."""

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec import nkeys
from quotedesk.codec.base import Unreadable
from quotedesk.codec.nats import Delivery, Info, ServerPing, ServerPong
from quotedesk.codec.relay_key import RelayKey
from quotedesk.feed.relay_connection import ANSWER_S, ANSWERS_S, BEAT_S, DEAD_AFTER_S, RelayConnection
from tests.fakes.relay_end import INFO, RelayEnd, said

KEY = RelayKey("desk1", "anna", "", nkeys.new_seed(bytes(32)))
SUBJECTS = st.sampled_from(["q.demo.A", "s.demo.A", "link.>"])


def connection() -> RelayConnection:
    return RelayConnection(KEY, "w", 100.0)


def test_a_key_signs_what_the_server_says_and_a_ping_is_in_the_same_frame():
    one, relay = connection(), RelayEnd()
    (info,) = one.read([INFO], 100.0)
    assert isinstance(info, Info)
    one.connect(info, 100.0)
    frame = one.take()
    assert not one.is_due
    assert relay.hear([frame]) == [b"PONG\r\n"]
    assert relay.connects[0]["name"] == "desk1/w"
    assert relay.connects[0]["sig"] == nkeys.sign(KEY.seed, "abc")


@given(st.lists(st.tuples(st.booleans(), SUBJECTS)))
def test_the_server_sends_what_is_listened_to_and_nothing_is_said_twice(steps):
    one, relay = connection(), RelayEnd()
    wanted: set[str] = set()
    for is_wanted, subject in steps:
        is_news = (subject in wanted) != is_wanted
        (one.listen if is_wanted else one.ignore)(subject)
        (wanted.add if is_wanted else wanted.discard)(subject)
        assert one.is_due == is_news
        relay.hear([one.take()])
        assert relay.hears == wanted
        assert len(relay.subjects) == len(wanted)


def test_an_answer_reaches_who_asked_and_one_to_nothing_nobody():
    one, relay = connection(), RelayEnd()
    read: list[tuple[str, bytes]] = []
    for word in ("a", "b"):
        one.ask("lists.anna.desk1.get", b"{}", lambda data, now_s, word=word: read.append((word, data)), 100.0)
    relay.hear([one.take()])
    (_, first, _), (_, second, _) = relay.published
    for message in one.read([said(second, b"2"), said(first, b"1"), said(f"{first}9", b"3")], 101.0):
        assert isinstance(message, Delivery)
        assert one.answered(message.subject, message.payload, 101.0) is None
    assert read == [("b", b"2"), ("a", b"1")]


def test_what_cannot_be_read_is_said_by_who_asked():
    one, relay = connection(), RelayEnd()
    one.ask("last.desk1", b'{"rows":[]}', lambda data, now_s: Unreadable("no", data.decode()), 100.0)
    relay.hear([one.take()])
    assert one.answered(relay.published[0][1], b"x", 100.0) == Unreadable("no", "x")


def test_answers_are_awaited_for_a_while_longer_where_they_may_be_many():
    one, relay = connection(), RelayEnd()
    read: list[bytes] = []
    for has_many in (False, True):
        one.ask("lists.anna.desk1.get", b"{}", lambda data, now_s: read.append(data), 100.0, has_many=has_many)
    relay.hear([one.take()])
    short, long = (reply for _, reply, _ in relay.published)
    one.elapsed(100.0 + ANSWER_S)
    one.answered(short, b"late", 105.0)
    one.answered(long, b"in time", 105.0)
    assert not one.unheard(short)
    one.elapsed(100.0 + ANSWERS_S)
    one.answered(long, b"late", 165.0)
    assert read == [b"in time"]


def test_a_request_that_nobody_hears_is_over():
    one, relay = connection(), RelayEnd()
    one.ask("lists.anna.desk1.get", b"{}", lambda data, now_s: None, 100.0)
    relay.hear([one.take()])
    (_, reply, _) = relay.published[0]
    assert one.unheard(reply)
    assert not one.unheard(reply)


def test_signs_of_life_are_asked_for_and_given():
    one = connection()
    assert one.deadline_s == 100.0 + BEAT_S
    one.elapsed(100.0 + BEAT_S)
    assert one.take() == b"PING\r\n"
    assert one.deadline_s == 100.0 + 2 * BEAT_S
    one.elapsed(100.0 + 2 * BEAT_S)
    assert one.dead_at_s == 100.0 + DEAD_AFTER_S
    assert one.read([b"PONG\r\nPI", b"NG\r\n"], 111.0) == [ServerPong(), ServerPing()]
    assert one.dead_at_s == 111.0 + DEAD_AFTER_S
    assert one.ponged() == 100.0 + BEAT_S, "of two that are open it answers the older one"
    assert one.ponged() == 100.0 + 2 * BEAT_S
    assert one.ponged() is None
    one.pong()
    assert one.take() == b"PING\r\nPONG\r\n"

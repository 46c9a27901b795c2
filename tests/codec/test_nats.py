"""The protocol's bytes, in whatever pieces they come."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.codec import nats
from quotedesk.codec.nats import (
    Complaint,
    Delivery,
    Garbled,
    Info,
    NatsReader,
    ServerPing,
    ServerPong,
    Taken,
    connect,
    header,
    publish,
    status_of,
    subscribe,
    unsubscribe,
)
from quotedesk.codec.nkeys import new_seed, public_key

HEAD = b"NATS/1.0 404 None\r\nA: b c \r\n\r\n"
STREAM = (
    b'INFO {"server_id":"S","nonce":"abc","max_payload":9,"moon":1}\r\n'
    b"PING\r\nPONG\r\n+OK\r\n-ERR 'Authorization Violation'\r\n"
    b"MSG q.demo.A 1 5\r\na\r\nbc\r\n"
    b"MSG last.d1 2 _INBOX.d1.7 0\r\n\r\n" + b"HMSG x 3 %d %d\r\n%bhi\r\n" % (len(HEAD), len(HEAD) + 2, HEAD)
)
SAID = [
    Info("S", nonce="abc", max_payload=9),
    ServerPing(),
    ServerPong(),
    Taken(),
    Complaint("Authorization Violation"),
    Delivery("q.demo.A", "", b"a\r\nbc"),
    Delivery("last.d1", "_INBOX.d1.7", b""),
    Delivery("x", "", b"hi", HEAD),
]


@given(st.lists(st.integers(1, 40), max_size=40))
def test_the_stream_is_read_in_whatever_pieces_it_comes(sizes: list[int]) -> None:
    reader, found, at = NatsReader(), [], 0
    for size in [*sizes, len(STREAM)]:
        found += reader.read(STREAM[at : at + size])
        at += size
    assert found == SAID


def test_headers_say_a_status_and_their_values() -> None:
    assert status_of(HEAD) == 404
    assert header(HEAD, "a") == "b c"
    assert header(HEAD, "b") == ""
    assert status_of(b"NATS/1.0\r\n\r\n") == status_of(b"") == 0


@given(st.binary(max_size=300))
def test_nothing_that_comes_raises(data: bytes) -> None:
    reader = NatsReader()
    reader.read(data)
    reader.read(b"\r\n" + data)


@pytest.mark.parametrize(
    "data",
    [
        *(b"HTTP/1.1 400\r\n", b"MSG a 1 x\r\n", b"MSG 1 x\r\n", b"MSG a 1 -5\r\n", b"MSG a 1 99999999\r\n"),
        *(b"INFO {\r\n", b"x" * (nats.LONGEST_LINE + 1), b"MSG \xff 1 0\r\n\r\n"),
        b"HMSG a 1 9 5\r\n12345\r\nfoo\r\n",
    ],
)
def test_what_is_no_nats_ends_the_reading(data: bytes) -> None:
    reader = NatsReader()
    assert isinstance(reader.read(data)[-1], Garbled)
    assert reader.read(b"PING\r\n") == ()


def test_what_we_say_is_nats() -> None:
    assert subscribe("q.>", 3) == b"SUB q.> 3\r\n"
    assert unsubscribe(3) == b"UNSUB 3\r\n"
    assert publish("a", b"hi", "b") == b"PUB a b 2\r\nhi\r\n"
    said = publish("a", b"hi", headers={"N": "v"})
    assert said == b"HPUB a 18 20\r\nNATS/1.0\r\nN: v\r\n\r\nhi\r\n"
    seed = new_seed(bytes(32))
    line = connect(Info(nonce="abc"), "d1/s1", seed)
    fields = msgspec.json.decode(line.removeprefix(b"CONNECT ").removesuffix(b"\r\n"))
    assert fields["nkey"] == public_key(seed)
    assert fields["name"] == "d1/s1"
    assert seed not in line.decode()

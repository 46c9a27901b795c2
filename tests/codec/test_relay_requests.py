"""Requests and answers come through, and garbage is said to be so."""

import msgspec
import pytest

from quotedesk.codec.base import Unreadable
from quotedesk.codec.relay_requests import (
    HelloAnswer,
    LastAnswer,
    LastRow,
    ListEntry,
    ListPutRequest,
    ListsAnswer,
    ParkedRow,
    WantAnswer,
    WantRequest,
    read_request,
)
from quotedesk.codec.relay_wire import RelayedQuote, RelayedStatus, message_of

SAID = [
    WantRequest("s1", 4, ["AAPL.US@alltick"], ["alltick"], slow=True),
    WantRequest("s1", 4),
    WantAnswer(4, parked=[ParkedRow("A@demo", "parked", "no room")]),
    HelloAnswer("r1", "office"),
    LastAnswer("r1", [LastRow("A@demo", RelayedQuote(3, last="1.5"), 0.2, RelayedStatus("live"))]),
    ListPutRequest("list Metals", 3, msgspec.Raw(b'{"rows":["A"]}')),
    ListsAnswer([ListEntry("flags", 9, msgspec.Raw(b"[1]"), "laptop", 1.0)], conflict=True),
]


@pytest.mark.parametrize("said", SAID)
def test_what_is_said_is_read(said: msgspec.Struct) -> None:
    got = read_request(type(said), message_of(said))
    assert isinstance(got, type(said))
    assert message_of(got) == message_of(said)


@pytest.mark.parametrize("kind", dict.fromkeys(type(each) for each in SAID))
def test_garbage_is_unreadable(kind: type[msgspec.Struct]) -> None:
    for data in (b"", b"\xff", b"[]", b"[" * 100_000, b'{"rows":5,"session":5,"run":5,"generation":"x","entries":1}'):
        assert isinstance(read_request(kind, data), Unreadable)

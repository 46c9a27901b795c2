"""The rows that a desk wants of a relay: how the list is said, and what is asked and told of them."""

import pytest

from quotedesk.codec import FEEDS, nkeys
from quotedesk.codec.base import Unreadable
from quotedesk.codec.nats import Delivery
from quotedesk.codec.relay_key import RelayKey
from quotedesk.codec.relay_requests import RENEW_S, HelloAnswer, LastRow, ParkedRow, RelayedFeed
from quotedesk.codec.relay_wire import SILENT_S, LinkBeat, RelayedLink, RelayedQuote, RelayedStatus, message_of
from quotedesk.feed.relay_connection import RelayConnection
from quotedesk.feed.relayed_list import HOLES_S, RelayedList
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from tests.fakes.relay_end import RelayEnd

KEY = RelayKey("desk1", "anna", "", nkeys.new_seed(bytes(32)))
A, B, C = Instrument("demo", "A"), Instrument("alltick", ".DJI.US"), Instrument("demo", "C")
HELLO = HelloAnswer("run1", "hut", feeds=[RelayedFeed("demo", "Demo feed"), RelayedFeed("alltick", "AllTick")])


class Desk:
    """A list on a connection with the relay's end beside it; `pump` moves bytes until nobody says more."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.list = RelayedList(lambda feed: RelayedRows(FEEDS[feed], RoundTrip()))
        self.relay = RelayEnd()
        self.sent: list[bytes] = []

    def connect(self) -> "Desk":
        self.connection = RelayConnection(KEY, "w", self.now_s)
        self.list.opened(self.connection, self.now_s)
        return self

    def welcome(self) -> "Desk":
        self.connection.is_welcome = True
        self.list.welcomed(self.connection, HELLO, self.now_s)
        self.pump()
        return self

    def pump(self) -> None:
        while self.connection.is_due:
            self.sent.append(self.connection.take())
            for message in self.connection.read(self.relay.hear(self.sent[-1:]), self.now_s):
                if isinstance(message, Delivery):
                    assert self.connection.answered(message.subject, message.payload, self.now_s) is None

    def want(self, *rows: Instrument) -> None:
        self.list.want(rows, self.now_s)
        self.pump()

    def quote(self, number: int, price: str, on: str = "q.demo.A") -> None:
        assert self.list.row_told(on, message_of(RelayedQuote(number, price)), self.now_s) is None

    def wait(self, seconds: float) -> None:
        self.now_s += seconds
        self.list.elapsed(self.now_s)
        self.pump()

    def states(self) -> dict[str, tuple[RowState, str]]:
        batches = self.list.take_batches(self.now_s)
        return {status.code: (status.state, status.reason) for batch in batches for status in batch.statuses}

    def prices(self) -> list[str]:
        batches = self.list.take_batches(self.now_s)
        return [(getattr(each, "price", None) or each.last).text for batch in batches for each in batch.updates]


@pytest.fixture
def desk() -> Desk:
    return Desk().connect().welcome()


def test_a_list_is_one_wish_in_its_order_over_all_feeds(desk):
    desk.want(A, B)
    assert desk.relay.wants[-1]["rows"] == ["A@demo", ".DJI.US@alltick"]
    assert {"q.demo.A", "s.demo.A", "q.alltick.=2EDJI=2EUS"} <= desk.relay.hears
    assert desk.relay.lasts[-1] == ["A@demo", ".DJI.US@alltick"]


def test_an_edit_is_one_frame_and_rows_that_stay_are_not_touched(desk):
    desk.want(A, B)
    before = len(desk.sent)
    desk.want(B, C)
    assert len(desk.sent) == before + 1
    assert b"q.demo.C" in desk.sent[-1]
    assert b"DJI" not in desk.sent[-1].split(b"PUB")[0], "no SUB or UNSUB of the row that stays"
    assert desk.relay.wants[-1]["rows"] == [".DJI.US@alltick", "C@demo"]
    assert desk.relay.lasts[-1] == ["C@demo"], "only what is new is asked for"
    assert "q.demo.A" not in desk.relay.hears


def test_wishes_are_renewed_and_said_whole_where_the_relay_forgot_them(desk):
    desk.want(A)
    desk.wait(RENEW_S)
    assert "rows" not in desk.relay.wants[-1]
    desk.relay.again = True
    desk.wait(RENEW_S)
    assert desk.relay.wants[-1]["rows"] == ["A@demo"]


def test_one_value_a_second_is_another_subject_and_its_skipped_numbers_are_no_holes(desk):
    desk.want(A)
    desk.list.be_slow(True, desk.now_s)
    desk.pump()
    assert {"slow.demo.A", "s.demo.A"} <= desk.relay.hears
    assert "q.demo.A" not in desk.relay.hears
    assert desk.relay.wants[-1]["slow"] is True
    asked = len(desk.relay.lasts)
    desk.quote(3, "5", on="slow.demo.A")
    desk.quote(9, "6", on="slow.demo.A")
    desk.wait(2.0)
    assert desk.prices() == ["5", "6"]
    assert len(desk.relay.lasts) == asked
    desk.list.be_slow(False, desk.now_s)
    desk.pump()
    assert "q.demo.A" in desk.relay.hears
    assert "slow.demo.A" not in desk.relay.hears


def test_parked_rows_say_why(desk):
    desk.relay.parked = [ParkedRow("A@demo", "parked", "5 symbols, shared by 3 desks")]
    desk.want(A)
    assert desk.states() == {"A": (RowState.PARKED, "5 symbols, shared by 3 desks")}


def test_last_values_come_at_connect(desk):
    desk.relay.values["A@demo"] = LastRow("A@demo", RelayedQuote(9, last="7.5"), 2.0, RelayedStatus("live"))
    desk.want(A)
    assert desk.prices() == ["7.5"]


def test_a_hole_is_asked_for_at_most_once_a_second(desk):
    desk.want(A)
    asked = len(desk.relay.lasts)
    desk.quote(1, "1")
    desk.quote(3, "3")
    desk.wait(0.0)
    assert desk.relay.lasts[asked:] == [["A@demo"]]
    desk.quote(5, "5")
    assert desk.list.holes_at_s == desk.now_s + HOLES_S
    desk.wait(0.0)
    assert len(desk.relay.lasts) == asked + 1
    desk.wait(HOLES_S)
    assert len(desk.relay.lasts) == asked + 2


def test_a_relay_that_started_anew_under_the_same_server_gets_the_list_again(desk):
    desk.want(A)
    desk.list.beat("demo", LinkBeat("run1", "hut"), desk.now_s)
    wants, lasts = len(desk.relay.wants), len(desk.relay.lasts)
    desk.list.beat("demo", LinkBeat("run2", "hut"), desk.now_s)
    desk.pump()
    assert desk.relay.wants[wants]["rows"] == ["A@demo"]
    assert desk.relay.lasts[lasts:] == [["A@demo"]]


def test_books_that_are_looked_at_are_a_change_of_the_list_and_the_same_ones_none(desk):
    desk.want(A)
    for _ in range(2):
        desk.list.want_books(["demo"], desk.now_s)
        desk.pump()
    assert [wish.get("books") for wish in desk.relay.wants[-2:]] == [None, ["demo"]]
    assert desk.relay.wants[-1]["generation"] == desk.relay.wants[-2]["generation"] + 1


def test_before_the_greeting_is_answered_a_known_relay_is_listened_to_and_asked_for_nothing():
    desk = Desk().connect()
    desk.want(A, B)
    desk.list.listen(desk.connection)
    desk.want(B)
    assert desk.relay.hears == {"q.alltick.=2EDJI=2EUS", "s.alltick.=2EDJI=2EUS"}
    desk.list.beat("alltick", LinkBeat("run1", "hut"), desk.now_s)
    desk.list.beat("alltick", LinkBeat("run2", "hut"), desk.now_s)
    desk.pump()
    assert desk.relay.published == []
    desk.welcome()
    assert [wish["rows"] for wish in desk.relay.wants] == [[".DJI.US@alltick"]]


def test_rows_know_whether_they_are_heard_even_if_wanted_only_then(desk):
    desk.want(A)
    desk.list.lost("The line is cut", desk.now_s)
    desk.want(A, B)
    assert set(desk.states().values()) == {(RowState.OFFLINE, "The line is cut")}
    desk.connect().welcome()
    assert {state for state, _ in desk.states().values()} == {RowState.PENDING}
    desk.wait(SILENT_S)
    assert {state for state, _ in desk.states().values()} == {RowState.OFFLINE}


def test_the_relays_own_links_are_told_where_they_are_others(desk):
    desk.want(A)
    links = [RelayedLink("demo", "up")]
    assert desk.list.beat("demo", LinkBeat("run1", "hut", links=links), desk.now_s)
    assert not desk.list.beat("demo", LinkBeat("run1", "hut", links=links), desk.now_s)
    assert [link.through for link in desk.list.links] == ["hut"]
    assert desk.list.beat("demo", LinkBeat("run1", "hut", links=[RelayedLink("demo", "waiting")]), desk.now_s)
    assert not desk.list.beat("moon", LinkBeat("run1", "hut", links=links), desk.now_s)
    desk.want()
    assert desk.list.links == (), "of a feed of which nothing is wanted"


def test_a_list_that_is_not_taken_says_why_until_there_is_another_connection(desk):
    desk.want(A)
    (_, reply, _) = next(each for each in desk.relay.published if each[0] == "want.desk1")
    desk.connection.answered(reply, b'{"generation":1,"fault":"too many"}', desk.now_s)
    assert desk.list.fault == "too many"
    desk.connect()
    assert desk.list.fault == ""


def test_what_cannot_be_read_is_handed_back(desk):
    desk.want(A)
    asked = [reply for subject, reply, _ in desk.relay.published if not subject.startswith("lists")]
    assert all(isinstance(desk.connection.answered(reply, b"{", desk.now_s), Unreadable) for reply in asked)
    assert isinstance(desk.list.row_told("q.demo.A", b"{", desk.now_s), Unreadable)
    assert isinstance(desk.list.row_told("s.demo.A", b"{", desk.now_s), Unreadable)
    assert desk.list.row_told("q.moon.A", b"{", desk.now_s) is None
    assert desk.list.row_told("q.demo", b"{", desk.now_s) is None

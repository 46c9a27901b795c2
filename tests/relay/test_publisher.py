"""What desks are told of what the feeds say."""

import msgspec

from quotedesk.codec import relay_wire as wire
from quotedesk.feed.subscription_trace import Trace
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote
from quotedesk.market.quote import Trade as Print
from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus
from quotedesk.relay.publisher import Publisher
from quotedesk.relay.wishes import Wishes
from tests.fakes.clock import FakeClock

A = Instrument("demo", "A")


class Spoken:
    """Keeps what is published."""

    def __init__(self) -> None:
        self.said: list[tuple[str, bytes]] = []

    def publish(self, subject: str, payload: bytes) -> None:
        self.said.append((subject, payload))

    def take(self) -> list[tuple[str, dict]]:
        said, self.said = self.said, []
        return [(subject, msgspec.json.decode(payload)) for subject, payload in said]


def made() -> tuple[Publisher, Spoken, Wishes, FakeClock]:
    spoken, wishes, clock = Spoken(), Wishes(), FakeClock()
    return Publisher(spoken, wishes, clock, "r1", "office", ["demo", "kraken"]), spoken, wishes, clock


def test_updates_seeds_states_and_gaps_are_published_in_order() -> None:
    publisher, spoken, wishes, clock = made()
    now_s = clock.now_s()
    publisher.trace_of = lambda row: Trace(now_s - 3, now_s - 2, 5)
    wishes.say("a", "s", 1, [A], 0.0)
    publisher.consume(
        Batch(
            "demo",
            [Print("A", number("1.5")), Print(".A.B", number("2"))],
            now_s,
            gaps=("A",),
            statuses=(RowStatus("A", RowState.LIVE, now_s - 1.5, "well"),),
            seeds=(Quote(code="A", prev_close=number("1")),),
        )
    )
    said = spoken.take()
    assert said[:3] == [
        ("q.demo.A", {"n": 1, "price": "1.5"}),
        ("q.demo.=2EA=2EB", {"n": 1, "price": "2"}),
        ("q.demo.A", {"n": 2, "prev_close": "1", "seed": True}),
    ]
    trace = {"wanted": 3.0, "sent": 2.0, "together": 5}
    assert said[3:] == [
        ("s.demo.A", {"state": "live", "age": 1.5, "reason": "well", "desks": 1, "gap": True, "trace": trace})
    ]
    publisher.consume(Batch("demo", [], now_s, gaps=("A", "Z")))
    assert [(subject, said["gap"]) for subject, said in spoken.take()] == [("s.demo.A", True)]
    assert publisher.quotes == 2


def test_a_parked_row_says_by_how_many_desks() -> None:
    publisher, spoken, wishes, clock = made()
    for desk in ("a", "b", "c"):
        wishes.say(desk, "s", 1, [A], 0.0)
    publisher.consume(
        Batch("demo", [], 0.0, statuses=(RowStatus("A", RowState.PARKED, clock.now_s(), "the plan has room for 5"),))
    )
    ((_, said),) = spoken.take()
    assert said["reason"].startswith("the plan has room for 5. 3 desks share this plan")
    assert said["desks"] == 3


def test_a_beat_is_said_for_each_feed_each_second_and_when_a_link_is_another() -> None:
    publisher, spoken, _, clock = made()
    publisher.second()
    assert [subject for subject, _ in spoken.take()] == ["link.demo", "link.kraken"]
    up = LinkStatus("demo", "demo", LinkState.UP, clock.now_s() - 2.0, proven_s=clock.now_s() - 1.0)
    publisher.show_links((up,))
    publisher.show_links((msgspec.structs.replace(up, proven_s=clock.now_s()),))  # nothing that anybody waits for
    said = spoken.take()
    assert len(said) == 2
    beat = said[0][1]
    assert (beat["run"], beat["relay"]) == ("r1", "office")
    assert beat["links"] == [{"endpoint": "demo", "state": "up", "age": 2.0, "proven": 1.0}]
    publisher.is_speaking = False
    publisher.second()
    assert spoken.take() == []


def test_slow_desks_get_what_changed_once_a_second() -> None:
    publisher, spoken, wishes, _ = made()
    wishes.say("far", "s", 1, [A], 0.0, is_slow=True)
    publisher.consume(Batch("demo", [Print("A", number(str(n))) for n in range(1, 9)], 0.0))
    spoken.take()
    publisher.second()
    slow = [said for subject, said in spoken.take() if subject == "slow.demo.A"]
    assert slow == [{"n": 8, "last": "8"}]
    publisher.second()
    assert all(not subject.startswith("slow") for subject, _ in spoken.take())


def test_what_is_known_of_a_row_is_told_with_its_age() -> None:
    publisher, _, _, clock = made()
    assert publisher.known_of(A) == (None, None)
    assert publisher.status_of(A) is None
    publisher.consume(Batch("demo", [Print("A", number("1"))], clock.now_s() - 4.0))
    quote, age_s = publisher.known_of(A)
    assert isinstance(quote, wire.RelayedQuote)
    assert (quote.last, age_s) == ("1", 4.0)


def test_notices_are_kept_for_the_status() -> None:
    publisher, *_ = made()
    for number_ in range(30):
        publisher.show_notice(f"notice {number_}")
    assert publisher.notices[-1] == "notice 29"
    assert len(publisher.notices) == 20


def test_a_row_without_a_tick_is_told_as_sent_and_acknowledged_when_it_is() -> None:
    publisher, spoken, wishes, clock = made()
    trace = Trace(clock.now_s())
    publisher.trace_of = lambda row: trace
    wishes.say("a", "s", 1, [A], 0.0)
    publisher.consume(Batch("demo", [], clock.now_s(), statuses=(RowStatus("A", RowState.PENDING, clock.now_s()),)))
    assert "sent" not in spoken.take()[-1][1]["trace"]

    def told() -> list[dict]:
        publisher.second()
        return [said["trace"] for subject, said in spoken.take() if subject == "s.demo.A"]

    assert told() == []
    trace = Trace(clock.now_s(), clock.now_s() + 1, 5)
    assert [said["together"] for said in told()] == [5]
    assert told() == [], "once"
    trace = Trace(clock.now_s(), clock.now_s() + 1, 5, clock.now_s() + 1)
    assert ["acknowledged" in said for said in told()] == [True]
    publisher.consume(Batch("demo", [], clock.now_s(), statuses=(RowStatus("A", RowState.LIVE, clock.now_s()),)))
    spoken.take()
    trace = Trace(clock.now_s())
    assert told() == [], "a row that ticks is told with its states"

"""What becomes of what is read; the filter and the statuses have tests of their own."""

import math

import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Answer, Beat, Message, Verdict
from quotedesk.feed.events import Counts
from quotedesk.feed.incremental import Incremental
from quotedesk.feed.intake import PROOF_S, Intake
from quotedesk.feed.news import News
from quotedesk.feed.quota import Quota
from quotedesk.feed.subscriptions import SETTLE_S
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.market.hours import Hours
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade, Update


class Desk:
    """An intake whose frames are lists of messages."""

    def __init__(self) -> None:
        self.list = Incremental(FEEDS["demo"].limits, Quota())
        self.list.want(["A", "B"], 0.0)
        self.list.take(SETTLE_S)
        self.statuses = SymbolStatuses(self.list, Hours())
        self.statuses.want(["A", "B"], 0.0)
        self.counts = Counts()
        self.news = News()
        self.told: list[tuple[Message, bool]] = []  # what is no update, and had A ticked before it?
        self.is_up = True
        self.intake = Intake(self.list, self.statuses, self.counts, self.news, self.hear)

    def hear(self, message: Message, now_s: float) -> bool:
        self.told.append((message, self.list.has_ticked("A")))
        return self.is_up

    def read(self, *frames: list[Message], now_s: float) -> float:
        return self.intake.read(lambda data: frames[data[0]], [bytes([at]) for at in range(len(frames))], now_s)

    def news_of(self, now_s: float) -> list[tuple[list[Update], list[str]]]:
        return [(list(batch.updates), list(batch.gaps)) for batch in self.news.take("demo", [], now_s)]


def trade(code: str, price: str = "1", time_utc_s: float = math.nan, seq: int | None = None) -> Trade:
    return Trade(code, number(price), time_utc_s=time_utc_s, seq=seq)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_each_update_is_counted_and_the_newest_of_a_code_stands_for_all(desk: Desk) -> None:
    desk.read([trade("A"), trade("B")], [trade("A", "2"), Quote(code="A", bid=number("1"))], now_s=1.0)
    desk.read([trade("B", "5")], now_s=2.0)
    assert desk.counts.applied == {"A": 3, "B": 2}
    assert desk.statuses.traces.continuity["A"].ticks == 3
    assert desk.statuses.traces.continuity["B"].ticks == 2
    trace = desk.statuses.traces.of("A")
    assert trace is not None
    assert trace.first_tick_s == 1.0
    assert desk.list.has_ticked("A")
    assert desk.intake.took_s == 2.0
    assert [len(updates) for updates, _ in desk.news_of(2.0)] == [4, 1]


def test_the_first_update_of_a_code_is_its_proof_which_is_looked_at_soon_and_no_other_is(desk: Desk) -> None:
    assert desk.read([trade("A")], now_s=1.0) == 1.0 + PROOF_S
    assert desk.read([trade("A")], now_s=2.0) == math.inf
    assert desk.read([trade("A"), Quote(code="B", bid=number("1"))], now_s=3.0) == 3.0 + PROOF_S, "any update proves"
    assert desk.read([], now_s=4.0) == math.inf


def test_what_is_no_update_is_told_between_those_before_and_after_it(desk: Desk) -> None:
    beat, answer = Beat(1), Answer(2, Verdict.OK)
    assert desk.read([beat, trade("A")], [answer, trade("B")], now_s=1.0) == 1.0 + PROOF_S
    assert desk.told == [(beat, False), (answer, True)]
    assert desk.counts.applied == {"A": 1, "B": 1}


def test_nothing_is_read_behind_the_message_that_ended_the_connection(desk: Desk) -> None:
    desk.is_up = False
    desk.read([trade("A"), Beat(1), trade("B")], [Beat(2)], now_s=1.0)
    assert [message for message, _ in desk.told] == [Beat(1)]
    assert desk.counts.applied == {"A": 1}


def test_what_stays_out_is_counted_by_its_reason(desk: Desk) -> None:
    desk.read([trade("A", "1", 9.0, 3)], now_s=1.0)
    desk.news_of(1.0)
    out = [trade("A", "1", 9.0, 3), trade("A", "1", 8.0, 2), trade("X")]
    assert desk.read(out, now_s=2.0) == math.inf, "nobody asked for X"
    desk.list.answered(Answer(None, Verdict.OK), 3.0)
    desk.list.want(["A"], 3.0)
    assert desk.list.take(4.0).dropped == ("B",)
    assert desk.read([trade("B")], now_s=60.0) == -math.inf, "it may be held still: that is to be seen to at once"
    assert desk.counts.dropped == {"duplicate": 1, "older": 1, "unwanted": 2}
    assert desk.statuses.traces.continuity["A"].duplicates == 1
    assert math.isnan(desk.statuses.traces.continuity["A"].since_s)
    assert (desk.intake.took_s, desk.news_of(60.0)) == (1.0, [])


def test_the_last_updates_of_what_the_plan_has_no_room_for_end_with_a_gap(desk: Desk) -> None:
    desk.list.ends(1)
    desk.read([trade("A"), trade("B")], now_s=1.0)
    ((updates, gaps),) = desk.news_of(1.0)
    assert ([update.code for update in updates], gaps) == (["A", "B"], ["B"])


def test_a_stamp_from_the_future_is_taken_without_its_time(desk: Desk) -> None:
    desk.statuses.wall_ahead_s = 1e9
    desk.read([trade("A", "1", 1e9 + 900.0)], now_s=1.0)
    (([update], _),) = desk.news_of(1.0)
    assert math.isnan(update.time_utc_s)
    assert desk.statuses.doubts

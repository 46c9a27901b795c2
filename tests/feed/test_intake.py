"""What becomes of updates; the filter and the statuses have tests of their own."""

import math

import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.base import Answer, Verdict
from quotedesk.feed.events import Counts
from quotedesk.feed.incremental import Incremental
from quotedesk.feed.intake import Intake
from quotedesk.feed.quota import Quota
from quotedesk.feed.subscriptions import SETTLE_S
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.market.hours import Hours
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade


class Desk:
    def __init__(self) -> None:
        self.list = Incremental(FEEDS["demo"].limits, Quota())
        self.list.want(["A", "B"], 0.0)
        self.list.take(SETTLE_S)
        self.statuses = SymbolStatuses(self.list, Hours())
        self.statuses.want(["A", "B"], 0.0)
        self.counts = Counts()
        self.intake = Intake(self.list, self.statuses, self.counts)


def trade(code: str, price: str = "1") -> Trade:
    return Trade(code, number(price))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_each_update_is_counted_and_the_newest_of_a_code_stands_for_all(desk: Desk) -> None:
    desk.intake.take([trade("A"), trade("B"), trade("A", "2"), Quote(code="A", bid=number("1"))], 1.0)
    assert desk.counts.applied == {"A": 3, "B": 1}
    assert desk.statuses.traces.continuity["A"].ticks == 3
    trace = desk.statuses.traces.of("A")
    assert trace is not None
    assert trace.first_tick_s == 1.0
    assert desk.list.has_ticked("A")


def test_the_first_update_of_a_code_is_told_to_be_its_proof_and_no_other(desk: Desk) -> None:
    assert desk.intake.take([trade("A")], 1.0)
    assert not desk.intake.take([trade("A")], 2.0)
    assert desk.intake.take([trade("A"), Quote(code="B", bid=number("1"))], 3.0), "any update proves"


def test_what_stays_out_is_counted_by_its_reason(desk: Desk) -> None:
    desk.intake.take([trade("A")], 1.0)
    assert not desk.intake.drop(trade("A"), "duplicate", 2.0)
    assert not desk.intake.drop(trade("A"), "older", 2.0)
    assert not desk.intake.drop(trade("X"), "unwanted", 2.0), "nobody asked for it"
    desk.list.answered(Answer(None, Verdict.OK), 3.0)
    desk.list.want(["A"], 3.0)
    assert desk.list.take(4.0).dropped == ("B",)
    assert desk.intake.drop(trade("B"), "unwanted", 60.0), "it may be held still: that is to be seen to"
    assert desk.counts.dropped == {"duplicate": 1, "older": 1, "unwanted": 2}
    assert desk.statuses.traces.continuity["A"].duplicates == 1
    assert math.isnan(desk.statuses.traces.continuity["A"].since_s)

"""What becomes of ticks; the door and the rows have tests of their own."""

import pytest
from quotedesk.market.tick import Tick

from quotedesk.codec import FEEDS
from quotedesk.feed.events import Counts
from quotedesk.feed.incremental import Incremental
from quotedesk.feed.intake import Intake
from quotedesk.feed.quota import Quota
from quotedesk.feed.symbol_status import SymbolStatuses
from quotedesk.market.hours import Hours


@pytest.fixture
def intake() -> Intake:
    subscriptions = Incremental(FEEDS["demo"].limits, Quota())
    subscriptions.want(["A", "B"], 0.0)
    rows = SymbolStatuses(subscriptions, Hours())
    rows.want(["A", "B"], 0.0)
    return Intake(subscriptions, rows, Counts())


def test_each_tick_is_counted_and_the_newest_of_a_code_is_told(intake: Intake) -> None:
    assert intake.take([Tick("A", 1.0), Tick("B", 1.0), Tick("A", 2.0)], 1.0) == {"A", "B"}
    assert intake._counts.applied == {"A": 2, "B": 1}
    assert intake._rows.traces.continuity["A"].ticks == 2


def test_what_stays_out_is_counted_by_its_reason(intake: Intake) -> None:
    intake.take([Tick("A", 1.0)], 1.0)
    assert not intake.drop(Tick("A", 1.0), "duplicate", 2.0)
    assert not intake.drop(Tick("A", 1.0), "older", 2.0)
    assert intake.drop(Tick("X", 1.0), "unwanted", 2.0), "it may be held: that is to be seen to"
    assert intake._counts.dropped == {"duplicate": 1, "older": 1, "unwanted": 1}
    assert intake._rows.traces.continuity["A"].duplicates == 1

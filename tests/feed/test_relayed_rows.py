"""What a relay tells of rows becomes batches: in order, once, and with a gap wherever something was missed."""

import math

import pytest

from quotedesk.codec import FEEDS
from quotedesk.codec.relay_requests import LastRow, ParkedRow
from quotedesk.codec.relay_wire import (
    SILENT_S,
    LinkBeat,
    RelayedLink,
    RelayedPlan,
    RelayedQuote,
    RelayedStatus,
    RelayedTrace,
)
from quotedesk.feed.relayed_rows import RelayedRows
from quotedesk.feed.round_trip import RoundTrip
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import LinkState, RowState


@pytest.fixture
def rows() -> RelayedRows:
    here = RelayedRows(FEEDS["demo"], RoundTrip())
    here.want(["A", "B"], 100.0)
    here.opened(100.0)
    here.beat(LinkBeat("run1", "hut"), 100.0)
    here.take_batches(100.0)
    return here


def states(batches) -> dict[str, RowState]:
    return {status.code: status.state for batch in batches for status in batch.statuses}


def prices(batches) -> list[tuple[str, str]]:
    return [(u.code, (u.price if isinstance(u, Trade) else u.last).text) for b in batches for u in b.updates]


def trade(n: int, price: str = "1.0") -> RelayedQuote:
    return RelayedQuote(n, price)


def test_updates_come_once_and_in_order(rows):
    for said in (trade(1, "1.0"), trade(2, "2.0"), trade(2, "2.0"), trade(1, "1.0"), trade(3, "3.0")):
        rows.quote("A", said, 101.0)
    assert prices(rows.take_batches(101.0)) == [("A", "1.0"), ("A", "2.0"), ("A", "3.0")]
    assert rows.counts.dropped["duplicate"] == 2
    assert rows.counts.applied["A"] == 3


def test_a_hole_is_a_gap_and_is_asked_for(rows):
    rows.quote("A", trade(1), 101.0)
    rows.take_batches(101.0)
    rows.quote("A", trade(5, "9.0"), 102.0)
    batches = rows.take_batches(102.0)
    assert [batch.gaps for batch in batches if batch.gaps] == [("A",)]
    assert batches[-1].updates, "the update after the hole comes behind the gap"
    assert list(rows.holes) == ["A"]
    rows.known(LastRow("A@demo", RelayedQuote(5, last="9.0"), 0.0), "A", 102.0)
    assert not rows.holes
    assert prices(rows.take_batches(102.0)) == [], "what is known is not told again"


def test_what_is_not_wanted_is_counted_and_dropped(rows):
    rows.quote("C", trade(1), 101.0)
    rows.seen("C", RelayedStatus("live"), 101.0)
    assert prices(rows.take_batches(101.0)) == []
    assert rows.counts.dropped["not wanted"] == 1


def test_row_states_are_the_relay_s_and_ages_are_counted_back(rows):
    rows.seen("A", RelayedStatus("stale", age=40.0, reason="why"), 200.0)
    (status,) = [s for b in rows.take_batches(200.0) for s in b.statuses]
    assert (status.state, status.since_s, status.reason) == (RowState.STALE, 160.0, "why")
    assert rows.take_batches(201.0) == [], "what has not changed is not told again"


def test_an_unknown_word_of_a_newer_relay_is_pending(rows):
    rows.seen("A", RelayedStatus("suspended-by-moon"), 200.0)
    assert rows._status("A", 200.0).state is RowState.PENDING


def test_a_silent_relay_takes_its_rows_offline_and_a_beat_brings_them_back(rows):
    rows.seen("A", RelayedStatus("live"), 101.0)
    rows.quote("A", trade(1), 101.0)
    rows.take_batches(101.0)
    assert rows.silent_at_s == 100.0 + SILENT_S
    rows.look(100.0 + SILENT_S)
    batches = rows.take_batches(103.0)
    assert states(batches) == {"A": RowState.OFFLINE, "B": RowState.OFFLINE}
    assert "silent" in batches[-1].statuses[0].reason
    assert set(batches[-1].gaps) == {"A", "B"}
    rows.beat(LinkBeat("run1", "hut"), 110.0)
    assert states(rows.take_batches(110.0)) == {"A": RowState.LIVE, "B": RowState.PENDING}
    assert rows.outage_s == pytest.approx(7.0)


def test_refused_and_parked_win_over_offline(rows):
    rows.parked("A", ParkedRow("A@demo", "parked", "5 symbols for 3 desks"), 101.0)
    rows.parked("B", ParkedRow("B@demo", "refused", "no such code"), 101.0)
    rows.cut_off("the relay is gone", 102.0)
    assert states(rows.take_batches(102.0)) == {"A": RowState.PARKED, "B": RowState.REFUSED}
    assert rows.parked_codes == {"A"}


def test_last_values_keep_the_time_at_which_the_relay_had_them(rows):
    old = LastRow("A@demo", RelayedQuote(7, last="5.0"), 90.0, RelayedStatus("quiet", age=90.0))
    new = LastRow("B@demo", RelayedQuote(3, last="6.0"), 0.5, RelayedStatus("live"))
    rows.known(new, "B", 200.0)
    rows.known(old, "A", 200.0)
    batches = rows.take_batches(200.0)
    assert [(batch.received_s, prices([batch])) for batch in batches if batch.updates] == [
        (110.0, [("A", "5.0")]),
        (199.5, [("B", "6.0")]),
    ]
    assert states(batches) == {"A": RowState.QUIET, "B": RowState.LIVE}


def test_a_thousand_last_values_are_few_batches():
    rows = RelayedRows(FEEDS["demo"], RoundTrip())
    codes = [f"C{n}" for n in range(1000)]
    rows.want(codes, 0.0)
    for n, code in enumerate(codes):
        rows.known(LastRow(f"{code}@demo", RelayedQuote(1, last="1"), n * 3.6), code, 10_000.0)
    batches = rows.take_batches(10_000.0)
    assert sum(len(batch.updates) for batch in batches) == 1000
    assert len(batches) < 120


def test_a_relay_that_started_anew_numbers_anew(rows):
    rows.quote("A", trade(500), 101.0)
    assert rows.beat(LinkBeat("run2", "hut"), 102.0)
    rows.take_batches(102.0)
    rows.quote("A", trade(1, "7.0"), 103.0)
    assert prices(rows.take_batches(103.0)) == [("A", "7.0")]


def test_a_row_that_nobody_wanted_while_this_desk_was_away_is_numbered_anew(rows):
    rows.quote("A", trade(500), 101.0)
    rows.cut_off("the computer was asleep", 102.0)
    rows.opened(300.0)
    rows.known(LastRow("A@demo", None, None, RelayedStatus("live")), "A", 301.0)
    rows.take_batches(301.0)
    rows.quote("A", trade(1, "7.0"), 302.0)
    assert prices(rows.take_batches(302.0)) == [("A", "7.0")]


def test_a_number_that_is_none_of_the_relays_is_mended_by_asking(rows):
    rows.quote("A", trade(5), 101.0)
    rows.quote("A", trade(1 << 60, "0.0"), 102.0)
    assert rows.holes
    rows.take_batches(102.0)
    rows.known(LastRow("A@demo", RelayedQuote(7, last="7.0"), 0.1), "A", 103.0)
    rows.quote("A", trade(8, "8.0"), 104.0)
    assert prices(rows.take_batches(104.0)) == [("A", "7.0"), ("A", "8.0")]


def test_seeds_are_no_sign_of_life(rows):
    rows.quote("A", RelayedQuote(1, prev_close="4.0", seed=True), 101.0)
    (batch,) = rows.take_batches(101.0)
    assert not batch.updates
    assert isinstance(batch.seeds[0], Quote)
    assert batch.seeds[0].prev_close.text == "4.0"
    assert "A" not in rows.counts.applied


def test_the_proof_is_the_relay_s(rows):
    trace = RelayedTrace(wanted=10.0, sent=9.0, together=4, acknowledged=8.5)
    rows.seen("A", RelayedStatus("pending", trace=trace), 200.0)
    found = rows.trace_of("A")
    assert (found.wanted_s, found.sent_s, found.together, found.acknowledged_s) == (190.0, 191.0, 4, 191.5)
    assert math.isnan(found.first_tick_s)


def test_the_relay_s_own_links_are_shown_as_through_it(rows):
    link = RelayedLink("stock", "waiting", age=5.0, reason="HTTP 401", retry=3.0)
    rows.beat(LinkBeat("run1", "hut", links=[link], plan=RelayedPlan(4, 5, 2)), 200.0)
    (told,) = rows.links
    assert (told.through, told.state, told.since_s, told.retry_at_s) == ("hut", LinkState.WAITING, 195.0, 203.0)
    assert rows.quota.limit == 5
    rows.cut_off("the relay is gone", 204.0)
    assert [(link.through, link.state, link.reason) for link in rows.links] == [("hut", LinkState.OFF, "")]


def test_a_row_that_goes_and_comes_back_begins_anew(rows):
    rows.quote("A", trade(1), 101.0)
    rows.take_batches(101.0)
    assert rows.want(["B"], 102.0) == ([], ["A"])
    assert rows.want(["B", "A"], 103.0) == (["A"], [])
    batches = rows.take_batches(103.0)
    assert states(batches) == {"A": RowState.PENDING}
    assert any("A" in batch.gaps for batch in batches)

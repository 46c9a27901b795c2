"""What proves a subscription, and what interrupted it."""

import math

import pytest

from quotedesk.feed.subscription_trace import Continuity, Trace, Traces


@pytest.fixture
def traces() -> Traces:
    traces = Traces()
    traces.want(["A", "B"], 1.0)
    return traces


def test_each_step_has_the_time_of_its_first(traces: Traces) -> None:
    traces.sent(["A", "B", "C"], 2.0)
    traces.acknowledged(["A"], 3.0)
    traces.ticked("A", 4.0)
    traces.sent(["A"], 5.0)
    traces.acknowledged(["A", "B"], 6.0)
    traces.ticked("A", 7.0)
    assert traces.of("A") == Trace(1.0, 2.0, 3, 3.0, 4.0)
    trace = traces.of("B")
    assert trace is not None
    assert (trace.acknowledged_s, math.isnan(trace.first_tick_s)) == (6.0, True)
    assert traces.of("C") is None


def test_who_stays_in_the_list_keeps_the_proof_and_who_comes_back_begins_anew(traces: Traces) -> None:
    traces.ticked("A", 2.0)
    traces.want(["A"], 3.0)
    traces.want(["B", "A"], 4.0)
    assert traces.of("A").wanted_s == 1.0  # type: ignore[union-attr]
    assert traces.of("B").wanted_s == 4.0  # type: ignore[union-attr]


def test_a_lost_connection_proves_nothing_and_leaves_a_gap_until_the_next_tick(traces: Traces) -> None:
    traces.sent(["A", "B"], 1.0)
    traces.ticked("A", 2.0)
    traces.lost(10.0)
    assert math.isnan(traces.of("A").first_tick_s)  # type: ignore[union-attr]
    traces.lost(11.0)  # and the next try failed, too
    traces.opened(40.0)
    assert traces.of("A").wanted_s == 40.0  # type: ignore[union-attr]
    assert traces.continuity["A"].since_s == 10.0
    traces.ticked("A", 52.0)
    traces.ticked("B", 52.0)
    kept = traces.continuity["A"]
    assert (kept.ticks, kept.gaps, kept.gap_s, math.isnan(kept.since_s)) == (2, 1, 42.0, True)
    assert traces.continuity["B"].gaps == 0, "it had no stream to interrupt"


def test_what_was_taken_out_has_no_gap(traces: Traces) -> None:
    traces.ticked("A", 2.0)
    traces.lost(10.0)
    traces.want(["B"], 11.0)
    traces.want(["A", "B"], 99.0)
    traces.ticked("A", 100.0)
    assert traces.continuity["A"].gaps == 0


def test_a_tick_that_came_twice_is_counted(traces: Traces) -> None:
    traces.ticked("A", 2.0)
    traces.repeated("A")
    traces.repeated("A")
    assert (traces.continuity["A"].ticks, traces.continuity["A"].duplicates) == (1, 2)
    assert Continuity().ticks == 0


def test_traces_that_follow_others_go_on_with_their_counts_and_have_no_gap_where_they_tick(traces: Traces) -> None:
    for code in ("A", "B"):
        traces.ticked(code, 2.0)
    traces.lost(3.0)
    after = Traces()
    after.want(["A", "B", "C"], 2.5)
    after.ticked("A", 2.9)
    after.ticked("C", 2.9)
    after.follow(traces)
    assert after.continuity["A"].ticks == 1
    assert math.isnan(after.continuity["A"].since_s)
    assert after.continuity["B"].since_s == 3.0
    after.ticked("B", 5.0)
    assert (after.continuity["B"].gaps, after.continuity["B"].gap_s) == (1, 2.0)
    assert after.continuity["C"].ticks == 1

"""What proves a subscription, and what interrupted it."""

import math

import pytest

from quotedesk.feed.proof import Continuity, Proof, Proofs


@pytest.fixture
def proofs() -> Proofs:
    proofs = Proofs()
    proofs.want(["A", "B"], 1.0)
    return proofs


def test_each_step_has_the_time_of_its_first(proofs: Proofs) -> None:
    proofs.sent(["A", "B", "C"], 2.0)
    proofs.acknowledged(["A"], 3.0)
    proofs.ticked("A", 4.0)
    proofs.sent(["A"], 5.0)
    proofs.acknowledged(["A", "B"], 6.0)
    proofs.ticked("A", 7.0)
    assert proofs.of("A") == Proof(1.0, 2.0, 3, 3.0, 4.0)
    proof = proofs.of("B")
    assert proof is not None
    assert (proof.acknowledged_s, math.isnan(proof.first_tick_s)) == (6.0, True)
    assert proofs.of("C") is None


def test_who_stays_in_the_list_keeps_the_proof_and_who_comes_back_begins_anew(proofs: Proofs) -> None:
    proofs.ticked("A", 2.0)
    proofs.want(["A"], 3.0)
    proofs.want(["B", "A"], 4.0)
    assert proofs.of("A").wanted_s == 1.0  # type: ignore[union-attr]
    assert proofs.of("B").wanted_s == 4.0  # type: ignore[union-attr]


def test_a_lost_connection_proves_nothing_and_leaves_a_gap_until_the_next_tick(proofs: Proofs) -> None:
    proofs.sent(["A", "B"], 1.0)
    proofs.ticked("A", 2.0)
    proofs.lost(10.0)
    assert math.isnan(proofs.of("A").first_tick_s)  # type: ignore[union-attr]
    proofs.lost(11.0)  # and the next try failed, too
    proofs.opened(40.0)
    assert proofs.of("A").wanted_s == 40.0  # type: ignore[union-attr]
    assert proofs.continuity["A"].since_s == 10.0
    proofs.ticked("A", 52.0)
    proofs.ticked("B", 52.0)
    kept = proofs.continuity["A"]
    assert (kept.ticks, kept.gaps, kept.gap_s, math.isnan(kept.since_s)) == (2, 1, 42.0, True)
    assert proofs.continuity["B"].gaps == 0, "it had no stream to interrupt"


def test_what_was_taken_out_has_no_gap(proofs: Proofs) -> None:
    proofs.ticked("A", 2.0)
    proofs.lost(10.0)
    proofs.want(["B"], 11.0)
    proofs.want(["A", "B"], 99.0)
    proofs.ticked("A", 100.0)
    assert proofs.continuity["A"].gaps == 0


def test_a_tick_that_came_twice_is_counted(proofs: Proofs) -> None:
    proofs.ticked("A", 2.0)
    proofs.repeated("A")
    proofs.repeated("A")
    assert (proofs.continuity["A"].ticks, proofs.continuity["A"].duplicates) == (1, 2)
    assert Continuity().ticks == 0

"""Two connections that bring the same: each update once, the first one, and never one that is older."""

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.feed.overlap import MOST_KEPT, Overlap
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade


def trade(seq: int, time_utc_s: float = math.nan, code: str = "A") -> Trade:
    return Trade(code, number(f"{100 + seq}.5"), time_utc_s=time_utc_s, seq=seq)


def book(bid: str) -> Quote:
    return Quote(code="A", bid=number(bid))


def test_of_what_both_bring_the_first_is_taken() -> None:
    overlap = Overlap()
    assert overlap.first([trade(1), trade(2)], "old") == [trade(1), trade(2)]
    assert overlap.first([trade(2), trade(3)], "new") == [trade(3)]
    assert overlap.first([trade(3), trade(4)], "old") == [trade(4)]


def test_where_updates_are_numbered_the_stamps_of_two_connections_may_differ() -> None:
    overlap = Overlap()
    assert overlap.first([trade(1, 1000.000)], "old") != []
    assert overlap.first([trade(1, 1000.001)], "new") == []


def test_a_connection_may_repeat_itself() -> None:
    overlap = Overlap()
    taken = [overlap.first([book("1.0")], "old") for _ in range(3)]
    assert [len(each) for each in taken] == [1, 1, 1], "the price went there, and back, and there"


def test_what_is_older_than_what_the_other_brought_does_not_turn_a_row_back() -> None:
    overlap = Overlap()
    overlap.first([trade(5, 1000.0)], "new")
    assert overlap.first([trade(4, 999.0)], "old") == []
    assert overlap.first([trade(4, 999.0, code="B")], "old") != []
    assert overlap.first([trade(3, 998.0)], "new") != [], "its own order is its own affair"
    assert overlap.first([book("1.0")], "old") != [], "what has no stamp tells nothing"
    assert overlap.first([trade(4, 999.5)], "old") == []


@given(st.integers(0, 1000), st.integers(1, 60))
def test_however_two_connections_are_mixed_each_update_comes_once(seed: int, count: int) -> None:
    rng, overlap = random.Random(seed), Overlap()
    lines = {"old": [trade(seq) for seq in range(count)], "new": [trade(seq) for seq in range(count // 2, count)]}
    taken = []
    while any(lines.values()):
        link = rng.choice([name for name, line in lines.items() if line])
        # The new one is subscribed last: it brings nothing that the old one has not got or is about to get.
        size = rng.randint(1, 3)
        brought, lines[link] = lines[link][:size], lines[link][size:]
        taken += overlap.first(brought, link)
    assert sorted(each.seq for each in taken if each.seq is not None) == list(range(count))


def test_what_only_one_connection_brings_is_not_kept_for_ever() -> None:
    overlap = Overlap()
    overlap.first([trade(seq) for seq in range(MOST_KEPT + 100)], "old")
    assert len(overlap._brought) == MOST_KEPT
    assert overlap.first([trade(MOST_KEPT + 50)], "new") == []

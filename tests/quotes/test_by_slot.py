"""The updates of a batch by slot: as a dictionary of lists would say it."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from quotedesk.quotes.by_slot import BySlot


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_each_slot_has_its_updates_in_order_of_arrival(places: list[int]) -> None:
    arrived: dict[int, list[int]] = defaultdict(list)
    for at, slot in enumerate(places):
        arrived[slot].append(at)
    said = BySlot(places)
    assert said.slots.tolist() == sorted(arrived)
    expected = [arrived[slot] for slot in sorted(arrived)]
    assert said.order.tolist() == [at for each in expected for at in each]
    bounds = zip(said.starts.tolist(), said.ends.tolist(), strict=True)
    assert [said.order[start : end + 1].tolist() for start, end in bounds] == expected
    assert said.newest.tolist() == [each[-1] for each in expected]
    assert said.counts.tolist() == [len(each) for each in expected]
    assert said.is_repeated == (len(arrived) < len(places))
    assert said.array.tolist() == said.places == places


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a", "b", None])), min_size=1, max_size=8))
def test_only_those_that_say_something_are_left(updates: list[tuple[int, str | None]]) -> None:
    said = BySlot([slot for slot, _ in updates])
    some = said.of_those_that_say([text for _, text in updates])
    expected = [(slot, text) for slot, text in updates if text is not None]
    if some is None:
        assert expected == []
    else:
        assert [*zip(some[0].places, some[1], strict=True)] == expected

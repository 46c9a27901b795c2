"""The newest quote of every instrument, in columns by slot."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.instrument import Instrument
from quotedesk.market.tick import Tick
from quotedesk.quotes.fields import FIELDS
from quotedesk.quotes.quotes import Quotes

FEED = "f"
A, B, C = (Instrument(FEED, code) for code in "ABC")
PENDING, LIVE, QUIET = 0, 1, 2


def tick(code: str = "A", price: float = 1.0, **more: Any) -> Tick:
    return Tick(code, price, **more)


@pytest.fixture
def quotes() -> Quotes:
    quotes = Quotes()
    quotes.slots([A, B, C])
    return quotes


def everything(quotes: Quotes, slot: int) -> list[Any]:
    """All that is kept of one slot."""
    columns = [quotes.direction, quotes.received_s, quotes.first_price, quotes.first_s, quotes.state]
    columns += [quotes.state_since_s, quotes.changed_at, *(quotes[field.name] for field in FIELDS)]
    return [*(float(column[slot]) for column in columns), quotes.words(slot)]


def test_a_slot_is_given_once_and_kept_for_the_run(quotes: Quotes) -> None:
    assert quotes.slots([B, A, B, C]).tolist() == [1, 0, 1, 2]
    assert quotes.slot(Instrument("g", "A")) == 3, "the same code of another feed is another instrument"
    assert quotes.slot(A) == 0
    assert quotes.slots([]).tolist() == []


def test_before_the_first_tick_everything_is_unknown(quotes: Quotes) -> None:
    for field in FIELDS:
        assert quotes[field.name][0] == 0 if field.keep == "most" else math.isnan(quotes[field.name][0])
    for column in (quotes.direction, quotes.received_s, quotes.first_price, quotes.first_s, quotes.state_since_s):
        assert math.isnan(column[0])
    assert quotes.words(0) == ""
    with pytest.raises(KeyError):
        quotes["no such field"]


@pytest.mark.parametrize("count", [64, 65, 128, 129, 1000])
def test_growing_keeps_what_is_there_and_new_slots_start_empty(count: int) -> None:
    quotes = Quotes()
    many = [Instrument(FEED, f"C{i}") for i in range(count)]
    for i, instrument in enumerate(many):
        slot = quotes.slot(instrument)
        quotes.apply(FEED, [tick(instrument.code, i + 1.0, decimals=i % 7, size=2.0, time_utc_s=i + 5.0)], float(i))
        quotes.mark(np.array([slot]), LIVE, float(i))
        quotes.say(slot, f"words {i}")
    new = quotes.slot(Instrument(FEED, "NEW"))
    assert new == count
    assert quotes["price"][:count].tolist() == [i + 1.0 for i in range(count)]
    assert quotes["decimals"][:count].tolist() == [i % 7 for i in range(count)]
    assert quotes.first_price[:count].tolist() == quotes["price"][:count].tolist()
    assert quotes.received_s[:count].tolist() == quotes.state_since_s[:count].tolist() == list(range(count))
    assert quotes.changed_at[:count].tolist() == [3 * i + 3 for i in range(count)]
    assert [quotes.words(i) for i in (0, 63, count - 1)] == ["words 0", "words 63", f"words {count - 1}"]
    assert quotes.history.window(0, float(count), 10).last.tolist() == [1.0] * 10
    empty = everything(Quotes(), 0)
    np.testing.assert_equal(everything(quotes, new), empty)


def test_a_tick_is_kept_and_stamped(quotes: Quotes) -> None:
    slots = quotes.apply(FEED, [tick("B", 2.5, decimals=2, size=3.0, size_decimals=1, time_utc_s=77.5)], 10.0)
    assert slots.tolist() == [1]
    kept = {field.name: float(quotes[field.name][1]) for field in FIELDS}
    assert kept == {"price": 2.5, "decimals": 2, "size": 3.0, "size_decimals": 1, "time_utc_s": 77.5}
    assert quotes.received_s[1] == quotes.first_s[1] == 10.0
    assert quotes.first_price[1] == 2.5
    assert quotes.changed_since(quotes.slots([A, B, C]), 0).tolist() == [False, True, False]


def test_the_newest_tick_of_a_batch_wins_and_the_arrow_tells_of_the_one_just_before(quotes: Quotes) -> None:
    quotes.apply(FEED, [tick("A", 5.0), tick("B", 1.0), tick("A", 3.0), tick("A", 4.0)], 1.0)
    assert quotes["price"][:2].tolist() == [4.0, 1.0]
    assert quotes.direction[0] == 1, "up from 3, though down from 5"
    assert math.isnan(quotes.direction[1]), "nothing to compare with"


def test_the_first_price_is_the_first_one_even_within_a_batch(quotes: Quotes) -> None:
    quotes.apply(FEED, [tick("A", 5.0), tick("A", 3.0)], 1.0)
    quotes.apply(FEED, [tick("A", 8.0)], 2.0)
    assert quotes.first_price[0] == 5.0
    assert quotes.first_s[0] == 1.0


def test_decimals_keep_the_most_ever_seen_even_within_a_batch(quotes: Quotes) -> None:
    quotes.apply(FEED, [tick(decimals=2), tick(decimals=4), tick(decimals=1)], 1.0)
    assert quotes["decimals"][0] == 4
    quotes.apply(FEED, [tick(decimals=3)], 2.0)
    assert quotes["decimals"][0] == 4


def test_what_a_newer_tick_does_not_say_is_unknown_again(quotes: Quotes) -> None:
    quotes.apply(FEED, [tick(size=3.0, time_utc_s=7.0)], 1.0)
    quotes.apply(FEED, [tick()], 2.0)
    assert math.isnan(quotes["size"][0])
    assert math.isnan(quotes["time_utc_s"][0])


def test_ticks_without_a_slot_change_nothing(quotes: Quotes) -> None:
    assert quotes.apply(FEED, [tick("X")], 1.0).tolist() == []
    assert quotes.apply("g", [tick("A")], 1.0).tolist() == []
    assert quotes.apply(FEED, [], 1.0).tolist() == []
    assert quotes.version == 0


prices = st.sampled_from([1.0, 1.5, 2.0])
batches = st.lists(
    st.lists(st.builds(tick, st.sampled_from("ABCX"), prices, decimals=st.integers(0, 5)), max_size=6), max_size=8
)


@given(batches)
def test_however_ticks_are_batched_the_columns_come_out_the_same(cut: list[list[Tick]]) -> None:
    batched, single = Quotes(), Quotes()
    for quotes in (batched, single):
        quotes.slots([A, B, C])
    for ticks in cut:
        before = batched.version
        changed = batched.apply(FEED, ticks, 1.0)
        assert sorted(changed) == sorted({"ABC".index(t.code) for t in ticks if t.code in "ABC"})
        assert batched.version == before + bool(len(changed))
        assert np.flatnonzero(batched.changed_since(np.arange(3), before)).tolist() == sorted(changed)
        for one in ticks:
            single.apply(FEED, [one], 1.0)
    for name in [field.name for field in FIELDS]:
        np.testing.assert_array_equal(batched[name], single[name])
    for name in ("direction", "first_price", "first_s", "received_s"):
        np.testing.assert_array_equal(getattr(batched, name), getattr(single, name))
    for slot in range(3):
        np.testing.assert_array_equal(batched.history.window(slot, 1.0, 5), single.history.window(slot, 1.0, 5))


def test_a_state_keeps_its_since_while_it_stays_the_same(quotes: Quotes) -> None:
    slots = quotes.slots([A, B])
    quotes.mark(slots, LIVE, 5.0)
    version = quotes.version
    quotes.mark(slots, LIVE, 9.0)
    assert quotes.state_since_s[:2].tolist() == [5.0, 5.0]
    assert quotes.version == version, "and nothing is repainted"
    quotes.mark(slots[:1], QUIET, 9.0)
    assert quotes.state[:2].tolist() == [QUIET, LIVE]
    assert quotes.state_since_s[:2].tolist() == [9.0, 5.0]
    assert quotes.changed_since(slots, version).tolist() == [True, False]


def test_the_first_state_is_written_even_where_its_number_is_the_empty_one(quotes: Quotes) -> None:
    quotes.mark(quotes.slots([A]), PENDING, 3.0)
    assert quotes.state_since_s[0] == 3.0
    assert quotes.changed_at[0] == quotes.version == 1


def test_a_restarted_state_has_a_new_since_and_is_painted_again(quotes: Quotes) -> None:
    slots = quotes.slots([A])
    quotes.mark(slots, PENDING, 3.0)
    quotes.restart(slots, PENDING, 8.0)
    assert quotes.state_since_s[0] == 8.0
    assert quotes.changed_since(slots, 1).tolist() == [True]
    assert math.isnan(quotes.state_since_s[1]), "no other row was touched"


def test_a_broken_link_makes_a_gap_and_the_arrow_silent(quotes: Quotes) -> None:
    slots = quotes.slots([A, B])
    quotes.apply(FEED, [tick(price=1.0), tick(price=2.0)], 1.0)
    version = quotes.version
    quotes.begin_gap(slots, 5.0)
    assert math.isnan(quotes.direction[0])
    assert quotes["price"][0] == 2.0, "the last price stays"
    assert math.isnan(quotes.history.window(0, 9.0, 20).last[-1])
    assert quotes.changed_since(slots, version).all()


def test_words_are_kept_and_stamped_only_when_they_change(quotes: Quotes) -> None:
    quotes.say(0, "code invalid")
    quotes.say(0, "code invalid")
    quotes.say(1, "")
    assert quotes.words(0) == "code invalid"
    assert quotes.version == 1
    quotes.say(0, "")
    assert quotes.words(0) == ""
    assert quotes.changed_at[:2].tolist() == [2, 0]


def test_two_views_are_each_told_everything_since_their_own_version(quotes: Quotes) -> None:
    slots = quotes.slots([A, B, C])
    one = other = quotes.version
    quotes.apply(FEED, [tick("A")], 1.0)
    assert quotes.changed_since(slots, one).tolist() == [True, False, False]
    one = quotes.version
    quotes.apply(FEED, [tick("B")], 2.0)
    assert quotes.changed_since(slots, one).tolist() == [False, True, False]
    assert quotes.changed_since(slots, other).tolist() == [True, True, False]


def test_a_remembered_price_is_shown_but_is_no_tick(quotes: Quotes) -> None:
    version = quotes.version
    quotes.remember(A, 178.46, 2, 1000.0)
    slot = quotes.slot(A)
    assert (quotes["price"][slot], quotes["decimals"][slot], quotes["time_utc_s"][slot]) == (178.46, 2, 1000.0)
    assert quotes.changed_since(quotes.slots([A, B]), version).tolist() == [True, False]
    for column in (quotes.direction, quotes.received_s, quotes.first_price, quotes.first_s):
        assert math.isnan(column[slot])
    assert np.isnan(quotes.history.window(slot, 5.0, 10).last).all()


def test_the_first_tick_takes_its_place_without_an_arrow_and_a_later_memory_does_not_come_back(quotes: Quotes) -> None:
    quotes.remember(A, 178.46, 4, 1000.0)
    slots = quotes.apply(FEED, [tick("A", 180.0, decimals=2)], 1.0)
    assert math.isnan(quotes.direction[slots[0]])
    assert quotes.first_price[slots[0]] == 180.0
    assert math.isnan(quotes["time_utc_s"][slots[0]])
    quotes.apply(FEED, [tick("A", 181.0)], 2.0)
    assert quotes.direction[slots[0]] == 1
    quotes.remember(A, 1.0, 2, 1000.0)
    assert quotes["price"][slots[0]] == 181.0


def test_the_first_tick_after_a_gap_has_no_arrow_and_so_no_flash(quotes: Quotes) -> None:
    quotes.apply(FEED, [tick(price=1.0), tick(price=2.0)], 1.0)
    quotes.begin_gap(quotes.slots([A]), 5.0)
    quotes.apply(FEED, [tick(price=9.0)], 60.0)
    assert math.isnan(quotes.direction[0])
    assert quotes.first_price[0] == 1.0, "the day goes on"
    quotes.apply(FEED, [tick(price=8.0)], 61.0)
    assert quotes.direction[0] == -1


def test_the_versions_of_states_and_of_decimals_rise_only_with_them(quotes: Quotes) -> None:
    slots = quotes.slots([Instrument(FEED, "A")])
    quotes.apply(FEED, [tick("A", 1.0, decimals=2)], 1.0)
    assert quotes.decimals_version == quotes.version, "a first price"
    decimals_version = quotes.decimals_version
    quotes.apply(FEED, [tick("A", 2.0, decimals=2)], 2.0)
    quotes.apply(FEED, [tick("A", 2.0, decimals=1)], 2.5)
    assert quotes.decimals_version == decimals_version
    quotes.apply(FEED, [tick("A", 2.0, decimals=4), tick("A", 2.0, decimals=2)], 3.0)
    assert quotes.decimals_version == quotes.version
    state_version = quotes.state_version
    quotes.mark(slots, 1, 3.0)
    assert quotes.state_version == quotes.version > state_version
    state_version = quotes.state_version
    quotes.mark(slots, 1, 4.0)
    assert quotes.state_version == state_version

"""One field of all rows: numbers, their values and their decimals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.quotes.by_slot import BySlot
from quotedesk.quotes.decimals import WATCHED, LearntDecimals
from quotedesk.quotes.field_column import FieldColumn

ROOM = 4
numbers = st.one_of(st.just(UNKNOWN), st.sampled_from(["1", "1.50", "-2.5", "0.000", "1e3"]).map(number))
puts = st.lists(st.tuples(st.integers(0, ROOM - 1), numbers), min_size=1, max_size=6)
steps = st.lists(st.tuples(st.sampled_from(["put", "put_newest", "put_later", "look"]), puts), max_size=8)


@given(steps)
def test_whichever_way_numbers_are_put_the_newest_of_each_slot_is_known(steps: list[tuple[str, list]]) -> None:  # type: ignore[type-arg]
    column = FieldColumn(LearntDecimals(ROOM))
    expected: list[Number] = [UNKNOWN] * ROOM
    for how, many in steps:
        if how == "look":
            np.testing.assert_equal(column.values, [each.value for each in expected])
            continue
        for slot, each in many:
            expected[slot] = each
        if how == "put_newest":
            column.put_newest(BySlot([slot for slot, _ in many]), [each for _, each in many])
        else:
            for slot, each in many:
                getattr(column, how)(slot, each)
        shown = column.decimals.shown
        assert all(shown[slot] >= each.decimals for slot, each in many)
    assert column.numbers == expected
    np.testing.assert_equal(column.values, [each.value for each in expected])


def test_whether_decimals_became_others_is_told_once() -> None:
    column = FieldColumn(LearntDecimals(ROOM))
    assert [column.put(0, number(text)) for text in ("1", "1.5", "2.5", "2")] == [False, True, False, False]
    assert [column.put_later(1, number(text)) for text in ("1", "1.5", "2.5")] == [False, True, False]
    said = BySlot([2, 2])
    assert [column.put_newest(said, [number("1.25"), number("1")]) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("how", ["put", "put_later"])
def test_a_lone_number_with_more_decimals_widens_its_row_for_a_while_only(how: str) -> None:
    column = FieldColumn(LearntDecimals(ROOM))
    put = getattr(column, how)
    for text in ("1.5", "1.125"):
        assert put(0, number(text))
    assert column.decimals.shown[0] == 3
    assert [put(0, number("1.5")) for _ in range(WATCHED)] == [*[False] * (WATCHED - 1), True]
    assert column.decimals.shown[0] == 1


def test_prices_share_their_decimals_and_each_column_grows_by_itself() -> None:
    prices = LearntDecimals(ROOM)
    bid, ask = FieldColumn(prices), FieldColumn(prices)
    bid.put_later(1, number("1.25"))
    assert not ask.put_later(1, number("1.30"))
    prices.grow(2 * ROOM)
    ask.grow(2 * ROOM)
    assert (ask.values[1], math.isnan(ask.values[ROOM])) == (1.3, True)
    assert ask.put(2 * ROOM - 1, number("5.125"))
    assert (len(bid.values), len(ask.values)) == (ROOM, 2 * ROOM)

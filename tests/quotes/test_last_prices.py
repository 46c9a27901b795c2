"""What the last price did, against a fold of one price after another."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.number import UNKNOWN, Number, number
from quotedesk.quotes.bases import Bases
from quotedesk.quotes.by_slot import BySlot
from quotedesk.quotes.decimals import LearntDecimals
from quotedesk.quotes.field_column import FieldColumn
from quotedesk.quotes.fields import FIELDS
from quotedesk.quotes.history import History
from quotedesk.quotes.last_prices import LastPrices

ROOM = 3


class Rows:
    """Last prices and what they tell."""

    def __init__(self) -> None:
        self.columns = {field.name: FieldColumn(LearntDecimals(ROOM)) for field in FIELDS}
        self.history = History()
        self.history.make_room(ROOM)
        self.bases = Bases(self.columns, ROOM)
        self.prices = LastPrices(self.columns["last"], self.history, self.bases, ROOM)

    def come(self, *came: tuple[int, str], at_s: float = 1.0) -> bool:
        """Prices of slots in one batch; "" withdraws."""
        numbers = [number(text) if text else UNKNOWN for _, text in came]
        return self.prices.put_newest(BySlot([slot for slot, _ in came]), numbers, at_s)


class Fold:
    """What is to be known of one slot."""

    def __init__(self) -> None:
        self.first = UNKNOWN
        self.first_s = self.before = self.direction = math.nan

    def take(self, price: Number, now_s: float) -> None:
        self.direction = float(np.sign(price.value - self.before))
        self.before = price.value
        if price.is_known and not self.first.is_known:
            self.first, self.first_s = price, now_s


@pytest.fixture
def rows() -> Rows:
    return Rows()


prices = st.sampled_from(["1", "2.50", "-3", "0", "7"])
came = st.lists(st.tuples(st.integers(0, ROOM - 1), prices), min_size=1, max_size=6)


@given(st.lists(st.one_of(came, st.sets(st.integers(0, ROOM - 1))), max_size=8))
def test_prices_of_a_batch_and_one_after_another_come_out_the_same(
    steps: list[list[tuple[int, str]] | set[int]],
) -> None:
    batched, single, folds = Rows(), Rows(), [Fold() for _ in range(ROOM)]
    for now_s, step in enumerate(steps, start=1):
        if isinstance(step, set):
            for rows in (batched, single):
                rows.prices.begin_gap(np.array(sorted(step), np.intp), now_s)
            for slot in step:
                folds[slot].before = folds[slot].direction = math.nan
            continue
        batched.come(*step, at_s=now_s)
        for slot, text in step:
            single.prices.put(slot, number(text), now_s)
            folds[slot].take(number(text), now_s)
    for rows in (batched, single):
        np.testing.assert_equal(rows.prices.direction, [fold.direction for fold in folds])
        np.testing.assert_equal(rows.prices.first_s, [fold.first_s for fold in folds])
        for slot, fold in enumerate(folds):
            assert rows.bases.of(slot) == ("first_seen", fold.first)
            assert rows.prices.is_unbroken(slot) == (fold.before == fold.before)
            window = (each.history.window(slot, len(steps), 5) for each in (rows, batched))
            np.testing.assert_array_equal(*window)


def test_the_line_has_the_highest_and_the_lowest_price_of_a_batch(rows: Rows) -> None:
    rows.come(*((0, price) for price in ("5", "9", "-2", "4")))
    past = rows.history.window(0, 1.0, 1)
    assert (past.last.tolist(), past.high.tolist(), past.low.tolist()) == ([4.0], [9.0], [-2.0])


def test_a_price_that_is_withdrawn_before_there_was_one_is_no_first_price(rows: Rows) -> None:
    rows.come((0, ""))
    assert rows.bases.of(0) == ("first_seen", UNKNOWN)
    assert math.isnan(rows.prices.first_s[0])
    rows.come((0, ""), (0, "5"), (0, "6"), at_s=2.0)
    assert (rows.bases.of(0), rows.prices.first_s[0]) == (("first_seen", number("5")), 2.0)


def test_whether_decimals_are_others_or_known_now_is_told(rows: Rows) -> None:
    assert [rows.come((0, price)) for price in ("1", "2", "2.5", "3")] == [True, False, True, False]
    assert [rows.prices.put(1, number(price), 1.0) for price in ("1", "2", "2.5", "3")] == [True, False, True, False]


def test_growing_keeps_what_is_there(rows: Rows) -> None:
    rows.come((0, "1"), (0, "2"))
    rows.prices.grow(2 * ROOM)
    np.testing.assert_equal(rows.prices.direction, [1.0, *[math.nan] * (2 * ROOM - 1)])
    assert rows.prices.is_unbroken(0)
    assert not rows.prices.is_unbroken(ROOM)

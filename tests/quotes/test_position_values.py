"""What positions are worth, and which prices can be counted on."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.position_values import (
    JUMP,
    POSITION_NAMES,
    SOON_S,
    STANDS_S,
    PriceDoubt,
    Worth,
)
from quotedesk.quotes.quotes import Quotes

A, B = Instrument("f", "A"), Instrument("f", "B")


class Store:
    """A store with one position, and a clock."""

    def __init__(self, quantity: str = "10", cost: str | None = "90", **said: str) -> None:
        self.quotes = Quotes()
        self.now_s = 100.0
        self.quotes.hold({A: Position(Decimal(quantity), None if cost is None else Decimal(cost))})
        self.slot = self.quotes.slot(A)
        if said:
            self.quote(**said)

    def quote(self, **said: str) -> None:
        quote = Quote(code="A", **{name: number(text) for name, text in said.items()})
        self.quotes.apply(Batch("f", [quote], self.now_s, (), (RowStatus("A", RowState.LIVE, self.now_s),)))

    def trade(self, price: float) -> None:
        self.quotes.apply(
            Batch("f", [Trade("A", number(price))], self.now_s, (), (RowStatus("A", RowState.LIVE, 0.0),))
        )

    def look(self, after_s: float = 0.3) -> PriceDoubt:
        self.now_s += after_s
        self.quotes.positions.look(self.quotes, self.now_s)
        return self.doubt

    @property
    def doubt(self) -> PriceDoubt:
        return PriceDoubt(int(self.quotes.positions.doubts(self.quotes, np.array([self.slot]))[0]))

    @property
    def worth(self) -> Worth:
        return self.quotes.positions.worth(self.quotes, self.slot)


def test_a_position_is_worth_to_the_digit_what_the_feed_wrote() -> None:
    store = Store("3", "0.1", last="0.3", prev_close="0.2")
    assert store.worth == Worth(Decimal("0.9"), Decimal("0.3"), Decimal("0.6"), Decimal("0.3"))
    assert store.worth.percent == 200


def test_a_day_that_counts_from_the_first_price_seen_is_none() -> None:
    store = Store(last="100")
    assert store.worth.day is None
    assert math.isnan(store.quotes.positions.one("day_pl", store.quotes, store.slot))
    store.quote(last="100", open_24h="80")
    assert store.worth.day == 200


def test_nothing_is_known_of_what_is_not_held_or_has_no_price() -> None:
    store = Store()
    assert store.worth == Worth(basis=Decimal(900))
    other = store.quotes.slot(B)
    assert store.quotes.positions.worth(store.quotes, other) == Worth()
    slots = store.quotes.slots([A, B])
    for name in POSITION_NAMES:
        assert math.isnan(store.quotes.positions.many(name, store.quotes, slots)[1])
    store.quote(last="")
    assert store.worth.value is None


@given(
    st.decimals(-(10**6), 10**6, places=3).filter(bool),
    st.none() | st.decimals(1, 10**6, places=3),
    st.decimals(1, 10**6, places=3),
    st.decimals(1, 10**6, places=3),
)
def test_columns_and_formulas_see_what_is_shown(
    quantity: Decimal, cost: Decimal | None, last: Decimal, close: Decimal
) -> None:
    store = Store(str(quantity), None if cost is None else str(cost), last=str(last), prev_close=str(close))
    worth, positions = store.worth, store.quotes.positions
    exact = {
        "quantity": quantity,
        "avg_cost": cost,
        "position_value": worth.value,
        "day_pl": worth.day,
        "total_pl": worth.total,
        "total_pl_pct": worth.percent,
    }
    assert exact.keys() == set(POSITION_NAMES)
    for name, value in exact.items():
        found = positions.one(name, store.quotes, store.slot)
        assert math.isnan(found) if value is None else found == pytest.approx(float(value), rel=1e-6, abs=1e-2)


def test_rows_that_come_later_hold_nothing() -> None:
    store = Store(last="5")
    rows = [Instrument("f", f"C{at}") for at in range(200)]
    slots = store.quotes.slots([A, *rows])
    assert store.quotes.positions.many("quantity", store.quotes, slots)[0] == 10
    assert np.isnan(store.quotes.positions.many("quantity", store.quotes, slots)[1:]).all()


def test_other_positions_are_news_of_their_rows_alone() -> None:
    store = Store(last="5")
    version = store.quotes.version
    slots = store.quotes.slots([A, B])
    store.quotes.hold({A: Position(Decimal(10), Decimal(90)), B: Position(Decimal(1))})
    assert store.quotes.changed_since(slots, version).tolist() == [False, True]
    version = store.quotes.version
    store.quotes.hold(store.quotes.positions.positions)
    assert store.quotes.version == version
    store.quotes.hold({})
    assert store.quotes.changed_since(slots, version).tolist() == [True, True]


def test_what_has_not_changed_is_not_reckoned_anew() -> None:
    store = Store(last="100")
    first = store.worth
    assert store.worth is first
    store.trade(101)
    assert store.worth is not first
    again = store.worth
    store.quotes.hold({A: Position(Decimal(11))})
    assert store.worth is not again
    assert store.worth.value == 1111


# -- doubt --------------------------------------------------------------------------------------------------------


DOUBTS = {
    RowState.LIVE: PriceDoubt.NONE,
    RowState.QUIET: PriceDoubt.NONE,
    RowState.CLOSED: PriceDoubt.NONE,
    RowState.DELAYED: PriceDoubt.NONE,
    RowState.LIMIT_UP: PriceDoubt.NONE,
    RowState.LIMIT_DOWN: PriceDoubt.NONE,
    RowState.PENDING: PriceDoubt.PENDING,
    RowState.STALE: PriceDoubt.STALE,
    RowState.OFFLINE: PriceDoubt.OFFLINE,
    RowState.REFUSED: PriceDoubt.REFUSED,
    RowState.PARKED: PriceDoubt.PARKED,
    RowState.HALTED: PriceDoubt.HALTED,
}


@pytest.mark.parametrize(("state", "doubt"), DOUBTS.items())
def test_which_states_are_counted_on(state: RowState, doubt: PriceDoubt) -> None:
    store = Store(last="100")
    store.quotes.apply(Batch("f", [], store.now_s, (), (RowStatus("A", state, store.now_s),)))
    assert store.look() is doubt
    assert bool(doubt.words) is (doubt is not PriceDoubt.NONE)


def test_every_state_was_thought_of() -> None:
    assert DOUBTS.keys() == set(RowState)


def test_no_price_and_the_price_of_an_earlier_run_are_doubted() -> None:
    store = Store()
    assert store.look() is PriceDoubt.NO_PRICE
    store.quotes.remember(A, 100.0, 2, 0.0)
    store.quotes.apply(Batch("f", [], store.now_s, (), (RowStatus("A", RowState.CLOSED, store.now_s),)))
    assert store.look() is PriceDoubt.EARLIER_RUN


def test_a_price_that_jumps_waits_for_a_second_one() -> None:
    store = Store(last="100")
    assert store.look() is PriceDoubt.NONE
    store.trade(159)
    assert store.look() is PriceDoubt.JUMPED
    store.trade(158)
    assert store.look() is PriceDoubt.JUMPED, "too soon: one large order makes many prints"
    store.trade(157)
    assert store.look(SOON_S) is PriceDoubt.NONE
    store.trade(158)
    assert store.look() is PriceDoubt.NONE


def test_one_wrong_price_is_over_with_the_next_right_one() -> None:
    store = Store(last="100")
    store.look()
    store.trade(1)
    assert store.look() is PriceDoubt.JUMPED
    store.trade(101)
    assert store.look() is PriceDoubt.NONE
    assert store.quotes.positions.jumps == {}


def test_the_very_same_price_again_is_no_second_one_until_it_has_stood() -> None:
    """A feed may say its last trade again with each bid."""
    store = Store(last="100")
    store.look()
    for _ in range(3):
        store.quote(last="1", bid="99")
        assert store.look(STANDS_S / 4) is PriceDoubt.JUMPED
    store.quote(last="1", bid="99")
    assert store.look(STANDS_S / 4 + 3) is PriceDoubt.NONE


def test_a_price_that_stands_while_nothing_comes_stays_in_doubt() -> None:
    store = Store(last="100")
    store.look()
    store.trade(1)
    assert store.look() is PriceDoubt.JUMPED
    assert store.look(3600.0) is PriceDoubt.JUMPED


def test_a_second_jump_elsewhere_is_no_confirmation() -> None:
    store = Store(last="100")
    store.look()
    store.trade(1)
    store.look()
    store.trade(1000)
    assert store.look(5.0) is PriceDoubt.JUMPED
    assert store.quotes.positions.jumps[store.slot].price == 1000
    store.trade(990)
    assert store.look(5.0) is PriceDoubt.NONE


def test_the_first_price_is_compared_with_what_the_feed_counts_from() -> None:
    store = Store(last="1", prev_close="100")
    assert store.look() is PriceDoubt.JUMPED
    other = Store(last="1")
    assert other.look() is PriceDoubt.NONE, "there is nothing to compare it with"


def test_the_first_price_is_compared_with_that_of_an_earlier_run() -> None:
    store = Store()
    store.quotes.remember(A, 100.0, 2, 0.0)
    store.look()
    store.trade(30)
    assert store.look() is PriceDoubt.JUMPED


def test_that_price_need_not_have_been_looked_at() -> None:
    store = Store()
    store.quotes.remember(A, 100.0, 2, 0.0)
    store.trade(30)
    assert store.look() is PriceDoubt.JUMPED
    store.trade(101)
    assert store.look() is PriceDoubt.NONE


def test_looks_in_quick_succession_are_one() -> None:
    store = Store(last="100")
    store.look()
    store.trade(1)
    assert store.look(0.01) is PriceDoubt.NONE
    assert store.look(0.3) is PriceDoubt.JUMPED


@given(st.lists(st.tuples(st.floats(0.01, 1000), st.sampled_from([0.3, 2.0, 20.0])), min_size=2, max_size=12))
def test_no_price_is_ever_counted_on_that_lies_far_from_all_others(prices: list[tuple[float, float]]) -> None:
    """Whatever comes: what is counted is near the price that was counted before, or near one seen since."""
    store = Store()
    seen: list[float] = []
    trusted = None
    for price, after_s in prices:
        store.trade(price)
        doubt = store.look(after_s)
        value = float(store.quotes["last"][store.slot])
        if doubt is PriceDoubt.NONE:
            # The same price once more is a second one only where it was seen before and has stood.
            others = [trusted, *seen] if trusted is not None else []
            assert not others or any(abs(value - each) <= JUMP * abs(each) for each in others if each is not None)
            trusted, seen = value, []
        else:
            seen.append(value)


def test_what_is_no_longer_held_is_forgotten() -> None:
    store = Store(last="100")
    store.look()
    store.trade(1)
    store.look()
    store.quotes.hold({})
    assert store.quotes.positions.jumps == {}

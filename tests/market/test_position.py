"""What is held, exactly."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.position import MOST_DIGITS, Position, doubt_of, percent

QUANTITIES = st.decimals(-(10**6), 10**6, places=6).filter(bool)
PRICES = st.decimals(-1000, 100_000, places=4)


@given(QUANTITIES, PRICES, PRICES)
def test_values_and_gains_are_exact_and_a_short_one_gains_where_a_long_one_loses(
    quantity: Decimal, price: Decimal, cost: Decimal
) -> None:
    held, short = Position(quantity, cost), Position(-quantity, cost)
    assert held.value(price) == quantity * price == -short.value(price)
    assert held.total_gain(price) == held.value(price) - quantity * cost == -short.total_gain(price)
    assert held.gain(price, price) == 0
    assert held.basis == short.basis == abs(quantity * cost)


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    gain = Position(Decimal(1), Decimal("0.1")).total_gain(Decimal("0.4"))
    assert str(gain) == "0.3"
    assert percent(gain, Decimal("0.1")) == 300


def test_what_is_not_known_is_none_and_not_0() -> None:
    assert Position(Decimal(5)).total_gain(Decimal(3)) is None
    assert Position(Decimal(5)).basis is None
    assert percent(None, Decimal(5)) is None
    assert percent(Decimal(5), None) is None
    assert percent(Decimal(5), Decimal(0)) is None


@pytest.mark.parametrize(
    ("quantity", "cost"),
    [("0", "1"), ("NaN", "1"), ("Infinity", None), ("1", "NaN"), (f"1e{MOST_DIGITS}", "1"), ("1", "1e-13")],
)
def test_nobody_can_hold_that(quantity: str, cost: str | None) -> None:
    numbers = Decimal(quantity), None if cost is None else Decimal(cost)
    assert doubt_of(*numbers)
    with pytest.raises(ValueError, match=r"position|number"):
        Position(*numbers)


def test_the_largest_and_the_smallest_that_can_be_held() -> None:
    assert not doubt_of(Decimal("9" * MOST_DIGITS), Decimal("1e-12"))
    assert not doubt_of(Decimal("-1e-12"), Decimal(0))

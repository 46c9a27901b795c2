"""A candle."""

import pytest

from quotedesk.market.candle import Candle
from quotedesk.market.number import UNKNOWN, number


@pytest.mark.parametrize(
    ("prices", "is_possible"),
    [
        (("2", "3", "1", "2"), True),
        (("-2", "-1", "-3", "-2"), True),
        (("1", "1", "1", "1"), True),
        (("4", "3", "1", "2"), False),
        (("2", "3", "1", "0.5"), False),
        (("2", "1", "3", "2"), False),
    ],
)
def test_open_and_close_lie_between_low_and_high(prices: tuple[str, str, str, str], is_possible: bool) -> None:
    first, high, low, last = map(number, prices)
    assert Candle(start_utc_s=0.0, open=first, high=high, low=low, close=last).is_possible is is_possible


def test_a_candle_of_unknown_prices_is_none() -> None:
    one = number("1")
    assert not Candle(start_utc_s=0.0, open=one, high=UNKNOWN, low=one, close=one).is_possible

"""What the symbols of a section are together."""

import math

import pytest

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.section_summary import SectionSummary, summary
from tests.fakes.trades import trade


def told(*prices: tuple[float, ...]) -> SectionSummary:
    """Of rows that had these prices, one after the other; () for one that never had any."""
    quotes = Quotes()
    slots = quotes.slots([Instrument("demo", f"S{row}") for row in range(len(prices))])
    for row, each in enumerate(prices):
        for step, price in enumerate(each):
            quotes.apply(Batch("demo", [trade(f"S{row}", price)], float(step)))
    return summary(quotes, slots)


def test_the_mean_is_that_of_the_changes_in_percent() -> None:
    now = told((100.0, 110.0), (50.0, 49.0), (10.0, 10.0))
    assert now.mean_percent == pytest.approx((10 - 2 + 0) / 3)
    assert (now.count, now.up, now.down) == (3, 1, 1)
    assert now.mean_text == "+2.67 %"
    assert now.words(is_folded=True) == "3, 1 up, 1 down"
    assert now.words(is_folded=False) == "3"


def test_what_nobody_knows_counts_for_nothing_but_the_number_of_symbols() -> None:
    now = told((100.0, 90.0), (), ())
    assert now.mean_percent == pytest.approx(-10)
    assert (now.count, now.up, now.down) == (3, 0, 1)


@pytest.mark.parametrize("prices", [(), ((), ())])
def test_where_nothing_is_known_nothing_is_said(prices: tuple) -> None:
    now = told(*prices)
    assert math.isnan(now.mean_percent)
    assert now.mean_text == ""
    assert now.words(is_folded=True) == str(len(prices))


def test_a_change_that_is_shown_as_nothing_is_neither_up_nor_down() -> None:
    now = told((100_000.0, 100_001.0))
    assert (now.up, now.down, now.mean_text) == (0, 0, "0.00 %")


def test_a_base_of_nothing_has_no_change_in_percent() -> None:
    assert told((0.0, 1.0), (10.0, 11.0)).mean_percent == pytest.approx(10)

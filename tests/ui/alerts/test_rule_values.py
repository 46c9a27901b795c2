"""What a rule's field is now, as the row has it."""

import math

import pytest

from quotedesk.lists.saved import ColumnFormula
from quotedesk.market.instrument import Instrument
from quotedesk.ui.alerts.rule_values import RuleValues

NVDA = Instrument("demo", "NVDA.US")


def test_fields_formulas_and_ages_are_those_of_the_row(open_desk) -> None:
    desk = open_desk("NVDA.US")
    values = RuleValues(desk.quotes, desk.book, desk.clock)
    assert math.isnan(values("last", NVDA)[0])
    desk.tick("NVDA.US", 100.0)
    desk.tick("NVDA.US", 110.0)
    desk.clock.advance(30)
    assert values("last", NVDA) == (110.0, 2)
    assert values("age", NVDA) == (30.0, 0)
    value, decimals = values("change%", NVDA)
    assert (value, decimals) == (pytest.approx(10.0), 2)
    assert math.isnan(values("change%/5m", NVDA)[0])
    assert values("last * 2", NVDA) == (220.0, 2)
    assert math.isnan(values("twice", NVDA)[0])
    desk.book.calculate([ColumnFormula("Twice", "last * 2")])
    assert values("twice", NVDA) == (220.0, 2)

"""What a field is of."""

import math

import pytest

from quotedesk.alerts.measure import measure
from quotedesk.engine.alerting import ALERT_FIELDS
from quotedesk.market.formula import FormulaError
from quotedesk.quotes.formula_values import NAMES

VALUES = {"last": 105.0, "base": 100.0, "bid": 104.0, "ask": 106.0}


@pytest.mark.parametrize(
    ("field", "inputs", "value"),
    [
        ("change%", {"last", "base"}, 5.0),
        ("change", {"last", "base"}, 5.0),
        ("spread", {"bid", "ask"}, 2.0),
        ("mid", {"bid", "ask"}, 105.0),
        ("mid - base", {"bid", "ask", "base"}, 5.0),
        ("spread_bp", {"bid", "ask"}, 190.47619047619048),
        ("last / 0", {"last"}, math.nan),
        ("volume", {"volume"}, None),
    ],
)
def test_what_it_is_made_of(field: str, inputs: set[str], value: float | None) -> None:
    found = measure(field, ALERT_FIELDS, {"spread_bp": "spread / mid * 10000"})
    assert set(found.inputs) == inputs
    if found.calculate is None:
        assert (found.field, value) == (field, None)
    else:
        values = [VALUES.get(name, math.nan) for name in found.inputs]
        assert found.calculate(values) == pytest.approx(value, nan_ok=True)


def test_a_rule_may_name_what_a_formula_may() -> None:
    assert set(ALERT_FIELDS.nameable) == set(NAMES)


def test_a_window_and_what_is_gone() -> None:
    assert measure("change%/5m", ALERT_FIELDS, {}).span_s == 300.0
    with pytest.raises(FormulaError):
        measure("spread_bp", ALERT_FIELDS, {})


def test_equal_texts_are_equal_measures_and_an_edited_formula_is_another() -> None:
    first, again, other = (measure("f", ALERT_FIELDS, {"f": text}) for text in ("last - 1", "last - 1", "last - 2"))
    assert first.formula == again.formula != other.formula

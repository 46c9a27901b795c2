"""What a rule's field is of: a number that the feed says, or what follows from several."""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from quotedesk.alerts.rule_reader import CHANGE, window_s
from quotedesk.market.formula import OF_ONE, Formula, read

BASE = "base"
LAST = "last"
# Beside what the feed says: by what a formula names, and what that is.
MADE = {
    "change": "last - base",
    "change_pct": "(last - base) / abs(base) * 100",
    "spread": "ask - bid",
    "mid": "(bid + ask) / 2",
    "position_value": "quantity * last",
    "day_pl": "quantity * (last - base)",
    "total_pl": "quantity * (last - avg_cost)",
    "total_pl_pct": "quantity * (last - avg_cost) / abs(quantity * avg_cost) * 100",
}
HELD = ("quantity", "avg_cost")  # of the user's position; no feed says it


class AlertFields(msgspec.Struct, frozen=True):
    """The numbers that feeds say.

    Attributes:
        names: all, by the attributes of Quote.
        prices: those that jump.
        of_session: those that are of one trading day.
        bases: what change counts from, the first of these that is known. A price that is only the first one seen is
            none: it would make another alarm of each start.
    """

    names: tuple[str, ...]
    prices: Collection[str]
    of_session: Collection[str]
    bases: tuple[str, ...]

    @property
    def said(self) -> tuple[str, ...]:
        """What all else is calculated of."""
        return (*self.names, BASE, *HELD)

    @property
    def nameable(self) -> tuple[str, ...]:
        """What rules and formulas may name."""
        return (*self.said, *MADE)


class Measure(NamedTuple):
    """How the values of a field come about.

    Attributes:
        field: of Quote; "" of what is calculated.
        inputs: fields of Quote, `base`, and names of HELD.
        formula: by which it is calculated, of the inputs in their order; None else. Equal ones calculate the same.
        calculate: what does so; NaN unknown.
        span_s: of a change against the price so long ago; None else.
    """

    field: str
    inputs: tuple[str, ...]
    formula: Formula | None = None
    calculate: Callable[[Sequence[float]], float] | None = None
    span_s: float | None = None


def measure(field: str, fields: AlertFields, formulas: Mapping[str, str]) -> Measure:
    """What a rule's field means. Raises FormulaError where a formula cannot be read (any more)."""
    if field in fields.names:
        return Measure(field, (field,))
    if (span_s := window_s(field)) is not None:
        return Measure("", (LAST,), span_s=span_s)
    formula = read(MADE["change_pct"] if field == CHANGE else field, fields.said, {**formulas, **MADE})
    calculate = formula.bind(OF_ONE)

    def value(values: Sequence[float]) -> float:
        found: float = calculate(values)
        return found if -math.inf < found < math.inf else math.nan

    return Measure("", formula.names, formula, value)

"""What a rule's field is of: a number that the feed says, or what follows from several."""

import math
from collections.abc import Callable, Collection, Mapping
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
}
Values = Callable[[str], float]


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
    def nameable(self) -> tuple[str, ...]:
        """What rules and formulas may name."""
        return (*self.names, BASE, *MADE)


class Measure(NamedTuple):
    """How the values of a field come about.

    Attributes:
        field: of Quote; "" of what is calculated.
        inputs: fields of Quote and `base`.
        calculate: of what is calculated: the value, NaN unknown.
        span_s: of a change against the price so long ago; None else.
        formula: by which it is calculated; None else. Equal ones calculate the same.
    """

    field: str
    inputs: frozenset[str]
    calculate: Callable[[Values], float] | None = None
    span_s: float | None = None
    formula: Formula | None = None


def measure(field: str, fields: AlertFields, formulas: Mapping[str, str]) -> Measure:
    """What a rule's field means. Raises FormulaError where a formula cannot be read (any more)."""
    if field in fields.names:
        return Measure(field, frozenset([field]))
    if (span_s := window_s(field)) is not None:
        return Measure("", frozenset([LAST]), None, span_s)
    text = MADE["change_pct"] if field == CHANGE else field
    formula = read(text, fields.nameable, formulas)
    parts = {name: read(MADE[name], (*fields.names, BASE)) for name in formula.names if name in MADE}
    inputs = [each for name in formula.names for each in (parts[name].names if name in parts else (name,))]
    calculate = formula.bind(OF_ONE)
    made = {name: (part.names, part.bind(OF_ONE)) for name, part in parts.items()}

    def value(values: Values) -> float:
        found: list[float] = []
        for name in formula.names:
            if name in made:
                names, does = made[name]
                found.append(does([values(each) for each in names]))
            else:
                found.append(values(name))
        result = float(calculate(found))
        return result if math.isfinite(result) else math.nan

    return Measure("", frozenset(inputs), value, None, formula)

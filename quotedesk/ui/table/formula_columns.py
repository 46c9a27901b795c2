"""The user's formulas as columns. A formula that cannot be calculated is a column, too: it says why, and shows `--`."""

import math
from collections.abc import Mapping

import numpy as np

from quotedesk.lists.book import Book
from quotedesk.lists.saved import ColumnFormula, FormulaColour
from quotedesk.market.formula import Formula, FormulaError, name_of, read
from quotedesk.quotes.arrays import Floats, Slots
from quotedesk.quotes.fields import FIELDS
from quotedesk.quotes.formula_values import NAMES, FormulaValues, fields_of_formula, input_of, is_of_positions
from quotedesk.quotes.position_values import POSITION_NAMES
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import COLUMNS, Column, Kind, RowSnapshot

_WIDTH_PX = 92
_FIELDS = {field.name for field in FIELDS}
_KEPT = {column.title for column in COLUMNS}


class FormulaColumns:
    """Those of a book. What stays as it was stays the same Column."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._formulas: tuple[ColumnFormula, ...] = ()
        self._others: dict[str, str] = {}
        self._made: dict[ColumnFormula, Column] = {}
        self._columns: dict[str, Column] = {}

    def __call__(self) -> Mapping[str, Column]:
        """All of them, by title. Of two with one title the first counts."""
        if self._book.formulas is not self._formulas:
            self._formulas = self._book.formulas
            if (others := texts_of(self._formulas)) != self._others:
                self._others = others
                self._made.clear()
            named = {each.name: each for each in reversed(self._formulas) if each.name not in _KEPT}
            self._made = {each: self._made.get(each) or column_of(each, others) for each in named.values()}
            self._columns = {each.name: self._made[each] for each in self._formulas if named.get(each.name) is each}
        return self._columns


def texts_of(formulas: tuple[ColumnFormula, ...]) -> dict[str, str]:
    """What formulas may name beside fields: the texts of one another."""
    return {name: each.text for each in formulas if (name := name_of(each.name)) not in NAMES}


def column_of(formula: ColumnFormula, others: Mapping[str, str]) -> Column:
    """The column that a formula is; `others` as of `texts_of`."""
    try:
        calculated = read(formula.text, NAMES, others)
    except FormulaError as fault:
        return _broken(formula, str(fault))
    values = FormulaValues(calculated)
    writes = numbers.change if formula.colour is FormulaColour.SIGN else numbers.price
    tells_amounts = is_of_positions(calculated)

    def text(row: RowSnapshot) -> str:
        if tells_amounts and row.quotes.positions.is_hidden:
            return numbers.HIDDEN
        decimals = row.decimals if formula.decimals is None else formula.decimals
        return writes(values.one(row.quotes, row.slot), decimals)

    def tint(row: RowSnapshot, said: str) -> float:
        if said == numbers.HIDDEN:
            return 0.0
        if formula.colour is FormulaColour.SIGN:
            return float((said[0] == "+") - (said[0] == numbers.MINUS))  # what is shown counts, as in Chg
        value = values.one(row.quotes, row.slot)
        is_high = formula.high is not None and value >= formula.high
        is_low = formula.low is not None and value <= formula.low
        return float(is_high) - float(is_low)

    return Column(
        formula.name,
        Kind.FORMULA,
        _WIDTH_PX,
        text,
        f"Your formula: {formula.text}",
        values.many,
        _decimals if formula.decimals is None else None,
        fields=fields_of_formula(calculated),
        tint=None if formula.colour is FormulaColour.NONE else tint,
        explain=lambda row: f"{formula.name} {text(row)} = {formula.text}\n{inputs(calculated, row)}",
    )


def inputs(formula: Formula, row: RowSnapshot) -> str:
    """What a formula is calculated from in a row, and how old that is: "ask 10.20, bid --, 3 s old"."""
    said = [f"{name} {_input(name, row)}" for name in formula.names]
    age_s = row.now_s - row.received_s
    if said and math.isfinite(age_s):
        said.append(f"the newest {numbers.age(age_s)} old")
    return ", ".join(said) or "It needs nothing of the row"


def _input(name: str, row: RowSnapshot) -> str:
    if name in POSITION_NAMES and row.quotes.positions.is_hidden:
        return numbers.HIDDEN
    value = input_of(name, row.quotes, row.slot)
    return numbers.price(value, row.number(name)[1] if name in _FIELDS else max(2, row.decimals))


def _decimals(row: RowSnapshot) -> int:
    return row.decimals


def _broken(formula: ColumnFormula, fault: str) -> Column:
    said = f"{formula.name} cannot be calculated. {fault}"

    def nothing(quotes: Quotes, slots: Slots) -> Floats:
        return np.full(len(slots), math.nan)

    return Column(
        formula.name,
        Kind.FORMULA,
        _WIDTH_PX,
        lambda row: numbers.UNKNOWN,
        said,
        nothing,
        explain=lambda row: f"{said}\n{formula.text}".rstrip(),
    )

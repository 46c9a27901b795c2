"""What the field of a rule is now, to be shown beside the level: the rules themselves are evaluated in alerts/."""

import math

from quotedesk.alerts.rule_reader import AGE, CHANGE
from quotedesk.lists.book import Book
from quotedesk.market.clock import Clock
from quotedesk.market.formula import FormulaError, read
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.fields import FIELDS
from quotedesk.quotes.formula_values import NAMES, FormulaValues, input_of
from quotedesk.quotes.position_values import POSITION_NAMES
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.formula_columns import texts_of

_PRICES = ("spread", "mid", "base", "change", *(field.name for field in FIELDS if field.is_price))
_PERCENTS = (CHANGE, "change_pct")


class RuleValues:
    """Called with a field, as rules name it, and a symbol: the value, NaN unknown, and how many decimals it has."""

    def __init__(self, quotes: Quotes, book: Book, clock: Clock) -> None:
        self._quotes = quotes
        self._book = book
        self._clock = clock
        self._formulas: dict[str, FormulaValues | None] = {}
        self._made_of: object = None  # the formulas that those were read with

    def __call__(self, field: str, instrument: Instrument) -> tuple[float, int]:
        quotes = self._quotes
        if not quotes.has_slot(instrument):  # of a row that is gone: what fired there is still in the log
            return math.nan, 0
        slot = quotes.slot(instrument)
        quotes.settle((slot,))
        decimals = quotes.decimals_of("last", slot)
        if field == AGE:
            return self._clock.now_s() - quotes.received_s.item(slot), 0
        if field in _PERCENTS:
            return input_of("change_pct", quotes, slot), 2
        if field.startswith(CHANGE):
            return math.nan, 2  # over a time of its own, which only the rule keeps
        if field in POSITION_NAMES:
            return input_of(field, quotes, slot), max(2, decimals)
        if field in NAMES:
            return input_of(field, quotes, slot), decimals if field in _PRICES else quotes.decimals_of(field, slot)
        formula = self._formula(field)
        return (formula.one(quotes, slot), decimals) if formula is not None else (math.nan, decimals)

    def _formula(self, text: str) -> FormulaValues | None:
        if self._made_of is not self._book.formulas:
            self._made_of = self._book.formulas
            self._formulas.clear()
        if text not in self._formulas:
            try:
                self._formulas[text] = FormulaValues(read(text, NAMES, texts_of(self._book.formulas)))
            except FormulaError:
                self._formulas[text] = None
        return self._formulas[text]

"""What a formula says of the rows: of all at once, and again only of those of which something changed."""

import math
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np

from quotedesk.market.formula import MOST_DECIMALS, OF_ONE, SCALES, Arithmetic, Formula
from quotedesk.quotes.arrays import Floats, Slots
from quotedesk.quotes.fields import FIELDS
from quotedesk.quotes.position_values import MEANINGS as POSITION_MEANINGS
from quotedesk.quotes.position_values import POSITION_NAMES
from quotedesk.quotes.quotes import Quotes

# What a formula may name: what the feed says, what follows from it, and what the user holds.
NAMES = (*(field.name for field in FIELDS), "base", "change", "change_pct", "spread", "mid", *POSITION_NAMES)
MEANINGS = {  # for the user, as far as a name does not say it
    "last": "price of the last trade",
    "size": "size of the last trade",
    "bid": "the best price that somebody pays",
    "ask": "the best price at which somebody sells",
    "bid_size": "how much is wanted there",
    "ask_size": "how much there is",
    "open": "first price of the session, or of 24 hours",
    "high": "highest price of it",
    "low": "lowest price of it",
    "open_24h": "price 24 hours ago",
    "prev_close": "last price of the session before",
    "volume": "how much was traded",
    "turnover": "what was paid for it",
    "base": "the price that Chg counts from",
    "change": "last - base",
    "change_pct": "the same in percent",
    "spread": "ask - bid",
    "mid": "middle of bid and ask",
    **POSITION_MEANINGS,
}
_FEW = 4  # rows; so many at once are calculated one by one


class FormulaValues:
    """The values of one formula for the rows of one store, NaN unknown."""

    def __init__(self, formula: Formula) -> None:
        self._formula = formula
        self._of_one, self._of_many = formula.bind(OF_ONE), formula.bind(OF_ARRAYS)
        self._quotes: Quotes | None = None
        self._values = np.empty(0)
        self._made_at = np.empty(0, np.int64)  # the version of a row that its value is of
        self.made = 0

    def one(self, quotes: Quotes, slot: int) -> float:
        """The value of one row now."""
        self._follow(quotes)
        version = quotes.changed_at.item(slot)
        if self._made_at.item(slot) != version:
            self._made_at[slot] = version
            self._values[slot] = self._calculated(quotes, slot)
        return self._values.item(slot)

    def many(self, quotes: Quotes, slots: Slots) -> Floats:
        """Those of several rows now."""
        self._follow(quotes)
        stale = slots[self._made_at[slots] != quotes.changed_at[slots]]
        if len(stale) <= _FEW:
            for slot in stale.tolist():
                self.one(quotes, slot)
        else:
            self.made += len(stale)
            inputs = [inputs_of(name, quotes, stale) for name in self._formula.names]
            with np.errstate(all="ignore"):
                values = np.broadcast_to(np.asarray(self._of_many(inputs), np.float64), stale.shape)
            self._values[stale] = np.where(np.isfinite(values), values, math.nan)
            self._made_at[stale] = quotes.changed_at[stale]
        found: Floats = self._values[slots]
        return found

    def _calculated(self, quotes: Quotes, slot: int) -> float:
        self.made += 1
        value = self._of_one([input_of(name, quotes, slot) for name in self._formula.names])
        return float(value) if math.isfinite(value) else math.nan

    def _follow(self, quotes: Quotes) -> None:
        """Have room for all rows of a store; of another one than before nothing is known."""
        room = len(quotes.changed_at)
        if quotes is not self._quotes:
            self._quotes, self._values, self._made_at = quotes, np.empty(0), np.empty(0, np.int64)
        if len(self._values) < room:
            new = room - len(self._values)
            self._values = np.append(self._values, np.full(new, math.nan))
            self._made_at = np.append(self._made_at, np.full(new, -1, np.int64))


def input_of(name: str, quotes: Quotes, slot: int) -> float:
    """What a name of NAMES stands for in one row; NaN unknown."""
    if made := _MADE.get(name):
        needs, does = made
        return float(does(*[input_of(each, quotes, slot) for each in needs]))
    if name in POSITION_NAMES:
        return quotes.positions.one(name, quotes, slot)
    if name == "base":
        quotes.settle((slot,))
        return quotes.bases.price.item(slot)
    return quotes.number(name, slot).value


def inputs_of(name: str, quotes: Quotes, slots: Slots) -> Floats:
    """The same for several rows."""
    if made := _MADE.get(name):
        needs, _ = made
        with np.errstate(all="ignore"):
            found: Floats = _MADE_OF_ARRAYS[name](*[inputs_of(each, quotes, slots) for each in needs])
        return found
    if name in POSITION_NAMES:
        return quotes.positions.many(name, quotes, slots)
    return quotes.base[slots] if name == "base" else quotes[name][slots]


def fields_of_formula(formula: Formula) -> tuple[str, ...]:
    """What of a quote it needs, by the names of quotes/fields."""
    found = [each for name in formula.names for each in (_MADE[name][0] if name in _MADE else (name,))]
    return tuple(dict.fromkeys(each for each in found if each != "base" and each not in POSITION_NAMES))


def is_of_positions(formula: Formula) -> bool:
    """Does it tell of what the user holds?"""
    return any(name in POSITION_NAMES for name in formula.names)


def _made(arithmetic: Arithmetic) -> dict[str, Callable[..., Any]]:
    divided, less = arithmetic["/"], arithmetic["-"]
    return {
        "change": less,
        "change_pct": lambda last, base: divided(less(last, base), abs(base)) * 100,
        "spread": less,
        "mid": lambda bid, ask: (bid + ask) / 2,
    }


# -- arithmetic over arrays: the same to the bit as that over single numbers ------------------------------------------


def _divided(a: Any, b: Any) -> Any:
    return np.where(np.isfinite(b) & (b != 0), np.divide(a, b), math.nan)


def _compared(holds: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    return np.where(np.isfinite(a) & np.isfinite(b), holds(a, b), math.nan)


def _and(a: Any, b: Any) -> Any:
    known = np.isfinite(a) & np.isfinite(b)
    return np.where((a == 0) | (b == 0), 0.0, np.where(known, 1.0, math.nan))


def _or(a: Any, b: Any) -> Any:
    known_a, known_b = np.isfinite(a), np.isfinite(b)
    is_true = (known_a & (a != 0)) | (known_b & (b != 0))
    return np.where(is_true, 1.0, np.where(known_a & known_b, 0.0, math.nan))


def _of_all(does: Callable[[Sequence[Any]], Any], *values: Any) -> Any:
    known = reduce(np.logical_and, map(np.isfinite, values))
    return np.where(known, does(values), math.nan)


def _rounded(a: Any, decimals: Any = 0.0) -> Any:
    can = np.isfinite(a) & (decimals >= 0) & (decimals <= MOST_DECIMALS)
    scale = np.array(SCALES)[np.where(can, decimals, 0).astype(np.intp)]
    scaled = np.abs(a) * scale + 0.5
    return np.where(can & np.isfinite(scaled), np.copysign(np.floor(scaled) / scale, a), math.nan)


def _whole(does: Callable[[Any], Any], a: Any) -> Any:
    return np.where(np.isfinite(a), does(a), math.nan)


OF_ARRAYS: Arithmetic = {
    **OF_ONE,
    "/": _divided,
    "<": partial(_compared, np.less),
    "<=": partial(_compared, np.less_equal),
    ">": partial(_compared, np.greater),
    ">=": partial(_compared, np.greater_equal),
    "==": partial(_compared, np.equal),
    "!=": partial(_compared, np.not_equal),
    "not": lambda a: np.where(np.isfinite(a), np.equal(a, 0), math.nan),
    "and": _and,
    "or": _or,
    "if": lambda c, a, b: np.where(np.isfinite(c), np.where(np.not_equal(c, 0), a, b), math.nan),
    "abs": np.abs,
    "avg": partial(_of_all, lambda values: reduce(np.add, values, 0.0) / len(values)),
    "ceil": partial(_whole, np.ceil),
    "floor": partial(_whole, np.floor),
    "known": lambda a: np.isfinite(a).astype(np.float64),
    "max": partial(_of_all, lambda values: reduce(np.maximum, values)),
    "min": partial(_of_all, lambda values: reduce(np.minimum, values)),
    "round": _rounded,
    "sign": partial(_whole, np.sign),
    "sqrt": lambda a: np.where(np.isfinite(a) & np.greater_equal(a, 0), np.sqrt(a), math.nan),
}
_NEEDS = {"change": ("last", "base"), "change_pct": ("last", "base"), "spread": ("ask", "bid"), "mid": ("bid", "ask")}
_MADE = {name: (_NEEDS[name], does) for name, does in _made(OF_ONE).items()}
_MADE_OF_ARRAYS = _made(OF_ARRAYS)

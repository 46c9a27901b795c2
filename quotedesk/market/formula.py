"""Formulas over named numbers: `(ask - bid) / ask * 100`. Text becomes a tree, a tree calls only what is here.

There is no attribute, subscript, text or power, nothing of Python's is ever run. What is not known (NaN), and what
cannot be calculated, makes an unknown result, never 0. Truth is 1, else 0.
"""

import difflib
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar

MOST_CHARACTERS = 1_000
MOST_DEPTH = 30  # of brackets in one another, those of formulas that it names included; so are
MOST_PARTS = 200  # numbers, names and operations
MOST_DECIMALS = 12
_SHOWN = 30  # characters of a word in an error

T = TypeVar("T")
Arithmetic = Mapping[str, Callable[..., Any]]
_Tree = Any  # float | str (a name) | _Call; a type that names itself is more than mypy lets pass strictly


class FormulaError(ValueError):
    """A formula that cannot be read.

    Attributes:
        at: the place of the character that it is about, from 0.
        length: of the word there; 0 at the end of the text.
    """

    def __init__(self, said: str, at: int, length: int = 0) -> None:
        super().__init__(f"Character {at + 1}: {said}")
        self.at, self.length = at, length


class _Call(NamedTuple):
    """An operation on parts, by its name in an Arithmetic."""

    does: str
    parts: tuple[_Tree, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read.

    Attributes:
        names: what it is calculated from, in the order in which they come first.
    """

    names: tuple[str, ...]
    _tree: _Tree

    def bind(self, arithmetic: Arithmetic) -> Callable[[Sequence[Any]], Any]:
        """What calculates it of values in the order of `names`."""
        return _bound(self._tree, arithmetic, {name: place for place, name in enumerate(self.names)})


def read(text: str, names: Sequence[str], others: Mapping[str, str] = {}) -> Formula:
    """The formula that a text is. Raises FormulaError.

    It may use `names`, and the `others`: texts of formulas by their names, see `name_of`.
    """
    reader = _Reader(text, names, others, (), _Used())
    tree = reader.whole()
    return Formula(tuple(dict.fromkeys(_named(tree))), tree)


def name_of(title: str) -> str:
    """How a formula of this title is called in others: "Spread bp" is spread_bp."""
    return re.sub(r"\W+", "_", title.casefold()).strip("_")


# -- calculating ------------------------------------------------------------------------------------------------------


def _bound(tree: _Tree, arithmetic: Arithmetic, places: Mapping[str, int]) -> Callable[[Sequence[Any]], Any]:
    if isinstance(tree, float):
        return lambda values: tree
    if isinstance(tree, str):
        place = places[tree]
        return lambda values: values[place]
    does, parts = arithmetic[tree.does], [_bound(part, arithmetic, places) for part in tree.parts]
    if len(parts) == 1:
        (one,) = parts
        return lambda values: does(one(values))
    if len(parts) == 2:
        first, second = parts
        return lambda values: does(first(values), second(values))
    return lambda values: does(*[part(values) for part in parts])


def _named(tree: _Tree) -> list[str]:
    if isinstance(tree, _Call):
        return [name for part in tree.parts for name in _named(part)]
    return [tree] if isinstance(tree, str) else []


# An infinite value is one that was too large, so it is as unknown as NaN. + - * keep it so by themselves.


def _divided(a: float, b: float) -> float:
    return a / b if b and math.isfinite(b) else math.nan


def _compared(holds: Callable[[float, float], bool], a: float, b: float) -> float:
    return float(holds(a, b)) if math.isfinite(a) and math.isfinite(b) else math.nan


def _not(a: float) -> float:
    return float(not a) if math.isfinite(a) else math.nan


def _and(a: float, b: float) -> float:
    """One that is false is enough, whatever the other is."""
    if a == 0 or b == 0:
        return 0.0
    return 1.0 if math.isfinite(a) and math.isfinite(b) else math.nan


def _or(a: float, b: float) -> float:
    """One that is true is enough."""
    known_a, known_b = math.isfinite(a), math.isfinite(b)
    if (known_a and a) or (known_b and b):
        return 1.0
    return 0.0 if known_a and known_b else math.nan


def _if(condition: float, a: float, b: float) -> float:
    if not math.isfinite(condition):
        return math.nan
    return a if condition else b


def _of_all(does: Callable[..., float], *values: float) -> float:
    return does(values) if all(map(math.isfinite, values)) else math.nan


def _whole(does: Callable[[float], int], a: float) -> float:
    return float(does(a)) if math.isfinite(a) else math.nan


def _rounded(a: float, decimals: float = 0.0) -> float:
    """Half away from 0, as traders do."""
    if not (math.isfinite(a) and 0 <= decimals <= MOST_DECIMALS):
        return math.nan
    scale = SCALES[int(decimals)]
    scaled = abs(a) * scale + 0.5
    return math.copysign(math.floor(scaled) / scale, a) if math.isfinite(scaled) else math.nan


def _sign(a: float) -> float:
    return float((a > 0) - (a < 0)) if math.isfinite(a) else math.nan


SCALES = tuple(float(10**decimals) for decimals in range(MOST_DECIMALS + 1))
OF_ONE: Arithmetic = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": _divided,
    "<": partial(_compared, lambda a, b: a < b),
    "<=": partial(_compared, lambda a, b: a <= b),
    ">": partial(_compared, lambda a, b: a > b),
    ">=": partial(_compared, lambda a, b: a >= b),
    "==": partial(_compared, lambda a, b: a == b),
    "!=": partial(_compared, lambda a, b: a != b),
    "negative": lambda a: -a,
    "not": _not,
    "and": _and,
    "or": _or,
    "if": _if,
    "abs": abs,
    "avg": partial(_of_all, lambda values: sum(values) / len(values)),
    "ceil": partial(_whole, math.ceil),
    "floor": partial(_whole, math.floor),
    "known": lambda a: float(math.isfinite(a)),
    "max": partial(_of_all, max),
    "min": partial(_of_all, min),
    "round": _rounded,
    "sign": _sign,
    "sqrt": lambda a: math.sqrt(a) if 0 <= a < math.inf else math.nan,
}
# How many arguments a function has, at least and at most.
_MANY = MOST_PARTS
FUNCTIONS = {
    "abs": (1, 1),
    "avg": (1, _MANY),
    "ceil": (1, 1),
    "floor": (1, 1),
    "if": (3, 3),
    "known": (1, 1),
    "max": (1, _MANY),
    "min": (1, _MANY),
    "round": (1, 2),
    "sign": (1, 1),
    "sqrt": (1, 1),
}
WORDS = ("and", "or", "not", "if", "else")


# -- reading ----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?!\w))|(?P<word>[^\W\d]\w*)|"
    r"(?P<sign><=|>=|==|!=|\*\*|//|[-+*/<>(),])|(?P<end>\Z)|(?P<other>\w+|.))",
    re.DOTALL,
)
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_NOT_HERE = {
    "=": "write == to compare",
    "[": "there is nothing to index",
    "'": "a formula has no texts",
    '"': "a formula has no texts",
    "^": "there are no powers; write a product",
    "**": "there are no powers; write a product",
    ".": "a number begins with a digit, and nothing else has a point",
    "&": "write and",
    "|": "write or",
    "!": "write not, or != to compare",
    "%": "multiply by 100 instead",
    "//": "write floor(a / b)",
}


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


@dataclass(slots=True)
class _Used:
    """How much all readers of a formula have found together."""

    parts: int = 0
    depth: int = 0


class _Reader:
    """Reads one text, and by further readers those of the formulas that it names."""

    def __init__(
        self, text: str, names: Sequence[str], others: Mapping[str, str], within: tuple[str, ...], used: "_Used"
    ) -> None:
        self._names = names
        self._others = others
        self._within = within  # the formulas that are being read, the outermost first
        self._used = used
        if len(text) > MOST_CHARACTERS:
            raise FormulaError(f"a formula has at most {MOST_CHARACTERS:,} characters, not {len(text):,}", 0)
        self._text = text
        self._token = self._next(0)

    def whole(self) -> _Tree:
        """All of the text."""
        if self._token.kind == "end":
            raise FormulaError("there is nothing to calculate yet", self._token.at)
        tree = self._choice()
        if self._token.kind != "end":
            raise self._unexpected("an operator like + or <, or the end")
        return tree

    def _next(self, at: int) -> _Token:
        found = _TOKEN.match(self._text, at)
        assert found is not None  # it matches anything
        assert found.lastgroup is not None
        return _Token(found.lastgroup, found[found.lastgroup], found.start(found.lastgroup))

    def _take(self) -> _Token:
        token = self._token
        self._token = self._next(token.at + len(token.text))
        return token

    def _is(self, *texts: str) -> bool:
        token = self._token
        return token.kind in ("word", "sign") and token.text.casefold() in texts

    def _call(self, token: _Token, does: str, *parts: _Tree) -> _Tree:
        self._count(token)
        return _Call(does, parts)

    def _count(self, token: _Token) -> None:
        self._used.parts += 1
        if self._used.parts > MOST_PARTS:
            raise FormulaError(f"this is too long: more than {MOST_PARTS} parts in all", token.at, len(token.text))

    def _choice(self) -> _Tree:
        tree = self._either()
        if not self._is("if"):
            return tree
        token = self._take()
        self._enter(token)
        condition = self._either()
        if not self._is("else"):
            raise self._unexpected("else")
        self._take()
        other = self._choice()
        self._used.depth -= 1
        return self._call(token, "if", condition, tree, other)

    def _either(self) -> _Tree:
        return self._chain(("or",), lambda: self._chain(("and",), self._negated))

    def _negated(self) -> _Tree:
        if not self._is("not"):
            return self._comparison()
        token = self._take()
        self._enter(token)
        tree = self._call(token, "not", self._negated())
        self._used.depth -= 1
        return tree

    def _comparison(self) -> _Tree:
        tree = self._sum()
        if not self._is(*_COMPARISONS):
            return tree
        token = self._take()
        tree = self._call(token, token.text, tree, self._sum())
        if self._is(*_COMPARISONS):
            raise self._wrong("compare two at a time: a < b and b < c")
        return tree

    def _sum(self) -> _Tree:
        return self._chain(("+", "-"), lambda: self._chain(("*", "/"), self._signed))

    def _chain(self, operators: tuple[str, ...], part: Callable[[], _Tree]) -> _Tree:
        tree = part()
        while self._is(*operators):
            token = self._take()
            tree = self._call(token, token.text.casefold(), tree, part())
        return tree

    def _signed(self) -> _Tree:
        if not self._is("+", "-"):
            return self._value()
        token = self._take()
        self._enter(token)
        tree = self._signed()
        self._used.depth -= 1
        return tree if token.text == "+" else self._call(token, "negative", tree)

    def _value(self) -> _Tree:
        token = self._token
        if token.kind == "number":
            self._take()
            self._count(token)
            if not math.isfinite(number := float(token.text)):
                raise FormulaError(f"“{_short(token.text)}” is too large", token.at, len(token.text))
            return number
        if self._is("("):
            return self._bracketed(self._choice)
        if token.kind != "word" or self._is("and", "or", "else"):
            raise self._unexpected("a number, a name or a bracket")
        self._take()
        return self._function(token) if self._is("(") else self._name(token)

    def _bracketed(self, inside: Callable[[], _Tree]) -> _Tree:
        opening = self._take()
        self._enter(opening)
        found = inside()
        if self._token.kind == "end":
            raise FormulaError("this bracket is not closed", opening.at, 1)
        if not self._is(")"):
            raise self._unexpected("an operator, or a bracket that closes")
        self._take()
        self._used.depth -= 1
        return found

    def _enter(self, token: _Token) -> None:
        self._used.depth += 1
        if self._used.depth > MOST_DEPTH:
            raise FormulaError(f"this is nested too deep: more than {MOST_DEPTH}", token.at, len(token.text))

    def _function(self, token: _Token) -> _Tree:
        does = token.text.casefold()
        if does not in FUNCTIONS:
            raise self._unknown(token, "function", list(FUNCTIONS))
        least, most = FUNCTIONS[does]
        parts: list[_Tree] = self._bracketed(self._arguments)
        if not least <= len(parts) <= most:
            wanted = f"{least}" if least == most else f"{least} or {most}" if most < _MANY else f"{least} or more"
            raise FormulaError(f"{does} takes {wanted}, not {len(parts)}", token.at, len(token.text))
        return self._call(token, does, *parts)

    def _arguments(self) -> list[_Tree]:
        found: list[_Tree] = []
        while not self._is(")"):
            if found:
                if not self._is(","):
                    break
                self._take()
            found.append(self._choice())
        return found

    def _name(self, token: _Token) -> _Tree:
        name = token.text.casefold()
        if name in self._names:
            self._count(token)
            return name
        if name in self._within:
            way = " needs ".join([*self._within[self._within.index(name) :], name])
            raise FormulaError(f"“{name}” goes round in a circle: {way}", token.at, len(token.text))
        if name in self._others:
            return self._other(token, name)
        if name in FUNCTIONS:
            raise FormulaError(f"“{token.text}” wants its values in brackets: {name}(...)", token.at, len(token.text))
        raise self._unknown(token, "field or formula", [*self._names, *self._others])

    def _other(self, token: _Token, name: str) -> _Tree:
        self._enter(token)
        try:
            tree = _Reader(self._others[name], self._names, self._others, (*self._within, name), self._used).whole()
        except FormulaError as fault:
            said = str(fault).partition(": ")[2]
            said = said if said.startswith("in ") or "in a circle" in said else f"in the formula “{name}”: {said}"
            raise FormulaError(said, token.at, len(token.text)) from fault
        self._used.depth -= 1
        return tree

    def _unknown(self, token: _Token, what: str, known: list[str]) -> FormulaError:
        near = difflib.get_close_matches(token.text.casefold(), known, 1)
        hint = f"; do you mean {near[0]}?" if near else ""
        return FormulaError(f"there is no {what} “{_short(token.text)}”{hint}", token.at, len(token.text))

    def _unexpected(self, wanted: str) -> FormulaError:
        token = self._token
        if token.kind == "end":
            return self._wrong(f"here {wanted} is missing")
        hint = _NOT_HERE.get(token.text)
        return self._wrong(f"“{_short(token.text)}” does not fit: {hint or f'{wanted} is expected here'}")

    def _wrong(self, said: str) -> FormulaError:
        return FormulaError(said, self._token.at, len(self._token.text))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}\N{HORIZONTAL ELLIPSIS}"

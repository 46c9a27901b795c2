"""Formulas: against Python's own arithmetic, with unknown for what it cannot say; faults are named at their place."""

import contextlib
import math
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.formula import FUNCTIONS, MOST_PARTS, OF_ONE, FormulaError, name_of, read

NAMES = ("last", "bid", "ask", "high")
NAN = math.nan
NONE: Mapping[str, str] = {}


def value(text: str, others: Mapping[str, str] = NONE, **known: float) -> float:
    formula = read(text, NAMES, others)
    found = formula.bind(OF_ONE)([known.get(name, NAN) for name in formula.names])
    return found if math.isfinite(found) else NAN


def fault(text: str, others: Mapping[str, str] = NONE) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        read(text, NAMES, others)
    return caught.value


numbers = st.integers(-4000, 4000).map(lambda whole: whole / 4)  # of which nothing grows beyond a float
arithmetic = st.recursive(
    st.one_of(st.sampled_from(NAMES), numbers.map(lambda one: f"{abs(one)!r}")),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!="]), part).map(
            lambda three: f"({' '.join(three)})"
        ),
        # Truth is 1 or 0 here, and one of the two in Python.
        st.tuples(part, st.sampled_from(["and", "or"]), part).map(lambda m: f"(({m[0]} != 0) {m[1]} ({m[2]} != 0))"),
        part.map(lambda one: f"(-{one})"),
        part.map(lambda one: f"(not {one})"),
        part.map(lambda one: f"abs({one})"),
        st.tuples(part, part).map(lambda two: f"max({two[0]}, {two[1]})"),
        st.tuples(part, part, part).map(lambda three: f"({three[0]} if {three[1]} else {three[2]})"),
    ),
    max_leaves=8,
)


@given(arithmetic, st.fixed_dictionaries({name: numbers for name in NAMES}))
def test_what_is_known_is_what_python_says(text: str, known: dict[str, float]) -> None:
    try:
        expected = float(eval(text, {"abs": abs, "max": max, **known}))
    except ZeroDivisionError:
        return  # see below
    assert value(text, **known) == expected


@given(arithmetic, st.fixed_dictionaries({name: st.one_of(numbers, st.just(NAN)) for name in NAMES}))
def test_a_value_is_a_finite_number_or_unknown(text: str, known: dict[str, float]) -> None:
    found = value(text, **known)
    assert math.isfinite(found) or math.isnan(found)


@pytest.mark.parametrize("text", [
    "bid + 1", "bid * 0", "-bid", "min(bid, 1)", "max(1, bid)", "abs(bid)", "bid == bid",
    "bid < 1", "not bid", "1 if bid else 2", "if(bid > 0, 1, 1)", "avg(bid, 1)",
    "round(bid)", "bid and 1", "bid or 0", "sign(bid)", "floor(bid)", "sqrt(bid)",
])  # fmt: skip
def test_unknown_stays_unknown_and_is_never_0(text: str) -> None:
    assert math.isnan(value(text))


@pytest.mark.parametrize("text", ["1 / 0", "0 / 0", "1 / (2 - 2)", "1e300 * 1e300", "1 / (1e300 * 1e300)", "sqrt(0-1)",
                                  "min(1e300 * 1e300, 1)", "1e300 * 1e300 > 1", "if(1 / 0, 1, 2)", "round(1, 0-1)",
                                  "1e300 * 1e300 - 1e300 * 1e300", "avg(1 / 0, 1)"])  # fmt: skip
def test_what_cannot_be_calculated_is_unknown(text: str) -> None:
    assert math.isnan(value(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 3 - 2", 5), ("8 / 4 / 2", 1), ("-2 * -3", 6), ("2 - -3", 5),
        ("not 1 == 2", 1), ("1 or 0 and 0", 1), ("0 and 1 / 0", 0), ("1 or 1 / 0", 1), ("1 < 2 and 2 < 3", 1),
        ("if(1 < 2, 10, 20)", 10), ("10 if 1 > 2 else 20", 20), ("1 if 0 else 2 if 0 else 3", 3),
        ("(5) if (1) else (6)", 5), ("IF(1, 2, 3)", 2), ("min(3, 1, 2)", 1), ("max(3, 1, 2)", 3), ("avg(1, 2, 6)", 3),
        ("round(2.5)", 3), ("round(-2.5)", -3), ("round(1.005, 1)", 1), ("floor(-1.5)", -2), ("ceil(1.2)", 2),
        ("sign(-3)", -1), ("sqrt(9)", 3), ("known(1 / 0)", 0), ("known(3)", 1), (".5 + 1.", 1.5), ("1e3", 1000),
        ("if(known(bid), bid, 7)", 7), ("LAST + 1", 11),
    ],
)  # fmt: skip
def test_it_calculates(text: str, expected: float) -> None:
    assert value(text, last=10.0) == expected


def test_every_function_can_be_called_and_no_other() -> None:
    for name, (least, most) in FUNCTIONS.items():
        for count in {least, min(most, 3)}:
            assert isinstance(value(f"{name}({', '.join(['1'] * count)})"), float)
        assert f"{name} takes" in str(fault(f"{name}({', '.join(['1'] * (most + 1))})")) or most >= MOST_PARTS


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ("last + lst", 7, "no field or formula “lst”; do you mean last?"),
        ("mix(1, 2)", 0, "no function “mix”; do you mean m"),
        ("", 0, "nothing to calculate"),
        ("   ", 3, "nothing to calculate"),
        ("(bid + 1", 0, "not closed"),
        ("bid + ", 6, "is missing"),
        ("bid)", 3, "“)”"),
        ("bid ask", 4, "“ask”"),
        ("bid = 1", 4, "write =="),
        ("bid < ask < high", 10, "two at a time"),
        ("bid.__class__", 3, "“.”"),
        ("bid[0]", 3, "“[”"),
        ("'text'", 0, "no texts"),
        ("bid ** 2", 4, "no powers"),
        ("bid ^ 2", 4, "no powers"),
        ("3x", 0, "“3x”"),
        ("1e999", 0, "too large"),
        ("max", 0, "in brackets"),
        ("min(1,)", 6, "“)”"),
        ("min(,1)", 4, "“,”"),
        ("lambda: 1", 0, "“lambda”"),
        ("__import__(1)", 0, "“__import__”"),
        ("bid\x00", 3, "does not fit"),
        ("1 if 2", 6, "else"),
    ],
)
def test_what_is_wrong_is_named_at_its_place(text: str, at: int, said: str) -> None:
    error = fault(text)
    assert (error.at, str(error).partition(":")[0]) == (at, f"Character {at + 1}")
    assert said in str(error)


@pytest.mark.parametrize(
    "text",
    ["1+" * 5_000 + "1", "(" * 1_000 + "1" + ")" * 1_000, "(" * 400 + "1" + ")" * 400, "-" * 999 + "1",
     "not " * 240 + "1", "1+" * 400 + "1", "abs(" * 200, "1 if " * 150, "x" * 10_000, "1 if 1 else " * 80 + "1"],
)  # fmt: skip
def test_what_is_too_long_or_too_deep_is_refused_plainly_and_at_once(text: str) -> None:
    began_s = time.process_time()
    error = fault(text)
    assert time.process_time() - began_s < 0.1
    assert len(str(error)) < 120


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(FormulaError):
        read(text, NAMES)
        return
    error = fault(text)
    assert 0 <= error.at <= error.at + error.length <= len(text)


@given(st.text(alphabet="()+-*/<>=,. ifelsnotadrbqk19m\n", max_size=80))
def test_so_is_any_text_that_is_almost_a_formula(text: str) -> None:
    test: Any = test_any_text_is_read_or_refused.hypothesis.inner_test  # type: ignore[attr-defined]
    test(text)


def test_a_formula_may_need_others_but_not_itself() -> None:
    others = {"half": "last / 2", "quarter": "half / 2", "a": "b + 1", "b": "a + 1", "bad": "lst"}
    assert value("quarter + 1", others, last=8.0) == 3
    assert read("quarter + bid", NAMES, others).names == ("last", "bid")
    assert "“a” goes round in a circle: a needs b needs a" in str(fault("1 + a", others))
    error = fault("1 + bad", others)
    assert (error.at, error.length) == (4, 3)
    assert "in the formula “bad”: there is no field or formula “lst”" in str(error)


def test_formulas_that_double_one_another_end_soon() -> None:
    others = {f"f{at}": f"f{at + 1} + f{at + 1}" for at in range(60)} | {"f60": "last"}
    began_s = time.process_time()
    assert "too long" in str(fault("f0", others)) or "too deep" in str(fault("f0", others))
    assert time.process_time() - began_s < 0.2
    deep = {f"f{at}": f"f{at + 1}" for at in range(500)} | {"f500": "last"}
    assert "deep" in str(fault("f0", deep))


def test_a_title_has_a_name() -> None:
    assert (name_of("Spread bp"), name_of(" To high % "), name_of("Ä-b")) == ("spread_bp", "to_high", "ä_b")

"""What formulas say of rows: all at once as one by one, anew only where something changed."""

import math
from decimal import Decimal
from itertools import count

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quotedesk.market.batch import Batch
from quotedesk.market.formula import OF_ONE, FormulaError, read
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, of_float
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote, Trade
from quotedesk.quotes.fields import FIELDS
from quotedesk.quotes.formula_values import MEANINGS, NAMES, OF_ARRAYS, FormulaValues, fields_of_formula
from quotedesk.quotes.quotes import Quotes

ROWS = [Instrument("f", code) for code in "ABCDEFGH"]
FEW = ("last", "bid", "ask")
ODD = (math.nan, 0.0, -0.0, 1.0, -1.0, 0.5, 1e300, -1e300, 2.0)
values = st.one_of(st.sampled_from(ODD), st.floats(-1e9, 1e9))
OPERATORS = ["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or"]
texts = st.recursive(
    st.one_of(st.sampled_from(FEW), st.sampled_from(["0", "1", "2", "0.5", "1e300"])),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from(OPERATORS), part).map(lambda three: f"({' '.join(three)})"),
        st.tuples(st.sampled_from(["-", "not "]), part).map(lambda two: f"({''.join(two)})"),
        st.tuples(st.sampled_from(["abs", "sign", "sqrt", "floor", "ceil", "known", "round"]), part).map(
            lambda two: f"{two[0]}({two[1]})"
        ),
        st.tuples(st.sampled_from(["min", "max", "avg", "round"]), part, part).map(
            lambda three: f"{three[0]}({three[1]}, {three[2]})"
        ),
        st.tuples(part, part, part).map(lambda three: f"if({', '.join(three)})"),
    ),
    max_leaves=10,
)


def quote(code: str, **said: float) -> Quote:
    return Quote(code=code, **{name: of_float(value, 2) for name, value in said.items()})


@example("(1 / (1 / last))", [(0.0, 0.0, 0.0), (2.0, 0.0, 0.0)])
@example("(1 / (1e300 * 1e300))", [(0.0, 0.0, 0.0)])
@example("(bid < (1e300 * 1e300))", [(0.0, 0.0, 0.0)])
@given(texts, st.lists(st.tuples(values, values, values), min_size=1, max_size=12))
def test_arrays_say_what_rows_say_one_by_one(text: str, rows: list[tuple[float, float, float]]) -> None:
    try:
        formula = read(text, FEW)
    except FormulaError:
        return  # nested too deep
    places = [FEW.index(name) for name in formula.names]
    of_one, of_many = formula.bind(OF_ONE), formula.bind(OF_ARRAYS)
    single = np.array([of_one([row[place] for place in places]) for row in rows], np.float64)
    with np.errstate(all="ignore"):
        together = np.broadcast_to(of_many([np.array([row[place] for row in rows]) for place in places]), len(rows))
    single, together = (np.where(np.isfinite(each), each, math.nan) for each in (single, together))
    np.testing.assert_array_equal(together, single)


def test_both_can_do_the_same() -> None:
    assert OF_ARRAYS.keys() == OF_ONE.keys()
    assert MEANINGS.keys() <= set(NAMES)
    assert NAMES[: len(FIELDS)] == tuple(field.name for field in FIELDS)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_known_of_a_row_that_has_it_and_unknown_of_another(name: str) -> None:
    quotes = Quotes()
    slots = quotes.slots(ROWS)
    said = {field.name: 100.0 + at for at, field in enumerate(FIELDS)}
    quotes.apply(Batch("f", [quote("A", **said)], 1.0))
    quotes.hold({ROWS[0]: Position(Decimal(3), Decimal(7))})
    made = FormulaValues(read(name, NAMES))
    found = made.many(quotes, slots)
    assert math.isfinite(found[0])
    assert np.isnan(found[1:]).all()
    assert found[0] == FormulaValues(read(name, NAMES)).one(quotes, 0)
    assert math.isnan(FormulaValues(read(name, NAMES)).one(quotes, 1))


def test_what_follows_from_fields_is_what_the_columns_say() -> None:
    quotes = Quotes()
    quotes.slots(ROWS)
    quotes.apply(Batch("f", [quote("A", last=110.0, prev_close=100.0, bid=109.0, ask=112.0)], 1.0))

    def value(text: str) -> float:
        return FormulaValues(read(text, NAMES)).one(quotes, 0)

    assert [value(each) for each in ("base", "change", "change_pct", "spread", "mid")] == [100, 10, 10, 3, 110.5]


def test_only_rows_of_which_something_changed_are_calculated_anew() -> None:
    quotes = Quotes()
    slots = quotes.slots(ROWS)
    clock = count(1.0)

    def tick(*codes: str) -> None:
        trades = [Trade(code, of_float(10.0, 2), UNKNOWN, math.nan) for code in codes]
        quotes.apply(Batch("f", trades, next(clock)))

    tick(*"ABCDEFGH")
    made = FormulaValues(read("last * 2", NAMES))
    assert made.many(quotes, slots).tolist() == [20.0] * 8
    assert made.made == 8
    made.many(quotes, slots)
    made.one(quotes, 3)
    assert made.made == 8
    tick("B")
    tick("C", "D")
    made.many(quotes, slots)
    assert made.made == 11
    tick(*"ABCDEFGH")
    made.one(quotes, 3)
    made.many(quotes, slots)
    assert made.made == 19


def test_a_change_that_only_a_later_look_settles_is_seen() -> None:
    quotes = Quotes()
    slots = quotes.slots(ROWS)
    made = FormulaValues(read("ask - bid", NAMES))
    for ask in (12.0, 13.0):
        quotes.apply(Batch("f", [quote("A", bid=10.0, ask=ask)], ask))
        assert made.one(quotes, 0) == ask - 10
        assert made.many(quotes, slots)[0] == ask - 10
    quotes.apply(Batch("f", [quote(each.code, bid=10.0, ask=15.0) for each in ROWS], 20.0))
    assert made.many(quotes, slots).tolist() == [5.0] * 8


def test_a_store_that_grows_and_another_store_are_followed() -> None:
    quotes = Quotes()
    made = FormulaValues(read("1 + 1", NAMES))
    assert made.many(quotes, quotes.slots(ROWS)).tolist() == [2.0] * 8
    many = [Instrument("f", f"X{at}") for at in range(500)]
    assert set(made.many(quotes, quotes.slots(many)).tolist()) == {2.0}
    other = Quotes()
    assert made.many(other, other.slots(many)).tolist() == [2.0] * 500


def test_what_a_formula_needs_of_a_quote_is_known() -> None:
    def needs(text: str) -> tuple[str, ...]:
        return fields_of_formula(read(text, NAMES))

    assert needs("mid / last") == ("bid", "ask", "last")
    assert needs("change") == ("last",)
    assert needs("1") == ()

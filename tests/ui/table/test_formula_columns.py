"""The user's formulas as columns."""

import math

import pytest
from PySide6.QtCore import Qt

from quotedesk.lists.book import Book
from quotedesk.lists.saved import ColumnFormula, FormulaColour
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import of_float
from quotedesk.market.quote import Quote
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import Column, chosen, fields_in_use, read, sorting
from quotedesk.ui.table.formula_columns import FormulaColumns, column_of, texts_of
from quotedesk.ui.table.numbers import MINUS

ROWS = [Instrument("f", code) for code in "ABC"]


def quotes_of(**said: float) -> Quotes:
    quotes = Quotes()
    quotes.slots(ROWS)
    quotes.apply(Batch("f", [Quote(code="A", **{name: of_float(value, 3) for name, value in said.items()})], 10.0))
    return quotes


def column(text: str, **how: object) -> Column:
    formula = ColumnFormula("Mine", text, **how)  # type: ignore[arg-type]
    return column_of(formula, texts_of((formula,)))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({}, "2.500"),
        ({"decimals": 0}, "2"),
        ({"decimals": 1}, "2.5"),
        ({"decimals": 99}, "2.500000000000"),
        ({"decimals": -9}, "2"),
        ({"decimals": 1, "colour": FormulaColour.SIGN}, "+2.5"),
        ({"decimals": 1, "colour": FormulaColour.VALUE}, "2.5"),
    ],
)
def test_a_cell_says_the_value_with_its_decimals(how: dict[str, object], said: str) -> None:
    quotes = quotes_of(ask=12.5, bid=10.0)
    mine = column("ask - bid", **how)
    assert mine.text(read(quotes, ROWS[0], 10.0)) == said
    assert mine.text(read(quotes, ROWS[1], 10.0)) == "--", "nothing is known of it"


def test_what_cannot_be_calculated_is_dashes_and_sorts_as_unknown() -> None:
    quotes = quotes_of(last=0.0)
    mine = column("1 / last")
    assert mine.text(read(quotes, ROWS[0], 10.0)) == "--"
    assert mine.key is not None
    assert all(map(math.isnan, mine.key(quotes, quotes.slots(ROWS))))


def test_a_broken_formula_says_why_and_shows_dashes() -> None:
    quotes = quotes_of(last=1.0)
    for text, why in (
        ("lst", "do you mean last?"),
        ("gone + 1", "no field or formula “gone”"),
        ("(" * 5000, "at most"),
    ):
        mine = column(text)
        reading = read(quotes, ROWS[0], 10.0)
        assert mine.text(reading) == "--"
        assert why in mine.tip
        assert mine.explain is not None
        assert why in mine.explain(reading)
        assert mine.key is not None
        assert len(mine.key(quotes, quotes.slots(ROWS))) == 3
        assert mine.fields == ()


def test_colours_are_by_the_sign_that_is_shown_or_by_limits() -> None:
    def tint(value: float, **how: object) -> float:
        quotes = quotes_of(last=value)
        mine, reading = column("last", **how), read(quotes, ROWS[0], 10.0)
        assert mine.tint is not None
        return mine.tint(reading, mine.text(reading))

    by_sign = {"colour": FormulaColour.SIGN, "decimals": 1}
    assert [tint(value, **by_sign) for value in (2.0, -2.0, 0.0, 0.01)] == [1, -1, 0, 0]
    limits = {"colour": FormulaColour.VALUE, "high": 10.0, "low": -3.0}
    assert [tint(value, **limits) for value in (10.0, 9.9, -2.9, -3.0)] == [1, 0, 0, -1]
    assert tint(10.0, colour=FormulaColour.VALUE) == 0
    assert column("last").tint is None
    assert column("last", **by_sign).text(read(quotes_of(last=-2.0), ROWS[0], 10.0)) == f"{MINUS}2.0"


def test_the_tooltip_has_inputs_and_their_age() -> None:
    quotes = quotes_of(ask=12.5, bid=10.0)
    mine = column("(ask - bid) / high", decimals=2)
    assert mine.explain is not None
    assert mine.explain(read(quotes, ROWS[0], 13.0)) == (
        "Mine -- = (ask - bid) / high\nask 12.500, bid 10.000, high --, the newest 3 s old"
    )
    assert "It needs nothing of the row" in str(column("1").explain(read(quotes, ROWS[0], 13.0)))  # type: ignore[misc]


def test_the_columns_follow_the_book_and_what_stays_is_the_same_column() -> None:
    book = Book(ROWS)
    own = FormulaColumns(book)
    assert dict(own()) == {}
    one, two = ColumnFormula("One", "last"), ColumnFormula("Two", "one * 2")
    book.calculate((one, two))
    before = own()
    assert list(before) == ["One", "Two"]
    book.calculate((one, ColumnFormula("Two", "one * 2", 3)))
    assert own()["One"] is before["One"]
    assert own()["Two"] is not before["Two"]
    book.calculate((ColumnFormula("One", "bid"), two))
    assert own()["Two"].fields == ("bid",), "what it needs is another one now"
    book.calculate((two,))
    assert "no field or formula “one”" in own()["Two"].tip


def test_of_two_of_one_title_the_first_counts_and_none_takes_that_of_ours() -> None:
    book = Book(ROWS)
    book.calculate([ColumnFormula("A", "1"), ColumnFormula("A", "2"), ColumnFormula("Last", "3")])
    own = FormulaColumns(book)()
    assert {title: each.tip for title, each in own.items()} == {"A": "Your formula: 1"}


def test_lists_choose_and_sort_by_them_and_need_what_they_need() -> None:
    book = Book(ROWS)
    book.calculate([ColumnFormula("Mine: %", "spread")])
    own = FormulaColumns(book)()
    book.lists[0].show_columns(("Symbol", "Mine: %", "Gone"))
    assert [each.title for each in chosen(book.lists[0].columns, "demo", own)] == ["Symbol", "Mine: %"]
    assert fields_in_use(book.lists, own) == {"f": {"ask", "bid"}}
    assert sorting("mine:%:desc", own) == (own["Mine: %"], True)
    with pytest.raises(ValueError, match="no order"):
        sorting("Last:up")


def test_a_text_that_looks_like_marks_is_shown_as_it_is(open_desk) -> None:
    desk = open_desk("A.US")
    desk.book.calculate([ColumnFormula("<b>Mine</b>", "1 <b> 2")])
    desk.watchlist.show_columns(("Symbol", "<b>Mine</b>"))
    model = desk.window.panel.model
    tip = model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;" in tip
    assert model.titles(model.columns[1])[0] == "<b>Mine</b>"

"""Which rows are shown, and in which order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.section import Row, Section, grouped
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Trade
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import COLUMNS, LAST, NAME, SYMBOL
from quotedesk.ui.table.row_order import NOBODY, ordered, runs, slots_of, unfolded, visible
from quotedesk.ui.table.row_reader import RowReader
from tests.fakes.clock import FakeClock

CODES = [Instrument("f", code) for code in "ABCDEF"]
LABELS = [Section(key, f"Section {key}") for key in range(3)]
orders = st.lists(st.sampled_from([*CODES, *LABELS]), unique=True)
folds = st.sets(st.integers(0, 2))


def reader() -> RowReader:
    return RowReader(Quotes(), FakeClock(), Directories({}, lambda feed: SymbolDirectory()))


@given(orders, folds)
def test_what_is_folded_is_hidden_and_comes_back_below_its_label(order: list[Row], folded: set[int]) -> None:
    shown = visible(order, folded, None)
    hidden = [row for label, members in grouped(order) if label is not None and label.key in folded for row in members]
    assert shown == [row for row in order if row not in hidden]
    assert list(unfolded(shown, order, folded)) == order
    turned = [*reversed(shown)]
    assert sorted(unfolded(turned, order, folded), key=str) == sorted(order, key=str), "none is lost by a move"


@given(orders, folds, st.sets(st.sampled_from(CODES)))
def test_some_rows_alone_are_shown_with_the_labels_above_them_folded_or_not(
    order: list[Row], folded: set[int], only: set[Row]
) -> None:
    shown = visible(order, folded, only)
    assert [row for row in shown if isinstance(row, Instrument)] == [row for row in order if row in only]
    assert all(members for label, members in grouped(shown) if label is not None), "no label stands alone"
    assert shown == [row for row in order if row in shown]


@given(orders, st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(["1", "2", "3"]))), st.booleans())
def test_rows_are_sorted_among_their_labels_and_unknown_ones_stand_last(
    rows: list[Row], trades: list[tuple[str, str]], is_descending: bool
) -> None:
    read = reader()
    slots_of(read.quotes, rows)
    read.quotes.apply(Batch("f", [Trade(code, number(price)) for code, price in trades], 1.0))
    found = ordered(rows, (LAST, is_descending), read)
    assert [(label, set(members)) for label, members in grouped(found)] == [
        (label, set(members)) for label, members in grouped(rows)
    ]
    for _, members in grouped(found):
        known = [value for row in members if (value := read.read(row).last) == value]
        assert known == sorted(known, reverse=is_descending)
        assert all(read.read(row).last != read.read(row).last for row in members[len(known) :])
    by_words = ordered(rows, (COLUMNS[SYMBOL], is_descending), read)
    for _, members in grouped(by_words):
        assert members == sorted(members, reverse=is_descending)
    assert ordered(rows, None, read) == rows


@pytest.mark.parametrize("is_descending", [False, True])
def test_by_words_rows_that_have_none_stand_last(is_descending: bool) -> None:
    names = {"A": "Zinc", "C": "gold"}
    read = RowReader(Quotes(), FakeClock(), Directories({"f": "F"}, lambda feed: SymbolDirectory(names)))
    found = ordered([*CODES[:4]], (NAME, is_descending), read)
    assert [row.code for row in found if isinstance(row, Instrument)] == [*("AC" if is_descending else "CA"), "B", "D"]


def test_a_label_has_nobodys_slot() -> None:
    quotes = Quotes()
    slots = slots_of(quotes, [CODES[1], LABELS[0], CODES[0], LABELS[1]]).tolist()
    assert slots == [quotes.slot(each) for each in (CODES[1], NOBODY, CODES[0], NOBODY)]


@given(st.lists(st.booleans()))
def test_runs_of_chosen_ones_have_a_first_and_a_last_place(chosen: list[bool]) -> None:
    found = runs(chosen)
    places = [at for first, last in found for at in range(first, last + 1)]
    assert places == [at for at, is_chosen in enumerate(chosen) if is_chosen]
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(found))

"""What is shown of a row."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import (
    COLUMNS,
    SYMBOL,
    Column,
    read,
    sorting,
    sorting_text,
)
from tests.fakes.trades import trade

APPLE = Instrument("demo", "AAPL.US")


def texts(quotes: Quotes, now_s: float = 100.0) -> dict[str, str]:
    reading = read(quotes, APPLE, now_s)
    return {column.title: column.text(reading) for column in COLUMNS}


def test_a_row_without_a_tick_shows_that_nothing_is_known() -> None:
    quotes = Quotes()
    quotes.set_state(quotes.slots([APPLE]), RowState.PENDING, 96.0)
    said = texts(quotes)
    assert (said.pop("Symbol"), said.pop("State")) == ("AAPL.US", "Waiting 4 s")
    assert {said.pop("Trend"), said.pop("Name"), said.pop("Venue")} == {""}
    assert said.keys() >= {"Last", "Chg", "Chg %", "Size", "Time"}
    assert set(said.values()) == {"--"}


def test_change_counts_from_the_first_price_of_the_run() -> None:
    quotes = Quotes()
    quotes.slot(APPLE)
    quotes.apply(Batch("demo", [trade("AAPL.US", 200.0, 2)], 1.0))
    quotes.apply(Batch("demo", [trade("AAPL.US", 197.0, 2, 300)], 2.0))
    shown = texts(quotes)
    assert (shown["Last"], shown["Chg"], shown["Chg %"], shown["Size"]) == ("197.00", "−3.00", "−1.50", "300")


def test_a_receive_time_is_never_shown_as_the_exchange_time() -> None:
    quotes = Quotes()
    quotes.slot(APPLE)
    quotes.apply(Batch("demo", [trade("AAPL.US", 200.0, 2)], 1.0))
    assert texts(quotes)["Time"] == "--"


def test_each_state_has_its_word() -> None:
    quotes = Quotes()
    quotes.slots([APPLE])
    quotes.apply(Batch("demo", [trade("AAPL.US", 200.0, 2)], 71.0))
    words = []
    for state in RowState:
        if state is not RowState.PENDING:
            quotes.apply(Batch("demo", [], 71.0, (), (RowStatus("AAPL.US", state, 71.0),)))
            words.append(texts(quotes)["State"])
    assert words == [
        "",
        "29 s",
        "Closed",
        "Stale 29 s",
        "Offline",
        "Refused",
        "Parked",
        "",
        "Halted",
        "Limit up",
        "Limit down",
    ]


def test_symbol_is_the_first_column_and_titles_differ() -> None:
    assert COLUMNS[SYMBOL].title == "Symbol"
    assert len({column.title for column in COLUMNS}) == len(COLUMNS)


@given(
    st.floats(min_value=1e-9, max_value=1e12),
    st.integers(0, 20),
    st.floats(min_value=0) | st.just(math.nan),
    st.floats(),
    st.sampled_from(list(RowState)),
    st.floats(0, 1e6),
)
def test_every_column_has_a_text_for_every_tick(
    price: float, decimals: int, size: float, when: float, state: RowState, now_s: float
) -> None:
    quotes = Quotes()
    slots = quotes.slots([APPLE])
    quotes.apply(Batch("demo", [trade("AAPL.US", price, decimals, size, 2, when)], 0.0))
    quotes.set_state(slots, state, 0.0)
    assert all("nan" not in text for text in texts(quotes, now_s).values())


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.title)
@pytest.mark.parametrize("is_descending", [False, True])
def test_an_order_is_written_and_read(column: Column, is_descending: bool) -> None:
    text = sorting_text((column, is_descending))
    assert sorting(text) == (column, is_descending)
    assert sorting(text.upper().replace(":DESC", ":desc").replace(" ", "")) == (column, is_descending)


def test_the_lists_own_order_is_no_text() -> None:
    assert sorting_text(None) == ""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Price", "there is no column “Price”. Choose from Symbol, State, Last, Chg, Chg %, Bid, Ask, "),
        ("", "there is no column “”"),
        ("Last:down", "“:down” is no order. Give :asc or :desc."),
    ],
)
def test_what_is_no_order_is_told_with_what_would_be(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        sorting(text)


def test_any_number_that_the_store_keeps_may_be_shown() -> None:
    quotes = Quotes()
    quotes.slot(APPLE)
    assert math.isnan(read(quotes, APPLE, 1.0).number("bid")[0])
    for bid in ("1.250", "1.3"):
        quotes.apply(Batch("demo", [Quote(code="AAPL.US", bid=number(bid))], 1.0))
    assert read(quotes, APPLE, 2.0).number("bid") == (1.3, 3)

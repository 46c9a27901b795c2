"""What is shown of a row."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table.columns import (
    COLUMNS,
    SYMBOL,
    USUAL,
    USUAL_WITH_SIDES,
    Column,
    chosen,
    fields_in_use,
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
        assert read(quotes, APPLE, 2.0).number("bid") == (float(bid), 3)


def quoted(**said: str) -> Quotes:
    quotes = Quotes()
    quotes.slot(APPLE)
    numbers = {name: number(text) for name, text in said.items()}
    quotes.apply(Batch("demo", [Quote(code="AAPL.US", **numbers)], 1.0))
    return quotes


def test_what_a_feed_says_is_shown_with_the_decimals_of_the_row() -> None:
    quotes = quoted(last="60412.18", bid="60412.1", ask="60412.2", open="60000", high="60840", low="58911.02")
    shown = texts(quotes)
    titles = ("Bid", "Ask", "Spread", "Open", "High", "Low")
    assert [shown[title] for title in titles] == [
        *("60,412.10", "60,412.20", "0.10", "60,000.00", "60,840.00", "58,911.02")
    ]
    shown = texts(quoted(bid_size="0.5", ask_size="1200", volume="41820000", turnover="88100000.5", prev_close="4.5"))
    titles = ("Bid size", "Ask size", "Volume", "Turnover", "Prev close", "Spread")
    assert [shown[title] for title in titles] == ["0.5", "1,200", "41.82M", "88.1M", "4.5", "--"]


def test_the_tick_size_says_how_prices_are_shown() -> None:
    quotes = quoted(last="60412.1800", bid="60412.1700", ask="60412.1900")
    assert texts(quotes)["Last"] == "60,412.1800"
    quotes.set_tick_size(APPLE, number("0.01000000"))
    shown = texts(quotes)
    assert [shown[title] for title in ("Last", "Bid", "Chg", "Spread")] == ["60,412.18", "60,412.17", "0.00", "0.02"]


@pytest.mark.parametrize(
    ("last", "high", "low", "touch"),
    [("6", "6", "4", 1), ("4", "6", "4", -1), ("5", "6", "4", 0), ("6.1", "6", "4", 1), ("5", "5", "5", 0)],
)
def test_a_price_at_the_days_high_or_low_is_told(last: str, high: str, low: str, touch: int) -> None:
    assert read(quoted(last=last, high=high, low=low), APPLE, 2.0).touch == touch
    assert read(quoted(last=last), APPLE, 2.0).touch == 0


def test_a_list_shows_the_usual_columns_or_its_own_and_leaves_out_what_nobody_knows() -> None:
    assert chosen((), "demo") == chosen((), "alltick") == chosen((), "gone") == USUAL
    assert chosen((), "kraken") == USUAL_WITH_SIDES, "without asking for an order book"
    for columns in (USUAL, USUAL_WITH_SIDES):
        assert sum(column.width_px for column in columns) <= 1000
        assert len(columns) == 2 + 6
    names = ("Symbol", "Bid", "Gamma of a later version", "Last", "Bid")
    assert [column.title for column in chosen(names, "demo")] == ["Symbol", "Bid", "Last"]
    assert [column.title for column in chosen(("Last",), "demo")] == ["Symbol", "Last"]
    assert [column.title for column in chosen(("Symbol",), "demo")] == ["Symbol"]


def test_what_the_columns_of_lists_need_is_known_by_feed() -> None:
    plain = Watchlist([APPLE])
    plain.show_columns(("Symbol", "Last"))
    spread = Watchlist([Instrument("bybit", "BTCUSDT"), APPLE])
    spread.show_columns(("Symbol", "Spread"))
    assert fields_in_use([plain]) == {"demo": frozenset()}
    assert fields_in_use([plain, spread]) == {"demo": {"bid", "ask"}, "bybit": {"bid", "ask"}}

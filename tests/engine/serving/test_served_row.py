"""A row that is served says what the window's says: from the store first, and from each update since."""

from quotedesk.engine.serving.served_row import KEPT, RECORDING, STREAM, ServedRow
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.quotes import Quotes

A = Instrument("demo", "A")
T_S = 1_764_000_000.25


def quotes_with(*updates: Trade | Quote) -> Quotes:
    quotes = Quotes()
    quotes.slot(A)
    quotes.apply(Batch("demo", list(updates), 5.0))
    return quotes


def test_it_begins_with_what_the_store_has() -> None:
    quotes = quotes_with(
        Trade("A", number("1.0"), number("3"), T_S),
        Quote(code="A", last=number("1.50"), prev_close=number("1.25"), bid=number("1.4"), time_utc_s=T_S),
    )
    row = ServedRow(A, quotes, is_recorded=False)
    assert row.quote() == {
        "symbol": "A",
        "feed": "demo",
        "seq": 2,
        "source": STREAM,
        "last": "1.50",
        "size": "3",
        "bid": "1.4",
        "prev_close": "1.25",
        "change": "0.25",
        "change_pct": "20.0000",
        "base": "prev_close",
        "time": "2025-11-24T16:00:00.250Z",
        "base_price": "1.25",
    }


def test_what_it_takes_from_then_on_counts_on_and_from_the_same_base() -> None:
    quotes = quotes_with(Trade("A", number("1.0"), number("3"), T_S))
    row = ServedRow(A, quotes, is_recorded=False)
    row.take(Trade("A", number("2.0"), time_utc_s=T_S), T_S + 1)
    said = row.quote(dropped=4)
    assert (said["seq"], said["change"], said["base"], said["dropped"]) == (2, "1.0", "first_seen", 4)
    assert said["received"] == "2025-11-24T16:00:01.250Z"
    assert "size" not in said
    row.seed(Quote(code="A", prev_close=number("4")))
    assert row.quote()["prev_close"] == "4"


def test_a_price_of_an_earlier_run_is_marked_until_one_of_this_comes() -> None:
    quotes = Quotes()
    quotes.remember(A, 7.5, 2, T_S)
    row = ServedRow(A, quotes, is_recorded=False)
    assert (row.quote()["last"], row.quote()["source"], row.quote()["seq"]) == ("7.50", KEPT, 0)
    assert "received" not in row.quote()
    assert "change" not in row.quote()
    row.take(Trade("A", number("8")), T_S)
    assert row.quote()["source"] == STREAM
    assert ServedRow(A, quotes, is_recorded=True).source == RECORDING


def test_of_what_is_unknown_there_is_the_state_alone() -> None:
    row = ServedRow(A, Quotes(), is_recorded=False)
    assert row.whole() == {"symbol": "A", "feed": "demo", "state": "pending", "reason": "", "seq": 0}


def test_a_state_is_new_where_it_or_its_reason_is() -> None:
    row = ServedRow(A, Quotes(), is_recorded=False)
    parked = RowStatus("A", RowState.PARKED, 5.0, "room for 5")
    assert row.stand(parked, T_S)
    assert not row.stand(parked, T_S + 1)
    assert row.standing() == {
        "symbol": "A",
        "feed": "demo",
        "state": "parked",
        "reason": "room for 5",
        "since": "2025-11-24T16:00:01.250Z",
    }

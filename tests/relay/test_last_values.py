"""The newest of each number, and the numbers of updates."""

from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, number
from quotedesk.market.quote import Quote, Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.relay.last_values import LastValues

A = Instrument("demo", "A")


def test_updates_are_merged_and_numbered() -> None:
    last = LastValues()
    told = [
        last.take("demo", Trade("A", number("1.50"), number("3"), 10.0, 5), 1.0),
        last.take("demo", Quote(code="A", bid=number("1.4"), ask=UNKNOWN), 2.0),
        last.take("demo", Trade("A", number("1.60")), 3.0),
    ]
    assert [each.n for each in told] == [1, 2, 3]
    assert told[0].price == "1.50"
    value = last.of(A)
    assert value is not None
    kept = value.quote
    assert (kept.n, kept.last, kept.size, kept.bid, kept.ask) == (3, "1.60", "3", "1.4", "")
    assert (kept.price, kept.time) == (None, 10.0)
    assert value.received_s == 3.0


def test_a_seed_fills_only_what_no_update_has_said() -> None:
    last = LastValues()
    last.take("demo", Trade("A", number("2")), 1.0)
    told = last.seed("demo", Quote(code="A", last=number("1"), prev_close=number("1.9")))
    assert (told.n, told.seed) == (2, True)
    value = last.of(A)
    assert value is not None
    assert (value.quote.last, value.quote.prev_close) == ("2", "1.9")


def test_of_rows_that_are_wanted_no_more_nothing_is_known() -> None:
    last = LastValues()
    last.take("demo", Trade("A", number("2")), 1.0)
    last.mark("demo", RowStatus("B", RowState.LIVE, 1.0))
    last.forget_all_but([A])
    assert last.of(A) is not None
    assert last.of(Instrument("demo", "B")) is None

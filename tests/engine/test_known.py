"""What rows show becomes quotes, as it was when the copy was taken."""

from quotedesk.engine.known import known_of
from quotedesk.market.batch import Batch
from quotedesk.market.number import number
from quotedesk.market.quote import Quote, Trade
from quotedesk.quotes.quotes import Quotes
from tests.fakes.engine import instruments


def test_it_is_what_was_known_at_that_moment_row_by_row() -> None:
    quotes, rows = Quotes(), instruments("A B C@okx D")
    quotes.slots(rows)
    quotes.apply(Batch("demo", [Trade("A", number("1.50"), number("3"), 7.0)], 1.0))
    quotes.apply(Batch("okx", [Quote(code="C", bid=number("2.0"), prev_close=number("1.9"))], 1.0))
    make = known_of(quotes)(rows[:3])
    quotes.apply(Batch("demo", [Trade("A", number("9")), Trade("B", number("9"))], 2.0))
    known = make()
    assert known.keys() == {"demo", "okx"}
    (a,), (c,) = known["demo"], known["okx"]
    assert a == Quote(code="A", last=number("1.50"), size=number("3"), time_utc_s=7.0)
    assert (c.code, c.bid, c.prev_close) == ("C", number("2.0"), number("1.9"))

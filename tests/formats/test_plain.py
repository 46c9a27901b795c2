"""Plain text is written so that it is read back; how it is read is tested in test_pieces."""

from quotedesk.formats import plain
from quotedesk.formats.base import Named


def test_codes_are_written_a_line_each_and_one_that_would_be_read_otherwise_is_marked() -> None:
    rows = [Named("AAPL.US", "NASDAQ", "AAPL"), "Metals", Named("x@y", "QUOTEDESK", "x@y", is_clear=False)]
    assert plain.write(rows) == "AAPL.US\n###Metals\nQUOTEDESK:x@y\n"

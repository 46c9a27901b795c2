"""Symbols that are named by text: each once, of the feed that is said."""

import pytest

from quotedesk.engine.symbols import unique_instruments
from quotedesk.market.errors import BadSymbolError, QuotedeskError
from quotedesk.market.instrument import Instrument


def test_each_instrument_is_named_once_in_the_order_named() -> None:
    said = unique_instruments(["B", "A@alltick,A", "B@demo"], "demo")
    assert said == [Instrument("demo", "B"), Instrument("alltick", "A"), Instrument("demo", "A")]


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(QuotedeskError, match="nowhere"):
        unique_instruments(["A@nowhere"], "demo")
    for text in ("", "what?", "@demo"):
        with pytest.raises(BadSymbolError):
            unique_instruments([text], "demo")

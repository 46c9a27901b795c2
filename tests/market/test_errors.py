"""Faults that a person can mend."""

import pytest

from quotedesk.market.errors import BadSymbolError, QuotedeskError


def test_a_bad_symbol_is_told_in_one_line_made_of_reason_and_advice() -> None:
    error = BadSymbolError("A;B", "“;” cannot be part of a symbol", "Use letters.")
    assert str(error) == "“;” cannot be part of a symbol. Use letters."
    assert (error.symbol, error.why, error.advice) == ("A;B", "“;” cannot be part of a symbol", "Use letters.")


def test_whoever_catches_our_faults_catches_a_bad_symbol_too() -> None:
    with pytest.raises(QuotedeskError):
        raise BadSymbolError("", "why", "advice")

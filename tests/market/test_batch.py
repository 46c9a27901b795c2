"""What a session says at once."""

import pytest

from quotedesk.market.batch import Batch
from quotedesk.market.number import number
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState, RowStatus


def test_a_batch_of_updates_says_nothing_of_gaps_and_states() -> None:
    batch = Batch("demo", [Trade("A", number("1.5"))], 12.5)
    assert (batch.gaps, batch.statuses) == ((), ())


def test_whoever_holds_a_batch_cannot_change_it() -> None:
    batch = Batch("demo", [], 12.5, ("A",), (RowStatus("A", RowState.LIVE, 1.0),))
    with pytest.raises(AttributeError):
        batch.received_s = 1.0  # type: ignore[misc]
    with pytest.raises(AttributeError):
        batch.statuses[0].state = RowState.QUIET  # type: ignore[misc]

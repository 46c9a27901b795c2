"""The two state words."""

import pytest

from quotedesk.market.states import LinkState, LinkStatus, RowState


def test_row_states_are_named_in_plain_lower_case_words() -> None:
    words = "pending live quiet closed stale offline refused parked delayed halted limit limit"
    assert [state.word for state in RowState] == words.split()


def test_row_states_fit_the_column_they_are_stored_in() -> None:
    assert RowState.PENDING == 0, "what an untouched slot holds"
    assert all(RowState(int(state)) is state and 0 <= state <= 255 for state in RowState)


@pytest.mark.parametrize(
    ("state", "reason", "is_lost"),
    [
        (LinkState.OFF, "", False),
        (LinkState.UP, "", False),
        (LinkState.CONNECTING, "", False),
        (LinkState.CONNECTING, "The server closed the connection", True),
        (LinkState.WAITING, "The server closed the connection", True),
        (LinkState.DENIED, "AllTick refused the key", True),
    ],
)
def test_a_link_is_lost_when_it_should_be_up_and_has_a_reason_not_to_be(
    state: LinkState, reason: str, is_lost: bool
) -> None:
    assert LinkStatus("stock", state, reason=reason).is_lost is is_lost

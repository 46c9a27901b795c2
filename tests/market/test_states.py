"""The two state words, and what is said with them."""

import pytest

from quotedesk.market.states import LinkState, LinkStatus, RowState, RowStatus


def test_row_states_are_named_in_plain_lower_case_words() -> None:
    words = "pending live quiet closed stale offline refused parked delayed halted limit limit"
    assert [state.word for state in RowState][:12] == words.split()


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
        (LinkState.DENIED, "AllTick refused the token", True),
    ],
)
def test_a_link_is_lost_when_it_should_be_up_and_has_a_reason_not_to_be(
    state: LinkState, reason: str, is_lost: bool
) -> None:
    assert LinkStatus("alltick", "stock", state, reason=reason).is_lost is is_lost


def test_a_link_is_named_by_its_feed_and_its_endpoint_where_that_says_more() -> None:
    assert LinkStatus("demo", "demo", LinkState.UP).name == "demo"
    assert LinkStatus("alltick", "stock", LinkState.UP).name == "alltick stock"


def test_a_row_status_has_no_reason_where_the_state_says_it_all() -> None:
    assert RowStatus("A", RowState.LIVE, 5.0).reason == ""

"""The states of a bell are words that are shown."""

from quotedesk.alerts.bell import Bell, BellState


def test_each_state_has_a_word_of_its_own() -> None:
    assert len({state.value for state in BellState}) == len(BellState)
    assert Bell(BellState.ARMED) == Bell(BellState.ARMED, "", None)

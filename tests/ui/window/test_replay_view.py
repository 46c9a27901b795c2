"""The speeds go from life to a hundred times as fast."""

from quotedesk.ui.window.replay_view import SPEEDS


def test_speeds_rise_from_life_to_a_hundred_times() -> None:
    assert list(SPEEDS) == sorted(SPEEDS)
    assert (SPEEDS[0], SPEEDS[-1]) == (1.0, 100.0)

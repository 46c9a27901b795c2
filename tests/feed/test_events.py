"""The counts add up by themselves."""

from quotedesk.feed.events import Counts


def test_two_sessions_do_not_share_their_counts() -> None:
    one, other = Counts(), Counts()
    one.applied["A"] += 1
    one.dropped["older"] += 1
    assert not other.applied
    assert not other.dropped

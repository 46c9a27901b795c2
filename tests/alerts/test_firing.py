"""The kinds of a firing are the words that other programs read."""

from quotedesk.alerts.firing import FiringKind


def test_the_kinds() -> None:
    assert [kind.value for kind in FiringKind] == ["fired", "crossed-offline", "already", "jump"]

"""A rule's text: its parts."""

import pytest

from quotedesk.alerts.rule import AlertScope, Between, ScopeKind, duration, quoted
from quotedesk.market.instrument import Instrument
from tests.fakes.watcher import rule_of


@pytest.mark.parametrize(("seconds", "text"), [(0, "0s"), (1, "1s"), (90, "90s"), (900, "15m"), (7200, "2h")])
def test_durations_are_in_the_largest_unit_that_is_exact(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("word", "text"), [("a", "a"), ("a b", '"a b"'), ('a"b', '"a\\"b"'), ("", '""'), ("a\\b", "a\\b"), ("“", '"“"')]
)
def test_what_needs_quotes_has_them(word: str, text: str) -> None:
    assert quoted(word) == text


def test_scopes() -> None:
    assert AlertScope(ScopeKind.SYMBOL, "X", "demo").instrument == Instrument("demo", "X")
    assert AlertScope(ScopeKind.LIST, "X").instrument is None
    assert Between(0, 1440, "UTC").text == "00:00-24:00 UTC"


def test_what_a_rule_does_is_no_part_of_its_key() -> None:
    one, other = rule_of('X last >= 1 daily sound a do run note "b"'), rule_of("X last >= 1 daily")
    assert one != other
    assert one.key == other.key == "X@demo last >= 1 daily"

"""What a run is made of."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from quotedesk.app.options import Options
from quotedesk.market.instrument import Instrument


def test_a_start_without_arguments_changes_and_saves_nothing() -> None:
    options = Options()
    said = {field.name: getattr(options, field.name) for field in msgspec.structs.fields(Options)}
    assert said.pop("command") == "quotedesk"
    assert said.pop("replay_speed") == 1.0
    assert not any(said.values())


def test_what_was_asked_for_does_not_change_during_a_run() -> None:
    with pytest.raises(AttributeError):
        Options().feed = "alltick"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, False),
        ({"stats": Path("s")}, False),
        ({"feed": "demo"}, True),
        ({"urls": {"demo": "ws://127.0.0.1:9"}}, True),
        ({"urls": {"kraken": "ws://127.0.0.1:9", "demo": "ws://127.0.0.1:8"}}, False),
        ({"symbols": (Instrument("", "A.US"),)}, True),
        ({"replay": Path("r.csv")}, True),
        ({"is_tour": True}, True),
    ],
)
def test_who_says_what_to_show_is_not_asked(given: dict[str, Any], says: bool) -> None:
    assert Options(**given).says_what == says

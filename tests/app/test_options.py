"""What a run is made of."""

import msgspec
import pytest

from quotedesk.app.options import Options


def test_a_start_without_arguments_changes_and_saves_nothing() -> None:
    options = Options()
    asked = [getattr(options, field.name) for field in msgspec.structs.fields(Options) if field.name != "command"]
    assert not any(asked)


def test_what_was_asked_for_does_not_change_during_a_run() -> None:
    with pytest.raises(AttributeError):
        Options().feed = "alltick"  # type: ignore[misc]

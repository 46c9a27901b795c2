"""What can be played is known by its content."""

from pathlib import Path

import pytest

from quotedesk.engine.recorded import open_recorded
from quotedesk.market.errors import QuotedeskError
from tests.fakes.made_recording import MadeRecording


def test_a_recording_is_known_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    with MadeRecording(path, ["BTCUSDT"]) as tape:
        tape.tick("BTCUSDT", 1)
    assert open_recorded(path).instruments() == [("demo", "BTCUSDT")]


def test_what_cannot_be_played_says_why(tmp_path: Path) -> None:
    with pytest.raises(QuotedeskError, match=r"there is no file .*none"):
        open_recorded(tmp_path / "none")
    with pytest.raises(QuotedeskError):
        open_recorded(tmp_path)

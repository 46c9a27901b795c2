"""A CSV of trades plays like a recording: each trade at its own time, from any place."""

from pathlib import Path

import pytest

from quotedesk.engine.recorded_trades import RecordedTrades
from tests.fakes.replaying import Player

FIRST_MS = 1_786_310_000_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "trades.csv"
    lines = [f"{'AB'[i % 2]}.US,{FIRST_MS + 20 * i},t{i},{100 + i / 100:.2f},1,Buy" for i in range(2_500)]
    path.write_text("symbol,ts_ms,trade_id,price,size,side\n" + "\n".join(lines) + "\n")
    return path


def test_every_trade_comes_at_its_own_time(path: Path, tmp_path: Path) -> None:
    player = Player(path, tmp_path).play()
    assert player.trades == [(f"{'AB'[i % 2]}.US", f"{100 + i / 100:.2f}") for i in range(2_500)]
    assert player.gaps == []
    assert player.rows()["B.US"] == ("124.99", "", "live")
    updates = [(batch.received_s, update.time_utc_s) for batch in player.batches for update in batch.updates]
    clock = player.replay.clock
    assert max(abs(clock.utc_s(at_s) - time_utc_s) for at_s, time_utc_s in updates) < 0.001


def test_any_place_is_reached(path: Path, tmp_path: Path) -> None:
    player = Player(path, tmp_path)
    player.replay.seek(FIRST_MS / 1000 + 0.02 * 2_300 + 0.01)
    assert player.rows()["A.US"][0] == "123.00"
    player.replay.seek(FIRST_MS / 1000 + 0.01)
    assert player.rows()["A.US"][0] == "100.00"
    assert player.rows()["B.US"][0] == ""


def test_what_is_no_such_file_says_so(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello\n")
    with pytest.raises(ValueError, match="its first line is not"):
        RecordedTrades(tmp_path / "x")

"""What is told of a recording before it is given away."""

from pathlib import Path

from quotedesk.engine.told_recording import told
from tests.fakes.made_recording import BEGIN_UTC_S, MadeRecording


def test_it_names_times_messages_connections_symbols_and_the_newest_frames(tmp_path: Path) -> None:
    with MadeRecording(tmp_path / "r", ["BTCUSDT", "ETHUSDT"]) as tape:
        for price in range(20):
            tape.tick("BTCUSDT", price + 1)
        tape.frame("x" * 500 + "\x1b[31m")
    lines = dict(told(tmp_path / "r", BEGIN_UTC_S))
    assert lines["Messages"].startswith("22, ")
    assert lines["Connections"] == "demo"
    assert lines["Symbols"] == "2: BTCUSDT@demo, ETHUSDT@demo"
    newest = lines["The newest messages"].splitlines()
    assert len(newest) == 12
    assert newest[-1].startswith("in   xxx")
    assert len(newest[-1]) < 210
    assert "\x1b" not in lines["The newest messages"]

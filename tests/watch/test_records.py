"""`quotedesk record`: the last minutes into a file, and a recording into a test."""

from pathlib import Path

import pytest

from quotedesk.cli import main
from quotedesk.config.recording_store import RecordingReader
from tests.fakes.made_recording import MadeRecording

RULE = "BTCUSDT@demo last crosses-up 105"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with MadeRecording(tmp_path / "r", ["BTCUSDT"]) as tape:
        for price in range(100, 110):
            tape.tick("BTCUSDT", price)
    return tmp_path / "r"


@pytest.mark.parametrize("kind", ["check", "test"])
def test_a_file_that_is_not_there_is_named(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", kind, str(tmp_path / "nope")]) == 2
    assert f"There is no file {tmp_path / 'nope'}. Name a recording" in capsys.readouterr().err


def test_a_recording_becomes_a_test_by_one_command(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "check", str(path)]) == 2
    assert "is no test yet" in capsys.readouterr().err
    assert main(["record", "test", str(path), "--alert", RULE]) == 0
    expected = path.with_name("r.expected.json")
    text = expected.read_text()
    assert '\\"kind\\":\\"fired\\"' in text
    assert main(["record", "check", str(path), str(path)]) == 0
    assert capsys.readouterr().out.count("as expected") == 2
    expected.write_text(
        text.replace('"last": "109"', '"last": "110"').replace('"before\\":\\"104', '"before\\":\\"103')
    )
    assert main(["record", "check", str(path)]) == 1
    told = capsys.readouterr()
    assert told.out == "r: 2 differences\n"
    assert "quotes BTCUSDT@demo last: '110' expected, '109' came" in told.err
    expected.write_text("{")
    assert main(["record", "check", str(path)]) == 2
    assert main(["record", "test", str(path), "--alert", "BTCUSDT lst > 3"]) == 2
    assert not (path.parent / "no-profile").exists()


def test_the_last_minutes_of_a_profile_are_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = tmp_path / "p"
    profile.mkdir()
    with MadeRecording(profile / "recording.sqlite", ["BTCUSDT"]) as tape:
        for _ in range(5):
            for price in range(100):
                tape.tick("BTCUSDT", price + 1)
            tape.restarted(600.0)
    monkeypatch.chdir(tmp_path)
    assert main(["record", "save", "--minutes", "11", "--profile", str(profile), "kept"]) == 0
    with RecordingReader(tmp_path / "kept") as kept, RecordingReader(profile / "recording.sqlite") as whole:
        assert 0 < len(kept.pages) < len(whole.pages)
    assert main(["--profile", str(profile), "record", "save"]) == 0
    assert list(tmp_path.glob("quotedesk-2026*.qdrec"))
    capsys.readouterr()
    assert main(["record", "save", "--profile", str(tmp_path / "other")]) == 2
    assert "Nothing is recorded in this profile" in capsys.readouterr().err

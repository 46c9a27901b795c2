"""Whatever stands in a profile in the place of its files: the program starts, tells it, and loses nothing of it."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.screen import Desk, wait_until

FILES = (
    "settings.toml",
    "window.toml",
    "window.toml.previous",
    "lists.toml",
    "lists.toml.previous",
    "lists/demo.toml",
    "prices/demo.json",
    "log/quotedesk.log",
    "log/crash.txt",
    "locks/alltick.lock",
)
WINDOWS = "format = 2\n" + "".join(f'[[windows]]\nshown = "{number}"\n' for number in range(300))
PRICES = '{"format": 1, "prices": [["GOLD", 1.5, -2, 1e300], ["AAPL.US", 1.5, 999999999, null], ["BTCUSDT", 1, 2, 3]]}'


def run(profile: Path) -> tuple[int, str, str]:
    """A run of the program: its exit code, its standard error, its log."""
    done = subprocess.run(
        [sys.executable, "-m", "quotedesk", "--profile", str(profile), "--quit-after", "1.5"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stderr, (profile / "log/quotedesk.log").read_text(errors="replace")


@pytest.mark.parametrize(
    "spoil",
    [os.mkfifo, os.mkdir, lambda path: path.write_bytes(b"\xff\xfe" * 50), lambda path: path.symlink_to(path)],
    ids=["pipes", "folders", "rubbish", "links to themselves"],
)
def test_what_is_no_file_of_ours_stops_no_start(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        spoil(tmp_path / name)
    code, error, log = run(tmp_path)
    assert (code, error) == (0, "")
    assert "unexpected fault" not in log.lower()
    assert "lists.toml could not be read" in log
    assert run(tmp_path)[:2] == (0, "")


def test_what_no_version_would_have_written_stops_no_start(tmp_path: Path) -> None:
    (tmp_path / "prices").mkdir()
    (tmp_path / "window.toml").write_text(WINDOWS)
    (tmp_path / "prices/demo.json").write_text(PRICES)
    code, error, log = run(tmp_path)
    assert (code, error) == (0, "")
    assert "unexpected fault" not in log.lower()
    assert "of 300 windows are open" in log
    assert len(tomllib.loads((tmp_path / "window.toml").read_text())["windows"]) == 300


def test_a_profile_of_links_is_written_through(tmp_path: Path) -> None:
    profile, kept = tmp_path / "profile", tmp_path / "kept"
    names = ("settings.toml", "window.toml", "lists.toml", "prices/demo.json")
    for name in names:
        for folder in (profile, kept):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (profile / name).symlink_to(kept / name)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    for size in ("700x500", "800x600"):
        desk = Desk(environment, profile, "--feed", "demo", "--symbols", "GOLD", "--geometry", size)
        try:
            wait_until(lambda desk=desk: desk.states() == {"GOLD": "live"})
            desk.process.terminate()
            assert desk.end() == (0, "")
        finally:
            desk.kill()
    for name in names[1:]:
        assert (profile / name).is_symlink(), name
        assert (kept / name).stat().st_size > 0, name
    assert json.loads((kept / "prices/demo.json").read_text())["prices"][0][0] == "GOLD"

"""Updates without surprises: profiles of earlier versions, and those of a version to come.

Lists, windows and prices in tests/frames/profiles were written by those versions; what their settings chose, by hand.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from quotedesk.config import settings, window_file
from quotedesk.config.settings import Direction, Spacing

EARLIER = Path(__file__).parents[1] / "frames/profiles"
CODES = ["NVDA.US", "GOLD", "700.HK"]


def start(profile: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "quotedesk", "--profile", profile, "--quit-after", "1", *more]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


@pytest.fixture(params=sorted(path.name for path in EARLIER.iterdir()))
def profile(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """As an earlier version left it."""
    return Path(shutil.copytree(EARLIER / request.param, tmp_path / "profile"))


def test_lists_settings_window_and_prices_of_an_earlier_version_are_taken_over(profile: Path) -> None:
    stats = profile.parent / "stats.json"
    done = start(profile, "--feed", "demo", "--url", "ws://127.0.0.1:9", "--stats", str(stats), "--geometry", "970x520")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(json.loads(stats.read_text())["symbols"]) == CODES
    chosen, report = settings.load(profile / "settings.toml")
    assert (chosen.direction, chosen.density, chosen.tells) == (Direction.RED_UP, Spacing.COMPACT, True)
    desktop, told = window_file.load(profile / "window.toml")
    (window,) = desktop.windows
    assert (window.sorts, window.widths_px["Symbol"]) == ({"Watchlist": "Last:desc"}, 240)
    assert (report, told) == ("", "")
    assert json.loads((profile / "prices/demo.json").read_text())["prices"][0][:2] == [
        "NVDA.US",
        pytest.approx(178, abs=3),
    ]
    assert not list(profile.rglob("*unreadable*"))
    log = (profile / "log/quotedesk.log").read_text().splitlines()
    warned = [line for line in log if "WARNING" in line]
    assert [line for line in warned if "no tab yet" not in line] == []
    assert len(warned) == (profile / "lists/alltick.toml").exists(), "lists of another feed than the one used last"
    assert tomllib.loads((profile / "window.toml").read_text())["format"] == 2, "what changed is written anew"
    kept = tomllib.loads((profile / "lists.toml").read_text())
    assert (kept["format"], kept["lists"][0]["rows"]) == (3, [f"demo:{code}" for code in CODES])
    again = start(profile, "--url", "ws://127.0.0.1:9", "--stats", str(stats))
    assert again.returncode == 0
    assert list(json.loads(stats.read_text())["symbols"]) == CODES


@pytest.mark.parametrize("name", ["settings.toml", "lists.toml"])
def test_what_a_version_to_come_wrote_stops_the_start_and_stays_to_the_byte(profile: Path, name: str) -> None:
    path = profile / name
    if not path.exists():
        path = profile / "lists/demo.toml"  # of a version that had one for each feed
    text = re.sub(r"format = \d+", "format = 99", path.read_text()) + '\n[brought]\nby = "a later version"\n'
    path.write_text(text)
    before = {each: each.read_bytes() for each in profile.rglob("*") if each.is_file()}
    done = start(profile, *(() if name == "settings.toml" else ("--feed", "demo")))
    assert done.returncode == 2
    assert "was written by a newer quotedesk and is left untouched" in done.stderr
    assert done.stderr.count("\n") == 1
    after = {each: each.read_bytes() for each in profile.rglob("*") if each.is_file() and "log/" not in str(each)}
    assert after == before


def test_a_window_file_of_a_version_to_come_is_told_of_and_stays_but_stops_nothing(profile: Path) -> None:
    path = profile / "window.toml"
    path.write_text("format = 99\nwindows = 'otherwise'\n")
    done = start(profile, "--feed", "demo", "--url", "ws://127.0.0.1:9")
    assert done.returncode == 0
    assert path.read_text() == "format = 99\nwindows = 'otherwise'\n"
    assert "newer quotedesk" in (profile / "log/quotedesk.log").read_text()

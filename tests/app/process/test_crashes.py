"""What a bad end leaves for the next start."""

import faulthandler
import subprocess
import sys
from pathlib import Path

import pytest

from quotedesk.app.process.crashes import Crashes

CRASH = """
import sys
from pathlib import Path
from quotedesk.app.process.crashes import Crashes
crashes = Crashes(Path(sys.argv[1]))
crashes.watch()
import faulthandler
faulthandler._sigsegv()
"""


@pytest.fixture(autouse=True)
def as_before():
    was_enabled = faulthandler.is_enabled()
    yield
    if was_enabled:
        faulthandler.enable()


def test_a_run_that_ends_well_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "crash.txt"
    crashes = Crashes(path)
    assert crashes.last == ""
    crashes.watch()
    assert path.exists()
    crashes.stop()
    assert not path.exists()


def test_what_a_signal_killed_is_told_with_its_stack_once(tmp_path: Path) -> None:
    path = tmp_path / "crash.txt"
    done = subprocess.run([sys.executable, "-c", CRASH, path], capture_output=True, text=True)
    assert done.returncode < 0
    crashes = Crashes(path)
    assert "Segmentation fault" in crashes.last
    assert "most recent call first" in crashes.last
    assert Crashes(path).last == ""
    assert path.with_suffix(".previous.txt").exists(), "it is kept, but told once"


def test_an_unexpected_fault_is_told_too_even_one_at_the_very_end(tmp_path: Path) -> None:
    path = tmp_path / "crash.txt"
    crashes = Crashes(path)
    crashes.watch()
    crashes.note("Traceback: one")
    crashes.stop()
    crashes.note("Traceback: two")
    last = Crashes(path).last
    assert "Traceback: one" in last
    assert "Traceback: two" in last


def test_faults_without_end_do_not_fill_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "crash.txt"
    crashes = Crashes(path)
    for _ in range(100):
        crashes.note("x" * 10_000)
    assert path.stat().st_size < 300_000


def test_a_folder_that_cannot_be_written_to_stops_no_start(tmp_path: Path) -> None:
    crashes = Crashes(tmp_path / "nowhere" / "crash.txt")
    crashes.watch()
    crashes.note("x")
    crashes.stop()

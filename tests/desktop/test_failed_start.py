"""A start from a menu that fails says so on the screen, and one at a terminal does not."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.screen import PROGRAM, Hand, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    with virtual_screen() as environment:
        yield environment


def newer_lists(folder: Path) -> None:
    (folder / "lists.toml").write_text("format = 99\n")


def no_lock(folder: Path) -> None:
    (folder / "in-use.lock").mkdir()


def no_folder(folder: Path) -> None:
    folder.rmdir()
    folder.write_text("a file")


@pytest.mark.parametrize(
    ("spoil", "said"), [(newer_lists, "newer quotedesk"), (no_lock, "is no file"), (no_folder, "cannot be used")]
)
def test_the_window_says_why_and_goes_and_the_exit_code_stays(
    screen: dict[str, str], tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    folder, hand = tmp_path / "profile", Hand(screen)
    folder.mkdir()
    spoil(folder)
    log = tmp_path / "log"
    with log.open("w") as file:
        program = subprocess.Popen([*PROGRAM, "--profile", str(folder)], env=screen, stdout=file, stderr=file)
    try:
        wait_until(lambda: "quotedesk could not start" in hand.titles())
        assert program.poll() is None
        assert log.read_text() == ""
        hand.window()
        hand.press("Escape")
        assert program.wait(20) == 2
    finally:
        program.kill()
    assert said in log.read_text()
    assert log.read_text().count("\n") == 1


def test_at_a_terminal_there_is_a_line_and_no_window(screen: dict[str, str], tmp_path: Path) -> None:
    newer_lists(tmp_path)
    master, terminal = os.openpty()
    program = subprocess.Popen(
        [*PROGRAM, "--profile", str(tmp_path)], env=screen, stdout=terminal, stderr=terminal, stdin=subprocess.DEVNULL
    )
    try:
        assert program.wait(20) == 2
        assert b"newer quotedesk" in os.read(master, 10_000)
    finally:
        program.kill()
        os.close(terminal)
        os.close(master)


def test_a_screen_that_is_not_there_costs_no_word(screen: dict[str, str], tmp_path: Path) -> None:
    newer_lists(tmp_path)
    gone = {**screen, "DISPLAY": ":98765"}
    done = subprocess.run([*PROGRAM, "--profile", str(tmp_path)], env=gone, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "newer quotedesk" in done.stderr

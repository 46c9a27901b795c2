"""The display goes away under the program, as where a session is torn off: it closes in order, and nothing is lost."""

import os
import shutil
import signal
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from quotedesk.config.paths import Profile
from tests.fakes.screen import Desk, Hand, kept_lists, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]


def a_signal(hand: Hand, window: str, desk: Desk) -> None:
    desk.process.terminate()


def a_drag(hand: Hand, window: str, desk: Desk) -> None:
    """A loop of Qt's own within the program's."""
    hand.take(window, 60, 42 + 41 + 28)
    hand.carry(window, 60, 42 + 41 + 100)


@pytest.mark.parametrize("before", [a_signal, a_drag])
def test_it_closes_in_order_and_leaves_no_report_of_a_crash(
    before: Callable[[Hand, str, Desk], None], tmp_path: Path
) -> None:
    profile = Profile(tmp_path / "profile")
    with virtual_screen() as screen:
        hand = Hand(screen)
        desk = Desk(screen, profile.folder, "--symbols", "AAPL.US,NVDA.US")
        try:
            window = hand.window()
            wait_until(lambda: list(desk.states().values()) == ["live"] * 2 and profile.window.exists())
            left = tomllib.loads(profile.window.read_text())
            hand.type("GOLD")
            hand.press("ctrl+Return")
            wait_until(lambda: len(desk.states()) == 3)
            before(hand, window, desk)
            os.kill(int(screen["XVFB_PID"]), signal.SIGTERM)
            code, told = desk.end()
            # Where the display goes while Qt gives it back, as the last thing of all, Xlib itself ends the process.
            assert (code, told) == (0, "") or (before is a_signal and code == 1 and told.startswith("XIO:")), told
        finally:
            desk.kill()
    assert kept_lists(profile.folder)[0][1] == ["AAPL.US", "NVDA.US", "GOLD"]
    assert tomllib.loads(profile.window.read_text())["windows"] == left["windows"]
    assert profile.prices("demo").exists(), "they are kept at the end, or once a minute"
    assert not profile.crash.exists()
    assert "ERROR" not in profile.log.read_text()

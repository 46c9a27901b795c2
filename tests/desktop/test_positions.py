"""Positions on a real window, by keys: entered, counted, hidden, kept, and undone."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]


def test_a_position_is_entered_hidden_kept_and_undone(tmp_path: Path) -> None:
    profile, server = tmp_path / "profile", DemoServer(tmp_path / "server.log")
    arguments = ["--url", server.url, "--geometry", "1280x500"]

    def kept() -> dict[str, Any]:
        path = profile / "positions.toml"
        return tomllib.loads(path.read_text()) if path.exists() else {}

    def dialog(screen: dict[str, str]) -> str:
        said = ["xdotool", "search", "--onlyvisible", "--name", "^Position in"]
        return subprocess.run(said, env=screen, capture_output=True, text=True).stdout.strip()

    with virtual_screen() as screen:
        desk = Desk(screen, profile, *arguments, "--symbols", "AAPL.US,NVDA.US")
        try:
            hand = Hand(screen)
            window = hand.window()
            wait_until(lambda: set(desk.states().values()) == {"live"})
            hand.press("Down", "ctrl+shift+q")
            found = wait_until(lambda: dialog(screen))
            subprocess.run(["xdotool", "windowactivate", "--sync", found], env=screen, check=True)
            hand.type("1,200")
            hand.press("Tab")
            hand.type("99.5")
            hand.press("Return")
            position = {"symbol": "demo:NVDA.US", "quantity": "1200", "cost": "99.5"}
            wait_until(lambda: kept().get("positions") == [position])
            wait_until(lambda: not dialog(screen))
            subprocess.run(["xdotool", "windowactivate", "--sync", window], env=screen, check=True)
            lists = tomllib.loads((profile / "lists.toml").read_text())["lists"]
            assert "Quantity" in lists[0]["columns"]
            hand.press("ctrl+alt+h")
            wait_until(lambda: kept()["is_hidden"])
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
            told = desk.stats_file.read_text()  # where a time may well hold these digits among others
            assert re.search(r"(?<![\d.])(1200|99\.5)(?!\d)", told) is None
            desk = Desk(screen, profile, *arguments)
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: set(desk.states().values()) == {"live"})
            assert kept()["is_hidden"]
            hand.press("ctrl+alt+h")
            wait_until(lambda: not kept()["is_hidden"])
            hand.press("ctrl+shift+q")  # of the first row, which holds nothing
            found = wait_until(lambda: dialog(screen))
            subprocess.run(["xdotool", "windowactivate", "--sync", found], env=screen, check=True)
            hand.type("(5)")
            hand.press("Return")
            wait_until(lambda: len(kept()["positions"]) == 2)
            wait_until(lambda: not dialog(screen))
            hand.window()
            hand.press("ctrl+z")
            wait_until(lambda: kept()["positions"] == [position])
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
            server.stop()

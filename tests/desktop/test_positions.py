"""Positions on a real window, by keys: entered, counted, hidden, kept, and undone."""

import shutil
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

    with virtual_screen() as screen:
        desk = Desk(screen, profile, *arguments, "--symbols", "AAPL.US,NVDA.US")
        try:
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: set(desk.states().values()) == {"live"})
            hand.press("Down", "ctrl+shift+q")
            hand.dialog("Position in")
            hand.type("1,234,567.891234")
            hand.press("Tab")
            hand.type("98.765432198")
            hand.press("Return")
            position = {"symbol": "demo:NVDA.US", "quantity": "1234567.891234", "cost": "98.765432198"}
            wait_until(lambda: kept().get("positions") == [position])
            wait_until(lambda: not hand.shown("Position in"))
            hand.window()
            lists = profile / "lists.toml"
            wait_until(lambda: "Quantity" in tomllib.loads(lists.read_text())["lists"][0]["columns"])
            hand.press("ctrl+alt+h")
            wait_until(lambda: kept()["is_hidden"])
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
            told = desk.stats_file.read_text()
            assert [each for each in ("1234567", "765432198") if each in told] == [], "no figure has them by chance"
            desk = Desk(screen, profile, *arguments)
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: set(desk.states().values()) == {"live"})
            assert kept()["is_hidden"]
            hand.press("ctrl+alt+h")
            wait_until(lambda: not kept()["is_hidden"])
            hand.press("ctrl+shift+q")  # of the first row, which holds nothing
            hand.dialog("Position in")
            hand.type("(5)")
            hand.press("Return")
            wait_until(lambda: len(kept()["positions"]) == 2)
            wait_until(lambda: not hand.shown("Position in"))
            hand.window()
            hand.press("ctrl+z")
            wait_until(lambda: kept()["positions"] == [position])
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
            server.stop()

"""A formula's column and the box of commands on a real window, by keys; kept, and undone."""

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


def test_a_formula_is_made_by_the_box_of_commands_kept_and_undone(tmp_path: Path) -> None:
    profile, server = tmp_path / "profile", DemoServer(tmp_path / "server.log")
    arguments = ["--url", server.url, "--geometry", "1000x500"]

    def kept() -> list[dict[str, Any]]:
        path = profile / "formulas.toml"
        found: list[dict[str, Any]] = tomllib.loads(path.read_text())["formulas"] if path.exists() else []
        return found

    def columns() -> list[str]:
        found: list[str] = tomllib.loads((profile / "lists.toml").read_text())["lists"][0].get("columns", [])
        return found

    with virtual_screen() as screen:
        desk = Desk(screen, profile, *arguments, "--symbols", "AAPL.US,NVDA.US")
        try:
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: len(desk.states()) == 2)
            hand.press("ctrl+p")
            hand.type("new formula")
            hand.press("Return")
            hand.dialog("New formula column")
            hand.type("Twice")
            hand.press("Tab")
            hand.type("las")
            hand.press("Tab")  # completes
            hand.type(" * 2")
            hand.press("Return")
            wait_until(lambda: kept()[-1:] == [{"name": "Twice", "text": "last * 2", "decimals": 2}])
            assert len(kept()) == 4, "the examples and this one"
            wait_until(lambda: columns()[-1:] == ["Twice"])
            wait_until(lambda: not hand.shown("New formula column"))
            hand.window()
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
            desk = Desk(screen, profile, *arguments)
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: len(desk.states()) == 2)
            assert [each["name"] for each in kept()][-1] == "Twice"
            hand.press("ctrl+p")
            hand.type("reset columns")
            hand.press("Return")
            wait_until(lambda: columns() == [])
            hand.press("ctrl+z")
            wait_until(lambda: columns()[-1:] == ["Twice"])
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
            server.stop()

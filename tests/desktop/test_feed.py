"""The shown list's own feed, chosen by its key on the real window: the same codes of another feed, and back by undo."""

import shutil
import tomllib
from pathlib import Path

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, kept_lists, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]


def test_a_lists_own_feed_is_chosen_by_a_key_and_undone(tmp_path: Path) -> None:
    profile = tmp_path / "profile"

    def kept() -> tuple[str, list[str]]:
        (only,) = tomllib.loads((profile / "lists.toml").read_text())["lists"]
        return only["feed"], only["rows"]

    with virtual_screen() as screen:
        server = DemoServer(tmp_path / "server.log")
        url = f"alltick={server.url}"
        desk = Desk(screen, profile, "--feed", "alltick", "--url", url, "--symbols", "AAPL.US,NVDA.US,MSFT.US@demo")

        def asked() -> set[str]:
            """What the server holds, by the last list that was sent."""
            frames = [line["frame"] for line in server.log() if line["event"] == "in"]
            (*_, last) = (frame for frame in frames if frame["cmd_id"] != 22000)
            return {each["code"] for each in last["data"].get("symbol_list", ())}

        try:
            hand = Hand(screen)
            window = hand.window()
            wait_until(lambda: desk.states() == {"AAPL.US": "live", "NVDA.US": "live", "MSFT.US@demo": "live"})
            assert "AllTick" in hand.title(window)
            hand.press("Home", "Delete")
            wait_until(lambda: kept() == ("alltick", ["alltick:NVDA.US", "demo:MSFT.US"]))
            hand.press("ctrl+alt+1")
            wait_until(lambda: desk.states() == {"NVDA.US": "live", "MSFT.US": "live"})
            wait_until(lambda: kept() == ("demo", ["demo:NVDA.US", "demo:MSFT.US"]))
            wait_until(lambda: asked() == set())
            hand.type("XYZ.US")
            hand.press("ctrl+Return")
            wait_until(lambda: kept() == ("demo", ["demo:NVDA.US", "demo:MSFT.US", "demo:XYZ.US"]))
            hand.press("ctrl+z", "ctrl+z", "ctrl+z")
            whole = {"AAPL.US": "live", "NVDA.US": "live", "MSFT.US@demo": "live"}
            wait_until(lambda: desk.states() == whole)
            wait_until(lambda: kept() == ("alltick", ["alltick:AAPL.US", "alltick:NVDA.US", "demo:MSFT.US"]))
            wait_until(lambda: asked() == {"AAPL.US", "NVDA.US"})
            hand.press("ctrl+alt+2")  # it is that already
            hand.press("ctrl+shift+z")
            wait_until(lambda: list(desk.states()) == ["NVDA.US", "MSFT.US@demo"])
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
            # A connection stays for a while when nobody wants anything of it: an undo costs none.
            assert desk.stats()["connections"] == {"stock": 1, "demo@demo": 1}
        finally:
            desk.kill()
            server.stop()


def test_the_overview_of_feeds_opens_by_a_key_and_changes_nothing(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    with virtual_screen() as screen:
        desk = Desk(screen, profile, "--feed", "demo", "--symbols", "AAPL.US")
        try:
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: desk.states() == {"AAPL.US": "live"})
            hand.press("ctrl+alt+0")
            hand.dialog("Feeds")
            hand.press("Escape")
            wait_until(lambda: "Feeds" not in hand.titles())
            hand.window()
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
            assert kept_lists(profile) == [("Watchlist", ["AAPL.US"])]
            assert desk.stats()["connections"] == {"demo": 1}
        finally:
            desk.kill()

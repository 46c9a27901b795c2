"""View > Feed by its keys on the real window: another list, another connection, and back."""

import shutil
import tomllib
from pathlib import Path

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]


def test_the_feed_is_switched_and_each_has_its_list_and_connection(tmp_path: Path) -> None:
    profile = tmp_path / "profile"

    def on_disk(feed: str) -> list[str]:
        codes: list[str] = tomllib.loads((profile / f"lists/{feed}.toml").read_text())["lists"][0]["rows"]
        return codes

    def kept_feed() -> str:
        return str(tomllib.loads((profile / "settings.toml").read_text())["feed"])

    with virtual_screen() as screen:
        server = DemoServer(tmp_path / "server.log")
        desk = Desk(screen, profile, "--feed", "alltick", "--url", server.url, "--symbols", "A.US,B.US")

        def opened() -> int:
            return sum(line["event"] == "open" for line in server.log())

        def closed() -> int:
            return sum(line["event"] == "close" for line in server.log())

        try:
            hand = Hand(screen)
            window = hand.window()
            wait_until(lambda: set(desk.states().values()) == {"live"})
            hand.press("Home", "Delete")
            wait_until(lambda: on_disk("alltick") == ["B.US"])
            hand.press("ctrl+alt+1")
            wait_until(lambda: len(desk.states()) == 10 and "live" in desk.states().values())
            wait_until(lambda: closed() == opened() == 1)
            assert kept_feed() == "demo"
            assert "Demo feed" in hand.title(window)
            hand.press("ctrl+z")  # of another list: nothing to undo here
            hand.type("XYZ")
            hand.press("Return")
            wait_until(lambda: on_disk("demo")[-1] == "XYZ")
            assert on_disk("alltick") == ["B.US"]
            hand.press("ctrl+alt+2")
            wait_until(lambda: desk.states() == {"B.US": "live"}, 40)
            assert (opened(), closed()) == (2, 1)
            assert kept_feed() == "alltick"
            hand.press("ctrl+alt+2")
            hand.window()
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
            assert opened() == 2
        finally:
            desk.kill()
            server.stop()


def test_a_list_that_cannot_be_read_changes_nothing_and_is_told(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    newer = profile / "lists/alltick.toml"
    newer.parent.mkdir(parents=True)
    newer.write_text("format = 99\n")
    with virtual_screen() as screen:
        desk = Desk(screen, profile, "--feed", "demo", "--symbols", "A.US")
        try:
            hand = Hand(screen)
            window = hand.window()
            wait_until(lambda: desk.states() == {"A.US": "live"})
            hand.press("ctrl+alt+2", "ctrl+alt+1")
            hand.type("B.US")
            hand.press("Return")
            wait_until(lambda: desk.states() == {"A.US": "live", "B.US": "live"})
            assert "Demo feed" in hand.title(window)
            assert newer.read_text() == "format = 99\n"
            assert desk.stats()["connections"] == {"demo": 1}
            hand.window()
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()

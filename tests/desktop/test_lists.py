"""Lists, sections and windows by real keys, and the real window killed in the middle of edits."""

import random
import shutil
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, kept_lists, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]

CODES = ["NVDA.US", "AAPL.US", "EURUSD", "GOLD"]


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    with virtual_screen() as environment:
        yield environment


def held(server: DemoServer) -> set[str]:
    """What the server was asked for and not asked to drop."""
    codes: set[str] = set()
    for line in server.log():
        frame = line.get("frame", {})
        if line["event"] == "in" and "code" in frame:
            codes = codes | set(frame["code"]) if frame["action"] == "subscribe" else codes - set(frame["code"])
    return codes


def test_lists_sections_and_a_second_window_by_keys_and_all_of_it_after_a_restart(
    screen: dict[str, str], tmp_path: Path
) -> None:
    profile, server, hand = tmp_path / "profile", DemoServer(tmp_path / "server.log"), Hand(screen)
    start = ["--feed", "demo", "--url", server.url]
    desk = Desk(screen, profile, *start, "--symbols", ",".join(CODES))
    try:
        first = hand.window()
        wait_until(lambda: set(desk.states().values()) == {"live"})
        hand.press("Home", "Down", "ctrl+g")  # above the second row
        hand.type("Later")
        hand.press("Return", "Left")  # and folded
        label = {"section": "Later", "folded": True}
        wait_until(lambda: kept_lists(profile) == [("Watchlist", ["NVDA.US", label, "AAPL.US", "EURUSD", "GOLD"])])
        hand.press("ctrl+t")
        hand.type("Crypto")
        hand.press("Return")
        hand.type("BTCUSDT GOLD")
        hand.press("Return")
        wait_until(lambda: kept_lists(profile)[1:] == [("Crypto", ["BTCUSDT", "GOLD"])])
        wait_until(lambda: held(server) == {*CODES, "BTCUSDT"})
        hand.press("ctrl+n")
        (second,) = wait_until(lambda: {*hand.windows()} - {first})
        wait_until(lambda: hand.activate(second))
        hand.press("ctrl+1", "ctrl+q")
        assert desk.end() == (0, "")
        assert sum(line["event"] == "open" for line in server.log()) == 1, "one connection for both windows"
        desk = Desk(screen, profile, *start)
        wait_until(lambda: len(hand.windows()) == 2)
        shown = tomllib.loads((profile / "window.toml").read_text())["windows"]
        assert [each["shown"] for each in shown] == ["Crypto", "Watchlist"]
        wait_until(lambda: set(desk.states().values()) == {"live"})
        hand.window()
        hand.press("ctrl+2", "ctrl+w")  # Crypto has no tab now, and what only it has is dropped
        wait_until(lambda: "BTCUSDT" not in desk.states())
        assert "GOLD" in desk.states()
        hand.press("ctrl+shift+w")
        wait_until(lambda: len(hand.windows()) == 1)
        hand.window()
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
    finally:
        desk.kill()
        server.stop()


def test_a_window_killed_while_it_is_worked_with_starts_with_a_list_that_was_there(
    screen: dict[str, str], tmp_path: Path
) -> None:
    profile, rng, hand = tmp_path / "profile", random.Random(5), Hand(screen)
    for turn in range(5):
        desk = Desk(screen, profile, "--feed", "demo", *(["--symbols", ",".join(CODES)] if turn == 0 else []))
        try:
            hand.window()
            wait_until(lambda desk=desk: desk.states())
            before = wait_until(lambda: kept_lists(profile)[0][1])
            hand.press("Home", "alt+Down", "alt+Down", "Delete", "ctrl+z", "End", "alt+Up", "ctrl+z")
            time.sleep(rng.uniform(0, 0.3))
            desk.kill()
            after = kept_lists(profile)[0][1]
            assert set(after) <= set(before)
            assert len(after) >= len(before) - 1
        finally:
            desk.process.kill()

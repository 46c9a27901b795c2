"""The first start and the settings on a real screen, and what a crash leads to."""

import shutil
import signal
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.screen import Desk, Hand, virtual_screen, wait_until

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


def settings(profile: Path) -> dict[str, object]:
    path = profile / "settings.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def test_the_first_start_asks_and_the_second_does_not(screen: dict[str, str], tmp_path: Path) -> None:
    profile, hand = tmp_path / "profile", Hand(screen)
    desk = Desk(screen, profile)
    try:
        window = hand.window()
        wait_until(lambda: len(desk.states()) == 10)
        assert settings(profile) == {}
        hand.click(window, 540, 323)  # "Red = up"
        wait_until(lambda: settings(profile).get("direction") == "red-up")
        hand.type("nvid")
        hand.press("Return")
        wait_until(lambda: "NVDA.US" in desk.states())
        hand.type("xau")  # the card is gone: this goes into the line at the foot
        hand.press("Escape")
        hand.press("Home", "Delete")
        wait_until(lambda: "USDJPY" not in desk.states())
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
    finally:
        desk.kill()
    desk = Desk(screen, profile)
    try:
        hand.window()
        wait_until(lambda: "NVDA.US" in desk.states())
        hand.press("Home", "Delete")  # the table has the keyboard, not a card
        wait_until(lambda: "GOLD" not in desk.states())
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
    finally:
        desk.kill()


def test_settings_change_by_keys_and_count_at_once(screen: dict[str, str], tmp_path: Path) -> None:
    profile, hand = tmp_path / "profile", Hand(screen)
    desk = Desk(screen, profile, "--feed", "demo")
    try:
        hand.window()
        wait_until(lambda: len(desk.states()) == 10)
        hand.press("ctrl+comma")
        wait_until(lambda: "Settings" in hand.titles())
        hand.press("alt+h", "Down")  # Theme: dark
        wait_until(lambda: settings(profile).get("theme") == "dark")
        hand.press("alt+m", "Down")  # Paint at most: 30 a second
        wait_until(lambda: settings(profile).get("paints_per_s") == 30)
        hand.press("alt+w")
        wait_until(lambda: settings(profile).get("tells") is False)
        hand.press("alt+p")
        hand.type("7\t")
        wait_until(lambda: settings(profile).get("plans") == {"demo": 7})
        wait_until(lambda: sorted(desk.states().values()).count("parked") == 3)
        hand.press("Escape")
        hand.window()
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
        assert desk.stats()["connections"] == {"demo": 1}
    finally:
        desk.kill()


def test_after_a_crash_the_next_start_offers_a_report_and_the_one_after_does_not(
    screen: dict[str, str], tmp_path: Path
) -> None:
    profile, hand = tmp_path / "profile", Hand(screen)
    desk = Desk(screen, profile, "--feed", "demo")
    try:
        hand.window()
        wait_until(desk.states)
        desk.process.send_signal(signal.SIGSEGV)
        assert desk.process.wait(20) == -signal.SIGSEGV
        assert "Segmentation fault" in (profile / "log/crash.txt").read_text()
    finally:
        desk.kill()
    for is_offered in (True, False):
        desk = Desk(screen, profile, "--feed", "demo")
        try:
            wait_until(lambda desk=desk: len(desk.states()) == 10)
            titles = hand.titles()
            assert ("Report a problem" in titles) == is_offered, titles
            if is_offered:
                hand.press("Escape")
                wait_until(lambda: "Report a problem" not in hand.titles())
            hand.window()
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()

"""The first start and the settings on a real screen, and what a crash leads to."""

import shutil
import signal
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from quotedesk.codec import MARKETS
from quotedesk.config.lists_file import starter
from tests.fakes.screen import DemoServer, Desk, Hand, virtual_screen, wait_until

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
        hand.click(window, 556, 381)  # "Red = up"
        wait_until(lambda: settings(profile).get("direction") == "red-up")
        hand.type("nvid")
        hand.press("Return")
        wait_until(lambda: "NVDA.US" in desk.states())
        hand.type("xau")  # the card is gone: this goes into the line at the foot
        hand.press("Escape", "Escape")  # the first one closes what is offered
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


def test_the_card_of_real_markets_takes_the_nearest_that_serves_and_typing_finds_all_of_them(
    screen: dict[str, str], tmp_path: Path
) -> None:
    profile, hand = tmp_path / "profile", Hand(screen)
    faults = {"binance": ("--fault", "http 451")}
    servers = {
        name: DemoServer(tmp_path / f"{name}.jsonl", "--dialect", name, *faults.get(name, ())) for name in MARKETS
    }
    urls = [word for name, server in servers.items() for word in ("--url", f"{name}={server.url}")]
    desk = Desk(screen, profile, *urls)
    try:
        window = hand.window()
        wait_until(lambda: list(desk.states().values()) == ["live"] * 10)
        assert [server.log() for server in servers.values()] == [[]] * 4, "nothing is dialled before it is asked for"
        hand.press("alt+r")
        wait_until(lambda: settings(profile).get("feed"))
        feed = str(settings(profile)["feed"])
        assert feed in ("kraken", "coinbase", "bybit")
        wait_until(lambda: desk.states() == dict.fromkeys(starter(feed), "live"))
        assert "quotedesk" in hand.title(window)
        hand.type("btcusdt@bybit,btc-usd@coinbase,btc/usd@kraken")
        hand.press("Return")
        wait_until(lambda: len(desk.states()) >= 12)
        wait_until(lambda: set(desk.states().values()) == {"live"})
        hand.press("ctrl+z", "ctrl+z")
        wait_until(lambda: "USDJPY" in desk.states())
        hand.press("ctrl+shift+z")
        wait_until(lambda: list(desk.states()) == starter(feed))
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
    finally:
        desk.kill()
        for server in servers.values():
            server.stop()
    assert [line for server in servers.values() for line in server.log() if line["event"] == "breach"] == []


def test_settings_change_by_keys_and_count_at_once(screen: dict[str, str], tmp_path: Path) -> None:
    profile, hand = tmp_path / "profile", Hand(screen)
    desk = Desk(screen, profile, "--feed", "demo")
    try:
        hand.window()
        wait_until(lambda: len(desk.states()) == 10)
        hand.press("ctrl+comma")
        hand.dialog("Settings")
        hand.press("alt+h", "Down")  # Theme: dark
        wait_until(lambda: settings(profile).get("theme") == "dark")
        hand.press("alt+m", "Down")  # Paint at most: 30 a second
        wait_until(lambda: settings(profile).get("paints_per_s") == 30)
        hand.press("alt+w")
        wait_until(lambda: settings(profile).get("tells") is False)
        hand.press("alt+b")
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
            if is_offered:
                hand.dialog("Report a problem")
                hand.press("Escape")
            wait_until(lambda: "Report a problem" not in hand.titles())
            hand.window()
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()

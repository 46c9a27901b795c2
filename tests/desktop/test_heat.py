"""The heat map by real keys and the real mouse, checked by pixels and by what is kept."""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.fakes.screen import DemoServer, Desk, Hand, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox", "import"))),
        reason="needs Xvfb, xdotool, openbox and ImageMagick",
    ),
    pytest.mark.display,
]

CODES = ["NVDA.US", "AAPL.US", "EURUSD", "BTCUSDT"]
WIDTH, HEIGHT = 900, 600


def picture(screen: dict[str, str], window: str, path: Path) -> QImage:
    subprocess.run(["import", "-window", window, str(path)], env=screen, check=True)
    return QImage(str(path))


def kept(profile: Path) -> str:
    path = profile / "window.toml"
    return str(tomllib.loads(path.read_text())["windows"][0].get("heat", "")) if path.exists() else ""


def test_tiles_are_chosen_removed_and_come_back_at_the_next_start(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    arguments = ["--geometry", f"{WIDTH}x{HEIGHT}"]
    with virtual_screen() as screen:
        server = DemoServer(tmp_path / "server.log")
        desk = Desk(screen, profile, "--url", server.url, "--symbols", ",".join(CODES), *arguments)
        try:
            hand = Hand(screen)
            window = hand.window()
            wait_until(lambda: set(desk.states().values()) == {"live"})
            hand.press("ctrl+shift+g")
            wait_until(lambda: kept(profile) == "turnover")

            def has_tiles() -> bool:
                image = picture(screen, window, tmp_path / "heat.png")
                ground = image.pixelColor(WIDTH // 2, 4).name()
                return any(image.pixelColor(x, HEIGHT // 3).name() != ground for x in range(20, WIDTH - 20, 7))

            wait_until(has_tiles)
            hand.press("Home", "Right", "Delete")
            wait_until(lambda: len(desk.states()) == len(CODES) - 1)
            hand.press("ctrl+z")
            wait_until(lambda: len(desk.states()) == len(CODES))
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
            desk = Desk(screen, profile, "--url", server.url, *arguments)
            window = Hand(screen).window()
            wait_until(lambda: set(desk.states().values()) == {"live"})
            hand.press("ctrl+shift+g")
            wait_until(lambda: kept(profile) == "")
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
            server.stop()

"""A Wayland desktop: the window opens there, is painted and lives."""

import os
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.fakes.screen import DemoServer, Desk, wait_until

pytestmark = [
    pytest.mark.skipif(shutil.which("weston") is None, reason="needs weston"),
    pytest.mark.display,
]


@pytest.fixture
def wayland(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A compositor without a screen; gives the environment for programs that are to appear on it."""
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder), "WAYLAND_DISPLAY": "wayland-test"}
    for name in ("DISPLAY", "QT_QPA_PLATFORM"):
        environment.pop(name, None)
    command = ["weston", "--backend=headless-backend.so", "--socket=wayland-test", "--idle-time=0"]
    command += ["--width=1280", "--height=800", f"--log={tmp_path / 'weston.log'}"]
    compositor = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: (folder / "wayland-test").exists())
        yield environment
    finally:
        compositor.terminate()
        compositor.wait()


def test_it_is_painted_and_lives_on_wayland_and_so_does_the_mini_strip(wayland: dict[str, str], tmp_path: Path) -> None:
    kept = tmp_path / "profile/window.toml"
    kept.parent.mkdir()
    kept.write_text("format = 2\nwindows = []\n[strip]\nis_open = true\n")
    server, picture = DemoServer(tmp_path / "server.log", "--seed", "7"), tmp_path / "picture.png"
    desk = Desk(
        wayland,
        tmp_path / "profile",
        *("--feed", "demo", "--url", server.url, "--symbols", "A.US,B.US"),
        *("--screenshot", str(picture)),
    )
    try:
        wait_until(lambda: desk.states() == {"A.US": "live", "B.US": "live"})
        first = desk.stats()["paint"]["count"]
        wait_until(lambda: desk.stats()["paint"]["count"] > first)  # the compositor asks for frames, and gets them
        desk.process.terminate()
        assert desk.end() == (0, "")
    finally:
        desk.kill()
        server.stop()
    assert QImage(str(picture)).width() == 1000
    strip = tomllib.loads(kept.read_text())["strip"]
    assert (strip["is_open"], strip["place_px"]) == (True, []), "where it is only the desktop knows"
    assert min(strip["size_px"]) > 0

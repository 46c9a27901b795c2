"""Several starts: the window comes back as it was left, prices in doubt, and a second start shows the first window."""

import base64
import json
import re
import shutil
import struct
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from quotedesk.ui.looks.theme import DARK
from tests.fakes.screen import PROGRAM, DemoServer, Desk, Hand, virtual_screen, wait_until

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


def xdotool(screen: dict[str, str], *words: str) -> str:
    return subprocess.run(["xdotool", *words], env=screen, capture_output=True, text=True).stdout.strip()


def place(screen: dict[str, str], window: str) -> list[int]:
    """x, y, width and height of a window, as X has them."""
    told = xdotool(screen, "getwindowgeometry", "--shell", window)
    return [int(re.search(rf"^{name}=(-?\d+)", told, re.MULTILINE)[1]) for name in ("X", "Y", "WIDTH", "HEIGHT")]  # type: ignore[index]


def kept_size(path: Path) -> tuple[int, int]:
    """Width and height in Qt's record of a window: after a head and the frame its edges without it, inclusive."""
    record = base64.b64decode(tomllib.loads(path.read_text())["windows"][0]["geometry"])
    left, top, right, bottom = struct.unpack(">4i", record[24:40])
    return right - left + 1, bottom - top + 1


def test_place_size_columns_and_order_come_back(screen: dict[str, str], tmp_path: Path) -> None:
    hand, profile = Hand(screen), tmp_path / "profile"
    desk = Desk(screen, profile, "--symbols", "NVDA.US,AAPL.US")
    try:
        window = hand.window()
        kept = profile / "window.toml"
        wait_until(lambda: set(desk.states().values()) == {"live"} and kept.exists())
        xdotool(screen, "windowmove", "--sync", window, "120", "90")
        xdotool(screen, "windowsize", "--sync", window, "1001", "444")
        # The program has heard of it, too: its columns are elsewhere.
        wait_until(lambda: kept_size(kept) == (1001, 444))
        hand.click(window, 40, 42 + 41)  # the header of Symbol: sorted
        wait_until(lambda: 'Watchlist = "Symbol"' in kept.read_text())
        hand.take(window, 960, 42 + 41)  # the header of Time: to the left
        hand.carry(window, 330, 42 + 41)  # onto State, which is narrow while all is live
        hand.drop()
        lists = profile / "lists.toml"

        def columns() -> list[str]:
            found: list[str] = tomllib.loads(lists.read_text())["lists"][0]["columns"]
            return found

        wait_until(lambda: columns()[:3] == ["Symbol", "State", "Time"])
        before = place(screen, window)
        assert before[2:] == [1001, 444]
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
        left = kept.read_text()
        desk = Desk(screen, profile)
        window = hand.window()
        wait_until(lambda: set(desk.states().values()) == {"live"})
        wait_until(lambda: place(screen, window) == before)
        hand.window()
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
        assert kept.read_text() == left
        assert columns()[:3] == ["Symbol", "State", "Time"]
    finally:
        desk.kill()


def test_a_second_start_shows_the_window_of_the_first(screen: dict[str, str], tmp_path: Path) -> None:
    hand, profile = Hand(screen), tmp_path / "profile"
    desk = Desk(screen, profile, "--symbols", "A.US")
    other = Desk(screen, tmp_path / "another", "--symbols", "B.US")
    command = [*PROGRAM, "--profile", str(profile)]
    try:
        wait_until(lambda: desk.states() and other.states())
        search = ("search", "--all", "--onlyvisible", "--pid", str(desk.process.pid), "--name", "quotedesk")
        window = wait_until(lambda: xdotool(screen, *search))
        cover = wait_until(
            lambda: xdotool(
                screen, "search", "--all", "--onlyvisible", "--pid", str(other.process.pid), "--name", "quotedesk"
            )
        )
        for hide in (("windowactivate", "--sync", cover), ("windowminimize", window)):
            xdotool(screen, *hide)
            if hide[0] == "windowminimize":
                wait_until(lambda: not xdotool(screen, *search))
            else:
                wait_until(lambda: xdotool(screen, "getactivewindow") == cover)
            done = subprocess.run(command, env=screen, capture_output=True, text=True)
            assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
            wait_until(lambda: xdotool(screen, *search) and xdotool(screen, "getactivewindow") == window)
        done = subprocess.run([*command, "--symbols", "C.US"], env=screen, capture_output=True, text=True)
        assert done.returncode == 3
        assert "already runs" in done.stderr
        assert list(desk.states()) == ["A.US"]
        desk.process.kill()
        desk.process.wait()
        again = Desk(screen, profile)  # a killed one is no hindrance
        wait_until(again.states)
        again.kill()
    finally:
        desk.kill()
        other.kill()
    hand.drop()


def test_last_prices_are_there_at_once_and_in_doubt(tmp_path: Path) -> None:
    profile, picture = tmp_path / "profile", tmp_path / "picture.png"
    server = DemoServer(tmp_path / "server.log")
    screen = {"QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)}
    desk = Desk(screen, profile, "--url", server.url, "--symbols", "A.US,B.US")
    try:
        wait_until(lambda: list(desk.states().values()) == ["live"] * 2)
        desk.process.terminate()
        assert desk.end() == (0, "")
        assert len(json.loads((profile / "prices/demo.json").read_text())["prices"]) == 2
    finally:
        desk.kill()
        server.stop()
    dead = ("--url", "ws://127.0.0.1:9")
    desk = Desk(screen, profile, *dead, "--screenshot", str(picture), "--quit-after", "2", "--geometry", "900x300")
    try:
        assert desk.end() == (0, "")
        image = QImage(str(picture))
        colours = {image.pixel(x, y) for x in range(340, 440) for y in range(28 + 28 + 44, 28 + 28 + 44 + 56)}
        assert DARK.t3.rgb() in colours or len(colours) > 4, "the price is there"
        assert DARK.t1.rgb() not in colours, "and looks old"
    finally:
        desk.kill()

"""The mini strip, link groups and URL templates by real keys and mouse, under a window manager with a task bar."""

import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, Neighbour, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox", "xprop"))),
        reason="needs Xvfb, xdotool, openbox and xprop",
    ),
    pytest.mark.display,
]
CODES = ["NVDA.US", "AAPL.US", "EURUSD", "BTCUSDT"]
WIDTH, HEIGHT, BAR_PX = 1280, 800, 40


class Cornered:
    """A running program with four rows, and a browser that only writes down what it is to open."""

    def __init__(self, screen: dict[str, str], folder: Path) -> None:
        self.folder, self.profile = folder, folder / "profile"
        browser = folder / "bin/xdg-open"
        browser.parent.mkdir()
        browser.write_text(f'#!/bin/sh\necho "$1" >> {folder}/opened\n')
        browser.chmod(0o755)
        self.screen = {**screen, "PATH": f"{browser.parent}:{screen['PATH']}"}
        self.server = DemoServer(folder / "server.log")
        self.starts = 0
        self.start()

    def start(self) -> None:
        self.starts += 1
        arguments = ["--url", self.server.url, "--symbols", ",".join(CODES), "--geometry", "900x500"]
        self.desk = Desk(self.screen, self.profile, *arguments)
        self.hand = Hand(self.screen)
        self.window = self.hand.window()
        wait_until(lambda: set(self.desk.states().values()) == {"live"})

    def run(self, *words: str) -> str:
        return subprocess.run(words, env=self.screen, capture_output=True, text=True).stdout.strip()

    def strip(self) -> str:
        """Its id; "" while it cannot be seen."""
        return self.run("xdotool", "search", "--onlyvisible", "--name", "Mini strip$")

    def place(self) -> tuple[int, int, int, int]:
        """Its left and top, width and height."""
        lines = self.run("xdotool", "getwindowgeometry", "--shell", self.strip()).splitlines()
        values = dict(line.split("=") for line in lines)
        return tuple(int(values[name]) for name in ("X", "Y", "WIDTH", "HEIGHT"))  # type: ignore[return-value]

    def pull(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag from one place of the screen to another: the window goes along."""
        stood = self.place()
        self.run("xdotool", "mousemove", str(start[0]), str(start[1]), "mousedown", "1")
        self.run("xdotool", "mousemove", str(start[0] - 40), str(start[1] - 40))
        wait_until(lambda: self.place() != stood)  # the window manager has taken it over
        self.run("xdotool", "mousemove", str(end[0]), str(end[1]))
        wait_until(lambda: self.place()[0] < stood[0] - 40)
        self.run("xdotool", "mouseup", "1")

    def kept(self) -> dict[str, Any]:
        path = self.profile / "window.toml"
        return tomllib.loads(path.read_text()) if path.exists() else {}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cornered]:
    with virtual_screen(WIDTH, HEIGHT) as screen:
        here = Cornered(screen, tmp_path_factory.mktemp("strip"))
        try:
            yield here
            here.hand.window()
            here.hand.press("ctrl+q")
            assert here.desk.end() == (0, "")
            opened = sum(line["event"] == "open" for line in here.server.log())
            assert opened == here.starts, "the strip costs no connection"
        finally:
            here.desk.kill()
            here.server.stop()


def test_ctrl_m_opens_it_in_the_corner_above_all_and_it_goes_by_its_rows_into_another(here: Cornered) -> None:
    here.hand.press("Home", "ctrl+m")
    strip = wait_until(here.strip)
    left, top, _, _ = wait_until(
        lambda: (at := here.place()) and (at[0] + at[2], at[1] + at[3]) == (WIDTH, HEIGHT) and at
    )
    wait_until(lambda: "_NET_WM_STATE_ABOVE" in here.run("xprop", "-id", strip, "_NET_WM_STATE"))
    wait_until(lambda: here.hand.focused() == here.window)  # who works elsewhere goes on there
    here.pull((left + 60, top + 80), (69, 30))
    wait_until(lambda: here.place()[:2] == (0, 0))
    wait_until(lambda: here.kept()["strip"]["edges"] == ["left", "top"])
    bar = Neighbour(here.screen, here.folder / "bar.log", 0, 0, "a task bar")
    strut = f"0,0,{BAR_PX},0,0,0,0,0,0,{WIDTH},0,0"
    here.run("xprop", "-id", bar.window, "-f", "_NET_WM_STRUT_PARTIAL", "32c", "-set", "_NET_WM_STRUT_PARTIAL", strut)
    wait_until(lambda: here.place()[:2] == (0, BAR_PX))
    bar.stop()
    wait_until(lambda: here.place()[:2] == (0, 0))


def test_a_row_clicked_in_it_is_the_row_and_the_chart_of_the_window(here: Cornered) -> None:
    here.hand.window()
    here.hand.press("ctrl+alt+n", "1", "ctrl+j", "ctrl+alt+shift+n", "1")
    wait_until(lambda: here.kept()["windows"][0]["chart"]["link"]["group"] == 1)
    strip = here.strip()
    here.hand.click(strip, 130, 40, button=3)
    here.hand.press("g", "1")
    wait_until(lambda: here.kept()["strip"]["link"]["group"] == 1)
    here.hand.click(strip, 60, 26 + 2 * 28 + 14)
    wait_until(lambda: here.kept()["group_symbols"] == {"1": ["demo", "EURUSD"]})
    here.hand.window()
    here.hand.press("Down")
    wait_until(lambda: here.kept()["group_symbols"] == {"1": ["demo", "BTCUSDT"]})


def test_f10_puts_it_away_and_a_restart_brings_all_of_it_back(here: Cornered) -> None:
    here.hand.press("ctrl+alt+b", "F10")
    wait_until(lambda: not here.strip())
    here.hand.press("F10")
    wait_until(here.strip)
    here.run("xdotool", "windowminimize", here.window)
    strip = here.strip()
    here.hand.click(strip, 60, 40)
    wait_until(lambda: here.hand.focused() == strip)
    here.hand.press("F10")
    wait_until(lambda: not here.strip())
    # In the task bar, where nothing else of the program is on screen.
    wait_until(lambda: "Iconic" in here.run("xprop", "-id", strip, "WM_STATE"))
    here.run("xdotool", "windowactivate", strip)
    wait_until(here.strip)
    here.run("xdotool", "windowactivate", here.window)
    here.hand.window()
    here.hand.press("ctrl+alt+k")
    wait_until(lambda: here.place()[0] > 0)
    place = here.place()
    here.hand.press("ctrl+q")
    assert here.desk.end() == (0, "")
    here.start()
    strip = wait_until(here.strip)
    wait_until(lambda: here.place() == place)
    wait_until(lambda: "CARDINAL" in here.run("xprop", "-id", strip, "_NET_WM_WINDOW_OPACITY"))
    kept = here.kept()
    assert (kept["strip"]["opacity"], kept["strip"]["link"]["group"], kept["windows"][0]["link"]["group"]) == (85, 1, 1)
    here.hand.click(strip, 60, 40)
    here.hand.press("ctrl+m")
    wait_until(lambda: not here.strip())
    wait_until(lambda: here.run("xdotool", "getactivewindow") == here.window)


def test_a_template_is_written_and_its_key_opens_the_row(here: Cornered) -> None:
    opened = here.folder / "opened"
    here.hand.window()
    here.hand.press("ctrl+p")
    here.hand.type("new url")
    here.hand.press("Return")
    here.hand.dialog("New URL template")
    here.hand.type("Charts\thttps://example.com/{exchange}/{ticker}\t")
    here.hand.press("ctrl+alt+y", "Tab", "alt+k")
    wait_until(lambda: "New URL template" not in here.hand.titles())
    here.hand.window()
    here.hand.press("Home", "ctrl+alt+y")
    here.hand.dialog("Open in Charts")
    assert not opened.exists(), "it is shown first"
    here.hand.press("Return")
    wait_until(lambda: opened.exists() and opened.read_text() == "https://example.com/NASDAQ/NVDA\n")
    here.hand.window()
    here.hand.press("Down", "ctrl+alt+y")
    wait_until(lambda: opened.read_text().endswith("https://example.com/NASDAQ/AAPL\n"))

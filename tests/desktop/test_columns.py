"""The columns of a list on a real window: the panel by keys and by mouse, the header dragged, all of it kept."""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, virtual_screen, wait_until
from tests.fakes.shown_table import HEADER_PX, MENU_PX, edge_of_symbol

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox", "import"))),
        reason="needs Xvfb, xdotool, openbox and ImageMagick",
    ),
    pytest.mark.display,
]
HEADER_Y_PX = MENU_PX + HEADER_PX // 2
USUAL = ["Symbol", "State", "Last", "Chg", "Chg %", "Size", "Trend", "Time"]


class Bench:
    def __init__(self, screen: dict[str, str], profile: Path, server: DemoServer) -> None:
        self.screen, self.profile = screen, profile
        self.arguments = ["--url", server.url, "--geometry", "1000x500"]
        self.desk = Desk(screen, profile, *self.arguments, "--symbols", "AAPL.US,NVDA.US")
        self.begin()

    def begin(self) -> None:
        self.hand = Hand(self.screen)
        self.window = self.hand.window()
        wait_until(lambda: len(self.desk.states()) == 2)

    def again(self) -> None:
        self.hand.press("ctrl+q")
        assert self.desk.end() == (0, "")
        self.desk = Desk(self.screen, self.profile, *self.arguments)
        self.begin()

    def columns(self, place: int = 0) -> list[str]:
        """Of a list, as they are kept."""
        found: list[str] = tomllib.loads((self.profile / "lists.toml").read_text())["lists"][place].get("columns", [])
        return found

    def choose(self) -> str:
        """Open the panel, ready to be typed in."""
        self.hand.press("ctrl+shift+c")
        return self.hand.dialog("Columns of")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with virtual_screen() as screen:
        server = DemoServer(tmp_path / "server.log")
        bench = Bench(screen, tmp_path / "profile", server)
        try:
            yield bench
            bench.hand.press("ctrl+q")
            assert bench.desk.end() == (0, "")
        finally:
            bench.desk.kill()
            server.stop()


def test_columns_are_chosen_by_keys_and_by_mouse_kept_and_undone(bench: Bench) -> None:
    panel = bench.choose()
    bench.hand.type("volume")
    bench.hand.press("Return")
    wait_until(lambda: bench.columns() == [*USUAL, "Volume"])
    bench.hand.press("BackSpace", "Down", "Down", "alt+Up")  # the second below Symbol, one up
    wait_until(lambda: bench.columns()[:3] == ["Symbol", "Last", "State"])
    bench.hand.click(panel, 32, 91)  # the box of the second line, Last
    wait_until(lambda: "Last" not in bench.columns())
    bench.hand.press("Escape")
    wait_until(lambda: not bench.hand.shown("Columns of"))
    bench.hand.window()
    bench.hand.press("ctrl+z", "ctrl+z")
    wait_until(lambda: bench.columns() == [*USUAL, "Volume"])
    bench.again()
    bench.hand.press("Home")
    edge = wait_until(lambda: edge_of_symbol(bench.screen, bench.window))
    bench.hand.take(bench.window, edge + 90, HEADER_Y_PX)  # Last, to before State, which is narrow while all is live
    bench.hand.carry(bench.window, edge + 12, HEADER_Y_PX)
    bench.hand.drop()
    wait_until(lambda: bench.columns() == ["Symbol", "Last", "State", *USUAL[3:], "Volume"])
    bench.hand.press("ctrl+shift+r")
    wait_until(lambda: bench.columns() == [])

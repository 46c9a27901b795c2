"""Each key and click on the real window, checked by what is left on disk, on the wire and on the screen."""

import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, kept_lists, virtual_screen, wait_until
from tests.fakes.shown_table import HEADER_PX, MENU_PX, ROW_PX, edge_of_symbol

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox", "import"))),
        reason="needs Xvfb, xdotool, openbox and ImageMagick",
    ),
    pytest.mark.display,
]

CODES = [f"S{number:02}.US" for number in range(40)]


class Stage:
    def __init__(self, screen: dict[str, str], profile: Path, server: DemoServer) -> None:
        self.screen, self.profile, self.server = screen, profile, server
        arguments = ["--url", server.url, "--symbols", ",".join(CODES), "--geometry", "1000x500"]
        self.desk = Desk(screen, profile, *arguments)
        self.hand = Hand(screen)
        self.window = self.hand.window()
        wait_until(lambda: len(self.desk.states()) == len(CODES))

    def on_disk(self) -> list[str]:
        kept = kept_lists(self.profile)
        return kept[0][1] if kept else CODES

    def kept_window(self, name: str) -> Any:
        """Of the only window, as it is kept."""
        return (self.kept("window.toml", "windows") or [{}])[0].get(name, {})

    def kept(self, file: str, name: str) -> Any:
        path = self.profile / file
        return tomllib.loads(path.read_text()).get(name) if path.exists() else None

    def press(self, *keys: str) -> None:
        self.hand.press(*keys)

    def gone(self, *keys: str) -> list[str]:
        """What a Delete after these keys takes out; it is brought back."""
        self.press(*keys, "Delete")
        wait_until(lambda: self.on_disk() != CODES)
        left = self.on_disk()
        self.press("ctrl+z")
        wait_until(lambda: self.on_disk() == CODES)
        return [code for code in CODES if code not in left]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("keys")
    with virtual_screen() as screen:
        server = DemoServer(folder / "server.log")
        stage = Stage(screen, folder / "profile", server)
        try:
            yield stage
            stage.hand.window()
            stage.press("ctrl+q")
            assert stage.desk.end() == (0, "")
            assert sum(line["event"] == "open" for line in server.log()) == 1, "no key costs the connection"
        finally:
            stage.desk.kill()
            server.stop()


def test_home_end_and_pages_walk_the_rows(stage: Stage) -> None:
    assert stage.gone("End") == [CODES[-1]]
    assert stage.gone("Home") == [CODES[0]]
    (far,) = stage.gone("Home", "Next")  # a page down
    assert 8 < CODES.index(far) < 20
    assert stage.gone("Home", "Next", "Prior") == [CODES[0]]
    assert stage.gone("Home", "Down", "Down", "Up") == [CODES[1]]


def test_shift_and_ctrl_choose_more(stage: Stage) -> None:
    assert stage.gone("Home", "shift+Down", "shift+Down") == CODES[:3]
    assert stage.gone("End", "shift+Up") == CODES[-2:]
    assert stage.gone("Home", "shift+End") == CODES
    assert stage.gone("Home", "ctrl+a") == CODES
    hand, window = stage.hand, stage.window
    stage.press("Home")
    top = MENU_PX + HEADER_PX + ROW_PX // 2
    hand.click(window, 60, top + ROW_PX)
    stage.press("Home")
    with_ctrl = ["xdotool", "keydown", "ctrl"]
    subprocess.run(with_ctrl, env=stage.screen)
    hand.click(window, 60, top + 3 * ROW_PX)
    subprocess.run(["xdotool", "keyup", "ctrl"], env=stage.screen)
    assert stage.gone() == [CODES[0], CODES[3]]


def test_rows_move_and_undo_and_redo_follow(stage: Stage) -> None:
    stage.press("Home", "Down", "alt+Up")
    wait_until(lambda: stage.on_disk()[:2] == [CODES[1], CODES[0]])
    stage.press("alt+Down")
    wait_until(lambda: stage.on_disk() == CODES)
    stage.press("ctrl+z")
    wait_until(lambda: stage.on_disk()[:2] == [CODES[1], CODES[0]])
    stage.press("ctrl+shift+z")
    wait_until(lambda: stage.on_disk() == CODES)


@pytest.mark.parametrize("begin", ["F2", "Return", "double click"])
def test_a_symbol_is_edited_in_place(stage: Stage, begin: str) -> None:
    stage.press("Home")
    if begin == "double click":
        stage.hand.click(stage.window, 60, MENU_PX + HEADER_PX + ROW_PX // 2, times=2)
    else:
        stage.press(begin)
    stage.hand.type("NEW.US")
    stage.press("ctrl+Return")
    wait_until(lambda: stage.on_disk() == ["NEW.US", *CODES[1:]])
    stage.press("ctrl+z")
    wait_until(lambda: stage.on_disk() == CODES)
    stage.press(*(() if begin == "double click" else (begin,)))
    stage.hand.type("X")
    stage.press("Escape")
    stage.press("Escape")
    assert stage.on_disk() == CODES


def test_copied_symbols_are_pasted(stage: Stage) -> None:
    stage.press("Home", "shift+Down", "ctrl+c", "Delete")
    wait_until(lambda: stage.on_disk() == CODES[2:])
    stage.press("ctrl+v")
    wait_until(lambda: stage.on_disk() == [*CODES[2:], *CODES[:2]])
    stage.press("ctrl+z", "ctrl+z")
    wait_until(lambda: stage.on_disk() == CODES)


@pytest.mark.parametrize("begin", ["typing", "ctrl+k", "click in empty space"])
def test_the_add_line_is_begun(stage: Stage, begin: str) -> None:
    if begin == "ctrl+k":
        stage.press("ctrl+k")
    if begin == "click in empty space":  # there is none among forty rows: the line itself, then
        stage.press("End")
        stage.hand.click(stage.window, 120, 500 - 28 - 16)
    stage.hand.type("Q1.US, Q2.US")
    stage.press("Return")  # no directory knows them: the line says so
    stage.press("Return")
    wait_until(lambda: stage.on_disk() == [*CODES, "Q1.US", "Q2.US"])
    stage.press("ctrl+z")
    wait_until(lambda: stage.on_disk() == CODES)
    stage.press("ctrl+k")
    stage.hand.type("Q1.US")
    stage.press("Escape")
    assert stage.gone("Home") == [CODES[0]], "the table has the keyboard again"


def test_a_header_sorts_turns_and_gives_the_own_order_back(stage: Stage) -> None:
    def sort() -> str:
        return str(stage.kept_window("sorts").get("Watchlist", ""))

    for expected in ("Symbol", "Symbol:desc", ""):
        stage.hand.move(stage.window, 400, 300)  # away from the header's tooltip
        stage.hand.click(stage.window, 60, MENU_PX + HEADER_PX // 2)
        wait_until(lambda expected=expected: sort() == expected, 40)
        first = {"Symbol:desc": CODES[-1]}.get(expected, CODES[0])
        assert stage.gone("Home") == [first]
    assert stage.on_disk() == CODES


def test_the_looks_have_keys_and_are_kept(stage: Stage) -> None:
    for keys, name, expected in (
        ("ctrl+shift+l", "theme", "light"),
        ("ctrl+shift+l", "theme", "dark"),
        ("ctrl+shift+u", "direction", "red-up"),
        ("ctrl+shift+h", "density", "comfortable"),
        ("ctrl+shift+h", "density", "compact"),
        ("ctrl+shift+h", "density", "normal"),
        ("ctrl+shift+f", "motion", False),
        ("ctrl+shift+f", "motion", True),
    ):
        stage.press(keys)
        wait_until(lambda name=name, expected=expected: stage.kept("settings.toml", name) == expected)


def test_the_usual_columns_have_a_key(stage: Stage) -> None:
    usual = stage.kept_window("widths_px")
    stage.press("Home")
    edge = wait_until(lambda: edge_of_symbol(stage.screen, stage.window))
    stage.hand.take(stage.window, edge, MENU_PX + 14)
    stage.hand.carry(stage.window, edge + 60, MENU_PX + 14)
    stage.hand.drop()
    wait_until(lambda: stage.kept_window("widths_px")["Symbol"] > edge + 30)
    stage.press("ctrl+shift+r")
    wait_until(lambda: stage.kept_window("widths_px") == usual)


def test_a_menu_gives_the_keyboard_back_to_the_rows(stage: Stage) -> None:
    stage.press("alt+e", "Escape", "alt+v", "Right", "Escape", "Escape", "Home")
    assert stage.gone("shift+Down") == CODES[:2]


@pytest.mark.parametrize(
    ("keys", "title"), [("F1", "Keys"), ("shift+F1", "About quotedesk"), ("ctrl+shift+d", "Diagnostics")]
)
def test_help_opens_and_esc_closes_it(stage: Stage, keys: str, title: str) -> None:
    stage.press(keys)
    stage.hand.dialog(title)
    stage.press("Escape")
    wait_until(lambda: not stage.hand.shown(title))
    stage.hand.window()

"""The chart by real keys and mouse, checked by what is kept, by what is exported and by pixels."""

import re
import shutil
import subprocess
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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

CODES = ["NVDA.US", "AAPL.US", "EURUSD", "BTCUSDT", "700.HK"]
WIDTH, HEIGHT, DOCK_PX = 1280, 740, 336
MONTH = r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|20\d\d)"  # January is told by its year
NAME = "chart.svg"
ACCENT, SELECT, RAISED = "#9c8dff", "#23223a", "#1c1f24"


def export(hand: Hand, folder: Path) -> tuple[str, str]:
    """Save the chart by keys; what it says, a line each, the title first, and the file.

    Where a whole path is typed, Qt offers what is in each folder as soon as it has read it, and the offer takes the
    Return.
    """
    path = folder / "Documents" / NAME
    path.unlink(missing_ok=True)
    hand.press("ctrl+alt+e")
    hand.dialog("Export chart")
    hand.press("ctrl+a")
    hand.type(NAME)
    hand.press("Return")
    drawing = wait_until(lambda: path.exists() and (text := path.read_text()).endswith("</svg>\n") and text)
    hand.window()
    said = re.findall(r"<title>(.*?)</title>|<text[^>]*>(.*?)</text>", drawing, re.S)
    return "\n".join((title or text).strip() for title, text in said), drawing


def at_home(screen: dict[str, str], folder: Path) -> dict[str, str]:
    """The environment of somebody whose files are there."""
    (folder / "Documents").mkdir()
    return {**screen, "HOME": str(folder)}


class Charted:
    """A running program with five rows."""

    def __init__(self, screen: dict[str, str], folder: Path) -> None:
        self.screen, self.folder, self.profile = at_home(screen, folder), folder, folder / "profile"
        self.server = DemoServer(folder / "server.log")
        self.starts = 0
        self.start()

    def start(self, *more: str) -> None:
        self.starts += 1
        arguments = ["--url", self.server.url, "--symbols", ",".join(CODES), "--geometry", f"{WIDTH}x{HEIGHT}", *more]
        self.desk = Desk(self.screen, self.profile, *arguments)
        self.hand = Hand(self.screen)
        self.window = self.hand.window()
        wait_until(lambda: set(self.desk.states().values()) == {"live"})

    def kept(self) -> dict[str, Any]:
        """Of the chart of the only window, as it is on disk."""
        path = self.profile / "window.toml"
        windows = tomllib.loads(path.read_text())["windows"] if path.exists() else [{}]
        found: dict[str, Any] = windows[0].get("chart", {})
        return found

    def exported(self) -> str:
        """What a chart says that is saved by keys: all its texts, a line each, the title first."""
        said, self.drawing = export(self.hand, self.folder)
        return said

    def picture(self, of: str = "") -> QImage:
        path = self.folder / "screen.png"
        subprocess.run(["import", "-window", of or self.window, str(path)], env=self.screen, check=True)
        return QImage(str(path))

    def has_in_chart(self, colour: str) -> bool:
        """Is there a pixel of that colour in the right part of the window?"""
        image = self.picture()
        return any(
            image.pixelColor(x, y).name() == colour
            for x in range(image.width() - DOCK_PX + 4, image.width() - 4)
            for y in range(190, 480, 2)
        )


@pytest.fixture(scope="module")
def charted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Charted]:
    folder = tmp_path_factory.mktemp("chart")
    with virtual_screen() as screen:
        here = Charted(screen, folder)
        try:
            yield here
            here.hand.window()
            here.hand.press("ctrl+q")
            assert here.desk.end() == (0, "")
            assert sum(line["event"] == "open" for line in here.server.log()) == here.starts, (
                "no chart costs a connection"
            )
        finally:
            here.desk.kill()
            here.server.stop()


def test_ctrl_j_opens_a_chart_that_follows_the_row(charted: Charted) -> None:
    charted.hand.press("Home", "ctrl+j")
    wait_until(lambda: charted.kept().get("is_open"))
    for code in CODES[:3]:
        title, *texts = charted.exported().splitlines()
        assert title.startswith(f"{code}  "), "the title is of the row"
        price = title.split()[1]
        assert price in texts, "and so is the price at the axis"
        charted.hand.press("Down")


def test_down_held_passes_the_rows_and_ends_at_the_right_one(charted: Charted) -> None:
    charted.hand.press("Home", *["Down", "Up"] * 15, *["Down"] * 4)
    assert charted.exported().startswith("700.HK  ")


def test_ranges_looks_and_place_are_chosen_by_key_and_kept(charted: Charted) -> None:
    charted.hand.press("ctrl+alt+r", "ctrl+alt+j", "ctrl+alt+v")
    looks = ("span", "is_line", "has_volume")
    wait_until(lambda: [charted.kept().get(each) for each in looks] == ["1h", False, False])
    charted.hand.press("ctrl+shift+j")
    wait_until(lambda: charted.kept().get("is_below"))
    charted.hand.press("ctrl+shift+j", "ctrl+alt+j", "ctrl+alt+v", "ctrl+alt+shift+r", "ctrl+alt+shift+r")
    wait_until(lambda: charted.kept().get("span") == "5m" and not charted.kept()["is_below"])


def test_its_edge_is_dragged(charted: Charted) -> None:
    edge = WIDTH - DOCK_PX - 1
    for to in (edge - 90, edge):
        at = edge if to != edge else edge - 90
        charted.hand.move(charted.window, at, 400)
        subprocess.run(["xdotool", "mousedown", "1"], env=charted.screen, check=True)
        for step in range(1, 7):
            charted.hand.move(charted.window, at + round((to - at) * step / 6), 400)
            time.sleep(0.05)
        charted.hand.drop()
        wait_until(lambda to=to: abs(charted.kept().get("wide_px", 0) - (WIDTH - to)) <= 4)


def test_a_row_dropped_on_the_chart_is_compared_in_percent(charted: Charted) -> None:
    charted.hand.press("Home")
    row_y = 69 + 28 + 28 * 3 + 14
    charted.hand.take(charted.window, 60, row_y)
    charted.hand.carry(charted.window, WIDTH - 200, 300)
    charted.hand.drop()
    texts = wait_until(lambda: (said := charted.exported()) and "BTCUSDT" in said and said)
    assert texts.startswith("NVDA.US  "), "it is compared with the row that was shown"
    assert "%" in texts
    charted.hand.press("ctrl+alt+shift+c")
    assert "BTCUSDT" not in charted.exported()


def test_the_mouse_measures_in_its_mode(charted: Charted) -> None:
    charted.hand.press("ctrl+alt+m")
    charted.hand.take(charted.window, WIDTH - 280, 260)
    charted.hand.carry(charted.window, WIDTH - 160, 330)
    charted.hand.drop()
    charted.hand.move(charted.window, 300, 600)
    wait_until(lambda: charted.has_in_chart(ACCENT))
    charted.hand.press("Escape", "ctrl+alt+m")


def test_the_wheel_zooms_and_a_key_shows_all_again(charted: Charted) -> None:
    charted.hand.press("ctrl+alt+p")  # so that nothing moves by itself
    charted.exported()
    whole = charted.drawing
    charted.hand.click(charted.window, WIDTH - 200, 300)
    charted.hand.press("Home")
    for _ in range(6):
        charted.hand.click(charted.window, WIDTH - 200, 300, button=4)
    charted.exported()
    assert charted.drawing != whole
    charted.hand.press("Home")
    charted.exported()
    assert charted.drawing == whole
    charted.hand.press("ctrl+alt+p")


def test_the_right_button_has_a_menu_of_what_can_be_done_there(charted: Charted) -> None:
    def menu_there() -> bool:
        image = charted.picture(of="root")
        spots = ((x, y) for x in range(WIDTH - DOCK_PX, WIDTH, 8) for y in range(100, 500, 8))
        return sum(image.pixelColor(*spot).name() == RAISED for spot in spots) > 500

    assert not menu_there()
    charted.hand.click(charted.window, WIDTH - 200, 300, button=3)
    wait_until(menu_there)
    charted.hand.press("Escape")
    wait_until(lambda: not menu_there())


def test_an_alert_is_made_where_the_pointer_is_and_dragged_to_another_price(charted: Charted) -> None:
    def rules() -> list[str]:
        path = charted.profile / "alerts.toml"
        return list(tomllib.loads(path.read_text())["rules"]) if path.exists() else []

    charted.hand.click(charted.window, 60, 69 + 28 + 28 * 3 + 14)  # bitcoin: its prices are finer than pixels
    wait_until(lambda: charted.exported().startswith("BTCUSDT  "))
    charted.hand.press("ctrl+alt+p")  # so that they stay where they are
    charted.hand.click(charted.window, WIDTH - 200, 300, button=3)
    charted.hand.press("Down", "Return")
    (made,) = wait_until(rules)
    assert " last crosses-" in made
    charted.hand.take(charted.window, WIDTH - 250, 300)
    charted.hand.carry(charted.window, WIDTH - 220, 350)
    charted.hand.drop()
    (moved,) = wait_until(lambda: (now := rules()) != [made] and now)
    assert moved.rpartition(" ")[0].partition(" ")[0] == made.partition(" ")[0]
    assert float(moved.rpartition(" ")[2]) < float(made.rpartition(" ")[2])
    charted.hand.press("ctrl+z", "ctrl+z", "ctrl+alt+p")
    wait_until(lambda: rules() == [])


def test_the_pointer_over_a_rows_line_shows_a_mark_and_a_tip(charted: Charted) -> None:
    row_y, x = 69 + 28 + 28 * 2 + 14, 800

    def marks() -> int:
        """How many pixels there are as bright as the mark on the line."""
        image = charted.picture()
        area = ((x + across, row_y + down) for across in range(-8, 9) for down in range(-14, 15))
        return sum(image.pixelColor(*at).lightness() > 230 for at in area)

    charted.hand.move(charted.window, 300, 600)
    assert wait_until(lambda: marks() == 0)
    charted.hand.move(charted.window, x, row_y)
    wait_until(lambda: marks() > 8)
    charted.hand.move(charted.window, 300, 600)
    wait_until(lambda: marks() == 0)


def test_paused_the_chart_stays_with_its_row(charted: Charted) -> None:
    charted.hand.click(charted.window, 60, 69 + 28 + 14)
    charted.hand.press("ctrl+alt+p", "Down")
    assert charted.exported().startswith("NVDA.US  ")
    charted.hand.press("ctrl+alt+p")
    wait_until(lambda: charted.exported().startswith("AAPL.US  "))


def test_the_chart_comes_back_at_the_next_start_and_one_can_be_asked_for(charted: Charted) -> None:
    charted.hand.press("ctrl+q")
    assert charted.desk.end() == (0, "")
    kept = charted.kept()
    assert kept["is_open"]
    charted.start("--chart", "BTCUSDT:1m")
    assert charted.exported().startswith("BTCUSDT  ")
    wait_until(lambda: charted.kept().get("span") == "1m")
    assert charted.kept()["wide_px"] == kept["wide_px"]
    image = charted.picture()
    chip = {image.pixelColor(x, 155).name() for x in range(WIDTH - DOCK_PX, WIDTH - DOCK_PX + 60)}
    assert SELECT in chip, "the range that is chosen is marked"


def test_candles_are_asked_for_once_a_range_and_are_there_after_a_restart_without_the_server(tmp_path: Path) -> None:
    server = DemoServer(tmp_path / "server.log", "--dialect", "kraken")

    def asked() -> list[str]:
        """The lengths of the candles that were asked for, in minutes."""
        return [line["query"]["interval"] for line in server.log() if line.get("path", "").endswith("/OHLC")]

    def start(screen: dict[str, str], *more: str) -> tuple[Desk, Hand]:
        desk = Desk(screen, tmp_path / "p", "--feed", "kraken", "--url", f"kraken={server.url}", *more)
        hand = Hand(screen)
        hand.window()
        return desk, hand

    with virtual_screen() as bare:
        screen = at_home(bare, tmp_path)
        try:
            desk, hand = start(screen, "--symbols", "BTC/USD", "--chart", "BTC/USD:1D")
            wait_until(lambda: set(desk.states().values()) == {"live"} and {"1", "5"} <= {*asked()})
            hand.press("ctrl+alt+r")
            wait_until(lambda: "30" in asked())
            hand.press(*["ctrl+alt+shift+r"] * 2, "ctrl+alt+r")
            before, _ = export(hand, tmp_path)
            assert before.partition("\n")[0].endswith("  1D")
            assert sorted(asked()) == ["1", "30", "5"], "one hour is the line's, and there again is no question"
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
            server.stop()
            desk, hand = start(screen)
            times = [line for line in before.splitlines() if re.fullmatch(r"\d\d:\d\d", line)]
            assert times, "at least that of the first candle, shortly after midnight"
            wait_until(lambda: {*times} & {*export(hand, tmp_path)[0].splitlines()})
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()
            server.kill()


def test_the_built_in_feed_has_a_past_of_a_year_that_ends_at_the_live_price(tmp_path: Path) -> None:
    with virtual_screen() as screen:
        desk = Desk(at_home(screen, tmp_path), tmp_path / "p", "--symbols", "BTCUSDT,NVDA.US", "--chart", "BTCUSDT:1Y")
        try:
            hand = Hand(screen)
            hand.window()
            wait_until(lambda: set(desk.states().values()) == {"live"})
            for code in ("BTCUSDT", "NVDA.US"):
                wait_until(lambda: len(re.findall(rf"^{MONTH}$", export(hand, tmp_path)[0], re.M)) >= 3)
                for _ in "MDD":  # 1M, 5D, 1D
                    hand.press("ctrl+alt+shift+r")
                    said, _ = export(hand, tmp_path)
                    assert "candles" not in said.lower(), "there is more to say than why there is nothing"
                    title, *labels = said.splitlines()
                    assert title.startswith(f"{code}  ")
                    last = float(title.split("  ")[1].replace(",", ""))
                    axis = [
                        float(each.replace(",", "")) for each in labels if re.fullmatch(r"[\d,]+\d\d(\.\d+)?", each)
                    ]
                    assert len(axis) >= 2
                    assert min(axis) * 0.98 < last < max(axis) * 1.02, "the past leads to where the price is"
                hand.press(*["ctrl+alt+r"] * 3, "Down")
            hand.press("ctrl+q")
            assert desk.end() == (0, "")
        finally:
            desk.kill()

"""Real drags: within the table, out to another program and in from it, onto the strip, given up. The table (by the
order that Alt+Up and undo leave on disk), the list file and the server's frames are the witnesses."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, Neighbour, kept_lists, virtual_screen, wait_until

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.display,
]

FIRST = ["NVDA.US", "AAPL.US", "MSFT.US", "TSLA.US", "EURUSD", "GOLD"]
DROPPED = "AMD.US INTC.US AVGO.US GOLD see chart"
WIDTH_PX, HEIGHT_PX = 900, 480
HEADER_PX = STATUS_PX = ROW_PX = 28
MENU_PX = 28 + 41  # and the tabs


def edge_y(row: int) -> int:
    """The upper edge of a row, in the window."""
    return MENU_PX + HEADER_PX + ROW_PX * row


class Stage(NamedTuple):
    hand: Hand
    window: str
    desk: Desk
    server: DemoServer
    neighbour: Neighbour
    profile: Path

    def on_disk(self) -> list[str]:
        """The list as it is kept."""
        return kept_lists(self.profile)[0][1]

    def lists(self) -> list[tuple[str, list[str]]]:
        """All of them, as they are kept."""
        return kept_lists(self.profile)

    def requests(self) -> list[tuple[str, list[str]]]:
        """What the program asked the server for so far, heartbeats left out."""
        frames = [line["frame"] for line in self.server.log() if line["event"] == "in"]
        return [(frame["action"], sorted(frame["code"])) for frame in frames if "code" in frame]

    def connections(self) -> int:
        return sum(line["event"] == "open" for line in self.server.log())


@pytest.fixture(scope="module")
def screen() -> Iterator[dict[str, str]]:
    with virtual_screen() as environment:
        yield environment


@pytest.fixture
def stage(screen: dict[str, str], tmp_path: Path) -> Iterator[Stage]:
    profile = tmp_path / "profile"
    server = DemoServer(tmp_path / "server.log")
    arguments = ["--feed", "demo", "--url", server.url, "--symbols", ",".join(FIRST)]
    desk = Desk(screen, profile, *arguments, "--geometry", f"{WIDTH_PX}x{HEIGHT_PX}")
    neighbour = Neighbour(screen, tmp_path / "neighbour.log", 960, 40, DROPPED)
    hand = Hand(screen)
    try:
        window = hand.window()
        wait_until(lambda: list(desk.states()) == FIRST and set(desk.states().values()) == {"live"})
        yield Stage(hand, window, desk, server, neighbour, profile)
        hand.window()
        hand.press("ctrl+q")
        assert desk.end() == (0, "")
    finally:
        hand.drop()
        desk.kill()
        neighbour.stop()
        server.stop()


def test_rows_are_dragged_to_another_place_and_back_by_undo(stage: Stage) -> None:
    hand, window = stage.hand, stage.window
    asked = stage.requests()
    hand.click(window, 60, edge_y(0) + 14)
    hand.press("shift+Down")
    hand.take(window, 60, edge_y(1) + 14)
    hand.carry(window, 300, edge_y(4) + 4)
    before = stage.desk.stats()
    for code in FIRST[:2]:  # the dragged rows go on ticking
        wait_until(lambda code=code: stage.desk.stats()["applied_by_code"][code] > before["applied_by_code"][code])
    assert stage.desk.stats()["paint"]["count"] > before["paint"]["count"]
    wait_until(lambda: set(stage.desk.states().values()) == {"live"})
    assert stage.on_disk() == FIRST
    hand.drop()
    moved = ["MSFT.US", "TSLA.US", "NVDA.US", "AAPL.US", "EURUSD", "GOLD"]
    wait_until(lambda: stage.on_disk() == moved)
    wait_until(lambda: list(stage.desk.states()) == moved)
    hand.press("ctrl+z")
    wait_until(lambda: stage.on_disk() == FIRST)
    hand.press("ctrl+shift+z")
    wait_until(lambda: stage.on_disk() == moved)
    assert stage.requests() == asked  # an order is nothing the server needs to know
    assert stage.connections() == 1


def test_rows_go_out_as_text_and_stay(stage: Stage) -> None:
    hand = stage.hand
    hand.click(stage.window, 60, edge_y(1) + 14)
    hand.press("shift+Down")
    hand.take(stage.window, 60, edge_y(2) + 14)
    hand.carry(stage.neighbour.window, 100, 225)
    hand.drop()
    (note,) = wait_until(stage.neighbour.notes)
    assert note["taken"] == "AAPL.US\nMSFT.US"
    assert note["offered"] == ["CopyAction"]
    assert [line.split(",")[0] for line in note["csv"].splitlines()] == ["Symbol", "AAPL.US", "MSFT.US"]
    assert "text/x-tradingview-list" in note["formats"]
    assert stage.on_disk() == FIRST
    assert list(stage.desk.states()) == FIRST


def test_a_text_comes_in_where_it_is_dropped_as_one_change_and_one_undo(stage: Stage) -> None:
    hand = stage.hand
    asked = len(stage.requests())
    hand.take(stage.neighbour.window, 100, 75)
    hand.carry(stage.window, 300, edge_y(3) - 4)
    assert stage.on_disk() == FIRST
    assert len(stage.requests()) == asked
    hand.drop()
    wait_until(lambda: stage.on_disk() == [*FIRST[:3], "AMD.US", "INTC.US", "AVGO.US", *FIRST[3:]])
    assert wait_until(stage.neighbour.notes) == [{"given": "CopyAction"}]
    wait_until(lambda: all(stage.desk.states().get(code) == "live" for code in ("AMD.US", "INTC.US", "AVGO.US")))
    assert stage.requests()[asked:] == [("subscribe", ["AMD.US", "AVGO.US", "INTC.US"])]
    hand.window()
    hand.press("ctrl+z")
    wait_until(lambda: stage.on_disk() == FIRST)
    wait_until(lambda: stage.requests()[asked + 1 :] == [("unsubscribe", ["AMD.US", "AVGO.US", "INTC.US"])])
    assert stage.connections() == 1
    assert set(stage.desk.states().values()) == {"live"}


def test_rows_dropped_on_the_strip_are_removed_and_undo_brings_them_back(stage: Stage) -> None:
    hand, window = stage.hand, stage.window
    asked = len(stage.requests())
    hand.take(window, 60, edge_y(1) + 14)
    hand.carry(window, 300, HEIGHT_PX - STATUS_PX - 18)
    hand.drop()
    wait_until(lambda: stage.on_disk() == ["NVDA.US", *FIRST[2:]])
    wait_until(lambda: stage.requests()[asked:] == [("unsubscribe", ["AAPL.US"])])
    hand.press("ctrl+z")
    wait_until(lambda: stage.on_disk() == FIRST)
    wait_until(lambda: stage.desk.states().get("AAPL.US") == "live")
    assert stage.connections() == 1


def test_a_row_dragged_while_sorted_is_the_only_one_that_moves_in_one_undo(stage: Stage) -> None:
    hand, window = stage.hand, stage.window
    asked = stage.requests()
    hand.click(window, 60, MENU_PX + HEADER_PX // 2)  # sorted by symbol: AAPL EURUSD GOLD MSFT NVDA TSLA
    hand.take(window, 60, edge_y(5) + 14)
    hand.carry(window, 300, edge_y(1) + 4)
    assert stage.on_disk() == FIRST
    hand.drop()
    wait_until(lambda: stage.on_disk() == ["NVDA.US", "AAPL.US", "TSLA.US", "MSFT.US", "EURUSD", "GOLD"])
    hand.press("ctrl+z")
    wait_until(lambda: stage.on_disk() == FIRST)
    assert stage.requests() == asked
    assert stage.connections() == 1


def test_rows_go_to_another_list_by_its_tab_and_their_subscriptions_do_not_notice(stage: Stage) -> None:
    hand, window = stage.hand, stage.window
    hand.press("ctrl+t")
    hand.type("Other")
    hand.press("Return", "ctrl+1")
    wait_until(lambda: [name for name, _ in stage.lists()] == ["Watchlist", "Other"])
    asked, before = stage.requests(), stage.desk.stats()["applied_by_code"]
    hand.click(window, 60, edge_y(1) + 14)
    hand.press("shift+Down")
    hand.take(window, 60, edge_y(2) + 14)
    hand.carry(window, 145, 28 + 20)
    assert stage.lists()[1] == ("Other", [])
    hand.drop()
    wait_until(lambda: stage.lists() == [("Watchlist", [FIRST[0], *FIRST[3:]]), ("Other", FIRST[1:3])])
    wait_until(lambda: all(stage.desk.stats()["applied_by_code"][code] > before[code] for code in FIRST[1:3]))
    hand.press("ctrl+z")
    wait_until(lambda: stage.lists() == [("Watchlist", FIRST), ("Other", [])])
    assert stage.requests() == asked
    assert stage.connections() == 1


def test_a_file_from_another_program_comes_in_with_its_sections_as_one_change(
    stage: Stage, screen: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "list.txt"
    path.write_text("NASDAQ:AMD,###Later,NASDAQ:INTC,NASDAQ:AAPL,XETR:SAP\n")
    stage.neighbour.stop()
    giver = Neighbour(screen, tmp_path / "giver.log", 960, 40, path.as_uri())
    try:
        asked = len(stage.requests())
        stage.hand.take(giver.window, 100, 75)
        stage.hand.carry(stage.window, 300, edge_y(3) - 4)
        assert stage.on_disk() == FIRST
        stage.hand.drop()
        label = {"section": "Later", "folded": False}
        wait_until(lambda: stage.on_disk() == [*FIRST, "AMD.US", label, "INTC.US"])
        wait_until(lambda: stage.requests()[asked:] == [("subscribe", ["AMD.US", "INTC.US"])])
        stage.hand.window()
        stage.hand.press("ctrl+z")
        wait_until(lambda: stage.on_disk() == FIRST)
        assert stage.connections() == 1
    finally:
        giver.stop()


def test_esc_and_a_drop_outside_change_nothing(stage: Stage) -> None:
    hand, window = stage.hand, stage.window
    asked = stage.requests()
    hand.take(window, 60, edge_y(1) + 14)
    hand.carry(window, 300, edge_y(4))
    hand.press("Escape")
    hand.drop()
    hand.take(window, 60, edge_y(1) + 14)
    hand.carry(window, 1200, 600)  # the bare screen
    hand.drop()
    hand.take(stage.neighbour.window, 100, 75)
    hand.carry(window, 300, edge_y(2))
    hand.press("Escape")
    hand.drop()
    time.sleep(0.5)
    assert stage.on_disk() == FIRST
    assert stage.requests() == asked
    hand.window()
    hand.press("ctrl+z")  # nothing was done
    hand.take(window, 60, edge_y(0) + 14)  # and the next drag works
    hand.carry(window, 300, edge_y(2) + 2)
    hand.drop()
    wait_until(lambda: stage.on_disk() == ["AAPL.US", "NVDA.US", *FIRST[2:]])


def test_the_program_ends_in_the_middle_of_a_drag(screen: dict[str, str], tmp_path: Path) -> None:
    hand = Hand(screen)
    desk = Desk(screen, tmp_path / "profile", "--feed", "demo", "--geometry", f"{WIDTH_PX}x{HEIGHT_PX}")
    try:
        window = hand.window()
        wait_until(lambda: "live" in desk.states().values())
        hand.take(window, 60, edge_y(0) + 14)
        hand.carry(window, 300, edge_y(3))
        desk.process.terminate()
        assert desk.end() == (0, "")
    finally:
        hand.drop()
        desk.kill()

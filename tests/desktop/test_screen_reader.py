"""Who hears the screen: what the real window tells over AT-SPI, to a reader in another process."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.screen import DemoServer, Desk, Hand, virtual_screen, wait_until
from tests.fakes.screen_reader import HAS_BUS, ScreenReader, session_bus

pytestmark = [
    pytest.mark.skipif(
        not all(map(shutil.which, ("Xvfb", "xdotool", "openbox"))), reason="needs Xvfb, xdotool and openbox"
    ),
    pytest.mark.skipif(not HAS_BUS, reason="needs dbus-daemon and at-spi2-core"),
    pytest.mark.display,
]


class Listener:
    """A desk, the hand on it and a reader that hears it.

    Attributes:
        server: where its prices come from; None once it is gone.
        told: all that was announced so far.
    """

    def __init__(self, desk: Desk, hand: Hand, reader: ScreenReader, server: DemoServer) -> None:
        self.desk, self.hand, self.reader = desk, hand, reader
        self.server: DemoServer | None = server
        self.told: list[str] = []

    def lose_server(self) -> None:
        """Its prices end."""
        if self.server is not None:
            self.server.kill()
            self.server = None

    def hears(self, words: str) -> None:
        """Wait until something with these words is announced."""
        wait_until(lambda: self._listen(words))

    def has_focus(self, *path: tuple[str, str]) -> None:
        """Wait until this has the keyboard and nothing else; a cell and the table around it."""
        wait_until(lambda: self.reader.focused() == list(path))

    def _listen(self, words: str) -> bool:
        self.told += self.reader.announced()
        return any(words in each for each in self.told)


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    with virtual_screen() as screen, session_bus(screen, tmp_path / "run") as environment:
        reader = ScreenReader(environment)
        server = DemoServer(tmp_path / "server.log")
        given = ("--feed", "demo", "--url", server.url, "--symbols", "AAPL.US,EURUSD")
        desk = Desk(environment, tmp_path / "profile", *given)
        listening = Listener(desk, Hand(environment), reader, server)
        try:
            listening.hand.window()
            wait_until(lambda: desk.states() == {"AAPL.US": "live", "EURUSD": "live"})
            yield listening
        finally:
            reader.close()
            desk.kill()
            listening.lose_server()


def test_rows_and_cells_have_their_names_and_values(listener: Listener) -> None:
    table = listener.reader.find("table", "Watchlist")
    assert table is not None
    parts = [(each.role, each.name) for each in table.children()]
    titles = [name for role, name in parts if role == "column header"]
    assert [titles[0], *titles[4:]] == ["Symbol", "Chg %", "Size", "Trend", "Time"]
    rows = [name for role, name in parts if role == "row header"]
    assert rows == ["AAPL.US Apple", "EURUSD Euro / US dollar"]
    first = parts.index(("row header", rows[0]))
    cells = [name for _, name in parts[first + 1 : first + 9]]
    assert cells[:2] == ["AAPL.US", "State Live"]
    words = [cell.rpartition(" ")[0] for cell in cells[3:6]]
    assert words == ["Chg", "Chg %", "Size"]
    assert cells[2].startswith("Last ")
    assert float(cells[2].split()[1].rstrip(",")) > 0


def test_suggestions_are_items_of_a_list_and_one_thing_has_the_keyboard(listener: Listener) -> None:
    reader, hand = listener.reader, listener.hand
    listener.has_focus(("table", "Watchlist"), ("cell", "AAPL.US"))
    hand.press("Down")
    listener.has_focus(("table", "Watchlist"), ("cell", "EURUSD"))
    hand.type("nvid")
    found = wait_until(lambda: reader.find("list", "Known symbols"))
    assert {each.role for each in found.children()} == {"list item"}
    assert found.children()[0].name == "NVDA.US, NVIDIA, Demo feed share"
    for key, marked in (("Down", 1), ("Up", 0)):  # the first one is from the start
        hand.press(key)
        wait_until(lambda marked=marked: found.children()[marked].is_("selected"))
    assert [each.is_("selected") for each in found.children()].count(True) == 1
    listener.has_focus(("text", "Add symbols"))
    reader.listen()
    hand.press("Return")
    listener.hears("NVDA.US added")
    listener.has_focus(("table", "Watchlist"), ("cell", "NVDA.US"))
    hand.press("shift+Tab")
    wait_until(lambda: len(reader.focused()) == 1)


def test_windows_that_close_leave_nothing_behind(listener: Listener) -> None:
    reader, hand = listener.reader, listener.hand
    tab = ("page tab", "Watchlist, 2 symbols")
    assert [(each.role, each.name) for each in reader.shown()].count(tab) == 1
    hand.press("ctrl+n")
    wait_until(lambda: [(each.role, each.name) for each in reader.shown()].count(tab) == 2)
    hand.press("ctrl+shift+w")
    wait_until(lambda: [(each.role, each.name) for each in reader.shown()].count(tab) == 1)
    hand.window()
    hand.press("ctrl+q")
    assert listener.desk.end() == (0, "")


def test_what_was_refused_lost_and_is_back_is_announced_once_and_ticks_are_not(listener: Listener) -> None:
    hand = listener.hand
    hand.type("???")
    hand.press("Return")
    listener.hears("cannot be part of a symbol")
    hand.press("Escape", "Home", "Delete")
    listener.hears("AAPL.US removed")
    hand.press("ctrl+z")
    listener.hears("Undone: remove AAPL.US")
    listener.lose_server()
    listener.hears("Offline. ")
    assert len(listener.told) == 4, listener.told


def test_alerts_are_made_listed_and_heard(listener: Listener) -> None:
    reader, hand = listener.reader, listener.hand
    hand.press("End", "Home", "ctrl+alt+a")
    level = wait_until(lambda: reader.find("text", "Level"))
    wait_until(lambda: level.is_("focused"))
    assert level.description.startswith("Now ")
    within = [(each.role, each.name, each.description) for each in reader.shown()]
    dialog = within[[each[:2] for each in within].index(("dialog", "New alert on AAPL.US")) :]
    told = [each for each in dialog if each[0] in ("combo box", "check box", "text", "push button")]
    assert told[:2] == [("combo box", "Last", "Value to watch"), ("combo box", "reaches", "Condition")]
    names = [name for _, name, _ in told[2:]]
    assert names[:3] == ["Level", "Once", "Also outside the market's hours"]
    assert names[4:] == ["Window forward", "Run the command", "Post to the webhook", "Note", "Cancel", "Keep"]
    assert {"When", "How often", "Sound", "Note"} <= {name for role, name, _ in dialog if role == "label"}
    hand.type("1")
    wait_until(lambda: " below" in level.description)
    hand.press("Return")
    listener.has_focus(("table", "Watchlist"), ("cell", "AAPL.US"))
    wait_until(lambda: reader.find("cell", "AAPL.US").description.startswith("Alert last crosses-down 1: "))
    hand.press("ctrl+shift+a")
    listener.has_focus(("text", "Rule"))
    line = reader.find("text", "Rule")
    hand.type("EURUSD age >= 2s outside-hours")
    wait_until(lambda: line.description == "EURUSD@demo age >= 2s outside-hours")
    hand.press("Return")
    rules = wait_until(lambda: reader.find("table", "Rules"))
    wait_until(lambda: len([each for each in rules.children() if each.role == "cell"]) == 8)
    cells = [each for each in rules.children() if each.role == "cell"]
    assert [each.name.partition(" ")[0] for each in cells[4:]] == ["State", "EURUSD@demo", "Distance", "Last"]
    assert cells[4].description == cells[5].name == "EURUSD@demo age >= 2s outside-hours"
    buttons = [each.name for each in reader.shown() if each.role == "push button"]
    assert {"Delete", "Snooze 15 min", "Switch off", "Arm again", "Close"} <= set(buttons)
    hand.press("Escape")
    listener.has_focus(("table", "Watchlist"), ("cell", "AAPL.US"))
    listener.lose_server()
    listener.hears("EURUSD has had no price for 2s at ")
    wait_until(lambda: reader.find("cell", "EURUSD").description.startswith("Alert: EURUSD has had no price for 2s"))
    assert wait_until(lambda: reader.find("push button", "Acknowledge all alerts"))
    hand.press("ctrl+alt+f")
    wait_until(lambda: reader.focused()[0] == ("table", "Log of alerts") and reader.focused()[1][1].startswith("Time "))

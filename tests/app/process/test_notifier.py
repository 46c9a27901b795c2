"""Who works elsewhere is told that prices stopped, and that they are back."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from quotedesk.app.process import notifier as notifier_module
from quotedesk.app.process.notifier import Notifier
from quotedesk.app.windows import Windows
from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.quotes.quotes import Quotes
from tests.fakes.clock import FakeClock
from tests.fakes.windows import book_of, windows_on

UP = (LinkStatus("demo", "demo", LinkState.UP, 0.0, ""),)
LOST = (LinkStatus("demo", "demo", LinkState.WAITING, 0.0, "No answer <b>since</b> 12:00"),)
INACTIVE = Qt.ApplicationState.ApplicationInactive


class Told:
    """A notifier, and what it told."""

    def __init__(self, windows: Windows) -> None:
        self.wanted = True
        self.said: list[tuple[str, str]] = []
        self.windows = windows
        self.notifier = Notifier(
            windows, lambda: self.wanted, FakeClock(), lambda title, text: self.said.append((title, text))
        )


@pytest.fixture
def told(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    monkeypatch.setattr(notifier_module, "NEWS_AFTER_MS", 30)
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: INACTIVE)
    windows = windows_on(book_of("demo", ["A.US"]), Quotes(), FakeClock())
    window = windows.open()
    yield Told(windows)
    window.allow_close()
    window.close()
    window.deleteLater()


def test_a_stop_is_told_after_a_while_and_the_return_at_once(told: Told, qtbot: QtBot) -> None:
    told.windows.show_links(UP)
    told.windows.show_links(LOST)
    assert told.said == []
    qtbot.waitUntil(lambda: bool(told.said))
    told.windows.show_links(LOST)
    told.windows.show_links(UP)
    assert [title for title, _ in told.said] == ["Prices stopped", "Prices are back"]
    assert told.said[0][1] == "No answer <b>since</b> 12:00"


def test_a_link_that_is_up_and_brings_no_prices_is_told_of_as_a_lost_one_is(told: Told, qtbot: QtBot) -> None:
    told.windows.show_links(UP)
    told.windows.show_links((LinkStatus("demo", "demo", LinkState.UP, 0.0, silent_since_s=1000.0),))
    qtbot.waitUntil(lambda: bool(told.said))
    told.windows.show_links(UP)
    assert [title for title, _ in told.said] == ["Prices stopped", "Prices are back"]
    assert told.said[0][1].startswith("Connected, but no prices since ")


def test_a_blink_is_no_news(told: Told, qtbot: QtBot) -> None:
    told.windows.show_links(LOST)
    told.windows.show_links(UP)
    qtbot.wait(80)
    assert told.said == []


def test_who_looks_or_does_not_want_it_is_not_told(told: Told, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    told.wanted = False
    told.windows.show_links(LOST)
    qtbot.wait(80)
    told.windows.show_links(UP)
    told.wanted = True
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: Qt.ApplicationState.ApplicationActive)
    told.windows.show_links(LOST)
    qtbot.wait(80)
    told.windows.show_links(UP)
    assert told.said == []


def test_of_feeds_side_by_side_it_names_who_is_away_and_waits_for_the_last_one(told: Told, qtbot: QtBot) -> None:
    up = LinkStatus("demo", "demo", LinkState.UP)
    stock = LinkStatus("alltick", "stock", LinkState.WAITING, reason="connection refused")
    told.windows.show_links((up, stock))
    qtbot.waitUntil(lambda: len(told.said) == 1)
    assert told.said == [("Prices stopped", "alltick: connection refused")]
    told.windows.show_links((*LOST, stock))
    qtbot.waitUntil(lambda: len(told.said) == 2)
    assert told.said[1] == ("Prices stopped", "demo: No answer <b>since</b> 12:00  alltick: connection refused")
    told.windows.show_links((up, stock))
    assert len(told.said) == 2
    told.windows.show_links(UP)
    assert told.said[2:] == [("Prices are back", "They come again.")]

"""The web pages of a row."""

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from quotedesk.lists.url_template import UrlTemplate
from quotedesk.ui.window.command_palette import commands_of

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CHARTS = UrlTemplate("Charts & news", "https://example.com/{exchange}/{ticker}?c={code}", "Ctrl+Alt+Y")
BAD = UrlTemplate("Bad", "ftp://example.com/{code}")
ADDRESS = "https://example.com/NASDAQ/NVDA?c=NVDA.US"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    opened: list[str] = []

    def take(url: QUrl) -> bool:
        opened.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        return "refused" not in opened[-1]

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return opened


def box_of(desk) -> QMessageBox:
    (box,) = desk.window.findChildren(QMessageBox)
    return box


def test_the_address_is_shown_before_the_first_and_not_before_the_next(open_desk, opened: list[str]) -> None:
    desk = open_desk("NVDA.US", "AAPL.US").show()
    urls = desk.window.requests.urls
    urls.put([CHARTS])
    desk.select(0)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    QTest.keyClick(desk.table, Qt.Key.Key_Y, keys)
    box = box_of(desk)
    assert box.informativeText() == ADDRESS
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert opened == []
    box.buttons()[1].click()
    assert (opened, urls.templates) == ([], (CHARTS,)), "cancelled"
    desk.qtbot.waitUntil(lambda: not desk.window.findChildren(QMessageBox))
    desk.window.open_in.open(urls.templates[0])
    box_of(desk).buttons()[0].click()
    assert opened == [ADDRESS]
    assert urls.templates[0].is_agreed
    desk.qtbot.waitUntil(lambda: not desk.window.findChildren(QMessageBox))
    desk.select(1)
    desk.window.open_in.open(urls.templates[0])
    assert opened[1] == "https://example.com/NASDAQ/AAPL?c=AAPL.US"


def test_it_is_in_the_palette_and_in_the_rows_menu_and_says_why_not(open_desk, opened: list[str]) -> None:
    desk = open_desk("NVDA.US", show=False)
    desk.window.requests.urls.put([CHARTS, BAD])
    found = {each.words: each for each in commands_of(desk.window.menuBar())}
    assert found["Open in Charts & news"].why_not == "choose a row first"
    desk.select(0)
    found = {each.words: each for each in commands_of(desk.window.menuBar())}
    assert found["Open in Charts & news"].keys == "Ctrl+Alt+Y"
    assert "Only addresses that begin with https://" in found["Open in Bad"].why_not
    assert "New URL template\N{HORIZONTAL ELLIPSIS}" in found
    menu = desk.window._row_menu.menu(0)
    assert desk.window.open_in.menuAction() in menu.actions()
    menu.deleteLater()
    desk.window.open_in.open(BAD)
    assert "“Bad” cannot be opened." in desk.messages[-1]
    desk.window.open_in.open(UrlTemplate("Base", "https://example.com/{base}", is_agreed=True))
    assert "which is not known of NVDA.US" in desk.messages[-1]
    assert opened == []


def test_a_key_that_another_action_has_stays_with_that(open_desk, opened: list[str]) -> None:
    desk = open_desk("NVDA.US")
    taken = (UrlTemplate("A", CHARTS.url, "Ctrl+Z"), UrlTemplate("B", CHARTS.url, "Ctrl+3"))
    desk.window.requests.urls.put(taken)
    actions = [action for action, _ in desk.window.open_in._actions]
    assert all(action.shortcut().isEmpty() for action in actions)
    dialog = desk.window.open_in.write()
    dialog.name.setText("C")
    dialog.url.setText(CHARTS.url)
    dialog.keys.setKeySequence("Ctrl+Z")
    assert dialog.told.text() == "Ctrl+Z is the key of “A”."
    desk.window.requests.urls.put([])
    dialog._look()
    assert dialog.told.text() == "Ctrl+Z is the key of “Undo”."
    dialog.reject()


def test_where_nothing_opens_addresses_it_is_told(open_desk, opened: list[str]) -> None:
    desk = open_desk("NVDA.US")
    desk.select(0)
    desk.window.open_in.open(UrlTemplate("A", "https://example.com/refused/{code}", is_agreed=True))
    assert desk.messages[-1] == ("No program for web pages was found. The address: https://example.com/refused/NVDA.US")

"""The overview of the feeds."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from quotedesk.ui.dialogs.feeds_window import FeedLine, FeedsWindow, LinkLine
from quotedesk.ui.looks.appearance import Appearance

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
DEMO = FeedLine("demo", "Demo feed", "no token needed")
LINKS = (
    LinkLine("live", "t1", "stock connected since 12:04:10"),
    LinkLine("offline", "warn", "other offline: <b>cut</b>"),
)
ALLTICK = FeedLine("alltick", "AllTick", "token from the keyring", LINKS)


def texts(window: FeedsWindow) -> list[str]:
    return [label.text() for label in window._body.findChildren(QLabel)]


def test_each_feed_has_its_key_and_its_links_in_words(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    window = FeedsWindow(Appearance(), parent)
    window.show_feeds([DEMO, ALLTICK])
    window.show()
    assert {"Demo feed", "@demo", "no token needed", "not in use", "@alltick", LINKS[0].words} <= set(texts(window))
    names = [label.accessibleName() for label in window.findChildren(QLabel) if label.accessibleName()]
    assert names[1] == ("AllTick (token from the keyring): stock connected since 12:04:10; other offline: <b>cut</b>")
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in window.findChildren(QLabel))
    window.show_feeds([DEMO])
    assert "AllTick" not in texts(window)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_what_is_shown_already_is_not_built_anew(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    window = FeedsWindow(Appearance(), parent)
    window.show_feeds([DEMO])
    body = window._body
    window.show_feeds([FeedLine("demo", "Demo feed", "no token needed")])
    assert window._body is body

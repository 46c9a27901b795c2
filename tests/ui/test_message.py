"""What is told, and how a screen reader hears it."""

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from quotedesk.ui import message
from quotedesk.ui.message import Level, Message, announce, as_message


def test_a_plain_line_is_a_notice_that_leaves_and_an_error_is_one_that_stays() -> None:
    assert as_message("x") == Message("x", Level.PASSING)
    assert as_message("x", is_error=True).is_error
    told = Message("x", undoes=True)
    assert as_message(told) is told


class HeardAccessible:
    """A screen reader that notes what it is told."""

    AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

    def __init__(self, active: bool = True) -> None:
        self.heard: list[tuple[str, QAccessible.AnnouncementPoliteness]] = []
        self._active = active

    def isActive(self) -> bool:
        return self._active

    def updateAccessibility(self, event) -> None:
        self.heard.append((event.message(), event.politeness()))


@pytest.mark.parametrize("is_urgent", [False, True])
def test_a_screen_reader_is_told_at_once_only_where_it_is_urgent(qtbot: QtBot, monkeypatch, is_urgent: bool) -> None:
    reader, about = HeardAccessible(), QWidget()
    qtbot.addWidget(about)
    monkeypatch.setattr(message, "QAccessible", reader)
    announce(about, "AAPL.US was added", is_urgent=is_urgent)
    politeness = QAccessible.AnnouncementPoliteness
    assert reader.heard == [("AAPL.US was added", politeness.Assertive if is_urgent else politeness.Polite)]


def test_without_a_screen_reader_nothing_is_announced(qtbot: QtBot, monkeypatch) -> None:
    reader, about = HeardAccessible(active=False), QWidget()
    qtbot.addWidget(about)
    monkeypatch.setattr(message, "QAccessible", reader)
    announce(about, "AAPL.US was added")
    assert reader.heard == []

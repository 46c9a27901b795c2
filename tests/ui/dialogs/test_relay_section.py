"""The settings of the relay: what they ask for, and what they say."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from quotedesk.ui.dialogs.relay_section import RelaySection

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Asked:
    def __init__(self, qtbot: QtBot) -> None:
        self.section = RelaySection()
        qtbot.addWidget(self.section)
        self.what: list[tuple] = []
        for name in ("used", "tried", "paired", "forgotten"):
            getattr(self.section, name).connect(lambda *what, name=name: self.what.append((name, *what)))
        self.section.show()

    @property
    def answer(self) -> str:
        labels = self.section.findChildren(QLabel)
        return next(label.text() for label in labels if label.accessibleName() == "Answer of the relay")


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    return Asked(qtbot)


def test_a_code_is_exchanged_and_not_kept_in_the_field(asked):
    QTest.keyClicks(asked.section.address, " hut:8447 ")
    QTest.keyClicks(asked.section.code, "ABCD-EFGH")
    QTest.keyClick(asked.section.code, Qt.Key.Key_Return)
    assert asked.what == [("paired", "hut:8447", "ABCD-EFGH")]
    assert asked.section.code.text() == ""


def test_the_relay_in_use_can_be_left(asked):
    asked.section.show_address("hut:8447")
    assert asked.section.use.text() == "Use none"
    asked.section.use.click()
    assert asked.what == [("used", "")]
    assert asked.section.address.text() == ""
    QTest.keyClicks(asked.section.address, "tower:1")
    assert asked.section.use.text() == "Use it"
    asked.section.use.click()
    assert asked.what[-1] == ("used", "tower:1")


def test_nothing_is_asked_without_an_address_and_nothing_twice(asked):
    asked.section.test.click()
    asked.section.pair.click()
    asked.section.forget.click()
    assert asked.what == []
    assert "address" in asked.answer
    QTest.keyClicks(asked.section.address, "hut:8447")
    asked.section.pair.click()
    assert "code" in asked.answer
    asked.section.show_answer("Asking", None)
    asked.section.test.click()
    assert asked.what == []
    asked.section.show_answer("<b>plain</b>", False)
    assert asked.answer == "<b>plain</b>"
    asked.section.test.click()
    assert asked.what == [("tried", "hut:8447")]

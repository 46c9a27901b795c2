"""The settings of the relay: what they ask for, and what they say."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from quotedesk.config.settings import Settings, Shade
from quotedesk.ui.dialogs.relay_section import RelaySection
from quotedesk.ui.dialogs.settings_dialog import SettingsDialog
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.style import dress

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Asked:
    def __init__(self, qtbot: QtBot) -> None:
        self.section = RelaySection()
        qtbot.addWidget(self.section)
        self.what: list[tuple] = []
        for name in ("used", "tried", "paired", "forgotten", "key_wanted"):
            getattr(self.section, name).connect(lambda *what, name=name: self.what.append((name, *what)))
        self.section.show()

    @property
    def answer(self) -> str:
        labels = self.section.findChildren(QLabel)
        return next(label.text() for label in labels if label.accessibleName() == "Answer of the relay")


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    return Asked(qtbot)


def test_a_code_stays_until_it_was_exchanged(asked):
    QTest.keyClicks(asked.section.address, " hut:8447 ")
    QTest.keyClicks(asked.section.code, "ABCD-EFGH")
    QTest.keyClick(asked.section.code, Qt.Key.Key_Return)
    assert asked.what == [("paired", "hut:8447", "ABCD-EFGH")]
    asked.section.show_answer("mistyped", False)
    assert asked.section.code.text() == "ABCD-EFGH", "a letter of it can be mended"
    asked.section.show_answer("", True)
    asked.section.pair.setFocus()
    asked.section.drop_code()
    assert asked.section.code.text() == ""
    assert asked.section.code.hasFocus(), "not the button that forgets the key"


def test_only_what_there_is_something_for_can_be_pressed(asked, qtbot):
    section = asked.section
    buttons = (section.test, section.use, section.pair, section.forget)
    assert [each.isEnabled() for each in buttons] == [False, False, False, False]
    QTest.keyClicks(section.code, "ABCD")
    assert [each.isEnabled() for each in buttons] == [False, False, False, False]
    with qtbot.waitSignal(section.key_wanted) as wanted:
        QTest.keyClicks(section.address, "hut:8447")
    assert wanted.args == ["hut:8447"], "once, when typing rests"
    assert [each.isEnabled() for each in buttons] == [True, True, True, False]
    section.show_key("other:8447", True)
    assert not section.forget.isEnabled(), "the answer to an earlier address"
    section.show_key("hut:8447", True)
    assert section.forget.isEnabled()
    section.code.clear()
    assert [each.isEnabled() for each in buttons] == [True, True, False, True]
    QTest.keyClick(section.address, Qt.Key.Key_Backspace)
    assert not section.forget.isEnabled()
    section.show_address("hut:8447")
    section.address.clear()
    assert (section.use.text(), section.use.isEnabled()) == ("Use none", True)


def test_the_rows_keep_their_height_whatever_the_answers_before(qtbot):
    looks = Appearance(Shade.DARK)
    dialog = SettingsDialog(Settings(), "demo", {"demo": "Demo feed"}, {}, looks, None)
    qtbot.addWidget(dialog)
    dress(dialog, looks.theme)
    section = RelaySection()
    dialog.add_section("Relay", "Rela&y", section, is_of_prices=True)
    dialog.show()
    rows = section.code.parentWidget()
    [answer] = [each for each in section.findChildren(QLabel) if each.accessibleName() == "Answer of the relay"]
    for words in ("Asking", *("A letter of it is mistyped. " * count for count in (9, 5, 3, 2, 1))):
        section.show_answer(words, False)
        for _ in range(3):  # the section, the settings, their scroll area
            QApplication.processEvents()
        assert rows.height() >= rows.sizeHint().height(), words
        assert answer.height() >= answer.heightForWidth(answer.width()), words


def test_the_relay_in_use_can_be_left(asked):
    asked.section.show_address("hut:8447")
    assert asked.section.use.text() == "Use none"
    asked.section.use.click()
    assert asked.what[1:] == [("used", "")]
    assert asked.section.address.text() == ""
    QTest.keyClicks(asked.section.address, "tower:1")
    assert asked.section.use.text() == "Use it"
    asked.section.use.click()
    assert asked.what[-1] == ("used", "tower:1")


def test_nothing_is_asked_without_an_address_and_nothing_twice(asked):
    for field in (asked.section.address, asked.section.code):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert asked.what == []
    assert "address" in asked.answer
    QTest.keyClicks(asked.section.address, "hut:8447")
    QTest.keyClick(asked.section.code, Qt.Key.Key_Return)
    assert "code" in asked.answer
    asked.section.show_answer("Asking", None)
    asked.section.test.click()
    assert asked.what == []
    asked.section.show_answer("<b>plain</b>", False)
    assert asked.answer == "<b>plain</b>"
    asked.section.test.click()
    assert asked.what == [("tried", "hut:8447")]

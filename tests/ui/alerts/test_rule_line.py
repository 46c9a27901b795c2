"""A rule is typed: words are completed, and an error marks the word that it is about."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from quotedesk.ui.alerts.rule_line import RuleLine
from quotedesk.ui.alerts.rule_suggestions import RuleSuggestions
from quotedesk.ui.looks.appearance import Appearance
from tests.fakes.alerting import FakeAlerting, rule
from tests.fakes.windows import book_of


class Typed:
    def __init__(self, qtbot: QtBot) -> None:
        source = FakeAlerting()
        self.home = QWidget()
        self.home.resize(700, 400)
        qtbot.addWidget(self.home)
        suggest = RuleSuggestions(
            book_of("demo", ["NVDA.US"]), lambda: source.names("demo"), ("chime",), lambda *_: "3412.5"
        )
        self.line = RuleLine(rule, suggest, Appearance(), self.home, self.home)
        self.line.resize(600, 60)
        self.entered: list[str] = []
        self.line.entered.connect(lambda made: self.entered.append(made.text))
        self.escaped = 0
        self.line.escaped.connect(self._escape)
        self.home.show()
        self.line.field.setFocus()

    def _escape(self) -> None:
        self.escaped += 1

    def type(self, text: str) -> None:
        QTest.keyClicks(self.line.field, text)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.line.field, key)

    @property
    def told(self) -> tuple[str, str]:
        return self.line.told.text(), self.line.told.property("colour")


@pytest.fixture
def typed(qtbot: QtBot) -> Typed:
    return Typed(qtbot)


def test_a_rule_is_typed_with_completed_words(typed: Typed) -> None:
    typed.type("nv")
    typed.press(Qt.Key.Key_Tab)
    typed.type(" las")
    typed.press(Qt.Key.Key_Return)  # takes the word
    assert typed.entered == []
    typed.type(" crosses-u")
    typed.press(Qt.Key.Key_Tab)
    typed.type(" 120 daily")
    typed.press(Qt.Key.Key_Return)
    assert typed.line.field.text() == "NVDA.US last crosses-up 120 daily"
    assert typed.entered == ["NVDA.US@demo last crosses-up 120 daily"]


@pytest.mark.parametrize(
    ("text", "entered"),
    [
        ("NVDA.US last crosses 3412 repeat 15", "last crosses 3412 repeat 15m"),  # the word completes the rule
        ("NVDA.US last crosses 34", "last crosses 34"),  # a level is what was typed, and not the price now
        ("NVDA.US last crosses 3412 band 0.1", "last crosses 3412 band 0.1"),  # no percent
        ("NVDA.US last crosses 3412 dai", "last crosses 3412 daily"),
        ("NVDA.US last crosses 3412 re", ""),  # repeat what?
    ],
)
def test_one_enter_adds_a_rule_that_is_whole_with_the_word_that_it_takes(typed: Typed, text: str, entered: str) -> None:
    typed.type(text)
    assert not typed.line._completion.isHidden()
    typed.press(Qt.Key.Key_Return)
    assert typed.entered == ([f"NVDA.US@demo {entered}"] if entered else [])
    assert entered or typed.told == ("Character 33: a pause, such as 15m, is missing here", "t3")


def test_what_is_missing_at_the_end_is_no_error_and_what_is_wrong_is(typed: Typed) -> None:
    assert typed.told == ("BTC-USD@coinbase last crosses-up 60000 repeat 15m", "t3")
    typed.type("NVDA.US last cros")
    assert typed.told[1] == "t3"
    typed.line.field.setText("NVDA.US lats crosses 5")
    assert typed.told == ("Character 9: there is no field or formula “lats”; do you mean last?", "error")
    typed.line.field.setText("NVDA.US last crosses NaN")
    typed.press(Qt.Key.Key_Return)
    assert typed.told[1] == "error"
    assert typed.line.field.selectedText() == "NaN"
    assert typed.entered == []
    assert typed.line.field.accessibleDescription() == typed.told[0]


def test_escape_closes_the_words_first(typed: Typed) -> None:
    typed.type("NVDA.US l")
    typed.press(Qt.Key.Key_Escape)
    assert typed.escaped == 0
    typed.press(Qt.Key.Key_Escape)
    assert typed.escaped == 1

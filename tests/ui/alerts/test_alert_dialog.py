"""A new alert beside the price of now, by keys alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPushButton

from quotedesk.config.settings import Settings
from quotedesk.market.instrument import Instrument
from quotedesk.ui.alerts.alert_dialog import AlertDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def asked(alarmed):
    def make(level: float | None = None, settings: Settings | None = None):
        here = alarmed()
        here.settings = settings or here.settings
        here.desk.tick("NVDA.US", 120.5)
        here.desk.window.panel.selecting.select([Instrument("demo", "NVDA.US")])
        if level is None:
            QTest.keyClick(
                here.desk.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            )
        else:
            here.menu.ask(level)
        return here, here.desk.window.findChild(AlertDialog)

    return make


def test_one_key_asks_with_the_price_of_now_and_the_side_is_that_of_the_level(asked) -> None:
    here, dialog = asked()
    assert (dialog.level.text(), dialog.level.selectedText()) == ("120.50", "120.50")
    QTest.keyClicks(dialog.level, "125")
    assert dialog.told.text() == "Now 120.50, the level is 4.50 (3.73 %) above"
    assert dialog.line.text() == "NVDA.US@demo last crosses-up 125"
    QTest.keyClick(dialog.level, Qt.Key.Key_Return)
    assert here.texts == ["NVDA.US@demo last crosses-up 125"]
    here.desk.undo.stack.undo()
    assert here.texts == []


def test_everything_in_it_has_a_spoken_name(asked) -> None:
    _, dialog = asked()
    for kind in (QCheckBox, QComboBox, QLineEdit, QPushButton):
        for part in dialog.findChildren(kind):
            assert QAccessible.queryAccessibleInterface(part).text(QAccessible.Text.Name), part


def test_below_the_price_it_falls_to_the_level(asked) -> None:
    _, dialog = asked(100.0)
    assert dialog.line.text() == "NVDA.US@demo last crosses-down 100"
    dialog.operator.setCurrentIndex(dialog.operator.findData("crosses-up"))
    assert dialog.told.text().endswith("It is beyond that already: armed for the next crossing")


def test_while_the_market_is_closed_it_says_until_when_the_rule_rests(asked) -> None:
    here, dialog = asked(125.0)
    here.source.opening = "Mon 09:30 (New York)"
    dialog._look()
    now, rests = dialog.told.text().splitlines()
    assert now.startswith("Now 120.50, the level is 4.50")
    assert rests == "Rests until Mon 09:30 (New York): the market is closed"
    dialog.outside.click()
    assert "Rests" not in dialog.told.text()
    dialog.outside.click()
    here.source.opening = ""
    dialog._look()
    assert "Rests" not in dialog.told.text()


def test_keys_step_by_a_tick(asked) -> None:
    _, dialog = asked()
    QTest.keyClick(dialog.level, Qt.Key.Key_Up)
    assert dialog.level.text() == "120.51"
    QTest.keyClick(dialog.level, Qt.Key.Key_PageDown)
    assert dialog.level.text() == "120.41"


def test_sound_actions_and_a_note_are_those_of_the_rule(asked) -> None:
    here, dialog = asked(125.0, Settings(alert_runs=True))
    assert (dialog.runs.isEnabled(), dialog.posts.isEnabled()) == (True, False)
    assert "Settings" in dialog.posts.toolTip()
    dialog.often.setCurrentIndex(dialog.often.findData("repeat 15m"))
    dialog.sound.setCurrentIndex(dialog.sound.findData("bell"))
    dialog.raises.click()
    dialog.runs.click()
    dialog.note.setText('say "now" \\')
    dialog.keep.click()
    (made,) = here.source.rules
    assert (made.sound, made.does, made.note) == ("bell", ("raise", "run"), 'say "now" \\')
    assert made.pause_s == 900


def test_what_is_no_level_cannot_be_kept(asked) -> None:
    here, dialog = asked()
    for text in ("", "12x", "nan", "1e99", "1e999", "<b>", "117,2 00", "1 25", "1,25,0", "5 EUR", "5%"):
        dialog.level.setText(text)
        assert not dialog.keep.isEnabled(), text
        dialog._keep()
    assert here.texts == []
    dialog.level.setText("117,2 00")
    assert dialog.told.text() == "“117,2 00” is no number: write it like 1234.5"


@pytest.mark.parametrize(
    ("text", "level"),
    [("1,250.5", "1250.5"), ("1 250.5", "1250.5"), ("1.250,5", "1250.5"), ("117,25", "117.25"), ("$130", "130")],
)
def test_a_level_is_read_as_people_write_it(asked, text: str, level: str) -> None:
    _, dialog = asked()
    dialog.level.setText(text)
    assert dialog.line.text().split()[-1] == level


def test_a_change_may_be_in_percent(asked) -> None:
    _, dialog = asked()
    dialog.field.setCurrentIndex(dialog.field.findData("change%"))
    dialog.level.setText("\N{MINUS SIGN}2,5 %")
    assert dialog.line.text().split()[1:] == ["change%", "crosses-down", "-2.5"]


def test_other_fields_begin_with_their_value(asked) -> None:
    _, dialog = asked()
    dialog.field.setCurrentIndex(dialog.field.findData("age"))
    dialog.field.activated.emit(0)
    assert dialog.line.text() == "NVDA.US@demo age >= 30s"
    dialog.field.setCurrentIndex(dialog.field.findData("change%"))
    dialog.field.activated.emit(0)
    dialog.operator.setCurrentIndex(0)
    assert dialog.level.text() == "0.00"

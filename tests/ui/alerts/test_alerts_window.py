"""The window of alerts, by keys: rules are typed, edited in place, removed, and everything is taken back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.alerts.firing import FiringKind
from quotedesk.market.instrument import Instrument
from quotedesk.ui.alerts import rules_model
from quotedesk.ui.alerts.alerts_window import AlertsWindow
from quotedesk.ui.alerts.rule_line import RuleLine
from tests.fakes.alerting import firing, rule

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
RULE, OTHER = "NVDA.US@demo last crosses-up 120", "AAPL.US@demo last crosses 190 daily"


@pytest.fixture
def opened(alarmed):
    def make(*rules: str):
        here = alarmed(*rules)
        QTest.keyClick(here.desk.table, Qt.Key.Key_A, CTRL | SHIFT)
        window = here.desk.window.findChild(AlertsWindow)
        window.activateWindow()
        here.desk.qtbot.waitUntil(window.isActiveWindow)
        return here, window

    return make


def press(window: AlertsWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget(), key, modifiers)


def test_rules_are_typed_and_taken_back(opened) -> None:
    here, window = opened()
    assert window.line.field.hasFocus()
    QTest.keyClicks(window.line.field, "AAPL.US last crosses 190 daily")
    press(window, Qt.Key.Key_Return)
    assert here.texts == [OTHER]
    assert window.line.field.text() == ""
    assert window._pages[0].text() == "&Rules 1"
    QTest.keyClicks(window.line.field, OTHER)
    press(window, Qt.Key.Key_Return)
    assert "already" in window.line.told.text()
    window.line.field.setText("")
    press(window, Qt.Key.Key_Z, CTRL)
    assert here.texts == []
    window.rules.setFocus()
    press(window, Qt.Key.Key_Z, CTRL | SHIFT)
    assert here.texts == [OTHER]


def test_tab_reaches_a_rule_and_its_buttons(opened) -> None:
    here, window = opened(RULE, OTHER)
    assert not window.snooze.isEnabled()
    for _ in range(6):
        if window.focusWidget() is not window.rules:
            press(window, Qt.Key.Key_Tab)
    assert window.focusWidget() is window.rules
    assert window.snooze.isEnabled()
    press(window, Qt.Key.Key_Delete)
    assert here.texts == [OTHER], "the first is chosen"


def test_a_rule_is_edited_in_place(opened) -> None:
    here, window = opened(RULE, OTHER)
    window.show_rule(rule(RULE))
    press(window, Qt.Key.Key_F2)
    (editor,) = window.rules.findChildren(RuleLine)
    assert editor.field.hasFocus()
    editor.field.setText("NVDA.US last crosses-up NaN")
    press(window, Qt.Key.Key_Return)
    assert "NaN" in window.line.told.text()
    assert here.texts == [RULE, OTHER], "what cannot be read stays in the editor"
    editor.field.setText("NVDA.US last crosses-up 130")
    press(window, Qt.Key.Key_Return)
    assert here.texts == ["NVDA.US@demo last crosses-up 130", OTHER]
    here.desk.undo.stack.undo()
    assert here.texts == [RULE, OTHER]
    window.show_rule(rule(OTHER))
    press(window, Qt.Key.Key_Return)
    press(window, Qt.Key.Key_Escape)
    assert window.isVisible(), "Esc closes the editor only"
    assert window.focusWidget() is window.rules


def test_who_goes_elsewhere_keeps_what_can_be_read_and_nothing_else(opened) -> None:
    here, window = opened(RULE, OTHER)
    for text, texts in (
        ("NVDA.US last crosses-up 1x", [RULE, OTHER]),
        ("NVDA.US last >= 5", ["NVDA.US@demo last >= 5", OTHER]),
    ):
        window.show_rule(rule(RULE))
        press(window, Qt.Key.Key_F2)
        (editor,) = window.rules.findChildren(RuleLine)
        editor.field.setText(text)
        window.line.field.setFocus(Qt.FocusReason.MouseFocusReason)
        assert here.texts == texts
        here.desk.qtbot.waitUntil(lambda: window.rules.findChildren(RuleLine) == [])


def test_rules_are_removed_snoozed_and_switched_off(opened) -> None:
    here, window = opened(RULE, OTHER)
    window.show_rule(rule(RULE))
    window.switch.click()
    assert window.switch.text() == "S&witch on"
    window.switch.click()
    window.snooze.click()
    assert [until is None for _, until in here.source.snoozed] == [False, True, False]
    press(window, Qt.Key.Key_Delete)
    assert here.texts == [OTHER]
    assert [index.row() for index in window.rules.selectionModel().selectedRows()] == [0]


def test_the_log_opens_the_row_and_is_exported(opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here, window = opened(RULE)
    shown, exported = [], []
    here.alerts.opened.connect(shown.append)
    here.desk.window.requests.alert_log.connect(exported.append)
    first, second = firing(RULE), firing(OTHER, at_utc_s=1_764_000_068.0)
    here.source.fire(first)
    window.show_log()
    here.source.fire(second)
    assert window._log_model.firings == [second, first]
    press(window, Qt.Key.Key_Return)
    assert shown == [first], "the chosen one is still that where another came above it"
    monkeypatch.setattr(QFileDialog, "open", lambda asked: asked.fileSelected.emit(str(tmp_path / "a.csv")))
    window.export.click()
    assert exported == [tmp_path / "a.csv"]
    window.acknowledge.click()
    assert here.alerts.unseen == ()


def test_nothing_but_a_long_rule_is_cut_off_in_the_log(opened) -> None:
    here, window = opened(RULE)
    window.show_log()
    window.resize(760, 420)
    here.source.fire(firing("* last new-high repeat 1m", "LONGCODEUSDT.PERP@demo", "123456.789012", "123455.789011"))
    here.source.fire(
        firing("XRP/USD@coinbase last crosses 3", kind=FiringKind.CROSSED_OFFLINE, since_utc_s=1.7e9, until_utc_s=1.7e9)
    )
    rule_column = window._log_model.columnCount() - 1
    for column in range(rule_column):
        assert window.log.columnWidth(column) >= window.log.sizeHintForColumn(column)
    assert window.log.columnWidth(rule_column) > 100
    wide = window.log.columnWidth(1)
    here.alerts.forget()
    assert window.log.columnWidth(1) == wide, "columns do not jump"


def test_a_rule_s_state_and_last_firing_are_whole_where_the_rule_has_room_to_spare(opened) -> None:
    every = "* last crosses 500 repeat 15m"
    here, window = opened(RULE, every)
    before = window.rules.columnWidth(rules_model.STATE)
    here.source.of_rows[Instrument("demo", "NVDA.US")] = Bell(BellState.COOLING, "", 4e9)
    here.source.of_rows[Instrument("demo", "AAPL.US")] = Bell(BellState.SNOOZED, "", 4e9)
    here.source.fire(firing(every, "BTCUSDT@demo"))
    here.alerts.bells_changed.emit()
    for column in (rules_model.STATE, rules_model.DISTANCE, rules_model.LAST):
        assert window.rules.columnWidth(column) >= window.rules.sizeHintForColumn(column), column
    assert window.rules.columnWidth(rules_model.STATE) > before
    window.resize(760, 420)
    narrow = [window.rules.columnWidth(column) for column in range(4)]
    here.source.faults[here.source.rules[0]] = "a very long reason of a fault that nobody has the room to show " * 2
    here.alerts.bells_changed.emit()
    assert [window.rules.columnWidth(column) for column in range(4)] == narrow, "the rule keeps its room"
    here.source.faults.clear()
    window.rules.setColumnWidth(rules_model.STATE, 100)
    here.alerts.bells_changed.emit()
    assert window.rules.columnWidth(rules_model.STATE) == 100, "the hand wins"


def test_closing_and_opening_again_follows_anew(opened) -> None:
    here, window = opened(RULE)
    press(window, Qt.Key.Key_Escape)
    here.desk.qtbot.waitUntil(lambda: here.desk.window.findChild(AlertsWindow) is None)
    here.source.fire(firing(RULE))
    here.menu.show_log()
    assert here.desk.window.findChild(AlertsWindow).isVisible()


def test_a_rule_that_is_half_typed_is_there_again(opened) -> None:
    here, window = opened(RULE)
    for text, more in (("AAPL.US last cros", "ses 190 daily"), ("", "")):
        QTest.keyClicks(window.line.field, text)
        for _ in range(2):  # the first one closes the completions
            if window.isVisible():
                press(window, Qt.Key.Key_Escape)
        assert not window.isVisible()
        here.menu.show_rules()
        window = here.menu._open
        assert (window.line.field.text(), here.texts[0]) == (text, RULE)
        QTest.keyClicks(window.line.field, more)
        press(window, Qt.Key.Key_Return)
    assert here.texts == [RULE, OTHER]


def test_it_is_a_window_of_its_own_and_leads_back_to_where_it_was_opened(opened) -> None:
    here, window = opened(RULE)
    assert window.windowType() is Qt.WindowType.Window
    assert window.windowHandle().transientParent() is None, "it would lie above what keys open in the main window"
    press(window, Qt.Key.Key_Escape)
    here.desk.qtbot.waitUntil(here.desk.window.isActiveWindow)

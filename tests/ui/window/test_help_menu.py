"""The Help menu."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from quotedesk.ui.dialogs.key_list import KeyList
from quotedesk.ui.dialogs.text_window import TextWindow
from quotedesk.ui.window.help_menu import HelpMenu


def actions(desk) -> dict:
    (menu,) = desk.window.findChildren(HelpMenu)
    return {action.text().replace("&", ""): action for action in menu.actions()}


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_about_is_plain_text(open_desk) -> None:
    desk = open_desk()
    actions(desk)["About quotedesk"].trigger()
    box = desk.window.findChild(QMessageBox)
    assert box.textFormat() is Qt.TextFormat.PlainText
    assert box.text().startswith("quotedesk ")
    box.close()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_keys_are_listed(open_desk) -> None:
    desk = open_desk()
    actions(desk)["Keys"].trigger()
    (keys,) = desk.window.findChildren(KeyList)
    keys.close()


def test_the_diagnostics_have_two_keys_and_are_asked_for(open_desk) -> None:
    desk = open_desk()
    asked = []
    desk.window.requests.diagnostics.connect(lambda: asked.append(1))
    action = actions(desk)["Diagnostics"]
    assert [key.toString() for key in action.shortcuts()] == ["Ctrl+Shift+D", "Ctrl+Alt+="]
    action.trigger()
    assert asked == [1]


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_licences_are_those_of_the_standalone_program_or_a_word_on_where_they_are(open_desk, monkeypatch) -> None:
    desk = open_desk()
    actions(desk)["Licences"].trigger()
    (window,) = desk.window.findChildren(TextWindow)
    assert "MIT" in window.text.toPlainText()
    assert "Inter" in window.text.toPlainText()
    assert "SIL OPEN FONT LICENSE" in window.text.toPlainText()
    assert window.text.isReadOnly()
    window.close()


def test_a_report_is_asked_for(open_desk) -> None:
    desk = open_desk()
    asked = []
    desk.window.requests.report.connect(lambda: asked.append(1))
    actions(desk)["Report a problem\N{HORIZONTAL ELLIPSIS}"].trigger()
    assert asked == [1]

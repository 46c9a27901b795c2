"""What alerts do is allowed here, and each can be tried."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from quotedesk.config.settings import Settings
from quotedesk.ui.dialogs.settings_dialog import SettingsDialog
from quotedesk.ui.looks.appearance import Appearance

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SOUNDS = ("chime", "bell", "none")


class Shown:
    def __init__(self, qtbot: QtBot, settings: Settings) -> None:
        self.dialog = SettingsDialog(settings, "demo", {"demo": "Demo"}, {}, Appearance(), None, SOUNDS)
        qtbot.addWidget(self.dialog)
        self.part = self.dialog.alerts
        self.asked: list[tuple] = []
        for name in ("changed", "tried", "webhook_given", "webhook_forgotten"):
            getattr(self.part, name).connect(lambda *what, name=name: self.asked.append((name, *what)))
        self.dialog.show()


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot, Settings(alert_sound="bell", alert_command=("/bin/x", "a b")))


def test_nothing_runs_or_posts_until_it_is_allowed(shown: Shown) -> None:
    part = shown.part
    assert part.notice.isChecked()
    assert not any(each.isChecked() for each in (part.raises, part.runs, part.posts, part.private))
    assert (part.sound.currentText(), part.command.text()) == ("Bell", "/bin/x 'a b'")
    for box in (part.runs, part.posts, part.private, part.notice):
        box.click()
    assert shown.asked == [
        ("changed", "alert_runs", True),
        ("changed", "alert_posts", True),
        ("changed", "alert_private", True),
        ("changed", "alert_notice", False),
    ]


def test_a_command_is_words_and_no_shell(shown: Shown) -> None:
    part = shown.part
    part.command.setText("/bin/notify --title 'a b' \"$HOME\" ; x")
    part.command.editingFinished.emit()
    part.command.editingFinished.emit()
    assert shown.asked == [("changed", "alert_command", ("/bin/notify", "--title", "a b", "$HOME", ";", "x"))]
    part.command.setText("/bin/x 'open")
    part.command.editingFinished.emit()
    assert len(shown.asked) == 1
    assert "cannot be read" in part.answer.text()


def test_what_there_is_nothing_for_cannot_be_tested_or_forgotten(shown: Shown) -> None:
    part = shown.part
    part.command.clear()
    buttons = (part.tests["command"], part.tests["webhook"], part.forget)
    assert [each.isEnabled() for each in buttons] == [False, False, False]
    part.command.setText("tell")
    part.show_origin("address from the keyring", has_address=True)
    assert [each.isEnabled() for each in buttons] == [True, True, True]
    part.show_origin("no address yet", has_address=False)
    assert [each.isEnabled() for each in buttons] == [True, False, False]
    assert part.keep.isEnabled()


def test_each_can_be_tried_and_the_answer_is_plain(shown: Shown) -> None:
    shown.part.command.setText("tell")
    shown.part.show_origin("address from the keyring", has_address=True)
    for button in shown.part.tests.values():
        button.click()
    assert [what[1] for what in shown.asked] == ["notice", "sound", "raise", "command", "webhook"]
    shown.part.show_answer("it <b>failed</b>", False)
    assert shown.part.answer.text() == "it <b>failed</b>"
    assert shown.part.answer.textFormat() is Qt.TextFormat.PlainText
    assert shown.part.answer.property("colour") == "error"


def test_an_address_is_hidden_and_given_once(shown: Shown) -> None:
    part = shown.part
    part.show_origin("address from the keyring", has_address=True)
    assert part.webhook.echoMode() is QLineEdit.EchoMode.Password
    part.keep.click()
    assert "first" in part.answer.text()
    QTest.keyClicks(part.webhook, " https://hooks.test/s3cr3t ")
    QTest.keyClick(part.webhook, Qt.Key.Key_Return)
    part.forget.click()
    assert shown.asked == [("webhook_given", "https://hooks.test/s3cr3t"), ("webhook_forgotten",)]

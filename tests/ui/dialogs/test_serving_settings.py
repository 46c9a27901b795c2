"""The settings about other programs: what they show, and what they ask for."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFormLayout, QWidget
from pytestqt.qtbot import QtBot

from quotedesk.config.settings import Settings
from quotedesk.ui.dialogs.serving_settings import ServingSettings

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class ShownServing:
    """The part on a form of its own, and all that it asked for."""

    def __init__(self, qtbot: QtBot, settings: Settings) -> None:
        self.window = QWidget()
        form = QFormLayout(self.window)
        self.part = ServingSettings(settings, form, self.window)
        qtbot.addWidget(self.window)
        self.asked: list[tuple[object, ...]] = []
        self.part.changed.connect(lambda name, value: self.asked.append((name, value)))
        self.part.token_wanted.connect(lambda: self.asked.append(("copy",)))
        self.part.token_renewed.connect(lambda: self.asked.append(("renew",)))
        self.window.show()

    def write(self, text: str) -> None:
        self.part.origins.selectAll()
        QTest.keyClicks(self.part.origins, text)
        QTest.keyClick(self.part.origins, Qt.Key.Key_Return)


def test_each_choice_is_asked_for_by_its_name_in_the_settings(qtbot: QtBot) -> None:
    shown = ShownServing(qtbot, Settings())
    part = shown.part
    assert (part.serves.isChecked(), part.web.isChecked(), part.port.value()) == (True, False, 8417)
    assert not part.copy_token.isEnabled(), "there is nothing to use it for"
    part.serves.click()
    part.web.click()
    part.port.setValue(9000)
    QTest.keyClick(part.port, Qt.Key.Key_Return)
    part.copy_token.click()
    part.new_token.click()
    assert shown.asked == [("serves", False), ("serves_web", True), ("web_port", 9000), ("copy",), ("renew",)]


def test_pages_are_addresses_each_once_and_what_is_none_is_said(qtbot: QtBot) -> None:
    shown = ShownServing(qtbot, Settings(serves_web=True, web_origins=("https://a.example",)))
    assert shown.part.origins.text() == "https://a.example"
    shown.write("https://a.example")
    assert shown.asked == []
    shown.write("a.example")
    assert "a.example" in shown.part.answer.text()
    shown.write("https://a.example/, http://localhost:3000 https://a.example")
    assert shown.asked == [("web_origins", ("https://a.example", "http://localhost:3000"))]


def test_where_programs_connect_can_be_copied_while_they_can(qtbot: QtBot) -> None:
    shown = ShownServing(qtbot, Settings())
    shown.part.show_place("")
    assert not shown.part.copy_place.isEnabled()
    shown.part.show_place("/home/me/profile/serve.sock")
    shown.part.copy_place.click()
    assert QGuiApplication.clipboard().text() == "/home/me/profile/serve.sock"
    assert shown.part.answer.text() == "The path is copied."
    shown.part.show_answer("The port is in use.", False)
    assert shown.part.answer.property("colour") == "error"
    shown.part.show_answer("", True)
    assert not shown.part.answer.isVisible()

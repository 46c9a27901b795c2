"""A text to read, copy and save."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from quotedesk.ui.dialogs.text_window import TextWindow
from tests.ui.conftest import texts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def window(qtbot: QtBot, text: str, name: str = "report.txt") -> TextWindow:
    made = TextWindow("A title", "What it is", text, name, None)
    qtbot.addWidget(made)
    made.show()
    return made


def button(made: TextWindow, text: str) -> QPushButton:
    return next(each for each in made.findChildren(QPushButton) if each.text().replace("&", "").startswith(text))


def test_the_text_is_plain_and_copied_as_it_is(qtbot: QtBot) -> None:
    made = window(qtbot, "<b>not bold</b>\nline")
    assert made.text.toPlainText() == "<b>not bold</b>\nline"
    button(made, "Copy").click()
    assert QGuiApplication.clipboard().text() == "<b>not bold</b>\nline"


def test_what_is_only_to_be_read_cannot_be_written_or_saved(qtbot: QtBot) -> None:
    made = window(qtbot, "text", "")
    assert made.text.isReadOnly()
    assert not button(made, "Save").isVisible()


def test_it_is_saved_with_what_the_user_wrote_into_it(qtbot: QtBot, tmp_path: Path) -> None:
    made = window(qtbot, "report \u00e4")
    told = texts(made.noticed)
    made.text.setPlainText("mine\nreport \u00e4")
    made.save(tmp_path / "x.txt")
    assert (tmp_path / "x.txt").read_text("utf-8") == "mine\nreport \u00e4"
    assert told == [f"Saved as {tmp_path / 'x.txt'}"]


def test_where_it_cannot_be_saved_it_stays_and_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    made = window(qtbot, "report")
    told = texts(made.noticed)
    made.save(tmp_path / "nowhere" / "x.txt")
    assert "could not be saved" in told[0]
    assert made.isVisible()

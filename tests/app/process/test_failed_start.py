"""What is said of a start that failed, and the window that says so; the start: tests/desktop/test_failed_start."""

import errno
import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from quotedesk.app.process import failed_start
from quotedesk.app.process.failed_start import FailedStart, words


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "/p/x: The disk is full. Make room"),
        (errno.EDQUOT, "/p/x: The disk is full. Make room"),
        (errno.EROFS, "/p/x: It can only be read. Use another folder with --profile."),
        (errno.EACCES, "/p/x: You may not read or write it. Give yourself the right to"),
        (errno.EIO, "/p/x: Input/output error"),
    ],
)
def test_what_the_system_would_not_do_is_said_with_what_to_do(number: int, said: str) -> None:
    assert words(OSError(number, "Input/output error", "/p/x")).startswith(said)


def test_the_reason_is_plain_text_and_can_be_copied(qtbot: QtBot) -> None:
    dialog = FailedStart("<b>/p</b> cannot be used")
    qtbot.addWidget(dialog)
    assert dialog.reason.textFormat() is Qt.TextFormat.PlainText
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == "<b>/p</b> cannot be used"
    with qtbot.waitSignal(dialog.rejected):
        dialog.quit.click()


@pytest.mark.parametrize("platform", ["offscreen", "minimal:x"])
def test_without_a_screen_there_is_no_window(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert not failed_start.is_unseen()


def test_a_program_that_reads_a_pipe_needs_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    reading, writing = os.pipe()
    with open(reading), open(writing, "w") as pipe, monkeypatch.context() as patch:
        patch.setattr("sys.stderr", pipe)
        assert not failed_start.is_unseen()


def test_who_reads_a_terminal_needs_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert failed_start.is_unseen()
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert not failed_start.is_unseen()

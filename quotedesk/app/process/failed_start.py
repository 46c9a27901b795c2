"""A start that failed, told in a window: whoever starts from a menu sees no standard error."""

import errno
import os
import stat
import sys
from typing import TextIO

from PySide6.QtCore import Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QVBoxLayout

_LEAST_WIDTH_PX = 440
_EXIT_CODE = 2  # as of the line on standard error
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_RIGHTS = (errno.EACCES, errno.EPERM)


def words(fault: OSError) -> str:
    """What the system would not do, and what to do about it, in one line."""
    place = f"{fault.filename}: " if fault.filename else ""
    if fault.errno in _FULL:
        return f"{place}The disk is full. Make room on it and start again, or use another folder with --profile."
    if fault.errno == errno.EROFS:
        return f"{place}It can only be read. Use another folder with --profile."
    if fault.errno in _NO_RIGHTS:
        return f"{place}You may not read or write it. Give yourself the right to, or use another folder with --profile."
    return f"{place}{fault.strerror or fault}"


def is_unseen() -> bool:
    """Is there a screen, and neither a terminal where a line would be read nor a pipe to a program that reads it?"""
    if sys.stderr is not None and not sys.stderr.closed and (sys.stderr.isatty() or _is_pipe(sys.stderr)):
        return False
    if os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] in ("offscreen", "minimal"):
        return False
    return not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    )


def _is_pipe(stream: TextIO) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except OSError:  # it is no file
        return False


def show(reason: str, command: str) -> None:
    """Show why the start failed until the user has read it. Nothing else of the program runs by now."""

    def note(kind: QtMsgType, context: object, text: str) -> None:
        if kind is QtMsgType.QtFatalMsg:  # no screen after all: Qt would end without a word and leave a core dump
            if sys.stderr is not None:
                print(f"{command}: {reason}", file=sys.stderr, flush=True)
            os._exit(_EXIT_CODE)

    qInstallMessageHandler(note)
    app = QApplication.instance() or QApplication(["quotedesk"])
    app.setApplicationName("quotedesk")
    FailedStart(reason).exec()


class FailedStart(QDialog):
    """The reason as plain text that can be marked, a button that copies it, one that ends."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.setWindowTitle("quotedesk could not start")
        self.reason = QLabel(reason)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setWordWrap(True)
        self.reason.setMinimumWidth(_LEAST_WIDTH_PX)
        self.reason.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        buttons = QDialogButtonBox()
        self.copy = buttons.addButton("&Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.quit = buttons.addButton("&Quit", QDialogButtonBox.ButtonRole.RejectRole)
        self.copy.setAutoDefault(False)
        self.quit.setDefault(True)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(reason))
        self.quit.clicked.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(16)
        column.addWidget(self.reason)
        column.addWidget(buttons)
        self.quit.setFocus()

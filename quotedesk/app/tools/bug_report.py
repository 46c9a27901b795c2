"""A report of a problem, for the user to look over and save: versions, figures, the log's last lines, no secret."""

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication

from quotedesk import __version__
from quotedesk.app.windows import Windows
from quotedesk.engine.redactor import Redactor

LOG_LINES = 150
_LOG_BYTES = 60_000
_SAID = "Nothing is sent. Look it over, and save or copy it if you want to tell of a problem."
_AFTER_A_CRASH = f"Something went wrong in the last run: sorry. {_SAID}"


class BugReports:
    """Opens the report when it is asked for, and by itself after a run that went wrong.

    `figures` gives (name, value) lines; `crash` is what the last run left.
    """

    def __init__(
        self,
        windows: Windows,
        figures: Callable[[], list[tuple[str, str]]],
        redactor: Redactor,
        log_file: Path,
        crash: str,
    ) -> None:
        self._windows = windows
        self._figures = figures
        self._redactor = redactor
        self._log_file = log_file
        self._crash = crash
        windows.requests.report.connect(self.open)

    def offer(self) -> None:
        """Open it where the last run went wrong."""
        if self._crash:
            self._show(_AFTER_A_CRASH)

    def open(self) -> None:
        """The user wants one."""
        self._show(_SAID)

    def text(self) -> str:
        """The whole report."""
        parts = {
            "What were you doing, and what happened?": "",
            "Versions": "\n".join(versions()),
            "Figures": "\n".join(f"{name}: {value}" for name, value in self._figures()),
            "What went wrong in the last run": self._crash,
            f"The last {LOG_LINES} lines of the log": tail(self._log_file, LOG_LINES),
        }
        told = "\n\n".join(f"{title}\n{text or '-'}" for title, text in parts.items())
        return self._redactor.clean(without_home(told)) + "\n"

    def _show(self, said: str) -> None:
        from quotedesk.ui.dialogs.text_window import TextWindow  # the first paint need not wait for it

        front = self._windows.front
        window = TextWindow("Report a problem", said, self.text(), f"quotedesk-{__version__}-report.txt", front)
        window.noticed.connect(self._windows.show_notice)
        told = "Every message of the connections: look it over, and save it beside the report"
        window.offer(
            "Add the last 10 &minutes\N{HORIZONTAL ELLIPSIS}", told, self._windows.requests.recording_saved.emit
        )
        window.show()


def versions() -> list[str]:
    """What runs here, on what."""
    kind = "standalone" if getattr(sys, "frozen", False) else "Python package"
    session = os.environ.get("XDG_SESSION_TYPE") or "-"
    return [
        f"quotedesk {__version__}, {kind}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        f"{platform.system()} {platform.release()} {platform.machine()}, {platform.libc_ver()[1] or '-'}",
        f"Windows by {QGuiApplication.platformName() or '-'}, session {session}, "
        f"desktop {os.environ.get('XDG_CURRENT_DESKTOP') or '-'}",
    ]


def tail(path: Path, lines: int) -> str:
    """The last lines of a text file; "" where it cannot be read."""
    try:
        with open(path, "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _LOG_BYTES))
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""


def without_home(text: str) -> str:
    """The text without the name of the user's own folder."""
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text

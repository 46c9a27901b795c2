"""The Help menu: the keys, the diagnostics, and what this is."""

import contextlib
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenuBar, QMessageBox, QWidget

from quotedesk import __version__
from quotedesk.config.paths import resource
from quotedesk.ui.dialogs.key_list import KeyList
from quotedesk.ui.looks import fonts
from quotedesk.ui.looks.actions import act, groups_of
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.window.requests import Requests

_FROM_SOURCE = (
    "quotedesk itself: MIT, see LICENSE.\n\nThis is not the standalone program: Python and each package that quotedesk "
    "requires were installed beside it, and brought their licences along. pip show -f NAME lists them."
)

_FONT = f"{fonts.FAMILY}, the font: a part of Inter 4.1, under a name of its own."
_ABOUT_PX = 330  # of the text: the box must not cut its own title


class HelpMenu(Menu):
    """Shows its windows over `window`; the keys are those of `bar`."""

    def __init__(self, bar: QMenuBar, requests: Requests, window: QWidget) -> None:
        super().__init__("&Help", window)
        self._bar = bar
        self._window = window
        act(self, "&Keys", "F1", self._show_keys)
        diagnostics = act(self, "&Diagnostics", "Ctrl+Shift+D", requests.diagnostics.emit)
        diagnostics.setShortcuts([QKeySequence("Ctrl+Shift+D"), QKeySequence("Ctrl+Alt+=")])  # as other desks have it
        act(self, "&Report a problem\N{HORIZONTAL ELLIPSIS}", "Ctrl+Shift+B", requests.report.emit)
        act(self, "&Save the last 10 minutes\N{HORIZONTAL ELLIPSIS}", "Ctrl+Alt+S", requests.recording_saved.emit)
        self._licences = self.addSeparator()
        act(self, "&Licences", "Ctrl+F1", self.show_licences)
        act(self, "&About quotedesk", "Shift+F1", self.show_about)

    def add_messages(self, show: Callable[[], object]) -> None:
        """The entry for what was told before and has left."""
        messages = act(self, "&Messages", "Ctrl+Shift+M", show)
        self.insertAction(self._licences, messages)

    def show_about(self) -> None:
        """What this is."""
        box = QMessageBox(self._window)
        box.setWindowTitle("About quotedesk")
        box.setStyleSheet(f"QLabel#qt_msgbox_informativelabel {{ min-width: {_ABOUT_PX}px; }}")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(f"quotedesk {__version__}")
        box.setInformativeText("A live watchlist: feeds side by side, one connection per address, a sparkline per row.")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def show_licences(self) -> None:
        """The licences of all that is in the program."""
        from quotedesk.ui.dialogs.text_window import TextWindow  # the first paint need not wait for it

        try:
            text = resource("notices.txt").read_text(encoding="utf-8")
        except OSError:
            text = _FROM_SOURCE
            with contextlib.suppress(OSError):
                text += f"\n\n{_FONT}\n\n{resource(fonts.LICENCE).read_text(encoding='utf-8')}"
        TextWindow(
            "Licences", "quotedesk is free software, and so is all that it is made of.", text, "", self._window
        ).show()

    def _show_keys(self) -> None:
        """All keys, taken from the actions themselves."""
        KeyList(groups_of(self._bar), self._window).show()

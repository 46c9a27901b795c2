"""Tells who works elsewhere that prices stopped, and that they are back. A short break is no news."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from quotedesk.app.windows import Windows
from quotedesk.market.clock import Clock
from quotedesk.market.states import LinkStatus
from quotedesk.ui.window.link_text import reasons, silence

NEWS_AFTER_MS = 5000


class Notifier(QObject):
    """Follows the links that the windows show; `wanted` says if the user wants to be told.

    A link that is up and brings no prices is as good as a lost one: the prices stand either way.

    Attributes:
        say: shows (title, text) on the desktop.
    """

    def __init__(
        self, windows: Windows, wanted: Callable[[], bool], clock: Clock, say: Callable[[str, str], None]
    ) -> None:
        super().__init__(windows)
        self._windows = windows
        self._wanted = wanted
        self._clock = clock
        self.say = say
        self._links: tuple[LinkStatus, ...] = ()
        self._told: set[str] = set()  # the lost and silent links that the user was told of
        self._waiting = QTimer(self, singleShot=True, interval=NEWS_AFTER_MS)
        self._waiting.timeout.connect(self._tell_stop)
        windows.links_shown.connect(self._follow)

    def _follow(self, links: tuple[LinkStatus, ...]) -> None:
        self._links = links
        away = {link.name for link in links if _is_away(link)}
        if away - self._told:
            if not self._waiting.isActive():
                self._waiting.start()
        else:
            self._waiting.stop()
        if self._told and not away:
            self._tell("Prices are back", "They come again.")
        self._told &= away

    def _tell_stop(self) -> None:
        lost = [link for link in self._links if link.is_lost]
        silent = [link for link in self._links if link.is_silent]
        why = ((reasons(lost, self._links) or "offline") if lost else "", silence(silent, self._links, self._clock))
        if self._tell("Prices stopped", "  ".join(filter(None, why))):
            self._told = {link.name for link in (*lost, *silent)}

    def _tell(self, title: str, text: str) -> bool:
        """Was there anybody to be told?"""
        if not self._wanted() or QGuiApplication.applicationState() is Qt.ApplicationState.ApplicationActive:
            return False
        QApplication.alert(self._windows.front)
        self.say(title, text)
        return True


def _is_away(link: LinkStatus) -> bool:
    return link.is_lost or link.is_silent

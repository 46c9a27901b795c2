"""Notices on the desktop: of its notification service, over D-Bus, else of the tray.

QtDBus of PySide6 cannot be used: from Python it has no unsigned number, which Notify wants. The keyring brings jeepney.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from quotedesk.app.process.faults import log
from quotedesk.engine.tasks import Tasks

if TYPE_CHECKING:
    from jeepney.io.asyncio import DBusConnection

NOTIFICATIONS = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
NO_NOTICES = "This desktop shows no notices: it has neither a notification service nor a tray."
_PATIENCE_S = 3.0
_TRAY_MS = 10_000
_MOST_KEPT = 50  # notices whose clicks are answered
_OPEN = "default"  # what a click on a notice is called


class DesktopNotices(QObject):
    """Shows notices. `icon`: of the tray's entry; `desktop_id`: as the system's menus know the program.

    Signals:
        opened(key, token): a notice was clicked; with the desktop's activation token, "" for none.
    """

    opened = Signal(str, str)

    def __init__(self, tasks: Tasks, icon: Callable[[], QIcon], desktop_id: str, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._icon = icon
        self._desktop_id = desktop_id
        self._connection: DBusConnection | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}  # that are waited for, by the serial of what was asked
        self._opening = asyncio.Lock()
        self._understands: frozenset[str] = frozenset()
        self._keys: dict[int, str] = {}  # of the service's notices -> ours
        self._tokens: dict[int, str] = {}
        self._tray: QSystemTrayIcon | None = None
        self._tray_key = ""

    def show(self, title: str, text: str, key: str = "", answer: Callable[[str], None] | None = None) -> None:
        """Show a notice. A click on it tells `key`; `answer` gets why it cannot be shown, "" where it is."""
        self._tasks.spawn(self._show(title, text, key, answer), "notice")

    def prepare(self) -> None:
        """Connect to the desktop's service ahead of the first notice."""
        if self._connection is None and not self._opening.locked():
            self._tasks.spawn(self._prepare(), "notices")

    def close(self) -> None:
        """Let go of the desktop."""
        self._let_go()
        if self._tray is not None:
            self._tray.hide()

    # Inside

    async def _show(self, title: str, text: str, key: str, answer: Callable[[str], None] | None) -> None:
        is_shown = await self._shown_by_service(title, text, key) or self._shown_by_tray(title, text, key)
        if answer is not None:
            answer("" if is_shown else NO_NOTICES)

    async def _shown_by_service(self, title: str, text: str, key: str) -> bool:
        if sys.platform in ("win32", "darwin"):
            return False
        try:
            async with asyncio.timeout(_PATIENCE_S):
                return await self._notify(await self._open(), title, text, key)
        except Exception:  # noqa: BLE001 - the library raises what it likes; a desktop without notices is no fault
            self._let_go()
            return False

    async def _prepare(self) -> None:
        if sys.platform not in ("win32", "darwin"):
            with contextlib.suppress(Exception):  # as above; the first notice tries again
                async with asyncio.timeout(_PATIENCE_S):
                    await self._open()

    async def _open(self) -> "DBusConnection":
        async with self._opening:
            if self._connection is None:
                await asyncio.to_thread(_load)
                from jeepney import MatchRule, message_bus
                from jeepney.io.asyncio import open_dbus_connection

                connection = await open_dbus_connection()
                self._tasks.spawn(self._listen(connection), "clicks on notices")
                rule = MatchRule(type="signal", interface=NOTIFICATIONS, path=PATH)
                try:
                    await self._call(connection, message_bus.AddMatch(rule))
                    self._understands = frozenset((await self._call(connection, _method("GetCapabilities")))[0])
                except BaseException:
                    connection.writer.close()
                    raise
                self._connection = connection
            return self._connection

    async def _notify(self, connection: "DBusConnection", title: str, text: str, key: str) -> bool:
        import html  # half a megabyte that few starts have need of

        body = html.escape(text, quote=False) if "body-markup" in self._understands else text
        actions = [_OPEN, "Open"] if "actions" in self._understands and key else []
        hints = {
            "urgency": ("y", 1),
            "desktop-entry": ("s", self._desktop_id),
            "suppress-sound": ("b", True),  # the rule says what is heard
        }
        said = ("quotedesk", 0, self._desktop_id, title, body, actions, hints, -1)
        (number,) = await self._call(connection, _method("Notify", "susssasa{sv}i", said))
        self._keys[number] = key
        while len(self._keys) > _MOST_KEPT:
            del self._keys[next(iter(self._keys))]
        return True

    async def _call(self, connection: "DBusConnection", message: Any) -> Any:
        """Send a message and wait for the answer to it. Raises what the library raises."""
        from jeepney.wrappers import unwrap_msg

        serial = next(connection.outgoing_serial)
        answer = self._answers[serial] = asyncio.get_running_loop().create_future()
        try:
            await connection.send(message, serial=serial)
            return unwrap_msg(await answer)
        finally:
            self._answers.pop(serial, None)

    async def _listen(self, connection: "DBusConnection") -> None:
        """Answers come, and clicks as signals, the activation token of one just before it."""
        from jeepney import HeaderFields

        try:
            while True:
                message = await connection.receive()
                fields = message.header.fields
                answer = self._answers.get(fields.get(HeaderFields.reply_serial, 0))
                if answer is not None and not answer.done():
                    answer.set_result(message)
                match fields.get(HeaderFields.member), message.body:
                    case "ActivationToken", (int(number), str(token)):
                        self._tokens = {number: token}
                    case "ActionInvoked", (int(number), str(action)) if action == _OPEN and number in self._keys:
                        self.opened.emit(self._keys[number], self._tokens.pop(number, ""))
                    case "NotificationClosed", (int(number), _):
                        self._keys.pop(number, None)
        except Exception:  # noqa: BLE001 - as above: the bus went, or speaks something else
            log.debug("the session bus went away")
        finally:
            connection.writer.close()
            if self._connection is connection:
                self._let_go()

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.writer.close()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError())

    def _shown_by_tray(self, title: str, text: str, key: str) -> bool:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return False
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._icon(), self)
            self._tray.messageClicked.connect(lambda: self.opened.emit(self._tray_key, ""))
        self._tray_key = key
        self._tray.show()
        self._tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information, _TRAY_MS)
        QTimer.singleShot(_TRAY_MS, self._tray.hide)
        return True


def _load() -> None:
    """Import the library."""
    from jeepney.io import asyncio as library

    assert library


def _method(name: str, kinds: str | None = None, said: tuple[Any, ...] = ()) -> Any:
    """A call of the service."""
    from jeepney import DBusAddress, new_method_call

    return new_method_call(DBusAddress(PATH, NOTIFICATIONS, NOTIFICATIONS), name, kinds, said)

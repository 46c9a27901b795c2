"""A second start on a profile in use rings here, and the first one shows its window."""

import hashlib
import os

from PySide6.QtCore import QDeadlineTimer, QObject, QThread, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from quotedesk.config.paths import Profile

PATIENCE_MS = 2000
_RETRY_MS = 50
_LONGEST_LINE = 512
_ANSWER = b"shown\n"


class Activation(QObject):
    """Listens for the holder of the profile's lock; whatever stands in its place was left by a dead one.

    Signals:
        requested(str): somebody wants the window; with the desktop's activation token, "" for none.
    """

    requested = Signal(str)

    def __init__(self, profile: Profile, parent: QObject) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        QLocalServer.removeServer(_name(profile))
        self.is_listening = self._server.listen(_name(profile))

    def close(self) -> None:
        """Listen no longer."""
        self._server.close()

    def _answer(self) -> None:
        while socket := self._server.nextPendingConnection():
            socket.disconnected.connect(socket.deleteLater)
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if socket.canReadLine():
            token = bytes(socket.readLine(_LONGEST_LINE).data()).decode("ascii", "replace").strip()
            self.requested.emit(token if token.isprintable() else "")
            socket.write(_ANSWER)
            socket.disconnectFromServer()
        elif socket.bytesAvailable() > _LONGEST_LINE:
            socket.abort()


def request_activation(profile: Profile, patience_ms: int = PATIENCE_MS) -> bool:
    """Ask the one who holds the profile to show its window; did it? One that has just started may not listen yet."""
    patience = QDeadlineTimer(patience_ms)
    while True:
        socket = QLocalSocket()
        socket.connectToServer(_name(profile))
        if socket.waitForConnected(patience.remainingTime()):
            break
        if patience.hasExpired():
            return False
        QThread.msleep(_RETRY_MS)
    socket.write(os.environ.get("XDG_ACTIVATION_TOKEN", "").encode("ascii", "replace") + b"\n")
    socket.flush()
    return bool(socket.waitForReadyRead(patience_ms)) and bytes(socket.readAll().data()) == _ANSWER


def _name(profile: Profile) -> str:
    """One a folder and user, short whatever the folder is called: a socket's path may have 107 bytes."""
    whose = f"{os.getuid() if hasattr(os, 'getuid') else ''} {profile.folder.resolve()}"
    return f"quotedesk-{hashlib.sha256(whose.encode(errors='surrogateescape')).hexdigest()[:24]}"

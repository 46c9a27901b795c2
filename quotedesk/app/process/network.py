"""Tells when the computer goes to another network: a connection made on the one before may be dead without a word."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation


class Network(QObject):
    """The system's own news of its network, where it has any.

    Attributes:
        is_watching: does the system tell?

    Signals:
        changed(): another network, or one again after none.
    """

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_watching = QNetworkInformation.loadDefaultBackend()
        if self.is_watching:
            news = QNetworkInformation.instance()
            news.reachabilityChanged.connect(self._reach_changed)
            news.transportMediumChanged.connect(lambda _: self.changed.emit())

    def _reach_changed(self, reach: QNetworkInformation.Reachability) -> None:
        if reach not in (QNetworkInformation.Reachability.Disconnected, QNetworkInformation.Reachability.Unknown):
            self.changed.emit()

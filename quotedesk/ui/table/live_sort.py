"""Keeps a sorted table sorted while prices move: a few times a second, and never under the hand."""

from collections.abc import Callable

from PySide6.QtCore import QDeadlineTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.view import TableView

EVERY_MS = 250
KEYS_REST_MS = 1000  # after a key in the table


class LiveSort(QObject):
    """Sorts one table. `is_busy`: is something under the hand that must not move?"""

    def __init__(self, table: TableView, model: TableModel, is_busy: Callable[[], bool]) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._is_busy = is_busy
        self._version = -1  # of the quotes, at the last look
        self._keys = QDeadlineTimer(0)
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        model.headerDataChanged.connect(self._settle)
        model.modelReset.connect(self._settle)
        table.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress:
            self._keys = QDeadlineTimer(KEYS_REST_MS)
        return False

    def look(self) -> None:
        """Sort again, if there is reason to and nothing forbids it."""
        version = self._model.quotes.version
        if version == self._version or not self._table.isVisible() or self._table.window().isMinimized():
            return
        is_held = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton or not self._keys.hasExpired()
        if is_held or self._is_busy():
            return
        self._version = version
        self._model.sort_again()

    def _settle(self) -> None:
        sorted_by = self._model.sorted_by
        if sorted_by is not None and sorted_by[0].key is not None:
            self._timer.start()
        else:
            self._timer.stop()

"""The bare window: a QTableView of the same size that imports the same packages, and nothing else.

Usage: python -m tests.bench.bare ROWS WIDTHxHEIGHT. Prints its milliseconds from the start of the process to the first
paint, and its resident memory in MB, as JSON.
"""

import json
import sys
from typing import Any

import keyring  # noqa: F401
import msgspec  # noqa: F401
import numpy  # noqa: F401
import platformdirs  # noqa: F401
import pyqtgraph  # noqa: F401
import qasync  # noqa: F401
import truststore  # noqa: F401
import websockets.asyncio.client  # noqa: F401
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtNetwork import QLocalServer  # noqa: F401
from PySide6.QtSvg import QSvgRenderer  # noqa: F401
from PySide6.QtWidgets import QApplication, QTableView

from quotedesk.app.tools.metrics import process_age_s, rss_mb

COLUMNS = 8


class Model(QAbstractTableModel):
    def __init__(self, rows: int) -> None:
        super().__init__()
        self._rows = rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else COLUMNS

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return f"{index.row()}.{index.column():02}" if role == Qt.ItemDataRole.DisplayRole else None


class View(QTableView):
    painted = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.painted:
            self.painted = True
            age_ms = process_age_s() * 1000
            QTimer.singleShot(1500, lambda: self._tell(age_ms))

    def _tell(self, age_ms: float) -> None:
        print(json.dumps({"first_paint_ms": age_ms, "rss_mb": rss_mb()}))
        QApplication.quit()


if __name__ == "__main__":
    app = QApplication([])
    view = View()
    model = Model(int(sys.argv[1]))
    view.setModel(model)
    width, height = map(int, sys.argv[2].split("x"))
    view.resize(width, height)
    view.show()
    app.exec()

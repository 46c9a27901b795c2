"""How soon a key and a drag are answered under load: the program, with someone at its table.

Usage: python -m tests.bench.hands FOR_S ARGUMENTS OF QUOTEDESK. Another thread posts an arrow key, then a step of a
drag, five times a second each. A key is answered when the table is painted with another current row, a step of a drag
when the line between the rows has moved. Prints milliseconds as JSON.
"""

import json
import sys
import threading
import time
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QKeyEvent

from quotedesk import cli
from quotedesk.app.windows import Windows
from quotedesk.ui.looks.theme import NORMAL

WARM_S = 4.0
EVERY_S = 0.1


class Hand(QObject):
    """Posts, and looks when it is answered."""

    def __init__(self, windows: Windows, for_s: float) -> None:
        super().__init__()
        window = windows.all[0]
        self._windows = windows  # kept
        self._table, self.panel = window.table, window.panel
        self._for_s = for_s
        self._posted_s = 0.0
        self._waits_for = ""
        self._answered = threading.Event()
        self.took_ms: dict[str, list[float]] = {"key": [], "drag": []}
        self._table.selectionModel().currentChanged.connect(self._turned)
        self.panel._dropping.line.installEventFilter(self)
        assert self._table.log is not None
        painted = self._table.log.painted

        def seen(*figures: Any) -> None:
            painted(*figures)
            if self._waits_for == "paint":
                self._note("key")

        self._table.log.painted = seen  # type: ignore[method-assign]
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier)  # makes Qt's keyboard, here
        self._text = QMimeData()
        self._text.setText("NEW.US")
        threading.Thread(target=self._work, daemon=True).start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint and self._waits_for == "drag":
            self._note("drag")
        return False

    def _turned(self) -> None:
        if self._waits_for == "key":
            self._waits_for = "paint"

    def _note(self, what: str) -> None:
        self._waits_for = ""
        self.took_ms[what].append((time.monotonic() - self._posted_s) * 1000)
        self._answered.set()

    def _work(self) -> None:
        time.sleep(WARM_S)
        end_s, step = time.monotonic() + self._for_s, 0
        copy, left, no_keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        while time.monotonic() < end_s:
            step += 1
            down = Qt.Key.Key_Up if step % 20 >= 10 else Qt.Key.Key_Down
            self._post("key", self._table, QKeyEvent(QEvent.Type.KeyPress, down, no_keys))
            place = QPoint(200, 100 + step % 15 * NORMAL.row_px)
            QCoreApplication.postEvent(self.panel, QDragEnterEvent(place, copy, self._text, left, no_keys))
            place += QPoint(0, 5 * NORMAL.row_px)
            self._post("drag", self.panel, QDragMoveEvent(place, copy, self._text, left, no_keys))
            QCoreApplication.postEvent(self.panel, QDragLeaveEvent())
        took = {f"{what}_{name}_ms": value for what in self.took_ms for name, value in told(self.took_ms[what])}
        print(json.dumps(took), flush=True)

    def _post(self, what: str, target: QObject, event: QEvent) -> None:
        time.sleep(EVERY_S)
        self._answered.clear()
        self._waits_for, self._posted_s = what, time.monotonic()
        QCoreApplication.postEvent(target, event)
        self._answered.wait(2.0)


def told(values: list[float]) -> list[tuple[str, float]]:
    values = sorted(values)
    return [("count", len(values)), ("p50", values[len(values) // 2]), ("max", values[-1])]


if __name__ == "__main__":
    show, for_s = Windows.show, float(sys.argv[1])
    hands = []

    def shown(windows: Windows) -> None:
        show(windows)
        hands.append(Hand(windows, for_s))

    Windows.show = shown  # type: ignore[method-assign]
    sys.argv = ["quotedesk", *sys.argv[2:]]
    sys.exit(cli.main())

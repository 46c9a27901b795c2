"""How long the loop is held up by a paste of 10,000 symbols on the demo feed, and while they tick for the first time.

Usage: python -m tests.bench.paste FOR_S ARGUMENTS OF QUOTEDESK. Prints the longest pauses of Qt's loop in milliseconds,
that of the paste and the longest one within FOR_S after it, as JSON.
"""

import json
import sys
import time

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from quotedesk import cli
from quotedesk.app.windows import Windows

SYMBOLS = 10_000
WARM_MS = 4000
EVERY_MS = 2


class Pauses(QObject):
    """A timer of two milliseconds that sees how much later it comes."""

    def __init__(self, windows: Windows, for_s: float) -> None:
        super().__init__()
        self._windows, self._for_s = windows, for_s
        self._seen_s, self._longest_s = time.monotonic(), 0.0
        self._timer = QTimer(interval=EVERY_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        QTimer.singleShot(WARM_MS, self._copy)

    def _look(self) -> None:
        now_s = time.monotonic()
        self._longest_s = max(self._longest_s, now_s - self._seen_s - EVERY_MS / 1000)
        self._seen_s = now_s

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"S{number}.US" for number in range(SYMBOLS)))
        QTimer.singleShot(500, self._paste)

    def _paste(self) -> None:
        self._longest_s = 0.0
        self._windows.all[0].panel.paste()
        QTimer.singleShot(0, self._pasted)

    def _pasted(self) -> None:
        self._look()
        paste_ms, self._longest_s = self._longest_s * 1000, 0.0

        def tell() -> None:
            print(json.dumps({"paste_ms": paste_ms, "after_max_ms": self._longest_s * 1000}), flush=True)

        QTimer.singleShot(round(self._for_s * 1000), tell)


if __name__ == "__main__":
    show, for_s = Windows.show, float(sys.argv[1])
    kept = []

    def shown(windows: Windows) -> None:
        show(windows)
        kept.append(Pauses(windows, for_s))

    Windows.show = shown  # type: ignore[method-assign]
    sys.argv = ["quotedesk", *sys.argv[2:]]
    sys.exit(cli.main())

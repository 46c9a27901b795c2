"""How often the chart is painted under a hand and ticks, and how soon it follows: the program, with someone at it.

Usage: python -m tests.bench.chart_hands FOR_S ARGUMENTS OF QUOTEDESK. Another thread lets the chart be for a while,
drags it to and fro, holds Down in the table, and drags a chart of 5,000 candles, FOR_S / 4 seconds each. Prints JSON:

still_paints_s, pan_paints_s, pan_5000_paints_s: paints of the chart a second.
newest_p50_ms, newest_max_ms: the painting of one tick's change alone, 5,000 candles being there or not.
rows_s: rows that were current and painted in the chart, a second, while Down comes 40 times a second.
row_p50_ms, row_max_ms: from the key to the chart of the next row on screen.
"""

import json
import sys
import threading
import time
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

from quotedesk import cli
from quotedesk.app.windows import Windows
from quotedesk.market.candle import Candle
from quotedesk.market.number import of_float
from quotedesk.ui.chart import ranges
from quotedesk.ui.chart.plot import ChartPlot

WARM_S = 4.0
MOVES_S, KEYS_S = 120, 40  # a second
CANDLES, BAR_S = 5_000, 60
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class ChartHand(QObject):
    """Posts, and counts paints."""

    def __init__(self, windows: Windows, for_s: float) -> None:
        super().__init__()
        self._windows, self._window = windows, windows.all[0]
        self._window.chart.show_range("30m")
        self._dock = self._window.chart.dock
        self._plot = self._dock.plot
        self._for_s = for_s / 4
        self.paints = 0
        self.spent_ms: list[float] = []
        self._keys: list[tuple[float, int]] = []  # (posted, the row that becomes the current one)
        self.rows_ms: list[float] = []
        painted, hand = ChartPlot.paintEvent, self

        def paint(plot: ChartPlot, event: QPaintEvent) -> None:
            ground, began_s = plot._ground_key, time.perf_counter()
            painted(plot, event)
            hand.paints += 1
            if plot._ground_key == ground:
                hand.spent_ms.append((time.perf_counter() - began_s) * 1000)
            hand.look()

        ChartPlot.paintEvent = paint  # type: ignore[method-assign]
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, _NONE)  # makes Qt's keyboard, here
        self._steps = QTimer(self, interval=0)
        threading.Thread(target=self._work, daemon=True).start()

    def look(self) -> None:
        """The chart was painted: which keys does it answer?"""
        if not self._keys or self._plot.content is None:
            return
        rows = self._window.panel.model.rows
        shown = rows.index(self._plot.content.series.instrument)
        while self._keys and self._keys[0][1] <= shown:
            posted_s, row = self._keys.pop(0)
            if row == shown:
                self.rows_ms.append((time.monotonic() - posted_s) * 1000)

    def _work(self) -> None:
        time.sleep(WARM_S)
        told = {"still_paints_s": self._counted(lambda: time.sleep(self._for_s))}
        told["pan_paints_s"] = self._counted(self._drag)
        told["rows_s"] = self._held()
        told.update(_told("row", self.rows_ms))
        self._in_window(self._fill)
        time.sleep(0.5)
        told["pan_5000_paints_s"] = self._counted(self._drag)
        told.update(_told("newest", self.spent_ms))
        print(json.dumps(told), flush=True)

    def _counted(self, does) -> float:
        before, began_s = self.paints, time.monotonic()
        does()
        return (self.paints - before) / (time.monotonic() - began_s)

    def _drag(self) -> None:
        """To and fro, by some pixels each time."""
        middle = QPointF(self._plot.width() / 3, self._plot.height() / 2)
        self._mouse(QEvent.Type.MouseButtonPress, middle)
        for step in range(round(self._for_s * MOVES_S)):
            way = step % 60 if step % 120 < 60 else 60 - step % 60
            self._mouse(QEvent.Type.MouseMove, middle + QPointF(3 * way, 0))
            time.sleep(1 / MOVES_S)
        self._mouse(QEvent.Type.MouseButtonRelease, middle)

    def _mouse(self, kind: QEvent.Type, at: QPointF) -> None:
        held = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseButtonRelease else _LEFT
        button = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else _LEFT
        QCoreApplication.postEvent(self._plot, QMouseEvent(kind, at, at, button, held, _NONE))

    def _held(self) -> float:
        """Down, as a keyboard repeats it."""
        table, began_s = self._window.table, time.monotonic()
        self._keys.clear()
        for row in range(1, round(self._for_s * KEYS_S)):
            self._keys.append((time.monotonic(), row))
            QCoreApplication.postEvent(table, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, _NONE, autorep=True))
            time.sleep(1 / KEYS_S)
        time.sleep(0.2)
        return len(self.rows_ms) / (time.monotonic() - began_s - 0.2)

    def _in_window(self, does) -> None:
        """In Qt's thread."""
        done = threading.Event()

        def do() -> None:
            does()
            done.set()

        QTimer.singleShot(0, self, do)
        done.wait(10)

    def _fill(self) -> None:
        """5,000 candles, all in view."""
        dock, plot = self._dock, self._plot
        dock.data.charting = replace(dock.data.charting, candles_of=lambda feed: ((BAR_S,), CANDLES))
        dock.show_as(as_line=False)
        dock.choose(ranges.named("1h"))
        now_s = time.time() // BAR_S * BAR_S
        candles = []
        for bar in range(CANDLES, 0, -1):
            price = 105 + (bar * 7919 % 600) / 100
            low, first, last, high = (of_float(price + by, 2) for by in (-1, -0.5, 0.5, 1))
            candles.append(
                Candle(
                    start_utc_s=now_s - bar * BAR_S, open=first, high=high, low=low, close=last, volume=of_float(9, 0)
                )
            )
        self._window.show_candles(dock.instrument, BAR_S, candles, "")
        plot.view.pan(-1)
        plot.view.left, plot.view.right = 200.0, float(CANDLES)


def _told(what: str, values: list[float]) -> dict[str, float]:
    values = sorted(values) or [0.0]
    return {f"{what}_p50_ms": values[len(values) // 2], f"{what}_max_ms": values[-1]}


if __name__ == "__main__":
    show, for_s = Windows.show, float(sys.argv[1])
    hands = []

    def shown(windows: Windows) -> None:
        show(windows)
        hands.append(ChartHand(windows, for_s))

    Windows.show = shown  # type: ignore[method-assign]
    sys.argv = ["quotedesk", *sys.argv[2:]]
    sys.exit(cli.main())

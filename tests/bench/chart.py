"""What the chart costs on its own thread, off-screen. By hand: .venv/bin/python -m tests.bench.chart

Milliseconds of this thread's processor, median and worst of many: a tick that changes the newest candle, from the
numbers to the pixels; a step of a pan over 5,000 candles in view; next_row_ms by key; opening the chart. Issue 25
wants 1 ms, 16 ms, and 33 ms.
"""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # a window on a screen is not painted before the loop runs

import json
import statistics
import time
from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QApplication

from quotedesk.config.window_file import ChartState
from quotedesk.lists.book import Book
from quotedesk.lists.symbol_directory import Directories, SymbolDirectory
from quotedesk.market.batch import Batch
from quotedesk.market.candle import Candle
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import of_float
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.quotes import Quotes
from quotedesk.quotes.tick_bars import ChartedTicks
from quotedesk.ui.chart.chart_data import Charting
from quotedesk.ui.chart.ranges import RANGES
from quotedesk.ui.table import sparkline_shape
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.feed_view import FeedView
from quotedesk.ui.window.window import Window
from tests.fakes.clock import FakeClock

ROWS, CANDLES, TIMES = 30, 5_000, 300
BAR_S = 60


class Bench:
    """A window with an open chart; nothing runs by itself."""

    def __init__(self, *, as_line: bool) -> None:
        self.clock, self.quotes = FakeClock(), Quotes()
        self.codes = [f"S{number}.US" for number in range(ROWS)]
        book = Book(Instrument("demo", code) for code in self.codes)
        self.ticks = ChartedTicks(self.quotes, self.clock)
        self.window = Window(
            book, Undo(book), self.quotes, self.clock, Directories({"demo": "Demo"}, lambda feed: SymbolDirectory())
        )
        self.window.show_view(FeedView(charting=Charting(self.ticks, lambda feed: ((BAR_S,), CANDLES))))
        self.window.resize(1280, 800)
        self.draw = np.random.default_rng(25)
        self.window.chart.restore(ChartState(is_open=True, is_line=as_line, span="1h"))
        self.window.show()
        self.window.table.selectRow(0)
        QApplication.processEvents()

    @property
    def dock(self):
        return self.window.chart.dock

    def tick(self, *codes: str) -> None:
        now_s = self.clock.now_s()
        trades = [
            Trade(code, of_float(100 + float(self.draw.normal()), 2), of_float(5, 0), self.clock.utc_s(now_s))
            for code in codes
        ]
        batch = Batch("demo", trades, now_s, (), tuple(RowStatus(code, RowState.LIVE, now_s) for code in codes))
        self.quotes.apply(batch)
        self.ticks.consume(batch)

    def paint(self) -> None:
        self.dock.plot.repaint()

    def candles(self, many: int) -> list[Candle]:
        now_s = self.clock.utc_s(self.clock.now_s()) // BAR_S * BAR_S
        walk = 100 + np.cumsum(self.draw.normal(0, 0.1, many + 1))
        return [
            Candle(
                start_utc_s=now_s - (many - place) * BAR_S,
                open=of_float(float(walk[place]), 2),
                high=of_float(float(max(walk[place : place + 2])) + 0.1, 2),
                low=of_float(float(min(walk[place : place + 2])) - 0.1, 2),
                close=of_float(float(walk[place + 1]), 2),
                volume=of_float(100, 0),
            )
            for place in range(many)
        ]


def took_ms(what: Callable[[], object], times: int = TIMES) -> dict[str, float]:
    """The processor's time of each call."""
    spent = []
    for _ in range(times):
        began = time.thread_time()
        what()
        spent.append((time.thread_time() - began) * 1000)
    return {"median": round(statistics.median(spent), 2), "worst": round(max(spent), 2)}


def measure(*, as_line: bool) -> dict[str, dict[str, float]]:
    """All figures of one look."""
    bench = Bench(as_line=as_line)
    found: dict[str, dict[str, float]] = {}
    for _ in range(1_800):  # half an hour of ticks
        bench.clock.advance(1.0)
        bench.tick(*bench.codes)
    bench.dock.refresh()
    bench.paint()

    def tick() -> None:
        bench.clock.advance(1 / 50)
        bench.tick(bench.codes[0])

    def show() -> None:
        bench.dock.refresh()
        bench.paint()

    spent = []
    for _ in range(TIMES):
        tick()
        began = time.thread_time()
        show()
        spent.append((time.thread_time() - began) * 1000)
    found["tick_ms"] = {
        "median": round(statistics.median(spent), 2),
        "worst": round(max(spent), 2),
    }
    plot = bench.dock.plot
    found["newest_ms"] = took_ms(bench.paint)
    rows = iter(range(1, 10 * ROWS))

    def next_row() -> None:
        bench.window.table.selectRow(next(rows) % ROWS)
        bench.paint()

    found["next_row_ms"] = took_ms(next_row, 4 * ROWS)
    bench.window.table.selectRow(0)
    bench.dock.choose(RANGES[3])
    bench.window.show_candles(Instrument("demo", bench.codes[0]), BAR_S, bench.candles(CANDLES), "")
    plot.view.left, plot.view.right, plot.view.is_fitted, plot.view.is_at_now = -CANDLES - 5, 5, False, False
    plot.view.left, plot.view.right = 0.0, float(plot.content.series.axis.xs[-1])

    def pan() -> None:
        plot.view.pan(-3 if bench.draw.random() < 0.5 else 3)
        bench.paint()

    found["pan_5000_ms"] = took_ms(pan)
    assert plot.view.width > 4_000, plot.view.width
    bench.window.allow_close()
    bench.window.close()
    return found


def main() -> None:
    """Measure, and print all, then the medians of candles as a line of JSON."""
    QApplication([])
    sparkline_shape.load()
    found = {"candles": measure(as_line=False), "line": measure(as_line=True)}
    print(json.dumps(found, indent=1))
    print(json.dumps({name: figures["median"] for name, figures in found["candles"].items()}))


if __name__ == "__main__":
    main()

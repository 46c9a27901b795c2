"""What a full repaint of the table costs: 40 rows with sparklines. By hand: .venv/bin/python -m tests.bench.paint

Times are milliseconds of this thread's processor in TableView.paintEvent, offscreen. On a shared machine they still
vary by half, so compare lines of one run. "All in" is the wall time of the repaint with Qt's own work around it and the
copy to the screen. Issue 10 wants at most 4 ms at ratio 1 for "all prices new".
"""

import argparse
import cProfile
import math
import os
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import of_float
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.theme import HEADER_PX
from quotedesk.ui.table import sparkline_shape as line_shape
from quotedesk.ui.table.columns import Kind
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.row_painter import Place
from quotedesk.ui.table.view import TableView
from tests.fakes.clock import FakeClock
from tests.fakes.trades import trade

ROWS = 40
WIDTH_PX = 877 + 4  # Trend 148 wide: 64 steps of 2 px
ONCE_USUAL = ("Symbol", "State", "Last", "Chg", "Chg %", "Size", "Trend", "Time")  # to compare with earlier figures
EIGHT = ("Symbol", "State", "Last", "Chg", "Chg %", "Bid", "Ask", "Trend")
TWELVE = (*EIGHT, "Bid size", "Ask size", "Spread", "Volume")
WIDER_PX = 308  # of the four columns more: lines stay as long
REPAINTS = 40
REPEATS = 3
MOST_S = 20.0  # for one case
HISTORY_S = 120


class TimedView(TableView):
    """Knows what its last paint cost."""

    cost_ms = 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        started_s = time.thread_time()
        super().paintEvent(event)
        self.cost_ms = (time.thread_time() - started_s) * 1000


class Table:
    """A table of live rows, each with a past, and a clock that stands."""

    def __init__(self, columns: tuple[str, ...] = ONCE_USUAL, *, quotes: bool = False) -> None:
        self._has_quotes = quotes
        self.clock = FakeClock()
        self.quotes = Quotes()
        self.codes = [f"CODE{row}.US" for row in range(ROWS)]
        watchlist = Watchlist(Instrument("demo", code) for code in self.codes)
        watchlist.show_columns(columns)
        self.slots = self.quotes.slots(watchlist)
        self._turn = 0
        for _ in range(HISTORY_S):
            self.clock.advance(1)
            self.tick()
        self.quotes.set_state(self.slots, RowState.LIVE, self.clock.now_s())
        self.appearance = Appearance(motion=False)
        self.view = TimedView(TableModel(watchlist, self.quotes, self.clock), self.clock, self.appearance)
        width_px = WIDTH_PX + (WIDER_PX if len(columns) > len(EIGHT) else 0)
        self.view.resize(width_px, ROWS * self.appearance.density.row_px + HEADER_PX)
        self.view.show()
        for _ in range(100):
            QApplication.processEvents()
            if self.view.windowHandle().isExposed():
                break
        self.places = self.view._places

    def tick(self) -> None:
        """A new price in every row."""
        self._turn += 1
        turn = self._turn
        trades = [
            trade(
                code,
                100 + 7 * row + math.sin(turn / 9 + row) + 0.3 * math.sin(turn * 1.7 + row),
                2 + row % 3,
                100 + (turn * 37 + row * 11) % 900,
                0,
                1.764e9 + turn,
            )
            for row, code in enumerate(self.codes)
        ]
        self.quotes.apply(Batch("demo", trades, self.clock.now_s()))
        if self._has_quotes:
            self.quotes.apply(
                Batch("demo", [self._quote(row, each.price.value) for row, each in enumerate(trades)], 0.0)
            )

    def _quote(self, row: int, last: float) -> Quote:
        """What beside the trade is new, with its decimals."""
        said = {"bid": last - 0.01, "ask": last + 0.01, "bid_size": self._turn % 900, "ask_size": self._turn % 700}
        numbers = {name: of_float(value, 2) for name, value in said.items()}
        return Quote(code=self.codes[row], volume=of_float(1e6 + self._turn, 0), **numbers)

    def show_only(self, wanted: Callable[[Place], bool]) -> None:
        """Paint some of the columns, where they always are."""
        columns = self.view._columns_now()
        columns.places = columns.shown = [place for place in self.places() if wanted(place)]

    def repaint(self) -> tuple[float, float]:
        """Paint all; returns what it cost, and what it cost all in."""
        self.view.repaint_news(self.clock.now_s())
        started_s = time.perf_counter()
        self.view.viewport().repaint()
        return self.view.cost_ms, (time.perf_counter() - started_s) * 1000


def nothing(table: Table) -> None:
    """Everything as it was at the last paint."""


def prices(table: Table) -> None:
    """A new price in every row a moment later: text changes, lines move at their end."""
    table.clock.advance(0.001)
    table.tick()


def step(table: Table) -> None:
    """A second later: all of every line is new."""
    table.clock.advance(1)
    table.tick()


def is_trend(place: Place) -> bool:
    return place.column.kind is Kind.TREND


CASES: dict[str, tuple[Callable[[Table], None], Callable[[Place], bool]]] = {
    "all prices new": (prices, lambda place: True),
    "  of it text and marks": (prices, lambda place: not is_trend(place)),
    "  of it sparklines": (prices, is_trend),
    "  of it backgrounds": (prices, lambda place: False),
    "nothing new": (nothing, lambda place: True),
    "history one step on": (step, lambda place: True),
}


def measured(
    change: Callable[[Table], None],
    wanted: Callable[[Place], bool],
    columns: tuple[str, ...] = ONCE_USUAL,
    *,
    quotes: bool = False,
) -> list[tuple[float, float]]:
    """The costs of REPAINTS repaints, each after a change."""
    table = Table(columns, quotes=quotes)
    table.show_only(wanted)
    for _ in range(5):
        change(table)
        table.repaint()
    costs = []
    beyond_s = time.monotonic() + MOST_S
    while len(costs) < REPAINTS and time.monotonic() < beyond_s:
        change(table)
        costs.append(table.repaint())
    return costs


def profile() -> None:
    """Where the time of "all prices new" goes."""
    table = Table()
    profiler = cProfile.Profile()
    for _ in range(100):
        prices(table)
        table.view.repaint_news(table.clock.now_s())
        profiler.enable()
        table.view.viewport().repaint()
        profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(22)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profile", action="store_true", help="where the time goes, at ratio 1")
    parser.add_argument("--ratio", type=int, choices=(1, 2), help="only this pixel ratio")
    options = parser.parse_args()
    if options.ratio is None and not options.profile:
        for ratio in ("1", "2"):  # Qt reads the ratio once, when it starts
            environment = os.environ | {"QT_SCALE_FACTOR": ratio}
            subprocess.run(
                [sys.executable, "-m", "tests.bench.paint", "--ratio", ratio], env=environment, check=True, timeout=600
            )
        return
    app = QApplication(sys.argv[:1])
    line_shape.load()
    if options.profile:
        profile()
        return
    print(f"ratio {app.devicePixelRatio():g}, {ROWS} rows, {REPAINTS} repaints, ms: median (min to max), all in")
    for _ in range(REPEATS):
        for name, (change, wanted) in CASES.items():
            costs, whole = zip(*measured(change, wanted), strict=True)
            middle, all_in = statistics.median(costs), statistics.median(whole)
            print(f"  {name:24}{middle:7.2f}  ({min(costs):5.2f} to {max(costs):5.2f}) {all_in:7.2f}")
        for change in (prices, step):
            eight, twelve = (measured(change, lambda place: True, names, quotes=True) for names in (EIGHT, TWELVE))
            few, many = (statistics.median(cost for cost, _ in each) for each in (eight, twelve))
            print(f"  {change.__name__}, with bid and ask: 8 columns {few:.2f}, 12 {many:.2f}, {many / few:.2f} times")


if __name__ == "__main__":
    main()

"""A window with an open chart, on made-up ticks and candles."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from quotedesk.market.batch import Batch
from quotedesk.market.hours import MarketHours
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import UNKNOWN, of_float
from quotedesk.market.quote import Trade
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.tick_bars import ChartedTicks
from quotedesk.ui.chart.chart_data import Charting
from tests.quotes.test_bars import candle
from tests.ui.conftest import FEED, Desk


class ChartDesk:
    """A desk, its chart, and what it asks for."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.clock = desk, desk.clock
        self.ticks = ChartedTicks(desk.quotes, desk.clock)
        self.market: MarketHours | None = None
        self.wishes: list[tuple[Instrument, int, int]] = []
        desk.window.requests.candles.connect(lambda *wish: self.wishes.append(wish))
        charting = Charting(self.ticks, self.bars_of, lambda instrument: self.market)
        desk.show_feeds(charting=charting)
        desk.window.resize(1280, 800)
        desk.window.chart.open(True)
        desk.table.selectRow(0)
        QApplication.processEvents()

    @staticmethod
    def bars_of(feed: str):
        return ((60, 300, 3600, 86_400), 500) if feed == FEED else ((), 0)

    @property
    def pane(self):
        return self.desk.window.chart

    @property
    def dock(self):
        return self.pane.dock

    @property
    def plot(self):
        return self.dock.plot

    @property
    def bars(self):
        """What the chart shows."""
        return self.plot.content.series.bars

    def tick(self, code: str, price: float, size: float = 1.0) -> None:
        now_s = self.clock.now_s()
        trade = Trade(code, of_float(price, 2), of_float(size, 0) if size == size else UNKNOWN, self.clock.utc_s(now_s))
        batch = Batch(FEED, [trade], now_s, (), (RowStatus(code, RowState.LIVE, now_s),))
        self.desk.quotes.apply(batch)
        self.ticks.consume(batch)
        self.pane.refresh()

    def tick_on(self, code: str, *prices: float) -> None:
        """A tick a second."""
        for price in prices:
            self.tick(code, price)
            self.clock.advance(1.0)

    def answer(self, code: str, bar_s: int, many: int, price: float = 50.0, fault: str = "") -> None:
        now_s = self.clock.utc_s(self.clock.now_s()) // bar_s * bar_s
        told = [candle(now_s - bar_s * bar, price) for bar in range(1, many + 1)]
        self.desk.window.show_candles(Instrument(FEED, code), bar_s, told, fault)

    def choose(self, name: str) -> None:
        from quotedesk.ui.chart.ranges import named

        self.dock.choose(named(name))

    def colours(self) -> set[str]:
        """Of all pixels of the plot."""
        image = self.plot.grab().toImage()
        return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(0, image.height(), 2)}


@pytest.fixture
def chart(open_desk: Callable[..., Desk]) -> ChartDesk:
    return ChartDesk(open_desk("A.US", "B.US", "C.US", "D.US", "NVDA.US"))

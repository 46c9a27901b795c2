"""The chart dock: title, price, ranges, the chart, figures and trace, all of one row, the current one."""

import math
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from quotedesk.feed.subscription_trace import Trace
from quotedesk.market.candle import Candle
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.bars import DAY_S, NO_BARS
from quotedesk.quotes.fields import FIRST_SEEN
from quotedesk.ui.chart import captions, chart_export, comparison
from quotedesk.ui.chart import ranges as choices
from quotedesk.ui.chart.alert_lines import AlertLevel
from quotedesk.ui.chart.chart_content import ChartContent, Compared
from quotedesk.ui.chart.chart_data import ChartData, Told
from quotedesk.ui.chart.chart_head import ChartHead
from quotedesk.ui.chart.chart_series import ChartSeries, series
from quotedesk.ui.chart.figures_panel import FiguresPanel
from quotedesk.ui.chart.plot import ChartPlot
from quotedesk.ui.chart.ranges import ChartRange
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.looks.labels import ElidedLabel
from quotedesk.ui.looks.theme import LOOKS, Strength
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import RowSnapshot

MOST_COMPARED = 4
LEAST_PX = 260
_INSIDE_PX = 16
_CAPTION_BELOW_PX = 2
_PLOT_PX = 120  # the chart's height for which all else gives way
_FIGURES_PX = 304  # beside the chart, where that lies below
_HELD_BARS = 20  # so long a price is good for a comparison
_HELD_LEAST_S = 300.0
_BASE_WORDS = {
    "prev_close": "Prev close",
    "open_24h": "24 h open",
    "open_session": "Open",
    FIRST_SEEN: "First seen",
}


class ChartDock(QWidget):
    """Shows one instrument, as its row is now.

    `read_row`: an instrument's numbers now, as its list calls it. `trace_of`: what proves its subscription.

    Attributes:
        head, plot, figures: its parts.
        instrument: what is shown; None for nothing.
        chosen: how far back.
        as_line, has_volume: how.
        compared: what it is compared with.
        is_paused: it stays as it is.

    Signals:
        changed(): another range, look or comparison was chosen.
        noticed(text): something to tell.
    """

    changed = Signal()
    noticed = Signal(object)

    def __init__(
        self,
        read_row: Callable[[Instrument], RowSnapshot],
        clock: Clock,
        appearance: Appearance,
        icons: Icons,
        data: ChartData,
        trace_of: Callable[[Instrument], Trace | None],
    ) -> None:
        super().__init__()
        self._read = read_row
        self._clock = clock
        self._appearance = appearance
        self.data = data
        self._trace_of = trace_of
        self.instrument: Instrument | None = None
        self.chosen = choices.FIRST
        self.as_line, self.has_volume = True, True
        self.compared: list[Instrument] = []
        self.is_paused = False
        self._key: object = None
        self._version = 0
        # Of what each was made, what was made of it, and that whose ids are in the first.
        self._made: dict[Instrument, tuple[object, ChartSeries, object]] = {}
        self._shown: object = None  # all that the plot was told
        self.plot = ChartPlot(appearance, clock.now_s)
        self.figures = FiguresPanel(appearance, clock)
        self.head = ChartHead(appearance, icons)
        self._caption = ElidedLabel(look.font(11), "t3")
        self._lay_out()
        self.head.show_range(self.chosen)
        self.head.range_chosen.connect(self.choose)
        appearance.changed.connect(self.update)

    # Built

    def _lay_out(self) -> None:
        caption = QHBoxLayout()
        caption.setContentsMargins(_INSIDE_PX, 0, _INSIDE_PX, _CAPTION_BELOW_PX)
        caption.addWidget(self._caption, 1)
        chart = QVBoxLayout()
        chart.setContentsMargins(0, 0, 0, 0)
        chart.setSpacing(0)
        chart.addWidget(self.head)
        chart.addWidget(self.plot, 1)
        chart.addLayout(caption)
        self._below = QWidget()
        below = QVBoxLayout(self._below)
        below.setContentsMargins(_INSIDE_PX, 6, _INSIDE_PX, 10)
        below.addWidget(self.figures)
        self._sides = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._sides.setContentsMargins(1, 1, 0, 0)
        self._sides.setSpacing(0)
        self._sides.addLayout(chart, 1)
        self._sides.addWidget(self._below)
        self.setMinimumWidth(LEAST_PX)
        self.lie(below=False)

    def lie(self, *, below: bool) -> None:
        """Beside the list, or below it."""
        self._sides.setDirection(QBoxLayout.Direction.LeftToRight if below else QBoxLayout.Direction.TopToBottom)
        self.head.flatten(below)
        self._below.setFixedWidth(_FIGURES_PX) if below else self._below.setMaximumWidth(16_777_215)
        if not below:
            self._below.setMinimumWidth(0)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """What the height has no room for is left out and not squeezed: proof, figures, ranges, caption, in this order.

        Beside the chart the figures have a place only where the chart keeps its own.
        """
        height = self.height()
        caption_px = self._caption.sizeHint().height() + _CAPTION_BELOW_PX
        chart_px = _PLOT_PX + self.head.needed_px() + caption_px
        self.head.show_ranges(height >= chart_px)
        self._caption.setVisible(height >= _PLOT_PX + self.head.sizeHint().height() + caption_px)
        is_beside = self._sides.direction() is QBoxLayout.Direction.LeftToRight
        room_px = height if is_beside else height - chart_px
        self.figures.proof.show()
        whole_px = self._below.sizeHint().height()
        self.figures.proof.setVisible(room_px >= whole_px)
        is_wide = not is_beside or self.width() >= LEAST_PX + _FIGURES_PX
        self._below.setVisible(is_wide and room_px >= whole_px - self.figures.proof.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._appearance.theme.table)
        painter.setPen(self._appearance.theme.line)
        is_below = self._sides.direction() is QBoxLayout.Direction.LeftToRight
        painter.drawLine(0, 0, self.width() if is_below else 0, 0 if is_below else self.height())
        painter.end()

    # Chosen

    def follow(self, instrument: Instrument | None) -> None:
        """Show this one from now on; while paused, what was shown before stays."""
        if instrument == self.instrument or self.is_paused:
            return
        self.instrument = instrument
        if instrument in self.compared:
            self.compared.remove(instrument)
        self.refresh()

    def choose(self, chosen: ChartRange) -> None:
        """Another range."""
        self.chosen = chosen
        self.plot.view.is_fitted = True
        self.head.show_range(chosen)
        self._look_again()

    def show_as(self, *, as_line: bool | None = None, has_volume: bool | None = None) -> None:
        """As a line or candles, with or without volume."""
        self.as_line = self.as_line if as_line is None else as_line
        self.has_volume = self.has_volume if has_volume is None else has_volume
        self._look_again()

    def compare(self, instruments: Sequence[Instrument]) -> None:
        """Show these as lines in percent, too."""
        for each in instruments:
            if each == self.instrument or each in self.compared:
                continue
            if len(self.compared) == MOST_COMPARED:
                self.noticed.emit(f"The chart compares {MOST_COMPARED} symbols at most")
                break
            self.compared.append(each)
        self._look_again()

    def compare_nothing(self) -> None:
        """Prices again."""
        self.compared.clear()
        self._look_again()

    def pause(self, on: bool) -> None:
        """Stay as it is, or go on."""
        self.is_paused = on
        self._show_caption()
        if not on:
            self.refresh()

    def _look_again(self) -> None:
        self._key = None
        self.refresh()
        self.changed.emit()

    # Shown

    def take_candles(
        self, instrument: Instrument, bar_s: int, candles: Sequence[Candle], fault: str, *, is_last: bool = True
    ) -> None:
        """What a feed told. What nobody here asked for, or is of another row by now, changes nothing on screen."""
        was_taken = self.data.take(instrument, bar_s, candles, fault, is_last=is_last)
        if was_taken and instrument in (self.instrument, *self.compared):
            self.refresh()

    def refresh(self) -> None:
        """Show all as it is now: everything of one instrument, read at one moment."""
        if self.is_paused or not self.isVisible():
            return
        instrument = self.instrument
        if instrument is None:
            self._show_nothing()
            return
        reading = self._read(instrument)
        shown, told = self._series(instrument)
        self.head.show_row(reading)
        self._show_content(shown, told, reading)
        self.figures.show_row(reading, self._trace_of(instrument))
        self._caption.show_text(captions.of(shown, told))

    def show_levels(self) -> None:
        """Alerts may have changed; a chart that is paused shows them, too."""
        if (content := self.plot.content) is not None:
            self._shown = None
            self.plot.show_content(replace(content, levels=self._levels(content.series.instrument)), self._version)

    def _levels(self, instrument: Instrument) -> tuple[AlertLevel, ...] | None:
        levels = self.data.charting.levels
        return tuple(levels(instrument)) if levels is not None else None

    def _series(self, instrument: Instrument) -> tuple[ChartSeries, Told]:
        told = self.data.told(instrument, self.chosen)
        ticks = self.data.charting.ticks.of(instrument)
        market = self.data.charting.market_of(instrument)
        made_of = (self.chosen, self.as_line, id(told.bars), told.bar_s, id(ticks), ticks.version, market)
        before = self._made.get(instrument)
        if before is not None and before[0] == made_of:
            return before[1], told
        own = ticks.bars()
        if len(told.bars):  # what the row's line knows of before is coarser
            own = own.since(ticks.ticked_s)
        shown = series(instrument, self.chosen, told.bars, told.bar_s, own, market, as_line=self.as_line)
        for other in self._made.keys() - {self.instrument, *self.compared}:
            del self._made[other]
        self._made[instrument] = made_of, shown, (told.bars, ticks)
        return shown, told

    def _show_nothing(self) -> None:
        self.head.show_row(None)
        self._shown = None
        nothing = series(Instrument("", ""), self.chosen, NO_BARS, 0, NO_BARS, None, as_line=True)
        self._version += 1
        self._key = None
        self.plot.show_content(ChartContent(nothing, "", 2, words="Choose a row to see its chart."), self._version)
        self.figures.show_row(None, None)
        self._caption.show_text("")

    def _show_content(self, shown: ChartSeries, told: Told, reading: RowSnapshot) -> None:
        others = tuple(self._beside(each, shown) for each in self.compared)
        key = (
            *(shown.instrument, self.chosen, self.as_line, self.has_volume, id(told.bars), len(shown)),
            *((shown.bars.starts_s.item(0), shown.bars.starts_s.item(-1)) if len(shown) else ()),
            tuple(self.compared),
        )
        if key != self._key or others:
            self._version += 1
            self._key = key
        high, low = (reading.number(name)[0] for name in ("high", "low"))
        is_far = self.chosen.span_s > DAY_S and reading.base_name == FIRST_SEEN  # the first price of today is nothing
        content = ChartContent(
            shown,
            reading.code,
            reading.decimals,
            as_line=self.as_line,
            has_volume=self.has_volume,
            rises=not reading.change < 0,
            base=math.nan if is_far else reading.base,
            base_words=_BASE_WORDS.get(reading.base_name, ""),
            high=high,
            low=low,
            others=others,
            words="" if len(shown) else captions.why_empty(told, shown.instrument, self.chosen),
            is_believed=LOOKS[reading.state].strength is Strength.NOW,
            levels=self._levels(shown.instrument),
        )
        # On a busy feed most of what comes is of other rows.
        values = (getattr(content, each.name) for each in fields(content))
        said = self._version, *(id(value) if value is shown else repr(value) for value in values)
        if others or said != self._shown:
            self._shown = said
            self.plot.show_content(content, self._version)
        words = f"Chart of {reading.code}, {self.chosen.words}, {'line' if self.as_line else 'candles'}"
        if self.plot.accessibleName() != words:
            self.plot.setAccessibleName(words)

    def _beside(self, instrument: Instrument, shown: ChartSeries) -> Compared:
        other, _ = self._series(instrument)
        longest_s = max(_HELD_LEAST_S, _HELD_BARS * shown.bar_s)
        return Compared(self._read(instrument).code, comparison.aligned(other.bars, shown.bars.starts_s, longest_s))

    def _show_caption(self) -> None:
        if self.is_paused:
            at = numbers.time_of_day(self._clock.utc_s(self._clock.now_s()))
            self._caption.show_text(f"Paused at {at}")

    # Exported

    def export(self, path: Path) -> None:
        """The chart as it is, with its title: SVG or PNG by the file's ending. Raises OSError."""
        chart_export.save(path, self.plot, self._title(), self._appearance.theme)

    def _title(self) -> str:
        said = self.head.words()
        return "  ".join(
            filter(None, [*(said[each] for each in ("code", "price", "change", "percent")), self.chosen.name])
        )

    def words(self) -> dict[str, str]:
        """What it says of its instrument, for tests and for those who hear it."""
        return {**self.head.words(), "range": self.chosen.name, "caption": self._caption.full}

"""The chart's place in the window, beside the list or below it. What draws it is imported when it first opens."""

import contextlib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QSplitter, QWidget

from quotedesk.config.window_file import ChartState
from quotedesk.feed.subscription_trace import Trace
from quotedesk.market.candle import Candle
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.ui.looks import folders
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.context_menu import ContextMenu
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.message import Level, Message
from quotedesk.ui.table import numbers
from quotedesk.ui.window.chart_menu import ChartMenu
from quotedesk.ui.window.feed_view import FeedView
from quotedesk.ui.window.link_groups import LinkPart
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.watchlist_panel import WatchlistPanel

if TYPE_CHECKING:
    from quotedesk.ui.chart.dock import ChartDock

_LEAST_LIST_PX, _LEAST_CHART_PX = 240, 120
_LEAST_ROWS_PX, _LEAST_ROW_PX = 92, 56  # the list's height above a chart: its header and two rows; at worst one
_BESIDE_PX = 580  # narrower than this the list and the chart have no room beside each other
_FILTERS = "Pictures (*.png);;Drawings (*.svg)"


class ChartPane(QObject):
    """Lets the chart follow the current row of a panel.

    Attributes:
        splitter: the list and the chart, with the edge between them to drag.
        menu: what can be done with it.
        dock: the chart; None until it is first opened.
        link: how it takes part in a link group; without one it follows its own window's row.

    Signals:
        noticed(message): something to tell: a plain line, or a Message.
    """

    noticed = Signal(object)

    def __init__(
        self,
        panel: WatchlistPanel,
        clock: Clock,
        appearance: Appearance,
        icons: Icons,
        requests: Requests,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._clock = clock
        self._appearance = appearance
        self._icons = icons
        self._requests = requests
        self._window = parent
        self._view = FeedView()
        self._kept = ChartState()
        self.dock: ChartDock | None = None
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.installEventFilter(self)
        self.splitter.addWidget(panel)
        panel.setMinimumSize(_LEAST_LIST_PX, _LEAST_ROW_PX)
        self.menu = ChartMenu(self, parent)
        self._before_press: Instrument | None = None  # shown before the button that is down chose another row
        self._held: Instrument | None = None  # shown while rows are dragged
        self._linked: Instrument | None = None  # chosen in the link group, and shown whatever the current row is
        self._mark: QWidget | None = None
        self.link = LinkPart(requests.groups, "chart", self)
        self.link.chosen.connect(self._show_linked)
        self.link.forgotten.connect(lambda: self._show_linked(None))
        self.link.changed.connect(self._link_changed)
        panel.table.selectionModel().currentChanged.connect(self._row_changed)
        panel.table.clicked.connect(self._row_clicked)
        panel.drag.began.connect(self._hold)
        panel.drag.ended.connect(self._let_go)
        for changed in (panel.model.modelReset, panel.model.rowsRemoved):
            changed.connect(self._follow)

    @property
    def is_open(self) -> bool:
        """Is it there, on screen or as soon as the window is?"""
        return self.dock is not None and not self.dock.isHidden()

    # For the window

    def add_mark(self, mark: QWidget) -> None:
        """What shows its link group, for the chart's head."""
        self._mark = mark

    def show_view(self, view: FeedView) -> None:
        """Whom charts ask may be known now."""
        self._view = view
        if self.dock is not None and view.charting is not None:
            self.dock.data.charting = view.charting

    def show_candles(
        self, instrument: Instrument, bar_s: int, candles: Sequence[Candle], fault: str, *, is_last: bool = True
    ) -> None:
        """See Window."""
        if self.dock is not None:
            self.dock.take_candles(instrument, bar_s, candles, fault, is_last=is_last)

    def refresh(self) -> None:
        """Something came, or a frame is due: the chart shows the current row as it is now."""
        if self.dock is not None and self.dock.isVisible():
            self.dock.follow(self._current())
            self.dock.refresh()

    def state(self) -> ChartState:
        """How it is now, to be kept."""
        if self.dock is None:
            return replace(self._kept, link=self.link.link)
        sizes = self.splitter.sizes()
        here_px = sizes[1] if self.is_open and len(sizes) > 1 and self.dock.isVisible() else 0
        below = self._lies_below
        return ChartState(
            is_open=self.is_open,
            is_below=self.menu.below.isChecked(),
            wide_px=here_px if here_px and not below else self._kept.wide_px,
            high_px=here_px if here_px and below else self._kept.high_px,
            span=self.dock.chosen.name,
            is_line=self.dock.as_line,
            has_volume=self.dock.has_volume,
            link=self.link.link,
        )

    def restore(self, state: ChartState) -> None:
        """Be as it was then."""
        self._kept = state
        self.link.choose(state.link)
        self.menu.below.setChecked(state.is_below)
        self.menu.candles.setChecked(not state.is_line)
        self.menu.volume.setChecked(state.has_volume)
        if state.is_open:
            self.open(True)

    def show_range(self, name: str) -> None:
        """Open it on a range. Raises ValueError for one that is none."""
        from quotedesk.ui.chart import ranges

        chosen = ranges.named(name)
        self.open(True)
        assert self.dock is not None
        self.dock.choose(chosen)

    def show_back(self, ago_s: float) -> None:
        """Open it on the shortest range that holds what was so long ago; it stays where it holds that already."""
        from quotedesk.ui.chart import ranges

        self.open(True)
        assert self.dock is not None
        if self.dock.chosen.span_s < ago_s:
            self.dock.choose(next((each for each in ranges.RANGES if each.span_s >= ago_s), ranges.RANGES[-1]))

    # For the menu

    def open(self, on: bool) -> None:
        """Show it, or take it away."""
        if on and self.dock is None:
            self.dock = self._made()
        elif self.dock is not None:
            if not on:
                self._kept = self.state()
                if self.dock.isAncestorOf(self._window.focusWidget() or self._window):
                    self._panel.table.setFocus()
            self.dock.setVisible(on)
        self.menu.show_open(on)
        if on:
            self._lie()
            self._follow()

    def lie(self, below: bool) -> None:
        """Below the list, or beside it."""
        self._kept = self.state()
        self.menu.below.setChecked(below)
        self._lie()

    def choose(self, step: int) -> None:
        """The next range (1) or the one before (-1); after the last comes the first."""
        from quotedesk.ui.chart.ranges import RANGES

        if self.dock is not None:
            self.dock.choose(RANGES[(RANGES.index(self.dock.chosen) + step) % len(RANGES)])

    def show_as(self, as_line: bool) -> None:
        """A line, or candles."""
        if self.dock is not None:
            self.dock.show_as(as_line=as_line)

    def show_volume(self, on: bool) -> None:
        """With volume, or without."""
        if self.dock is not None:
            self.dock.show_as(has_volume=on)

    def zoom(self, steps: float) -> None:
        """Nearer (above 0) or farther."""
        if self.dock is not None:
            self.dock.plot.zoom(steps)

    def pan(self, screens: float) -> None:
        """Later (above 0) or earlier, in widths of the view."""
        if self.dock is not None:
            self.dock.plot.pan(screens)

    def back_to_now(self) -> None:
        """The newest bar at the right."""
        if self.dock is not None:
            self.dock.plot.back_to_now()

    def measure(self, on: bool) -> None:
        """Dragging measures; else it pans, and measures with Shift."""
        if self.dock is not None:
            self.dock.plot.measures = on

    def pause(self, on: bool) -> None:
        """It stays as it is, or goes on with the current row."""
        if self.dock is not None:
            self.dock.pause(on)
            self._follow()

    def compare_chosen(self) -> None:
        """The chosen rows beside the current one."""
        if self.dock is not None:
            chosen = [row for row in self._panel.selecting.rows() if isinstance(row, Instrument)]
            self.dock.compare([each for each in chosen if each != self._current()])

    def compare_nothing(self) -> None:
        """The current row alone."""
        if self.dock is not None:
            self.dock.compare_nothing()

    def ask_where_to(self) -> None:
        """Ask for a file, and save the chart as it is now."""
        if self.dock is None or self.dock.instrument is None:
            self.noticed.emit("There is no chart to save: choose a row")
            return
        name = "".join(each if each.isalnum() or each in "-." else "-" for each in self.dock.instrument.code)
        asked = QFileDialog(self._window, "Export chart", str(Path(folders.documents(), f"{name}.png")), _FILTERS)
        asked.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        asked.setDefaultSuffix("png")
        asked.filterSelected.connect(lambda chosen: asked.setDefaultSuffix("svg" if "svg" in chosen else "png"))
        asked.selectFile(f"{name}.png")
        asked.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        asked.fileSelected.connect(lambda chosen: self.export(Path(chosen)))
        asked.open()

    def export(self, path: Path) -> None:
        """Save the chart as a PNG, or as SVG where the file's name says so."""
        if self.dock is None:
            return
        try:
            self.dock.export(path)
        except OSError:
            told = f"{path.name} could not be saved. May that folder be written to?"
            self.noticed.emit(Message(told, Level.ERROR))
        else:
            self.noticed.emit(f"Chart saved as {path.name}")

    def context_menu(self, price: float) -> ContextMenu:
        """What can be done with the chart where the pointer is; `price`: there, NaN for none."""
        assert self.dock is not None
        menu = ContextMenu(self.dock)
        content, instrument = self.dock.plot.content, self.dock.instrument
        if content is not None and instrument and content.levels is not None and math.isfinite(price):
            words = f"Alert at {numbers.price(price, content.decimals)}"
            menu.add(words, lambda: self._alert_at(instrument, price))
            menu.addSeparator()
        menu.addActions([each for each in self.menu.actions() if each is not self.menu.open])
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.is_open and self._is_below is not self._lies_below:
            self._kept = self.state()
            self._lie()
        return super().eventFilter(watched, event)

    # Inside

    @property
    def _is_below(self) -> bool:
        """Is its place below the list, by choice or since the window is too narrow for another?"""
        return self.menu.below.isChecked() or self.splitter.width() < _BESIDE_PX

    @property
    def _lies_below(self) -> bool:
        return self.splitter.orientation() == Qt.Orientation.Vertical

    def _alert_at(self, instrument: Instrument, price: float) -> None:
        self._requests.alert_at.emit(instrument, price)
        if self.dock is not None:
            self.dock.show_levels()

    def _alert_moved(self, key: str, price: float) -> None:
        self._requests.alert_moved.emit(key, price)
        if self.dock is not None:
            self.dock.show_levels()

    def _made(self) -> "ChartDock":
        from quotedesk.quotes.tick_bars import ChartedTicks
        from quotedesk.ui.chart import ranges
        from quotedesk.ui.chart.chart_data import ChartData, Charting
        from quotedesk.ui.chart.dock import ChartDock

        charting: Charting = self._view.charting or Charting(ChartedTicks(self._panel.model.quotes, self._clock))
        data = ChartData(charting, self._clock, self._requests.candles.emit)
        dock = ChartDock(
            self._panel.model.reader.read, self._clock, self._appearance, self._icons, data, self._trace_of
        )
        for action, icon in (
            *((self.menu.candles, "candles"), (self.menu.pause, "pause")),
            *((self.menu.export, "export"), (self.menu.open, "close")),
        ):
            dock.head.add_button(action, icon)
        if self._mark is not None:
            dock.head.add_mark(self._mark)
        dock.noticed.connect(self.noticed)
        dock.changed.connect(self._go_on)
        dock.plot.dropped.connect(self._compare_dropped)
        dock.plot.alert_at.connect(self._alert_at)
        dock.plot.alert_moved.connect(self._alert_moved)
        dock.plot.menu_asked.connect(lambda price, at: self.context_menu(price).popup(at))
        with contextlib.suppress(ValueError):  # one that is no more
            dock.choose(ranges.named(self._kept.span or ranges.FIRST.name))
        dock.show_as(as_line=self._kept.is_line, has_volume=self._kept.has_volume)
        dock.setMinimumHeight(_LEAST_CHART_PX)
        self.splitter.addWidget(dock)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        return dock

    def _go_on(self) -> None:
        """Another range, look or comparison is chosen: a chart that is paused could not show it."""
        if self.menu.pause.isChecked():
            self.menu.pause.setChecked(False)
            self.pause(False)

    def _lie(self) -> None:
        below = self._is_below
        way = Qt.Orientation.Vertical if below else Qt.Orientation.Horizontal
        self.splitter.setOrientation(way)
        if self.dock is None:
            return
        self.dock.lie(below=below)
        whole = self.splitter.height() if below else self.splitter.width()
        here = self._kept.high_px if below else self._kept.wide_px
        # Below a list that is low it leaves that some rows.
        here = max(min(here, whole - (_LEAST_ROWS_PX if below else 0)), _LEAST_CHART_PX)
        self.splitter.setSizes([max(1, whole - here), here])

    def _current(self) -> Instrument | None:
        """What to show: the row of the keyboard; where that is on none, or on a label, what was shown, or the first."""
        if self._held is not None:
            return self._held
        if self._linked is not None:
            return self._linked
        rows, at = self._panel.model.rows, self._panel.table.currentIndex().row()
        row = rows[at] if 0 <= at < len(rows) else None
        if isinstance(row, Instrument):
            return row
        before = self.dock.instrument if self.dock is not None else None
        if before is not None and before in rows:
            return before
        return next((each for each in rows if isinstance(each, Instrument)), None)

    def _row_changed(self) -> None:
        is_down = QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        self._before_press = self.dock.instrument if is_down and self.dock is not None else None
        self._leave_linked()
        self._follow()

    def _row_clicked(self) -> None:
        """It may be the current one already, and another be shown."""
        self._leave_linked()
        self._follow()

    def _leave_linked(self) -> None:
        """The window's own row counts again, unless the chart only follows its group; a chart that sends tells it."""
        if self.link.link.group and not self.link.link.sends:
            return
        if not self.link.is_telling and not self._panel.table.isActiveWindow():
            return
        self._linked = None
        if self.is_open and (row := self._current()) is not None:
            self.link.send(row)

    def _show_linked(self, instrument: Instrument | None) -> None:
        self._linked = instrument
        self._follow()

    def _link_changed(self) -> None:
        """Another group, or another way: what the one before showed is over."""
        self._show_linked(None)

    def _hold(self) -> None:
        """Rows are dragged: the press that began it chose one of them, but the chart they may go to is another's."""
        self._held = self._before_press
        self._follow()

    def _let_go(self) -> None:
        self._held = None
        self._follow()

    def _compare_dropped(self, instruments: Sequence[Instrument]) -> None:
        if self._held is not None and self._held in self._panel.model.rows:
            self._panel.selecting.select([self._held])
        if self.dock is not None:
            self.dock.compare(instruments)

    def _follow(self) -> None:
        if self.dock is not None and not self.dock.isHidden():
            self.dock.follow(self._current())

    def _trace_of(self, instrument: Instrument) -> Trace | None:
        return self._view.trace_of(instrument)[0]

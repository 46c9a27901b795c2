"""The main window: menus, banner, panel, status bar. It shows and asks; the app answers."""

import math
import os
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QHideEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from quotedesk.config.window_file import WindowState
from quotedesk.lists.book import Book
from quotedesk.lists.parsed_list import ParsedList
from quotedesk.lists.symbol_directory import Directories
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.candle import Candle
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkStatus
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.actions import act
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.looks.style import dress
from quotedesk.ui.message import Message, as_message
from quotedesk.ui.table import sparkline_shape as line_shape
from quotedesk.ui.table.column_choice import ColumnChoice
from quotedesk.ui.table.columns import sorting
from quotedesk.ui.table.numbers import time_of_day
from quotedesk.ui.table.repaint import RepaintClock
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.alert_menu import AlertMenu
from quotedesk.ui.window.banner_room import BannerRoom
from quotedesk.ui.window.chart_pane import ChartPane
from quotedesk.ui.window.columns_menu import ColumnsMenu, HeaderMenu, SortMenu
from quotedesk.ui.window.command_palette import CommandPalette
from quotedesk.ui.window.edit_menu import EditMenu
from quotedesk.ui.window.feed_status import FeedStatus
from quotedesk.ui.window.feed_view import FeedView
from quotedesk.ui.window.file_menu import FileMenu
from quotedesk.ui.window.formula_edits import FormulaEdits
from quotedesk.ui.window.heat_menu import HeatMenu
from quotedesk.ui.window.help_menu import HelpMenu
from quotedesk.ui.window.link_mark import LinkMenus
from quotedesk.ui.window.list_link import ListLink
from quotedesk.ui.window.list_menu import ListMenu
from quotedesk.ui.window.menu_bar import MenuBar
from quotedesk.ui.window.open_in_menu import OpenInMenu
from quotedesk.ui.window.positions_menu import PositionsMenu
from quotedesk.ui.window.replay_bar import ReplayBar
from quotedesk.ui.window.replay_menu import ReplayMenu
from quotedesk.ui.window.replay_view import ReplayView
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.row_menu import RowMenu
from quotedesk.ui.window.strip_menu import StripMenu
from quotedesk.ui.window.tab_drops import TabDrops
from quotedesk.ui.window.tab_strip import TabStrip
from quotedesk.ui.window.toasts import Toasts
from quotedesk.ui.window.tool_strip import ToolStrip
from quotedesk.ui.window.view_menu import ViewMenu
from quotedesk.ui.window.watchlist_panel import WatchlistPanel
from quotedesk.ui.window.window_state import WindowStateKeeper

_FIRST_SIZE_PX = (1000, 640)
_LEAST_SIZE_PX = (260, 281)
_BESIDE_WINDOW_PX = (16, 64)  # of a screen, for the frame and the desktop's own bar


class Window(QMainWindow):
    """One list of a book at a time, and all of them as tabs.

    Attributes:
        panel, feeds, banner, banners, status_bar, edit_menu, list_menu, chart, link: its parts.
        table, add_line, undo, start_panel, file_menu, view_menu, help_menu, positions_menu, open_in, toasts: the parts
            to work with.
        commands: the box with every action.
        replay_bar: where a recording is shown; else None.
        alert_menu: what it shows of alerts.
        requests: what the user asks the program for; shared with the other windows.
        appearance: how it looks, to be changed at any time.
        icons: which know what is missing.
        repaint_clock: paints, and knows how fast.
        first_paint_s: monotonic time of the first paint; None before it.

    Signals:
        arranged(): sections were folded, lists opened or closed: no edits, but to be kept.
        shown_changed(): another list is shown.
        closing(): the window is to be closed; answer with `allow_close` and `close`.
        feed_shown(name): the shown list's own feed is another one now.
        painted_first(): the table is on screen for the first time.
    """

    arranged = Signal()
    shown_changed = Signal()
    closing = Signal()
    feed_shown = Signal(str)
    painted_first = Signal()

    def __init__(
        self,
        book: Book,
        undo: Undo,
        quotes: Quotes,
        clock: Clock,
        directories: Directories,
        appearance: Appearance | None = None,
        requests: Requests | None = None,
    ) -> None:
        super().__init__()
        self.appearance = appearance or Appearance(parent=self)
        self.requests = requests or Requests(self)
        self._dress()
        self.appearance.changed.connect(self._dress)  # no lambda: that would outlive the window
        self._book = book
        self._clock = clock
        self._titles = directories.feeds
        self._may_close = False
        self.number = 1
        self._feed = ""  # the shown list's own, as it was told last
        self.first_paint_s: float | None = None
        self.setMinimumSize(*_LEAST_SIZE_PX)
        room = self.screen().availableSize()
        first = [
            min(px, room_px - less)
            for px, room_px, less in zip(_FIRST_SIZE_PX, room.toTuple(), _BESIDE_WINDOW_PX, strict=True)
        ]
        self.resize(*first)
        self.panel = WatchlistPanel(book, undo, quotes, clock, directories, self.appearance)
        self.table = self.panel.table
        self.add_line = self.panel.add_line
        self.start_panel = self.panel.start_panel
        self.undo = undo
        beside = (*self.panel.written_in, self.panel.foot)
        self.toasts = Toasts(self.panel, beside, self.table, self.appearance, undo, clock)
        self.feeds = FeedStatus(self._titles, self.appearance, clock, self.requests, self)
        self.banner, self.status_bar = self.feeds.banner, self.feeds.status_bar
        self.setStatusBar(self.status_bar)
        middle = QWidget()
        self.replay_bar: ReplayBar | None = None
        stack = self._stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        self.icons = Icons()
        self._tools = ToolStrip(self.appearance, self.icons, self)
        strip = TabStrip(self.appearance, self.icons, self._tools, self)
        for part in (strip, self.banner):
            stack.addWidget(part)
        self.chart = ChartPane(self.panel, clock, self.appearance, self.icons, self.requests, self)
        stack.addWidget(self.chart.splitter, 1)
        self.setCentralWidget(middle)
        self.edit_menu = EditMenu(book, self.panel, self)
        self.positions_menu = PositionsMenu(book, self.panel, self.appearance, self.edit_menu, self)
        self.edit_menu.addMenu(self.positions_menu)
        self.list_menu = ListMenu(book, self.panel, strip, self._titles, self)
        self.list_menu.versions_asked.connect(self.requests.versions)
        self._tab_drops = TabDrops(strip.tabs, self.panel, self.appearance, middle)
        self.file_menu = FileMenu(self.panel, self.list_menu, self.appearance, self.requests, self)
        self.repaint_clock = RepaintClock(clock, self.table, self)
        self.table.log = self.panel.heat.log = self.repaint_clock.log
        self.view_menu = ViewMenu(self.appearance, self)
        feeds = act(self.view_menu, "Fee&ds", "Ctrl+Alt+0", self.feeds.open)
        self.view_menu.put_first(*self._add_links(), feeds)
        choice = ColumnChoice(book, undo, self.panel.model)
        formulas = FormulaEdits(book, undo, self.panel.model)
        columns = ColumnsMenu(self.table, self.panel.model, choice, formulas, self.appearance, self.view_menu)
        self._columns_menu = columns
        sort = SortMenu(self.table, self.panel.model, self.view_menu)
        self.view_menu.put_first(sort.menuAction(), columns.menuAction())
        self._heat_menu = HeatMenu(self.panel, self.view_menu)
        self.view_menu.put_first(self.chart.menu.menuAction(), self._heat_menu.menuAction())
        self._header_menu = HeaderMenu(self.table, self.panel.model, columns, self.requests)
        self.alert_menu = AlertMenu(book, self.panel, self.appearance, self.requests, self)
        stack.addWidget(self.alert_menu.banner)
        self.banners = BannerRoom(self.banner, self.alert_menu.banner, self.panel, self.repaint_clock)
        self.open_in = OpenInMenu(self.requests.urls, directories, lambda: self.link.current, self.show_notice, self)
        self.edit_menu.add_below(self.open_in)
        self.link.moved.connect(self.open_in.enable)
        self._row_menu = RowMenu(book, self.panel, self.edit_menu, self.positions_menu, self.alert_menu)
        self._shape = WindowStateKeeper(
            *(self, book, self.panel, self.list_menu, self.view_menu, self.chart, self._heat_menu),
            *(self.link.part, self.show_notice),
        )
        self._connect()
        self._make_menus()
        self._name_window()
        self.setTabOrder(self.add_line, self.banner.retry)
        self.table.setFocus()

    # For the app

    @property
    def watchlist(self) -> Watchlist:
        """The list that is shown."""
        return self.panel.watchlist

    @property
    def current_instrument(self) -> Instrument | None:
        """The symbol of the row that the keyboard is on; None where that is on none."""
        rows, at = self.panel.model.rows, self.table.currentIndex().row()
        row = rows[at] if 0 <= at < len(rows) else None
        return row if isinstance(row, Instrument) else None

    def set_number(self, number: int) -> None:
        """It is the first, second or so on of the windows that show its list."""
        if number != self.number:
            self.number = number
            self._name_window()

    def welcome(self) -> None:
        """The program is new to its user: show where to begin, over the rows."""
        self.panel.welcome()

    def release(self) -> None:
        """The window goes and the others stay: follow nothing any more."""
        self._book.listeners.remove(self._name_window)
        self.link.part.release()
        self.chart.link.release()
        self._strip_menu.release()
        self.toasts.release()
        self.alert_menu.release()
        self.list_menu.release()
        self.positions_menu.release()
        self.panel.release()
        self.repaint_clock.stop()

    def show_view(self, view: FeedView) -> None:
        """The feeds and their links as they are now; lost links get the banner."""
        self.chart.show_view(view)
        self.panel.model.reader.trace_of = view.trace_of
        self.feeds.show(view)
        self.banners.look()
        if self.isVisible():
            # By the clock of a recording that goes fast, an age means nothing.
            age_ms = self.repaint_clock.age_stats().p99_ms if self.replay_bar is None else math.nan
            self.status_bar.figures.show_values(view.messages_per_s, view.round_trip_s * 1000, age_ms)

    def show_candles(
        self, instrument: Instrument, bar_s: int, candles: Sequence[Candle], fault: str, *, is_last: bool = True
    ) -> None:
        """The answer to `requests.candles`, or why there is none; of whatever row, whenever it comes.

        Until the last one it is what was kept, and more is on its way.
        """
        self.chart.show_candles(instrument, bar_s, candles, fault, is_last=is_last)

    def show_replay(self, view: ReplayView) -> None:
        """It is a recording that is shown, and there it is now."""
        if self.replay_bar is None:
            menu = ReplayMenu(self.requests, self)
            self.menuBar().insertMenu(self.help_menu.menuAction(), menu)
            self.replay_bar = ReplayBar(self.appearance, menu, self.requests)
            self._stack.insertWidget(0, self.replay_bar)
            self._name_window()
        self.replay_bar.show_replay(view)

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        """The connections as they are now; all else stays."""
        self.show_view(replace(self.feeds.view, links=links))

    def show_power_saving(self, on: bool) -> None:
        """Is power to be saved at the cost of later prices?"""
        self.repaint_clock.saves_power = on
        self.status_bar.show_power_saving(on)

    def show_notice(self, message: Message | str, *, is_error: bool = False) -> None:
        """Tell a plain line or a Message at the lower left of the table; an error stays until it is closed."""
        self.toasts.tell(as_message(message, is_error=is_error))

    def show_messages(self) -> None:
        """All that was told in this run, the newest first."""
        told = [f"{time_of_day(utc_s)}  {each.text}" for utc_s, each in reversed(self.toasts.told)]
        self._show_text("Messages", "What was told in this run, the newest first.", "\n".join(told) or "Nothing yet.")

    def state(self) -> WindowState:
        """How the window is now, to be restored at another start."""
        return self._shape.state()

    def restore(self, state: WindowState) -> None:
        """Be as the window was then. To be called before it is shown."""
        self._shape.restore(state)

    def show_chart(self, instrument: Instrument, span: str) -> None:
        """Open the chart of a row, of the list's own feed where `instrument` says none. Raises ValueError: no range."""
        wanted = instrument if instrument.feed else Instrument(self.watchlist.feed, instrument.code)
        if wanted in self.panel.model.rows:
            self.panel.selecting.select([wanted])
        else:
            self.show_notice(f"{instrument.code} is not in this list, so the chart is of another row.", is_error=True)
        self.chart.show_range(span)

    def show_firing(self, instrument: Instrument, ago_s: float) -> None:
        """Show the row of an alert, and its chart so far back."""
        lists = [self.watchlist, *self._book.open_lists, *self._book.lists]
        home = next((each for each in lists if instrument in each), None)
        if home is None:
            self.show_notice(f"{instrument.code}@{instrument.feed} is in no list any more.")
            return
        self.list_menu.open_list(home)
        self.panel.selecting.select([instrument])
        self.chart.show_back(ago_s)

    def sort(self, text: str) -> None:
        """Show the rows by a column: "Chg %:desc"; "" is the list's own order. Raises ValueError."""
        column, is_descending = sorting(text, self.panel.model.own()) if text else (None, False)
        self.panel.model.sort_by(column, is_descending=is_descending)

    def come_forward(self, token: str = "") -> None:
        """Show the window above others; with the desktop's activation token, where one was given."""
        if token:
            os.environ["XDG_ACTIVATION_TOKEN"] = token  # where Qt looks for it
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def wake(self) -> None:
        """Something changed in the quotes."""
        self.repaint_clock.wake()

    def picture(self) -> QPixmap:
        """The window as it is now, whole."""
        self.table.draw_all_lines()
        return self.grab()

    def allow_close(self) -> None:
        """From now on closing closes."""
        self._may_close = True

    # QMainWindow

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self.closing.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._mind_visibility()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._mind_visibility()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._mind_visibility()
        elif event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.undo.active_window = self

    # Inside

    def _connect(self) -> None:
        self._book.listeners.append(self._name_window)
        self.undo.edited.connect(self._edited)
        self.list_menu.shown_changed.connect(self._list_shown)
        self.list_menu.opened_or_closed.connect(self.arranged)
        self.file_menu.close_requested.connect(self.close)
        self.positions_menu.arranged.connect(self.arranged)
        self.file_menu.imported.connect(self.positions_menu.offer_file)
        for menu in (self.list_menu, self.file_menu, self.positions_menu):
            menu.noticed.connect(self.show_notice)
        self.panel.rows.folded.connect(self.arranged)
        self.panel.noticed.connect(self.show_notice)
        self.panel.report_wanted.connect(self._show_report)
        self.toasts.details_asked.connect(lambda message: self._show_text("Message", "", message.text))
        self.panel.welcomed.connect(self.requests.welcomed)
        self.start_panel.markets_wanted.connect(self.requests.markets)
        self.start_panel.demo_wanted.connect(self.requests.demo)
        self.start_panel.token_wanted.connect(self.requests.token)
        self.alert_menu.banner_changed.connect(self.banners.look)
        self.requests.plan_seen.connect(self.banners.see_plan)
        self.table.painted_first.connect(self._first_paint)
        self.panel.heat.painted_first.connect(self._first_paint)
        self.panel.heat_turned.connect(self._drive)
        self.repaint_clock.ran.connect(self._count)
        self.repaint_clock.ran.connect(self.chart.refresh)
        self.repaint_clock.ran.connect(self.panel.foot.refresh)
        self.chart.noticed.connect(self.show_notice)

    def _add_links(self) -> tuple[QAction, QAction]:
        """The link groups of the list and the chart, with their marks; the mini strip. Returns their menus' entries."""
        panel, groups, looks = self.panel, self.requests.groups, self.appearance
        self.link = ListLink(groups, "list", panel.table, panel.model, panel.selecting, lambda: panel.is_busy)
        menus = LinkMenus(self.link.part, self.chart.link, looks, self.icons, self)
        self._tools.add_part(menus.of_list, is_spare=lambda: not self.link.part.link.group)
        self.link.part.changed.connect(self._tools.fit_again)
        self.chart.add_mark(menus.of_chart)
        self._strip_menu = StripMenu(self._book, self.requests, panel.model.own, self.view_menu)
        return self._strip_menu.menuAction(), menus.menuAction()

    def _make_menus(self) -> None:
        bar = MenuBar(self.table, self)
        self.setMenuBar(bar)
        bar.addMenu(self.file_menu)
        bar.addMenu(self.edit_menu)
        bar.addMenu(self.list_menu)
        bar.addMenu(self.view_menu)
        bar.addMenu(self.alert_menu)
        self.help_menu = HelpMenu(bar, self.requests, self)
        self.help_menu.add_messages(self.show_messages)
        bar.addMenu(self.help_menu)
        self.open_in.fill()  # now that it is known which keys are taken
        self.commands = CommandPalette(bar, self.appearance, self.panel)
        act(self.help_menu, "&Commands", "Ctrl+P", self.commands.begin)
        edit, tools = self.edit_menu, self._tools
        tools.search.clicked.connect(edit.add.trigger)
        for action, icon in ((edit.remove, "remove"), (edit.undo, "undo"), (edit.redo, "redo")):
            tools.add(action, icon, is_spare=True)
        tools.add_menu(self._columns_menu, "columns", "Columns")
        looks = Menu(self)
        looks.addActions(self.view_menu.looks)
        tools.add_menu(looks, "sliders", "Theme, colours and row height")
        tools.add(self.chart.menu.open, "chart")
        self._tools.add(self._shape.on_top, "pin", only_while_on=True)

    def _dress(self) -> None:
        dress(self, self.appearance.theme)

    def _name_window(self) -> None:
        """The title bar and the status bar name the shown list and its rows' feeds; who follows its own is told."""
        feed = self.watchlist.feed
        name = self.watchlist.name if self.number == 1 else f"{self.watchlist.name} ({self.number})"
        replays = "REPLAY" if self.replay_bar is not None else ""
        self.setWindowTitle(
            " \N{EN DASH} ".join(filter(None, (replays, name, self.feeds.name(self.watchlist), "quotedesk")))
        )
        if feed != self._feed:
            self._feed = feed
            self.start_panel.show_feed(feed)
            self.feed_shown.emit(feed)

    def _edited(self) -> None:
        self.repaint_clock.wake()
        self._name_window()
        self._count()

    def _list_shown(self) -> None:
        self._edited()
        self.shown_changed.emit()

    def _count(self) -> None:
        self.status_bar.show_counts(self.panel.model.counts())

    def _show_report(self, parsed: ParsedList) -> None:
        """What became of each piece of a text that was pasted or dropped."""
        from quotedesk.ui.window.paste_report import PasteReport  # the first paint need not wait for it

        PasteReport(parsed, self.appearance, self).open()

    def _show_text(self, title: str, said: str, text: str) -> None:
        from quotedesk.ui.dialogs.text_window import TextWindow

        TextWindow(title, said, text, "", self).show()

    def _mind_visibility(self) -> None:
        if self.isVisible() and not self.isMinimized():
            self.repaint_clock.start()
        else:
            self.repaint_clock.stop()

    def _drive(self, has_heat: bool) -> None:
        self.repaint_clock.drive(self.panel.heat if has_heat else self.table)

    def _first_paint(self) -> None:
        if self.first_paint_s is not None:
            return
        self.first_paint_s = self._clock.now_s()
        self.painted_first.emit()
        QTimer.singleShot(0, self._load_lines)

    def _load_lines(self) -> None:
        self.setWindowIcon(self.icons.program())
        line_shape.load()
        self.table.viewport().update()

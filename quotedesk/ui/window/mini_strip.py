"""The mini strip: a narrow window without a frame, above all others, with some columns of a list.

It is moved by whatever of it is no control, and docks at the edges of the screen. Where that is the desktop's business
alone (Wayland) it asks the desktop.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QContextMenuEvent,
    QGuiApplication,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QScrollBar, QVBoxLayout, QWidget

from quotedesk.config.window_file import StripState
from quotedesk.lists.book import Book
from quotedesk.lists.currency import Currencies
from quotedesk.lists.section import Section
from quotedesk.lists.symbol_directory import Directories
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.alerts.alerts import Alerts
from quotedesk.ui.alerts.row_bells import RowBells
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.icons import Icons
from quotedesk.ui.looks.style import dress
from quotedesk.ui.looks.theme import HEADER_PX
from quotedesk.ui.table.column_fit import MARK_PX, squeezed
from quotedesk.ui.table.columns import COLUMNS, LAST, PERCENT, STATE, SYMBOL, sorting, sorting_text
from quotedesk.ui.table.input import FOLD_PX
from quotedesk.ui.table.live_sort import LiveSort
from quotedesk.ui.table.model import TableModel
from quotedesk.ui.table.position_columns import OwnColumns
from quotedesk.ui.table.repaint import RepaintClock
from quotedesk.ui.table.selection import Selection
from quotedesk.ui.table.view import TableView
from quotedesk.ui.undo import Undo
from quotedesk.ui.window import desktop_limits
from quotedesk.ui.window.feed_view import FeedView
from quotedesk.ui.window.frameless import Frameless
from quotedesk.ui.window.link_mark import LinkMark, LinkMenu
from quotedesk.ui.window.list_link import ListLink
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.strip_head import HEAD_PX, StripHead
from quotedesk.ui.window.strip_menu import StripMenu

_EDGE_PX = 1
_LEAST_PX = QSize(230, HEAD_PX + 24)  # a ticker, its mark and a price
_FIRST_WIDTHS_PX = {COLUMNS[SYMBOL].title: 112, STATE.title: MARK_PX, LAST.title: 124, PERCENT.title: 64}
_MOST_ROWS = 12  # at first


class MiniStrip(QWidget):
    """Follows `requests.strip`, and tells it where it was put.

    Attributes:
        model, table, head, menu, link: its parts.
        repaint_clock: paints it.
        is_alone: tells whether nothing else of the program can be seen.
    """

    def __init__(
        self,
        book: Book,
        undo: Undo,
        quotes: Quotes,
        clock: Clock,
        directories: Directories,
        appearance: Appearance,
        requests: Requests,
    ) -> None:
        flags = Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        super().__init__(None, Qt.WindowType.Window | flags)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)  # who works elsewhere goes on there
        self.setMinimumSize(_LEAST_PX)
        self._book = book
        self._appearance = appearance
        self._requests = requests
        self._choice = requests.strip
        self._view = FeedView()
        self._may_close = False
        self.is_alone: Callable[[], bool] = lambda: False
        self._feeds_of: tuple[Instrument, ...] | None = None  # the rows whose feeds these are
        self._feeds: set[str] = set()
        self._wanted_px = 0  # how wide the columns want to be
        own = OwnColumns(book, Currencies(directories, clock))
        self.model = TableModel(self._list_to_show(), quotes, clock, directories, self, own)
        self.model.reader.flag_of, self.model.reader.note_of = book.flags.get, lambda one: book.notes.get(one, "")
        self.table = TableView(self.model, clock, appearance, self)
        self._selecting = Selection(self.table, self.model, undo)
        self._live_sort = LiveSort(self.table, self.model, lambda: QApplication.activePopupWidget() is not None)
        self.repaint_clock = RepaintClock(clock, self.table, self)
        self.repaint_clock.ran.connect(self._say_trouble)
        self.table.log = self.repaint_clock.log
        self.link = ListLink(requests.groups, "strip", self.table, self.model, self._selecting, lambda: False)
        self.menu = StripMenu(book, requests, own, self, is_of_strip=True)
        self._link_menu = LinkMenu(self.link.part, appearance, "Link &group", self)
        self.menu.insertMenu(self.menu.actions()[-1], self._link_menu)
        self.addActions(self.menu.all_actions())
        icons = Icons()
        mark = LinkMark(self.link.part, self._link_menu, appearance, icons, "right click", None)
        self.head = StripHead(appearance, icons, clock, mark, self)
        self.head.closed.connect(lambda: self._choice.choose(is_open=False))
        column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE_PX, _EDGE_PX, _EDGE_PX, _EDGE_PX)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.table, 1)
        self._set_up_table()
        controls = [self.table.header.viewport(), *self.table.findChildren(QScrollBar)]
        self._frame = Frameless(self, [self.head, self.table.viewport()], controls)
        self._frame.clicked.connect(self._click)
        self._frame.double_clicked.connect(self._double_click)
        self._frame.pulled.connect(lambda: self._choice.note(edges=self._frame.edges))
        self.table.installEventFilter(self)
        self._dress()
        appearance.changed.connect(self._dress)
        book.listeners.append(self._lists_changed)
        self._choice.changed.connect(self.follow)
        self.link.part.choose(self._choice.state.link)
        self._set_size()
        self.follow()

    def _set_up_table(self) -> None:
        state, header = self._choice.state, self.table.header
        header.fits = squeezed
        header.set_widths(_FIRST_WIDTHS_PX | state.widths_px)
        header.dragged.connect(self._place_column)
        self.table.setDragEnabled(False)
        self.table.setSelectionMode(TableView.SelectionMode.SingleSelection)
        self.table.tip_requested.connect(self.table.show_text_tip)
        self.table.edit_requested.connect(self._show_in_window)
        self.table.fold_asked.connect(lambda on: self._fold(self.table.currentIndex().row(), on))
        self.model.names = ()
        if state.sort:
            self._sort(state.sort)

    # For the app

    @property
    def watchlist(self) -> Watchlist:
        """The list that it shows."""
        return self.model.watchlist

    def show_replay(self) -> None:
        """It is a recording that is shown."""
        self.head.show_replay()

    def wake(self) -> None:
        """Something changed in the quotes."""
        self.repaint_clock.wake()

    def follow_alerts(self, alerts: Alerts) -> None:
        """Show the bells of these."""
        self._bells = RowBells(self.table, self.model, alerts)

    def show_view(self, view: FeedView) -> None:
        """The feeds and their links as they are now."""
        self._view = view
        self.model.reader.trace_of = view.trace_of
        self._say_trouble()

    def state(self) -> StripState:
        """How it is now, to be kept."""
        choice = self._choice
        if self.isVisible() and not self.isMinimized():
            if not desktop_limits.is_wayland():
                choice.note(place_px=(self.x(), self.y()), edges=self._frame.edges_now())
            choice.note(size_px=(self.width(), self.height()))
        choice.note(
            widths_px=self.table.header.widths_px(), sort=sorting_text(self.model.sorted_by), link=self.link.part.link
        )
        return choice.state

    def allow_close(self) -> None:
        """From now on closing closes, and the strip follows nothing any more."""
        self._may_close = True
        self.repaint_clock.stop()
        self.model.release()
        self.menu.release()
        self.link.part.release()
        self._choice.changed.disconnect(self.follow)
        if self._lists_changed in self._book.listeners:
            self._book.listeners.remove(self._lists_changed)

    def follow(self) -> None:
        """Be as was chosen."""
        state = self._choice.state
        watchlist = self._list_to_show()
        if watchlist is not self.model.watchlist:
            self.model.show_list(watchlist, self.model.sorted_by)
        names = (COLUMNS[SYMBOL].title, STATE.title, *state.columns)
        if names != self.model.names:
            self.model.show_columns(names)
            self._fit_width()
        self._show_titles(state.has_titles)
        self.setWindowTitle(f"{watchlist.name} \N{EN DASH} Mini strip")
        self.head.show_list(watchlist.name)
        if not desktop_limits.is_wayland() and QGuiApplication.platformName() != "offscreen":
            self.setWindowOpacity(state.opacity / 100)
        is_shown = state.is_open and not self._choice.is_hidden
        if is_shown and state.edges != self._frame.edges:
            self._frame.dock(state.edges)
        self._show(is_shown)
        self._say_trouble()

    def _show(self, on: bool) -> None:
        """Show it, or put it away: into the task bar where nothing else of the program can be seen, to be found."""
        if on and self.isMinimized():
            self.showNormal()
        elif on and not self.isVisible():
            self._put()
            self.show()
        elif not on and self.isVisible() and not self.isMinimized():
            self.showMinimized() if self._choice.is_hidden and self.is_alone() else self.hide()

    # Where it is

    def _put(self) -> None:
        """Before it is shown: where it was, or at its edges, but on a screen."""
        place = self._choice.state.place_px
        self._frame.put(QPoint(*place) if len(place) == 2 else None, self._choice.state.edges)

    def _set_size(self) -> None:
        """As it was, or as its rows need."""
        state = self._choice.state
        self._wanted_px = self._columns_px(state.columns)
        wide, high = state.size_px
        density = self._appearance.density
        rows_px = max(density.row_px, min(self.table.rows_px, _MOST_ROWS * density.row_px))
        self.resize(
            max(wide or self._wanted_px, _LEAST_PX.width()),
            max(high or HEAD_PX + rows_px + 2 * _EDGE_PX, _LEAST_PX.height()),
        )

    def _columns_px(self, titles: tuple[str, ...]) -> int:
        widths = self.table.header.widths_px()
        usual = {each.title: each.width_px for each in self.model.all_columns} | widths
        titles = (COLUMNS[SYMBOL].title, STATE.title, *titles)
        return 2 * _EDGE_PX + sum(usual.get(title, 0) for title in titles)

    def _fit_width(self) -> None:
        """Other columns than before: it is as much wider or narrower as they are, and stays at its edges."""
        before, self._wanted_px = self._wanted_px, self._columns_px(self._choice.state.columns)
        if before and before != self._wanted_px and self.isVisible():
            wide = max(_LEAST_PX.width(), self.width() + self._wanted_px - before)
            self._frame.be(QSize(wide, self.height()))

    # What it shows

    def _list_to_show(self) -> Watchlist:
        """The list that was chosen; where it is gone or closed, the first."""
        named = self._book.named(self._choice.state.shown)
        return named if named is not None and named.is_open else self._book.open_lists[0]

    def _lists_changed(self) -> None:
        """The book changed. A renamed list keeps its place here; one that is gone leaves it to the first."""
        shown = self.model.watchlist
        if shown in self._book.open_lists and shown.name != self._choice.state.shown:
            self._choice.note(shown=shown.name)
        self.model.look_at_formulas()
        self.follow()
        self.table.viewport().update()  # a flag, or amounts that are hidden now

    def _show_titles(self, on: bool) -> None:
        """Not hidden, but of no height: a hidden header does not fit its columns to the window."""
        header, high_px = self.table.header, HEADER_PX if on else 0
        if header.maximumHeight() != high_px:
            header.setFixedHeight(high_px)
            self.table.updateGeometries()
            if self.isVisible():  # else it was kept as high as it was with them, or without
                self._frame.be(self.size() + QSize(0, HEADER_PX if on else -HEADER_PX))

    def _say_trouble(self) -> None:
        if self._feeds_of is not self.watchlist.instruments:  # asked sixty times a second
            self._feeds_of = self.watchlist.instruments
            self._feeds = {instrument.feed for instrument in self._feeds_of}
        own = {link.feed for link in self._view.links if not link.is_relayed}
        needs_relay = not self._feeds <= own
        links = tuple(
            link for link in self._view.links if link.feed in self._feeds or (link.is_way_to_relay and needs_relay)
        )
        self.head.show_trouble(links, self.model.counts())

    def _sort(self, text: str) -> None:
        try:
            column, is_descending = sorting(text, self.model.own())
        except ValueError:  # a column that is no more
            return
        self.model.sort_by(column, is_descending=is_descending)

    def _place_column(self, column: object, at: int) -> None:
        """A column was dragged by its title."""
        titles = [each.title for each in self.model.columns]
        (title,) = [each.title for each in self.model.columns if each is column]
        titles.remove(title)
        titles.insert(at, title)
        self._choice.choose(columns=tuple(each for each in titles if each not in ("Symbol", "State")))

    def _fold(self, row: int, on: bool) -> None:
        if isinstance(label := self.model.rows[row], Section):
            self.watchlist.fold(label, on)

    def _double_click(self, part: QWidget) -> None:
        if part is self.table.viewport():
            self._show_in_window()

    def _show_in_window(self) -> None:
        row = self.model.rows[self.table.currentIndex().row()] if self.table.currentIndex().isValid() else None
        if isinstance(row, Instrument):
            self._requests.front.emit(self.watchlist, row)

    # The mouse and the keyboard

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and (event.key(), event.modifiers()) == (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
        ):
            self.menu.popup(self.table.mapToGlobal(QPoint(24, 24)))
            return True
        return False

    def _click(self, part: QWidget, at: QPoint) -> None:
        row = self.table.rowAt(at.y())
        if row < 0 or part is not self.table.viewport():
            return
        label = self.model.rows[row]
        if isinstance(label, Section) and at.x() < FOLD_PX:
            self._fold(row, label.key not in self.watchlist.folded)
            return
        self.activateWindow()
        self.table.setFocus()
        self.table.setCurrentIndex(self.model.index(row, SYMBOL))
        self.link.send_again()

    # QWidget

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._appearance.theme.edge)
        painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
        else:
            event.ignore()
            self._choice.choose(is_open=False)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.repaint_clock.start()
        self._frame.follow_screens()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.repaint_clock.stop()
        self._frame.let_go()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.head.fit(self.width())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.repaint_clock.stop() if self.isMinimized() else self.repaint_clock.start()
            if not self.isMinimized():
                self._choice.hide(False)  # taken out of the task bar

    def _dress(self) -> None:
        dress(self, self._appearance.theme)
        self.update()

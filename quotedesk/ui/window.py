"""The main window: menus, banner, desk, status bar. It shows and asks; the controller answers."""

import contextlib
import os
from collections.abc import Callable, Iterable

from PySide6.QtCore import QByteArray, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QHideEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from quotedesk.config.window_file import WindowState
from quotedesk.feed.proof import Continuity, Proof
from quotedesk.feed.states import LinkStatus
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.store.catalogue import Catalogue
from quotedesk.store.quotes import Quotes
from quotedesk.store.watchlist import Watchlist
from quotedesk.ui import sparkline
from quotedesk.ui.actions import act
from quotedesk.ui.appearance import Appearance
from quotedesk.ui.banner import Banner, reasons
from quotedesk.ui.columns import sorting, sorting_text
from quotedesk.ui.desk import Desk
from quotedesk.ui.help_menu import HelpMenu
from quotedesk.ui.icons import Icons
from quotedesk.ui.menu_bar import MenuBar
from quotedesk.ui.repaint import RepaintClock
from quotedesk.ui.status_bar import StatusBar
from quotedesk.ui.style import dress
from quotedesk.ui.tool_strip import ToolStrip
from quotedesk.ui.view_menu import ViewMenu

_FIRST_SIZE_PX = (1000, 640)
_LEAST_SIZE_PX = (480, 240)


class Window(QMainWindow):
    """One watchlist of one feed.

    Attributes:
        table, add_line, undo: the parts to work with.
        appearance: how it looks, to be changed at any time.
        icons: which know what is missing.
        repaint_clock: paints, and knows how fast.
        first_paint_s: monotonic time of the first paint; None before it.

    Signals:
        edited(): the list was changed by a do, an undo or a redo.
        retry_requested(): the user wants to connect now.
        closing(): the user wants to quit; answer with `allow_close` and `close`.
        painted_first(): the table is on screen for the first time.
        diagnostics_requested(): the user wants to see figures and frames.
    """

    edited = Signal()
    retry_requested = Signal()
    closing = Signal()
    painted_first = Signal()
    diagnostics_requested = Signal()

    def __init__(
        self,
        watchlist: Watchlist,
        quotes: Quotes,
        clock: Clock,
        feed: str,
        feed_title: str,
        catalogue: Catalogue | None = None,
        appearance: Appearance | None = None,
    ) -> None:
        super().__init__()
        self.appearance = appearance or Appearance(parent=self)
        dress(self, self.appearance.theme)
        self.appearance.changed.connect(lambda: dress(self, self.appearance.theme))
        self._watchlist = watchlist
        self._clock = clock
        self._may_close = False
        self._lost: tuple[LinkStatus, ...] = ()
        self.first_paint_s: float | None = None
        self.setMinimumSize(*_LEAST_SIZE_PX)
        self.resize(*_FIRST_SIZE_PX)
        self._desk = Desk(watchlist, quotes, clock, feed, catalogue or Catalogue(), self.appearance)
        self.table = self._desk.table
        self.add_line = self._desk.add_line
        self.undo = self._desk.undo
        self._banner = Banner(self.appearance)
        self._banner.hide()
        self._status = StatusBar(self.appearance)
        self._show_title(feed_title)
        self.setStatusBar(self._status)
        middle = QWidget()
        stack = QVBoxLayout(middle)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(0)
        stack.addWidget(self._banner)
        stack.addWidget(self._desk, 1)
        self.setCentralWidget(middle)
        self.repaint_clock = RepaintClock(clock, self.table, self)
        self.table.log = self.repaint_clock.log
        self.view_menu = ViewMenu(self.appearance, self)
        act(self.view_menu, "Reset co&lumns", "Ctrl+Shift+R", self.table.header.fit)
        self.icons = Icons()
        self._tools = ToolStrip(self.appearance, self.icons, self)
        self._connect()
        self._make_menus()
        self.table.setFocus()

    # For the controller

    def show_feed(self, feed: str, title: str, instruments: Iterable[Instrument]) -> None:
        """Another feed with its list takes the place of what is here."""
        self._show_title(title)
        self._desk.show_list(feed, instruments)
        self.show_links(())
        self._count()

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        """The connections as they are now; lost ones get the banner."""
        now_s = self._clock.now_s()
        self._lost = tuple(link for link in links if link.is_lost)
        many = len(links) > 1
        self._status.show_links(links)
        self._desk.model.offline_reason = reasons(self._lost, many)
        self._banner.show_links(self._lost, many, now_s)
        self.repaint_clock.counting = bool(self._lost)
        self._settle_banner()

    def show_notice(self, text: str) -> None:
        """One plain line at the right of the status bar; "" takes it back."""
        self._status.notice.show_text(text)

    def ask_for_proof(self, proof_of: Callable[[Instrument], tuple[Proof | None, Continuity | None]]) -> None:
        """Whom to ask what proves a row's subscription."""
        self._desk.model.proof_of = proof_of

    def show_plan(self, slots: int | None) -> None:
        """How many symbols the plan has room for; None where nobody knows."""
        parked = self._desk.model.parked()
        self._status.show_plan(len(self._watchlist) - parked, slots, parked)

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        """Once a second: what the status bar says of the connections; NaN is unknown."""
        if self.isVisible():
            age_ms = self.repaint_clock.age_stats().p99_ms
            self._status.figures.show_values(messages_per_s, round_trip_s * 1000, age_ms)

    def state(self) -> WindowState:
        """How the window is now, to be restored at another start."""
        return WindowState(
            geometry=bytes(self.saveGeometry().toBase64().data()).decode("ascii"),
            columns=self.table.header.order(),
            widths_px=self.table.header.widths_px(),
            sort=sorting_text(self._desk.model.sorted_by),
        )

    def restore(self, state: WindowState) -> None:
        """Be as the window was then; what makes no sense any more is left as it is. To be called before it is shown."""
        self.restoreGeometry(QByteArray.fromBase64(state.geometry.encode("ascii", "replace")))
        self.table.header.arrange(state.columns, state.widths_px)
        with contextlib.suppress(ValueError):  # a column that is no more
            self.sort(state.sort)

    def sort(self, text: str) -> None:
        """Show the rows by a column: "Chg %:desc"; "" is the list's own order. Raises ValueError."""
        column, is_descending = sorting(text) if text else (None, False)
        self._desk.model.sort_by(column, is_descending=is_descending)

    def sort_again(self) -> None:
        """The same order, by the values as they are now; not while rows are under the hand."""
        if self._desk.model.sorted_by and not self._desk.is_busy:
            self.sort(sorting_text(self._desk.model.sorted_by))

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

    # Inside

    def _connect(self) -> None:
        self.undo.edited.connect(self._list_edited)
        self._desk.noticed.connect(self.show_notice)
        self._banner.retry_requested.connect(self.retry_requested)
        self.table.painted_first.connect(self._first_paint)
        self.repaint_clock.ran.connect(self._count)
        self.repaint_clock.second.connect(self._second)
        self.add_line.opened_or_closed.connect(self._settle_banner)

    def _make_menus(self) -> None:
        bar = MenuBar(self.table, self)
        self.setMenuBar(bar)
        file, edit = bar.addMenu("&File"), bar.addMenu("&Edit")
        bar.addMenu(self.view_menu)
        help_menu = HelpMenu(bar, self)
        help_menu.diagnostics_requested.connect(self.diagnostics_requested)
        bar.addMenu(help_menu)
        act(file, "&Quit", "Ctrl+Q", self.close)
        stack = self.undo.stack
        undo, redo = stack.createUndoAction(self, "&Undo"), stack.createRedoAction(self, "&Redo")
        for action, keys in ((undo, "Ctrl+Z"), (redo, "Ctrl+Shift+Z")):
            action.setShortcut(QKeySequence(keys))
            edit.addAction(action)
        edit.addSeparator()
        add = act(edit, "&Add symbols", "Ctrl+K", self.add_line.begin)
        remove = act(edit, "Re&move", "Del", self._desk.remove_selected)
        edit.addSeparator()
        self._tools.add(add, "add")
        self._tools.add(remove, "remove")
        for action, icon in ((undo, "undo"), (redo, "redo")):
            self._tools.add(action, icon)
        self._tools.add(self.view_menu.next_spacing, "rows")
        self._tools.add(self.view_menu.turn_theme, "theme")
        bar.setCornerWidget(self._tools)
        of_rows = [
            remove,
            act(edit, "&Edit symbol", "F2", self._desk.edit_current),
            act(edit, "Move u&p", "Alt+Up", lambda: self._desk.move_selected(-1)),
            act(edit, "Move &down", "Alt+Down", lambda: self._desk.move_selected(1)),
            act(edit, "&Copy symbols", "Ctrl+C", self._desk.copy_selected),
        ]
        paste = act(edit, "Pa&ste symbols", "Ctrl+V", self._desk.paste)
        for action in (*of_rows, paste):
            # In the add line and the editor these keys are for the text.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self.table.addAction(action)
        self._enable(of_rows)
        self.table.selectionModel().selectionChanged.connect(lambda: self._enable(of_rows))
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _enable(self, of_rows: list[QAction]) -> None:
        for action in of_rows:
            action.setEnabled(self.table.selectionModel().hasSelection())

    def _show_title(self, feed_title: str) -> None:
        self.setWindowTitle(f"{feed_title} \N{EN DASH} quotedesk")
        self._status.show_feed(feed_title)

    def _list_edited(self) -> None:
        self.repaint_clock.wake()
        self._count()
        self.edited.emit()

    def _count(self) -> None:
        self._status.show_counts(self._desk.model.live(), len(self._watchlist))

    def _second(self) -> None:
        self._banner.count(self._clock.now_s())
        self._settle_banner()

    def _settle_banner(self) -> None:
        """Show or hide the banner, which moves the rows: never under the hand."""
        wanted = bool(self._lost)
        if wanted == self._banner.isVisibleTo(self):
            return
        if self._desk.is_busy or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self.repaint_clock.counting = True  # look again in a second
            return
        self._banner.setVisible(wanted)
        self.repaint_clock.counting = wanted

    def _mind_visibility(self) -> None:
        if self.isVisible() and not self.isMinimized():
            self.repaint_clock.start()
        else:
            self.repaint_clock.stop()

    def _first_paint(self) -> None:
        self.first_paint_s = self._clock.now_s()
        self.painted_first.emit()
        QTimer.singleShot(0, self._load_lines)

    def _load_lines(self) -> None:
        self.setWindowIcon(self.icons.program())
        sparkline.load()
        self.table.viewport().update()

"""All windows: they show the same lists, each one of them, and are told the same by the one controller."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QDialog

from quotedesk.config.settings import MOST_PAINTS
from quotedesk.config.window_file import WindowState
from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkStatus
from quotedesk.ui.undo import Undo
from quotedesk.ui.window.window import Window

_CASCADE_PX = 28  # between a window and the next one
SETTLE_MS = 3000  # a list that is shown for so long goes first where the plan is short


class Windows(QObject):
    """There is always one.

    Attributes:
        all: in the order in which they were opened.
        undo: of the lists.

    Signals:
        edited(): lists were changed by a do, an undo or a redo, or arranged otherwise.
        settled(): other lists than before have been shown for a while.
        retry_requested(): the user wants to connect now.
        closing(): the user wants to quit.
        diagnostics_requested(): the user wants to see figures and frames.
        report_requested(): the user wants to tell of a problem.
        settings_requested(): the user wants to change the settings.
        demo_wanted(), token_wanted(): the user says where prices are to come from, on the start panel.
        welcomed(): the user has begun.
        links_shown(links): the connections as they are now.
    """

    edited = Signal()
    settled = Signal()
    retry_requested = Signal()
    closing = Signal()
    diagnostics_requested = Signal()
    report_requested = Signal()
    settings_requested = Signal()
    demo_wanted = Signal()
    token_wanted = Signal()
    welcomed = Signal()
    links_shown = Signal(object)

    def __init__(self, undo: Undo, make: Callable[[Undo], Window]) -> None:
        super().__init__()
        self.all: list[Window] = []
        self.undo = undo
        self._make = make
        self._links: tuple[LinkStatus, ...] = ()
        self._paints_per_s = MOST_PAINTS
        self._proof_of: Callable[[Instrument], tuple[Trace | None, Continuity | None]] = lambda one: (None, None)
        self._settling = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settling.timeout.connect(self._settle)
        self._shown: list[Watchlist] = []
        undo.edited.connect(self.edited)

    @property
    def front(self) -> Window:
        """The one that the user works in."""
        return next((each for each in self.all if each is self.undo.hand), self.all[0])

    @property
    def shown(self) -> list[Watchlist]:
        """The lists that have been shown for a while."""
        return self._shown

    def open(self, state: WindowState | None = None) -> Window:
        """A further window, not shown yet: like `state`, else like the one in front."""
        window = self._make(self.undo)
        if state is None and self.all:
            self.undo.hand = window
            window.restore(self.all[-1].state())
            window.move(self.all[-1].pos() + QPoint(_CASCADE_PX, _CASCADE_PX))
        elif state is not None:
            window.restore(state)
        self.all.append(window)
        window.arranged.connect(self.edited)
        window.shown_changed.connect(self._settling.start)
        window.retry_requested.connect(self.retry_requested)
        window.help_menu.diagnostics_requested.connect(self.diagnostics_requested)
        window.help_menu.report_requested.connect(self.report_requested)
        window.file_menu.settings_requested.connect(self.settings_requested)
        window.start_panel.demo_wanted.connect(self.demo_wanted)
        window.start_panel.token_wanted.connect(self.token_wanted)
        window.welcomed.connect(self.welcomed)
        window.repaint_clock.set_rate(self._paints_per_s)
        window.quit_requested.connect(self.closing)
        window.window_requested.connect(lambda: self.open().show())
        window.closing.connect(lambda: self._close(window))
        window.set_trace_of(self._proof_of)
        window.show_links(self._links)
        if not self._shown:
            self._settle()
        return window

    def show(self) -> None:
        """Put all on screen."""
        for each in self.all:
            each.show()

    def states(self) -> tuple[WindowState, ...]:
        """How they are, to be restored at another start."""
        return tuple(each.state() for each in self.all)

    def come_forward(self, token: str = "") -> None:
        """See Window."""
        self.front.come_forward(token)

    def close_all(self) -> None:
        """The program ends."""
        for each in self.all:
            each.allow_close()
            each.close()

    # For the controller; see Window

    def show_feed(self, feed: str, title: str) -> None:
        for each in self.all:
            each.show_feed(feed, title)
        self._settle()

    def show_feed_again(self, feed: str) -> None:
        """It is the one in use still, whatever was chosen."""
        for each in self.all:
            each.feed_shown.emit(feed)

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        self._links = links
        for each in self.all:
            each.show_links(links)
        self.links_shown.emit(links)

    def show_notice(self, text: str) -> None:
        self.front.show_notice(text)

    def set_trace_of(self, trace_of: Callable[[Instrument], tuple[Trace | None, Continuity | None]]) -> None:
        self._proof_of = trace_of
        for each in self.all:
            each.set_trace_of(trace_of)

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        for each in self.all:
            each.show_plan(used, slots, parked)

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        for each in self.all:
            each.show_traffic(messages_per_s, round_trip_s)

    def set_paint_rate(self, paints_per_s: int) -> None:
        """How often the tables are painted at most."""
        self._paints_per_s = paints_per_s
        for each in self.all:
            each.repaint_clock.set_rate(paints_per_s)

    def wake(self) -> None:
        for each in self.all:
            each.wake()

    # Inside

    def _close(self, window: Window) -> None:
        if len(self.all) == 1:
            self.closing.emit()
            return
        self.all.remove(window)
        if self.undo.hand is window:
            self.undo.hand = None
        for dialog in window.findChildren(QDialog):
            dialog.close()  # whoever opened it is told
        window.release()
        window.allow_close()
        window.close()
        window.deleteLater()
        self._settling.start()

    def _settle(self) -> None:
        front = [self.front, *self.all] if self.all else []
        shown = list(dict.fromkeys(each.watchlist for each in front))
        if shown != self._shown:
            self._shown = shown
            self.settled.emit()

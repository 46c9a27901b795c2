"""All windows: they show the same lists, each one of them, and are told the same of the feeds."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QDialog

from quotedesk.config.settings import MOST_PAINTS
from quotedesk.config.window_file import StripState, WindowState
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.candle import Candle
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import LinkStatus
from quotedesk.ui.alerts.alerts import Alerts
from quotedesk.ui.chart.chart_data import Charting
from quotedesk.ui.message import Message
from quotedesk.ui.undo import Undo
from quotedesk.ui.window import desktop_limits
from quotedesk.ui.window.feed_view import FeedView, TraceOf
from quotedesk.ui.window.mini_strip import MiniStrip
from quotedesk.ui.window.replay_view import ReplayView
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.window import Window

if TYPE_CHECKING:  # the first paint need not wait for it
    from quotedesk.ui.window.mini_strip import MiniStrip

_CASCADE_PX = 28  # between a window and the next one
SHOWN_AFTER_MS = 3000  # a list that is shown for so long goes first where the plan is short


class Windows(QObject):
    """There is always one. They are the engine's Display; see engine.services.

    `make(undo, requests)` makes a window, which shows nothing yet, `make_strip` the mini strip.

    Attributes:
        all: in the order in which they were opened.
        strip: the mini strip; None until it is first opened.
        undo: of the lists.
        requests: what the user asks for, in any of them.

    Signals:
        edited(): lists were changed by a do, an undo or a redo, or arranged otherwise.
        shown_settled(): other lists than before, or other columns on the strip, have been shown for a while.
        links_shown(links): the connections as they are now.
    """

    edited = Signal()
    shown_settled = Signal()
    links_shown = Signal(object)

    def __init__(
        self,
        undo: Undo,
        make: Callable[[Undo, Requests], Window],
        make_strip: "Callable[[Undo, Requests], MiniStrip]",
    ) -> None:
        super().__init__()
        self.strip: MiniStrip | None = None
        self._make_strip = make_strip
        self._is_shown = False  # the first window is to be on screen before the strip is
        self._was_told = False  # what a strip cannot do on this desktop
        self.all: list[Window] = []
        self.undo = undo
        self.requests = Requests(self)
        self._make = make
        self._view = FeedView()
        self._paints_per_s = MOST_PAINTS
        self._saves_power = False
        self._new_feed = ""
        self._replay: ReplayView | None = None
        self._alerts: Alerts | None = None
        self._shown_timer = QTimer(self, singleShot=True, interval=SHOWN_AFTER_MS)
        self._shown_timer.timeout.connect(self._note_shown)
        self._shown: list[Watchlist] = []
        self._shown_on_strip: list[tuple[Watchlist, tuple[str, ...]]] = []
        undo.edited.connect(self.edited)
        self.requests.window.connect(lambda: self.open().show())
        self.requests.front.connect(self._come_with)
        self.requests.told.connect(self.show_notice)
        self.requests.strip.changed.connect(self._follow_strip)

    @property
    def front(self) -> Window:
        """The one that the user works in."""
        return next((each for each in self.all if each is self.undo.active_window), self.all[0])

    @property
    def shown(self) -> list[Watchlist]:
        """The lists that have been shown for a while."""
        return self._shown

    def open(self, state: WindowState | None = None) -> Window:
        """A further window, not shown yet: like `state`, else like the one in front."""
        window = self._make(self.undo, self.requests)
        if state is None and self.all:
            self.undo.active_window = window
            window.restore(self.all[-1].state())
            window.move(_beside(self.all[-1], window))
        elif state is not None:
            window.restore(state)
        self.all.append(window)
        window.arranged.connect(self.edited)
        window.shown_changed.connect(self._shown_timer.start)
        window.shown_changed.connect(self._number)
        window.closing.connect(lambda: self._close(window))
        window.show_view(self._view)
        self._set_up(window)
        self._number()
        if not self._shown:
            self._note_shown()
        return window

    def show(self) -> None:
        """Put all on screen."""
        for each in self.all:
            each.show()
        self._is_shown = True
        self._follow_strip()

    def states(self) -> tuple[WindowState, ...]:
        """How they are, to be restored at another start."""
        return tuple(each.state() for each in self.all)

    def strip_state(self) -> StripState:
        """The same of the mini strip."""
        return self.requests.strip.state if self.strip is None else self.strip.state()

    def strip_columns(self) -> list[tuple[Watchlist, tuple[str, ...]]]:
        """The list that the strip shows, with its columns; none where it is not open."""
        state = self.requests.strip.state
        return [(self.strip.watchlist, state.columns)] if self.strip is not None and state.is_open else []

    def come_forward(self, token: str = "") -> None:
        """See Window."""
        self.front.come_forward(token)

    def close_all(self) -> None:
        """The program ends."""
        self._shown_timer.stop()
        if self.strip is not None:
            self.strip.allow_close()
            self.strip.close()
        for each in self.all:
            each.allow_close()
            each.close()

    # The engine's Display

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        """The connections in use, as they are now."""
        self._show(replace(self._view, links=links))
        self.links_shown.emit(links)

    def show_plan(self, used: int, slots: int | None, parked: int) -> None:
        """How many symbols are subscribed, for how many the plans have room (None: nobody knows), how many wait."""
        self._show(replace(self._view, used=used, slots=slots, parked=parked))

    def show_traffic(self, messages_per_s: float, round_trip_s: float) -> None:
        """Frames received a second, and the slowest connection's round trip; NaN is unknown."""
        self._show(replace(self._view, messages_per_s=messages_per_s, round_trip_s=round_trip_s))

    def show_notice(self, message: Message | str, *, is_error: bool = False) -> None:
        """A plain line or a Message for the user, in the window that is in front; an error stays until it is closed."""
        self.front.show_notice(message, is_error=is_error)

    def show_replay(self, view: ReplayView) -> None:
        """It is a recording that is shown, and there it is now; in every window, those that come later, too."""
        self._replay = view
        for each in self.all:
            each.show_replay(view)
        if self.strip is not None:
            self.strip.show_replay()

    def show_fetching(self, words: str) -> None:
        """What is being fetched beside the streams, in a few words; "" for nothing."""
        self._show(replace(self._view, fetching=words))

    def show_readers(self, words: str, told: str) -> None:
        """How many other programs read quotes here, in a few words, and who they are; "" for none."""
        self._show(replace(self._view, readers=(words, told)))

    def wake(self) -> None:
        """Rows changed in the store."""
        for each in self.all:
            each.wake()
        if self.strip is not None:
            self.strip.wake()

    # What else they are told

    def show_origins(self, origins: Mapping[str, str]) -> None:
        """Feed -> where its key comes from, in words; the answer to `requests.origins`."""
        self._show(replace(self._view, origins=origins))

    def set_trace_of(self, trace_of: TraceOf) -> None:
        """Whom to ask what proves a row's subscription."""
        self._show(replace(self._view, trace_of=trace_of))

    def set_charting(self, charting: Charting) -> None:
        """Whom charts ask."""
        self._show(replace(self._view, charting=charting))

    def set_alerts(self, alerts: Alerts) -> None:
        """What fired and what waits, for all windows."""
        self._alerts = alerts
        self._set_all_up()
        if self.strip is not None:
            self.strip.follow_alerts(alerts)

    def show_candles(
        self, instrument: Instrument, bar_s: int, candles: Sequence[Candle], fault: str, is_last: bool = True
    ) -> None:
        """The answer to `requests.candles`; until the last one more is on its way."""
        for each in self.all:
            each.show_candles(instrument, bar_s, candles, fault, is_last=is_last)

    def set_paint_rate(self, paints_per_s: int) -> None:
        """How often the tables are painted at most."""
        self._paints_per_s = paints_per_s
        self._set_all_up()

    def set_power_saving(self, on: bool) -> None:
        """Is power saved at the cost of later prices?"""
        self._saves_power = on
        self._set_all_up()

    def set_new_feed(self, feed: str) -> None:
        """The own feed of new lists."""
        self._new_feed = feed
        self._set_all_up()

    # Inside

    def _show(self, view: FeedView) -> None:
        """Tell every window all that it shows of the feeds."""
        self._view = view
        for each in self.all:
            each.show_view(view)
        if self.strip is not None:
            self.strip.show_view(view)

    def _follow_strip(self) -> None:
        """The mini strip is made when it is first wanted, and told what the windows were told."""
        choice = self.requests.strip
        if not self._is_shown:
            return
        if self.strip is None and choice.state.is_open:
            self.strip = self._make_strip(self.undo, self.requests)
            self.strip.is_alone = self._is_alone
            self.strip.show_view(self._view)
            if self._alerts is not None:
                self.strip.follow_alerts(self._alerts)
            self._set_all_up()
            if desktop_limits.is_wayland() and not self._was_told:
                self._was_told = True
                self.show_notice(f"{desktop_limits.why_not_on_top()} Drag the strip into its place.")
        if self.strip is not None:
            self.strip.follow()  # what comes next asks which list it shows
        if choice.state.is_open and choice.is_hidden and not self._is_alone():
            self.show_notice("The mini strip is hidden. F10 here brings it back.")
        if self.strip_columns() != self._shown_on_strip:
            self._note_shown()  # its columns may want an order book, now

    def _is_alone(self) -> bool:
        """Can no window be seen, so that the strip would be the only one?"""
        return all(each.isMinimized() or not each.isVisible() for each in self.all)

    def _come_with(self, watchlist: Watchlist | None, instrument: Instrument | None) -> None:
        """The strip leads back to a window, or to one of its rows there."""
        if watchlist is not None and instrument is not None:
            self.front.list_menu.show_list(watchlist)
            self.front.panel.selecting.select([instrument])
        self.come_forward()

    def _set_all_up(self) -> None:
        for each in self.all:
            self._set_up(each)
        if self.strip is not None:
            self.strip.repaint_clock.set_rate(self._paints_per_s)
            self.strip.repaint_clock.saves_power = self._saves_power
            if self._replay is not None:
                self.strip.show_replay()

    def _set_up(self, window: Window) -> None:
        """Give a window what was set for all of them."""
        window.repaint_clock.set_rate(self._paints_per_s)
        window.show_power_saving(self._saves_power)
        window.list_menu.new_feed = self._new_feed
        if self._replay is not None:
            window.show_replay(self._replay)
        if self._alerts is not None:
            window.alert_menu.follow(self._alerts)

    def _close(self, window: Window) -> None:
        if len(self.all) == 1:
            self.requests.quit.emit()
            return
        self.all.remove(window)
        if self.undo.active_window is window:
            self.undo.active_window = None
        for dialog in window.findChildren(QDialog):
            dialog.close()  # whoever opened it is told
        window.release()
        window.allow_close()
        window.close()
        window.deleteLater()
        self._number()
        self._shown_timer.start()

    def _number(self) -> None:
        """Windows on one list are told apart by their titles."""
        counts = Counter[Watchlist]()
        for each in self.all:
            counts[each.watchlist] += 1
            each.set_number(counts[each.watchlist])

    def _note_shown(self) -> None:
        """The lists that are shown now have been so for a while."""
        front = [self.front, *self.all] if self.all else []
        strip = [watchlist for watchlist, _ in self.strip_columns()]
        shown = list(dict.fromkeys([*(each.watchlist for each in front), *strip]))
        if shown != self._shown or self.strip_columns() != self._shown_on_strip:
            self._shown, self._shown_on_strip = shown, self.strip_columns()
            self.shown_settled.emit()


def _beside(window: Window, other: Window) -> QPoint:
    """Where a window of the size of `other` stands a little lower and further right than one, but on its screen."""
    corner = window.pos() + QPoint(_CASCADE_PX, _CASCADE_PX)
    # The frame is not known before the window is shown: as that of the other one.
    frame = window.frameGeometry().size() - window.size()
    room, size = window.screen().availableGeometry(), other.size() + frame
    return QPoint(
        max(room.left(), min(corner.x(), room.right() + 1 - size.width())),
        max(room.top(), min(corner.y(), room.bottom() + 1 - size.height())),
    )

"""The strip above the table: feeds that are away or silent, why, until when; rows that the plan has no room for."""

import math

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from quotedesk.market.clock import Clock
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import GlyphLabel, plain_label
from quotedesk.ui.looks.theme import LINK_LOOKS, LOOKS
from quotedesk.ui.message import announce
from quotedesk.ui.table import numbers
from quotedesk.ui.window.link_text import NO_PRICES, look_of, reasons, silence
from quotedesk.ui.window.wrapped_label import WrappedLabel

_BOTH_BUTTONS_PX = 640
_NEXT_PX = 400  # so wide a banner has room for when the next try is


class Banner(QWidget):
    """Says the most urgent thing there is: links that are lost, else those that are silent, else what is parked.

    `seen`: plans that the user has read of; all windows share it.

    Attributes:
        retry: the button; for all that are lost here.
        settings: the button where a token is missing or refused, or this desk by its relay.
        close_button: for what is told once.

    Signals:
        token_wanted(feed): the user wants to give the token that is missing or refused.
        plan_seen(slots): the user has read what the plan carries, and closed it.
    """

    token_wanted = Signal(str)
    plan_seen = Signal(object)

    def __init__(self, appearance: Appearance, clock: Clock, seen: set[int | None]) -> None:
        super().__init__()
        self._appearance = appearance
        self._clock = clock
        self._links: tuple[LinkStatus, ...] = ()
        self._lost: tuple[LinkStatus, ...] = ()
        self._silent: tuple[LinkStatus, ...] = ()
        self._slots: int | None = None
        self._parked = 0
        self._seen = seen
        self._wait_began_s = math.nan
        self._word = self._announced = ""
        self._away = ""  # what is told of links: "lost", "silent" or nothing
        self.retry_at_s: float | None = None
        self._waited = 0.0  # part of the wait that is over, for the line at the foot
        self.setFixedHeight(look.BANNER_PX)
        self._mark = GlyphLabel(appearance, "banner")
        self._title = plain_label(look.font(strong=True), "t1")
        self._reason = WrappedLabel(appearance, look.font(12), "t2")
        self._next = plain_label(look.font(12), "t1")
        self.retry = QPushButton("Retr&y now")
        self.settings = QPushButton("Settin&gs\N{HORIZONTAL ELLIPSIS}")
        self.settings.clicked.connect(self._ask_for_token)
        self.close_button = QPushButton("\N{MULTIPLICATION SIGN}")
        self.close_button.setProperty("choice", "quiet")
        self.close_button.setFixedSize(28, 28)
        self.close_button.setToolTip("Close")
        self.close_button.setAccessibleName("Close, and do not tell it again")
        self.close_button.clicked.connect(self._close_plan)
        line = QHBoxLayout(self)
        line.setContentsMargins(13, 0, 12, 0)
        line.setSpacing(8)
        for widget in (self._mark, self._title):
            line.addWidget(widget)
        line.addSpacing(4)
        line.addWidget(self._reason, 1)
        line.addWidget(self._next)
        for button in (self.settings, self.retry, self.close_button):
            line.addWidget(button)

    def show_links(self, links: tuple[LinkStatus, ...]) -> None:
        """The links as they are now; those that are lost or silent are named where others are not."""
        self._links = links
        self._lost = tuple(link for link in links if link.is_lost)
        self._silent = tuple(link for link in links if link.is_silent)
        retries = [link.retry_at_s for link in self._lost if link.retry_at_s is not None]
        retry_at_s = min(retries, default=None)
        if retry_at_s != self.retry_at_s:
            self.retry_at_s, self._wait_began_s = retry_at_s, self._clock.now_s()
        self._say()

    def show_plan(self, slots: int | None, parked: int) -> None:
        """How many symbols the plans carry (None: nobody knows exactly), and how many rows are parked for it."""
        if (slots, parked) != (self._slots, self._parked):
            self._slots, self._parked = slots, parked
            self._say()

    def note_seen(self, slots: int | None) -> None:
        """The user has read, here or in another window, what that plan carries."""
        self._seen.add(slots)
        self._say()

    @property
    def is_wanted(self) -> bool:
        """Is there something to say?"""
        return self.counts or self._tells_plan

    @property
    def counts(self) -> bool:
        """Does it change with every second?"""
        return bool(self._lost or self._silent)

    def count(self) -> None:
        """Another second is over."""
        now_s = self._clock.now_s()
        self._waited = 0.0
        told = ""
        if self._lost:
            if self._lacking:
                self._title.setText(self._lacking)
            else:
                self._title.setText(f"{self._word} {numbers.span(now_s - min(link.since_s for link in self._lost))}")
            if self.retry_at_s is not None:
                left_s = max(0.0, self.retry_at_s - now_s)
                whole_s = self.retry_at_s - self._wait_began_s
                self._waited = 1 - left_s / whole_s if whole_s > 0 else 1.0
                told = f"Next try in {math.ceil(left_s)} s" if left_s else "Trying now"
            elif any(link.state is LinkState.CONNECTING for link in self._lost):
                told = "Trying now"
        elif self._silent:
            since_s = min(link.silent_since_s for link in self._silent if link.silent_since_s is not None)
            self._title.setText(f"{NO_PRICES} {numbers.span(now_s - since_s)}")
        self._next.setText(told)
        self._next.setVisible(bool(told) and self.width() >= _NEXT_PX)
        self.update()

    def words(self) -> tuple[str, str, str]:
        """Title, reason and what comes next, as shown."""
        return self._title.text(), self._reason.text, self._next.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_buttons()
        self._next.setVisible(bool(self._next.text()) and self.width() >= _NEXT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.banner)
        faint = look.mix(theme.warn, theme.banner, 0.4)
        painter.fillRect(0, 0, self.width(), 1, faint)
        painter.fillRect(0, self.height() - 2, self.width(), 2, faint)
        painter.fillRect(0, self.height() - 2, round(self.width() * self._waited), 2, theme.warn)
        painter.end()

    # Inside

    @property
    def _tells_plan(self) -> bool:
        return self._parked > 0 and self._slots not in self._seen

    @property
    def _lacking(self) -> str:
        """What all that are lost lack, as in NO_TOKEN; "" where that is not why."""
        lacking = {link.lacking for link in self._lost}
        return lacking.pop() if len(lacking) == 1 else ""

    @property
    def _denied_here(self) -> list[LinkStatus]:
        """Those that this desk can have let in."""
        return [link for link in self._lost if link.state is LinkState.DENIED and not link.is_relayed]

    def _say(self) -> None:
        """Say what matters most now."""
        self._tell_return()
        if not self.is_wanted:
            self._announced = ""
            return
        lost = self._lost
        if lost:
            denied = all(link.state is LinkState.DENIED for link in lost)
            shape, colour, self._word = LINK_LOOKS[LinkState.DENIED if denied else LinkState.WAITING]
            self._mark.show_mark(shape, look_of(lost[0])[1] if self._lacking else colour)
            told = reasons(lost, self._links)
            self._reason.show_text(told.replace(f"{self._lacking}: ", "") if self._lacking else told)
        elif self._silent:
            self._mark.show_mark("stale", "warn")
            self._reason.show_text(silence(self._silent, self._links, self._clock))
        else:
            self._mark.show_mark(LOOKS[RowState.PARKED].mark, "warn")
            carries = "no more symbols" if self._slots is None else f"{self._slots:,} symbol{'s' * (self._slots != 1)}"
            self._title.setText(f"Your plan carries {carries}.")
            are = "row is" if self._parked == 1 else "rows are"
            self._reason.show_text(f"{self._parked:,} {are} parked. Drag up what matters.")
        self.settings.setVisible(bool(self._denied_here))
        self._fit_buttons()
        self.close_button.setVisible(not self.counts)
        self.count()
        self._announce()

    def _fit_buttons(self) -> None:
        """Where a token is missing, the way to give one comes first; it may also have been given in a terminal."""
        is_of_use = any(not link.is_relayed for link in self._lost)  # for the relay's own nothing is tried from here
        self.retry.setVisible(is_of_use and (not self._lacking or self.width() >= _BOTH_BUTTONS_PX))

    def _announce(self) -> None:
        """Tell who hears the screen what is new, without the seconds."""
        told = self._reason.text
        if told != self._announced:
            self._announced = told
            title = self._word if self._lost else NO_PRICES if self._silent else self._title.text()
            announce(self, f"{title.rstrip('.')}. {told}", is_urgent=self.counts)

    def _tell_return(self) -> None:
        """Tell who hears the screen that what was away or silent is back."""
        before, self._away = self._away, ("lost" if self._lost else "silent" if self._silent else "")
        if before and not self._away and any(link.state is LinkState.UP for link in self._links):
            announce(self, "Connected again" if before == "lost" else "Prices come again")

    def _ask_for_token(self) -> None:
        if self._denied_here:
            self.token_wanted.emit(self._denied_here[0].feed)

    def _close_plan(self) -> None:
        self.plan_seen.emit(self._slots)

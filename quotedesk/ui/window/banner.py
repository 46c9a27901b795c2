"""The strip above the table that says which feeds are away, why, until when, and what can be done."""

import math

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from quotedesk.market.states import LinkState, LinkStatus
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import ElidedLabel, GlyphLabel, plain_label
from quotedesk.ui.looks.theme import LINK_LOOKS
from quotedesk.ui.table import numbers
from quotedesk.ui.window.link_text import reasons


class Banner(QWidget):
    """Shows the lost ones of some links.

    Attributes:
        retry: the button; for all that are lost.
    """

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._links: tuple[LinkStatus, ...] = ()
        self._wait_began_s = math.nan
        self.retry_at_s: float | None = None
        self._waited = 0.0  # part of the wait that is over, for the line at the foot
        self.setFixedHeight(look.BANNER_PX)
        self._mark = GlyphLabel(appearance, "banner")
        self._title = plain_label(look.font(strong=True), "t1")
        self._reason = ElidedLabel(look.font(12), "t2")
        self._next = plain_label(look.font(12), "t1")
        self.retry = QPushButton("&Retry now")
        line = QHBoxLayout(self)
        line.setContentsMargins(13, 0, 12, 0)
        line.setSpacing(8)
        for widget in (self._mark, self._title):
            line.addWidget(widget)
        line.addSpacing(4)
        line.addWidget(self._reason, 1)
        line.addWidget(self._next)
        line.addSpacing(6)
        line.addWidget(self.retry)

    def show_links(self, links: tuple[LinkStatus, ...], now_s: float) -> None:
        """Show the lost ones of these links, by name where others are not lost."""
        self._links = lost = tuple(link for link in links if link.is_lost)
        if not lost:
            return
        denied = all(link.state is LinkState.DENIED for link in lost)
        shape, colour, word = LINK_LOOKS[LinkState.DENIED if denied else LinkState.WAITING]
        self._mark.show_mark(shape, colour)
        self._reason.show_text(reasons(lost, links))
        retries = [link.retry_at_s for link in lost if link.retry_at_s is not None]
        retry_at_s = min(retries, default=None)
        if retry_at_s != self.retry_at_s:
            self.retry_at_s, self._wait_began_s = retry_at_s, now_s
        self._word = word
        self.count(now_s)

    @property
    def is_wanted(self) -> bool:
        """Is a link lost?"""
        return bool(self._links)

    def count(self, now_s: float) -> None:
        """Another second is over."""
        if not self._links:
            return
        since_s = min(link.since_s for link in self._links)
        self._title.setText(f"{self._word} {numbers.span(now_s - since_s)}")
        self._waited = 0.0
        if self.retry_at_s is not None:
            left_s = max(0.0, self.retry_at_s - now_s)
            whole_s = self.retry_at_s - self._wait_began_s
            self._waited = 1 - left_s / whole_s if whole_s > 0 else 1.0
            self._next.setText(f"Next try in {math.ceil(left_s)} s" if left_s else "Trying now")
        elif any(link.state is LinkState.CONNECTING for link in self._links):
            self._next.setText("Trying now")
        else:
            self._next.setText("")
        self.update()

    def words(self) -> tuple[str, str, str]:
        """Title, reason and what comes next, as shown."""
        return self._title.text(), self._reason.full, self._next.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.banner)
        faint = look.mix(theme.warn, theme.banner, 0.4)
        painter.fillRect(0, 0, self.width(), 1, faint)
        painter.fillRect(0, self.height() - 2, self.width(), 2, faint)
        painter.fillRect(0, self.height() - 2, round(self.width() * self._waited), 2, theme.warn)
        painter.end()

"""The strip below the table that says what fired. It covers nothing, and no row moves for it."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from quotedesk.alerts.firing import FiringKind
from quotedesk.alerts.rule import AlertRule
from quotedesk.ui.alerts.alerts import SNOOZE_S, Alerts
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.labels import ElidedLabel, GlyphLabel, plain_label
from quotedesk.ui.message import announce

_WITH_SNOOZE_PX = 560  # so wide there is room for that button


class AlertBanner(QWidget):
    """Tells the newest of what was not acknowledged, and how many there are.

    Attributes:
        show_button, snooze, all_button, close_button: what can be done.

    Signals:
        log_wanted(): all of them are to be seen.
    """

    log_wanted = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._alerts: Alerts | None = None
        self._feed = ""
        self._told = 0  # how many of the unseen were spoken of
        self.setFixedHeight(look.BANNER_PX)
        self._mark = GlyphLabel(appearance, "banner")
        self._what = ElidedLabel(look.font(strong=True), "t1")
        self._more = plain_label(look.font(12), "t3")
        self.show_button, self.snooze, self.all_button = (
            _link(words) for words in ("Sho&w", f"S&nooze {SNOOZE_S / 60:.0f} min", "")
        )
        self.show_button.setToolTip("Show the row and its chart")
        self.snooze.setToolTip("Let the rule rest for a while")
        self.close_button = QPushButton("\N{MULTIPLICATION SIGN}")
        self.close_button.setProperty("choice", "quiet")
        self.close_button.setFixedSize(28, 28)
        self.close_button.setToolTip("Seen: take the marks away")
        self.close_button.setAccessibleName("Acknowledge all alerts")
        line = QHBoxLayout(self)
        line.setContentsMargins(13, 0, 12, 0)
        line.setSpacing(8)
        line.addWidget(self._mark)
        line.addWidget(self._what, 1000)
        line.addWidget(self._more)
        line.addStretch(1)
        for widget in (self.all_button, self.show_button, self.snooze, self.close_button):
            line.addWidget(widget)
        self.show_button.clicked.connect(self._show_newest)
        self.snooze.clicked.connect(self._snooze_newest)
        self.all_button.clicked.connect(self.log_wanted)
        self.close_button.clicked.connect(self._acknowledge)

    def follow(self, alerts: Alerts, feed: str) -> None:
        """Tell of these; `feed` goes without saying."""
        self._alerts, self._feed = alerts, feed
        self.refresh()

    @property
    def is_wanted(self) -> bool:
        """Is there something to tell?"""
        return self._alerts is not None and bool(self._alerts.unseen)

    def refresh(self) -> None:
        """Say what there is now."""
        if self._alerts is None or not self._alerts.unseen:
            self._told = 0
            return
        unseen = self._alerts.unseen
        newest = unseen[-1]
        words = self._alerts.said(newest, self._feed)
        is_alarm = newest.kind is FiringKind.FIRED
        self._mark.show_mark("bell_ringing" if is_alarm else "bell_hollow", "warn")
        self._what.setMaximumWidth(self._what.fontMetrics().horizontalAdvance(words.what) + 4)
        self._what.show_text(words.what)
        self._more.setText(words.more)
        self.all_button.setText(f"All {len(unseen):,}")
        self.all_button.setToolTip("Show the log of alerts")
        self.all_button.setVisible(len(unseen) > 1)
        self._fit()
        if len(unseen) > self._told:
            more = f"{len(unseen):,} alerts. " if len(unseen) - self._told > 1 else ""
            announce(self, more + words.whole, is_urgent=is_alarm)
        self._told = len(unseen)

    def words(self) -> tuple[str, str]:
        """What it says."""
        return self._what.full, self._more.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.banner)
        faint = look.mix(theme.warn, theme.banner, 0.4)
        painter.fillRect(0, 0, self.width(), 1, faint)
        painter.end()

    # Inside

    def _fit(self) -> None:
        """Where there is little room, what fired comes first."""
        self.snooze.setVisible(self.width() >= _WITH_SNOOZE_PX and self._rule() is not None)
        buttons = sum(
            each.sizeHint().width() + 8
            for each in (self.show_button, self.snooze, self.all_button)
            if not each.isHidden()
        )
        room = self.width() - buttons - self.close_button.width() - 70
        wanted = self._what.fontMetrics().horizontalAdvance(self._what.full) + self._more.sizeHint().width()
        self._more.setVisible(bool(self._more.text()) and wanted <= room)
        self._what.setToolTip("" if not self._more.isHidden() else self._more.text())

    def _rule(self) -> AlertRule | None:
        """The newest one's, where it is still a rule."""
        if self._alerts is None or not self._alerts.unseen:
            return None
        rule = self._alerts.unseen[-1].rule
        return rule if rule in self._alerts.rules else None

    def _show_newest(self) -> None:
        if self._alerts is not None and self._alerts.unseen:
            self._alerts.open(self._alerts.unseen[-1])

    def _snooze_newest(self) -> None:
        rule = self._rule()
        if self._alerts is not None and rule is not None:
            self._alerts.snooze([rule], SNOOZE_S)
            self._alerts.acknowledge(self._alerts.unseen[-1].instrument)

    def _acknowledge(self) -> None:
        if self._alerts is not None:
            self._alerts.acknowledge()


def _link(words: str) -> QPushButton:
    button = QPushButton(words)
    button.setProperty("choice", "link")
    button.setAutoDefault(False)
    return button

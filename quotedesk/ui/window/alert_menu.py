"""The Alerts menu of a window, and what the window shows of alerts: bells in rows, the strip, the rules, the log."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from quotedesk.alerts.rule import AlertRule
from quotedesk.alerts.rule_reader import RuleNames
from quotedesk.lists.book import Book
from quotedesk.market.instrument import Instrument
from quotedesk.ui.alerts.alert_banner import AlertBanner
from quotedesk.ui.alerts.alerts import SNOOZE_S, Alerts
from quotedesk.ui.alerts.row_bells import RowBells
from quotedesk.ui.looks.actions import WHY_NOT, act
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.menu import Menu
from quotedesk.ui.window.requests import Requests
from quotedesk.ui.window.watchlist_panel import WatchlistPanel

if TYPE_CHECKING:  # the first paint need not wait for it
    from quotedesk.ui.alerts.alerts_window import AlertsWindow

_MOST_IN_MENU = 6  # rules of a row
_NOBODY = "nobody watches alerts here"


class AlertMenu(Menu):
    """The actions, and the parts of one window that show alerts; without `follow` there are none.

    Attributes:
        new: an alert on the current row.
        banner: the strip that says what fired; the window places it.

    Signals:
        banner_changed(): it may be wanted now, or no longer.
    """

    banner_changed = Signal()

    def __init__(
        self, book: Book, panel: WatchlistPanel, appearance: Appearance, requests: Requests, parent: QWidget
    ) -> None:
        super().__init__("&Alerts", parent)
        self._book = book
        self._panel = panel
        self._appearance = appearance
        self._requests = requests
        self._window = parent
        self._alerts: Alerts | None = None
        self._open: AlertsWindow | None = None
        self._draft = ""  # a rule that is not finished yet, while the window of alerts is closed
        self._bells: RowBells | None = None
        self.banner = AlertBanner(appearance)
        self.banner.hide()
        self.banner.log_wanted.connect(self.show_log)
        self.new = act(self, "New &alert\N{HORIZONTAL ELLIPSIS}", "Ctrl+Alt+A", self.ask)
        self._all = act(self, "A&ll alerts", "Ctrl+Shift+A", self.show_rules)
        self._log = act(self, "L&og of alerts", "Ctrl+Alt+F", self.show_log)
        self.addSeparator()
        self._seen = act(self, "A&cknowledge all alerts", "Ctrl+Alt+X", self._acknowledge_all)
        self._snooze = act(
            self, f"&Snooze all alerts {SNOOZE_S / 60:.0f} min", "Ctrl+Alt+Z", partial(self._rest, SNOOZE_S)
        )
        self._wake = act(self, "&Wake all alerts", "Ctrl+Alt+W", partial(self._rest, None))
        panel.table.selectionModel().currentChanged.connect(self._enable)
        self._enable()

    def follow(self, alerts: Alerts) -> None:
        """Show these from now on."""
        if self._alerts is alerts:
            return
        self._alerts = alerts
        self._bells = RowBells(self._panel.table, self._panel.model, alerts)
        alerts.rules_changed.connect(self._enable)
        alerts.unseen_changed.connect(self._fired)
        alerts.amounts_turned.connect(self.banner.refresh)
        self._fired()
        self._enable()

    def release(self) -> None:
        """The window goes: follow nothing any more."""
        if self._alerts is not None:
            self._alerts.rules_changed.disconnect(self._enable)
            self._alerts.unseen_changed.disconnect(self._fired)
            self._alerts.amounts_turned.disconnect(self.banner.refresh)
            self._alerts = None

    def ask(self, level: float | None = None) -> None:
        """Ask for an alert on the current row, at a price or (None) beside the one of now."""
        from quotedesk.ui.alerts.alert_dialog import AlertDialog

        row = self._current()
        if self._alerts is not None and row is not None:
            AlertDialog(
                self._alerts,
                self._panel.model.reader.read(row),
                row,
                self._panel.watchlist.feed,
                self._appearance,
                self._window,
                level,
            ).open()

    def show_rules(self, rule: AlertRule | None = None) -> None:
        """Open the list of rules, with one of them chosen."""
        if (window := self._opened()) is not None and rule is not None:
            window.show_rule(rule)

    def show_log(self) -> None:
        """Open the log."""
        if (window := self._opened()) is not None:
            window.show_log()

    def fill(self, menu: QMenu, row: Instrument) -> None:
        """What can be done about a row's alerts, for its context menu."""
        menu.addAction(self.new)
        if self._alerts is None:
            return
        rules = [rule for rule, _ in self._alerts.source.bells(row)]
        for rule in rules[:_MOST_IN_MENU]:
            words = self._alerts.text(rule, row).replace("&", "&&")
            menu.addAction(f"Alert {words}").triggered.connect(partial(self._show_one, rule))
        if any(each.instrument == row for each in self._alerts.unseen):
            menu.addAction("Acknowledge alert").triggered.connect(partial(self._acknowledge, row))

    # Inside

    def _current(self) -> Instrument | None:
        at = self._panel.table.currentIndex().row()
        rows = self._panel.model.rows
        row = rows[at] if 0 <= at < len(rows) else None
        return row if isinstance(row, Instrument) else None

    def _opened(self) -> "AlertsWindow | None":
        from quotedesk.ui.alerts.alerts_window import AlertsWindow
        from quotedesk.ui.alerts.rule_suggestions import RuleSuggestions

        if self._alerts is None:
            return None
        if self._open is None:
            suggest = RuleSuggestions(self._book, self._names, self._alerts.sounds, self._now)
            feed = self._panel.watchlist.feed
            window = AlertsWindow(self._alerts, self._panel.undo, feed, suggest, self._appearance, self._window)
            window.export_wanted.connect(self._requests.alert_log)
            window.finished.connect(self._forget)
            self._open = window
            window.show()  # it selects what is in the field: the next key would replace it
            window.line.field.setText(self._draft)
        else:
            self._open.raise_()
            self._open.activateWindow()
        return self._open

    def _forget(self) -> None:
        if self._open is not None:
            self._draft = self._open.line.field.text()
        self._open = None

    def _names(self) -> RuleNames:
        assert self._alerts is not None
        return self._alerts.source.names(self._panel.watchlist.feed)

    def _now(self, instrument: Instrument, field: str) -> str:
        """A value as a rule would write it; "" while it is unknown, or may not be shown."""
        assert self._alerts is not None
        if self._alerts.source.hides(field):
            return ""
        value, decimals = self._alerts.value_of(field, instrument)
        return f"{value:.{decimals}f}" if value == value else ""

    def _show_one(self, rule: AlertRule, checked: bool = False) -> None:
        self.show_rules(rule)

    def _acknowledge_all(self) -> None:
        if self._alerts is not None:
            self._alerts.acknowledge()

    def _rest(self, seconds: float | None) -> None:
        if self._alerts is not None:
            self._alerts.snooze(self._alerts.rules, seconds)

    def _acknowledge(self, row: Instrument, checked: bool = False) -> None:
        if self._alerts is not None:
            self._alerts.acknowledge(row)

    def _fired(self) -> None:
        if self._alerts is not None:
            self.banner.follow(self._alerts, self._panel.watchlist.feed)
            self._enable()
            self.banner_changed.emit()

    def _enable(self) -> None:
        alerts = self._alerts
        for action, may, why in (
            (self.new, self._current() is not None, "choose a row first"),
            (self._all, True, ""),
            (self._log, True, ""),
            (self._seen, alerts is not None and bool(alerts.unseen), "nothing fired"),
            (self._snooze, alerts is not None and bool(alerts.rules), "there is no rule"),
            (self._wake, alerts is not None and bool(alerts.rules), "there is no rule"),
        ):
            action.setEnabled(alerts is not None and may)
            action.setProperty(WHY_NOT, why if alerts is not None else _NOBODY)

"""A window that shows alerts whose bells and firings the test sets."""

from collections.abc import Callable

import pytest

from quotedesk.app.process.sound import SOUNDS
from quotedesk.config.settings import Settings
from quotedesk.ui.alerts.alerts import Alerts
from quotedesk.ui.alerts.rule_values import RuleValues
from tests.fakes.alerting import FakeAlerting
from tests.ui.conftest import Desk


class Alarmed:
    """A desk, whoever evaluates, and the alerts between them."""

    def __init__(self, desk: Desk, *rules: str) -> None:
        self.desk = desk
        self.source = FakeAlerting(*rules, book=desk.book)
        self.settings = Settings()
        values = RuleValues(desk.quotes, desk.book, desk.clock)
        self.alerts = Alerts(self.source, desk.undo, desk.clock, values, lambda: self.settings, SOUNDS, desk.window)
        self.source.listeners.append(self.alerts.take)
        self.source.rules_changed.append(self.alerts.rules_changed.emit)
        self.menu = desk.window.alert_menu
        self.menu.follow(self.alerts)

    @property
    def texts(self) -> list[str]:
        return [rule.text for rule in self.source.rules]


@pytest.fixture
def alarmed(open_desk) -> Callable[..., Alarmed]:
    return lambda *rules: Alarmed(open_desk("NVDA.US", "AAPL.US", "BTC-USD@other"), *rules)

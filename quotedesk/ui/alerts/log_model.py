"""What fired, a row each, the newest first."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.firing_words import KINDS, span
from quotedesk.codec import FEEDS
from quotedesk.market.instrument import shown
from quotedesk.ui.alerts.alert_words import spoken
from quotedesk.ui.alerts.alerts import Alerts
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.table import numbers

TITLES = ("Time", "Symbol", "Kind", "Price", "Before", "Rule")
PRICE, BEFORE = 3, 4
MOST_SHOWN = 1_000  # the file has more
_ROLE = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class LogModel(QAbstractTableModel):
    """Shows firings. `feed` goes without saying where symbols are named."""

    def __init__(self, alerts: Alerts, appearance: Appearance, feed: str, parent: QObject) -> None:
        super().__init__(parent)
        self._alerts = alerts
        self._appearance = appearance
        self._feed = feed
        self._now_utc_s = alerts.now_utc_s()
        self.firings: list[Firing] = []

    def show_log(self, firings: Sequence[Firing], now_utc_s: float) -> None:
        """These are kept, the newest first. What is new comes at the top, and what was there stays what it is."""
        self._now_utc_s = now_utc_s
        newest = list(islice(firings, MOST_SHOWN))
        come = next((place for place, each in enumerate(newest) if self.firings and each == self.firings[0]), None)
        if come is None:
            self.beginResetModel()
            self.firings = newest
            self.endResetModel()
        elif come:
            self.beginInsertRows(QModelIndex(), 0, come - 1)
            self.firings[:0] = newest[:come]
            self.endInsertRows()

    def refresh(self) -> None:
        """Amounts are hidden now, or shown again."""
        if self.firings:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.firings) - 1, len(TITLES) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.firings)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(TITLES):
            if role == _ROLE.DisplayRole:
                return TITLES[section]
            if role == _ROLE.TextAlignmentRole:
                return _RIGHT if section in (PRICE, BEFORE) else _LEFT
        return None

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        firing, column = self.firings[index.row()], index.column()
        match role:
            case _ROLE.DisplayRole:
                return self._text(firing, column)
            case _ROLE.AccessibleTextRole:
                return f"{TITLES[column]} {spoken(self._text(firing, column))}"
            case _ROLE.AccessibleDescriptionRole if column == 0:  # keys go from one to the next
                return self._alerts.said(firing, self._feed).whole
            case _ROLE.ToolTipRole:
                return tips.as_shown("\n".join(details(firing, self._alerts, self._feed)))
            case _ROLE.TextAlignmentRole:
                return _RIGHT if column in (PRICE, BEFORE) else _LEFT
            case _ROLE.ForegroundRole:
                return self._ink(firing, column)
        return None

    def _text(self, firing: Firing, column: int) -> str:
        match column:
            case 0:
                day = numbers.date(firing.received_utc_s)
                today = day == numbers.date(self._now_utc_s)
                return numbers.time_of_day(firing.received_utc_s) if today else f"{day} {self._time(firing)}"
            case 1:
                return shown(firing.instrument, self._feed)
            case 2:
                kind = KINDS[firing.kind]
                is_gap = firing.kind is FiringKind.CROSSED_OFFLINE
                return f"{kind}{span(firing.since_utc_s, firing.until_utc_s)}" if is_gap else kind
            case 3 | 4 if self._alerts.source.hides(firing.rule.field):
                return numbers.HIDDEN
            case 3:
                return self._alerts.written(firing, firing.value)
            case 4:
                return self._alerts.written(firing, firing.before)
            case _:
                return self._alerts.text(firing.rule)

    @staticmethod
    def _time(firing: Firing) -> str:
        return numbers.time_of_day(firing.received_utc_s)

    def _ink(self, firing: Firing, column: int) -> QColor:
        theme = self._appearance.theme
        if column in (1, PRICE):
            return theme.t1
        if column == 2:
            return theme.warn if firing.kind is FiringKind.FIRED else theme.t2
        return theme.t3 if column == 0 else theme.t2


def details(firing: Firing, alerts: Alerts, feed: str = "") -> list[str]:
    """All that is kept of a firing, a line each; without amounts that are hidden."""
    lines = [alerts.said(firing, feed).whole, f"Rule: {alerts.text(firing.rule)}"]
    is_hidden = alerts.source.hides(firing.rule.field)
    for name, value, utc_s in (
        ("Price", firing.value, firing.time_utc_s),
        ("Before", firing.before, firing.before_utc_s),
    ):
        if value.is_known:
            when = f", exchange time {numbers.date(utc_s)} {numbers.time_of_day_ms(utc_s)}" if utc_s == utc_s else ""
            lines.append(f"{name} {numbers.HIDDEN if is_hidden else alerts.written(firing, value)}{when}")
    if firing.received_utc_s == firing.received_utc_s:
        came = firing.received_utc_s
        lines.append(f"Received {numbers.date(came)} {numbers.time_of_day_ms(came)} {numbers.zone(came)}".rstrip())
    feed_of = FEEDS.get(firing.instrument.feed)
    endpoint = feed_of.provider.endpoint(firing.instrument.code) if feed_of is not None else ""
    lines.append(f"Link: {firing.instrument.feed} {endpoint}".rstrip())
    return lines

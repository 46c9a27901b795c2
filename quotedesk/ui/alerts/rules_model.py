"""The rules, a row each, as they are now."""

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.alerts.firing import Firing
from quotedesk.alerts.rule import AlertRule
from quotedesk.market.instrument import shown
from quotedesk.ui.alerts.alert_words import MAIN, OFF_UTC_S, bells_word, distance, spoken
from quotedesk.ui.alerts.alerts import MARKS, Alerts
from quotedesk.ui.looks import tips
from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import Glyphs
from quotedesk.ui.table import numbers

STATE, RULE, DISTANCE, LAST = range(4)
TITLES = ("State", "Rule", "Distance", "Last fired")
_TIPS = (
    "Whether the rule would fire now",
    "As it is kept: F2 edits it in place",
    "From the value of now to the level; of several symbols the nearest",
    "The newest firing that is kept",
)
_SPENT = ("bell_hollow", "t3")
_FAULTY = ("refused", "error")
_MOST_ASKED = 200  # symbols of a rule: of more, nobody waits for the nearest
_SHOWN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
_EDITED = _SHOWN | Qt.ItemFlag.ItemIsEditable
_ROLE = Qt.ItemDataRole
_Index = QModelIndex | QPersistentModelIndex


class RulesModel(QAbstractTableModel):
    """Follows the rules. `feed` goes without saying where symbols are named."""

    def __init__(self, alerts: Alerts, appearance: Appearance, feed: str, ratio: float, parent: QObject) -> None:
        super().__init__(parent)
        self._alerts = alerts
        self._appearance = appearance
        self._feed = feed
        self._marks = Glyphs(ratio)
        self._last: dict[AlertRule, Firing] = {}
        self._newest: Firing | None = None  # that is in `_last`
        self.rules: tuple[AlertRule, ...] = alerts.rules
        self.note_fired()

    def look_again(self) -> None:
        """The rules are others now."""
        if self.rules != self._alerts.rules:
            self.beginResetModel()
            self.rules = self._alerts.rules
            self.endResetModel()

    def note_fired(self) -> None:
        """Something fired, or the newest of the log are gone from it."""
        newest: dict[AlertRule, Firing] = {}
        before, self._newest = self._newest, next(iter(self._alerts.source.log), None)
        for firing in self._alerts.source.log:
            if firing is before:
                self._last |= newest
                break
            newest.setdefault(firing.rule, firing)
        else:
            self._last = newest
        self.refresh()

    def refresh(self) -> None:
        """States and distances may have changed."""
        if self.rules:
            self.dataChanged.emit(self.index(0, STATE), self.index(len(self.rules) - 1, STATE))
            self.dataChanged.emit(self.index(0, DISTANCE), self.index(len(self.rules) - 1, LAST))

    def refresh_all(self) -> None:
        """Amounts are hidden now, or shown again."""
        if self.rules:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rules) - 1, len(TITLES) - 1))

    def row_of(self, rule: AlertRule) -> int:
        """Where a rule stands; -1 for nowhere."""
        return self.rules.index(rule) if rule in self.rules else -1

    def is_off(self, rule: AlertRule) -> bool:
        """Is a rule switched off?"""
        bell = self._bell(rule)
        return bell is not None and bell.state is BellState.SNOOZED and (bell.until_utc_s or 0) >= OFF_UTC_S

    def has_fired(self, rule: AlertRule) -> bool:
        """Does a rule rest, for good or for a while, since it fired?"""
        bell = self._bell(rule)
        return bell is not None and bell.state in (BellState.SPENT, BellState.COOLING)

    # QAbstractTableModel

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rules)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(TITLES)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        is_edited = index.column() == RULE and not self._alerts.source.hides(self.rules[index.row()].field)
        return _EDITED if is_edited else _SHOWN

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and 0 <= section < len(TITLES):
            if role == _ROLE.DisplayRole:
                return TITLES[section]
            if role == _ROLE.ToolTipRole:
                return tips.as_shown(_TIPS[section])
            if role == _ROLE.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = _ROLE.DisplayRole) -> Any:
        if not index.isValid():
            return None
        rule, column = self.rules[index.row()], index.column()
        match role:
            case _ROLE.DisplayRole | _ROLE.EditRole:
                return self._text(rule, column)
            case _ROLE.AccessibleTextRole:
                text = self._text(rule, column)
                return text if column == RULE else f"{TITLES[column]} {spoken(text or 'never')}"
            case _ROLE.AccessibleDescriptionRole if column == STATE:  # keys go from one to the next
                return self._alerts.text(rule)
            case _ROLE.ToolTipRole:
                return tips.as_shown(self._text(rule, column))
            case _ROLE.DecorationRole if column == STATE:
                theme = self._appearance.theme
                shape, colour = self._mark(rule)
                return self._marks.pixmap(shape, theme.colour(colour), theme.table)
            case _ROLE.ForegroundRole:
                return self._ink(rule, column)
        return None

    # Inside

    def _text(self, rule: AlertRule, column: int) -> str:
        match column:
            case 0:
                return self._state(rule)
            case 1:
                return self._alerts.text(rule)
            case 2:
                return self._distance(rule)
            case _:
                return self._last_fired(rule)

    def _ink(self, rule: AlertRule, column: int) -> QColor:
        theme = self._appearance.theme
        if rule in self._alerts.source.faults and column == STATE:
            return theme.error
        return theme.t1 if column == RULE else theme.t2

    def _bells(self, rule: AlertRule) -> list[Bell]:
        """Those of its symbols, as many as are asked."""
        instruments = self._alerts.source.instruments(rule)[:_MOST_ASKED]
        return [self._alerts.source.bell(rule, instrument) for instrument in instruments]

    def _bell(self, rule: AlertRule) -> Bell | None:
        """The bell that matters most; None where it is about no row."""
        return min(self._bells(rule), key=lambda bell: MAIN.index(bell.state), default=None)

    def _mark(self, rule: AlertRule) -> tuple[str, str]:
        if rule in self._alerts.source.faults:
            return _FAULTY
        bell = self._bell(rule)
        return _SPENT if bell is None else MARKS.get(bell.state, _SPENT)

    def _state(self, rule: AlertRule) -> str:
        if fault := self._alerts.source.faults.get(rule):
            return fault
        if not (bells := self._bells(rule)):
            return "About no row now"
        words = bells_word(bells, self._alerts.now_utc_s())
        is_part = len(bells) == _MOST_ASKED and "; " in words
        return f"{words} (of the first {_MOST_ASKED})" if is_part else words

    def _distance(self, rule: AlertRule) -> str:
        if self._alerts.source.hides(rule.field):
            return numbers.HIDDEN
        nearest, told = math.inf, ""
        instruments = self._alerts.source.instruments(rule)[:_MOST_ASKED]
        for instrument in instruments:
            value, decimals = self._alerts.value_of(rule.field, instrument)
            away = abs(rule.level - value) / (abs(value) or 1.0)
            if away < nearest and (words := distance(rule, value, decimals)):
                nearest = away
                told = f"{shown(instrument, self._feed)}: {words}" if len(instruments) > 1 else words
        return told or numbers.UNKNOWN

    def _last_fired(self, rule: AlertRule) -> str:
        firing = self._last.get(rule)
        if firing is None:
            return ""
        now = numbers.time_or_day(firing.received_utc_s, self._alerts.now_utc_s())
        return f"{now} {shown(firing.instrument, self._feed)}" if rule.scope.instrument is None else now

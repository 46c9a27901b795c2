"""Alerts as all windows see them: the rules, their bells, and what fired and was not yet acknowledged."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec
from PySide6.QtCore import QObject, Signal

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.firing_words import Said, said
from quotedesk.alerts.rule import AlertRule
from quotedesk.alerts.rule_reader import RuleError, RuleNames, read_rule
from quotedesk.config.settings import Settings
from quotedesk.lists.book import Book
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.clock import Clock
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import Number, number, plain
from quotedesk.quotes.decimals import needed
from quotedesk.quotes.fields import FIELDS
from quotedesk.ui.alerts.alert_words import OFF_UTC_S, bell_word, short_text
from quotedesk.ui.table import numbers
from quotedesk.ui.undo import Undo

SNOOZE_S = 900.0
_MOST_UNSEEN = 1_000  # of the newest; all are in the log
_MOST_SAID = 2  # of a row in its tooltip
_NEVER_SEEN = (FiringKind.ALREADY,)  # told in passing: the answer to what the user just did
# Of a row with several rules the first of these is shown: shape and colour.
MARKS = {
    BellState.NO_PRICE: ("bell_off", "warn"),
    BellState.PARKED: ("bell_off", "t3"),
    BellState.ARMED: ("bell", "t2"),
    BellState.COOLING: ("bell_hollow", "t2"),
    BellState.SNOOZED: ("bell_asleep", "t3"),
    BellState.RESTING: ("bell_hollow", "t3"),
}
_TOLD = frozenset(field.name for field in FIELDS)  # by feeds; what else a rule may be about is calculated
RINGING = ("bell_ringing", "warn")


class AlertSource(Protocol):
    """Who evaluates the rules; see engine/alerting."""

    @property
    def rules(self) -> tuple[AlertRule, ...]: ...
    @property
    def faults(self) -> Mapping[AlertRule, str]: ...
    def set_rules(self, rules: Sequence[AlertRule]) -> None: ...
    def names(self, feed: str) -> RuleNames: ...
    def bells(self, instrument: Instrument) -> Sequence[tuple[AlertRule, Bell]]: ...
    def bell(self, rule: AlertRule, instrument: Instrument) -> Bell: ...
    def opens(self, instrument: Instrument) -> str: ...
    def instruments(self, rule: AlertRule) -> Sequence[Instrument]: ...
    def snooze(self, rule: AlertRule, until_utc_s: float | None) -> None: ...
    def renew(self, rule: AlertRule) -> None: ...
    def hides(self, field: str) -> bool: ...
    @property
    def log(self) -> Sequence[Firing]: ...


class SetRules(msgspec.Struct, frozen=True):
    """Have these rules: an edit that can be undone like those of lists (see lists/book_edits)."""

    source: AlertSource
    rules: tuple[AlertRule, ...]
    words: str
    watchlist: Watchlist | None = None

    def apply(self, book: Book) -> "SetRules":
        before = self.source.rules
        self.source.set_rules(self.rules)
        return SetRules(self.source, before, self.words)


class Alerts(QObject):
    """One for all windows. `value_of(field, instrument)`: what a rule's field is there now, and with how many decimals.

    Attributes:
        source: who evaluates.
        unseen: what fired and was not acknowledged, the newest last.
        settings, sounds: what the user chose for all alerts, and the names of the sounds there are.

    Signals:
        rules_changed(), bells_changed(): ask again.
        amounts_turned(): amounts are hidden now, or shown again: ask for words again.
        unseen_changed(): something fired, or was acknowledged; the log may be another one.
        told(firings): something to be told in passing.
        opened(firing): its row and chart are to be shown.
    """

    rules_changed = Signal()
    bells_changed = Signal()
    amounts_turned = Signal()
    unseen_changed = Signal()
    told = Signal(object)
    opened = Signal(object)

    def __init__(
        self,
        source: AlertSource,
        undo: Undo,
        clock: Clock,
        value_of: Callable[[str, Instrument], tuple[float, int]],
        settings: Callable[[], Settings] = Settings,
        sounds: Sequence[str] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.source = source
        self.settings = settings
        self.sounds = sounds
        self.unseen: tuple[Firing, ...] = ()
        self.value_of = value_of
        self._undo = undo
        self._clock = clock
        self._ringing: frozenset[Instrument] = frozenset()
        self._marks: dict[Instrument, tuple[str, str] | None] = {}  # until a bell may be another
        self.bells_changed.connect(self._marks.clear)  # first of all that listens
        self.rules_changed.connect(self._marks.clear)
        undo.edited.connect(self._marks.clear)

    # The rules

    @property
    def rules(self) -> tuple[AlertRule, ...]:
        """All of them, in the user's order."""
        return self.source.rules

    def read(self, text: str, feed: str) -> AlertRule:
        """The rule that a text is; a bare code is of `feed`. Raises RuleError."""
        return read_rule(text, self.source.names(feed))

    def add(self, rule: AlertRule) -> None:
        """Have a further rule. Raises RuleError where it is there already."""
        self._refuse_twin(rule)
        self._put((*self.rules, rule), f"add alert {rule.scope.text}")

    def replace(self, before: AlertRule, rule: AlertRule) -> None:
        """Put one rule in the place of another. Raises RuleError where it is there already."""
        if rule != before:
            self._refuse_twin(rule)
            self._put(tuple(rule if each == before else each for each in self.rules), f"edit alert {rule.scope.text}")

    def remove(self, rules: Sequence[AlertRule]) -> None:
        """Have these rules no more."""
        gone = set(rules)
        left = tuple(each for each in self.rules if each not in gone)
        if left != self.rules:
            what = f"alert {rules[0].scope.text}" if len(rules) == 1 else f"{len(rules)} alerts"
            self._put(left, f"remove {what}")

    def snooze(self, rules: Sequence[AlertRule], seconds: float | None) -> None:
        """Let rules rest so long; None wakes them; infinity switches them off."""
        until_utc_s = None
        if seconds is not None:
            until_utc_s = self.now_utc_s() + seconds if math.isfinite(seconds) else OFF_UTC_S
        for rule in rules:
            self.source.snooze(rule, until_utc_s)
        self.bells_changed.emit()

    def renew(self, rules: Sequence[AlertRule]) -> None:
        """Arm rules again that fired."""
        for rule in rules:
            self.source.renew(rule)
        self.bells_changed.emit()

    def now_utc_s(self) -> float:
        """Seconds since 1970 UTC."""
        return self._clock.utc_s(self._clock.now_s())

    def _refuse_twin(self, rule: AlertRule) -> None:
        if rule in self.rules:
            raise RuleError("there is this rule already", 0, len(rule.text))

    def _put(self, rules: tuple[AlertRule, ...], words: str) -> None:
        self._undo.push(SetRules(self.source, rules, words))

    # The bells

    def mark(self, instrument: Instrument) -> tuple[str, str] | None:
        """A row's bell: a shape of ui/looks/glyphs and a colour of the theme; None: none. Asked for at each paint."""
        if instrument in self._ringing:
            return RINGING
        if instrument not in self._marks:  # a symbol may have thousands of rules
            states = {bell.state for _, bell in self.source.bells(instrument)}
            self._marks[instrument] = next((mark for state, mark in MARKS.items() if state in states), None)
        return self._marks[instrument]

    def rings(self, instrument: Instrument) -> bool:
        """Did an alert fire there that was not acknowledged?"""
        return instrument in self._ringing

    def words(self, instrument: Instrument) -> list[str]:
        """A row's rules and what they do now, a line each; what fired comes first."""
        fired = [each for each in reversed(self.unseen) if each.instrument == instrument]
        lines = [f"Alert: {self.said(each, instrument.feed).whole}" for each in fired[:_MOST_SAID]]
        if len(fired) > _MOST_SAID:
            lines.append(f"and {len(fired) - _MOST_SAID:,} more alerts before")
        now_utc_s = self.now_utc_s()
        for rule, bell in self.source.bells(instrument):
            lines.append(f"Alert {self.text(rule, instrument)}: {bell_word(bell, now_utc_s).lower()}")
        return lines

    # In words, without amounts that are hidden

    def said(self, firing: Firing, feed: str = "") -> Said:
        """What fired; `feed` goes without saying."""
        hides = self.source.hides(firing.rule.field)
        return said(firing, feed, is_hidden=hides, writes=lambda value: self.written(firing, value))

    def written(self, firing: Firing, value: Number) -> str:
        """A value of a firing as the table writes such in its row; of what a feed said no digit is cut off."""
        rule = firing.rule
        _, decimals = self.value_of(rule.field, firing.instrument)
        precise = value if rule.field in _TOLD else number(plain(rule.level))
        return numbers.price(value.value, max(decimals, needed(precise)))

    def text(self, rule: AlertRule, instrument: Instrument | None = None) -> str:
        """A rule's line; without its scope, where that is this symbol."""
        return short_text(rule, instrument, numbers.HIDDEN if self.source.hides(rule.field) else "")

    # What fired

    def take(self, firings: Sequence[Firing]) -> None:
        """These fired, or are to be told otherwise."""
        passing = [each for each in firings if each.kind in _NEVER_SEEN]
        staying = [each for each in firings if each.kind not in _NEVER_SEEN]
        if staying:
            self._set_unseen((*self.unseen, *staying)[-_MOST_UNSEEN:])
        if passing:
            self.told.emit(passing)

    def acknowledge(self, instrument: Instrument | None = None) -> None:
        """The user has seen what fired for a symbol, or (None) all."""
        left = tuple(each for each in self.unseen if instrument is not None and each.instrument != instrument)
        if left != self.unseen:
            self._set_unseen(left)

    def forget(self) -> None:
        """Another place of a recording is shown: what fired is not new there, or not in the log any more."""
        self._set_unseen(())

    def open(self, firing: Firing) -> None:
        """Show the row and the chart of a firing, and acknowledge that."""
        self.acknowledge(firing.instrument)
        self.opened.emit(firing)

    def _set_unseen(self, unseen: tuple[Firing, ...]) -> None:
        self.unseen = unseen
        self._ringing = frozenset(each.instrument for each in unseen)
        self.unseen_changed.emit()
        self.bells_changed.emit()

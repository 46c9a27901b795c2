"""Alerts in the engine: rules that the user keeps, evaluated on every update, told to whoever listens."""

import itertools
import math
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from quotedesk.alerts.bell import Bell
from quotedesk.alerts.evaluator import Evaluator, KnownQuote
from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.measure import HELD, AlertFields, measure
from quotedesk.alerts.memory import AlertMemory
from quotedesk.alerts.rule import AlertRule, AlertScope, ScopeKind
from quotedesk.alerts.rule_reader import AGE, RuleError, RuleNames, read_rule
from quotedesk.alerts.schedule import Schedule
from quotedesk.config.firing_log import FiringLog
from quotedesk.engine.alert_keeper import AlertKeeper
from quotedesk.engine.tasks import Tasks
from quotedesk.lists.book import Book
from quotedesk.lists.saved import ColumnFormula, Flag
from quotedesk.lists.section import grouped
from quotedesk.lists.watchlist import Watchlist
from quotedesk.market.batch import Batch
from quotedesk.market.clock import Clock
from quotedesk.market.formula import FormulaError, name_of
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState, RowStatus
from quotedesk.quotes.fields import BASES, FIELDS

if TYPE_CHECKING:  # it brings numpy
    from quotedesk.quotes.quotes import Quotes

Told = Callable[[Sequence[Firing]], None]
KEPT_EVERY_S = 30  # what a rule knows is kept so often, and at once
CHANGES_EVERY_S = 1.0  # where it fired, was spent, armed or snoozed, began or ended a hold: of a storm so often
MOST_SHOWN = 10_000  # firings that are at hand
ALERT_FIELDS = AlertFields(
    names=tuple(field.name for field in FIELDS),
    prices=frozenset(field.name for field in FIELDS if field.is_price) | {"open_24h", "prev_close"},
    of_session=frozenset(field.name for field in FIELDS if field.of_session),
    bases=tuple(BASES.values()),
)
_BOOK_FIELDS = frozenset(("bid", "ask", "bid_size", "ask_size"))
_NO_HOURS = Hours()
_LIVE_STATES = frozenset(RowState) - {RowState.PENDING, RowState.OFFLINE, RowState.REFUSED, RowState.PARKED}


def rule_names(feed: str, feeds: Collection[str], formulas: Mapping[str, str]) -> RuleNames:
    """What a rule may name; a bare code is of `feed`. `formulas`: see `formula_texts`."""
    return RuleNames(ALERT_FIELDS.nameable, formulas, feeds, feed, [each.value for each in Flag])


def formula_texts(formulas: Iterable[ColumnFormula]) -> dict[str, str]:
    """The user's formulas by the names under which others name them."""
    return {name_of(each.name): each.text for each in formulas}


def meant(scope: AlertScope, book: Book | None, rows: Iterable[Instrument]) -> Sequence[Instrument]:
    """The symbols of a scope now, each once; `rows` are what `*` means."""
    if (instrument := scope.instrument) is not None:
        return (instrument,)
    if scope.kind is ScopeKind.ALL:
        return tuple(dict.fromkeys(rows))
    lists = book.lists if book is not None else ()
    match scope.kind:
        case ScopeKind.LIST:
            found = [each for watchlist in lists if watchlist.name == scope.name for each in watchlist.instruments]
        case ScopeKind.SECTION:
            sections = [each for watchlist in lists for each in grouped(watchlist)]
            members = [rows for section, rows in sections if section is not None and section.name == scope.name]
            found = [row for rows in members for row in rows if isinstance(row, Instrument)]
        case _:
            flags = book.flags if book is not None else {}
            flagged = {each for each, flag in flags.items() if flag.value == scope.name}
            found = [each for watchlist in lists for each in watchlist.instruments if each in flagged]
    return tuple(dict.fromkeys(found))


class Alerting:
    """A consumer of batches. Rules are values: an edit is a `set_rules` with others, undone by one with those before.

    `hours_of`: those of a feed's markets. `feeds`: the names there are. `quotes`: the store, where there is one.
    `log`, kept to by `tasks`: where firings are kept; None for nowhere.

    Attributes:
        rules: in the user's order, each once.
        listeners: each gets the firings of one moment, in order, as soon as they are made; may not block. Every firing
            is in `log` already.
        rules_changed: called after each change of `rules`.
        ran_out: gets symbols whose changes count from nothing since their day turned: a previous close is to be asked
            for. Where there is a store, that is seen to already.
        bells_changed: called where a bell may be another than before: once a second, and after each firing.
    """

    def __init__(
        self,
        clock: Clock,
        hours_of: Callable[[str], Hours],
        feeds: Collection[str],
        quotes: "Quotes | None" = None,
        log: FiringLog | None = None,
        tasks: Tasks | None = None,
    ) -> None:
        self.rules: tuple[AlertRule, ...] = ()
        self.listeners: list[Told] = []
        self.rules_changed: list[Callable[[], None]] = []
        self.ran_out: Callable[[list[Instrument]], None] = _nothing_more
        self.bells_changed: list[Callable[[], None]] = []
        self._clock = clock
        self._feeds = tuple(feeds)
        self._hours_of = hours_of
        self._quotes = quotes
        self._evaluator = Evaluator(ALERT_FIELDS, self._hours, self._known, self._held)
        self._book: Book | None = None
        self._rows: Callable[[], Iterable[Instrument]] = tuple
        self._followed: list[Watchlist] = []
        self._is_due = False  # rules, scopes or formulas may mean something else than before
        self._meaning: dict[AlertRule, Sequence[Instrument]] = {}
        self._by_instrument: dict[Instrument, list[AlertRule]] = {}
        self._shown: deque[Firing] = deque(maxlen=MOST_SHOWN)  # the newest first
        self._changes_kept_s = -math.inf
        self._of_amounts: dict[str, bool] = {}  # by the words of rules, with these formulas:
        self._of_formulas: object = None
        self._keeper = AlertKeeper(log, tasks) if log is not None and tasks is not None else None
        self._seconds = itertools.count(1)

    # -- rules --------------------------------------------------------------------------------------------------------

    def set_rules(self, rules: Iterable[AlertRule]) -> None:
        """Have these rules. Those that stay keep what they know; a new one says at once where its level is passed."""
        unique = tuple(dict.fromkeys(rules))
        if unique == self.rules:
            return
        self.rules = unique
        self._is_due = True
        self._settle()
        for listener in self.rules_changed:
            listener()

    def follow(self, book: Book, rows: Callable[[], Iterable[Instrument]] | None = None) -> None:
        """Scopes mean this book's lists, sections and flags from now on, and follow its edits.

        `rows`: what `*` means; None for the rows of the open lists.
        """
        self._book, self._rows = book, rows or book.wanted
        book.listeners.append(self._edited)
        self._edited()

    def release(self) -> None:
        """Follow nothing any more: these rules are over."""
        if self._book is not None:
            self._book.listeners.remove(self._edited)
            for watchlist in self._followed:
                watchlist.listeners.remove(self._list_edited)
            self._book, self._followed = None, []

    def names(self, feed: str) -> RuleNames:
        """What a rule may name now; a bare code is of `feed`. For `read_rule`."""
        return rule_names(feed, self._feeds, self._formulas())

    def read(self, lines: Iterable[str], feed: str) -> tuple[list[AlertRule], list[tuple[str, str]]]:
        """The rules that these lines are; and those that cannot be read, with why."""
        names, rules, faults = self.names(feed), list[AlertRule](), list[tuple[str, str]]()
        for line in lines:
            try:
                rules.append(read_rule(line, names))
            except RuleError as fault:
                faults.append((line, str(fault)))
        return rules, faults

    @property
    def faults(self) -> Mapping[AlertRule, str]:
        """Rules that cannot be evaluated now, and why: a formula that they name is gone."""
        self._settle()
        return self._evaluator.faults

    def hides(self, field: str) -> bool:
        """Is what a rule calls so an amount, while the user hides those? The rule may be one of the log."""
        if self._book is None or not self._book.held.is_hidden:
            return False
        if self._of_formulas is not self._book.formulas:
            self._of_formulas = self._book.formulas
            self._of_amounts.clear()
        found = self._of_amounts.get(field)
        if found is None:
            found = self._of_amounts[field] = _is_of_amounts(field, self._formulas())
        return found

    def wanted(self) -> list[Instrument]:
        """The symbols that rules name, each once: they are wanted before all others, rows or not."""
        of_rules = [rule.scope for rule in self.rules if rule.scope.kind is not ScopeKind.ALL]
        of_rules.sort(key=lambda scope: scope.kind is not ScopeKind.SYMBOL)
        return list(dict.fromkeys(each for scope in dict.fromkeys(of_rules) for each in meant(scope, self._book, ())))

    def book_feeds(self) -> set[str]:
        """The feeds of whose symbols rules need bids and asks."""
        self._settle()
        return {
            instrument.feed
            for rule in self.rules
            if not _BOOK_FIELDS.isdisjoint(self._evaluator.inputs(rule))
            for instrument in self._meaning.get(rule, ())
        }

    # -- bells --------------------------------------------------------------------------------------------------------

    def bells(self, instrument: Instrument) -> Sequence[tuple[AlertRule, Bell]]:
        """The rules about a symbol, in the user's order, and what each does now. Cheap: asked for at each paint."""
        self._settle()
        rules = self._by_instrument.get(instrument)
        if rules is None:
            return ()
        now_s = self._clock.now_s()
        utc_s = self._clock.utc_s(now_s)
        return [(rule, self._evaluator.bell(rule, instrument, now_s, utc_s)) for rule in rules]

    def bell(self, rule: AlertRule, instrument: Instrument) -> Bell:
        """What a rule does now for a symbol."""
        self._settle()
        now_s = self._clock.now_s()
        return self._evaluator.bell(rule, instrument, now_s, self._clock.utc_s(now_s))

    def opens(self, instrument: Instrument) -> str:
        """When its market opens next, in words: until then rules rest. "" where it is open, or never closes."""
        return Schedule(self._hours, self._clock.utc_s(self._clock.now_s())).opens(instrument)

    def instruments(self, rule: AlertRule) -> Sequence[Instrument]:
        """The symbols that a rule is about now."""
        self._settle()
        return self._meaning.get(rule, ())

    def snooze(self, rule: AlertRule, until_utc_s: float | None) -> None:
        """Let a rule rest until then, over restarts too; None: wake it. What it passes meanwhile is told."""
        self._settle()
        now_s = self._clock.now_s()
        self._evaluator.snooze(rule, until_utc_s, now_s, self._clock.utc_s(now_s))
        self._keep_snoozes()
        self._tell_bells()

    def renew(self, rule: AlertRule) -> None:
        """Arm a rule again that is spent or cooling: from the next price on."""
        self._settle()
        self._evaluator.renew(rule)
        now_s = self._clock.now_s()
        about = {rule: self._meaning.get(rule, ())}
        self._keep((), self._evaluator.remembered_of(about, now_s, self._clock.utc_s(now_s)))
        self._tell_bells()

    # -- what happens -------------------------------------------------------------------------------------------------

    def consume(self, batch: Batch) -> None:
        """See engine.services.Consumer."""
        if self._is_due:
            self._settle()
        if firings := self._evaluator.take(batch, self._clock.utc_s(batch.received_s)):
            self._tell(firings)
        elif self._evaluator.changed and batch.received_s - self._changes_kept_s >= CHANGES_EVERY_S:
            self._keep_changes(batch.received_s)

    def second(self) -> None:
        """Once a second: holds, ages, pauses, hours; what a rule knows is kept from time to time."""
        self._settle()
        now_s = self._clock.now_s()
        utc_s = self._clock.utc_s(now_s)
        before = len(self._evaluator.snoozed)
        if firings := self._evaluator.elapsed(now_s, utc_s):
            self._tell(firings)
        if len(self._evaluator.snoozed) != before:
            self._keep_snoozes()
        if self._evaluator.ran_out:
            ran_out, self._evaluator.ran_out = self._evaluator.ran_out, []
            self.ran_out(ran_out)
        if self._evaluator.changed:
            self._keep_changes(now_s)
        if self._keeper is not None:
            self._keep((), self._evaluator.remembered(now_s, utc_s, next(self._seconds) % KEPT_EVERY_S, KEPT_EVERY_S))
        self._tell_bells()

    def forget(self, utc_s: float) -> None:
        """Rules know nothing any more, as at the start of a run: that place of a recording was sought.

        Of the log what lies after it is gone, as it is yet to come, and what rules tell again where they begin anew.
        The rest stays: one of its firings may be the place.
        """
        self._evaluator.forget()
        stays = [
            each for each in self._shown if each.kind is not FiringKind.ALREADY and not each.received_utc_s > utc_s
        ]
        self._shown = deque(stays, MOST_SHOWN)
        self._is_due = True

    # -- what is kept -------------------------------------------------------------------------------------------------

    @property
    def log(self) -> Sequence[Firing]:
        """The newest firings, this run's and those kept, the newest first."""
        return self._shown

    def recall(self) -> None:
        """Go on where earlier runs ended. Waits for the disk; call it before `set_rules`."""
        if self._keeper is not None:
            self._shown.extend(self._keeper.newest(MOST_SHOWN))
            self._evaluator.recall(self._keeper.memories(), self._keeper.snoozed())

    async def flush(self) -> None:
        """Keep what rules know now, and wait until all is on disk: the end of the run."""
        if self._keeper is None:
            return
        now_s = self._clock.now_s()
        self._keep((), self._evaluator.remembered(now_s, self._clock.utc_s(now_s)))
        await self._keeper.flush()

    # Inside

    def _tell(self, firings: Sequence[Firing]) -> None:
        self._shown.extendleft(firings)
        self._keep_changes(self._clock.now_s(), firings)
        for listener in list(self.listeners):
            listener(firings)
        self._tell_bells()

    def _tell_bells(self) -> None:
        for listener in list(self.bells_changed):
            listener()

    def _keep(self, firings: Sequence[Firing], memories: Sequence[AlertMemory]) -> None:
        if self._keeper is not None:
            self._keeper.keep(firings, memories)

    def _keep_changes(self, now_s: float, firings: Sequence[Firing] = ()) -> None:
        """What rules know that a program that is killed must not forget, and what they told."""
        changed = list(self._evaluator.changed)
        self._evaluator.changed.clear()
        self._changes_kept_s = now_s
        if self._keeper is None:
            return
        known = [
            *((each.rule, each.instrument) for each in changed),
            *((each.rule, each.instrument) for each in firings),
        ]
        about: dict[AlertRule, dict[Instrument, None]] = {}
        for rule, instrument in known:
            about.setdefault(rule, {})[instrument] = None
        self._keep(firings, self._evaluator.remembered_of(about, now_s, self._clock.utc_s(now_s)))

    def _keep_snoozes(self) -> None:
        if self._keeper is not None:
            self._keeper.snooze(self._evaluator.snoozed)

    def _edited(self) -> None:
        """Something of the book is another than before: what, is seen when it matters."""
        self._is_due = True
        if self._book is not None:
            lists = list(self._book.lists)
            for watchlist in lists:
                if watchlist not in self._followed:
                    watchlist.listeners.append(self._list_edited)
            for watchlist in self._followed:
                if watchlist not in lists:
                    watchlist.listeners.remove(self._list_edited)
            self._followed = lists

    def _list_edited(self) -> None:
        self._is_due = True

    def _settle(self) -> None:
        """Watch what rules mean now."""
        if not self._is_due:
            return
        self._is_due = False
        self._meaning = wanted = {rule: meant(rule.scope, self._book, self._rows()) for rule in self.rules}
        now_s = self._clock.now_s()
        firings = self._evaluator.watch(wanted, self._formulas(), now_s, self._clock.utc_s(now_s))
        self._by_instrument = {}
        for rule, instruments in wanted.items():
            for instrument in instruments:
                self._by_instrument.setdefault(instrument, []).append(rule)
        if firings:
            self._tell(firings)

    def _formulas(self) -> dict[str, str]:
        return formula_texts(self._book.formulas if self._book is not None else ())

    def _hours(self, feed: str) -> Hours:
        """Those of a feed's markets; none of a feed that is not known (any more): lists keep its rows."""
        return self._hours_of(feed) if feed in self._feeds else _NO_HOURS

    def _held(self, instrument: Instrument) -> Mapping[str, float]:
        position = self._book.held.positions.get(instrument) if self._book is not None else None
        if position is None:
            return {}
        cost = {} if position.cost is None else {"avg_cost": float(position.cost)}
        return {"quantity": float(position.quantity), **cost}

    def _known(self, instrument: Instrument) -> KnownQuote | None:
        """What the store knows of a symbol that is new to the rules."""
        if (quotes := self._quotes) is None:
            return None
        slot = quotes.slot(instrument)
        state = RowState(quotes.state.item(slot))
        numbers: Any = {name: number for name in ALERT_FIELDS.names if (number := quotes.number(name, slot)).is_known}
        said = Quote(code=instrument.code, time_utc_s=quotes.time_utc_s.item(slot), **numbers)
        is_unbroken = state in _LIVE_STATES and state is not RowState.HALTED and quotes.last_prices.is_unbroken(slot)
        status = RowStatus(instrument.code, state, quotes.state_since_s.item(slot), quotes.reason(slot))
        return KnownQuote(said, quotes.received_s.item(slot), is_unbroken, status)


def _is_of_amounts(field: str, formulas: Mapping[str, str]) -> bool:
    """Does it follow from what the user holds? What cannot be read any more may have done so."""
    try:
        return field != AGE and not set(HELD).isdisjoint(measure(field, ALERT_FIELDS, formulas).inputs)
    except FormulaError:
        return True


def _nothing_more(ran_out: list[Instrument]) -> None:
    """Nobody asks anew."""

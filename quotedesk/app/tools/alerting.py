"""Alerts between the engine, which evaluates them, and the windows, which show them."""

import asyncio
import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from pathlib import Path

import msgspec

from quotedesk.alerts.bell import BellState
from quotedesk.alerts.firing import Firing, FiringKind
from quotedesk.alerts.rule import AlertRule, AlertScope, Frequency, Operator, ScopeKind
from quotedesk.alerts.rule_reader import RuleError
from quotedesk.app.process.desktop_notice import DesktopNotices
from quotedesk.app.process.faults import log
from quotedesk.app.process.sound import NO_SOUND, SOUNDS, Sounds
from quotedesk.app.tools.alert_outlets import AlertOutlets
from quotedesk.app.windows import Windows
from quotedesk.codec import FEEDS
from quotedesk.config import alerts_file
from quotedesk.config.firing_log import FiringLog
from quotedesk.config.paths import Profile
from quotedesk.config.settings import SettingsFile
from quotedesk.engine.alert_actions import Burst
from quotedesk.engine.alert_programs import Alarm
from quotedesk.engine.alerting import Alerting
from quotedesk.engine.firing_fields import data_of
from quotedesk.engine.latest_writer import LatestWriter
from quotedesk.engine.replay import Replay
from quotedesk.engine.services import Services
from quotedesk.lists.book import Book
from quotedesk.market.hours import Hours
from quotedesk.market.instrument import Instrument
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.alerts.alert_words import level_label
from quotedesk.ui.alerts.alerts import Alerts
from quotedesk.ui.alerts.rule_values import RuleValues
from quotedesk.ui.chart.alert_lines import AlertLevel
from quotedesk.ui.message import Message

_PRICES = ("last", "bid", "ask", "mid")  # fields whose levels are prices of the chart
_OTHER_SIDE = {Operator.CROSSES_UP: Operator.CROSSES_DOWN, Operator.CROSSES_DOWN: Operator.CROSSES_UP}
_MOST_LEVELS = 50  # on a chart, the nearest
_TOLD_EVERY_S = 5.0  # what is no alarm, at most
_MOST_KEPT = 200  # alerts whose notices are answered when clicked


class AlertDesk:
    """One for a run, made before the feeds begin; `begin` reads what was kept.

    `hours_of`: those of a feed's markets. `notices`: the desktop's. `silent`: what is shown was recorded, so nothing is
    done outside the windows, and nothing is kept.

    Attributes:
        engine: what evaluates the rules.
        alerts: as the windows see them.
        outlets: what is done outside of the windows.
    """

    def __init__(
        self,
        services: Services,
        windows: Windows,
        settings: SettingsFile,
        profile: Profile,
        book: Book,
        quotes: Quotes,
        hours_of: Callable[[str], Hours],
        notices: DesktopNotices,
        *,
        silent: bool = False,
    ) -> None:
        clock, tasks = services.clock, services.tasks
        self._windows = windows
        self._silent = silent
        self._path = profile.alerts
        self._log = FiringLog(profile.firings)
        self._unread: tuple[str, ...] = ()  # lines of the file that are no rules: they stay in it
        self._writer: LatestWriter[tuple[str, ...]] | None = None
        self._tasks = tasks
        self._told: dict[str, Firing] = {}  # by the keys of notices
        self._keys = count()
        self._levels: dict[Instrument, list[AlertLevel]] = {}  # until a bell may be another
        self._told_of_log = ""
        self._book = book
        self._was_hidden = book.held.is_hidden
        kept = (None, None) if silent else (self._log, tasks)
        self.engine = Alerting(clock, hours_of, FEEDS, quotes, *kept)
        self._value_of = RuleValues(quotes, book, clock)
        chosen = lambda: settings.chosen  # noqa: E731
        self.alerts = Alerts(self.engine, windows.undo, clock, self._value_of, chosen, SOUNDS, windows)
        sounds = Sounds(tasks, self._say_no_sound)
        self.outlets = AlertOutlets(settings, windows, tasks, clock, services.redactor, notices, sounds)
        self.engine.follow(book)
        self.engine.listeners.append(self._fired)
        self.engine.rules_changed.append(self._rules_changed)
        self.engine.bells_changed.append(self._levels.clear)
        self.engine.bells_changed.append(self.alerts.bells_changed.emit)
        services.consumers.insert(0, self.engine)  # nobody waits for a notice because a chart is drawn
        windows.edited.connect(self._settle)
        notices.opened.connect(self._notice_opened)
        self.alerts.opened.connect(self._show)
        self._passing = Burst[Firing](tasks, self._tell, _TOLD_EVERY_S, "what is told of alerts")
        self.alerts.told.connect(self._passing.add)
        windows.requests.alert_at.connect(self._add_at)
        windows.requests.alert_moved.connect(self._move)
        windows.requests.alert_log.connect(lambda path: tasks.spawn(self._export(path), "log of alerts"))
        windows.set_alerts(self.alerts)

    async def begin(self) -> None:
        """Read the rules, and what earlier runs kept of them; a recording has the rules, and begins anew."""
        lines, report = await asyncio.to_thread(alerts_file.load, self._path)
        is_kept = not self._silent and not report
        await asyncio.to_thread(self.engine.recall)
        rules, faults = self.engine.read(lines, "")
        self._unread = tuple(line for line, _ in faults)
        if faults:
            line, why = faults[0]
            more = f", and {len(faults) - 1:,} more" if len(faults) > 1 else ""
            report = f"An alert cannot be read and does nothing: {line[:80]} ({why}{more}). {self._path} has it."
        if report:
            self._say(report)
        self.engine.set_rules(rules)
        if is_kept:  # from now on: what was read need not be written
            self._writer = LatestWriter(self._tasks, partial(alerts_file.save, self._path), self._not_kept)

    @property
    def lines(self) -> tuple[str, ...]:
        """The rules as the file has them, those that cannot be read too."""
        return (*(rule.text for rule in self.engine.rules), *self._unread)

    def take_lines(self, lines: Sequence[str]) -> None:
        """Have these rules: another desk of the person changed them."""
        rules, faults = self.engine.read(lines, "")
        self._unread = tuple(line for line, _ in faults)
        self.engine.set_rules(rules)

    def follow(self, replay: Replay) -> None:
        """A recording has seconds of its own, and where another place of it is sought the rules begin anew."""
        replay.each_second.append(self.second)
        replay.sought.append(lambda: self._begin_anew(replay.now_utc_s))

    def second(self) -> None:
        """Another second is over."""
        self.engine.second()
        if (report := self._log.report) != self._told_of_log:
            self._told_of_log = report
            self._say(report)

    async def flush(self) -> None:
        """Keep what is known now: the end of the run."""
        await self.engine.flush()
        if self._writer is not None:
            await self._writer.flush()
        await asyncio.to_thread(self._log.close)

    def levels(self, instrument: Instrument) -> Sequence[AlertLevel]:
        """The prices at which a symbol's alerts wait, for its chart. Keys are the rules' lines."""
        if instrument not in self._levels:
            waiting = [
                AlertLevel(rule.text, rule.level, level_label(rule), bell.state is BellState.ARMED)
                for rule, bell in self.engine.bells(instrument)
                if rule.field in _PRICES and rule.operator.has_level and bell.state is not BellState.SPENT
            ]
            now, _ = self._value_of("last", instrument)
            if len(waiting) > _MOST_LEVELS:
                waiting.sort(key=lambda each: abs(each.price - now))
            self._levels[instrument] = waiting[:_MOST_LEVELS]
        return self._levels[instrument]

    # Inside

    def _rules_changed(self) -> None:
        self._levels.clear()
        self.alerts.rules_changed.emit()
        if self.engine.rules and not self._silent:
            self.outlets.prepare()
        if self._writer is not None:
            self._writer.keep(self.lines)

    def _begin_anew(self, utc_s: float) -> None:
        self.engine.forget(utc_s)
        self.alerts.forget()

    def _settle(self) -> None:
        """Lists were edited: what rules mean now is found out here, and not while a row is painted."""
        assert self.engine.faults is not None
        if self._book.held.is_hidden != self._was_hidden:
            self._was_hidden = self._book.held.is_hidden
            self.alerts.amounts_turned.emit()

    def _say(self, words: str) -> None:
        """Something does not work."""
        log.warning("%s", words)
        self._windows.show_notice(words, is_error=True)

    def _say_no_sound(self, words: str) -> None:
        """A desk without a sound device is no broken one: told once, and in the settings."""
        log.info("%s", words)
        self._windows.show_notice(words)

    def _not_kept(self, fault: OSError) -> None:
        log.error("the alerts could not be saved", exc_info=fault)
        told = f"The alerts could not be saved ({fault.strerror}). They last until you quit."
        self._windows.show_notice(told, is_error=True)

    def _fired(self, firings: Sequence[Firing]) -> None:
        self.alerts.take(firings)
        told = [each for each in firings if each.kind is not FiringKind.ALREADY]
        if told and not self._silent:
            self.outlets.pass_on([self._alarm(each) for each in told])

    def _alarm(self, firing: Firing) -> Alarm:
        key = str(next(self._keys))
        self._told[key] = firing
        while len(self._told) > _MOST_KEPT:
            del self._told[next(iter(self._told))]
        does = firing.rule.does
        if firing.kind is FiringKind.FIRED:
            return Alarm(
                partial(self.alerts.said, firing), partial(self._data_of, firing), key, firing.rule.sound, does
            )
        does = tuple(each for each in does if each != "raise")  # it is told, and disturbs nobody
        return Alarm(partial(self.alerts.said, firing), partial(self._data_of, firing), key, NO_SOUND, does)

    def _data_of(self, firing: Firing) -> dict[str, object]:
        return data_of(firing, is_hidden=self.engine.hides(firing.rule.field))

    def _notice_opened(self, key: str, token: str) -> None:
        self._windows.come_forward(token)
        if firing := self._told.get(key):
            self.alerts.open(firing)

    def _show(self, firing: Firing) -> None:
        at = firing.time_utc_s if math.isfinite(firing.time_utc_s) else firing.received_utc_s
        self._windows.front.show_firing(firing.instrument, max(0.0, self.alerts.now_utc_s() - at))

    async def _tell(self, firings: Sequence[Firing]) -> None:
        """What is no alarm and needs no answer: one message for all of it."""
        first = self.alerts.said(firings[0]).whole
        more = f", and {len(firings) - 1:,} more" if len(firings) > 1 else ""
        self._windows.show_notice(Message(f"{first}{more}", details=self._windows.front.alert_menu.show_log))

    # The chart

    def _add_at(self, instrument: Instrument, price: float) -> None:
        """An alert there, for one time, from the side on which the price is."""
        now, _ = self._value_of("last", instrument)
        operator = Operator.CROSSES_UP if price > now else Operator.CROSSES_DOWN if price < now else Operator.CROSSES
        scope = AlertScope(ScopeKind.SYMBOL, instrument.code, instrument.feed)
        rule = AlertRule(scope=scope, field="last", operator=operator, level=price, frequency=Frequency.ONCE)
        try:
            self.alerts.add(rule)
        except RuleError as fault:
            self._windows.show_notice(f"No alert was made: {fault.said}.")
        else:
            told = f"Alert {rule.text}"
            self._windows.show_notice(
                Message(told, undoes=True, details=lambda: self._windows.front.alert_menu.show_rules(rule))
            )

    def _move(self, key: str, price: float) -> None:
        """A level was dragged; beyond the price the way it is reached turns round."""
        rule = next((each for each in self.alerts.rules if each.text == key), None)
        if rule is None:
            return
        moved = msgspec.structs.replace(rule, level=price)
        if (instrument := rule.scope.instrument) is not None and rule.operator in _OTHER_SIDE:
            now, _ = self._value_of(rule.field, instrument)
            is_right = price > now if rule.operator is Operator.CROSSES_UP else price < now
            if math.isfinite(now) and not is_right:
                moved = msgspec.structs.replace(moved, operator=_OTHER_SIDE[rule.operator])
        try:
            self.alerts.replace(rule, moved)
        except RuleError as fault:
            self._windows.show_notice(f"The alert stays where it was: {fault.said}.")

    # The log

    async def _export(self, path: Path) -> None:
        try:
            await asyncio.to_thread(
                lambda: path.write_text(self._log.as_csv(self.engine.hides), encoding="utf-8", newline="")
            )
        except OSError as fault:
            log.warning("the log of alerts could not be written", exc_info=fault)
            self._windows.show_notice(f"{path.name} could not be saved ({fault.strerror}).", is_error=True)
        else:
            self._windows.show_notice(f"The log was saved as {path.name}")

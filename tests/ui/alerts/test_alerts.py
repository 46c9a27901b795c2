"""What all windows share of alerts: edits that can be undone, bells, and what was not seen yet."""

import math

import pytest

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.alerts.firing import FiringKind
from quotedesk.alerts.rule_reader import RuleError
from quotedesk.market.instrument import Instrument
from quotedesk.ui.alerts.alert_words import OFF_UTC_S
from quotedesk.ui.alerts.alerts import MARKS, RINGING, SNOOZE_S
from tests.fakes.alerting import firing, rule

NVDA, AAPL = Instrument("demo", "NVDA.US"), Instrument("demo", "AAPL.US")
RULE, OTHER = "NVDA.US@demo last crosses-up 120", "AAPL.US@demo last crosses 190 daily"


def test_rules_are_edited_and_every_edit_can_be_taken_back(alarmed) -> None:
    here = alarmed(RULE)
    here.alerts.add(here.alerts.read("AAPL.US last crosses 190 daily", "demo"))
    here.alerts.replace(rule(RULE), rule("NVDA.US last crosses-up 130"))
    here.alerts.remove([rule(OTHER)])
    assert here.texts == ["NVDA.US@demo last crosses-up 130"]
    undo = here.desk.undo.stack
    assert undo.undoText() == "remove alert AAPL.US@demo"
    for texts in (["NVDA.US@demo last crosses-up 130", OTHER], [RULE, OTHER], [RULE]):
        undo.undo()
        assert here.texts == texts
    undo.redo()
    assert here.texts == [RULE, OTHER]


def test_a_rule_that_is_there_is_refused(alarmed) -> None:
    here = alarmed(RULE, OTHER)
    with pytest.raises(RuleError, match="already"):
        here.alerts.add(rule(RULE))
    with pytest.raises(RuleError, match="already"):
        here.alerts.replace(rule(OTHER), rule(RULE))
    here.alerts.replace(rule(RULE), rule(RULE))
    here.alerts.remove([rule("BTC last crosses 1")])
    assert here.desk.undo.stack.count() == 0


def test_of_several_bells_the_one_that_matters_most_is_shown(alarmed) -> None:
    here = alarmed(RULE, "NVDA.US last crosses-down 90", "NVDA.US bid crosses 100")
    armed, asleep, other = here.source.rules
    here.source.states[asleep] = Bell(BellState.SNOOZED)
    assert here.alerts.mark(NVDA) == MARKS[BellState.ARMED]
    here.source.states[other] = Bell(BellState.NO_PRICE, "the link is lost")
    assert here.alerts.mark(NVDA) == MARKS[BellState.ARMED], "a row is painted often, and not reckoned each time"
    here.alerts.bells_changed.emit()
    assert here.alerts.mark(NVDA) == MARKS[BellState.NO_PRICE]
    for each in (armed, asleep, other):
        here.source.states[each] = Bell(BellState.SPENT)
    here.alerts.bells_changed.emit()
    assert here.alerts.mark(NVDA) is None
    assert here.alerts.mark(AAPL) is None
    assert set(MARKS) | {BellState.SPENT} == set(BellState)


def test_what_fires_rings_until_it_is_acknowledged(alarmed) -> None:
    here = alarmed(RULE)
    here.source.fire(firing(RULE), firing(OTHER))
    here.source.fire(firing(RULE, kind=FiringKind.CROSSED_OFFLINE))
    assert [here.alerts.mark(each) for each in (NVDA, AAPL)] == [RINGING, RINGING]
    assert len(here.alerts.unseen) == 3
    newest, before, bell = here.alerts.words(NVDA)
    assert newest.startswith("Alert: NVDA.US crossed 120 while offline")
    assert before.startswith("Alert: NVDA.US rose to 120")
    assert bell == "Alert last crosses-up 120: armed"
    here.alerts.acknowledge(NVDA)
    assert here.alerts.mark(NVDA) == MARKS[BellState.ARMED]
    assert here.alerts.rings(AAPL)
    here.alerts.acknowledge()
    assert here.alerts.unseen == ()


def test_what_was_passed_already_is_told_in_passing(alarmed) -> None:
    here = alarmed(RULE)
    told = []
    here.alerts.told.connect(told.append)
    here.source.fire(firing(RULE, kind=FiringKind.ALREADY))
    assert len(told) == 1
    assert here.alerts.unseen == ()


def test_a_storm_is_bounded_on_screen(alarmed) -> None:
    here = alarmed(RULE)
    for _ in range(3):
        here.source.fire(*[firing(RULE)] * 500)
    assert len(here.alerts.unseen) == 1000
    assert len(here.source.kept) == 1500, "and in the log it is whole"


def test_rules_sleep_wake_and_are_switched_off(alarmed) -> None:
    here = alarmed(RULE)
    rules = here.source.rules
    here.alerts.snooze(rules, SNOOZE_S)
    here.alerts.snooze(rules, math.inf)
    here.alerts.snooze(rules, None)
    now = here.alerts.now_utc_s()
    assert here.source.snoozed == [(rules[0], now + SNOOZE_S), (rules[0], OFF_UTC_S), (rules[0], None)]

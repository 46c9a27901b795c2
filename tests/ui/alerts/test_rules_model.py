"""A rule's row: state with why, distance of now, and when it fired last."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.ui.alerts.alert_words import OFF_UTC_S
from quotedesk.ui.alerts.alerts import MARKS
from quotedesk.ui.alerts.rules_model import DISTANCE, LAST, RULE, STATE, RulesModel
from tests.fakes.alerting import firing

NVDA, ALL = "NVDA.US@demo last crosses-up 130", "* last crosses 100"


@pytest.fixture
def shown(alarmed):
    def make(*rules: str):
        here = alarmed(*rules)
        model = RulesModel(here.alerts, here.desk.window.appearance, "demo", 1.0, here.desk.window)
        here.tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
        return here, model

    return make


def text(model: RulesModel, row: int, column: int) -> str:
    return model.data(model.index(row, column))


def test_a_rule_says_how_it_is_and_how_far_it_is(shown) -> None:
    here, model = shown(NVDA, ALL)
    here.desk.tick("NVDA.US", 104.0)
    here.desk.tick("AAPL.US", 98.0)
    assert text(model, 0, RULE) == NVDA
    assert text(model, 0, DISTANCE) == "26.00 (25.00 %) above"
    assert text(model, 1, DISTANCE) == "AAPL.US: 2.00 (2.04 %) above", "the nearest of all rows"
    here.source.states[here.source.rules[0]] = Bell(BellState.NO_PRICE, "the link is <b>lost</b>")
    assert text(model, 0, STATE) == "No live price: the link is <b>lost</b>"
    assert "<b>" not in model.data(model.index(0, STATE), Qt.ItemDataRole.ToolTipRole)
    here.source.faults = {here.source.rules[1]: "there is no formula “x”"}
    assert text(model, 1, STATE) == "there is no formula “x”"
    assert text(model, 1, LAST) == ""


def test_a_rule_of_many_rows_is_armed_though_some_have_no_price(shown) -> None:
    here, model = shown(ALL)
    rows = here.source.instruments(here.source.rules[0])
    assert len(rows) > 2
    assert text(model, 0, STATE) == "Armed"
    here.source.of_rows[rows[0]] = Bell(BellState.NO_PRICE, "code invalid: SILVER")
    assert text(model, 0, STATE) == f"Armed on {len(rows) - 1}; 1 without price"
    armed = model._mark(here.source.rules[0])
    assert armed == MARKS[BellState.ARMED], "not the struck bell"
    here.source.bell_of_all = Bell(BellState.NO_PRICE, "offline")
    assert text(model, 0, STATE) == "No live price"
    assert model._mark(here.source.rules[0]) == MARKS[BellState.NO_PRICE]
    here.source.of_rows[rows[0]] = Bell(BellState.PARKED)
    here.source.bell_of_all = Bell(BellState.SNOOZED, "", OFF_UTC_S)
    assert text(model, 0, STATE) == "Switched off"
    assert model.is_off(here.source.rules[0]), "so that it can be switched on"


def test_it_follows_firings_and_rules(shown) -> None:
    here, model = shown(NVDA)
    here.source.fire(firing(NVDA))
    model.note_fired()
    assert text(model, 0, LAST).count(":") == 2
    here.source.kept.clear()
    model.note_fired()
    assert text(model, 0, LAST) == "", "another place of a recording was sought, before it fired"
    here.source.set_rules(())
    model.look_again()
    assert model.rowCount() == 0
    assert model.row_of(firing(NVDA).rule) == -1


def test_a_rule_about_nothing_says_so(shown) -> None:
    here, model = shown(ALL)
    here.source.book = None
    assert text(model, 0, STATE) == "About no row now"
    assert text(model, 0, DISTANCE) == "--"

"""What a window shows of alerts: bells in rows, in words as well, and actions that say why they cannot be done."""

from PySide6.QtCore import Qt

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.market.instrument import Instrument
from quotedesk.ui.looks.actions import WHY_NOT
from quotedesk.ui.table.columns import SYMBOL
from tests.fakes.alerting import firing
from tests.ui.alerts.conftest import alarmed

__all__ = ["alarmed"]
RULE = "NVDA.US@demo last crosses-up 120 daily"
NVDA = Instrument("demo", "NVDA.US")


def test_a_row_shows_its_bell_and_says_it(alarmed) -> None:
    here = alarmed(RULE)
    model, window = here.desk.window.panel.model, here.desk.window
    before = here.desk.image()
    here.source.states[here.source.rules[0]] = Bell(BellState.NO_PRICE, "the link is <b>lost</b>")
    here.alerts.bells_changed.emit()
    here.desk.settle()
    index = model.index(0, SYMBOL)
    tip = model.data(index, Qt.ItemDataRole.ToolTipRole)
    assert "Alert last crosses-up 120 daily: no live price: the link is &lt;b&gt;lost" in tip or "<b>" in tip
    spoken = model.data(index, Qt.ItemDataRole.AccessibleDescriptionRole)
    assert "no live price" in spoken
    assert here.desk.image() != before
    assert model.data(model.index(1, SYMBOL), Qt.ItemDataRole.AccessibleDescriptionRole) == ""
    here.source.fire(firing(RULE))
    spoken = model.data(index, Qt.ItemDataRole.AccessibleDescriptionRole)
    assert spoken.startswith("Alert: NVDA.US rose to 120")
    assert window.alert_menu.banner.isVisible()


def test_the_bell_costs_other_rows_nothing(alarmed) -> None:
    here = alarmed(RULE)
    rects = [here.desk.table.row_rect(row) for row in (1, 2)]
    before = [here.desk.table.viewport().grab(rect).toImage() for rect in rects]
    here.source.fire(firing(RULE))
    here.desk.settle()
    assert [here.desk.table.viewport().grab(rect).toImage() for rect in rects] == before


def test_actions_say_why_they_cannot_be_done(alarmed) -> None:
    here = alarmed()
    names = {each.text(): each for each in here.menu.actions() if each.text()}
    assert names["A&cknowledge all alerts"].property(WHY_NOT) == "nothing fired"
    assert not names["A&cknowledge all alerts"].isEnabled()
    here.source.fire(firing(RULE))
    assert names["A&cknowledge all alerts"].isEnabled()


def test_the_menu_of_a_row_has_its_rules(alarmed) -> None:
    here = alarmed(RULE)
    here.desk.select(0)
    menu = here.desk.window._row_menu.menu(0)
    words = [each.text() for each in menu.actions()]
    assert "New &alert\N{HORIZONTAL ELLIPSIS}" in words
    assert "Alert last crosses-up 120 daily" in words
    here.source.fire(firing(RULE))
    menu = here.desk.window._row_menu.menu(0)
    next(each for each in menu.actions() if each.text() == "Acknowledge alert").trigger()
    assert here.alerts.unseen == ()
    here.desk.window.alert_menu.release()
    here.source.fire(firing(RULE))


def test_a_firing_leads_to_its_row_and_chart(alarmed) -> None:
    here = alarmed(RULE)
    window = here.desk.window
    window.show_firing(Instrument("other", "BTC-USD"), 5000.0)
    assert window.panel.model.rows[window.table.currentIndex().row()] == Instrument("other", "BTC-USD")
    assert window.chart.is_open
    assert window.chart.dock.chosen.span_s >= 5000
    window.show_firing(Instrument("demo", "GONE"), 5.0)
    assert here.desk.messages == ["GONE@demo is in no list any more."]

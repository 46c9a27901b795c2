"""A table paints where a bell changed, and nowhere else."""

from quotedesk.alerts.bell import Bell, BellState
from quotedesk.ui.alerts.row_bells import RowBells
from tests.fakes.alerting import firing

RULE = "NVDA.US@demo last crosses-up 120 daily"


def test_a_bell_that_changed_is_painted_and_the_same_again_is_not(alarmed) -> None:
    here = alarmed(RULE)
    table = here.desk.table
    assert table.findChildren(RowBells)
    here.alerts.bells_changed.emit()
    here.desk.settle()
    before = here.desk.image()
    painted = []
    table.viewport().update = lambda *area: painted.append(area)
    here.alerts.bells_changed.emit()
    assert painted == []
    here.source.states[here.source.rules[0]] = Bell(BellState.SNOOZED)
    here.alerts.bells_changed.emit()
    assert painted
    del table.viewport().update
    here.source.fire(firing(RULE))
    here.desk.settle()
    assert here.desk.image() != before

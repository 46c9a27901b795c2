"""The trace of a row beside its state."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from quotedesk.feed.subscription_trace import Continuity, Trace
from quotedesk.market.states import LinkState, LinkStatus, RowState
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import STATE as STATE_COLUMN
from quotedesk.ui.table.columns import USUAL
from quotedesk.ui.table.status_tip import StatusTip
from tests.fakes.pointer import move

STATE = USUAL.index(STATE_COLUMN)


def rest(desk, row: int, column: int) -> StatusTip:
    """Let the pointer rest on a cell."""
    viewport = desk.table.viewport()
    at = desk.table.visualRect(desk.table.model().index(row, column)).center()
    event = QHelpEvent(QEvent.Type.ToolTip, at, viewport.mapToGlobal(at))
    QApplication.sendEvent(viewport, event)
    (tip,) = desk.window.findChildren(StatusTip)
    return tip


@pytest.fixture
def proven_desk(open_desk):
    desk = open_desk("AMD.US", "B.US")
    desk.mark(RowState.PENDING, "AMD.US", since_s=desk.clock.now_s() - 15)
    now_s = desk.clock.now_s()
    trace = Trace(now_s - 15.0, now_s - 14.943, 16, now_s - 14.886)
    desk.set_trace_of(lambda row: (trace, Continuity(3)) if row.code == "AMD.US" else (None, None))
    return desk


def test_each_step_stands_in_a_line_of_its_own(proven_desk) -> None:
    tip = rest(proven_desk, 0, STATE)
    assert tip.isVisible()
    wanted = numbers.time_of_day_ms(proven_desk.clock.utc_s(proven_desk.clock.now_s() - 15.0))
    assert tip.words().splitlines() == [
        "AMD.US no tick yet, 15 s after it was asked for",
        f"Wanted {wanted}",
        "Sent +0.057 s with 15 more in one request",
        "Acknowledged +0.114 s proves the request, not each symbol",
        "First tick 14 s so far",
        "3 ticks",
    ]
    assert [line[0].mark for line in tip.lines[1:5]] == ["check", "check", "check", "pending"]
    assert proven_desk.window.panel.rect().contains(tip.geometry())


@pytest.mark.parametrize("end", ["move", "leave", "press", "banner"])
def test_it_goes_when_the_pointer_does_anything(proven_desk, end: str) -> None:
    tip = rest(proven_desk, 0, STATE)
    viewport = proven_desk.table.viewport()
    if end == "move":
        move(viewport, QPoint(500, 100))
        move(viewport, QPoint(510, 110))
    elif end == "banner":
        proven_desk.window.show_links((LinkStatus("demo", "demo", LinkState.WAITING, 990.0, "cut"),))
        proven_desk.settle()
    elif end == "press":
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(500, 10))
    else:
        QApplication.sendEvent(viewport, QEvent(QEvent.Type.Leave))
    assert not tip.isVisible()


def test_other_cells_and_rows_without_a_proof_have_the_plain_text(proven_desk, monkeypatch) -> None:
    shown = []
    monkeypatch.setattr("quotedesk.ui.table.input.QToolTip.showText", lambda place, text, *more: shown.append(text))
    assert not rest(proven_desk, 0, STATE + 1).isVisible()
    assert not rest(proven_desk, 1, STATE).isVisible()
    assert len(shown) == 2
    assert "Wanted" in shown[0]

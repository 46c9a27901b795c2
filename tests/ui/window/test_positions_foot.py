"""The foot of the table: when it is there, what it says, and how seldom it looks."""

from decimal import Decimal

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from quotedesk.lists.book_edits import SetPositions
from quotedesk.lists.positions import Held
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState, RowStatus
from quotedesk.ui.window.positions_foot import FOOT_PX

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def instrument(code: str) -> Instrument:
    return Instrument("demo", code)


def held(**positions: tuple[str, str | None]) -> Held:
    return Held(
        {
            instrument(code.replace("_", ".").removeprefix("n")): Position(Decimal(many), cost and Decimal(cost))
            for code, (many, cost) in positions.items()
        }
    )


def quote(desk, code: str, **said: str) -> None:
    numbers = {name: number(text) for name, text in said.items()}
    live = RowStatus(code, RowState.LIVE, desk.clock.now_s())
    desk.quotes.apply(Batch("demo", [Quote(code=code, **numbers)], desk.clock.now_s(), (), (live,)))
    desk.window.wake()


def look(desk, after_s: float = 1.0):
    desk.clock.advance(after_s)
    desk.window.panel.foot.look()
    return desk.window.panel.foot


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "700.HK", "B.US", "USDHKD")
    desk.book.hold(held(A_US=("100", "9.5"), n700_HK=("10", "70"), B_US=("5", None)))
    quote(desk, "A.US", last="10.25", prev_close="10")
    quote(desk, "700.HK", last="78", prev_close="80")
    quote(desk, "B.US", last="4", prev_close="4")
    look(desk)
    return desk


def test_there_is_no_foot_until_something_in_the_list_is_held(open_desk) -> None:
    desk = open_desk("A.US")
    panel = desk.window.panel
    height = panel.table.height()
    assert not panel.foot.isVisible()
    desk.undo.push(SetPositions({instrument("X.US"): Position(Decimal(1))}))
    assert not panel.foot.isVisible(), "it is held, but not in this list"
    desk.undo.push(SetPositions({instrument("A.US"): Position(Decimal(1))}))
    assert panel.foot.isVisible()
    assert panel.table.height() == height - FOOT_PX
    assert panel.foot.geometry().bottom() == panel.rect().bottom()
    desk.undo.stack.undo()
    assert (panel.foot.isVisible(), panel.table.height()) == (False, height)


def test_sums_and_what_is_left_out_of_them(desk) -> None:
    foot = desk.window.panel.foot
    assert foot.said == ("P/L +75.00 (+7.89 %), Day +25.00, Value 1,045.00, 1 left out: no rate for HKD; P/L without 1")
    assert foot.accessibleName() == f"Totals in USD: {foot.said}"
    assert foot.tip().splitlines() == [
        "2 positions of this list, in USD",
        "Left out, as no row is a rate for HKD (add HKDUSD or USDHKD to the list): 700.HK",
        "Day counts from the previous close (2)",
        "Not in P/L, as their cost is not known: B.US",
    ]
    quote(desk, "B.US", last="4", prev_close="", open_24h="4")
    look(desk)
    assert "Day counts from the previous close (1), the price 24 hours ago (1)" in foot.tip()
    quote(desk, "USDHKD", last="7.8")
    look(desk)
    assert foot.said == "P/L +85.26 (+8.20 %), Day +22.44, Value 1,145.00, P/L without 1"
    assert "HKD by USDHKD at 7.8" in foot.tip()


def test_one_wrong_price_turns_no_total_round(desk) -> None:
    quote(desk, "A.US", last="0.01")
    foot = look(desk)
    assert foot.said == "P/L --, Day 0.00, Value 20.00, 2 left out: 1 no rate for HKD, 1 in doubt"
    assert "Left out, price jumped, not confirmed yet: A.US" in foot.tip()
    quote(desk, "A.US", last="10.26")
    assert look(desk).said.startswith("P/L +76.00")


def test_a_price_that_stands_is_counted_by_the_clock_alone(desk) -> None:
    """No price need come for the foot to look again while one is in doubt."""
    quote(desk, "A.US", last="20")
    look(desk)
    quote(desk, "A.US", last="20", bid="19")
    desk.clock.advance(30)
    foot = desk.window.panel.foot
    desk.qtbot.waitUntil(lambda: foot.said.startswith("P/L +1,050.00"))


@pytest.mark.parametrize(
    "state", [RowState.STALE, RowState.OFFLINE, RowState.PARKED, RowState.REFUSED, RowState.HALTED]
)
def test_a_state_that_is_left_out_is_named(desk, state: RowState) -> None:
    desk.mark(state, "A.US")
    assert "1 in doubt" in look(desk).said
    assert f"Left out, {state.word}: A.US" in desk.window.panel.foot.tip()


def test_a_delayed_price_is_counted_and_said(desk) -> None:
    desk.mark(RowState.DELAYED, "A.US", reason="15 min")
    foot = look(desk)
    assert "Value 1,045.00" in foot.said
    assert "1 delayed" in foot.said
    assert "With delayed prices: A.US" in foot.tip()


def test_the_key_hides_all_amounts_in_all_windows_and_shows_them_again(desk) -> None:
    arranged = []
    desk.window.arranged.connect(lambda: arranged.append(1))
    foot = desk.window.panel.foot
    QTest.keyClick(desk.table, Qt.Key.Key_H, CTRL_ALT)
    assert desk.book.held.is_hidden
    assert foot.said == "Amounts hidden, Ctrl+Alt+H shows them, 1 left out: no rate for HKD; P/L without 1"
    assert desk.window.positions_menu.hide_amounts.isChecked()
    assert arranged == [1], "it is kept"
    QTest.keyClick(desk.table, Qt.Key.Key_H, CTRL_ALT)
    assert foot.said.startswith("P/L +75.00")
    assert not desk.window.positions_menu.hide_amounts.isChecked()


def test_the_currency_of_totals_is_chosen_and_kept(desk) -> None:
    foot = desk.window.panel.foot
    quote(desk, "USDHKD", last="8")
    foot._fill_menu()
    actions = {action.text(): action for action in foot._menu.actions()}
    assert list(actions)[2:4] == ["USD", "HKD"]
    actions["HKD"].trigger()
    assert desk.book.held.currency == "HKD"
    assert foot.accessibleName().startswith("Totals in HKD: P/L +680.00")
    foot._fill_menu()
    assert [action.text() for action in foot._menu.actions() if action.isChecked()] == ["HKD"]
    actions = {action.text(): action for action in foot._menu.actions()}
    actions["As most rows have it"].trigger()
    assert desk.book.held.currency == ""


def test_what_has_no_room_is_said_shorter_and_what_is_left_out_is_always_said(desk) -> None:
    """The most wanted stays; a picture of each width shows ink in the colour of a warning."""
    foot = desk.window.panel.foot
    for width in (1000, 640, 480, 380, 300):
        desk.window.resize(width, 400)
        desk.settle()
        image = foot.grab().toImage()
        pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        assert any(each.red() > each.green() > 1.5 * each.blue() for each in pixels), f"{width}: nothing amber"
        assert any(each.green() > 1.5 * each.red() for each in pixels), f"{width}: nothing green"


def test_a_tooltip_of_now_is_shown(desk) -> None:
    foot = desk.window.panel.foot
    at = QPoint(200, 10)
    QApplication.sendEvent(foot, QHelpEvent(QHelpEvent.Type.ToolTip, at, foot.mapToGlobal(at)))
    assert QToolTip.text() == foot.tip()
    QToolTip.hideText()


def test_it_looks_a_few_times_a_second_and_never_without_positions(desk, monkeypatch) -> None:
    foot, looks = desk.window.panel.foot, []
    now = foot._totals.now
    monkeypatch.setattr(foot._totals, "now", lambda *args: looks.append(1) or now(*args))
    for _ in range(50):
        foot.refresh()
    assert not looks, "soon, and once"
    desk.qtbot.waitUntil(lambda: looks == [1])
    desk.book.hold(Held())
    looks.clear()
    foot.refresh()
    assert not foot._timer.isActive()
    foot.look()
    assert not looks


def test_another_list_has_totals_of_its_own(desk) -> None:
    foot = desk.window.panel.foot
    other = desk.window.list_menu.add("Other", (instrument("700.HK"),), "demo")
    desk.window.list_menu.show_list(other)
    assert foot.accessibleName().startswith("Totals in HKD: P/L +80.00")
    assert "Held, and not in this list: A.US, B.US" in foot.tip()
    empty = desk.window.list_menu.add("Empty", (), "demo")
    desk.window.list_menu.show_list(empty)
    assert not foot.isVisible()

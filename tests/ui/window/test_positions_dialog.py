"""The editor of a position, by keys."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from quotedesk.lists.positions import Held
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position
from quotedesk.ui.window.positions_dialog import PositionDialog

KEY = Qt.Key
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
A = Instrument("demo", "A.US")


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US", "MINE")
    desk.tick("A.US", 10.0)
    desk.select(0)
    return desk


def begin(desk, row: int = 0) -> PositionDialog:
    desk.select(row)
    QTest.keyClick(desk.table, KEY.Key_Q, CTRL_SHIFT)
    (dialog,) = [each for each in desk.window.findChildren(PositionDialog) if each.isVisible()]
    return dialog


def fill(dialog: PositionDialog, quantity: str, cost: str) -> str:
    for field, text in ((dialog.quantity, quantity), (dialog.cost, cost)):
        field.clear()
        field.insert(text)  # QTest types no €
    return dialog.told.text()


def test_a_position_is_typed_read_back_at_once_kept_and_undone(desk) -> None:
    dialog = begin(desk)
    assert dialog.windowTitle() == "Position in A.US"
    assert dialog.told.text() == "Say how many you hold."
    told = fill(dialog, "1,200", "9.50")
    assert told == "1,200 at 9.5 USD.\nWorth 12,000.00 at 10.00.\nP/L +600.00 (+5.26 %)."
    QTest.keyClick(dialog.cost, KEY.Key_Return)
    assert desk.book.held.positions == {A: Position(Decimal(1200), Decimal("9.50"))}
    assert desk.window.panel.foot.isVisible()
    assert desk.table.hasFocus()
    desk.undo.stack.undo()
    assert desk.book.held.positions == {}
    assert not desk.window.panel.foot.isVisible()


@pytest.mark.parametrize(
    ("quantity", "cost", "position"),
    [
        ("-50", "", Position(Decimal(-50))),
        ("(50)", "3", Position(Decimal(-50), Decimal(3))),
        ("1.200,5", "182,35", Position(Decimal("1200.5"), Decimal("182.35"))),
        ("0.25", "$61,234.50", Position(Decimal("0.25"), Decimal("61234.50"))),
    ],
)
def test_amounts_are_read_as_people_write_them(desk, quantity: str, cost: str, position: Position) -> None:
    dialog = begin(desk)
    fill(dialog, quantity, cost)
    QTest.keyClick(dialog.quantity, KEY.Key_Return)
    assert desk.book.held.positions == {A: position}


@pytest.mark.parametrize(
    ("quantity", "cost", "told"),
    [
        ("abc", "", "“abc” is no number: write it like 1234.5"),
        ("", "5", "Say how many you hold."),
        ("5", "€3", "That cost is in EUR; A.US has its price in USD."),
        ("1e20", "", "A number has at most 15 digits before its point."),
    ],
)
def test_what_is_wrong_is_said_and_not_kept(desk, quantity: str, cost: str, told: str) -> None:
    dialog = begin(desk)
    assert fill(dialog, quantity, cost) == told
    assert dialog.told.property("colour") == "error"
    assert not dialog.keep.isEnabled()
    QTest.keyClick(dialog.quantity, KEY.Key_Return)
    assert dialog.isVisible()
    assert not desk.book.held.positions


def test_a_position_is_changed_and_removed(desk) -> None:
    desk.book.hold(Held({A: Position(Decimal("1200.5"), Decimal("9.25"))}))
    dialog = begin(desk)
    assert (dialog.quantity.text(), dialog.cost.text()) == ("1200.5", "9.25")
    assert fill(dialog, "0", "") == "No position: Keep removes it."
    QTest.keyClick(dialog.quantity, KEY.Key_Return)
    assert not desk.book.held.positions
    desk.undo.stack.undo()
    dialog = begin(desk)
    dialog.remove.click()
    assert not desk.book.held.positions


def test_nothing_typed_is_no_edit(desk) -> None:
    QTest.keyClick(begin(desk).quantity, KEY.Key_Return)
    assert desk.undo.stack.count() == 0


def test_a_currency_that_is_not_known_is_said(desk) -> None:
    dialog = begin(desk, 2)
    assert fill(dialog, "5", "") == "5 in a currency that is not known, so it is in no total."


def test_hidden_amounts_are_hidden_here_too(desk) -> None:
    desk.book.hold(Held({A: Position(Decimal(777), Decimal(3))}, is_hidden=True))
    dialog = begin(desk)
    assert dialog.quantity.echoMode() == dialog.cost.echoMode() == QLineEdit.EchoMode.Password
    assert "777" not in dialog.told.text()
    assert "777" not in dialog.quantity.displayText()
    desk.book.hold(Held(desk.book.held.positions))
    desk.qtbot.waitUntil(lambda: dialog.quantity.echoMode() == QLineEdit.EchoMode.Normal)

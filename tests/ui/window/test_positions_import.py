"""The preview of a table of positions, and what comes of it."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox

from quotedesk.lists.positions import Held
from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position
from quotedesk.ui.table.numbers import HIDDEN
from quotedesk.ui.window.positions_import import PositionsImport
from tests.ui.conftest import texts

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
TABLE = """Symbol,Quantity,Average cost
A.US,100,182.35
B.US,(50),"1,020.10"
NEW.US,5,€3
C.US,abc,5
Total,,5000
"""
ROLE = Qt.ItemDataRole


def instrument(code: str) -> Instrument:
    return Instrument("demo", code)


@pytest.fixture
def desk(open_desk):
    return open_desk("A.US", "C.US")


def opened(desk, text: str = TABLE) -> PositionsImport:
    desk.window.positions_menu.read(text, "positions.csv")
    (dialog,) = [each for each in desk.window.findChildren(PositionsImport) if each.isVisible()]
    desk.qtbot.waitUntil(lambda: not dialog._timer.isActive())
    return dialog


def rows(dialog: PositionsImport) -> list[list[str]]:
    model = dialog.lines.model()
    return [[model.data(model.index(row, at)) for at in range(2, 6)] for row in range(model.rowCount())]


def test_each_line_says_what_was_read_and_nothing_changes_until_import(desk) -> None:
    dialog = opened(desk)
    assert rows(dialog) == [
        ["", "", "", "passed over: the header"],
        ["A.US", "100", "182.35", "new"],
        ["B.US", "−50", "1,020.1", "new"],
        ["NEW.US", "5", "3", "not sure: the cost is in EUR, NEW.US has its price in USD"],
        ["C.US", "", "", "not read: “abc” is no number: write it like 1234.5"],
        ["", "", "", "passed over: a total, or cash"],
    ]
    assert dialog.counts.full == "6 lines: 2 new, 1 not sure, 2 passed over, 1 not read"
    assert not desk.book.held.positions
    dialog.only_bad.setChecked(True)
    assert [row[0] for row in rows(dialog)] == ["NEW.US", "C.US"]


def test_import_takes_what_is_sure_and_adds_its_rows_in_one_step(desk) -> None:
    told = texts(desk.window.positions_menu.noticed)
    dialog = opened(desk)
    dialog.accept_button.click()
    assert desk.book.held.positions == {
        instrument("A.US"): Position(Decimal(100), Decimal("182.35")),
        instrument("B.US"): Position(Decimal(-50), Decimal("1020.10")),
    }
    assert desk.codes == ["A.US", "C.US", "B.US"]
    assert told == ["2 positions taken, 1 added to the list, 2 lines left out"]
    assert "100" not in told[0]
    desk.undo.stack.undo()
    assert (desk.book.held.positions, desk.codes) == ({}, ["A.US", "C.US"])


def test_boxes_take_what_is_not_sure_and_leave_out_what_is(desk) -> None:
    dialog = opened(desk)
    model = dialog.lines.model()
    for row, state in ((1, Qt.CheckState.Unchecked), (3, Qt.CheckState.Checked)):
        index = model.index(row, 2)
        assert model.flags(index) & Qt.ItemFlag.ItemIsUserCheckable
        assert model.setData(index, state, ROLE.CheckStateRole)
    assert not model.flags(model.index(4, 2)) & Qt.ItemFlag.ItemIsUserCheckable
    dialog.add_rows.setChecked(False)
    dialog.accept_button.click()
    assert {each.code for each in desk.book.held.positions} == {"B.US", "NEW.US"}
    assert desk.codes == ["A.US", "C.US"]


def test_what_is_not_in_it_may_go(desk) -> None:
    old = Position(Decimal(1))
    desk.book.hold(Held({instrument("OLD.US"): old, instrument("A.US"): Position(Decimal(100), Decimal("182.35"))}))
    dialog = opened(desk)
    assert rows(dialog)[1][3] == "as it is"
    dialog.only_these.setChecked(True)
    assert "1 will be removed" in dialog.counts.full
    dialog.accept_button.click()
    assert {each.code for each in desk.book.held.positions} == {"A.US", "B.US"}


def test_lots_of_both_sides_cannot_come_in_together(desk) -> None:
    dialog = opened(desk, "Symbol,Quantity,Average cost\nA.US,100,1.5\nA.US,-5,2\n")
    model = dialog.lines.model()
    model.setData(model.index(2, 2), Qt.CheckState.Checked, ROLE.CheckStateRole)
    assert dialog.counts.full == "Lots that are long and short"
    assert not dialog.accept_button.isEnabled()


def test_what_is_no_table_says_so_and_cannot_be_imported(desk) -> None:
    dialog = opened(desk, "hello world")
    assert dialog.counts.full.startswith("There is no column of symbols in it.")
    assert not dialog.accept_button.isEnabled()
    dialog._buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert not dialog.isVisible()


def test_a_long_table_is_read_while_the_desk_goes_on(desk) -> None:
    text = "Symbol,Quantity,Average cost\n" + "".join(f"S{at}.US,{at + 1},1.5\n" for at in range(3000))
    desk.window.positions_menu.read(text, "long.csv")
    (dialog,) = [each for each in desk.window.findChildren(PositionsImport) if each.isVisible()]
    assert dialog._timer.isActive()
    desk.qtbot.waitUntil(lambda: not dialog._timer.isActive(), timeout=20_000)
    assert dialog.lines.model().rowCount() == 3001
    dialog.close()


def test_hidden_amounts_are_hidden_in_the_preview(desk) -> None:
    desk.book.hold(Held(is_hidden=True))
    dialog = opened(desk)
    model = dialog.lines.model()
    shown = [
        model.data(model.index(row, at), role)
        for row in range(model.rowCount())
        for at in range(6)
        for role in (ROLE.DisplayRole, ROLE.ToolTipRole)
    ]
    assert HIDDEN in shown
    assert not any(secret in text for text in shown for secret in ("100", "182", "1,020", "5000"))

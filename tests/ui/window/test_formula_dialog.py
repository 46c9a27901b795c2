"""The editor of a formula, by keys."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from quotedesk.lists.saved import ColumnFormula, FormulaColour
from quotedesk.market.batch import Batch
from quotedesk.market.number import of_float
from quotedesk.market.quote import Quote
from quotedesk.ui.editing.completion import Completion
from quotedesk.ui.window.columns_panel import ColumnsPanel
from quotedesk.ui.window.formula_dialog import FormulaDialog

KEY = Qt.Key
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US")
    desk.settle()
    quote(desk, "A.US", last=10.0, bid=9.0, ask=11.0, high=20.0)
    desk.select(0)
    return desk


def quote(desk, code: str, **said: float) -> None:
    numbers = {name: of_float(value, 2) for name, value in said.items()}
    desk.quotes.apply(Batch("demo", [Quote(code=code, **numbers)], desk.clock.now_s()))
    desk.window.wake()


def opened(desk) -> FormulaDialog:
    (dialog,) = [each for each in desk.window.findChildren(FormulaDialog) if each.isVisible()]
    return dialog


def begin(desk) -> FormulaDialog:
    QTest.keyClick(desk.table, KEY.Key_E, CTRL_SHIFT)
    return opened(desk)


def test_a_formula_is_typed_seen_at_once_in_the_current_row_and_kept(desk) -> None:
    dialog = begin(desk)
    QTest.keyClicks(dialog.name, "Wide  spread")
    QTest.keyClicks(dialog.text, "(ask - bid) / last")
    assert dialog.told.text() == "A.US: 0.20, from ask 11.00, bid 9.00, last 10.00, the newest 0 s old"
    QTest.keyClick(dialog.text, KEY.Key_Return)
    assert desk.book.formulas == (ColumnFormula("Wide spread", "(ask - bid) / last", 2),)
    model = desk.window.panel.model
    assert model.columns[-1].title == "Wide spread"
    assert [model.data(model.index(row, len(model.columns) - 1)) for row in (0, 1)] == ["0.20", "--"]
    tip = model.data(model.index(0, len(model.columns) - 1), Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith(
        "Wide spread 0.20 = (ask - bid) / last\nask 11.00, bid 9.00, last 10.00, the newest 0 s old\n"
    )
    desk.undo.stack.undo()
    assert desk.book.formulas == ()
    assert "Wide spread" not in desk.table.header.order()


def test_the_preview_follows_the_prices(desk) -> None:
    dialog = begin(desk)
    QTest.keyClicks(dialog.name, "Mine")
    QTest.keyClicks(dialog.text, "last * 2")
    assert dialog.told.text().startswith("A.US: 20.00")
    quote(desk, "A.US", last=30.0)
    desk.qtbot.waitUntil(lambda: dialog.told.text().startswith("A.US: 60.00"))
    dialog.text.setText("last / 0")
    desk.qtbot.waitUntil(lambda: dialog.told.text().endswith("an input is unknown, or something is divided by 0"))


def test_what_is_wrong_stands_below_at_its_place_and_is_not_kept(desk) -> None:
    dialog = begin(desk)
    assert dialog.told.text().startswith("Write what to calculate")
    assert dialog.told.property("colour") == "t2", "nothing is wrong yet"
    assert not dialog.keep.isEnabled()
    QTest.keyClicks(dialog.text, "last + lst")
    assert dialog.told.text() == "Character 8: there is no field or formula “lst”; do you mean last?"
    assert dialog.told.property("colour") == "error"
    assert not dialog.keep.isEnabled()
    QTest.keyClick(dialog.text, KEY.Key_Return)
    assert desk.book.formulas == ()
    dialog.text.setText("last + 1")
    assert "Give it a name" in dialog.told.text()
    dialog.name.setText("Last")
    assert "There is a column" in dialog.told.text()
    dialog.name.setText("Fine")
    assert dialog.keep.isEnabled()
    dialog.text.setText("(" * 10_000)
    assert "at most 1,000 characters, not 10,000" in dialog.told.text()
    QTest.keyClick(dialog.text, KEY.Key_Escape)
    assert desk.book.formulas == ()


def test_names_are_completed_while_typing_and_enter_takes_one_before_it_keeps(desk) -> None:
    dialog = begin(desk)
    (names,) = dialog.findChildren(Completion)
    QTest.keyClicks(dialog.name, "Mine")
    QTest.keyClicks(dialog.text, "as")
    assert [each.text for each in names.shown] == ["ask", "ask_size", "last", "base"]
    QTest.keyClick(dialog.text, KEY.Key_Tab)
    QTest.keyClicks(dialog.text, " - prev")
    assert [each.text for each in names.shown] == ["prev_close"]
    QTest.keyClick(dialog.text, KEY.Key_Return)
    assert dialog.text.text() == "ask - prev_close"
    assert desk.book.formulas == ()
    QTest.keyClick(dialog.text, KEY.Key_Return)
    assert [each.text for each in desk.book.formulas] == ["ask - prev_close"]


def test_a_function_and_another_formula_are_completed_and_a_whole_name_waits_for_nothing(desk) -> None:
    desk.book.calculate([ColumnFormula("My own", "last")])
    dialog = begin(desk)
    (names,) = dialog.findChildren(Completion)
    QTest.keyClicks(dialog.name, "Mine")
    QTest.keyClicks(dialog.text, "rou")
    QTest.keyClick(dialog.text, KEY.Key_Tab)
    QTest.keyClicks(dialog.text, "my_")
    QTest.keyClick(dialog.text, KEY.Key_Tab)
    assert dialog.text.text() == "round(my_own"
    dialog.text.clear()
    QTest.keyClicks(dialog.text, "bid")  # there is bid_size, too
    assert not names.isHidden()
    QTest.keyClick(dialog.text, KEY.Key_Return)
    assert desk.book.formulas[-1] == ColumnFormula("Mine", "bid", 2)


def test_decimals_and_colours_are_chosen_and_come_back(desk) -> None:
    dialog = begin(desk)
    dialog.name.setText("Mine")
    dialog.text.setText("change_pct")
    dialog.decimals.setCurrentIndex(0)
    assert not dialog.high.isVisible()
    dialog.colour.setCurrentIndex(2)
    assert dialog.high.isVisible()
    dialog.high.setText("x")
    assert "“x” is no number: colour" in dialog.told.text()
    dialog.high.setText("2.5")
    dialog.low.setText("−1")
    dialog.keep.click()
    kept = ColumnFormula("Mine", "change_pct", None, FormulaColour.VALUE, 2.5, -1.0)
    assert desk.book.formulas == (kept,)
    QTest.keyClick(desk.table, KEY.Key_C, CTRL_SHIFT)
    (panel,) = desk.window.findChildren(ColumnsPanel)
    panel.columns.setCurrentRow(len(desk.window.panel.model.columns) - 1)
    assert panel.columns.currentItem().text() == "Mine (formula)"
    QTest.keyClick(panel.columns, KEY.Key_F2)
    dialog = opened(desk)
    assert dialog.formula() == kept
    dialog.colour.setCurrentIndex(1)
    dialog.keep.click()
    assert desk.book.formulas[0].colour is FormulaColour.SIGN
    desk.undo.stack.undo()
    assert desk.book.formulas == (kept,)


def test_it_is_removed_and_comes_back_by_undo(desk) -> None:
    desk.book.calculate([ColumnFormula("Mine", "last")])
    desk.watchlist.show_columns(("Symbol", "Mine"))
    QTest.keyClick(desk.table, KEY.Key_C, CTRL_SHIFT)
    (panel,) = desk.window.findChildren(ColumnsPanel)
    panel.columns.setCurrentRow(1)
    QTest.keyClick(panel.columns, KEY.Key_F2)
    opened(desk).remove.click()
    assert desk.book.formulas == ()
    assert "Mine" not in [panel.columns.item(row).text() for row in range(panel.columns.count())]
    desk.undo.stack.undo()
    assert desk.table.header.order() == ("Symbol", "Mine")


def test_a_formula_cannot_come_to_need_itself(desk) -> None:
    mine, other = ColumnFormula("Mine", "last"), ColumnFormula("Other", "mine + 1")
    desk.book.calculate([mine, other])
    desk.watchlist.show_columns(("Symbol", "Mine"))
    QTest.keyClick(desk.table, KEY.Key_C, CTRL_SHIFT)
    (panel,) = desk.window.findChildren(ColumnsPanel)
    panel.columns.setCurrentRow(1)
    QTest.keyClick(panel.columns, KEY.Key_F2)
    dialog = opened(desk)
    dialog.text.setText("other * 2")
    assert "in a circle" in dialog.told.text() or "no field or formula" in dialog.told.text()
    assert not dialog.keep.isEnabled()


def test_without_rows_it_says_how_to_see_something(open_desk) -> None:
    desk = open_desk("A.US")
    desk.select(0)
    QTest.keyClick(desk.table, KEY.Key_Delete)
    desk.settle()
    dialog = begin(desk)
    dialog.name.setText("Mine")
    dialog.text.setText("last")
    assert "Choose a row" in dialog.told.text()

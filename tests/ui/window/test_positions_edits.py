"""Positions as edits: undone in one step, and the first one brings its columns."""

from decimal import Decimal

import pytest

from quotedesk.market.instrument import Instrument
from quotedesk.market.position import Position
from quotedesk.ui.window.positions_edits import PositionEdits

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ONE = Position(Decimal(1), Decimal(2))


def instrument(code: str) -> Instrument:
    return Instrument("demo", code)


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US", show=False)
    desk.edits = PositionEdits(desk.book, desk.undo, desk.window.panel.model)
    return desk


def titles(desk) -> list[str]:
    return [each.title for each in desk.window.panel.model.columns]


def test_the_first_position_brings_its_columns_and_undo_takes_both(desk) -> None:
    before = titles(desk)
    assert desk.edits.put({instrument("A.US"): ONE})
    assert titles(desk) == [
        *("Symbol", "State", "Last", "Chg", "Chg %", "Quantity", "P/L", "Value", "Day P/L", "Size", "Trend", "Time"),
    ]
    desk.undo.stack.undo()
    assert titles(desk) == before
    assert not desk.book.held.positions
    desk.undo.stack.redo()
    assert "Quantity" in titles(desk)


def test_columns_that_were_chosen_stay_as_they_are(desk) -> None:
    desk.watchlist.show_columns(("Symbol", "Last", "P/L"))
    desk.edits.put({instrument("A.US"): ONE})
    assert titles(desk) == ["Symbol", "Last", "P/L"]
    desk.watchlist.show_columns(("Symbol", "Last"))
    desk.edits.put({instrument("B.US"): ONE})
    assert titles(desk) == ["Symbol", "Last"], "it is the second one: whoever took the columns away wants none"


def test_rows_come_along_in_the_same_step(desk) -> None:
    new = instrument("C.US")
    assert desk.edits.put({new: ONE, instrument("A.US"): ONE}, [new, instrument("A.US")])
    assert desk.codes == ["A.US", "B.US", "C.US"]
    assert len(desk.book.held.positions) == 2
    desk.undo.stack.undo()
    assert desk.codes == ["A.US", "B.US"]
    assert desk.undo.stack.count() == 1


def test_what_changes_nothing_is_no_edit(desk) -> None:
    assert not desk.edits.put({instrument("A.US"): None})
    desk.edits.put({instrument("A.US"): ONE})
    assert not desk.edits.put({instrument("A.US"): ONE}, [instrument("B.US")])
    assert desk.undo.stack.count() == 1


def test_the_words_of_an_edit_name_no_amount(desk) -> None:
    desk.edits.put({instrument("A.US"): Position(Decimal(777))})
    assert desk.undo.stack.undoText() == "position in A.US"
    desk.edits.put({instrument("A.US"): None})
    assert desk.undo.stack.undoText() == "no position in A.US"


def test_to_hide_is_no_edit(desk) -> None:
    desk.edits.hide(True)
    desk.edits.count_in("EUR")
    assert (desk.book.held.is_hidden, desk.book.held.currency, desk.undo.stack.count()) == (True, "EUR", 0)


def test_each_list_has_its_first_position(desk) -> None:
    desk.edits.put({instrument("A.US"): ONE})
    desk.window.list_menu.show_list(desk.window.list_menu.add("Other", (instrument("C.US"),), "demo"))
    assert "Quantity" not in titles(desk)
    desk.edits.put({instrument("C.US"): ONE})
    assert "Quantity" in titles(desk)


def test_without_a_trend_the_columns_stand_together(desk) -> None:
    desk.watchlist.show_columns(("Symbol", "Last", "Time"))
    desk.edits.put({instrument("A.US"): ONE})
    assert titles(desk) == ["Symbol", "Last", "Quantity", "P/L", "Value", "Day P/L", "Time"]

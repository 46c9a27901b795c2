"""Formulas are edited: one step of undo each."""

import pytest

from quotedesk.lists.saved import ColumnFormula
from quotedesk.ui.table.columns import USUAL
from quotedesk.ui.window.formula_edits import FormulaEdits

HALF, TWICE = ColumnFormula("Half", "last / 2"), ColumnFormula("Twice it", "half * 4")


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "B.US")
    desk.book.calculate([HALF])
    desk.edits = FormulaEdits(desk.book, desk.undo, desk.window.panel.model)
    return desk


def titles(desk) -> list[str]:
    return [column.title for column in desk.window.panel.model.columns]


def test_a_new_one_is_shown_in_the_list_and_undone_in_one_step(desk) -> None:
    usual = [column.title for column in USUAL]
    desk.edits.keep(TWICE, None)
    assert desk.book.formulas == (HALF, TWICE)
    assert titles(desk) == [*usual, "Twice it"]
    desk.undo.stack.undo()
    assert (desk.book.formulas, titles(desk)) == ((HALF,), usual)
    desk.undo.stack.redo()
    assert titles(desk) == [*usual, "Twice it"]


def test_renaming_goes_along_in_all_lists_and_is_undone(desk) -> None:
    desk.watchlist.show_columns(("Symbol", "Half", "Last"))
    new = ColumnFormula("A half", "last / 2", 3)
    desk.edits.keep(new, HALF)
    assert (desk.book.formulas, titles(desk)) == ((new,), ["Symbol", "A half", "Last"])
    desk.undo.stack.undo()
    assert (desk.book.formulas, titles(desk)) == ((HALF,), ["Symbol", "Half", "Last"])
    desk.edits.keep(HALF, HALF)
    assert not desk.undo.stack.canUndo(), "nothing changed"


def test_what_is_removed_leaves_its_place_for_its_return_and_the_order_goes(desk) -> None:
    desk.watchlist.show_columns(("Symbol", "Half", "Last"))
    model = desk.window.panel.model
    model.sort_by(model.own()["Half"], is_descending=True)
    desk.edits.remove(HALF)
    assert (desk.book.formulas, titles(desk), model.sorted_by) == ((), ["Symbol", "Last"], None)
    desk.undo.stack.undo()
    assert titles(desk) == ["Symbol", "Half", "Last"]


def test_a_formula_that_changes_keeps_the_order_by_it(desk) -> None:
    model = desk.window.panel.model
    desk.tick("A.US", 1.0)
    desk.tick("B.US", 2.0)
    model.sort_by(model.own()["Half"], is_descending=True)
    assert [each.code for each in model.rows] == ["B.US", "A.US"]
    desk.edits.keep(ColumnFormula("Half", "-last"), HALF)
    assert model.sorted_by == (model.own()["Half"], True)
    assert [each.code for each in model.rows] == ["A.US", "B.US"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "Give it a name"),
        ("x" * 41, "at most 40"),
        ("last", "There is a column"),
        ("chg%", "There is a column"),
        ("half", "There is a column"),
        ("Half!", "“half” means something else"),
        ("Mid", "“mid” means something else"),
        ("Max", "“max” means something else"),
        ("Not", "“not” means something else"),
        ("Mine", ""),
        ("%", ""),
    ],
)
def test_a_name_must_be_free(desk, name: str, why: str) -> None:
    assert why in desk.edits.doubt(name, None)
    assert bool(why) == bool(desk.edits.doubt(name, None))


def test_its_own_name_is_free(desk) -> None:
    assert desk.edits.doubt("Half", desk.book.formulas[0]) == ""

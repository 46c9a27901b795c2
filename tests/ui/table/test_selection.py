"""Which rows are chosen after an edit, and in which window."""

from quotedesk.lists.edits import Insert, Remove
from quotedesk.lists.section import new_section
from quotedesk.market.instrument import Instrument


def chosen(desk) -> list[str]:
    return [getattr(row, "code", "") or row.name for row in desk.window.panel.selecting.rows()]


def test_what_came_is_chosen_and_after_a_removal_the_row_that_took_the_place(open_desk) -> None:
    desk = open_desk()
    desk.window.panel.rows.push(Insert(((1, Instrument("demo", "X.US")), (3, new_section("x")))))
    assert chosen(desk) == ["X.US", "x"]
    desk.window.panel.rows.push(Remove((desk.watchlist[1],)))
    assert chosen(desk) == ["B.US"]


def test_an_edit_of_another_window_chooses_nothing_here(open_desk) -> None:
    desk = open_desk()
    desk.select(3)
    desk.undo.active_window = desk.add_line  # anything but this window
    desk.window.panel.rows.push(Insert(((0, Instrument("demo", "X.US")),)))
    assert chosen(desk) == ["D.US"]
    desk.undo.active_window = desk.window
    desk.undo.stack.undo()
    desk.undo.stack.redo()
    assert chosen(desk) == ["X.US"]


def test_what_is_not_shown_cannot_be_chosen(open_desk) -> None:
    desk = open_desk("A.US", "B.US")
    section = new_section("x")
    desk.window.panel.rows.push(Insert(((1, section),)))
    desk.watchlist.fold(section, True)
    desk.window.panel.selecting.select([desk.watchlist[2]])
    assert chosen(desk) == ["x"]

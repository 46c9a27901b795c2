"""A list is found again as it was left."""

from quotedesk.market.instrument import Instrument
from quotedesk.ui.table.columns import sorting


def test_order_choice_and_place_come_back_and_those_of_deleted_lists_are_forgotten(open_desk) -> None:
    desk = open_desk(*(f"S{row:02}.US" for row in range(60)))
    first = desk.window.watchlist
    desk.window.sort("Symbol:desc")
    desk.select(30, 31)
    desk.table.verticalScrollBar().setValue(500)
    other = desk.window.list_menu.add("Metals", [Instrument("demo", "GOLD")])
    assert desk.window.panel.views.sortings() == {"Watchlist": sorting("Symbol:desc"), "Metals": None}
    desk.window.list_menu.show_list(first)
    assert [row.code for row in desk.window.panel.selecting.rows()] == ["S29.US", "S28.US"]
    assert desk.table.verticalScrollBar().value() == 500
    assert desk.table.model().sorted_by == sorting("Symbol:desc")
    desk.window.list_menu.show_list(other)
    desk.window.list_menu.delete()
    assert list(desk.window.panel.views.sortings()) == ["Watchlist"]

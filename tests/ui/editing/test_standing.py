"""What is said of a symbol before it is added."""

from PySide6.QtTest import QTest

from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.ui.editing.completion import Completion

NVIDIA = Instrument("demo", "NVDA.US")


def standing(desk, text: str) -> list[tuple[str, bool, str]]:
    desk.add_line.begin()
    QTest.keyClicks(desk.add_line, text)
    popups = [each for each in desk.window.findChildren(Completion) if each.isVisible()]
    return [(each.text, each.is_here, each.standing) for popup in popups for each in popup.shown]


def test_a_symbol_of_another_list_names_that_list(open_desk) -> None:
    desk = open_desk()
    first = desk.watchlist
    desk.window.list_menu.add("Metals", [NVIDIA])
    desk.window.list_menu.show_list(first)
    assert standing(desk, "nvd") == [("NVDA.US", False, "in list Metals")]


def test_what_is_here_is_already_here_whatever_list_has_it_too(open_desk) -> None:
    desk = open_desk("NVDA.US")
    assert standing(desk, "nvd") == [("NVDA.US", True, "")]


def test_where_a_row_is_parked_there_is_no_slot_left_on_its_connection(open_desk) -> None:
    desk = open_desk()
    assert standing(desk, "nvd") == [("NVDA.US", False, "")]
    desk.mark(RowState.PARKED, "D.US")
    assert standing(desk, "nvd") == [("NVDA.US", False, "no slot left")]
    desk.window.panel.model.reader.directories.link_of = lambda one: "other" if one == NVIDIA else "stock"
    assert standing(desk, "nvd") == [("NVDA.US", False, "")]

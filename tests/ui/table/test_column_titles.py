"""What stands over the columns."""

from PySide6.QtCore import Qt

from quotedesk.market.batch import Batch
from quotedesk.market.number import of_float
from quotedesk.market.quote import Quote
from quotedesk.ui.table import numbers
from quotedesk.ui.table.column_titles import change_titles, cut_titles
from quotedesk.ui.table.numbers import time_of_day
from tests.fakes.clock import FakeClock


def test_a_long_title_is_cut_and_never_reaches_over_its_neighbour() -> None:
    assert cut_titles("Abc d") == ("Abc d", "Abc…", "Abc…", "Ab…", "A…")
    assert len(cut_titles("x\n" * 5_000)[1]) <= 60
    assert cut_titles("") == ("",)


def test_the_header_says_the_base_in_words_that_get_shorter_and_a_day_where_it_was_not_today() -> None:
    clock = FakeClock()
    assert change_titles({"open_24h"}, (0.0, 0.0), clock) == ("Chg 24 h", "24 h", "Chg *")
    assert change_titles({"prev_close"}, (0.0, 0.0), clock, "Chg %") == ("Chg % vs close", "vs close", "Chg % *")
    clock.advance(3 * 86_400.0)
    (title, *_) = change_titles({"first_seen"}, (0.0, 0.0), clock)
    assert title == f"Chg since {numbers.time_or_day(clock.utc_s(0.0), clock.utc_s(clock.now_s()))}"
    assert ":" not in title


def test_the_change_header_says_since_when(open_desk) -> None:
    desk = open_desk(show=False)
    tip = Qt.ItemDataRole.ToolTipRole
    across = Qt.Orientation.Horizontal
    model = desk.table.model()
    assert "since" not in model.headerData(3, across, tip)
    desk.tick("A.US", 10.0)
    assert "since" in model.headerData(3, across, tip)
    at = time_of_day(desk.clock.utc_s(desk.clock.now_s()))[:5]
    assert model.headerData(3, across) == f"Chg since {at}"
    assert model.headerData(4, across) == "Chg %"
    assert model.headerData(99, across) is None


def test_the_change_header_tells_the_base_of_the_rows_that_are_shown_and_a_mixture_as_such(open_desk) -> None:
    desk = open_desk(show=False)
    model, across = desk.table.model(), Qt.Orientation.Horizontal

    def close(code: str, price: float) -> None:
        quote = Quote(code=code, last=of_float(price, 2), prev_close=of_float(price - 1, 2))
        desk.quotes.apply(Batch("demo", [quote], desk.clock.now_s()))

    assert model.headerData(3, across) == "Chg"
    close("A.US", 10.0)
    assert model.headerData(3, across) == "Chg vs close"
    assert model.headerData(3, across, Qt.ItemDataRole.ToolTipRole).endswith("from the previous close")
    desk.tick("B.US", 10.0)
    assert model.headerData(3, across) == "Chg *"
    assert "Some rows count from" in model.headerData(3, across, Qt.ItemDataRole.ToolTipRole)
    close("B.US", 10.0)
    assert model.headerData(3, across) == "Chg vs close"


def test_rows_that_came_later_count_from_later_and_the_header_has_a_star_for_it(open_desk) -> None:
    desk = open_desk(show=False)
    model, across = desk.table.model(), Qt.Orientation.Horizontal
    desk.tick("A.US", 10.0)
    at = time_of_day(desk.clock.utc_s(desk.clock.now_s()))[:5]
    desk.clock.advance(600)
    desk.tick("B.US", 10.0)
    assert model.headerData(3, across) == f"Chg since {at} *"
    assert "came later" in model.headerData(3, across, Qt.ItemDataRole.ToolTipRole)

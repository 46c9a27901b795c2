"""What is held, in the table: cells, sorting, tooltips, what is hidden and where."""

from decimal import Decimal

import pytest
from PySide6.QtCore import Qt

from quotedesk.lists.book_edits import SetFormulas, SetPositions
from quotedesk.lists.positions import Held
from quotedesk.lists.saved import ColumnFormula, FormulaColour
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.number import number
from quotedesk.market.position import Position
from quotedesk.market.quote import Quote
from quotedesk.market.states import RowState, RowStatus
from quotedesk.ui.exchange.mime_out import CSV, data_of
from quotedesk.ui.table.numbers import HIDDEN

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
TITLES = ("Quantity", "Avg cost", "Value", "Ccy", "Day P/L", "P/L", "P/L %")
SHORT = Position(Decimal("-3.5"), Decimal("20.125"))


def instrument(code: str) -> Instrument:
    return Instrument("demo", code)


@pytest.fixture
def desk(open_desk):
    desk = open_desk("A.US", "700.HK", "C.US", "USDJPY")
    desk.book.hold(Held({instrument("A.US"): Position(Decimal(1200), Decimal("9.5")), instrument("700.HK"): SHORT}))
    desk.watchlist.show_columns(("Symbol", *TITLES))
    desk.settle()
    quote(desk, "A.US", last="10.25", prev_close="10")
    quote(desk, "700.HK", last="18.125")
    quote(desk, "C.US", last="5")
    desk.settle()
    return desk


def quote(desk, code: str, **said: str) -> None:
    numbers = {name: number(text) for name, text in said.items()}
    live = RowStatus(code, RowState.LIVE, desk.clock.now_s())
    desk.quotes.apply(Batch("demo", [Quote(code=code, **numbers)], desk.clock.now_s(), (), (live,)))
    desk.window.wake()


def cells(desk, row: int, role=Qt.ItemDataRole.DisplayRole) -> list[str]:
    model = desk.window.panel.model
    return [model.data(model.index(row, at), role) for at in range(1, len(model.columns))]


def test_there_are_no_such_columns_until_something_is_held(open_desk) -> None:
    desk = open_desk("A.US")
    model = desk.window.panel.model
    assert not {each.title for each in model.all_columns} & set(TITLES)
    desk.undo.push(SetPositions({instrument("A.US"): SHORT}))
    assert {each.title for each in model.all_columns} >= set(TITLES)
    desk.undo.stack.undo()
    assert not {each.title for each in model.all_columns} & set(TITLES)


def test_cells_are_exact_and_of_the_rows_currency_and_empty_where_nothing_is_held(desk) -> None:
    assert cells(desk, 0) == ["1,200", "9.50", "12,300.00", "USD", "+300.00", "+900.00", "+7.89"]
    assert cells(desk, 1) == ["−3.5", "20.125", "−63.44", "HKD", "--", "+7.00", "+9.94"]
    assert cells(desk, 2) == [""] * 7
    spoken = cells(desk, 1, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken[:2] == ["Quantity −3.5", "Avg cost 20.125"]
    assert spoken[2] == "Value −63.44 HKD", "there are several currencies"
    assert spoken[4] == "Day P/L unknown"
    assert cells(desk, 2, Qt.ItemDataRole.AccessibleTextRole)[0] == "Quantity none"


def test_where_all_are_in_one_currency_it_is_not_said(desk) -> None:
    desk.book.hold(desk.book.held.changed({instrument("700.HK"): None}))
    assert cells(desk, 0, Qt.ItemDataRole.AccessibleTextRole)[2] == "Value 12,300.00"


def test_yen_are_shown_whole(desk) -> None:
    desk.book.hold(desk.book.held.changed({instrument("USDJPY"): Position(Decimal("2.5"), Decimal(150))}))
    quote(desk, "USDJPY", last="147.123")
    assert cells(desk, 3)[2:6] == ["368", "JPY", "--", "−7"]


def test_a_header_sorts_by_value_and_rows_without_one_come_last(desk) -> None:
    model = desk.window.panel.model
    model.turn_sorting(3)
    assert [row.code for row in model.rows] == ["A.US", "700.HK", "C.US", "USDJPY"]
    model.turn_sorting(3)
    assert [row.code for row in model.rows] == ["700.HK", "A.US", "C.US", "USDJPY"]
    for at in range(1, 8):
        model.turn_sorting(at)
        assert {row.code for row in model.rows[2:]} == {"C.US", "USDJPY"}


def test_a_tooltip_says_how_it_comes_about_and_what_is_in_doubt(desk) -> None:
    tip = cells(desk, 0, Qt.ItemDataRole.ToolTipRole)[2]
    assert tip.startswith(
        "1,200 at 9.5, USD\nWorth 12,300.00 at 10.25\nDay P/L +300.00 since 10.00, the previous close\n"
        "P/L +900.00 (+7.89 %)\n"
    )
    tip = cells(desk, 1, Qt.ItemDataRole.ToolTipRole)[2]
    assert "Day P/L is not known: the feed has told no price to count the day from" in tip
    desk.clock.advance(1)
    desk.quotes.positions.look(desk.quotes, desk.clock.now_s())
    quote(desk, "A.US", last="100")
    desk.clock.advance(2)
    desk.quotes.positions.look(desk.quotes, desk.clock.now_s())
    tip = cells(desk, 0, Qt.ItemDataRole.ToolTipRole)[2]
    assert "Left out of totals: the price jumped from 10.25 to 100.00 0 s ago; a second one near it confirms it" in tip
    assert "in no total" not in cells(desk, 2, Qt.ItemDataRole.ToolTipRole)[2]


def test_hidden_amounts_are_nowhere(desk) -> None:
    """Not in cells, tooltips, speech, clipboard, formulas."""
    model = desk.window.panel.model
    mine = (
        ColumnFormula("Half", "position_value / 2", 2, FormulaColour.SIGN),
        ColumnFormula("Double", "last * 2", 2),
        ColumnFormula("Over", "total_pl", 2, FormulaColour.VALUE, 1.0),
    )
    desk.undo.push(SetFormulas(mine, "formulas"))
    desk.watchlist.show_columns(("Symbol", *TITLES, "Half", "Double", "Over"))
    assert cells(desk, 0)[-3:] == ["+6,150.00", "20.50", "900.00"]
    desk.book.hold(Held(desk.book.held.positions, is_hidden=True))
    desk.settle()
    assert cells(desk, 0) == [*[HIDDEN] * 3, "USD", *[HIDDEN] * 3, HIDDEN, "20.50", HIDDEN]
    assert cells(desk, 2)[:7] == [""] * 7
    secrets = ("1,200", "1200", "9.5", "12,300", "12300", "900", "6,150", "6150")
    seen = [
        *cells(desk, 0, Qt.ItemDataRole.ToolTipRole),
        *cells(desk, 0, Qt.ItemDataRole.AccessibleTextRole),
        model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole),
        desk.window.panel.foot.said,
        desk.window.panel.foot.tip(),
        desk.window.panel.foot.accessibleName(),
    ]
    data = data_of(model.rows, model)
    seen += [bytes(data.data(each).data()).decode() for each in data.formats()]
    for text in seen:
        assert not any(secret in text for secret in secrets), text
    assert "hidden" in cells(desk, 0, Qt.ItemDataRole.AccessibleTextRole)[0]
    desk.book.hold(Held(desk.book.held.positions))
    assert cells(desk, 0)[0] == "1,200"


def test_the_clipboard_and_the_export_have_bare_numbers(desk) -> None:
    data = data_of(desk.window.panel.model.rows[:2], desk.window.panel.model)
    lines = bytes(data.data(CSV).data()).decode().splitlines()
    assert lines[0] == "Symbol,Name,Quantity,Avg cost,Value,Ccy,Day P/L,P/L,P/L %,Flag,Note"
    assert lines[1] == "A.US,,1200,9.50,12300.00,USD,+300.00,+900.00,+7.89,,"
    assert lines[2].startswith("700.HK,,-3.5,20.125,-63.44,HKD,,+7.00,+9.94")


def test_a_formula_of_the_users_own_keeps_its_title(desk) -> None:
    desk.undo.push(SetFormulas((ColumnFormula("Value", "last * 3", 1),), "formula Value"))
    assert cells(desk, 0)[2] == "30.8"


def test_a_gain_and_a_jump_are_painted_each_in_its_colour(desk) -> None:
    desk.window.appearance.choose(motion=False)
    theme = desk.window.appearance.theme
    model, table = desk.window.panel.model, desk.table

    def colours(row: int, title: str) -> set[str]:
        at = [each.title for each in model.columns].index(title)
        image = desk.image()
        cell = table.visualRect(model.index(row, at)).adjusted(2, 4, -2, -4)
        return {
            image.pixelColor(x, y).name()
            for x in range(cell.left(), cell.right())
            for y in range(cell.top(), cell.bottom())
        }

    desk.window.resize(1400, 500)
    desk.settle()
    assert theme.up.name() in colours(0, "P/L")
    assert theme.up.name() not in colours(0, "Value")
    assert colours(2, "P/L") == {theme.table.name()}, "nothing is held"
    desk.quotes.positions.look(desk.quotes, desk.clock.now_s())
    quote(desk, "A.US", last="100")
    desk.clock.advance(2)
    desk.quotes.positions.look(desk.quotes, desk.clock.now_s())
    desk.settle()
    assert theme.up.name() not in colours(0, "P/L")
    assert theme.t3.name() in colours(0, "P/L")

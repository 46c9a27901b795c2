"""One row in one call: geometry that holds for any numbers."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from quotedesk.lists.saved import ColumnFormula, FormulaColour
from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.theme import DARK, DENSITIES, NORMAL, Density, font
from quotedesk.ui.table import numbers
from quotedesk.ui.table.alignment import Decimals
from quotedesk.ui.table.columns import COLUMNS, SYMBOL, Kind, read
from quotedesk.ui.table.formula_columns import column_of
from quotedesk.ui.table.row_painter import SYMBOL_LEFT_PX, Place, RowPainter, Setting, clear_px, parts_of
from tests.fakes.trades import trade

pytestmark = pytest.mark.usefixtures("qapp")
WIDTH = sum(column.width_px for column in COLUMNS)
GOLD = Instrument("demo", "GOLD")


def places() -> list[Place]:
    left, result = 0, []
    for column in COLUMNS:
        result.append(Place(column, left, column.width_px))
        left += column.width_px
    return result


def painted(quotes: Quotes, decimals: Decimals, setting: Setting) -> QImage:
    image = QImage(WIDTH, 3 * NORMAL.row_px, QImage.Format.Format_RGB32)
    image.fill(QColor("magenta"))
    painter = QPainter(image)
    rows = RowPainter(DARK, NORMAL, quotes.history, 1.0)
    rows.decimals = decimals
    rows.paint(painter, NORMAL.row_px, WIDTH, places(), read(quotes, GOLD, 5.0), setting)
    rows.finish(painter)
    painter.end()
    return image


settings_of_rows = st.builds(
    Setting,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, *COLUMNS]),
    st.sampled_from([0, 0.5, 1]),
)


@settings(max_examples=60)
@given(
    st.floats(1e-8, 1e12),
    st.floats(0.5, 2),
    st.integers(0, 9),
    st.floats(0, 1e16) | st.just(math.nan),
    st.sampled_from(list(RowState)),
    settings_of_rows,
)
def test_a_row_never_paints_outside_itself_nor_a_number_outside_its_cell(
    price: float, factor: float, decimals: int, size: float, state: RowState, setting: Setting
) -> None:
    quotes = Quotes()
    slots = quotes.slots([GOLD])
    for step, value in enumerate((price, price * factor)):
        quotes.apply(Batch("demo", [trade("GOLD", value, decimals, size, 8, 1e9)], float(step)))
    quotes.set_state(slots, state, 0.0)
    image = painted(quotes, Decimals(5, 2), setting)
    magenta = QColor("magenta").rgb()
    for y in (*range(NORMAL.row_px), *range(2 * NORMAL.row_px, 3 * NORMAL.row_px)):
        assert all(image.pixel(x, y) == magenta for x in range(0, WIDTH, 3))
    for place in places():
        if place.column.kind in (Kind.CHANGE, Kind.NUMBER, Kind.TIME) and setting.current is None:
            edge = {image.pixel(place.left + x, NORMAL.row_px + y) for x in (0, 1) for y in range(NORMAL.row_px)}
            assert len(edge) == 1
        if setting.current is None:
            beyond = place.left + place.width
            for x in range(beyond - clear_px(place.column), beyond):
                assert len({image.pixel(x, NORMAL.row_px + y) for y in range(NORMAL.row_px)}) == 1, (
                    "a tick paints there"
                )


@pytest.mark.parametrize(
    ("colour", "price", "shown"),
    [
        (FormulaColour.SIGN, 1111.0, "up"),
        (FormulaColour.SIGN, -1111.0, "down"),
        (FormulaColour.VALUE, 1111.0, "up"),
        (FormulaColour.VALUE, 111.0, "t2"),
        (FormulaColour.VALUE, -1111.0, "down"),
        (FormulaColour.NONE, -1111.0, "t2"),
    ],
)
def test_a_formulas_cell_has_the_colour_that_it_says_and_unknown_is_pale(
    colour: FormulaColour, price: float, shown: str
) -> None:
    mine = column_of(ColumnFormula("Mine", "last", 0, colour, 1000.0, -1000.0), {})
    for value, ink in ((price, DARK.colour(shown)), (None, DARK.t3)):
        quotes = Quotes()
        slots = quotes.slots([GOLD])
        if value is not None:
            quotes.apply(Batch("demo", [trade("GOLD", value, 0, 1, 0, 1e9)], 1.0))
        quotes.set_state(slots, RowState.LIVE, 0.0)
        image = QImage(92, NORMAL.row_px, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        row = RowPainter(DARK, NORMAL, quotes.history, 1.0)
        reading = read(quotes, GOLD, 5.0)
        reading.received_s = 1.0  # or all would be in doubt
        row.paint(painter, 0, 92, [Place(mine, 0, 92)], reading, Setting())
        row.finish(painter)
        painter.end()
        seen = [image.pixelColor(x, y) for x in range(92) for y in range(NORMAL.row_px)]
        strongest = max(seen, key=lambda each: far(each, DARK.table))
        names = ("up", "down", "t2", "t3")
        assert DARK.colour(min(names, key=lambda name: far(DARK.colour(name), strongest))) == ink


def far(one: QColor, other: QColor) -> int:
    """How different two colours are."""
    return sum(abs(a - b) for a, b in zip(one.getRgb(), other.getRgb(), strict=True))


@given(st.floats(-1e12, 1e12), st.integers(0, 9), st.sampled_from([NORMAL.text_px, NORMAL.text_px - 1]))
def test_a_number_is_as_wide_as_its_shape(value: float, decimals: int, size_px: int) -> None:
    metrics = QFontMetricsF(font(size_px))
    text = numbers.change(value, decimals)
    shape = "".join("0" if letter.isdigit() else letter for letter in text)
    assert metrics.horizontalAdvance(text) == pytest.approx(metrics.horizontalAdvance(shape), abs=0.01)


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("AAPL.US", ("AAPL", ".US")),
        ("BRK.B.US", ("BRK.B", ".US")),
        (".SPX.US", (".SPX", ".US")),
        ("600519.SH@alltick", ("600519", ".SH@alltick")),
        ("BTC-USD@coinbase", ("BTC-USD", "@coinbase")),
        ("BRK.B", ("BRK.B", "")),
        ("EURUSD", ("EURUSD", "")),
        (".US", (".US", "")),
        ("@x", ("@x", "")),
    ],
)
def test_a_ticker_leads_its_market_and_its_feed(code: str, parts: tuple[str, str]) -> None:
    assert parts_of(code) == parts


def symbol_painted(code: str, width: int) -> QImage:
    image = QImage(200, NORMAL.row_px, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    rows, quotes = RowPainter(DARK, NORMAL, Quotes().history, 1.0), Quotes()
    quotes.slot(Instrument("demo", code))
    row = read(quotes, Instrument("demo", code), 0.0)
    rows.paint(painter, 0, 200, [Place(COLUMNS[SYMBOL], 0, width)], row, Setting())
    rows.finish(painter)
    painter.end()
    return image


@pytest.mark.parametrize("code", ["000001.SZ", "HSI.HK", "BTC-USD@coinbase"])
def test_a_market_that_has_no_room_is_left_out_and_only_then_is_the_ticker_cut(code: str) -> None:
    ticker = parts_of(code)[0]
    needs = SYMBOL_LEFT_PX + 8 + math.ceil(QFontMetricsF(font(NORMAL.text_px, strong=True)).horizontalAdvance(ticker))
    for width in (needs, needs + 6, needs + 12):
        assert symbol_painted(code, width) == symbol_painted(ticker, width)
    assert symbol_painted(code, 200) != symbol_painted(ticker, 200)
    assert symbol_painted(code, needs - 4) != symbol_painted(code, needs)


def test_rows_of_two_feeds_are_told_apart_while_there_is_room_for_some_letters() -> None:
    ticker, one, other = "ETHUSDT", "ETHUSDT@binance", "ETHUSDT@coinbase"
    needs = SYMBOL_LEFT_PX + 8 + math.ceil(QFontMetricsF(font(NORMAL.text_px, strong=True)).horizontalAdvance(ticker))
    assert symbol_painted(one, needs + 10) == symbol_painted(ticker, needs + 10)
    assert symbol_painted(one, needs + 40) != symbol_painted(other, needs + 40)


@pytest.mark.parametrize("density", list(DENSITIES.values()))
def test_all_texts_of_a_row_stand_on_one_baseline(density: Density) -> None:
    rows = RowPainter(DARK, density, Quotes().history, 1.0)
    types = (rows._regular, rows._strong, rows._suffix, rows._small, rows._slanted, rows._small_slanted)
    assert len({each.baseline for each in types}) == 1
    assert 0 < types[0].baseline < density.row_px


def test_words_that_are_laid_out_once_stand_where_text_is_drawn() -> None:
    images = []
    for is_static in (False, True):
        image = QImage(200, NORMAL.row_px, QImage.Format.Format_RGB32)
        image.fill(DARK.table)
        rows = RowPainter(DARK, NORMAL, Quotes().history, 1.0)
        painter = QPainter(image)
        type_ = rows._strong
        if is_static:
            type_.draw_fitting(24, 0, "NVDA <b>x</b>", DARK.t1, 150)
        else:
            type_.draw(24, 0, "NVDA <b>x</b>", DARK.t1)
        type_.finish(painter)
        painter.end()
        images.append(image)
    rows_of = [
        [y for y in range(each.height()) if any(each.pixel(x, y) != DARK.table.rgb() for x in range(20, 180))]
        for each in images
    ]
    assert rows_of[0] == rows_of[1]

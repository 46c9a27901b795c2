"""The line of a row."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from quotedesk.market.batch import Batch
from quotedesk.market.instrument import Instrument
from quotedesk.market.states import RowState
from quotedesk.quotes.price_buckets import Past
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.looks.glyphs import Glyphs
from quotedesk.ui.looks.theme import DARK, NORMAL, Strength
from quotedesk.ui.table import sparkline
from quotedesk.ui.table import sparkline_shape as line_shape
from quotedesk.ui.table.columns import read
from quotedesk.ui.table.sparkline import LEFT_PX, MOST_LOOKS, RIGHT_PX, Sparklines
from tests.fakes.trades import trade

pytestmark = pytest.mark.usefixtures("qapp")
GOLD = Instrument("demo", "GOLD")
WIDTH = 144


class Cell:
    """A Trend cell on an image."""

    def __init__(self, ratio: float = 1.0) -> None:
        line_shape.load()
        self.quotes = Quotes()
        self.slots = self.quotes.slots([GOLD])
        self.lines = Sparklines(self.quotes.history, DARK, Glyphs(ratio), NORMAL.trend_margin_px)
        self.now_s = 0.0
        self.ratio = ratio

    def tick(self, now_s: float, price: float) -> None:
        self.now_s = now_s
        self.quotes.apply(Batch("demo", [trade("GOLD", price, 2)], now_s))
        self.quotes.set_state(self.slots, RowState.LIVE, now_s)

    def image(self, strength: Strength = Strength.NOW) -> QImage:
        image = QImage(round(WIDTH * self.ratio), round(NORMAL.row_px * self.ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(self.ratio)
        image.fill(DARK.table)
        painter = QPainter(image)
        reading = read(self.quotes, GOLD, self.now_s)
        self.lines.paint(painter, 0, 0, WIDTH, NORMAL.row_px, reading, DARK.colours(strength), DARK.table)
        painter.end()
        return image


def greener(image: QImage, x: int) -> int:
    """How many pixels of a column are greener than the table and the dots."""
    count = 0
    for y in range(image.height()):
        colour = QColor(image.pixel(x, y))
        count += colour.green() > colour.red() + 8
    return count


def test_a_gap_is_a_gap_on_screen(qtbot: QtBot) -> None:
    cell = Cell()
    for second in range(300):
        cell.tick(second, 10 + second / 100)
    cell.quotes.begin_gap(cell.slots, 300.0)
    for second in range(600, 900):
        cell.tick(second, 10 + second / 100)
    image = cell.image()
    line = WIDTH - LEFT_PX - RIGHT_PX
    assert greener(image, LEFT_PX + line // 6) > 0
    assert greener(image, LEFT_PX + line // 2) == 0
    assert greener(image, LEFT_PX + line * 5 // 6) > 0


def test_after_the_link_is_lost_the_line_ends_and_blank_follows(qtbot: QtBot) -> None:
    cell = Cell()
    for second in range(100):
        cell.tick(second, 10 + second / 100)
    cell.quotes.begin_gap(cell.slots, 100.0)
    cell.quotes.set_state(cell.slots, RowState.OFFLINE, 100.0)
    cell.now_s = 200.0
    image = cell.image()
    assert greener(image, LEFT_PX + 20) > 0
    assert greener(image, WIDTH - RIGHT_PX - 20) == 0


def test_a_parked_row_is_hatched_under_its_line(qtbot: QtBot) -> None:
    cell = Cell()
    for second in range(300):
        cell.tick(second, 10 + second / 100)
    area = [cell.image(Strength.DOUBT)]
    cell.quotes.set_state(cell.slots, RowState.PARKED, 300.0)
    area.append(cell.image(Strength.DOUBT))
    y, right = NORMAL.row_px - NORMAL.trend_margin_px - 2, WIDTH - RIGHT_PX - 30
    plain, hatched = ([QColor(each.pixel(x, y)).lightness() for x in range(right, right + 20)] for each in area)
    assert max(plain) - min(plain) <= 2
    assert max(hatched) - min(hatched) > 20
    assert hatched[:15] == hatched[5:], "a line every 5 px"


@pytest.mark.parametrize("ratio", [1.0, 2.0, 1.5])
def test_the_line_stays_in_its_cell_with_its_margins(qtbot: QtBot, ratio: float) -> None:
    cell = Cell(ratio)
    for second in range(200):
        cell.tick(second, 10 + math.sin(second))
    image = cell.image()
    table = DARK.table.rgb()
    outside = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixel(x, y) != table
        and not (LEFT_PX - 2 <= x / ratio <= WIDTH - RIGHT_PX + 5 and 0 <= y / ratio <= NORMAL.row_px)
    ]
    assert outside == []


def test_the_last_price_is_at_the_end_at_once(qtbot: QtBot) -> None:
    cell = Cell()
    for second in range(100):
        cell.tick(second, 10.0)
    cell.tick(100.0, 12.0)
    cell.image()
    cell.tick(100.05, 8.0)
    cell.image()
    line = cell.lines._lines[0]
    assert line.end_y == pytest.approx(NORMAL.row_px - 5, abs=0.01)


@given(st.lists(st.floats(5.2, 14.8), min_size=1, max_size=12))  # within the scale, which else stays wide a while
def test_moving_the_end_draws_what_making_the_line_anew_draws(prices: list[float]) -> None:
    moved, made = Cell(), Cell()
    for cell in (moved, made):
        for second in range(60):
            cell.tick(second, 10 + 5 * math.sin(second))
    moved.image()
    for step, price in enumerate(prices):
        for cell in (moved, made):
            cell.tick(59 + step / 100, price)
        moved.image()
    # As fresh as the other one's, but made from nothing.
    line = made.lines._line(read(made.quotes, GOLD, 59.0), len(moved.lines._lines[0].past.last))
    line.past = Past(*(each.copy() for each in moved.lines._lines[0].past))
    assert moved.image() == made.image()


def test_a_line_is_kept_in_the_two_looks_that_it_was_drawn_in_last(qtbot: QtBot) -> None:
    cell = Cell()
    cell.tick(0.0, 10.0)
    for second, price in enumerate((12.0, 8.0, 12.0, 10.0, 8.0), start=1):
        cell.tick(second / 100, price)
        cell.image()
    cell.image(Strength.DOUBT)
    assert len(cell.lines._pictures[0]) == MOST_LOOKS == 2
    assert cell.lines.pictures_bytes == 2 * 4 * (WIDTH - LEFT_PX - RIGHT_PX + 4) * NORMAL.row_px


def test_what_there_is_no_room_for_is_drawn_anew_each_time(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, anew = Cell(), Cell()
    for cell in (kept, anew):
        for second in range(60):
            cell.tick(second, 10 + math.sin(second))
    expected = kept.image()
    monkeypatch.setattr(sparkline, "MOST_BYTES", 1000)
    assert anew.image() == expected == anew.image()
    assert (kept.lines.pictures_bytes > 0, anew.lines.pictures_bytes) == (True, 0)


def test_a_row_without_needles_has_none_in_its_picture(qtbot: QtBot) -> None:
    cell = Cell()
    for second in range(0, 900, 30):
        cell.tick(second, 10 + second / 100)
    cell.image()
    assert cell.lines._lines[0].needles.elementCount() == 0


def test_a_tick_that_was_overtaken_before_a_paint_is_in_the_line(qtbot: QtBot) -> None:
    cell = Cell()
    for second in range(900):
        if second == 450:
            cell.quotes.apply(Batch("demo", [trade("GOLD", price, 2) for price in (10.0, 30.0, 10.0)], 450.0))
        else:
            cell.tick(second, 10.0)
    image = cell.image()
    middle = LEFT_PX + (WIDTH - LEFT_PX - RIGHT_PX) // 2
    top = range(NORMAL.trend_margin_px - 1, NORMAL.row_px // 2)
    seen = sum(image.pixel(x, y) != DARK.table.rgb() for x in range(middle - 3, middle + 4) for y in top)
    assert seen >= len(top) - 2, "a needle up to the edge"


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_level_run_is_as_thin_as_the_rest_of_its_line(qtbot: QtBot, ratio: float) -> None:
    cell = Cell(ratio)
    for second in range(300):
        cell.tick(second, 10.0 if second < 100 else 10.37)
    image = cell.image()
    for x in range(WIDTH - RIGHT_PX - 60, WIDTH - RIGHT_PX - 10):
        line = [y for y in range(image.height()) if QColor(image.pixel(round(x * ratio), y)).green() > 140]
        assert len(line) == ratio, "one pixel, or two of half the size"


def test_the_range_of_a_step_is_pale(qtbot: QtBot) -> None:
    cell = Cell()
    for second in range(900):
        if second == 450:
            cell.quotes.apply(Batch("demo", [trade("GOLD", price, 2) for price in (10.0, 30.0, 10.0)], 450.0))
        else:
            cell.tick(second, 10.0 if second < 890 else 10.5)
    image = cell.image()
    middle = LEFT_PX + (WIDTH - LEFT_PX - RIGHT_PX) // 2
    y = NORMAL.row_px // 2
    tints = {QColor(image.pixel(x, y)).green() - DARK.table.green() for x in range(middle - 4, middle + 5)} - {0}
    assert tints, "it is there"
    assert max(tints) < 0.35 * (DARK.up.green() - DARK.table.green())


def test_a_row_without_a_price_has_no_line(qtbot: QtBot) -> None:
    cell = Cell()
    image = cell.image()
    assert all(image.pixel(x, y) == DARK.table.rgb() for x in range(WIDTH) for y in range(NORMAL.row_px))


def test_before_the_drawing_library_is_loaded_there_is_no_line_and_no_fault(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = Cell()
    cell.tick(1.0, 10.0)
    monkeypatch.setattr(line_shape, "_to_path", None)
    assert cell.image().pixel(40, 14) == DARK.table.rgb()

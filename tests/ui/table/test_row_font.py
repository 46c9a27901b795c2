"""Numbers and words as the rows draw them."""

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from quotedesk.ui.looks import theme as look
from quotedesk.ui.table.numbers import shorter
from quotedesk.ui.table.row_font import RowFont

BLACK = QColor("black")


@pytest.fixture
def font(qapp) -> RowFont:
    return RowFont(look.font(13, is_kerned=False), 28)


def inked(font: RowFont) -> tuple[int, int]:
    """The first and the last column with ink once all that waits is drawn."""
    picture = QImage(400, 28, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    painter = QPainter(picture)
    font.finish(painter)
    painter.end()
    columns = [x for x in range(400) if any(picture.pixelColor(x, y).lightness() < 200 for y in range(28))]
    return (columns[0], columns[-1]) if columns else (-1, -1)


def test_a_number_ends_at_its_place_and_nothing_is_drawn_twice(font: RowFont) -> None:
    begin, end, lacks_px = font.draw_number(0, 200, 220, 0, "1,234.50", BLACK)
    assert (round(end), lacks_px) == (200, 0)
    assert begin == pytest.approx(200 - font.width_px("1,234.50"))
    first, last = inked(font)
    assert begin - 1 <= first < last <= 201
    assert inked(font) == (-1, -1)


def test_a_number_that_is_too_long_leaves_its_place_and_then_is_said_shorter_never_cut(font: RowFont) -> None:
    width = font.width_px("1,234,567.50")
    begin, end, lacks_px = font.draw_number(100, 120, 100 + width + 1, 0, "1,234,567.50", BLACK)
    assert (begin, lacks_px) == (100, 0)
    assert end == pytest.approx(100 + width)
    inked(font)
    short = [font.width_px(each) for each in shorter("1,234,567.50")]
    begin, end, lacks_px = font.draw_number(100, 120, 100 + width - 5, 0, "1,234,567.50", BLACK)
    assert lacks_px == pytest.approx(5)
    assert end - begin == pytest.approx(next(each for each in short if each <= width - 5))


def test_words_are_elided_to_their_room_and_stand_at_the_right_where_that_is_said(font: RowFont) -> None:
    whole = font.draw_fitting(0, 0, "Tencent Holdings", BLACK, 300)
    assert whole == pytest.approx(font.metrics.horizontalAdvance("Tencent Holdings"))
    inked(font)
    assert font.draw_fitting(0, 0, "Tencent Holdings", BLACK, 60, right=390) <= 60
    first, last = inked(font)
    assert 325 <= first < last <= 390
    assert font.draw_fitting(0, 0, "two\nlines", BLACK, 300) == pytest.approx(
        font.metrics.horizontalAdvance("two lines")
    )

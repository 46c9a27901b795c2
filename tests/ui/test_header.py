"""Titles stand over their numbers."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage

from quotedesk.ui.theme import DARK, HEADER_PX


def inked_right(image: QImage, box: QRect, background: int) -> int:
    return max(
        x
        for x in range(box.left(), box.right() + 1)
        for y in range(box.top() + 5, box.bottom() - 4)
        if image.pixel(x, y) != background
    )


@pytest.mark.parametrize("decimals", [(2, 2, 5), (2, 2, 2), (5, 5, 2)])
def test_the_title_of_last_ends_where_most_prices_end(open_desk, decimals: tuple[int, ...]) -> None:
    desk = open_desk()
    for code, digits in zip(desk.codes, decimals, strict=False):
        desk.tick(code, 188.88888, digits)
    desk.settle()
    header = desk.table.horizontalHeader()
    left = header.sectionViewportPosition(2)
    title = header.viewport().grab().toImage()
    title_right = inked_right(title, QRect(left, 0, 140, HEADER_PX), DARK.table.rgb())
    rows = desk.image()
    first = desk.table.visualRect(desk.table.model().index(0, 2)).adjusted(20, 0, -20, 0)
    assert title_right == pytest.approx(inked_right(rows, first, DARK.table.rgb()), abs=2)


def test_a_line_parts_the_header_from_the_rows(open_desk) -> None:
    desk = open_desk()
    image = desk.table.horizontalHeader().viewport().grab().toImage()
    assert {image.pixel(x, HEADER_PX - 1) for x in range(0, image.width(), 7)} == {DARK.line.rgb()}

"""Round labels at the axes, which make room for what stands in their place."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from quotedesk.ui.chart.axes import AxisPainter
from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.looks.theme import DARK
from tests.ui.chart.test_chart_painter import content

pytestmark = pytest.mark.usefixtures("qapp")
FRAME = ChartFrame(300, QRectF(0, 8, 230, 240), 0, 30, 9.0, 21.0)


def inked(taken: list[QRectF], area: QRectF) -> bool:
    """Is there a letter in an area?"""
    here = AxisPainter(DARK)
    image = QImage(300, 290, QImage.Format.Format_RGB32)
    image.fill(DARK.table)
    painter = QPainter(image)
    here.paint_labels(painter, here.of(FRAME, content(*range(10, 20))), taken)
    painter.end()
    return any(
        image.pixelColor(x, y) != DARK.table
        for x in range(int(area.left()), int(area.right()))
        for y in range(int(area.top()), int(area.bottom()))
    )


def test_prices_and_times_are_round_and_each_has_its_place() -> None:
    axes = AxisPainter(DARK).of(FRAME, content(*range(10, 40)))
    assert [text for _, text in axes.prices] == ["10.00", "12.00", "14.00", "16.00", "18.00", "20.00"]
    assert [round(area.center().y()) for area, _ in axes.prices] == [
        round(FRAME.y(price)) for price in range(10, 21, 2)
    ]
    assert all(text.count(":") == 2 for _, text in axes.times), "seconds take more room"
    lefts = [area.left() for area, _ in axes.times]
    assert lefts == sorted(lefts)
    assert len(axes.grid) == 6


def test_a_label_that_would_be_half_hidden_is_left_out() -> None:
    area, _ = AxisPainter(DARK).of(FRAME, content(*range(10, 20))).prices[2]
    above, beside = area.translated(0, -12), area.translated(0, -16)
    assert inked([], area)
    assert not inked([above], area)
    assert inked([beside], area), "beside it there is room"


def test_a_long_price_without_need_of_decimals_has_none() -> None:
    frame = ChartFrame(300, QRectF(0, 8, 230, 240), 0, 30, 60_000.0, 60_500.0)
    axes = AxisPainter(DARK).of(frame, content(*range(60_000, 60_030)))
    assert axes.prices[0][1] == "60,000"


def test_no_two_labels_are_the_same() -> None:
    frame = ChartFrame(300, QRectF(0, 8, 230, 240), 0, 30, 12.835, 12.855)
    axes = AxisPainter(DARK).of(frame, content(12.84, 12.85))
    assert [text for _, text in axes.prices] == ["12.84", "12.85"]

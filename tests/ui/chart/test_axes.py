"""Round labels at the axes, which make room for what stands in their place."""

from dataclasses import replace
from datetime import UTC
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from quotedesk.ui.chart.axes import AxisPainter
from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.chart.slot_axis import SlotAxis
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


@pytest.mark.parametrize("bars", [1, 2, 3, 5, 12, 40])
@pytest.mark.parametrize("left", [-176.0, -60.0, -25.0, 0.0])
def test_no_two_times_overlap_however_few_bars_there_are(bars, left) -> None:
    frame = ChartFrame(300, QRectF(0, 8, 272, 240), left, left + 180, 9.0, 60.0)
    areas = [area for area, _ in AxisPainter(DARK).of(frame, content(*range(10, 10 + bars))).times]
    assert areas
    assert all(one.right() <= other.left() for one, other in pairwise(areas))


def test_where_a_date_and_a_time_would_touch_the_date_stays() -> None:
    midnight = 5 * 86_400.0
    starts = midnight + np.array([-3600.0 * each for each in range(60, 0, -1)] + [0.0, 3600.0])
    shown = content(10, 11)
    shown = replace(shown, series=replace(shown.series, axis=SlotAxis(starts, 3600.0), zone=UTC))
    for width in range(100, 400, 10):
        frame = ChartFrame(500, QRectF(0, 8, width, 240), 0, 61, 9.0, 21.0)
        times = AxisPainter(DARK).of(frame, shown).times
        assert all(one.right() <= other.left() for (one, _), (other, _) in pairwise(times))
        assert any("Jan" in text for _, text in times), width

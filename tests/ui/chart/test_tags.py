"""Values at the axes stay within them."""

import pytest
from PySide6.QtCore import QRectF

from quotedesk.ui.chart.chart_frame import ChartFrame
from quotedesk.ui.chart.tags import TAG_PX, TagPainter, price_area
from quotedesk.ui.looks.theme import DARK

FRAME = ChartFrame(300, QRectF(0, 8, 230, 240), 0, 30, 9.0, 21.0)


@pytest.mark.parametrize("y", [-100.0, 8.0, 120.0, 248.0, 1e6])
def test_a_price_is_at_its_height_and_never_out_of_the_axis(y: float) -> None:
    area = price_area(FRAME, y)
    assert FRAME.box.top() - 1 <= area.top()
    assert area.bottom() <= FRAME.box.bottom() + 1
    assert (area.left(), area.height()) == (232, TAG_PX)
    if 30 < y < 220:
        assert abs(area.center().y() - y) <= 1


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("x", [-5.0, 0.0, 100.0, 230.0, 400.0])
def test_a_time_is_never_cut_off(x: float) -> None:
    area = TagPainter(DARK).time_area(FRAME, x, "24 Nov 11:48")
    assert area.left() >= 0
    assert area.right() <= FRAME.box.right()

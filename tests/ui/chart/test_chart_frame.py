"""Places and prices in pixels, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import QRectF

from quotedesk.ui.chart.chart_frame import ChartFrame


@given(some.floats(-1e6, 1e6), some.floats(1e-3, 1e6), some.floats(0, 1))
def test_pixels_say_the_place_and_price_that_they_were_made_of(low: float, span: float, share: float) -> None:
    frame = ChartFrame(300, QRectF(0, 8, 240, 200), low, low + span, low, low + span)
    value = low + share * span
    assert frame.place_at(frame.x(value)) == pytest.approx(value, rel=1e-6, abs=span * 1e-6)
    assert frame.price_at(frame.y(value)) == pytest.approx(value, rel=1e-6, abs=span * 1e-6)


def test_prices_rise_upwards() -> None:
    frame = ChartFrame(300, QRectF(0, 8, 240, 200), 0, 10, 100, 200)
    assert frame.y(200) == 8
    assert frame.y(100) == 208
    assert frame.place_px == 24

"""What lies between two points."""

import math

from quotedesk.ui.chart.measure import Measured


def test_a_way_is_told_in_price_percent_bars_and_time() -> None:
    assert Measured(175.25, 178.46, 3723, 12).words(2) == "+3.21  +1.83 %  12 bars, 1:02:03"
    assert Measured(100.0, 99.0, -60, -1).words(1) == "\N{MINUS SIGN}1.0  \N{MINUS SIGN}1.00 %  1 bar, 01:00"
    assert Measured(1.0, 2.0, 5 * 86_400, 4).words(0).endswith("4 bars, 5 days")


def test_of_nothing_there_is_no_percentage() -> None:
    assert math.isnan(Measured(0.0, 1.0, 0, 0).percent)
    assert "-- %" in Measured(0.0, 1.0, 0, 0).words(2)

"""What a chart shows at one moment."""

import math
from dataclasses import replace

import numpy as np

from quotedesk.ui.chart.chart_content import Compared
from tests.ui.chart.test_chart_painter import content


def test_lines_are_in_percent_of_where_the_view_begins_the_charts_own_last() -> None:
    shown = replace(content(10, 20, 25), others=(Compared("B", np.array([5.0, 4.0, 8.0])),))
    (other, first), (own, second) = shown.lines(1)
    assert (other, own) == ("B", "A")
    assert first.tolist() == [25, 0, 100]
    assert second.tolist() == [-50, 0, 25]
    assert shown.last_shown(1) == 25
    assert content(10, 20, 25).last_shown(1) == 25.0
    assert math.isnan(content().last_shown(0))
    assert math.isnan(content().last)

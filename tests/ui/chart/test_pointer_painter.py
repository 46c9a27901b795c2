"""What the crosshair says, and where."""

import numpy as np
import pytest

from quotedesk.ui.chart.chart_painter import ChartPainter
from quotedesk.ui.chart.pointer_painter import PointerPainter, bar_words, wrapped
from quotedesk.ui.looks.theme import DARK
from tests.ui.chart.test_chart_painter import content


def test_a_bar_is_told_in_words_and_whether_it_is_partial() -> None:
    assert bar_words(content(10, 20), 1) == "O 20.00  H 21.00  L 19.00  C 20.00  V 1  partial"
    shown = content(10, 20)
    shown.series.bars.volumes[:] = np.nan
    shown.series.bars.partial[:] = False
    assert bar_words(shown, 0) == "O 10.00  H 11.00  L 9.00  C 10.00"


def test_long_prices_take_more_lines_and_never_lie_over_the_axis() -> None:
    words = "O 117,049.32  H 117,144.55  L 116,986.86  C 117,144.55  V 0.0026  partial"
    assert wrapped(words, lambda line: len(line) <= 100) == [words]
    lines = wrapped(words, lambda line: len(line) <= 42)
    assert lines == ["O 117,049.32  H 117,144.55  L 116,986.86", "C 117,144.55  V 0.0026  partial"]
    assert wrapped("O 1  H 2", lambda line: False) == ["O 1", "H 2"]


@pytest.mark.usefixtures("qapp")
def test_its_tags_are_where_the_bar_and_the_hand_are() -> None:
    shown = content(10, 20, 15)
    frame = ChartPainter(DARK).frame(336, 300, -1, 5, shown)
    hand = PointerPainter(DARK)
    price, time = hand.tags(frame, shown, 1, None)
    assert abs(price.center().y() - frame.y(20)) <= 1
    assert abs(time.center().x() - frame.x(1)) <= 1
    assert abs(hand.tags(frame, shown, 1, 100.0)[0].center().y() - 100) <= 1
    shown.series.bars.closes[1] = np.nan
    assert hand.tags(frame, shown, 1, None) == []

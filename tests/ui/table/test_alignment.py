"""One decimal point per column."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from quotedesk.ui.looks.theme import font
from quotedesk.ui.table import numbers
from quotedesk.ui.table.alignment import Decimals, Fractions, decimals_of


@given(st.lists(st.integers(0, 12), max_size=30))
def test_the_point_stands_where_the_most_decimals_fit_but_at_most_five(shown: list[int]) -> None:
    decimals = decimals_of(np.array(shown, float))
    assert decimals.most == (min(5, max(shown)) if shown else 2)
    assert not shown or decimals.common in [min(5, each) for each in shown]


def test_points_of_different_decimals_stand_in_one_line(qtbot: QtBot) -> None:
    metrics = QFontMetricsF(font())
    fractions = Fractions(metrics)
    column = Decimals(5, 2)
    points = []
    for value, digits in ((178.46, 2), (1.16427, 5), (147.732, 3), (592.0, 0)):
        text = numbers.price(value, digits)
        left = -fractions.shift_px(digits, column) - metrics.horizontalAdvance(text)
        points.append(left + metrics.horizontalAdvance(text.partition(".")[0]))
    assert max(points) - min(points) < 0.5


def test_longer_numbers_keep_their_right_edge(qtbot: QtBot) -> None:
    fractions = Fractions(QFontMetricsF(font()))
    assert fractions.shift_px(8, Decimals(5, 2)) == 0

"""MetricsGatherer that say -- while nothing is known, and never move."""

import math

import pytest
from PySide6.QtWidgets import QLabel

from quotedesk.ui.window.status_figures import StatusFigures, short


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, "--"),
        (math.inf, "--"),
        (0.0, "0"),
        (0.2, "<1"),
        (1.4, "1"),
        (412, "412"),
        (9_999.4, "9,999"),
        (9_999.6, "10k"),
        (275_000, "275k"),
        (5e6, ">999k"),
    ],
)
def test_a_figure_takes_at_most_five_characters(value: float, text: str) -> None:
    assert short(value) == text
    assert len(text) <= 5


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_nothing_moves_whatever_the_values_are(qtbot) -> None:
    figures = StatusFigures()
    qtbot.addWidget(figures)
    figures.show()
    labels = figures.findChildren(QLabel)
    figures.adjustSize()
    before = [label.geometry() for label in labels]
    for value in (0.0, 8.0, 8888.0, 888_000.0, math.nan):
        figures.show_values(value, value, value)
        figures.layout().activate()
        assert [label.geometry() for label in labels] == before
        assert all(label.sizeHint().width() <= label.width() for label in labels), "no figure is cut off"


def test_each_figure_says_what_it_is(qtbot) -> None:
    figures = StatusFigures()
    qtbot.addWidget(figures)
    figures.show_values(412.0, 9.0, 31.0)
    assert (
        "".join(label.text() for label in figures.findChildren(QLabel))
        == "412 msg/s9 ms round trip31 ms to paint (p99)"
    )
    assert all(label.toolTip() for label in figures.findChildren(QLabel))

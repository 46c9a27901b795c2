"""A tile's text can be read on its colour, in every theme."""

import pytest
from PySide6.QtGui import QColor

from quotedesk.config.settings import Direction
from quotedesk.ui.heat.tile_painter import TilePainter
from quotedesk.ui.looks.theme import themed

LEAST_CONTRAST = 4.5


def luminance(colour: QColor) -> float:
    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("dark", [True, False])
def test_text_is_readable_on_every_step_of_the_scale(qapp, dark, direction):
    theme = themed(dark=dark, direction=direction)
    for _, colour in TilePainter(theme, 1.0).scale():
        assert contrast(theme.t1, colour) >= LEAST_CONTRAST


def test_up_and_down_differ_and_nothing_is_neither(qapp):
    steps = dict(TilePainter(themed(dark=True, direction=Direction.GREEN_UP), 1.0).scale())
    assert steps[1.0].green() > steps[1.0].red()
    assert steps[-1.0].red() > steps[-1.0].green()
    assert abs(steps[0.0].red() - steps[0.0].green()) < 8

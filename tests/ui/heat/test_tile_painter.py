"""A tile's text can be read on its colour, in every theme."""

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

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


def texts_in(width: int, lines: tuple[str, str, str]) -> list[str]:
    """What is written in a tile of such a width."""
    written: list[str] = []

    class Recorder(QPainter):
        def drawText(self, area, flags, text):
            written.append(text)

    image = QImage(400, 120, QImage.Format.Format_RGB32)
    painter = Recorder(image)
    theme = themed(dark=True, direction=Direction.GREEN_UP)
    TilePainter(theme, 1.0)._texts(painter, QRect(0, 0, width, 116), lines, theme.t1)
    painter.end()
    return written


def test_a_ticker_is_not_cut_and_its_numbers_stand_wherever_they_can(qapp):
    lines = ("GOLD", "+0.06 %", "3,402.12")
    for width in range(70, 200):
        assert texts_in(width, lines) == list(lines), width
    assert texts_in(20, lines)[0] != "GOLD", "where there is no room it is cut"

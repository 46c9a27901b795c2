"""Where things lie in a chart, and that all of it can be painted, whatever the numbers."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from quotedesk.market.instrument import Instrument
from quotedesk.quotes.bars import NO_BARS
from quotedesk.ui.chart.chart_painter import ChartContent, ChartPainter, Compared
from quotedesk.ui.chart.chart_series import series
from quotedesk.ui.chart.ranges import named
from quotedesk.ui.looks.theme import DARK, LIGHT
from tests.quotes.test_bars import bars_at

A = Instrument("demo", "A")


def content(*closes: float, **changes) -> ChartContent:
    ticks = bars_at(*(1e9 + second for second in range(len(closes)))) if closes else NO_BARS
    if closes:
        ticks.opens[:] = ticks.closes[:] = closes
        ticks.highs[:], ticks.lows[:] = np.array(closes) + 1, np.array(closes) - 1
    shown = series(A, named("1m"), NO_BARS, 0, ticks, None, as_line=True)
    return replace(ChartContent(shown, "A", 2, words="Nothing yet."), **changes)


def painted(shown: ChartContent, theme=DARK, *, at: int = 0) -> QImage:
    image = QImage(336, 300, QImage.Format.Format_RGB32)
    image.fill(0)
    here = ChartPainter(theme)
    frame = here.frame(336, 300, -1, 60, shown)
    painter = QPainter(image)
    here.paint_ground(painter, frame, shown, whole=True)
    here.paint_last(painter, frame, shown)
    if len(shown.series):
        here.paint_pointer(painter, frame, shown, at, None)
        here.paint_measure(painter, frame, QPointF(10, 10), QPointF(90, 200), "+1")
    painter.end()
    return image


@pytest.mark.usefixtures("qapp")
@given(
    some.lists(some.floats(-1e12, 1e12), max_size=12),
    some.booleans(),
    some.one_of(some.just(math.nan), some.floats(-1e12, 1e12)),
    some.booleans(),
)
def test_any_numbers_can_be_painted(closes, as_line, base, compares) -> None:
    shown = content(*closes, as_line=as_line, base=base, base_words="Open", high=base, low=base)
    if compares:
        shown = replace(shown, others=(Compared("B", np.array(closes, float) * 2),))
    painted(shown)


@pytest.mark.usefixtures("qapp")
def test_prices_and_pixels_answer_one_another_and_all_in_view_is_within() -> None:
    here, shown = ChartPainter(DARK), content(10, 20, 15, as_line=False)
    frame = here.frame(336, 300, -1, 5, shown)
    assert frame.price_at(frame.y(17.5)) == pytest.approx(17.5)
    assert frame.place_at(frame.x(2.5)) == pytest.approx(2.5)
    assert frame.low < 9
    assert frame.high > 21
    assert frame.box.right() <= 336 - 64


@pytest.mark.usefixtures("qapp")
def test_the_scale_stays_while_what_comes_fits() -> None:
    here = ChartPainter(DARK)
    first = here.frame(336, 300, -1, 5, content(10, 20))
    assert here.frame(336, 300, -1, 5, content(10, 20, 15), first).high == first.high
    higher = here.frame(336, 300, -1, 5, content(10, 20, 30), first)
    assert higher.high > 30
    assert here.frame(336, 300, -1, 5, content(15, 15.1), first).high < first.high, "what is small is shown large"


@pytest.mark.usefixtures("qapp")
def test_there_is_room_for_a_long_price() -> None:
    here = ChartPainter(DARK)
    short, long = (here.frame(336, 300, -1, 5, content(price)) for price in (10, 117_187.1))
    assert long.box.right() < short.box.right()


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_day_colours_the_line_and_the_tag(theme) -> None:
    for rises, colour in ((True, theme.up), (False, theme.down)):
        image = painted(content(10, 11, 12, rises=rises), theme)
        assert any(image.pixelColor(x, y) == colour for x in range(270, 336) for y in range(300))


@pytest.mark.usefixtures("qapp")
def test_a_bar_is_told_in_words_and_whether_it_is_partial() -> None:
    here, shown = ChartPainter(DARK), content(10, 20)
    assert here.bar_words(shown, 1) == "O 20.00  H 21.00  L 19.00  C 20.00  V 1  partial"

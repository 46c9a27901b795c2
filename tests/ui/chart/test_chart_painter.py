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
from quotedesk.ui.chart.alert_lines import AlertLevel
from quotedesk.ui.chart.chart_content import ChartContent, Compared
from quotedesk.ui.chart.chart_painter import ChartPainter, base_text
from quotedesk.ui.chart.chart_series import series
from quotedesk.ui.chart.pointer_painter import PointerPainter
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
    axes = here.paint_ground(painter, frame, shown, whole=True)
    here.paint_labels(painter, frame, shown, axes)
    here.paint_alerts(painter, frame, shown)
    here.paint_last(painter, frame, shown)
    if len(shown.series):
        hand = PointerPainter(theme)
        hand.tags(frame, shown, at, None)
        hand.paint_pointer(painter, frame, shown, at, None)
        hand.paint_measure(painter, frame, QPointF(10, 10), QPointF(90, 200), "+1")
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
@pytest.mark.parametrize("last", [12.1, 15.0, 19.4, 19.8])
@pytest.mark.parametrize("base", [-5000.0, 11.9, 12.0, 14.9, 19.9, 20.9, 25.0, 5000.0])
def test_words_of_levels_are_struck_through_by_no_line_and_not_by_one_another(last, base) -> None:
    here = ChartPainter(DARK)
    levels = (AlertLevel("a", 15.1, "Rises to 15.1", is_armed=True),)
    shown = content(10, 20, last, base=base, base_words="Prev close", high=19.5, low=11, levels=levels)
    frame = here.frame(336, 400, -1, 5, shown)
    words = here.level_words(frame, shown, here.places(frame, shown))
    assert [text.split()[-2] for _, text in words] == ["close", "High", "Low"]
    lines = [frame.y(price) for price in (last, 15.1, 19.5, 11)]
    for area, text in words:
        assert frame.box.top() - 1 <= area.top() <= area.bottom() <= frame.box.bottom()
        assert not any(area.top() < y < area.bottom() for y in lines), text
        assert not any(area.intersects(other) for other, _ in words if other is not area)
    assert words[0][0].top() >= 34, "there the hand's words are"


@pytest.mark.usefixtures("qapp")
def test_a_base_out_of_view_has_an_arrow_and_no_line_at_a_price_that_is_not_its_own() -> None:
    def beside_the_words(base: float) -> list[str]:
        image = painted(content(10, 20, 19.8, base=base, base_words="Prev close", has_volume=False))
        return [image.pixelColor(x, y).name() for x in range(200, 240) for y in range(260)]

    nothing = beside_the_words(math.nan)
    assert beside_the_words(12.0) != nothing
    for away, arrow in ((5000.0, "\N{UPWARDS ARROW}"), (-5000.0, "\N{DOWNWARDS ARROW}")):
        assert beside_the_words(away) == nothing
        shown = content(10, 20, 19.8, base=away, base_words="Prev close")
        words = base_text(ChartPainter(DARK).frame(336, 300, -1, 60, shown), shown)
        assert words.startswith(f"{arrow} Prev close ")


@pytest.mark.usefixtures("qapp")
def test_closed_hours_are_shaded_up_to_now() -> None:
    shown = content(10, 11, 12)
    shown = replace(shown, series=replace(shown.series, is_closed=np.array([False, True, True])), has_volume=False)
    image = painted(replace(shown, as_line=False), at=0)
    frame = ChartPainter(DARK).frame(336, 300, -1, 60, shown)
    colours = [image.pixelColor(round(frame.x(place)), 240).name() for place in (-0.6, 1.3, 2.4, 40)]
    assert colours == [DARK.table.name(), *[DARK.window.name()] * 3]


@pytest.mark.usefixtures("qapp")
def test_a_day_that_is_a_line_in_a_long_chart_has_no_words_of_its_own() -> None:
    image = painted(content(10, 100, 55, high=56, low=54, has_volume=False), at=0)
    narrow = painted(content(10, 100, 55, has_volume=False), at=0)
    assert image == narrow


@pytest.mark.usefixtures("qapp")
def test_labels_of_the_axis_make_room_for_the_last_price_and_for_alerts() -> None:
    here, shown = ChartPainter(DARK), content(10, 20, 15, levels=(AlertLevel("a", 12.0, "", is_armed=True),))
    frame = here.frame(336, 300, -1, 5, shown)
    assert frame.tag_y == pytest.approx(frame.y(15))
    (area,) = here.alert_areas(frame, shown)
    assert area.center().y() == pytest.approx(frame.y(12), abs=1)
    assert here.alert_areas(frame, replace(shown, others=(Compared("B", np.array([1.0, 2, 3])),))) != []

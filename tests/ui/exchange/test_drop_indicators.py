"""The line between rows and the strip that removes, as they are painted."""

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from quotedesk.config.settings import Shade
from quotedesk.ui.exchange.drop_indicators import LINE_PX, DropLine, RemoveStrip
from quotedesk.ui.looks.appearance import Appearance


@pytest.fixture(params=[Shade.DARK, Shade.LIGHT])
def appearance(request) -> Appearance:
    return Appearance(request.param)


@pytest.fixture
def parent(qtbot) -> QWidget:
    widget = QWidget()
    widget.resize(600, 300)
    qtbot.addWidget(widget)
    return widget


def test_the_line_is_two_pixels_of_accent_with_a_hollow_ring_at_its_left(parent: QWidget, appearance) -> None:
    line = DropLine(appearance, parent)
    line.show_at(100)
    assert line.geometry() == QRect(0, 95, 600, LINE_PX)
    image = line.grab().toImage()
    accent = appearance.theme.accent.rgb()
    assert [QColor(image.pixel(300, y)).rgb() == accent for y in range(LINE_PX)] == [False] * 4 + [True] * 2 + [
        False
    ] * 4
    assert image.pixel(9, 5) != accent  # the hole


def test_the_strip_says_what_it_would_remove_and_lights_up_under_the_drag(parent: QWidget, appearance) -> None:
    strip = RemoveStrip(appearance, parent)
    strip.offer("3 symbols", QRect(0, 264, 600, 36))
    assert strip.geometry() == QRect(0, 264, 600, 36)
    assert strip.accessibleName() == "Drop here to remove 3 symbols"
    ground = QPoint(40, 18)
    before = strip.grab().toImage().pixelColor(ground)
    assert before == appearance.theme.raised
    strip.is_aimed_at = True
    assert strip.grab().toImage().pixelColor(ground) != before
    strip.offer("3 symbols", QRect(0, 264, 600, 36))
    assert not strip.is_aimed_at

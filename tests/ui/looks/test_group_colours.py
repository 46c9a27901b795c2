"""The colours of the link groups."""

import pytest
from PySide6.QtGui import QColor

from quotedesk.ui.looks.group_colours import NAMES, group_colour
from quotedesk.ui.looks.theme import DARK, LIGHT, Theme


def luminance(colour: QColor) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
    return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_each_group_has_a_colour_of_its_own_that_carries_its_number(theme: Theme) -> None:
    colours = [group_colour(group, theme) for group in range(1, len(NAMES) + 1)]
    assert len({colour.name() for colour in colours}) == 8
    for colour in colours:
        assert contrast(colour, theme.on_accent) >= 5.7
        assert contrast(colour, theme.window) >= 5.0

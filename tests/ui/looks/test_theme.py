"""Every colour can be read on every surface it stands on."""

import re

import pytest
from PySide6.QtGui import QColor, QFont
from pytestqt.qtbot import QtBot

from quotedesk.config.settings import Direction
from quotedesk.market.states import LinkState, RowState
from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.fonts import FAMILY
from quotedesk.ui.looks.glyphs import SHAPES
from quotedesk.ui.looks.theme import DARK, DENSITIES, LIGHT, LINK_LOOKS, LOOKS, Strength, Theme, mix, themed


def luminance(colour: QColor) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: QColor, b: QColor) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


SURFACES = ("table", "hover", "select", "select_idle")
INKS = ("t1", "t2", "t3", "warn", "error", "up", "down", "up_muted", "down_muted")


every_theme = pytest.mark.parametrize(
    "theme",
    [
        pytest.param(themed(dark=dark, direction=way), id=f"{way.value}-{dark}")
        for dark in (True, False)
        for way in Direction
    ],
)


@every_theme
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("colour", INKS)
def test_text_has_a_contrast_of_four_and_a_half(theme: Theme, surface: str, colour: str) -> None:
    assert contrast(theme.colour(colour), theme.colour(surface)) >= 4.5


@every_theme
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("direction", ["up", "down", "t3"])
def test_a_price_and_its_arrow_can_be_read_on_a_flash(theme: Theme, surface: str, direction: str) -> None:
    flash = mix(theme.colour(direction), theme.colour(surface), theme.flash)
    assert contrast(theme.t1, flash) >= 4.5
    if direction != "t3":
        assert contrast(theme.colour(direction), flash) >= 3.38


@every_theme
@pytest.mark.parametrize("direction", ["up", "down"])
def test_a_flash_is_seen_and_does_not_shout(theme: Theme, direction: str) -> None:
    flash = mix(theme.colour(direction), theme.table, theme.flash)
    assert 1.1 < contrast(flash, theme.table) < 1.6


def test_a_scheme_is_named_by_its_outcome() -> None:
    def ways(direction: Direction) -> tuple[QColor, QColor, QColor, QColor]:
        theme = themed(dark=False, direction=direction)
        return theme.up, theme.down, theme.up_muted, theme.down_muted

    up, down, up_muted, down_muted = ways(Direction.GREEN_UP)
    assert ways(Direction.RED_UP) == (down, up, down_muted, up_muted)
    blue, orange, blue_muted, _ = ways(Direction.BLUE_UP)
    assert ways(Direction.RED_UP_BLUE_DOWN) == (down, blue, down_muted, blue_muted)
    assert up.green() > max(up.red(), up.blue())
    assert orange.red() > orange.blue()
    assert themed(dark=False, direction=Direction.RED_UP).error == LIGHT.error, "only directions flip"


def test_rows_come_in_three_heights_and_the_roomiest_has_the_name_under_the_symbol() -> None:
    assert [(each.row_px, each.text_px) for each in DENSITIES.values()] == [(22, 12), (28, 13), (40, 13)]
    assert [each.name_left_px for each in DENSITIES.values()] == [104, 112, None]


def test_each_state_has_a_look_with_a_shape_of_its_own() -> None:
    assert set(LOOKS) == set(RowState)
    assert set(LINK_LOOKS) == set(LinkState)
    assert len({each.mark for each in LOOKS.values()}) == len(LOOKS)
    assert {each.mark for each in LOOKS.values()} | {each[0] for each in LINK_LOOKS.values()} <= set(SHAPES)
    assert {DARK.colours(strength).end for strength in Strength} <= set(SHAPES)


def test_a_doubted_price_has_no_direction() -> None:
    colours = DARK.colours(Strength.DOUBT)
    assert colours.price == colours.up == colours.down == DARK.t3


def test_fonts_have_digits_of_one_width_and_a_fallback(qtbot: QtBot) -> None:
    font = look.font(12, strong=True)
    assert font.families()[0] == FAMILY
    assert "DejaVu Sans" in font.families()
    assert font.isFeatureSet(QFont.Tag("tnum"))
    assert (font.pixelSize(), font.weight()) == (12, QFont.Weight.DemiBold)


@pytest.mark.parametrize("state", RowState)
def test_each_state_has_texts_that_can_say_for_how_long_and_why(state: RowState) -> None:
    look = LOOKS[state]
    assert look.told
    for text in (look.word, look.told):
        assert set(re.findall(r"\{.*?\}", text)) <= {"{age}", "{reason}"}
        text.format(age="3 s", reason="{no} field")

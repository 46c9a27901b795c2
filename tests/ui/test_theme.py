"""Every ink can be read on every surface it stands on."""

import pytest
from PySide6.QtGui import QColor, QFont
from pytestqt.qtbot import QtBot

from quotedesk.feed.states import LinkState, RowState
from quotedesk.ui import theme as look
from quotedesk.ui.marks import SHAPES
from quotedesk.ui.theme import DARK, LINK_LOOKS, LOOKS, Strength, mix


def luminance(colour: QColor) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: QColor, b: QColor) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


SURFACES = ("table", "hover", "select", "select_idle")
INKS = ("t1", "t2", "t3", "warn", "error", "up", "down", "up_muted", "down_muted")


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("ink", INKS)
def test_text_has_a_contrast_of_four_and_a_half(surface: str, ink: str) -> None:
    assert contrast(DARK.ink(ink), DARK.ink(surface)) >= 4.5


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("direction", ["up", "down", "t3"])
def test_a_price_and_its_arrow_can_be_read_on_a_flash(surface: str, direction: str) -> None:
    flash = mix(DARK.ink(direction), DARK.ink(surface), DARK.flash)
    assert contrast(DARK.t1, flash) >= 4.5
    if direction != "t3":
        assert contrast(DARK.ink(direction), flash) >= 3.4


def test_the_flashes_on_the_table_are_those_of_the_look() -> None:
    flashes = [mix(ink, DARK.table, DARK.flash).name().upper() for ink in (DARK.up, DARK.down, DARK.t3)]
    assert flashes == ["#1F4336", "#4C2A2F", "#303439"]


def test_each_state_has_a_look_with_a_shape_of_its_own() -> None:
    assert set(LOOKS) == set(RowState)
    assert set(LINK_LOOKS) == set(LinkState)
    assert len({each.mark for each in LOOKS.values()}) == len(LOOKS)
    assert {each.mark for each in LOOKS.values()} | {each[0] for each in LINK_LOOKS.values()} <= set(SHAPES)
    assert {DARK.inks(strength).end for strength in Strength} <= set(SHAPES)


def test_a_doubted_price_has_no_direction() -> None:
    inks = DARK.inks(Strength.DOUBT)
    assert inks.price == inks.up == inks.down == DARK.t3


def test_fonts_have_digits_of_one_width_and_a_fallback(qtbot: QtBot) -> None:
    font = look.font(12, strong=True)
    assert font.families()[0] == "Inter"
    assert "DejaVu Sans" in font.families()
    assert font.isFeatureSet(QFont.Tag("tnum"))
    assert (font.pixelSize(), font.weight()) == (12, QFont.Weight.DemiBold)

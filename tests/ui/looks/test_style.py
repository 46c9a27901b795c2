"""The theme, given to Qt."""

from PySide6.QtGui import QPalette

from quotedesk.ui.looks.style import palette, style_sheet
from quotedesk.ui.looks.theme import DARK


def test_the_palette_has_the_theme_s_colours(qtbot) -> None:
    colours = palette(DARK)
    assert colours.color(QPalette.ColorRole.Window) == DARK.window
    assert colours.color(QPalette.ColorRole.ToolTipBase) == DARK.raised
    assert colours.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == DARK.t3


def test_the_style_sheet_has_colours_and_no_place_left_open() -> None:
    sheet = style_sheet(DARK)
    assert "{{" not in sheet
    assert DARK.raised.name() in sheet
    assert "None" not in sheet

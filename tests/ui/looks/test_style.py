"""The theme, given to Qt."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QDialog, QLineEdit, QSpinBox, QVBoxLayout

from quotedesk.ui.looks.style import dress, like_a_field, palette, style_sheet
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


def test_the_text_of_a_spin_box_begins_where_that_of_a_field_does(qtbot) -> None:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    dress(dialog, DARK)
    column = QVBoxLayout(dialog)
    spin, field = like_a_field(QSpinBox()), QLineEdit("9")
    spin.setValue(9)
    column.addWidget(spin)
    column.addWidget(field)
    dialog.resize(200, 90)
    column.activate()
    picture = dialog.grab().toImage()
    lefts = []
    for widget in (spin, field):
        y = widget.geometry().center().y()
        ground = picture.pixelColor(widget.x() + 4, y)
        inside = range(widget.x() + 4, widget.geometry().right() - 4)
        lefts.append(next(x for x in inside for dy in range(-4, 5) if picture.pixelColor(x, y + dy) != ground))
    assert abs(lefts[0] - lefts[1]) <= 1

"""Labels show plain text."""

from PySide6.QtCore import Qt

from quotedesk.ui.looks.appearance import Appearance
from quotedesk.ui.looks.glyphs import SIDE_PX
from quotedesk.ui.looks.labels import ElidedLabel, GlyphLabel, plain_label
from quotedesk.ui.looks.theme import DARK, font


def test_markup_is_text(qtbot) -> None:
    label = plain_label(font(), "t1", "<b>x</b>")
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == "<b>x</b>"


def test_what_does_not_fit_is_elided_on_one_line_and_whole_in_the_tooltip(qtbot) -> None:
    label = ElidedLabel(font(), "t1")
    qtbot.addWidget(label)
    label.resize(100, 20)
    label.show_text("one\ntwo " * 30)
    assert label.text().endswith("…")
    assert label.toolTip() == label.full == ("one two " * 30).strip()
    label.resize(4000, 20)
    label.show()
    assert label.text() == label.full
    assert label.toolTip() == ""


def test_a_mark_among_words_shows_its_colour(qtbot) -> None:
    label = GlyphLabel(Appearance(), "window")
    qtbot.addWidget(label)
    label.show_mark("live", "warn")
    image = label.grab().toImage()
    assert image.pixelColor(SIDE_PX // 2, SIDE_PX // 2) == DARK.warn

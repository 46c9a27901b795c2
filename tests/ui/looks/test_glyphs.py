"""Small shapes."""

import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from quotedesk.ui.looks.glyphs import SHAPES, SIDE_PX, Glyphs
from quotedesk.ui.looks.theme import DARK


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_each_shape_fits_its_square_and_differs_from_the_others(qtbot: QtBot, ratio: float) -> None:
    marks = Glyphs(ratio)
    images = {}
    for shape in SHAPES:
        image = marks.pixmap(shape, DARK.t1, DARK.table).toImage()
        side = image.width()
        assert side == round(SIDE_PX * ratio)
        edge = [(x, y) for x in range(side) for y in range(side) if x in (0, side - 1) or y in (0, side - 1)]
        assert all(image.pixelColor(x, y).alpha() == 0 for x, y in edge)
        assert any(image.pixelColor(x, y).alpha() for x in range(side) for y in range(side))
        images[shape] = image
    assert all(a == b or images[a] != images[b] for a in images for b in images)


def test_a_pixmap_is_made_once(qtbot: QtBot) -> None:
    marks = Glyphs(1.0)
    assert marks.pixmap("live", DARK.t1, DARK.table) is marks.pixmap("live", DARK.t1, DARK.table)


def test_a_mark_is_centred_where_it_is_asked_for(qtbot: QtBot) -> None:
    image = QImage(28, 28, QImage.Format.Format_RGB32)
    image.fill(DARK.table)
    painter = QPainter(image)
    Glyphs(1.0).blit(painter, "live", 14, 14, DARK.t1, DARK.table)
    painter.end()
    inked = [(x, y) for x in range(28) for y in range(28) if image.pixel(x, y) != DARK.table.rgb()]
    assert {min(x for x, _ in inked), 27 - max(x for x, _ in inked)} == {10}
    assert {min(y for _, y in inked), 27 - max(y for _, y in inked)} == {10}

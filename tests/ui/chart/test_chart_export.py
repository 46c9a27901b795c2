"""A chart as a file."""

import stat
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter

from quotedesk.ui.chart import chart_export
from quotedesk.ui.looks.theme import DARK

pytestmark = pytest.mark.usefixtures("qapp")


class Red:
    """Draws itself red."""

    def size(self) -> QSize:
        return QSize(200, 100)

    def draw(self, painter: QPainter, width: float, height: float) -> None:
        assert (width, height) == (200, 100)
        painter.fillRect(0, 0, 200, 100, "red")


def test_the_title_stands_over_what_is_drawn(tmp_path: Path) -> None:
    chart_export.save(tmp_path / "x.png", Red(), "A.US  12.00 <b>", DARK)
    image = QImage(str(tmp_path / "x.png"))
    assert (image.width(), image.height()) == (400, 256)
    assert image.pixelColor(200, 200).name() == "#ff0000"
    assert image.pixelColor(398, 10) == DARK.table
    chart_export.save(tmp_path / "x.SVG", Red(), "A.US  12.00 <b>", DARK)
    drawing = (tmp_path / "x.SVG").read_text()
    assert "A.US  12.00 &lt;b&gt;</title>" in drawing
    assert 'viewBox="0 0 200 128"' in drawing


@pytest.mark.parametrize("name", ["no/x.svg", "no/x.png"])
def test_where_nothing_can_be_written_it_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match="cannot be written"):
        chart_export.save(tmp_path / name, Red(), "A", DARK)


def test_what_is_saved_is_like_any_file_of_the_user(tmp_path: Path) -> None:
    chart_export.save(tmp_path / "x.png", Red(), "A", DARK)
    assert stat.S_IMODE((tmp_path / "x.png").stat().st_mode) & 0o600 == 0o600

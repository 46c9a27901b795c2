"""A chart as a file."""

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator

from quotedesk.ui.looks import theme as look
from quotedesk.ui.looks.theme import Theme

_TITLE_PX = 28
_RATIO = 2  # pixels of a picture for one of the screen


class Drawable(Protocol):
    """What is exported."""

    def size(self) -> QSize: ...
    def draw(self, painter: QPainter, width: float, height: float) -> None: ...


def save(path: Path, drawn: Drawable, title: str, theme: Theme) -> None:
    """As it is on screen, under its title: SVG or PNG by the file's ending. Raises OSError."""
    whole = QRectF(0, 0, drawn.size().width(), drawn.size().height() + _TITLE_PX)
    if path.suffix.lower() == ".svg":
        drawing = QSvgGenerator()
        drawing.setFileName(str(path))
        drawing.setSize(whole.size().toSize())
        drawing.setViewBox(whole)
        drawing.setTitle(title)
        painter = QPainter()
        if not path.parent.is_dir() or not painter.begin(drawing):
            raise OSError(f"{path} cannot be written")
        _draw(painter, whole, drawn, title, theme)
        painter.end()
        return
    picture = QPixmap(whole.size().toSize() * _RATIO)
    picture.setDevicePixelRatio(_RATIO)
    painter = QPainter(picture)
    _draw(painter, whole, drawn, title, theme)
    painter.end()
    if not picture.save(str(path), "PNG"):
        raise OSError(f"{path} cannot be written")


def _draw(painter: QPainter, whole: QRectF, drawn: Drawable, title: str, theme: Theme) -> None:
    painter.fillRect(whole, theme.table)
    painter.setFont(look.font(13, strong=True))
    painter.setPen(theme.t1)
    middle = Qt.AlignmentFlag.AlignVCenter
    painter.drawText(QRectF(8, 0, whole.width() - 16, _TITLE_PX), middle, title)
    painter.translate(0, _TITLE_PX)
    drawn.draw(painter, whole.width(), whole.height() - _TITLE_PX)

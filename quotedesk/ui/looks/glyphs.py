"""Small shapes, drawn once per theme and pixel ratio and blitted from then on."""

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

SIDE_PX = 14  # even, so that a mark centred on a whole pixel is blitted to one
_HALF = SIDE_PX / 2


class Glyphs:
    """Pixmaps by (shape, colour, background). Shapes are the names in SHAPES."""

    def __init__(self, ratio: float) -> None:
        self.ratio = ratio
        self._pixmaps: dict[tuple[str, int, int], QPixmap] = {}

    def blit(self, painter: QPainter, shape: str, x: float, y: float, colour: QColor, background: QColor) -> None:
        """Draw a shape centred at (x, y), to the nearest device pixel."""
        ratio = self.ratio
        if ratio == 1:  # whole numbers go to Qt in half the time
            painter.drawPixmap(round(x - _HALF), round(y - _HALF), self.pixmap(shape, colour, background))
            return
        place = QPointF(round((x - _HALF) * ratio) / ratio, round((y - _HALF) * ratio) / ratio)
        painter.drawPixmap(place, self.pixmap(shape, colour, background))

    def pixmap(self, shape: str, colour: QColor, background: QColor) -> QPixmap:
        """The shape in a square of SIDE_PX, clear around it; the background is for shapes with a rim."""
        key = (shape, colour.rgba(), background.rgba())
        found = self._pixmaps.get(key)
        if found is None:
            found = self._pixmaps[key] = _drawn(SHAPES[shape], colour, background, self.ratio)
        return found


_Shape = Callable[[QPainter, QColor, QColor], None]


def _drawn(shape: _Shape, colour: QColor, background: QColor, ratio: float) -> QPixmap:
    side = math.ceil(SIDE_PX * ratio)
    pixmap = QPixmap(side, side)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(_HALF, _HALF)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    shape(painter, colour, background)
    painter.end()
    return pixmap


def _stroke(painter: QPainter, colour: QColor, width: float) -> None:
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _square(radius: float) -> QRectF:
    return QRectF(-radius, -radius, 2 * radius, 2 * radius)


def _dot(radius: float) -> _Shape:
    return lambda painter, colour, background: painter.drawEllipse(QPointF(), radius, radius)


def _pending(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.4)
    for dash in range(6):
        painter.drawArc(_square(4), (60 * dash + 13) * 16, 34 * 16)


def _offline(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawArc(_square(4.2), 68 * 16, 134 * 16)
    painter.drawArc(_square(4.2), 248 * 16, 134 * 16)
    painter.drawLine(QPointF(-4.6, 4.6), QPointF(4.6, -4.6))


def _closed(painter: QPainter, colour: QColor, background: QColor) -> None:
    moon, shade = QPainterPath(), QPainterPath()
    moon.addEllipse(QPointF(-0.4, 0), 4.4, 4.4)
    shade.addEllipse(QPointF(2.0, -1.6), 4.0, 4.0)
    painter.drawPath(moon.subtracted(shade))


def _stale(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawEllipse(QPointF(), 4.5, 4.5)
    painter.drawPolyline([QPointF(0, -2.8), QPointF(0, 0.3), QPointF(2.3, 1.6)])


def _refused(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.8)
    painter.drawLine(QPointF(-4, -4), QPointF(4, 4))
    painter.drawLine(QPointF(-4, 4), QPointF(4, -4))


def _delayed(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawPolygon(QPolygonF([QPointF(-3.4, -4.4), QPointF(3.4, -4.4), QPointF(-3.4, 4.4), QPointF(3.4, 4.4)]))


def _halted(painter: QPainter, colour: QColor, background: QColor) -> None:
    for x in (-3.6, 1.0):
        painter.drawRect(QRectF(x, -4.2, 2.6, 8.4))


def _limit(way: float) -> _Shape:
    """A triangle against a bar above (-1) or below (1)."""

    def draw(painter: QPainter, colour: QColor, background: QColor) -> None:
        painter.drawRect(QRectF(-4.5, 3.6 * way - 0.8, 9, 1.6))
        painter.drawPolygon(QPolygonF([QPointF(0, 1.6 * way), QPointF(-4.2, -4.2 * way), QPointF(4.2, -4.2 * way)]))

    return draw


def _parked(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawRoundedRect(_square(4.5), 1, 1)
    _stroke(painter, colour, 1)
    for end in (-1.5, 1.5, 4.5):  # from the left or lower side up to the right
        painter.drawLine(QPointF(-4.5, end), QPointF(end, -4.5))
    painter.drawLine(QPointF(-1.5, 4.5), QPointF(4.5, -1.5))


def _plus(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.8)
    painter.drawLine(QPointF(-4.5, 0), QPointF(4.5, 0))
    painter.drawLine(QPointF(0, -4.5), QPointF(0, 4.5))


def _check(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawPolyline([QPointF(-4, 0.2), QPointF(-1.3, 3), QPointF(4.2, -3.2)])


def _equals(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawLine(QPointF(-3.5, -2), QPointF(3.5, -2))
    painter.drawLine(QPointF(-3.5, 2), QPointF(3.5, 2))


def _flag(painter: QPainter, colour: QColor, background: QColor) -> None:
    painter.drawRect(QRectF(-3.6, -4.6, 1.3, 9.4))
    painter.drawPolygon(QPolygonF([QPointF(-2.3, -4.6), QPointF(3.8, -2.1), QPointF(-2.3, 0.6)]))


def _note(painter: QPainter, colour: QColor, background: QColor) -> None:
    for y, right in ((-3, 4), (0, 4), (3, 1)):
        painter.drawRect(QRectF(-4, y - 0.6, right + 4, 1.2))


def _bell_path() -> QPainterPath:
    bell = QPainterPath(QPointF(-4.6, 2.8))
    bell.cubicTo(QPointF(-2.6, 1.2), QPointF(-3.6, -1.6), QPointF(-2.8, -2.8))
    bell.cubicTo(QPointF(-2, -4.4), QPointF(2, -4.4), QPointF(2.8, -2.8))
    bell.cubicTo(QPointF(3.6, -1.6), QPointF(2.6, 1.2), QPointF(4.6, 2.8))
    bell.closeSubpath()
    return bell


def _bell(painter: QPainter, colour: QColor, background: QColor) -> None:
    painter.drawPath(_bell_path())
    painter.drawEllipse(QPointF(0, 4), 1.3, 1.1)


def _bell_hollow(painter: QPainter, colour: QColor, background: QColor) -> None:
    painter.drawEllipse(QPointF(0, 4.2), 1.3, 1.1)
    _stroke(painter, colour, 1.2)
    painter.drawPath(_bell_path())


def _bell_off(painter: QPainter, colour: QColor, background: QColor) -> None:
    """Struck through, with a gap along the stroke."""
    _bell(painter, colour, background)
    _stroke(painter, background, 3.6)
    painter.drawLine(QPointF(-4.6, -4.6), QPointF(4.6, 4.6))
    _stroke(painter, colour, 1.4)
    painter.drawLine(QPointF(-4.8, -4.8), QPointF(4.8, 4.8))


def _bell_asleep(painter: QPainter, colour: QColor, background: QColor) -> None:
    """Hollow, and a z above its shoulder."""
    painter.save()
    painter.translate(-1.2, 1)
    painter.scale(0.85, 0.85)
    _bell_hollow(painter, colour, background)
    painter.restore()
    _stroke(painter, background, 3)
    painter.drawLine(QPointF(1.8, -4.4), QPointF(4.4, -1.8))
    _stroke(painter, colour, 1.2)
    painter.drawPolyline([QPointF(1.6, -5), QPointF(4.6, -5), QPointF(1.6, -1.3), QPointF(4.8, -1.3)])


def _bell_ringing(painter: QPainter, colour: QColor, background: QColor) -> None:
    """Full, with an arc at either side."""
    painter.save()
    painter.scale(0.74, 0.8)
    _bell(painter, colour, background)
    painter.restore()
    _stroke(painter, colour, 1.2)
    painter.drawArc(QRectF(-5.3, -5, 7, 7), 130 * 16, 70 * 16)
    painter.drawArc(QRectF(-1.7, -5, 7, 7), -20 * 16, 70 * 16)


def _hidden(painter: QPainter, colour: QColor, background: QColor) -> None:
    """An eye behind a stroke."""
    _stroke(painter, colour, 1.4)
    eye = QPainterPath(QPointF(-5.2, 0))
    eye.quadTo(QPointF(0, -5.6), QPointF(5.2, 0))
    eye.quadTo(QPointF(0, 5.6), QPointF(-5.2, 0))
    painter.drawPath(eye)
    painter.drawEllipse(QPointF(), 1.2, 1.2)
    painter.drawLine(QPointF(-4.4, 4.4), QPointF(4.4, -4.4))


def _unfolded(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawPolyline([QPointF(-3.4, -1.6), QPointF(0, 1.8), QPointF(3.4, -1.6)])


def _folded(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1.4)
    painter.drawPolyline([QPointF(-1.6, -3.4), QPointF(1.8, 0), QPointF(-1.6, 3.4)])


def _arrow_up(painter: QPainter, colour: QColor, background: QColor) -> None:
    painter.drawPolygon(QPolygonF([QPointF(-3.5, 2.75), QPointF(0, -2.75), QPointF(3.5, 2.75)]))


def _arrow_down(painter: QPainter, colour: QColor, background: QColor) -> None:
    painter.drawPolygon(QPolygonF([QPointF(-3.5, -2.75), QPointF(0, 2.75), QPointF(3.5, -2.75)]))


def _arrow_flat(painter: QPainter, colour: QColor, background: QColor) -> None:
    painter.drawRect(QRectF(-3, -0.75, 6, 1.5))


def _end(painter: QPainter, colour: QColor, background: QColor) -> None:
    painter.setBrush(background)
    painter.drawEllipse(QPointF(), 3.6, 3.6)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(), 2.4, 2.4)


def _end_hollow(painter: QPainter, colour: QColor, background: QColor) -> None:
    _stroke(painter, colour, 1)
    painter.setBrush(background)
    painter.drawEllipse(QPointF(), 2.3, 2.3)


SHAPES: dict[str, _Shape] = {
    "pending": _pending,
    "live": _dot(3.5),
    "quiet": _dot(2.2),
    "closed": _closed,
    "stale": _stale,
    "offline": _offline,
    "refused": _refused,
    "parked": _parked,
    "delayed": _delayed,
    "halted": _halted,
    "limit_up": _limit(-1),
    "limit_down": _limit(1),
    "plus": _plus,
    "equals": _equals,
    "check": _check,
    "flag": _flag,
    "note": _note,
    "bell": _bell,
    "bell_hollow": _bell_hollow,
    "bell_off": _bell_off,
    "bell_asleep": _bell_asleep,
    "bell_ringing": _bell_ringing,
    "hidden": _hidden,
    "unfolded": _unfolded,
    "folded": _folded,
    "arrow_up": _arrow_up,
    "arrow_down": _arrow_down,
    "arrow_flat": _arrow_flat,
    "end": _end,
    "end_small": _dot(1.7),
    "end_stopped": lambda painter, colour, background: painter.drawRect(QRectF(-2, -2, 4, 4)),
    "end_hollow": _end_hollow,
}

"""Where a window without a frame may be: on its screen, beside the task bar, at the edges that it was docked at."""

from PySide6.QtCore import QMargins, QPoint, QRect, QSize

SNAP_PX = 16  # so near an edge is at it
CORNERS = (("right", "bottom"), ("left", "bottom"), ("left", "top"), ("right", "top"))


def placed(box: QRect, room: QRect, edges: tuple[str, ...] = ()) -> QRect:
    """As much of `box` as the room has, moved into it, and at those edges of it."""
    size = QSize(min(box.width(), room.width()), min(box.height(), room.height()))
    left = max(room.left(), min(box.left(), room.right() + 1 - size.width()))
    top = max(room.top(), min(box.top(), room.bottom() + 1 - size.height()))
    if "left" in edges:
        left = room.left()
    elif "right" in edges:
        left = room.right() + 1 - size.width()
    if "top" in edges:
        top = room.top()
    elif "bottom" in edges:
        top = room.bottom() + 1 - size.height()
    return QRect(QPoint(left, top), size)


def snapped(box: QRect, room: QRect) -> tuple[QRect, tuple[str, ...]]:
    """A box that was dragged there: in the room, at the edges that it is near; and which ones these are."""
    edges = touched(box, room, SNAP_PX)
    return placed(box, room, edges), edges


def touched(box: QRect, room: QRect, within_px: int = 0) -> tuple[str, ...]:
    """The edges of the room that a box is at, or as near as that: of left and right one, of top and bottom one."""
    gaps = {
        "left": box.left() - room.left(),
        "right": room.right() - box.right(),
        "top": box.top() - room.top(),
        "bottom": room.bottom() - box.bottom(),
    }
    nearest = (min(pair, key=lambda edge: gaps[edge]) for pair in (("left", "right"), ("top", "bottom")))
    return tuple(edge for edge in nearest if gaps[edge] <= within_px)


def resized(box: QRect, sides: frozenset[str], by: QPoint, room: QRect, least: QSize) -> QRect:
    """A box of which these sides were pulled: not smaller than `least`, nor beyond the room."""
    left, top, right, bottom = box.left(), box.top(), box.right(), box.bottom()
    if "left" in sides:
        left = max(room.left(), min(left + by.x(), right + 1 - least.width()))
    if "right" in sides:
        right = min(room.right(), max(right + by.x(), left - 1 + least.width()))
    if "top" in sides:
        top = max(room.top(), min(top + by.y(), bottom + 1 - least.height()))
    if "bottom" in sides:
        bottom = min(room.bottom(), max(bottom + by.y(), top - 1 + least.height()))
    return QRect(QPoint(left, top), QPoint(right, bottom))


def sides_at(at: QPoint, size: QSize, border_px: int) -> frozenset[str]:
    """Which sides of a window a point of it pulls; at a corner two."""
    inner = QRect(QPoint(0, 0), size).marginsRemoved(QMargins(border_px, border_px, border_px, border_px))
    sides = set()
    if at.x() < inner.left():
        sides.add("left")
    elif at.x() > inner.right():
        sides.add("right")
    if at.y() < inner.top():
        sides.add("top")
    elif at.y() > inner.bottom():
        sides.add("bottom")
    return frozenset(sides)

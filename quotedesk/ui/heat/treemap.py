"""Where tiles of given areas go in a rectangle, each as near to a square as can be: a squarified treemap. Pure.

Bruls, Huizing and van Wijk, "Squarified treemaps" (2000).
"""

from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle, pixels."""

    left: float
    top: float
    width: float
    height: float


def tiled(areas: Sequence[float], within: Box) -> list[Box]:
    """A box for each area, in their order; together they fill `within`.

    `areas` are positive and in proportion only. The largest are best given first, for tiles near to squares.
    """
    if not areas or within.width <= 0 or within.height <= 0:
        return [Box(within.left, within.top, 0.0, 0.0)] * len(areas)
    scale = within.width * within.height / sum(areas)
    sizes = [area * scale for area in areas]
    boxes: list[Box] = []
    while sizes:
        is_wide = within.width >= within.height
        across = within.height if is_wide else within.width
        count, total = _strip(sizes, across)
        row, sizes = sizes[:count], sizes[count:]
        thick = total / across if sizes else within.width if is_wide else within.height  # the last takes what is left
        done = 0.0
        for size in row:
            start, length = across * done / total, across * size / total
            done += size
            boxes.append(
                Box(within.left, within.top + start, thick, length)
                if is_wide
                else Box(within.left + start, within.top, length, thick)
            )
        left, top, width, height = within
        within = (
            Box(left + thick, top, width - thick, height) if is_wide else Box(left, top + thick, width, height - thick)
        )
    return boxes


def _strip(sizes: Sequence[float], across: float) -> tuple[int, float]:
    """How many of the next tiles lie side by side over the shorter side, and their area: as long as the worst of them
    does not get worse.
    """
    least = most = total = sizes[0]
    worst = _worst(least, most, total, across)
    for count, size in enumerate(sizes[1:], 1):
        least, most = min(least, size), max(most, size)
        with_it = _worst(least, most, total + size, across)
        if with_it > worst:
            return count, total
        total, worst = total + size, with_it
    return len(sizes), total


def _worst(least: float, most: float, total: float, across: float) -> float:
    """How far from a square the worst tile of a strip would be: 1 is a square."""
    return max(across * across * most / (total * total), total * total / (across * across * least))

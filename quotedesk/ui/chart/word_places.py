"""Where the words of a chart's levels stand: beside their lines, clear of each other and of the last price."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF

WORDS_PX = 16  # the height of a level's words
_AWAY_PX = 2  # from their line
_STEP_PX, _STEPS = 8, 7  # away from it; farther they would seem to be another's


class WordPlaces:
    """One for a painting. `taken`: where something else stands.

    What is placed first stands nearest to its line.
    """

    def __init__(self, box: QRectF, taken: Iterable[QRectF] = ()) -> None:
        self._box = box
        self._taken = list(taken)

    def place(self, left: float, width: float, line_y: float, *, below: bool = False) -> QRectF:
        """Where words of a level stand: above its line where that is free, or first of all `below`."""
        above_y, below_y = line_y - _AWAY_PX - WORDS_PX, line_y + _AWAY_PX
        aways = [step * _STEP_PX for step in range(_STEPS)]
        tops = [top for away in aways for top in (above_y - away, below_y + away)]
        if below:
            tops = [top for pair in zip(tops[1::2], tops[::2], strict=True) for top in pair]
        areas = [QRectF(left, top, width, WORDS_PX) for top in tops]
        inside = [each for each in areas if each.top() >= self._box.top() - 1 and each.bottom() <= self._box.bottom()]
        free = (each for each in inside if not any(each.intersects(other) for other in self._taken))
        found = next(free, (inside or areas)[0])
        self._taken.append(found)
        return found

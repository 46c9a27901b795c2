"""One decimal point per column: how far a number stands from the column's right edge."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFontMetricsF

MOST_ALIGNED = 5


@dataclass(frozen=True, slots=True)
class Decimals:
    """How many decimals a column shows.

    Attributes:
        most: the most of any row, at most MOST_ALIGNED; the point stands where those fit.
        common: the most common number, where the title and `--` stand.
    """

    most: int = 2
    common: int = 2


def decimals_of(shown: NDArray[np.uint8]) -> Decimals:
    """The decimals of a column from those of its rows with a price."""
    if not len(shown):
        return Decimals()
    counts = np.bincount(np.minimum(shown, MOST_ALIGNED).astype(np.intp))
    return Decimals(len(counts) - 1, int(counts.argmax()))


class Fractions:
    """Widths of what follows a number's decimals: pixels by digits, in a font with digits of one width."""

    def __init__(self, metrics: QFontMetricsF) -> None:
        digit, point = metrics.horizontalAdvance("0"), metrics.horizontalAdvance(".")
        self._widths = [0.0] + [point + digit * count for count in range(1, MOST_ALIGNED + 1)]

    def shift_px(self, decimals: int, column: Decimals) -> float:
        """How far left of the column's right edge a number with `decimals` ends; longer ones keep the edge."""
        return self._widths[column.most] - self._widths[min(max(decimals, 0), column.most)]

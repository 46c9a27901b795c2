"""Arrays with one value a slot, and how they grow."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.uint8]
Slots = NDArray[np.intp]

_Kind = TypeVar("_Kind", bound=np.generic)


def grown(array: NDArray[_Kind], room: int, unknown: float) -> NDArray[_Kind]:
    """A copy with room for so many slots; the new ones hold `unknown`."""
    larger = np.full(room, unknown, array.dtype)
    larger[: len(array)] = array
    return larger

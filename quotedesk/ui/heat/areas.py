"""How large each tile is to be: alike, or by turnover. Unknown turnover makes a tile small, never none."""

import enum
import math
from collections.abc import Sequence

import numpy as np

from quotedesk.quotes.arrays import Floats, Slots
from quotedesk.quotes.quotes import Quotes

_LEAST_OF_EQUAL = 0.25  # no tile is smaller than this part of an equal share, so that it can be read and hit


class Area(enum.Enum):
    """What the area of a tile stands for."""

    TURNOVER = "turnover"
    EQUAL = "equal"


def turnovers(quotes: Quotes, slots: Slots) -> Floats:
    """What was traded of each, in its own currency: as the feed says, else volume times last; NaN unknown."""
    with np.errstate(invalid="ignore", over="ignore"):
        found: Floats = np.where(
            np.isnan(quotes["turnover"][slots]),
            quotes["volume"][slots] * quotes["last"][slots],
            quotes["turnover"][slots],
        )
    found[~(np.isfinite(found) & (found > 0))] = np.nan
    return found


def areas(known: Sequence[float]) -> list[float]:
    """Areas, each a part of 1, for turnovers of which some may be NaN; alike where none is known."""
    if not known:
        return []
    total = sum(each for each in known if not math.isnan(each))
    least = _LEAST_OF_EQUAL / len(known)
    if not total:
        return [1 / len(known)] * len(known)
    raised = [least if math.isnan(each) else max(each / total, least) for each in known]
    whole = sum(raised)
    return [each / whole for each in raised]

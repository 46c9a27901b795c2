"""What the symbols of a section are together: how many, how many of them rose and fell, and their mean change."""

import math
from dataclasses import dataclass

import numpy as np

from quotedesk.quotes.arrays import Slots
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table import numbers
from quotedesk.ui.table.columns import percents


@dataclass(frozen=True, slots=True)
class SectionSummary:
    """The symbols of one section at one moment.

    Attributes:
        count: all of them.
        up, down: how many changed for the better and for the worse, by what is shown; the others did not, or nobody
            knows.
        mean_percent: of those whose change is known; NaN where there are none.
    """

    count: int
    up: int = 0
    down: int = 0
    mean_percent: float = math.nan

    def words(self, *, is_folded: bool) -> str:
        """What stands behind the section's name: "10", or of what is folded away "10, 6 up, 4 down"."""
        told = [f"{self.count:,}"]
        if is_folded and not math.isnan(self.mean_percent):
            told += [f"{self.up:,} up", f"{self.down:,} down"]
        return ", ".join(told)

    @property
    def mean_text(self) -> str:
        """The mean change as it is shown, "+0.18 %"; "" where none is known."""
        return "" if math.isnan(self.mean_percent) else f"{numbers.percent(self.mean_percent)} %"


def summary(quotes: Quotes, slots: Slots) -> SectionSummary:
    """What the symbols in these slots are together now."""
    changes = percents(quotes, slots)
    known = np.round(changes[~np.isnan(changes)], 2)
    if not len(known):
        return SectionSummary(len(slots))
    mean = float(changes[~np.isnan(changes)].mean())
    return SectionSummary(len(slots), int((known > 0).sum()), int((known < 0).sum()), mean)

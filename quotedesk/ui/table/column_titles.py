"""What stands over the columns, from its longest form to its shortest: Chg says what the rows count from."""

import math
from collections.abc import Collection
from functools import lru_cache

import numpy as np

from quotedesk.market.clock import Clock
from quotedesk.quotes.arrays import Slots
from quotedesk.quotes.fields import BASE_NAMES, FIRST_SEEN
from quotedesk.quotes.quotes import Quotes
from quotedesk.ui.table import numbers
from quotedesk.ui.table.row_text import COUNTED_FROM, since

_MOST_TITLE = 60  # characters
_ONE_MINUTE_S = 60.0
_TITLES = {"prev_close": "vs close", "open_24h": "24 h", "open_session": "vs open"}


@lru_cache(maxsize=64)
def cut_titles(title: str) -> tuple[str, ...]:
    """A title of the user's own, on one line, and as much of it as may have room."""
    whole = " ".join(title.split())
    lengths = range(min(len(whole), _MOST_TITLE) - 1, 0, -1)
    return whole, *(f"{whole[:length].rstrip()}\N{HORIZONTAL ELLIPSIS}" for length in lengths)


def bases_of(quotes: Quotes, slots: Slots) -> tuple[set[str], tuple[float, float]]:
    """What rows count their changes from; when the first price came, of the earliest and of the latest row."""
    slots = slots[~np.isnan(quotes.base[slots])]
    if not len(slots):
        return set(), (math.nan, math.nan)
    # Not by np.unique: without a count or a place it imports numpy.ma, of 3 MB.
    names = {BASE_NAMES[kind] for kind in np.bincount(quotes.base_kind[slots]).nonzero()[0].tolist()}
    firsts = quotes.last_prices.first_s[slots]
    firsts = firsts[~np.isnan(firsts)]  # a base that HTTP told comes before the first price
    return names, (float(firsts.min()), float(firsts.max())) if len(firsts) else (math.nan, math.nan)


def change_titles(
    base_names: Collection[str], first_s: tuple[float, float], clock: Clock, title: str = "Chg"
) -> tuple[str, ...]:
    """What stands over Chg (or Chg %) where rows count from these bases, from the longest to the shortest.

    first_s: when the first price of the run came, of the earliest and of the latest row.
    """
    if not base_names:
        return (title,)
    if len(base_names) > 1:
        return (f"{title} *",)
    (name,) = base_names
    if name != FIRST_SEEN:
        said = _TITLES[name]
        return f"{title} {said}", said, f"{title} *"
    first_utc_s, now_utc_s = clock.utc_s(first_s[0]), clock.utc_s(clock.now_s())
    at = numbers.time_or_day(first_utc_s, now_utc_s)
    at = at[:5] if ":" in at else at
    star = " *" if first_s[1] - first_s[0] >= _ONE_MINUTE_S else ""
    return f"{title} since {at}{star}", f"since {at}{star}", f"{title} *"


def change_tip(base_names: Collection[str], first_s: tuple[float, float], clock: Clock) -> str:
    """What the rows' changes count from, in a sentence."""
    if not base_names:
        return "Change of the last price"
    if len(base_names) > 1:
        told = ", others from ".join(COUNTED_FROM[name] for name in sorted(base_names))
        return f"Change of the last price. Some rows count from {told}: the tooltip of a row says which"
    (name,) = base_names
    if name != FIRST_SEEN:
        return f"Change of the last price, from {COUNTED_FROM[name]}"
    later = (
        ". Rows that came later count from their own first price" if first_s[1] - first_s[0] >= _ONE_MINUTE_S else ""
    )
    return f"Change of the last price, from {COUNTED_FROM[name]}{since(first_s[0], clock)}{later}"

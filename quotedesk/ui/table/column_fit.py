"""How wide columns are shown in a room: where it is short the least important go, what is left Trend takes first."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from quotedesk.ui.table.columns import COLUMNS, LAST, PERCENT, STATE, SYMBOL, TREND, Column, Kind

# What stays longest comes first; the user's own formulas come behind Chg. See `fitted`.
IMPORTANCE = (
    *("Symbol", "Last", "Chg %", "State", "Chg", "P/L", "Quantity", "Bid", "Ask", "Trend", "Day P/L", "Value"),
    *("Spread", "Volume", "High", "Low", "Open", "Prev close", "Time", "Size", "P/L %", "Avg cost", "Ccy"),
    *("Bid size", "Ask size", "Turnover", "Venue", "Name"),
)
_FIRST = 4  # of these: rather than one of them the name beside the symbol goes, rather than Chg the words of State
_FEWEST = 3  # shown in any room, wider than it if need be
LEAST_TREND_PX, WANTED_TREND_PX, MOST_TREND_PX = TREND.width_px, 144, 220  # a longer line costs more than it tells
MARK_PX = 28  # a State column with its marks alone
_LEAST_PX = {COLUMNS[SYMBOL]: 88, LAST: 112, PERCENT: 60}  # how narrow it may become
_LEAST_SHARE = 0.85  # of its usual width, of the others
_LEAST_OTHER_PX = 72
_NAMED_SYMBOL_PX, _LONG_SYMBOL_PX = 176, 320  # a symbol with room for most of a name, and for all of it
_WITH_NAME_PX = 212


class Wish(NamedTuple):
    """How wide a column wants to be.

    Attributes:
        px: where there is room.
        needed_px: what its numbers or words need, as far as is known.
        is_own: the user has made it so wide: it is neither wider nor narrower.
    """

    px: int
    needed_px: int = 0
    is_own: bool = False


def fitted(wishes: Mapping[Column, Wish], room_px: int, kept: Collection[str] = ()) -> dict[Column, int]:
    """How wide each column is shown in `room_px`; the others are left out, the least important first.

    `wishes`: of the columns that were chosen, from the left. `kept`: titles of what matters more than IMPORTANCE says.
    """
    ranked = sorted(wishes, key=lambda column: _rank(column, kept))
    few = ranked[:_FEWEST]
    if sum(_leasts_px(wishes, few, kept).values()) > room_px:  # no room for what is wanted of them
        wishes = {column: Wish(wish.px) for column, wish in wishes.items()}
    count = len(few)
    while count < len(ranked) and sum(_leasts_px(wishes, ranked[: count + 1], kept).values()) <= room_px:
        count += 1
    leasts = _leasts_px(wishes, ranked[:count], kept)
    for column, px in ((STATE, wishes.get(STATE, Wish(0)).px), (TREND, WANTED_TREND_PX)):  # before names are whole
        if column in leasts and sum(leasts.values()) - leasts[column] + px <= room_px:
            leasts[column] = px
    shown = {
        column: max(_wanted_px(column, wish), leasts[column]) for column, wish in wishes.items() if column in leasts
    }
    if (beyond := sum(shown.values()) - room_px) > 0:
        _narrow(shown, leasts, beyond)
    else:
        _widen(shown, [column for column in shown if not wishes[column].is_own], -beyond)
    return shown


def squeezed(wishes: Mapping[Column, Wish], room_px: int) -> dict[Column, int]:
    """All of them, however narrow the room; what has no room at all goes at the right.

    The symbol takes what is left where that is enough for a name beside it, else the line or the numbers do.
    """
    shown = {column: wish.px for column, wish in wishes.items()}
    while len(shown) > 1 and sum(min(_squeezed_px(each), px) for each, px in shown.items()) > room_px:
        shown.popitem()
    symbol = COLUMNS[SYMBOL]
    for column in sorted(shown, key=lambda column: column is symbol):
        beyond = sum(shown.values()) - room_px
        if beyond > 0:
            shown[column] = max(min(_squeezed_px(column), shown[column]), shown[column] - beyond)
    left = max(0, room_px - sum(shown.values()))
    takers = [symbol]
    if shown[symbol] + left < _WITH_NAME_PX and len(shown) > 2:
        takers = [TREND] if TREND in shown else [column for column in shown if column not in (symbol, STATE)]
    _share(shown, takers, left)
    return shown


def _squeezed_px(column: Column) -> int:
    return MARK_PX if column is STATE else _LEAST_PX.get(column, _LEAST_OTHER_PX)


def _rank(column: Column, kept: Collection[str]) -> int:
    title = column.title
    place = IMPORTANCE.index(title) if title in IMPORTANCE else IMPORTANCE.index("Chg")
    return place if place < _FIRST or title not in kept else _FIRST - 1


def _wanted_px(column: Column, wish: Wish) -> int:
    if column is STATE:  # whole words or none
        return MARK_PX
    return WANTED_TREND_PX if column is TREND else wish.px


def _leasts_px(wishes: Mapping[Column, Wish], ranked: Sequence[Column], kept: Collection[str]) -> dict[Column, int]:
    """How narrow each may become where these are shown: rather than the last of them the line may be short."""
    leasts = {column: _least_px(column, wishes[column]) for column in ranked}
    symbol, last = COLUMNS[SYMBOL], max((_rank(each, kept) for each in ranked[_FEWEST:]), default=0)
    if symbol in leasts and not wishes[symbol].is_own and last >= _FIRST:
        leasts[symbol] = max(leasts[symbol], _NAMED_SYMBOL_PX)
    if STATE in leasts and last > _FIRST:
        leasts[STATE] = wishes[STATE].px
    if TREND in ranked[:-1]:
        leasts[TREND] = WANTED_TREND_PX
    return leasts


def _least_px(column: Column, wish: Wish) -> int:
    if wish.is_own:
        return wish.px
    if column is TREND:
        return LEAST_TREND_PX
    if column is STATE:
        return MARK_PX
    usual_px = column.width_px if column.kind is Kind.TIME else round(column.width_px * _LEAST_SHARE)
    return max(_LEAST_PX.get(column, usual_px), wish.needed_px)


def _narrow(shown: dict[Column, int], leasts: Mapping[Column, int], by_px: int) -> None:
    """Take so much from all, as far as each can spare it."""
    spare = {column: px - leasts[column] for column, px in shown.items()}
    whole = sum(spare.values())
    if not whole:
        return
    by_px, taken = min(by_px, whole), 0
    for column, until in zip(shown, accumulate(spare.values()), strict=True):
        taken, before = by_px * until // whole, taken
        shown[column] -= taken - before


def _widen(shown: dict[Column, int], free: Iterable[Column], left_px: int) -> None:
    """Share what is left: the line is longer, names are whole, and then all have more room."""
    takers = [column for column in free if column is not STATE]
    symbol = COLUMNS[SYMBOL]
    for column, most_px in ((TREND, MOST_TREND_PX), (symbol, _LONG_SYMBOL_PX)):
        if column in takers:
            more = max(0, min(left_px, most_px - shown[column]))
            shown[column] += more
            left_px -= more
    _share(shown, [column for column in takers if column is not TREND], left_px)


def _share(shown: dict[Column, int], takers: Sequence[Column], left_px: int) -> None:
    for place, column in enumerate(takers):
        shown[column] += left_px // len(takers) + (place < left_px % len(takers))

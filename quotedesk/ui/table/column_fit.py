"""How wide columns are shown in a room: Trend takes what is left, a narrow window shows the few that matter."""

from collections.abc import Collection, Mapping

from quotedesk.ui.table.columns import COLUMNS, LAST, PERCENT, STATE, SYMBOL, TREND, Column

NARROW_PX = 560  # below, only what `_few` says
LEAST_TREND_PX, MOST_TREND_PX = TREND.width_px, 220
MARK_PX = 28  # a State column with its marks alone
_LEAST_PX = {COLUMNS[SYMBOL]: 88, LAST: 112, PERCENT: 60}  # how narrow it may become
_LEAST_OTHER_PX = 72
_WITH_NAME_PX = 212
_WITH_MARK_PX = sum(_LEAST_PX.values()) + MARK_PX + 24


def fitted(wanted_px: Mapping[Column, int], room_px: int, kept: Collection[str] = ()) -> dict[Column, int]:
    """How wide each column is shown in `room_px`; the others are left out, but for those whose titles are `kept`.

    `wanted_px`: how wide the user wants each of the columns that were chosen, from the left.
    """
    if room_px < NARROW_PX:
        return _narrow(wanted_px, room_px, kept)
    shown = dict(wanted_px)
    if TREND in shown:
        others = sum(shown.values()) - shown[TREND]
        shown[TREND] = max(LEAST_TREND_PX, min(room_px - others, MOST_TREND_PX))
    return shown


def squeezed(wanted_px: Mapping[Column, int], room_px: int) -> dict[Column, int]:
    """All of them, however narrow the room; what has no room at all goes at the right.

    The symbol takes what is left where that is enough for a name beside it, else the line or the numbers do.
    """
    shown = dict(wanted_px)
    while len(shown) > 1 and sum(min(_least_px(each), px) for each, px in shown.items()) > room_px:
        shown.popitem()
    symbol = COLUMNS[SYMBOL]
    for column in sorted(shown, key=lambda column: column is symbol):
        beyond = sum(shown.values()) - room_px
        if beyond > 0:
            shown[column] = max(min(_least_px(column), shown[column]), shown[column] - beyond)
    left = max(0, room_px - sum(shown.values()))
    takers = [symbol]
    if shown[symbol] + left < _WITH_NAME_PX and len(shown) > 2:
        takers = [TREND] if TREND in shown else [column for column in shown if column not in (symbol, STATE)]
    for place, column in enumerate(takers):
        shown[column] += left // len(takers) + (place < left % len(takers))
    return shown


def _least_px(column: Column) -> int:
    return MARK_PX if column is STATE else _LEAST_PX.get(column, _LEAST_OTHER_PX)


def _narrow(wanted_px: Mapping[Column, int], room_px: int, kept: Collection[str]) -> dict[Column, int]:
    """The symbol takes what is left, and gives way down to its ticker; then the numbers' spare room goes."""
    few = _few(wanted_px)
    if room_px >= _WITH_MARK_PX:
        few.append(STATE)
    few += [column for column in wanted_px if column.title in kept and column not in few]
    shown = {column: MARK_PX if column is STATE else width for column, width in wanted_px.items() if column in few}
    symbol = COLUMNS[SYMBOL]
    for column in sorted(shown, key=lambda column: column is not symbol):
        least = MARK_PX if column is STATE else _LEAST_PX.get(column, _LEAST_OTHER_PX)
        beyond = sum(shown.values()) - room_px
        if beyond > 0:
            shown[column] = max(min(least, shown[column]), shown[column] - beyond)
    if symbol in shown:
        shown[symbol] += max(0, room_px - sum(shown.values()))
    return shown


def _few(chosen: Mapping[Column, int]) -> list[Column]:
    """Symbol, Last and Chg %; of a list that has neither of these, what stands first in it."""
    few = [column for column in chosen if column in _LEAST_PX]
    if len(few) < 2:
        few += [column for column in chosen if column not in (*few, STATE, TREND)][:2]
    return few

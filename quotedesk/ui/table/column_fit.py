"""How wide columns are shown in a room: Trend takes what is left, a narrow window shows the few that matter."""

from collections.abc import Mapping

from quotedesk.ui.table.columns import COLUMNS, SYMBOL, Kind

NARROW_PX = 560  # below, only what `_IN_NARROW` names
LEAST_TREND_PX, MOST_TREND_PX = 80, 220
MARK_PX = 28  # a State column with its marks alone
_IN_NARROW = {"Symbol": 88, "Last": 112, "Chg %": 60}  # title -> how narrow it may become
_WITH_MARK_PX = sum(_IN_NARROW.values()) + MARK_PX + 24


def fitted(wanted_px: Mapping[int, int], room_px: int) -> dict[int, int]:
    """How wide each column is shown in `room_px`; the others are left out.

    `wanted_px`: index in COLUMNS -> how wide the user wants it, of the columns that were chosen.
    """
    if room_px < NARROW_PX:
        return _narrow(wanted_px, room_px)
    shown = dict(wanted_px)
    for index in shown:
        if COLUMNS[index].kind is Kind.TREND:
            others = sum(width for other, width in wanted_px.items() if other != index)
            shown[index] = max(LEAST_TREND_PX, min(room_px - others, MOST_TREND_PX))
    return shown


def _narrow(wanted_px: Mapping[int, int], room_px: int) -> dict[int, int]:
    """The symbol takes what is left, and gives way down to its ticker; then the numbers' spare room goes."""
    shown = {index: width for index, width in wanted_px.items() if COLUMNS[index].title in _IN_NARROW}
    if room_px >= _WITH_MARK_PX:
        shown |= {index: MARK_PX for index in wanted_px if COLUMNS[index].kind is Kind.STATE}
    for index in sorted(shown, key=lambda index: index != SYMBOL):
        least = _IN_NARROW.get(COLUMNS[index].title, MARK_PX)
        beyond = sum(shown.values()) - room_px
        if beyond > 0:
            shown[index] = max(min(least, shown[index]), shown[index] - beyond)
    if SYMBOL in shown:
        shown[SYMBOL] += max(0, room_px - sum(shown.values()))
    return shown

"""The tiles of a list: its sections as groups, its symbols as tiles in them, what is folded as one tile."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect

from quotedesk.lists.section import Row, Section, grouped
from quotedesk.market.instrument import Instrument
from quotedesk.ui.heat.areas import areas
from quotedesk.ui.heat.treemap import Box, tiled

HEADING_PX = 20
_LEAST_WITH_HEADING_PX = 60  # of a group's height
_GROUP_GAP_PX = 3


@dataclass(frozen=True, slots=True)
class Tile:
    """A symbol, or a section that is folded.

    Attributes:
        row: of the list.
        box: where, pixels.
    """

    row: Row
    box: QRect


@dataclass(frozen=True, slots=True)
class TileLayout:
    """Where everything is.

    Attributes:
        tiles: in the list's order.
        headings: the name of a section that is not folded -> where it stands.
    """

    tiles: tuple[Tile, ...] = ()
    headings: tuple[tuple[Section, QRect], ...] = ()

    def at(self, place: QPoint) -> Row | None:
        """The row there; a heading is its section's."""
        for tile in self.tiles:
            if tile.box.contains(place):
                return tile.row
        return next((section for section, box in self.headings if box.contains(place)), None)

    def beside(self, row: Row, step: QPoint) -> Row:
        """The tile next to a row's in a direction, (1, 0) to the right; the row itself where there is none."""
        here = next((tile.box for tile in self.tiles if tile.row == row), None)
        if here is None:
            return self.tiles[0].row if self.tiles else row
        best: tuple[float, Row] | None = None
        for tile in self.tiles:
            away = _away(here, tile.box, step)
            if away is not None and (best is None or away < best[0]):
                best = away, tile.row
        return best[1] if best else row


def _away(here: QRect, there: QRect, step: QPoint) -> float | None:
    """How far off in this direction; None where it is not there. What overlaps across comes first."""
    if step.x():
        gap = there.left() - here.right() if step.x() > 0 else here.left() - there.right()
        across = max(there.top() - here.center().y(), here.center().y() - there.bottom(), 0)
    else:
        gap = there.top() - here.bottom() if step.y() > 0 else here.top() - there.bottom()
        across = max(there.left() - here.center().x(), here.center().x() - there.right(), 0)
    return None if gap < 0 else gap + 3.0 * across


def laid_out(
    rows: Sequence[Row], turnovers: Mapping[Instrument, float], folded: Collection[int], area: QRect
) -> TileLayout:
    """Where the rows go. `turnovers`: of those not in it nothing is known, and none at all makes all tiles alike."""
    groups = [(section, members) for section, members in grouped(rows) if members]
    shown = [member for _, members in groups for member in members if isinstance(member, Instrument)]
    share = dict(zip(shown, areas([turnovers.get(each, math.nan) for each in shown]), strict=True))
    tiles: dict[Row, QRect] = {}
    headings: list[tuple[Section, QRect]] = []
    sizes = [sum(share[each] for each in members if isinstance(each, Instrument)) for _, members in groups]
    by_size = sorted(range(len(groups)), key=lambda at: -sizes[at])
    for at, box in zip(by_size, tiled([sizes[at] for at in by_size], _box(area)), strict=True):
        section, members = groups[at]
        within = _rect(box)
        if len(groups) > 1:
            within.adjust(0, 0, -_GROUP_GAP_PX, -_GROUP_GAP_PX)
        if section is not None and section.key in folded:
            tiles[section] = within
            continue
        if section is not None and within.height() >= _LEAST_WITH_HEADING_PX:
            headings.append((section, QRect(within.left(), within.top(), within.width(), HEADING_PX)))
            within.setTop(within.top() + HEADING_PX)
        inside = [each for each in members if isinstance(each, Instrument)]
        inside.sort(key=lambda each: -share[each])  # what is alike stays in the list's order
        for each, tile in zip(inside, tiled([share[each] for each in inside], _box(within)), strict=True):
            tiles[each] = _rect(tile).adjusted(0, 0, -1, -1)
    ordered = (row for row in rows if row in tiles)
    return TileLayout(tuple(Tile(row, tiles[row]) for row in ordered), tuple(headings))


def _box(rect: QRect) -> Box:
    return Box(rect.left(), rect.top(), max(0, rect.width()), max(0, rect.height()))


def _rect(box: Box) -> QRect:
    """To whole pixels, so that neighbours meet."""
    left, top = round(box.left), round(box.top)
    return QRect(left, top, round(box.left + box.width) - left, round(box.top + box.height) - top)

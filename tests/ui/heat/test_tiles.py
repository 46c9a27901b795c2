"""Sections are groups, what is folded is one tile, and the arrows lead from tile to tile."""

from PySide6.QtCore import QPoint, QRect

from quotedesk.lists.section import new_section
from quotedesk.market.instrument import Instrument
from quotedesk.ui.heat.tiles import HEADING_PX, laid_out

AREA = QRect(0, 0, 800, 500)
CODES = [Instrument("demo", code) for code in "ABCDEF"]
TECH = new_section("Tech")


def box_of(layout, row):
    return next(tile.box for tile in layout.tiles if tile.row == row)


def test_turnover_makes_tiles_larger_and_order_stays_the_lists():
    layout = laid_out(CODES, {CODES[3]: 900.0, CODES[0]: 100.0}, (), AREA)
    assert [tile.row for tile in layout.tiles] == CODES
    sizes = {tile.row: tile.box.width() * tile.box.height() for tile in layout.tiles}
    assert max(sizes, key=lambda row: sizes[row]) == CODES[3]
    assert all(AREA.contains(tile.box) for tile in layout.tiles)


def test_a_section_has_its_heading_above_its_own_tiles():
    layout = laid_out([*CODES[:3], TECH, *CODES[3:]], {}, (), AREA)
    ((section, heading),) = layout.headings
    assert section is TECH
    assert heading.height() == HEADING_PX
    below = [box_of(layout, row) for row in CODES[3:]]
    assert all(box.top() > heading.top() + HEADING_PX - 1 and box.left() >= heading.left() for box in below)
    assert layout.at(heading.center()) is TECH


def test_a_folded_section_is_one_tile_as_large_as_its_symbols():
    layout = laid_out([*CODES[:3], TECH, *CODES[3:]], {}, {TECH.key}, AREA)
    assert [tile.row for tile in layout.tiles] == [*CODES[:3], TECH]
    box = box_of(layout, TECH)
    assert abs(box.width() * box.height() - 400 * 500) < 6_000
    assert layout.headings == ()


def test_arrows_go_to_the_tile_on_that_side_and_back():
    layout = laid_out(CODES[:4], {}, (), AREA)
    right = layout.beside(CODES[0], QPoint(1, 0))
    assert box_of(layout, right).left() > box_of(layout, CODES[0]).right()
    assert layout.beside(right, QPoint(-1, 0)) == CODES[0]
    assert layout.beside(CODES[0], QPoint(-1, 0)) == CODES[0]


def test_every_tile_can_be_reached_with_the_arrows():
    layout = laid_out([*CODES[:3], TECH, *CODES[3:]], {CODES[1]: 50.0, CODES[4]: 9.0, CODES[5]: 1.0}, (), AREA)
    reached, new = {CODES[0]}, [CODES[0]]
    while new:
        row = new.pop()
        for step in (QPoint(1, 0), QPoint(-1, 0), QPoint(0, 1), QPoint(0, -1)):
            if (beside := layout.beside(row, step)) not in reached:
                reached.add(beside)
                new.append(beside)
    assert reached == set(CODES)


def test_an_empty_list_has_no_tiles():
    layout = laid_out([TECH], {}, (), AREA)
    assert layout.tiles == ()
    assert layout.at(QPoint(5, 5)) is None
